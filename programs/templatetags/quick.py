"""Django's own `url` and `translate`, which remember what they wrote: a page asks for a hundred addresses and as many words.

Named in TEMPLATES as what every template has, and as what `{% load i18n %}` loads. The answers are Django's: an address hangs
on its name and arguments, the words of a page on the language, and neither changes while a process runs.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django import template
from django.template import defaulttags
from django.template.base import Parser, Token
from django.template.context import Context
from django.templatetags import i18n
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()
register.tags.update(i18n.register.tags)
register.filters.update(i18n.register.filters)


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


class Words(i18n.TranslateNode):
    """`{% translate "…" %}` of words that stand in the template: looked up once for each language."""

    def __init__(self, plain: i18n.TranslateNode) -> None:
        self.__dict__.update(plain.__dict__)
        self.kept: dict[str | None, str] = {}

    def render(self, context: Context) -> str:
        """Write them."""
        language = get_language()
        words = self.kept.get(language)
        if words is None:
            words = self.kept[language] = super().render(context)
        return words


@register.tag
def url(parser: Parser, token: Token) -> Address:
    """`{% url 'overview' slug %}` and `{% url 'overview' slug as here %}`."""
    plain = defaulttags.url(parser, token)
    return Address(plain.view_name, plain.args, plain.kwargs, plain.asvar)


@register.tag("translate")
@register.tag("trans")
def translate(parser: Parser, token: Token) -> i18n.TranslateNode:
    """`{% translate "Open" %}`; what is not plain words is left to Django."""
    plain = i18n.do_translate(parser, token)
    chosen = plain.filter_expression
    constant = chosen.var.literal is not None and not chosen.filters and not (plain.asvar or plain.noop or plain.message_context)
    return Words(plain) if constant else plain
