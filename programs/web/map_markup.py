"""Cards, sums and lines of a map as markup, joined: there are hundreds of them, and a template's loops took twice as long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.html import format_html, format_html_join

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.utils.safestring import SafeString

    from programs.web.map_cards import Cell, Shown, Track

_INSIDE = (
    '<span class="tt" title="{}">{}</span>{}<span class="mt">{}{}<span class="fl">{}</span></span><span class="vh">{}</span>'
)
_CARD = '<a class="nd {}" id="{}" data-n="{}" href="{}">' + _INSIDE + "</a>"
_NO_CARD = '<span class="nd {}" id="{}" data-n="{}" tabindex="-1">' + _INSIDE + "</span>"


def cards(of: Iterable[Shown]) -> SafeString:
    """The cards of a lane; those without an address cannot be opened."""
    return format_html_join("\n", "{}", ((_card(one),) for one in of))


def _card(one: Shown) -> SafeString:
    program = format_html('<span class="pg trunc">{}</span>', one.program) if one.program else ""
    inside = (one.title, one.title, program, one.glyph, one.day, one.room, one.words)
    if one.url:
        return format_html(_CARD, one.css, one.dom, one.id, one.url, *inside)
    return format_html(_NO_CARD, one.css, one.dom, one.id, *inside)


def sums(of: Iterable[Cell]) -> SafeString:
    """What a folded lane holds, period by period."""
    form = '<div class="sum {}" role="img" aria-label="{}" title="{}">{}</div>'
    return format_html_join("\n", form, ((one.css, one.words, one.words, _counts(one)) for one in of))


def _counts(cell: Cell) -> SafeString:
    return format_html_join("", '<i class="s-{}">{}{}</i>', cell.counts)


def lines(of: Iterable[Track]) -> SafeString:
    """Links between cards."""
    form = '<path class="{}" data-u="{}" data-v="{}" d="{}"/>'
    return format_html_join("\n", form, ((one.css, one.source, one.target, one.path) for one in of))
