"""Rows of the milestones list as the words they are printed with, so that the template only prints them.

Two hundred rows are written at once; every date, float and name is worded once, not once per cell.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from django.urls import reverse
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


class Line(NamedTuple):
    """One row, worded."""

    url: str
    key: str
    name: str
    external: bool
    status: SafeString
    workstream: str
    owner: str
    initials: str
    target: str
    forecast: str
    slip: str
    slip_class: str
    critical: bool
    room: str
    bar: int
    links: str
    word: str
    word_class: str


@lru_cache(maxsize=1024)
def _initials(name: str) -> str:
    return wording.initials(name)


def lines(slug: str, rows: Iterable[Row], thresholds: Thresholds, today: date) -> list[Line]:
    """Word the rows of one page."""
    base = reverse("milestone", args=(slug, "-"))[:-1]
    days: dict[date | None, str] = {None: ""}
    return [_line(base, row, thresholds, today, days) for row in rows]


def _line(base: str, row: Row, thresholds: Thresholds, today: date, days: dict[date | None, str]) -> Line:
    for day in (row.target, row.forecast):
        if day not in days:
            days[day] = wording.day(day, today)
    word = last_word(row)
    closed = row.status in ("done", "cancelled", "deferred")
    room = "" if row.total_float is None or closed else wording.days_short(row.total_float)
    return Line(
        url=base + row.key,
        key=row.key,
        name=row.name,
        external=row.external,
        status=marks.status(marks.milestone_state(row.status, row.said, blocked=row.blocked)),
        workstream=row.workstream,
        owner=row.owner,
        initials=_initials(row.owner),
        target=days[row.target],
        forecast=days[row.forecast],
        slip=wording.slip(row.slip),
        slip_class=wording.late_class(row.slip),
        critical=row.critical and not closed,
        room=room,
        bar=0 if not room else max(3, min(100, round((row.total_float or 0) / FLOAT_WIDTH * 100))),
        links=_("%(waits)d in, %(feeds)d out") % {"waits": row.waits_for, "feeds": row.feeds},
        word=_("%(n)d d ago") % {"n": (today - word).days} if word and word <= today else "",
        word_class="warn" if silent(row, thresholds, today) else "soft",
    )
