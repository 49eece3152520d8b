"""The dependency map: a board in, a drawing out.

What every drawing keeps (tests hold it): links run forward only; none passes under a card; two lines share a track only if
they share a source or a target; the same board in any order gives the same drawing; a small change moves few cards.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from programs.maps.board import FULL, Board, Drawing, Head, Lane, Line, PairLine, Place, Size
from programs.maps.columns import Columns, columns
from programs.maps.routes import ROW, Route, Turn, routes
from programs.maps.rows import Rows, rows
from programs.maps.tracks import tracks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from programs.maps.board import Link, Pair
    from programs.maps.routes import Channel, Family

PORT = 7  # links leave a card this much above its middle and arrive this much below it; straight ones use the middle
PITCH = 7  # between two vertical tracks
LEVEL = 5  # between two horizontal tracks, and from the first of them to the cards
GUTTER, FIRST_GUTTER = 24, 12
LEAD, ARROW = 11, 15  # before the first track, and after the last one for the arrow
PAIR_PITCH = 20  # merged lines carry a number, which needs room
END = 16  # after the last column


def layout(board: Board, size: Size = FULL) -> Drawing:
    """Place every card, line, lane and head."""
    board = _tidy(board)
    grid = columns(board)
    stacks = rows(board, grid.column)
    forward, against = _directed(board.links, grid)
    ways = routes(forward, grid.column, stacks.row)
    across = _across(board, grid, size, ways)
    down = _down(board, stacks, size, ways)
    places = tuple(
        Place(card.id, grid.period[card.id], grid.column[card.id], stacks.row[card.id],
              across.left[grid.column[card.id]], down.top[stacks.row[card.id]])
        for card in board.cards
    )  # fmt: skip
    at = {place.id: place for place in places}
    lines = [_line(way, at, size, across, down) for way in ways]
    return Drawing(
        width=across.width,
        height=down.height,
        size=size,
        places=places,
        lines=tuple(sorted(lines, key=lambda line: (line.critical, line.source, line.target, line.schedules))),
        against=tuple(against),
        pairs=tuple(_pair_line(pair, x, across, down) for pair, x in across.pairs),
        heads=tuple(
            Head(period, first, across.gutter[first], across.gutter[first + grid.width[period]] - across.gutter[first])
            for period, first in sorted(grid.first.items())
        ),
        lanes=down.lanes,
        columns=tuple(across.left),
        rows=tuple(down.top),
    )


def _tidy(board: Board) -> Board:
    """The same board in one order, without links to cards that are not on it and with one link between two cards."""
    known = {card.id for card in board.cards}
    links: dict[frozenset[str], Link] = {}
    for link in sorted(board.links, key=lambda link: (not link.schedules, link.source, link.target, not link.critical)):
        ends = frozenset((link.source, link.target))
        if ends <= known and len(ends) == 2:
            links.setdefault(ends, link)
    return Board(
        lanes=board.lanes,
        periods=board.periods,
        cards=tuple(sorted(board.cards, key=lambda card: card.id)),
        links=tuple(links.values()),
        folded=board.folded,
        cells=board.cells,
        pairs=tuple(sorted(board.pairs, key=lambda pair: (pair.source, pair.target))),
    )


def _directed(links: Iterable[Link], grid: Columns) -> tuple[list[Link], list[Link]]:
    """Those that run forward, and those that cannot. One that does not schedule has no direction, so it is turned round."""
    forward: list[Link] = []
    against: list[Link] = []
    for link in links:
        ahead = grid.column[link.target] - grid.column[link.source]
        if ahead < 0 and not link.schedules:
            link, ahead = link._replace(source=link.target, target=link.source), -ahead  # noqa: PLW2901
        (forward if ahead > 0 else against).append(link)
    return forward, against


# -- across ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Across:
    """Where gutters and columns begin, and the track of every family in every gutter."""

    gutter: list[int]
    left: list[int]
    track: dict[tuple[int, Family], int]
    pairs: list[tuple[Pair, int]]
    width: int

    def at(self, turn: Turn) -> int:
        """The x of a vertical piece."""
        return self.gutter[turn.gutter] + LEAD + self.track[turn.gutter, turn.family] * PITCH


def _across(board: Board, grid: Columns, size: Size, ways: Iterable[Route]) -> _Across:
    turns: dict[int, list[Turn]] = defaultdict(list)
    for way in ways:
        for turn in way.turns:
            turns[turn.gutter].append(turn)
    pairs, x = _pair_tracks(board)
    gutter, left = [], []
    track: dict[tuple[int, Family], int] = {}
    for k in range(grid.total):
        found, count = tracks(turns[k])
        track |= {(k, family): at for family, at in found.items()}
        gutter.append(x)
        x += FIRST_GUTTER if k == 0 else max(GUTTER, GUTTER // 2 + max(0, count - 1) * PITCH + ARROW)
        left.append(x)
        x += size.width
    gutter.append(x)
    return _Across(gutter, left, track, pairs, x + END)


def _pair_tracks(board: Board) -> tuple[list[tuple[Pair, int]], int]:
    """The merged lines stand before the first column, each on a track of its own."""
    at = {lane: number * ROW for number, lane in enumerate(board.lanes)}
    turns = [Turn(0, ("link", p.source, p.target), at[p.source] + 4, at[p.target] + 6) for p in board.pairs]
    found, count = tracks(turns)
    placed = [(p, LEAD + 3 + found["link", p.source, p.target] * PAIR_PITCH) for p in board.pairs]
    return placed, (LEAD + count * PAIR_PITCH + ARROW if count else 0)


# -- down ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Down:
    """Where rows and lanes begin."""

    top: list[int]
    lanes: tuple[Lane, ...]
    height: int

    def middle_of(self, lane: str) -> int:
        """The middle of the row that sums up a folded lane."""
        found = next(one for one in self.lanes if one.id == lane)
        return found.y + found.strip // 2


def _down(board: Board, stacks: Rows, size: Size, ways: Iterable[Route]) -> _Down:
    """Channels are as high as their tracks need."""
    used: dict[Channel, int] = defaultdict(int)
    for way in ways:
        if way.channel:
            used[way.channel] = max(used[way.channel], way.track + 1)
    top, lanes, y = [], [], 0
    for lane in board.lanes:
        start, strip = y, size.strip if lane in board.folded else 0
        y += strip
        first, count = stacks.first[lane], stacks.count[lane]
        for row in range(first, first + count):
            y += _channel(used[row, "above"], size.pad if row == first else size.gap // 2)
            top.append(y)
            y += size.height
            y += _channel(used[row, "below"], size.pad if row == first + count - 1 else size.gap // 2)
        lanes.append(Lane(lane, start, y - start, strip))
    return _Down(top, tuple(lanes), y)


def _channel(count: int, least: int) -> int:
    return max(least, LEVEL * count + LEVEL - 1) if count else least


# -- lines -----------------------------------------------------------------------------------------------------------


def _line(way: Route, place: dict[str, Place], size: Size, across: _Across, down: _Down) -> Line:
    source, target = place[way.link.source], place[way.link.target]
    x1, x2 = source.x + size.width, target.x
    middle1, middle2 = source.y + size.height // 2, target.y + size.height // 2
    points: tuple[tuple[int, int], ...]
    if not way.turns:
        points = ((x1, middle1), (x2, middle2))
    else:
        y, end = middle1 - PORT, middle2 + PORT
        corners = [(x1, y)]
        for turn in way.turns:
            x = across.at(turn)
            after = end if turn is way.turns[-1] else _level(way, down, size)
            corners += [(x, y), (x, after)]
            y = after
        points = (*corners, (x2, end))
    return Line(way.link.source, way.link.target, points, way.link.critical, way.link.schedules)


def _level(way: Route, down: _Down, size: Size) -> int:
    """The y of a piece in a channel: the first track is next to the cards."""
    assert way.channel is not None
    row, side = way.channel
    step = LEVEL * (way.track + 1)
    return down.top[row] - step if side == "above" else down.top[row] + size.height + step


def _pair_line(pair: Pair, x: int, across: _Across, down: _Down) -> PairLine:
    start, end = down.middle_of(pair.source) - 4, down.middle_of(pair.target) + 4
    points = ((0, start), (x, start), (x, end), (across.gutter[0], end))
    return PairLine(pair, points, (x, (start + end) // 2))
