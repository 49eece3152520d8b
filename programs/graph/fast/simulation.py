"""A plan made ready to be simulated: the forward pass of `forward.py` on rows of runs instead of numbers.

Every activity counts in working days of one calendar since the data date, so that a link within one calendar is one addition.
Where a link leads from one calendar to another, days are looked up: each working day of the one is a whole number of days of the
other at its start, and either worked there as well or not. An instant is known by its day and what of the day is gone, so nothing
is rounded but to single precision (a few seconds in ten years).

Three tiers compute the same numbers, to the last bit: compiled (`simulation_kernels`), numpy by rows (`simulation_rows`), and
plain Python (`simulation_lists`), which is the loop a first version would write, and the judge of the others.
"""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from programs.graph.calendars import Calendar
from programs.graph.fast import compiled

NEVER = -1.0e6  # working days: earlier than anything
BEFORE, AFTER = 1_000, 15_000  # days a way between calendars covers around the data date
BINS = 256  # days (or spans of 2, 4, … days) in which finishes are counted
PILOT = 256  # runs that say where the bins of each activity lie
SMALL = 20_000  # activities times runs below which plain Python is quick enough
FIXED, TRIANGLE, TABLE = 0, 1, 2


@dataclass(slots=True)
class Draw:
    """How one random amount is made from 32 random bits. `cause` is the place of its shared cause, -1: none."""

    kind: int
    low: float
    share: float = 0.0
    rise: float = 0.0
    fall: float = 0.0
    high: float = 0.0  # or the width of a table's range
    table: int = 0
    keys: tuple[int, int] = (0, 0)
    cause: int = -1
    cause_keys: tuple[int, int] = (0, 0)


@dataclass(slots=True)
class Event:
    """One risk: whether it happens, and its impact (a draw)."""

    probability: float
    impact: int
    keys: tuple[int, int]
    cause: int = -1
    cause_keys: tuple[int, int] = (0, 0)


@dataclass(slots=True)
class Step:
    """One link: the row it reads (2u starts, 2u+1 finishes), ways between calendars before and after the lag, -1: none."""

    row: int
    lag: float
    before: int = -1
    before_ends: bool = True  # the instant is the end of work, not a start
    after: int = -1
    after_ends: bool = True
    into_finish: bool = False
    events: tuple[int, ...] = ()
    id: object = None

    @property
    def least(self) -> float:
        """A lead asks for nothing before the data date, which counts where an event comes on top."""
        return 0.0 if self.lag < 0 else NEVER


@dataclass(slots=True)
class Node:
    """One activity (`index`) or one blocker (`obstacle`), in an order in which whatever it waits for comes first."""

    base: float  # no earlier start
    floor: float = NEVER  # no earlier finish
    work: float = 0.0
    draw: int = -1
    events: tuple[int, ...] = ()
    steps: list[Step] = field(default_factory=list)
    calendar: int = 0
    point: bool = False
    index: int = -1
    obstacle: int | None = None
    target: float = math.inf
    told: bool = False  # whether its dates are asked for
    first: int = -BEFORE  # the finish that is counted in the first bin
    shift: int = 6  # bins of 2 ** shift days


@dataclass(slots=True)
class Ending:
    """How one program ends: the latest of some finishes, each by a way into the calendar of the program's finish."""

    frame: int
    calendar: int
    base: float
    last: list[tuple[int, int]] = field(default_factory=list)  # (node, way)


@dataclass(slots=True)
class Model:
    """The plan with everything uncertain in it."""

    seed: int
    share: float  # how often a draw follows its cause
    nodes: list[Node]
    draws: list[Draw]
    events: list[Event]
    causes: list[tuple[int, int]]
    tables: list[list[tuple[float, float]]]
    ways: list[list[tuple[float, float]]]
    endings: list[Ending]
    calendars: list[Calendar]
    data_date: int
    place: dict[int, int] = field(default_factory=dict)  # node of each activity index
    blocked: dict[int, list[tuple[int, int]]] = field(default_factory=dict)  # (node, step) of each obstacle
    planned: dict[int, float] = field(default_factory=dict)  # the work of a node if its estimate held
    estimated: dict[int, int] = field(default_factory=dict)  # the node whose draw is an activity's estimate, by its id


@dataclass(slots=True)
class Tally:
    """What some runs came to. Tallies of different runs of one model add up exactly, in any order.

    `bins` counts the finishes of every node by day, BINS numbers each; `finishes` has those of every program, run by run, in
    working days from the data date.
    """

    runs: int
    bins: array[int]
    made: array[int]  # runs that met the activity's target
    critical: array[int]  # runs in which it drove the finish of a program
    finishes: list[array[float]]

    def __add__(self, other: Tally) -> Tally:
        finishes = [a + b for a, b in zip(self.finishes, other.finishes, strict=True)]
        bins, made = _sums(self.bins, other.bins), _sums(self.made, other.made)
        return Tally(self.runs + other.runs, bins, made, _sums(self.critical, other.critical), finishes)


def _sums(one: array[int], other: array[int]) -> array[int]:
    np = compiled.numpy()
    if np is not None:
        return array("I", (np.frombuffer(one, np.uint32) + np.frombuffer(other, np.uint32)).tobytes())
    return array("I", map(int.__add__, one, other))


def tally(model: Model, first: int, runs: int, *, driving: bool = True, threads: int = 1) -> Tally:
    """Simulate runs first .. first + runs - 1. `driving`: count who drove the finish, too. Only compiled runs use threads."""
    kernels = compiled.ready("simulation_kernels")
    if kernels is not None:
        from programs.graph.fast.packed import Packed

        return Packed(model, kernels).run(first, runs, driving=driving, threads=threads)
    if len(model.nodes) * runs > SMALL and compiled.numpy():
        from programs.graph.fast import simulation_rows

        return simulation_rows.run(model, first, runs, driving)
    from programs.graph.fast import simulation_lists

    return simulation_lists.run(model, first, runs, driving)


def quantiles(model: Model, tally: Tally, shares: Sequence[float]) -> Sequence[Sequence[int]]:
    """For each node the last day of the bin in which each share of the runs is reached, in days of its calendar."""
    kernels = compiled.ready("simulation_kernels")
    if kernels is not None:
        from programs.graph.fast.packed import Packed

        return list(Packed(model, kernels).counted(tally, shares).tolist())
    found = []
    for n, node in enumerate(model.nodes):
        reached = list(accumulate(tally.bins[BINS * n : BINS * (n + 1)]))
        places = [bisect_left(reached, share * tally.runs) for share in shares]
        found.append([node.first + (place + 1 << node.shift) - 1 for place in places])
    return found
