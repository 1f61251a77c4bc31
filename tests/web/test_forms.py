"""Fields look like the design and say their errors to everyone."""

from uuid import UUID

from django import forms
from django.template import Context, Template

from web.forms import Form, OnceField


class Example(Form):
    name = forms.CharField(label="Name", help_text="As on the <invoice>")
    email = forms.EmailField(label="Email", widget=forms.EmailInput(attrs={"class": "wide"}))
    agreed = forms.BooleanField(label="Yes", required=False)
    kind = forms.ChoiceField(choices=[("a", "Company")], widget=forms.RadioSelect)
    once = OnceField()


def draw(template: str, **context: object) -> str:
    return Template("{% load ui %}" + template).render(Context(context))


def test_controls_carry_the_classes_of_the_style_sheet() -> None:
    form = Example()
    assert 'class="input"' in str(form["name"])
    assert 'class="input wide"' in str(form["email"])
    assert 'class="check"' in str(form["agreed"])
    assert "class=" not in str(form["kind"])


def test_a_wrong_field_points_at_its_error() -> None:
    html = Example({"email": "x@y"})["email"].as_field_group()
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_email_error"' in html
    assert 'id="id_email_error"' in html
    assert 'class="error"' in html


def test_a_hint_is_tied_to_its_field_and_escaped_unless_safe() -> None:
    html = draw("{% field form.name %}", form=Example())
    assert 'id="id_name_helptext"' in html
    assert 'aria-describedby="id_name_helptext"' in html


def test_a_box_stands_before_its_label() -> None:
    html = draw("{% field form.agreed %}", form=Example())
    assert html.index("<input") < html.index("<label")


def test_radios_stand_in_a_fieldset_with_a_legend() -> None:
    html = draw("{% field form.kind %}", form=Example())
    assert "<legend" in html
    assert 'type="radio"' in html


def test_the_form_of_another_package_is_dressed_too() -> None:
    class Foreign(forms.Form):
        login = forms.CharField()

    assert 'class="input"' in draw("{% field form.login %}", form=Foreign())


def test_what_was_typed_is_escaped() -> None:
    html = Example({"name": '"><script>'})["name"].as_field_group()
    assert "<script>" not in html


def test_each_blank_form_has_a_token_of_its_own_and_a_resent_one_keeps_it() -> None:
    first, second = Example()["once"].value(), Example()["once"].value()
    assert first != second
    sent = Example({"name": "x", "email": "a@b.hu", "kind": "a", "once": str(first)})
    assert sent.is_valid()
    assert sent.cleaned_data["once"] == UUID(str(first))
