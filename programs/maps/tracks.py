"""The order of the vertical tracks in a gutter: few crossings, and no two unrelated lines on one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from programs.maps.routes import Family, Turn

MARGIN = 0.35  # heights on the grid: closer ends would look like one line
PASSES = 12


@dataclass(slots=True)
class _Bundle:
    """One family in one gutter: where it comes from on the left, where it goes on the right."""

    family: Family
    low: float
    high: float
    lefts: list[float] = field(default_factory=list)
    rights: list[float] = field(default_factory=list)

    def meets(self, other: _Bundle) -> bool:
        return self.low - MARGIN < other.high and other.low - MARGIN < self.high

    def crossings(self, other: _Bundle) -> int:
        """Crossings when this one is left of the other."""
        ahead = sum(other.low < y < other.high for y in self.rights)
        return ahead + sum(self.low < y < self.high for y in other.lefts)

    @property
    def rank(self) -> tuple[bool, float, Family]:
        """Falling lines: lower sources first; rising ones: upper sources first; families out of a card before the others."""
        source, target = sum(self.lefts) / len(self.lefts), sum(self.rights) / len(self.rights)
        return (self.family[0] != "out", -source if target > source else source, self.family)


def tracks(turns: Sequence[Turn]) -> tuple[dict[Family, int], int]:
    """The track of every family, from left to right, and how many there are."""
    bundles = sorted(_bundles(turns), key=lambda bundle: bundle.rank)
    order = _improve(bundles)
    track: dict[Family, int] = {}
    for at, bundle in enumerate(order):
        before = [track[other.family] for other in order[:at] if other.meets(bundle)]
        track[bundle.family] = max(before, default=-1) + 1
    return track, max(track.values(), default=-1) + 1


def _bundles(turns: Sequence[Turn]) -> list[_Bundle]:
    found: dict[Family, _Bundle] = {}
    for turn in turns:
        low, high = min(turn.start, turn.end), max(turn.start, turn.end)
        bundle = found.setdefault(turn.family, _Bundle(turn.family, low, high))
        bundle.low, bundle.high = min(bundle.low, low), max(bundle.high, high)
        for ends, y in ((bundle.lefts, turn.start), (bundle.rights, turn.end)):
            if y not in ends:
                ends.append(y)
    return list(found.values())


def _improve(order: list[_Bundle]) -> list[_Bundle]:
    """Move one bundle at a time to where it crosses least, until nothing gets better."""
    count = len(order)
    cost = [[0] * count for _ in order]
    for i, one in enumerate(order):
        for j, other in enumerate(order):
            if i != j and one.meets(other):
                cost[i][j] = one.crossings(other)
    line = list(range(count))
    for _ in range(PASSES):
        if not sum(_move(line, i, cost) for i in range(count)):
            break
    return [order[i] for i in line]


def _move(line: list[int], one: int, cost: list[list[int]]) -> bool:
    """Take one out and put it in where the sum is least; True if that was somewhere else."""
    was = line.index(one)
    others = line[:was] + line[was + 1 :]
    total = sum(cost[one][other] for other in others)
    sums = [total]
    for other in others:
        total += cost[other][one] - cost[one][other]
        sums.append(total)
    best = min(range(len(sums)), key=lambda at: (sums[at], abs(at - was)))
    if sums[best] >= sums[was]:
        return False
    line[:] = [*others[:best], one, *others[best:]]
    return True
