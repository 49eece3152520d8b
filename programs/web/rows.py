"""Rows of the milestones list, joined from cells.

Two hundred rows are written at once, and most cells repeat: a status, an owner, a float, a date. Each is worded and escaped
once per page and kept; a row is one format string. A template that loops over rows takes four times as long, so the whole
table body is written here; `tests/bench/pages.py` compares it with the same rows joined by hand.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.translation import gettext as _

from programs.queries.milestones import last_word, silent
from programs.web import marks, wording

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from django.utils.safestring import SafeString

    from programs.flags.types import Thresholds
    from programs.queries.milestones import Row

FLOAT_WIDTH = 45.0  # working days of float drawn as a full bar
LONG_AGO = 730  # days after which a last word is told in years
CLOSED = frozenset({"done", "cancelled", "deferred"})
ROW = (
    '<tr data-item id="{1}"{0}>{2}<td class="id hid">{1}</td>'
    '<td class="full"><a class="lk" href="{3}{1}" data-open>{4}</a>{5}</td>'
    '<td class="how">{6}</td><td class="soft not-m nw p2">{7}</td><td class="soft">{8}</td>{9}{10}{11}{12}{13}'
    '<td class="r num soft not-m p3 nw">{14}</td>{15}</tr>'
)
PICK = '<td class="ck"><input type="checkbox" name="key" value="{0}" form="bulk" data-select aria-label="{1}"{2}></td>'


class Kept(dict):  # type: ignore[type-arg]
    """A dictionary that makes what it does not have; it lives as long as one page."""

    def __init__(self, make: Callable[..., object]) -> None:
        super().__init__()
        self.make = make

    def __missing__(self, key: tuple[object, ...]) -> object:
        self[key] = found = self.make(*key)
        return found


def body(
    slug: str,
    rows: Iterable[Row],
    thresholds: Thresholds,
    today: date,
    *,
    pick: bool,
    picked: frozenset[str] = frozenset(),
    swap: bool = False,
) -> SafeString:
    """The rows of a page. `pick` gives each a box to select it; `swap` lets each take the place of the one that is there."""
    return format_html_join("\n", ROW, cells(slug, rows, thresholds, today, pick=pick, picked=picked, swap=swap))


def cells(
    slug: str,
    rows: Iterable[Row],
    thresholds: Thresholds,
    today: date,
    *,
    pick: bool,
    picked: frozenset[str] = frozenset(),
    swap: bool = False,
) -> Iterator[tuple[object, ...]]:
    """What fills `ROW` for each row."""
    base = reverse("milestone", args=(slug, "-"))[:-1]
    attributes = format_html(' hx-swap-oob="{}"', "true") if swap else ""
    ticked = format_html(" {}", "checked")
    outside = format_html(' <span class="tag">{}</span>', _("Outside"))
    select = _("Select %(name)s")
    labels = {"target": _("Target"), "forecast": _("Forecast"), "float": _("Float")}
    status, owner, slip, room, links = Kept(_status), Kept(_owner), Kept(_slip), Kept(_room), Kept(_links)
    odds = Kept(_odds)
    day = Kept(lambda name, when: _day(name, labels[name], when, today))
    lane, word = Kept(conditional_escape), Kept(_word)
    for row in rows:
        closed, last, name = row.status in CLOSED, last_word(row), conditional_escape(row.name)
        yield (
            attributes,
            row.key,
            format_html(PICK, row.key, select % {"name": row.name}, ticked if row.key in picked else "") if pick else "",
            base,
            name,
            outside if row.external else "",
            status[row.status, row.said, row.blocked],
            lane[row.workstream,],
            owner[row.owner,],
            day["target", row.target],
            day["forecast", row.actual if closed else row.forecast],
            slip[row.slip,],
            room[None if closed else row.total_float, row.critical and not closed, labels["float"]],
            odds[None if closed else row.sure_by, row.chance],
            links[row.waits_for, row.feeds],
            word[(today - last).days if last and last <= today else None, silent(row, thresholds, today)],
        )


def _day(name: str, label: str, when: date | None, today: date) -> SafeString:
    css = "num nw soft p4 not-m" if name == "target" else "num nw"
    return format_html('<td class="{}" data-l="{}">{}</td>', css, label, wording.day(when, today) or "–")


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


def _room(days: float | None, critical: bool, label: str) -> SafeString:
    if critical:
        return format_html('<td class="num" data-l="{}"><span class="tag crit">{}</span></td>', label, _("Critical"))
    if days is None:
        return format_html('<td class="num muted" data-l="{}">{}</td>', label, "–")
    bar = max(3, min(100, round(days / FLOAT_WIDTH * 100)))
    drawn = '<td class="num" data-l="{}"><span class="fl"><span>{}</span><i class="w-{}"></i></span></td>'
    return format_html(drawn, label, wording.days_short(days), bar)


def _odds(sure_by: date | None, chance: float | None) -> SafeString:
    words = " · ".join(filter(None, (wording.short_day(sure_by), wording.chance(chance) if sure_by else ""))) or "–"
    return format_html('<td class="num nw not-m p3">{}</td>', words)


def _links(waits_for: int, feeds: int) -> SafeString:
    return conditional_escape(_("%(waits)d in, %(feeds)d out") % {"waits": waits_for, "feeds": feeds})


def _word(ago: int | None, quiet: bool) -> SafeString:
    if ago is None:
        words = "–"
    elif ago < LONG_AGO:
        words = _("%(n)d d ago") % {"n": ago}
    else:
        words = _("%(n)d y ago") % {"n": ago // 365}
    return format_html('<td class="r num nw not-m p5 {}">{}</td>', "warn" if quiet else "soft", words)
