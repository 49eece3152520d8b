"""Rows of the milestones list, joined from cells.

Two hundred rows are written at once, and most cells repeat: a status, an owner, a float, a date. Each is worded and escaped
once for a day and a language, and kept; a row is one format string. A template that loops over rows takes four times as long,
so the whole table body is written here; `tests/bench/pages.py` compares it with the same rows joined by hand.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from programs.queries import columns
from programs.queries.milestones import last_word, silent
from programs.web import filters, marks, wording

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date
    from decimal import Decimal

    from django.utils.safestring import SafeString

    from programs.flags.types import Thresholds
    from programs.queries.milestones import Row

FLOAT_WIDTH = 45.0  # working days of float drawn as a full bar
LONG_AGO = 730  # days after which a last word is told in years
CLOSED = frozenset({"done", "cancelled", "deferred"})
ROW = (
    '<tr data-item id="{1}"{0}>{2}<td class="id hid">{1}</td>'
    '<td class="full"><a class="lk" href="{3}{1}" data-open>{4}</a>{5}</td>'
)
LOOKS = {
    "status": "how",
    "workstream": "soft nw",
    "owner": "soft",
    "start": "num nw soft",
    "left": "r num nw",
    "target": "num nw soft",
    "baseline": "num nw soft",
    "forecast": "num nw",
    "slip": "r num nw",
    "needed": "num nw soft",
    "float": "num",
    "chance": "num nw",
    "links": "r num soft nw",
    "word": "r num nw",
}  # the classes of a column's cells, wherever it stands
PICK = '<td class="ck"><input type="checkbox" name="key" value="{0}" form="bulk" data-select aria-label="{1}"{2}></td>'


ROOM = 5_000  # cells of a kind that are kept


class Kept(dict):  # type: ignore[type-arg]
    """A dictionary that makes what it does not have, and begins anew when it is full."""

    def __init__(self, make: Callable[..., object]) -> None:
        super().__init__()
        self.make = make

    def __missing__(self, key: tuple[object, ...]) -> object:
        if len(self) >= ROOM:
            self.clear()
        self[key] = found = self.make(*key)
        return found


def body(
    slug: str,
    rows: Iterable[Row],
    thresholds: Thresholds,
    today: date,
    *,
    pick: bool,
    cols: str = "",
    picked: frozenset[str] = frozenset(),
    swap: bool = False,
) -> SafeString:
    """The rows of a page with these columns. `pick` gives each a box to select it; `swap` lets each take the place of the one
    that is there."""
    form = ROW + "".join(f"{{{at}}}" for at in range(6, 6 + len(columns.shown(cols)))) + "</tr>"
    written = cells(slug, rows, thresholds, today, pick=pick, cols=cols, picked=picked, swap=swap)
    return format_html_join("\n", form, written)


def cells(
    slug: str,
    rows: Iterable[Row],
    thresholds: Thresholds,
    today: date,
    *,
    pick: bool,
    cols: str = "",
    picked: frozenset[str] = frozenset(),
    swap: bool = False,
) -> Iterator[tuple[object, ...]]:
    """What fills `ROW` for each row, and then its columns."""
    lead = _lead(slug, pick=pick, picked=picked, swap=swap)
    make, css = makers(thresholds, today), classes(cols)
    made = [(make[name], css[name]) for name in css]
    for row in rows:
        yield (*lead(row), *[cell(row, look) for cell, look in made])


def classes(cols: str) -> dict[str, str]:
    """The classes of the cells of each column shown, in order."""
    places = columns.places(cols)
    return {name: " ".join(filter(None, (LOOKS[name], places[name]))) for name in columns.shown(cols)}


def _lead(slug: str, *, pick: bool, picked: frozenset[str], swap: bool) -> Callable[[Row], tuple[object, ...]]:
    """What begins each row: how it swaps, its key, the box to select it, the address of its page, its name."""
    base = reverse("milestone", args=(slug, "-"))[:-1]
    attributes = format_html(' hx-swap-oob="{}"', "true") if swap else ""
    ticked = format_html(" {}", "checked")
    outside = format_html(' <span class="tag">{}</span>', _("Outside"))
    select = _("Select %(name)s")

    def lead(row: Row) -> tuple[object, ...]:
        box = format_html(PICK, row.key, select % {"name": row.name}, ticked if row.key in picked else "") if pick else ""
        return attributes, row.key, box, base, row.name, outside if row.external else ""

    return lead


def makers(thresholds: Thresholds, today: date) -> dict[str, Callable[[Row, str], object]]:
    """What writes each column's cell of a row, given the classes of the cell."""
    return _makers(thresholds, today, get_language())


@lru_cache(maxsize=16)
def _makers(thresholds: Thresholds, today: date, _language: str | None) -> dict[str, Callable[[Row, str], object]]:
    """The same for every page of that day in that language: what a cell says hangs on nothing else."""
    says = {name: str(label) for name, label in filters.SORT_LABELS.items()}
    day = Kept(lambda name, when, css: _cell(css, says[name], wording.day(when, today)))
    status, owner, slip, links, word = Kept(_status), Kept(_owner), Kept(_slip), Kept(_links), Kept(_word)
    lane = Kept(lambda name, css: format_html('<td class="{}">{}</td>', css, name))
    room = Kept(lambda days, critical, css: _room(days, critical, css, says["float"]))
    odds = Kept(lambda by, chance, css: _odds(by, chance, css, says["chance"]))
    left = Kept(lambda days, unit, css: _cell(css, says["left"], _work(days, unit)))

    def open_only(row: Row, value: object) -> object:
        return None if row.status in CLOSED else value

    def ago(row: Row) -> int | None:
        last = last_word(row)
        return (today - last).days if last and last <= today else None

    return {
        "status": lambda row, css: status[row.status, row.said, row.blocked, css],
        "workstream": lambda row, css: lane[row.workstream, css],
        "owner": lambda row, css: owner[row.owner, css],
        "start": lambda row, css: day["start", row.start, css],
        "left": lambda row, css: left[open_only(row, row.left), row.unit, css],
        "target": lambda row, css: day["target", row.target, css],
        "baseline": lambda row, css: day["baseline", row.baseline, css],
        "forecast": lambda row, css: day["forecast", row.actual if row.status in CLOSED else row.forecast, css],
        "slip": lambda row, css: slip[row.slip, css],
        "needed": lambda row, css: day["needed", open_only(row, row.needed_by), css],
        "float": lambda row, css: room[open_only(row, row.total_float), row.critical and row.status not in CLOSED, css],
        "chance": lambda row, css: odds[open_only(row, row.sure_by), row.chance, css],
        "links": lambda row, css: links[row.waits_for, row.feeds, css],
        "word": lambda row, css: word[ago(row), silent(row, thresholds, today), css],
    }


def _cell(css: str, label: str, words: str) -> SafeString:
    return format_html('<td class="{}" data-l="{}">{}</td>', css, label, words or "–")


def _work(days: Decimal | None, unit: str) -> str:
    return wording.days_short(days) if unit == "wd" or days is None else wording.lag(days, unit)


def _status(status: str, said: str, blocked: bool, css: str) -> SafeString:
    return format_html('<td class="{}">{}</td>', css, marks.status(marks.milestone_state(status, said, blocked=blocked)))


def _owner(name: str, css: str) -> SafeString:
    if not name:
        return format_html('<td class="{}"><span class="muted">{}</span></td>', css, _("Nobody yet"))
    return format_html(
        '<td class="{}"><span class="who"><span class="av" aria-hidden="true">{}</span>'
        '<span class="trunc" title="{}">{}</span></span></td>',
        css,
        wording.initials(name),
        name,
        name,
    )


def _slip(days: float | None, css: str) -> SafeString:
    return _cell(f"{css} {wording.late_class(days)}".rstrip(), _("Slip"), wording.slip(days))


def _room(days: float | None, critical: bool, css: str, label: str) -> SafeString:
    if critical:
        return format_html('<td class="{}" data-l="{}"><span class="tag crit">{}</span></td>', css, label, _("Critical"))
    if days is None:
        return _cell(f"{css} muted", label, "")
    bar = max(3, min(100, round(days / FLOAT_WIDTH * 100)))
    drawn = '<td class="{}" data-l="{}"><span class="fl"><span>{}</span><i class="w-{}"></i></span></td>'
    return format_html(drawn, css, label, wording.days_short(days), bar)


def _odds(sure_by: date | None, chance: float | None, css: str, label: str) -> SafeString:
    words = filter(None, (wording.short_day(sure_by), wording.chance(chance) if sure_by else ""))
    return _cell(css, label, " · ".join(words))


def _links(waits_for: int, feeds: int, css: str) -> SafeString:
    return _cell(css, _("Links"), _("%(waits)d in, %(feeds)d out") % {"waits": waits_for, "feeds": feeds})


def _word(ago: int | None, quiet: bool, css: str) -> SafeString:
    if ago is None:
        words = ""
    elif ago < LONG_AGO:
        words = _("%(n)d d ago") % {"n": ago}
    else:
        words = _("%(n)d y ago") % {"n": ago // 365}
    return _cell(f"{css} {'warn' if quiet else 'soft'}", _("Last word"), words)
