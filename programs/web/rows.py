"""Rows of the milestones list, cell by cell, so that the template only prints them.

Two hundred rows are written at once, and most cells repeat: a status, an owner, a float, a date. Each is worded and escaped
once per language and kept, which makes a page of 200 rows about twice as fast as one template tag per cell.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from programs.queries.milestones import last_word, silent
from programs.web import marks, wording

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from django.utils.safestring import SafeString

    from programs.flags.types import Thresholds
    from programs.queries.milestones import Row

FLOAT_WIDTH = 45.0  # working days of float drawn as a full bar
CLOSED = frozenset({"done", "cancelled", "deferred"})


class Line(NamedTuple):
    """One row: plain texts (url, key, name, workstream) and cells that are HTML already."""

    url: str
    key: str
    name: str
    external: bool
    status: SafeString
    workstream: str
    owner: SafeString
    target: str
    forecast: str
    slip: SafeString
    room: SafeString
    links: str
    word: SafeString


class Kept(dict):  # type: ignore[type-arg]
    """A dictionary that makes what it does not have; it lives as long as one page."""

    def __init__(self, make: Callable[..., object]) -> None:
        super().__init__()
        self.make = make

    def __missing__(self, key: tuple[object, ...]) -> object:
        self[key] = found = self.make(*key)
        return found


def lines(slug: str, rows: Iterable[Row], thresholds: Thresholds, today: date) -> list[Line]:
    """Word the rows of one page."""
    base = reverse("milestone", args=(slug, "-"))[:-1]
    status, owner, slip, room, links = Kept(_status), Kept(_owner), Kept(_slip), Kept(_room), Kept(_links)
    days, word = Kept(lambda day: wording.day(day, today) or "–"), Kept(_word)
    found = []
    for row in rows:
        closed, last = row.status in CLOSED, last_word(row)
        ago = (today - last).days if last and last <= today else None
        found.append(
            Line(
                url=base + row.key,
                key=row.key,
                name=row.name,
                external=row.external,
                status=status[row.status, row.said, row.blocked],
                workstream=row.workstream,
                owner=owner[row.owner,],
                target=days[row.target,],
                forecast=days[row.actual if closed else row.forecast,],
                slip=slip[row.slip,],
                room=room[None if closed else row.total_float, row.critical and not closed],
                links=links[row.waits_for, row.feeds],
                word=word[ago, silent(row, thresholds, today)],
            )
        )
    return found


def _status(status: str, said: str, blocked: bool) -> SafeString:
    return marks.status(marks.milestone_state(status, said, blocked=blocked))


def _owner(name: str) -> SafeString:
    if not name:
        return format_html('<span class="muted">{}</span>', _("Nobody yet"))
    return format_html(
        '<span class="who"><span class="av" aria-hidden="true">{}</span><span class="trunc" title="{}">{}</span></span>',
        wording.initials(name),
        name,
        name,
    )


def _slip(days: float | None) -> SafeString:
    label, words = _("Slip"), wording.slip(days) or "–"
    return format_html('<td class="r num nw {}" data-l="{}">{}</td>', wording.late_class(days), label, words)


def _room(days: float | None, critical: bool) -> SafeString:
    if critical:
        return format_html('<span class="tag crit">{}</span>', _("Critical"))
    if days is None:
        return format_html('<span class="muted">{}</span>', "–")
    bar = max(3, min(100, round(days / FLOAT_WIDTH * 100)))
    return format_html('<span class="fl"><span>{}</span><i class="w-{}"></i></span>', wording.days_short(days), bar)


def _links(waits_for: int, feeds: int) -> str:
    return _("%(waits)d in, %(feeds)d out") % {"waits": waits_for, "feeds": feeds}


def _word(ago: int | None, quiet: bool) -> SafeString:
    words = "–" if ago is None else _("%(n)d d ago") % {"n": ago}
    return format_html('<td class="r num nw not-m {}">{}</td>', "warn" if quiet else "soft", words)
