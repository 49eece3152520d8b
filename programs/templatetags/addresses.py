"""Django's own `{% url %}` with a memory: a page asks for a hundred addresses, most of them again and again.

Every template has it (TEMPLATES in tracker/settings.py). The answers are Django's: an address hangs on its name and arguments,
and does not change while a process runs.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django import template
from django.template import defaulttags
from django.template.base import Parser, Token
from django.template.context import Context
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

register = template.Library()


@lru_cache(maxsize=16_384)
def _address(_urls: object, _prefix: str, name: str, args: tuple[str, ...], named: tuple[tuple[str, str], ...]) -> SafeString:
    return conditional_escape(reverse(name, args=args, kwargs=dict(named)))


def address(name: str, args: list[Any], named: dict[str, Any]) -> SafeString:
    """The escaped address of a page. Raises NoReverseMatch as `reverse` does."""
    if all(type(value) in (str, int) for value in (*args, *named.values())):
        words = tuple(str(value) for value in args)
        pairs = tuple((key, str(value)) for key, value in named.items())
        return _address(get_urlconf(), get_script_prefix(), name, words, pairs)
    return conditional_escape(reverse(name, args=args, kwargs=named))


class Address(defaulttags.URLNode):
    """`{% url %}` with a memory. The product has one namespace, so that of the page is not asked for."""

    def render(self, context: Context) -> str:
        """Write the address, or keep it under a name; there a page that does not exist is nothing."""
        args = [arg.resolve(context) for arg in self.args]
        named = {key: value.resolve(context) for key, value in self.kwargs.items()}
        try:
            found: str = address(self.view_name.resolve(context), args, named)
        except NoReverseMatch:
            if self.asvar is None:
                raise
            found = ""
        if self.asvar is None:
            return found
        context[self.asvar] = found
        return ""


@register.tag
def url(parser: Parser, token: Token) -> Address:
    """`{% url 'overview' slug %}` and `{% url 'overview' slug as here %}`."""
    plain = defaulttags.url(parser, token)
    return Address(plain.view_name, plain.args, plain.kwargs, plain.asvar)
