"""Templates as Django has read them, drawn with less work; what is drawn stays the same.

What says the same on every page of a language (text, translations, icons) is drawn once and kept
in one piece. A value is looked up as what most of them are: a key of a dict or an attribute; for
anything else Django's own ways are gone.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

from django.conf import settings
from django.template import Context, Origin, Template, Variable
from django.template.base import (
    FilterExpression,
    Node,
    NodeList,
    TextNode,
    VariableNode,
    render_value_in_context,
)
from django.template.defaulttags import IfNode, LoadNode, TemplateLiteral
from django.template.library import SimpleNode
from django.template.loaders import base, cached
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from web.templatetags import ui

_PLAIN_NUMBERS = not settings.USE_THOUSAND_SEPARATOR
_SAME_EACH_TIME = (ui.icon, ui.icon_sheet, ui.fixed)


class _Reader(base.Loader):
    def get_template(self, template_name: str, skip: list[Origin] | None = None) -> Template:
        template = super().get_template(template_name, skip)
        hasten(template.nodelist)
        return template


class Loader(cached.Loader, _Reader):
    """Django's own for templates that are kept, given others that find them (settings)."""


def hasten(nodes: NodeList) -> None:
    """Put quicker nodes in the place of those that were read, throughout."""
    for node in nodes:
        for inside in _lists_in(node):
            hasten(inside)
        for expression in _expressions_of(node):
            if (
                type(expression.var) is Variable
                and expression.var.lookups
                and not (expression.var.translate)
            ):
                expression.var = QuickVariable(str(expression.var))
    nodes[:] = [_quick(one) for one in _in_stretches(nodes)]


def _lists_in(node: Node) -> Iterator[NodeList]:
    if isinstance(node, IfNode):  # whose only list is one of all that is in it, made when asked for
        yield from (nodelist for _condition, nodelist in node.conditions_nodelists)
        return
    for name in node.child_nodelists:
        found = getattr(node, name, None)
        if isinstance(found, NodeList):
            yield found


def _expressions_of(node: Node) -> Iterator[FilterExpression]:
    if isinstance(node, IfNode):
        for condition, _nodelist in node.conditions_nodelists:
            yield from _compared(condition)
    values = vars(node).values()
    for value in values:
        if isinstance(value, FilterExpression):
            yield value
        elif isinstance(value, list | dict):
            inside = value.values() if isinstance(value, dict) else value
            yield from (one for one in inside if isinstance(one, FilterExpression))


def _compared(condition: Any) -> Iterator[FilterExpression]:
    if isinstance(condition, TemplateLiteral):
        expression: Any = condition.value
        yield expression
    elif condition is not None:
        yield from _compared(getattr(condition, "first", None))
        yield from _compared(getattr(condition, "second", None))


def _in_stretches(nodes: NodeList) -> Iterator[Node]:
    """The nodes, those that say the same each time together."""
    together: list[Node] = []
    for node in nodes:
        if _says_the_same(node):
            together.append(node)
            continue
        yield from _joined(together)
        together = []
        yield node
    yield from _joined(together)


def _joined(together: list[Node]) -> list[Node]:
    if all(isinstance(node, TextNode | LoadNode) for node in together):
        text = "".join(node.s for node in together if isinstance(node, TextNode))
        return [TextNode(text)] if text else []
    return [Stretch(together)]


def _says_the_same(node: Node) -> bool:
    if isinstance(node, SimpleNode):
        given = [*node.args, *node.kwargs.values()]
        known = all(isinstance(one.var, str) and not one.filters for one in given)
        return known and node.func in _SAME_EACH_TIME and node.target_var is None
    return isinstance(node, TextNode | LoadNode | ui.Said)


def _quick(node: Node) -> Node:
    if type(node) is not VariableNode:
        return node
    quick = QuickValue(node.filter_expression)
    quick.token, quick.origin = node.token, node.origin
    return quick


class Stretch(Node):
    """Neighbours that say the same on every page of a language."""

    child_nodelists = ()

    def __init__(self, nodes: list[Node]) -> None:
        self.nodes = nodes
        self._drawn: dict[str | None, str] = {}

    def render(self, context: Context) -> str:
        language = get_language()
        if language not in self._drawn:
            self._drawn[language] = "".join(str(node.render(context)) for node in self.nodes)
        return self._drawn[language]

    render_annotated = render  # there is no mistake of a page's in it that would have to be shown


class QuickVariable(Variable):
    """Looks up keys of dicts and attributes; Django looks up whatever is neither."""

    __slots__ = ("_first", "_others")

    def __init__(self, var: str) -> None:
        super().__init__(var)
        self._first, *self._others = self.lookups or ()

    def _resolve_lookup(self, context: Any) -> Any:
        try:
            found = context[self._first]
            for name in self._others:
                kind = type(found)
                if callable(found) or (kind is not dict and hasattr(kind, "__getitem__")):
                    return self._looked_up(context)
                found = found[name] if kind is dict else getattr(found, name)
        except Exception:  # what it means is Django's to say
            return self._looked_up(context)
        return self._looked_up(context) if callable(found) else found

    def _looked_up(self, context: Any) -> Any:
        usual: Any = super()
        return usual._resolve_lookup(context)


class QuickValue(VariableNode):
    """Texts and whole numbers need neither a zone nor a way to write dates."""

    def render(self, context: Context) -> str:
        try:
            said = self.filter_expression.resolve(context)
        except UnicodeDecodeError:
            return ""
        kind = type(said)
        if kind is str:
            return escape(said) if context.autoescape else said
        if kind is SafeString:
            return said  # type: ignore[no-any-return]
        if kind is int and _PLAIN_NUMBERS:
            return str(said)
        return render_value_in_context(said, context)
