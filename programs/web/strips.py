"""The small line on the page of a milestone: from its start to its forecast, with today and its other dates marked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from programs.web import wording

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from programs.queries.milestone import Page

CROWDED = 11  # per cent: closer marks on one side would print over each other


@dataclass(frozen=True, slots=True)
class Mark:
    """One date on the line. `css` is its colour, `low` puts its word below."""

    at: int
    css: str
    word: str
    low: bool = False


@dataclass(frozen=True, slots=True)
class Strip:
    """Shares of the width in whole per cent; `words` is what a screen reader says instead."""

    fill_from: int
    fill_to: int
    blocked_from: int
    blocked_to: int
    marks: tuple[Mark, ...]
    words: str

    @property
    def fill(self) -> int:
        """Width of the work."""
        return self.fill_to - self.fill_from

    @property
    def blocked(self) -> int:
        """Width of the part that is blocked."""
        return self.blocked_to - self.blocked_from


def of_milestone(view: Page, today: date) -> Strip | None:
    """Draw the line; None when there is nothing to draw from or to."""
    row, timing = view.milestone, view.timing
    finish = row.actual_date or (timing.forecast if timing and row.is_open else None)
    start = row.start_date or _begun(view, today) or (timing.early_start if timing else None)
    if finish is None:
        return None
    start = min(start or finish, finish)
    named = {"t": today, "g": row.baseline_date, "n": finish, "": timing.needed_by if timing else None}
    known = [start, *(day for day in named.values() if day)]
    pad = max((max(known) - min(known)).days // 12, 2)
    first, last = min(known) - timedelta(days=pad), max(known) + timedelta(days=pad)

    def at(day: date) -> int:
        return round((day - first).days * 100 / max((last - first).days, 1))

    blocker = view.first_blocker
    held = at(min(blocker.expected_clear, finish)) if blocker and blocker.expected_clear and blocker.expected_clear > today else 0
    begin = max(at(today), at(start)) if held else 0
    top = [Mark(at(finish), "n", _("Finished") if row.actual_date else _("Forecast")), Mark(at(today), "t", _("Today"))]
    low = [
        Mark(at(day), css, word, low=True) for css, word in (("", _("Needed by")), ("g", _("Baseline"))) if (day := named[css])
    ]
    return Strip(
        fill_from=at(start),
        fill_to=max(at(finish), at(start) + 1),
        blocked_from=begin if held > begin else 0,
        blocked_to=held if held > begin else 0,
        marks=tuple(_uncrowded(top) + _uncrowded(low)),
        words=_words(view, start, finish),
    )


def _begun(view: Page, today: date) -> date | None:
    """When work began, for what is in progress without a start of its own: the first day anybody spoke of it."""
    if view.milestone.status not in ("in_progress", "blocked"):
        return None
    known = [view.milestone.said_on, view.first_blocker.raised_on if view.first_blocker else None]
    return min([today, *(day for day in known if day)])


def _uncrowded(marks: list[Mark]) -> list[Mark]:
    """Marks in order of importance; a word that would be printed over another is left out, its mark stays."""
    shown: list[Mark] = []
    for mark in marks:
        crowded = any(abs(mark.at - other.at) < CROWDED and other.word for other in shown)
        shown.append(Mark(mark.at, mark.css, "" if crowded else mark.word, mark.low))
    return shown


def _words(view: Page, start: date, finish: date) -> str:
    """The line in one sentence."""
    row, blocker = view.milestone, view.first_blocker
    if row.actual_date:
        return _("From %(start)s to %(finish)s, when it was finished.") % {
            "start": wording.day(start),
            "finish": wording.day(finish),
        }
    if blocker and blocker.expected_clear:
        words = _("From %(start)s. Blocked until %(clear)s, then on to the forecast, %(finish)s.")
        return words % {"start": wording.day(start), "clear": wording.day(blocker.expected_clear), "finish": wording.day(finish)}
    return _("From %(start)s to the forecast, %(finish)s.") % {"start": wording.day(start), "finish": wording.day(finish)}


@dataclass(frozen=True, slots=True)
class Sparkline:
    """A few figures drawn small: points of a 100 by 25 picture, and the same in words."""

    points: str
    words: str


def sparkline(figures: Sequence[tuple[datetime, int]], *, most: int) -> Sparkline | None:
    """Steps in even distance, the oldest first; None when nothing ever changed."""
    if len(figures) < 2:
        return None
    wide = 100 / (len(figures) - 1)
    points = " ".join(f"{place * wide:.1f},{25 - 25 * value / most:.1f}" for place, (_at, value) in enumerate(figures))
    return Sparkline(points, " → ".join(str(value) for _at, value in figures))
