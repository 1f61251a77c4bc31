"""Templates that are drawn with less work say what Django's own would."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.template import Context, Engine, VariableDoesNotExist
from django.template.base import NodeList, TextNode
from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from web.drawing import Loader, Stretch, hasten

PARTS = {
    "base.html": "<i>{% translate 'Done' %}</i>{% block a %}{{ word }}{% endblock %}",
    "child.html": "{% extends 'base.html' %}"
    "{% block a %}-{{ block.super }}{% icon 'x' %}{% endblock %}",
}
OF_DJANGO = ("django.template.loaders.cached.Loader", "web.drawing.Loader")


class Person:
    name, age, tags = "<Éva & co>", 3, ["a", "b"]
    asked = 0

    @property
    def wrong(self) -> str:
        raise AttributeError("of the property itself")

    @property
    def broken(self) -> str:
        raise KeyError("inside")

    def greeting(self) -> dict[str, str]:
        self.asked += 1
        return {"words": f"hello {self.asked}"}

    def __str__(self) -> str:
        return "'Éva'"


def values() -> dict[str, Any]:
    return {
        "word": "<kft> 'a'",
        "safe": mark_safe("<b>"),
        "person": Person(),
        "known": {"name": "dict", "items": "own", "deep": {"er": 12345}},
        "numbers": [1, 2.5, True, None, 12345678],
        "at": datetime(2026, 11, 22, 14, 19, tzinfo=UTC),
        "day": date(2026, 11, 22),
        "later": gettext_lazy("Done"),
        "count": lambda: 7,
    }


def draw(text: str, loader: str) -> str:
    engine = Engine(
        loaders=[
            (loader, [("django.template.loaders.locmem.Loader", {**PARTS, "asked.html": text})])
        ],
        libraries={"i18n": "django.templatetags.i18n"},
        builtins=["django.templatetags.i18n", "web.templatetags.ui", "web.templatetags.quick"],
    )
    return engine.get_template("asked.html").render(Context(values()))


@pytest.mark.parametrize("language", ["hu", "en"])
@pytest.mark.parametrize(
    "text",
    [
        "{{ word }}{{ safe }}{{ person }}{{ person.name }}{{ person.age }}{{ later }}",
        "{{ at }}{{ day }}{{ numbers }}{{ numbers.1 }}{{ numbers.4 }}{{ 1.5 }}{{ None }}",
        "{{ known.name }}{{ known.deep.er }}{{ count }}{{ known.items }}{{ known.keys }}",
        "{{ known.missing }}{{ nothing }}{{ person.nothing.more }}{{ word.upper }}",
        "{{ person.greeting.words }}{{ person.greeting.words }}{{ person.tags.0 }}",
        "{% autoescape off %}{{ word }}{{ person.name }}{{ 7 }}{{ 'a<' }}{% endautoescape %}",
        "{{ word|length }}{{ person.name|upper }}{{ nothing|default:person.name }}",
        "{% for one in numbers %}{{ forloop.counter }}{{ one }}{{ forloop.first }}{% endfor %}",
        "{% for one in person.tags %}{{ one }}{% empty %}-{% endfor %}",
        "{% for one in person.nothing %}{{ one }}{% empty %}-{{ person.name }}{% endfor %}",
        "{% if person.age > 2 and not nothing %}a{% elif known.name == 'x' %}b{% endif %}",
        "{% if nothing %}a{% elif known.name == 'dict' %}b{{ word }}{% else %}c{% endif %}",
        "{% if person.missing == None %}a{{ person.name }}{% endif %}",
        "{% if count == 7 %}seven{% else %}-{{ word }}{% endif %}",
        "{% with one=person.name two=known.deep %}{{ one }}{{ two.er }}{% endwith %}",
        "a{% translate 'Done' %}b{% icon 'x' %}c{% icon word %}{% translate word %}",
        "{% icon 'x' class=word %}{% icon 'x' as drawn %}{{ drawn }}",
        "{% translate 'Done' as said %}{{ said }}{% translate 'Done'|upper %}",
        "{% if word %}  {% translate 'Done' %}{# a #}{% comment %}b{% endcomment %}{% endif %}",
        "{% language 'hu' %}{% translate 'Done' %}{% endlanguage %}{% translate 'Done' %}",
        "{% extends 'child.html' %}{% block a %}[{{ block.super }}]{% endblock %}",
        "{% include 'child.html' %}{% include 'base.html' with word=7 %}",
    ],
)
def test_it_says_the_same(text: str, language: str) -> None:
    with translation.override(language):
        said = [draw(text, loader) for loader in OF_DJANGO]
    assert said[0] == said[1]


@pytest.mark.parametrize("text", ["{{ person.wrong }}", "{{ person.broken.x }}"])
def test_a_mistake_is_the_same_mistake(text: str) -> None:
    said = []
    for loader in OF_DJANGO:
        with pytest.raises((AttributeError, KeyError)) as raised:
            draw(text, loader)
        said.append(repr(raised.value))
    assert said[0] == said[1]


def test_what_is_missing_where_it_must_not_be_is_a_mistake() -> None:
    for loader in OF_DJANGO:
        with pytest.raises(VariableDoesNotExist):
            draw("{% with a=person.nothing.more|add:nothing %}{{ a }}{% endwith %}", loader)


def test_a_stretch_is_drawn_once_in_each_language() -> None:
    engine = Engine(
        libraries={"i18n": "django.templatetags.i18n", "ui": "web.templatetags.ui"},
    )
    template = engine.from_string("{% load i18n ui %}a{% translate 'Done' %}{% icon 'x' %}{{ b }}")
    hasten(template.nodelist)
    assert [type(node) for node in template.nodelist[:1]] == [Stretch]
    assert len(template.nodelist) == 2
    for language, said in (("en", "Done"), ("hu", "Kész"), ("en", "Done")):
        with translation.override(language):
            assert template.render(Context({"b": language})).startswith(f"a{said}<svg")


def test_text_alone_stays_text() -> None:
    nodes = NodeList([TextNode("a"), TextNode("b")])
    hasten(nodes)
    assert [type(node) for node in nodes] == [TextNode]
    assert nodes.render(Context()) == "ab"


def test_the_pages_are_drawn_by_it() -> None:
    from django.template import engines

    engine: Any = engines["django"]
    assert [type(loader) for loader in engine.engine.template_loaders] == [Loader]
