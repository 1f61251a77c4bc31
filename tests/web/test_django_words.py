"""Django's own errors speak as the rest of the product does."""

from __future__ import annotations

import re

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils import translation

from web.django_words import COUNTED, ONE

FORMAL = re.compile(r"\bÖn\b|Kérjük|\w+(jon|jen|jön|ssen|sszon|tsön)\b")
"""How one speaks to who isn't on familiar terms: Adjon meg, Írjon be, Válasszon."""


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (forms.CharField(), ""),
        (forms.CharField(max_length=3), "abcd"),
        (forms.CharField(min_length=3), "ab"),
        (forms.EmailField(), "nobody"),
        (forms.URLField(), "no address"),
        (forms.IntegerField(), "many"),
        (forms.IntegerField(max_value=3), "4"),
        (forms.IntegerField(min_value=3), "2"),
        (forms.DecimalField(), "much"),
        (forms.DecimalField(max_digits=2), "123"),
        (forms.DecimalField(decimal_places=1), "1.23"),
        (forms.DateField(), "someday"),
        (forms.TimeField(), "sometime"),
        (forms.DateTimeField(), "once"),
        (forms.ChoiceField(choices=[("a", "a")]), "b"),
        (forms.MultipleChoiceField(choices=[("a", "a")]), ["b"]),
        (forms.MultipleChoiceField(choices=[("a", "a")]), "b"),
        (forms.GenericIPAddressField(), "here"),
        (forms.FileField(), None),
    ],
)
def test_a_wrong_value_is_told_in_hungarian_on_familiar_terms(
    field: forms.Field, value: object
) -> None:
    with translation.override("hu"), pytest.raises(ValidationError) as told:
        field.clean(value)
    with translation.override("en"):
        english = " ".join(told.value.messages)
    with translation.override("hu"):
        hungarian = " ".join(told.value.messages)
    assert hungarian != english
    assert not FORMAL.search(hungarian), hungarian


def test_every_text_that_is_ours_to_translate_is_on_familiar_terms() -> None:
    with translation.override("hu"):
        for text in ONE:
            said = translation.gettext(text)
            assert said != text
            assert not FORMAL.search(said), said
        for counted in COUNTED:
            said = str(counted % {"limit_value": 2, "max": 2, "show_value": 3, "length": 3})
            assert not FORMAL.search(said), said
