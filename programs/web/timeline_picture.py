"""A timeline in words and pixels: what its template prints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from programs.maps.timeline import ROW, Bar, End, Frame, Tick, Work, draw, elbow, months, weeks
from programs.queries.map import ELSEWHERE
from programs.web import marks, wording
from programs.web.map_choice import state
from programs.web.timeline_rows import work
from programs.web.timeline_sheets import Sheet, sheets

if TYPE_CHECKING:
    from datetime import date

    from programs.queries.map import Edge, Node
    from programs.web.timeline_rows import Group, Piece, Rows

PRINTED = (100, 90, 80, 70, 60, 50, 40, 30, 25)  # per cent a print may be made smaller to
PAPER = 1040  # pixels across a landscape page
COLUMNS = 458  # pixels of name, forecast and slip
FLAG, TARGET_FLAG, YEAR = 22, 42, 14  # half of the width of the flags above the lines
APART = 2  # pixels between two flags
NUMBER = (2, 20)  # pixels from a tick between which its number is written


class Line(NamedTuple):
    """The row of one milestone."""

    node: Node
    dom: str
    css: str
    state: str
    glyph: str  # its name in the sprite
    colour: str
    day: str
    bar: Bar
    room: str
    words: str
    focus: str  # the address that puts it in focus
    waits: str  # ids it waits for, with blanks between: for the keys
    feeds: str
    sheet: Sheet | None = None  # the page that begins with this row, on paper


class Dot(NamedTuple):
    """One milestone on the row of its group."""

    x: float
    glyph: str
    colour: str
    words: str


class Block(NamedTuple):
    """A group on this page."""

    piece: Piece
    dots: list[Dot]
    lines: list[Line]
    words: str
    sheet: Sheet | None = None


class Path(NamedTuple):
    """A link, and the first and the last of the rows it crosses."""

    css: str
    source: str
    target: str
    path: str
    rows: tuple[int, int]


class Flag(NamedTuple):
    """Today or the target, at the top; `shift` moves its words so that they stay in the frame."""

    x: float
    words: str
    left: float
    width: float
    line: bool = True


@dataclass(frozen=True)
class Picture:
    """Everything the template prints."""

    frame: Frame
    width: int
    height: int
    blocks: list[Block]
    months: list[Tick]
    weeks: list[Tick]
    names: list[tuple[float, str]]
    numbers: list[tuple[float, str]]
    today: Flag
    target: Flag | None
    links: list[Path]
    critical: list[Path]
    print_css: str


def picture(found: Rows, frame: Frame, today: date) -> Picture:
    """Draw one page."""
    links = _links(found, frame)
    rows = sum(1 + len(piece.nodes) for piece in found.pieces)
    pages = sheets(rows, _fit(frame), links)
    blocks = _on_pages([_block(found, piece, frame, today) for piece in found.pieces], pages)
    target = found.plan.program.target_date
    goal = _target(frame, target, today) if target else None
    now = _beside(_flag(frame, today, _("Today"), FLAG), goal)
    return Picture(
        frame=frame,
        width=frame.width,
        height=ROW * rows,
        blocks=blocks,
        months=months(frame),
        weeks=weeks(frame),
        names=[(tick.x, _month(tick.day, today)) for tick in months(frame) if tick.named],
        numbers=_numbers(frame, [flag for flag in (now, goal) if flag]),
        today=now,
        target=goal,
        links=[path for path in links if "c" not in path.css.split()],
        critical=[path for path in links if "c" in path.css.split()],
        print_css=f"fit-{_fit(frame)}" + (" sheets" if pages else ""),
    )


def _month(day: date, today: date) -> str:
    return wording.written(day, pgettext("date format", "F") if day.year == today.year else pgettext("date format", "M Y"))


def _numbers(frame: Frame, flags: list[Flag]) -> list[tuple[float, str]]:
    """Mondays, but not below a flag."""
    return [
        (tick.x, str(tick.day.day))
        for tick in weeks(frame)
        if tick.named and all(tick.x + NUMBER[1] < flag.left or tick.x + NUMBER[0] > flag.left + flag.width for flag in flags)
    ]


def _flag(frame: Frame, day: date, words: str, half: float) -> Flag:
    """A flag, moved in from the edge when it would stick out."""
    x = frame.x(frame.along(day))
    return Flag(x, words, min(max(0.0, x - half), frame.width - 2 * half), 2 * half)


def _beside(flag: Flag, other: Flag | None) -> Flag:
    """The flag moved aside, so that neither covers the other; its line stays below it."""
    if other is None or flag.left >= other.left + other.width or other.left >= flag.left + flag.width:
        return flag
    if other.x <= flag.x:
        return flag._replace(left=min(other.left + other.width + APART, flag.x - APART))
    return flag._replace(left=max(other.left - flag.width - APART, flag.x - flag.width + APART, 0.0))


def _target(frame: Frame, day: date, today: date) -> Flag:
    """The flag of the target. What lies outside the frame is named at its edge, without a line."""
    near = day.year == today.year
    said = wording.day_and_month(day) if near else wording.written(day, pgettext("date format", "j M Y"))
    flag = _flag(frame, day, _("Target %(day)s") % {"day": said}, TARGET_FLAG + (0 if near else YEAR))
    return flag._replace(line=frame.holds(day))


def _fit(frame: Frame) -> int:
    """How much smaller it is printed, in per cent, so that it fits the width of a landscape page."""
    share = 100 * PAPER / (frame.width + COLUMNS)
    return next((size for size in PRINTED if size <= share), PRINTED[-1])


# -- rows ------------------------------------------------------------------------------------------------------------


def _on_pages(blocks: list[Block], pages: dict[int, Sheet]) -> list[Block]:
    """The same blocks; the rows that begin a page of paper bring its lines."""
    found, row = [], 0
    for block in blocks if pages else ():
        lines = [line._replace(sheet=pages.get(row + 1 + at)) for at, line in enumerate(block.lines)]
        found.append(block._replace(sheet=pages.get(row), lines=lines))
        row += 1 + len(lines)
    return found or blocks


def _block(found: Rows, piece: Piece, frame: Frame, today: date) -> Block:
    group = piece.group
    return Block(
        piece=piece,
        dots=[_dot(node, frame, today) for node in group.dots if node.day and frame.holds(node.day)],
        lines=[_line(found, node, frame, today) for node in piece.nodes],
        words=_group_words(group, today),
    )


def _group_words(group: Group, today: date) -> str:
    counts: dict[str, int] = {}
    for node in group.dots:
        counts[state(node)] = counts.get(state(node), 0) + 1
    said = [f"{counts[name]} {marks.label(name)}" for name in marks.STATES if name in counts]
    if group.end:
        said.append(_("last forecast %(day)s") % {"day": wording.day(group.end, today)})
    return ", ".join(said)


def _dot(node: Node, frame: Frame, today: date) -> Dot:
    name = state(node)
    words = f"{node.name}: {marks.label(name)}, {wording.day(node.day, today)}"
    return Dot(frame.x(frame.along(node.day)) if node.day else 0, *marks.STATES[name][:2], words)


def _line(found: Rows, node: Node, frame: Frame, today: date) -> Line:
    plan, asked, name = found.plan, found.asked, state(node)
    what = work(plan, node, asked)
    bar = draw(frame, what, today)
    looks = [
        ("c", node.leads or node.shown_critical),
        ("run", name != "todo" and node.status in {"in_progress", "blocked", "unknown"}),
        ("sel", node.id == asked.focus),
        ("over", not node.is_open),
    ]
    room = wording.number(node.total_float) if node.is_open and node.total_float and bar.room else ""
    return Line(
        node=node,
        dom=f"t{node.pk}",
        css=" ".join(css for css, is_so in looks if is_so),
        state=name,
        glyph=marks.STATES[name][0],
        colour=marks.STATES[name][1],
        day=wording.day(node.day, today) if node.day else _("no date"),
        bar=bar,
        room=_("%(n)s d") % {"n": room} if room else "",
        words=_words(node, what, today),
        focus=asked.url(focus="" if node.id == asked.focus else node.id, page=found.page),
        waits=" ".join(f"t{plan.nodes[one].pk}" for one in plan.before.get(node.id, ()) if plan.nodes[one].lane != ELSEWHERE),
        feeds=" ".join(f"t{plan.nodes[one].pk}" for one in plan.after.get(node.id, ()) if plan.nodes[one].lane != ELSEWHERE),
    )


def _words(node: Node, what: Work, today: date) -> str:
    """The bar in words, for whoever does not see it."""
    said = []
    if what.end is None:
        said.append(_("Nothing dates it yet"))
    elif not node.is_open:
        said.append(f"{marks.label(state(node))} {wording.day(what.end, today)}")
    elif what.start and what.start < what.end:
        said.append(_("%(start)s to %(end)s") % {"start": wording.day(what.start, today), "end": wording.day(what.end, today)})
    else:
        said.append(wording.day(what.end, today))
    if node.is_open and node.shown_critical:
        said.append(_("critical"))
    elif node.is_open and node.total_float:
        days = wording.number(node.total_float)
        said.append(ngettext("%(n)s working day of float", "%(n)s working days of float", int(node.total_float)) % {"n": days})
    if what.baseline:
        said.append(_("baseline %(day)s") % {"day": wording.day(what.baseline, today)})
    if what.sure:
        said.append(_("80%% sure by %(day)s") % {"day": wording.day(what.sure, today)})
    if what.clear and what.clear == what.end:
        said.append(_("blocked, nobody says until when"))
    elif what.clear:
        said.append(_("blocked until %(day)s") % {"day": wording.day(what.clear, today)})
    return ", ".join(said)


# -- links -----------------------------------------------------------------------------------------------------------


def _links(found: Rows, frame: Frame) -> list[Path]:
    """Between the rows of this page. A link to something folded runs to the row of its group."""
    at, asked = _places(found), found.asked
    paths, seen = [], set()
    for edge in found.plan.edges:
        if not edge.schedules or edge.source not in at or edge.target not in at or at[edge.source] == at[edge.target]:
            continue
        source, target = found.plan.nodes[edge.source], found.plan.nodes[edge.target]
        ends = _ends(edge, source, target)
        focused = asked.focus in {edge.source, edge.target}
        if ends is None or not frame.holds(ends[1]):
            continue
        start, end = (frame.along(day) for day in ends)
        path = elbow(frame, End(at[edge.source], start), End(at[edge.target], end))
        if path in seen and not edge.critical:
            continue
        seen.add(path)
        looks = [("c", edge.critical), ("on", focused), ("x", ends[1] < ends[0])]
        css = " ".join(["e", *(css for css, is_so in looks if is_so)])
        first, last = sorted((at[edge.source], at[edge.target]))
        paths.append(Path(css, f"t{source.pk}", f"t{target.pk}", path, (first, last)))
    return paths


def _ends(edge: Edge, source: Node, target: Node) -> tuple[date, date] | None:
    """The days a link leaves and arrives, by its type: its first letter is an end of the source, its second one of the target."""
    leaves = source.day if edge.type[:1] == "F" else source.early_start or source.day
    starts = min(target.early_start, target.day) if target.early_start and target.day and target.is_open else target.day
    arrives = target.day if edge.type[1:] == "F" else starts
    return (leaves, arrives) if leaves and arrives else None


def _places(found: Rows) -> dict[str, int]:
    """By milestone: the row it is drawn on."""
    at: dict[str, int] = {}
    row = 0
    for piece in found.pieces:
        if not piece.group.is_open:
            at |= {node.id: row for node in piece.group.nodes}
        for number, node in enumerate(piece.nodes):
            at[node.id] = row + 1 + number
        row += 1 + len(piece.nodes)
    return at
