"""Django's own tags `url` and `include`, without what they do anew each time.

They mean and draw the same. Every template has them (settings, TEMPLATES, "builtins").
"""

from typing import Any

from django import template
from django.template.base import Node, Parser, Template, Token
from django.template.context import Context
from django.template.defaulttags import CycleNode, IfChangedNode, URLNode
from django.template.defaulttags import url as django_url
from django.template.loader_tags import BlockNode, ExtendsNode, IncludeNode, do_include
from django.urls import NoReverseMatch
from django.utils.safestring import SafeString

from web.paths import path, plain

register = template.Library()

_OWN_STATE: tuple[type[Node], ...] = (BlockNode, CycleNode, ExtendsNode, IfChangedNode)
"""Tags that remember something for the template that they stand in."""


class QuickURL(URLNode):
    """Looks an address with numbers in it up once."""

    def render(self, context: Context) -> str:
        args = [arg.resolve(context) for arg in self.args]
        if self.kwargs or not plain(args):
            return super().render(context)
        try:
            found = SafeString(path(self.view_name.resolve(context), *args))
        except NoReverseMatch:
            return super().render(context)  # which forgives it where it is asked for as a variable
        if not self.asvar:
            return found
        context[self.asvar] = found
        return SafeString("")


class QuickInclude(IncludeNode):
    """Draws a template that is named outright within the one that includes it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._found: Template | None = None
        named = isinstance(self.template.var, str) and not self.template.filters
        self._quick = named and not self.isolated_context

    def render(self, context: Context) -> SafeString:
        if self._quick and self._found is None:
            assert context.template is not None  # noqa: S101 (while it is drawn)
            self._found = context.template.engine.get_template(self.template.var)
            nodes = self._found.nodelist
            self._quick = not any(map(nodes.get_nodes_by_type, _OWN_STATE))
        if not self._quick or self._found is None:
            return super().render(context)
        values = {name: var.resolve(context) for name, var in self.extra_context.items()}
        with context.push(**values):
            return self._found.nodelist.render(context)


@register.tag
def url(parser: Parser, token: Token) -> Node:
    """As Django's."""
    node = django_url(parser, token)
    return QuickURL(node.view_name, node.args, node.kwargs, node.asvar)


@register.tag
def include(parser: Parser, token: Token) -> Node:
    """As Django's."""
    node = do_include(parser, token)
    return QuickInclude(
        node.template, extra_context=node.extra_context, isolated_context=node.isolated_context
    )
