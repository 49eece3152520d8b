"""The map in words: cards, heads, lanes and lines as its templates print them. Positions become classes of one small sheet."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from programs.maps.periods import Span, placed
from programs.queries.map import ELSEWHERE, NONE, OUTSIDE
from programs.web import map_sheet, marks, wording
from programs.web.map_choice import Choice, state

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from django.utils.safestring import SafeString

    from programs.maps.board import Drawing, Head, Line, PairLine
    from programs.maps.periods import Period
    from programs.queries.map import Node

WEEKEND = 2  # days a fortnight's head leaves out: it names working days


class Shown(NamedTuple):
    """One card. `url` is "" for what may not be opened."""

    id: str
    dom: str
    css: str
    url: str
    title: str
    program: str
    glyph: SafeString
    day: str
    room: str
    words: str


class Track(NamedTuple):
    """One line of the drawing."""

    source: str
    target: str
    css: str
    path: str


class Mark(NamedTuple):
    """What a card says of links that are not drawn as lines: at its start or at its end, at this height."""

    card: str
    css: str
    path: str
    words: str


class Cell(NamedTuple):
    """How many of which state a folded lane has in a period."""

    css: str
    counts: tuple[tuple[str, SafeString, int], ...]  # colour, shape, how many
    words: str
    states: tuple[tuple[str, int], ...]


class Band(NamedTuple):
    """One lane with what is in it."""

    key: str
    css: str
    name: str
    done: str
    toggle: str  # the address that unfolds or folds it, "" when there is nothing to unfold
    folded: bool
    cards: list[Shown]
    cells: list[Cell]


@dataclass(frozen=True)
class Picture:
    """Everything the template of the canvas prints."""

    sheet: str  # the address of its places
    heads: list[tuple[str, str]]
    bands: list[Band]
    width: int
    height: int
    rules: str
    plain: list[Track]
    halo: str  # what keeps a critical line apart from those it crosses: all of them as one path
    beside: list[Track]
    critical: list[Track]
    pairs: list[tuple[PairLine, str]]
    marks: list[Mark]
    total: int
    lanes: int


def picture(choice: Choice, today: date) -> Picture:
    """Lay the map out and word it."""
    calendar = choice.calendar(today)
    drawing = choice.drawing(calendar)
    plain, beside, critical = _tracks(choice, drawing)
    return Picture(
        sheet=map_sheet.address(drawing),
        heads=[_head(calendar, number, head, today) for number, head in enumerate(drawing.heads)],
        bands=_bands(choice, drawing, calendar, today),
        width=drawing.width,
        height=drawing.height,
        rules="".join(f"M{head.x} 0V{drawing.height}" for head in drawing.heads[1:]),
        plain=plain,
        halo="".join(track.path for track in critical),
        beside=beside,
        critical=critical,
        pairs=[(line, _pair_words(choice, line)) for line in drawing.pairs],
        marks=_marks(choice, drawing),
        total=len(choice.nodes),
        lanes=len(drawing.lanes),
    )


def head_words(period: Period, today: date) -> str:
    """The head of a column."""
    first, last = period.first, period.last
    year = "" if first.year == today.year or period.span in {Span.BEFORE, Span.UNDATED} else f" {first.year}"
    if period.span is Span.UNDATED:
        return _("No date")
    if period.span is Span.BEFORE:
        return _("Before %(day)s") % {"day": wording.short_day(type(today).fromordinal(last.toordinal() + 1), today)}
    if period.span is Span.FORTNIGHT:
        end = type(today).fromordinal(last.toordinal() - WEEKEND)
        same = first.month == end.month
        start = wording.written(first, pgettext("date format", "j")) if same else wording.day_and_month(first)
        return _("%(start)s – %(end)s") % {"start": start, "end": wording.day_and_month(end)} + year
    if period.span is Span.MONTH:
        return wording.month(first) + year
    if period.span is Span.QUARTER:
        return _("Q%(quarter)d %(year)d") % {"quarter": first.month // 3 + 1, "year": first.year}
    return str(first.year)


def _head(calendar: tuple[Period, ...], number: int, head: Head, today: date) -> tuple[str, str]:
    """The class and the words of a column's head."""
    period = calendar[head.period]
    now = period.span not in {Span.BEFORE, Span.UNDATED} and period.holds(today)
    return f"h{number}" + (" now" if now else ""), head_words(period, today)


# -- lanes and cards -------------------------------------------------------------------------------------------------


def lane_name(choice: Choice, lane: str) -> str:
    """What a lane is called."""
    beyond = {NONE: _("No workstream"), OUTSIDE: _("Outside every program"), ELSEWHERE: _("Other programs")}
    return (dict(choice.plan.lanes) | beyond)[lane]


def _bands(choice: Choice, drawing: Drawing, calendar: tuple[Period, ...], today: date) -> list[Band]:
    place = {place.id: place for place in drawing.places}
    done: Counter[str] = Counter(node.lane for node in choice.plan.nodes.values() if not node.is_open and not node.external)
    total: Counter[str] = Counter(node.lane for node in choice.plan.nodes.values() if not node.external)
    cells = _cells(choice, drawing, calendar, today)
    bands = []
    for number, lane in enumerate(drawing.lanes):
        here = sorted((p for p in place.values() if choice.nodes[p.id].lane == lane.id), key=lambda p: (p.column, p.row))
        counted = lane.id not in {OUTSIDE, ELSEWHERE}
        words = _("%(done)d of %(total)d done") % {"done": done[lane.id], "total": total[lane.id]} if counted else ""
        bands.append(
            Band(
                key=lane.id,
                css=f"l{number}" + (" alt" if number % 2 else "") + (" folded" if lane.strip else ""),
                name=lane_name(choice, lane.id),
                done=words,
                toggle=_toggle(choice, lane.id),
                folded=bool(lane.strip),
                cards=[shown(choice, choice.nodes[p.id], today, f"c{p.column} r{p.row}") for p in here],
                cells=cells.get(lane.id, []),
            )
        )
    return bands


def _toggle(choice: Choice, lane: str) -> str:
    """The address that unfolds a lane, or folds it again."""
    opened = set(choice.asked.opened)
    if lane not in choice.folding.folded and lane not in opened:
        return ""
    return choice.asked.url(open=",".join(sorted(opened ^ {lane})))


def _cells(choice: Choice, drawing: Drawing, calendar: tuple[Period, ...], today: date) -> dict[str, list[Cell]]:
    """The row that sums up a folded lane: its glyphs by period."""
    found: dict[str, list[Cell]] = {}
    first = {head.period: head.first for head in drawing.heads}
    for lane, sums in choice.folding.sums.items():
        if lane in choice.closed:
            found[lane] = [_sum("c0", "", Counter(what for _day, what in sums))]
            continue
        place = {day: placed(calendar, day) for day in {day for day, _what in sums}}
        by_period: dict[int, Counter[str]] = {}
        for day, what in sums:
            by_period.setdefault(place[day], Counter())[what] += 1
        found[lane] = [
            _sum(f"c{first[at]}", f"{head_words(calendar[at], today)}: ", counts) for at, counts in sorted(by_period.items())
        ]
    return found


def _sum(css: str, when: str, counts: Counter[str]) -> Cell:
    """How many of which state, as glyphs and in words."""
    ordered = _by_state(counts)
    said = when + ", ".join(f"{count} {marks.label(what)}" for what, count in ordered)
    shapes = ((marks.STATES[what][1], marks.symbol(f"g-{marks.STATES[what][0]}", 11), count) for what, count in ordered)
    return Cell(css, tuple(shapes), said, tuple(ordered))


def _by_state(counts: Counter[str]) -> list[tuple[str, int]]:
    order = list(marks.STATES)
    return sorted(counts.items(), key=lambda item: order.index(item[0]))


def shown(choice: Choice, node: Node, today: date, place: str = "") -> Shown:
    """One card in words."""
    what = state(node)
    css = [place, f"s-{marks.STATES[what][1]}", *_lit(choice, node)]
    css += ["c"] if node.leads else ["cc"] if node.shown_critical else []
    css += ["wh"] if node.withheld else ["out"] if node.lane in {OUTSIDE, ELSEWHERE} else []
    return Shown(
        id=node.id,
        dom=f"n{node.pk}" if node.pk > 0 else f"w{-node.pk}",
        css=" ".join(part for part in css if part),
        url=card_url(choice, node),
        title=node.name,
        program=node.program,
        glyph=marks.icon("lock", 11) if node.withheld else marks.symbol(f"g-{marks.STATES[what][0]}", 11),
        day="" if node.withheld else wording.short_day(node.day, today) if node.day else _("no date"),
        room=room(node),
        words=_words(choice, node, what),
    )


def card_url(choice: Choice, node: Node) -> str:
    """Where a card leads: to its focus here; of another program to its own page."""
    if node.withheld:
        return ""
    if node.program:
        return reverse("milestone", args=(node.slug, node.key))
    return choice.asked.url(focus=node.id, view="", page=1, slip=False)


def room(node: Node) -> str:
    """The float as a card prints it: "critical", "+15 d", nothing for what is done."""
    if node.withheld or not node.is_open:
        return ""
    if node.critical:
        return _("critical")
    if node.total_float is None:
        return ""
    return _("+%(n)s d") % {"n": wording.number(node.total_float)}


def _lit(choice: Choice, node: Node) -> list[str]:
    if choice.focus:
        found = [("sel", node.id == choice.focus), ("up", node.id in choice.up), ("dn", node.id in choice.down)]
        return [css for css, is_so in found if is_so] or ["dim"]
    return ["dim"] if choice.lit is not None and node.id not in choice.lit else []


def _words(choice: Choice, node: Node, what: str) -> str:
    """What only a screen reader needs: the key, the state, how many links, and what is not drawn as a line."""
    waits, feeds = len(choice.plan.before.get(node.id, ())), len(choice.plan.after.get(node.id, ()))
    said = [] if node.withheld else [f"{node.key}, {marks.label(what)}."]
    said.append(_("Waits for %(waits)d, feeds %(feeds)d.") % {"waits": waits, "feeds": feeds})
    folded = sum(choice.folding.leaves.get(node.id, {}).values()) + sum(choice.folding.comes.get(node.id, {}).values())
    if folded:
        said.append(ngettext("%(n)d link into a folded lane.", "%(n)d links into folded lanes.", folded) % {"n": folded})
    return " ".join(said)


# -- lines -----------------------------------------------------------------------------------------------------------


def _tracks(choice: Choice, drawing: Drawing) -> tuple[list[Track], list[Track], list[Track]]:
    """Ordinary lines; those that share an end with a critical one, drawn over its halo; critical ones, drawn last."""
    ends = {end for line in drawing.lines if line.critical for end in (("u", line.source), ("v", line.target))}
    plain: list[Track] = []
    beside: list[Track] = []
    critical: list[Track] = []
    for line in drawing.lines:
        track = Track(line.source, line.target, _line_css(choice, line), line.path)
        near = ("u", line.source) in ends or ("v", line.target) in ends
        (critical if line.critical else beside if near else plain).append(track)
    return plain, beside, critical


def _line_css(choice: Choice, line: Line) -> str:
    """Critical, held up by a blocker, or related only; lit or not."""
    source = choice.nodes[line.source]
    kind = "c" if line.critical else "rel" if not line.schedules else "b" if state(source) == "blocked" else ""
    return " ".join(part for part in ("e", kind, *_line_lit(choice, line.source, line.target)) if part)


def _line_lit(choice: Choice, source: str, target: str) -> list[str]:
    if choice.focus:
        up, down = choice.up | {choice.focus}, choice.down | {choice.focus}
        on = (source in up and target in up) or (source in down and target in down)
        return ["on", *(["near"] if choice.focus in {source, target} else [])] if on else []
    lit = choice.lit
    return ["dim"] if lit is not None and not (source in lit and target in lit) else []


def _pair_words(choice: Choice, line: PairLine) -> str:
    words = ngettext("%(n)d link: %(source)s feeds %(target)s", "%(n)d links: %(source)s feeds %(target)s", line.pair.count)
    names = {"source": lane_name(choice, line.pair.source), "target": lane_name(choice, line.pair.target)}
    return words % {"n": line.pair.count, **names}


def _marks(choice: Choice, drawing: Drawing) -> list[Mark]:
    """Short ends at the cards for links that are no lines: against the dates, set aside, into a folded lane."""
    leaves: dict[str, list[tuple[str, str]]] = {}
    comes: dict[str, list[tuple[str, str]]] = {}
    for link in drawing.against:
        words = _against_words(choice, link.source, link.target, schedules=link.schedules)
        leaves.setdefault(link.source, []).append(("x", words))
        comes.setdefault(link.target, []).append(("x", words))
    for edge in choice.aside:
        words = _("Set aside: %(a)s, %(b)s") % {"a": choice.nodes[edge.source].name, "b": choice.nodes[edge.target].name}
        leaves.setdefault(edge.source, []).append(("loop", words))
        comes.setdefault(edge.target, []).append(("loop", words))
    for sides, folded in ((leaves, choice.folding.leaves), (comes, choice.folding.comes)):
        for card, lanes in folded.items():
            sides.setdefault(card, []).extend(("fold", f"{count} · {lane_name(choice, lane)}") for lane, count in lanes.items())
    return list(_drawn_marks(drawing, leaves, comes))


def _against_words(choice: Choice, source: str, target: str, *, schedules: bool) -> str:
    names = {"a": choice.nodes[source].name, "b": choice.nodes[target].name}
    if not schedules:
        return _("%(a)s relates to %(b)s") % names
    return _("%(b)s waits for %(a)s, which is dated later") % names


def _drawn_marks(
    drawing: Drawing, leaves: dict[str, list[tuple[str, str]]], comes: dict[str, list[tuple[str, str]]]
) -> Iterable[Mark]:
    size = drawing.size
    low, high = size.height - size.height // 4, size.height // 4
    for place in drawing.places:
        for sides, path in (
            (leaves, f"M{place.x + size.width} {place.y + low}h8"),
            (comes, f"M{place.x - 9} {place.y + high}h8"),
        ):
            found = sides.get(place.id, [])
            if found:
                css = "loop" if any(kind == "loop" for kind, _words in found) else found[0][0]
                yield Mark(place.id, css, path, "; ".join(words for _kind, words in found))
