"""The product's own `url`, `include` and `translate` draw what Django's would."""

import pytest
from django.template import Context, Engine
from django.utils import translation

PARTS = {
    "part.html": "[{{ word }}{{ more }}]",
    "block.html": "{% block inside %}{{ word }}{% endblock %}",
}


def draw(text: str, values: dict[str, object], *, quick: bool = True) -> str:
    engine = Engine(
        loaders=[("django.template.loaders.locmem.Loader", PARTS)],
        libraries={"i18n": "django.templatetags.i18n", "ui": "web.templatetags.ui"},
        builtins=["web.templatetags.quick"] if quick else [],
    )
    return engine.from_string(text).render(Context(values))


@pytest.mark.parametrize(
    "text",
    [
        "{% url 'crm:datasheet' pk %}",
        "{% url 'crm:step' pk 3 %}",
        "{% url 'crm:module' slug %}",
        "{% url 'crm:datasheet' pk as there %}-{{ there }}-",
        "{% url 'crm:nowhere' pk as there %}-{{ there }}-",
        "{% include 'part.html' %}",
        "{% include 'part.html' with more=pk %}{{ more }}",
        "{% include 'part.html' only %}",
        "{% include 'block.html' %}",
        "{% include name %}",
        "{% for more in slug %}{% include 'part.html' %}{% endfor %}",
    ],
)
def test_it_draws_the_same(text: str) -> None:
    values: dict[str, object] = {"pk": 12, "slug": "ab", "word": "<kft>", "name": "part.html"}
    assert draw(text, values) == draw(text, values, quick=False)


def test_a_word_is_said_in_the_language_of_the_page() -> None:
    text = "{% load i18n ui %}{% translate 'Done' %}"
    engine = Engine(libraries={"i18n": "django.templatetags.i18n", "ui": "web.templatetags.ui"})
    template = engine.from_string(text)
    said = []
    for language in ("en", "hu", "en"):
        with translation.override(language):
            said.append(template.render(Context()))
    assert said == ["Done", "Kész", "Done"]


def test_what_is_no_word_in_quotes_is_translated_each_time() -> None:
    text = "{% load i18n ui %}{% for word in words %}{% translate word %} {% endfor %}"
    assert draw(text, {"words": ["a", "b"]}) == "a b "
