"""The way of every link over the grid: along free rows, down the gutters between columns, through the channels beside rows.

Gutter k is left of column k. Every row has a channel above it and one below it. Nothing else is ever used, so no link can
pass under a card. In order of preference: straight along a free row; one bend, as near to the target as the rows allow;
two bends, through the channel beside the row of the target.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from programs.maps.board import Link

Family = tuple[str, ...]  # lines of one family share a track: into one card, or out of one card
Channel = tuple[int, str]  # row, "above" or "below"

# Heights on the grid: row r is from 10 r to 10 r + 10, its card in the middle.
ROW = 10.0
MIDDLE, OUT, IN = 5.0, 4.3, 5.7
ABOVE, BELOW = 1.0, 9.0
_APART = 0.08  # between two tracks of one channel


@dataclass(frozen=True, slots=True)
class Turn:
    """A vertical piece: in which gutter, with which family, from which height to which."""

    gutter: int
    family: Family
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Route:
    """One link: no turn, one turn, or two turns and the channel (with its track) between them."""

    link: Link
    turns: tuple[Turn, ...] = ()
    channel: Channel | None = None
    track: int = 0


def routes(links: Iterable[Link], column: Mapping[str, int], row: Mapping[str, int]) -> list[Route]:
    """Choose the way of every link. All of them must run to a later column."""
    taken: dict[int, list[int]] = defaultdict(list)
    for card, at in column.items():
        insort(taken[row[card]], at)
    links = list(links)
    many = Fans(links)
    found: list[Route] = []
    around: list[tuple[Link, Channel]] = []
    for link in links:
        source, target = link.source, link.target
        a, b, r, s = column[source], column[target], row[source], row[target]
        right, left = _free_until(taken[r], a), _free_from(taken[s], b)
        if r == s and right >= b:
            found.append(Route(link))
            continue
        low, high = max(a + 1, left), min(b, right)
        if low <= high and r != s:
            gutter = high if high == b else a + 1 if low == a + 1 else high
            found.append(Route(link, (Turn(gutter, many.family(link, leaving=gutter != b), r * ROW + OUT, s * ROW + IN),)))
        else:
            around.append((link, (s, "above" if r < s else "below")))
    return found + _around(around, many, column, row)


def _arrival(link: Link) -> Family:
    """With whom it shares the last of its way."""
    return ("in", link.target) if link.schedules else ("beside", link.source, link.target)


class Fans:
    """How many lines leave and reach each card: lines share a track with whichever family is the larger."""

    def __init__(self, links: Iterable[Link]) -> None:
        scheduling = [link for link in links if link.schedules]
        self.out = Counter(link.source for link in scheduling)
        self.into = Counter(link.target for link in scheduling)

    def family(self, link: Link, *, leaving: bool) -> Family:
        """With whom a turn shares its track; what does not schedule is drawn otherwise and so shares with nobody."""
        if leaving and link.schedules and self.out[link.source] >= self.into[link.target]:
            return ("out", link.source)
        return _arrival(link)


def _free_until(taken: list[int], column: int) -> int:
    """The last gutter one reaches along a row, going right from a card."""
    at = bisect_right(taken, column)
    return taken[at] if at < len(taken) else 1 << 30


def _free_from(taken: list[int], column: int) -> int:
    """The first gutter from which one reaches a card along its row."""
    at = bisect_left(taken, column)
    return taken[at - 1] + 1 if at else 0


def _around(links: list[tuple[Link, Channel]], many: Fans, column: Mapping[str, int], row: Mapping[str, int]) -> list[Route]:
    """Two bends. Links to the same target share the track of a channel; others get a track of their own where they meet."""
    spans: dict[tuple[Channel, Family], tuple[int, int]] = {}
    for link, channel in links:
        ends = column[link.source] + 1, column[link.target]
        low, high = spans.get((channel, _arrival(link)), ends)
        spans[channel, _arrival(link)] = min(ends[0], low), max(ends[1], high)
    track = _levels(spans)
    found = []
    for link, channel in links:
        at = track[channel, _arrival(link)]
        level = channel[0] * ROW + (ABOVE - at * _APART if channel[1] == "above" else BELOW + at * _APART)
        start, end = row[link.source] * ROW + OUT, row[link.target] * ROW + IN
        out = Turn(column[link.source] + 1, many.family(link, leaving=True), start, level)
        found.append(Route(link, (out, Turn(column[link.target], _arrival(link), level, end)), channel, at))
    return found


def _levels(spans: Mapping[tuple[Channel, Family], tuple[int, int]]) -> dict[tuple[Channel, Family], int]:
    """The track of every family in its channel: the first that is free over all the gutters it passes."""
    track: dict[tuple[Channel, Family], int] = {}
    used: dict[Channel, list[int]] = defaultdict(list)  # per track, the last gutter it is used in
    for (channel, family), (low, high) in sorted(spans.items(), key=lambda item: (item[0][0], item[1], item[0][1])):
        ends = used[channel]
        at = next((number for number, end in enumerate(ends) if end < low), len(ends))
        ends[at : at + 1] = [high]
        track[channel, family] = at
    return track
