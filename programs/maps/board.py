"""What goes into a dependency map and what comes out of it: frozen values, no words, no colours.

A board is cards in lanes, on days, with links between them. A drawing is the same board with a place for everything, in
pixels from its start corner; what reads from right to left mirrors the whole of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import date

    from programs.maps.periods import Period


@dataclass(frozen=True, slots=True)
class Size:
    """Measures of one level of detail, in pixels."""

    width: int  # of a card
    height: int
    gap: int  # between two cards of a lane, one above the other
    pad: int  # between a card and the edge of its lane
    strip: int  # the row that sums up a folded lane


FULL = Size(width=136, height=54, gap=12, pad=9, strip=40)
COMPACT = Size(width=102, height=36, gap=10, pad=7, strip=34)


@dataclass(frozen=True, slots=True)
class Card:
    """One milestone on the board. `day` is None when nothing dates it; ties are broken by `id`, never by order."""

    id: str
    lane: str
    day: date | None = None
    critical: bool = False


class Link(NamedTuple):
    """`target` waits for `source`. A link that does not schedule is drawn where there is room and moves no card."""

    source: str
    target: str
    critical: bool = False
    schedules: bool = True


@dataclass(frozen=True, slots=True)
class Pair:
    """All links from one folded lane to another, drawn as one line with their number."""

    source: str
    target: str
    count: int
    critical: bool = False


@dataclass(frozen=True, slots=True)
class Board:
    """Everything to be drawn. Lanes and periods are in drawing order; `folded` lanes get a row that sums them up, with
    a cell in each of the periods named in `cells`.
    """

    lanes: tuple[str, ...]
    periods: tuple[Period, ...]
    cards: tuple[Card, ...]
    links: tuple[Link, ...] = ()
    folded: frozenset[str] = frozenset()
    cells: frozenset[int] = frozenset()
    pairs: tuple[Pair, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a card is: its column and row on the grid, and its start corner."""

    id: str
    period: int
    column: int
    row: int
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Line:
    """A link as drawn: corner points from the end of one card to the start of another, never backward."""

    source: str
    target: str
    points: tuple[tuple[int, int], ...]
    critical: bool
    schedules: bool

    @property
    def path(self) -> str:
        """The same with rounded corners, as SVG path data."""
        return rounded(self.points)


@dataclass(frozen=True, slots=True)
class PairLine:
    """A merged link, and where its number is written."""

    pair: Pair
    points: tuple[tuple[int, int], ...]
    at: tuple[int, int]

    @property
    def path(self) -> str:
        """The line as SVG path data."""
        return rounded(self.points)


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a period: from `x` on, over all of its columns; `first` is the first of them."""

    period: int
    first: int
    x: int
    width: int


@dataclass(frozen=True, slots=True)
class Lane:
    """A band across the board. `strip` is the height of the row that sums it up, 0 when it is not folded."""

    id: str
    y: int
    height: int
    strip: int = 0


@dataclass(frozen=True, slots=True)
class Drawing:
    """The finished geometry. `against` holds the links that cannot run forward: they are marked on both cards instead."""

    width: int
    height: int
    size: Size
    places: tuple[Place, ...]
    lines: tuple[Line, ...]
    against: tuple[Link, ...]
    pairs: tuple[PairLine, ...]
    heads: tuple[Head, ...]
    lanes: tuple[Lane, ...]
    columns: tuple[int, ...]  # x of each column
    rows: tuple[int, ...]  # y of each row of cards


RADIUS = 6


def rounded(points: tuple[tuple[int, int], ...]) -> str:
    """Path data through the points, corners rounded as far as there is room.

    >>> rounded(((0, 0), (20, 0), (20, 20)))
    'M0 0H14Q20 0 20 6V20'
    """
    path, last = [f"M{points[0][0]} {points[0][1]}"], len(points) - 1
    for (x0, y0), (x1, y1), (x2, y2) in zip(points, points[1:], points[2:], strict=False):
        room = min(RADIUS, (abs(x1 - x0) + abs(y1 - y0)) // 2, (abs(x2 - x1) + abs(y2 - y1)) // 2)
        path.append(_to(x1 - room * _sign(x1 - x0), y1 - room * _sign(y1 - y0), along=y1 == y0))
        path.append(f"Q{x1} {y1} {x1 + room * _sign(x2 - x1)} {y1 + room * _sign(y2 - y1)}")
    path.append(_to(*points[last], along=points[last][1] == points[last - 1][1]))
    return "".join(path)


def _to(x: int, y: int, *, along: bool) -> str:
    return f"H{x}" if along else f"V{y}"


def _sign(value: int) -> int:
    return (value > 0) - (value < 0)
