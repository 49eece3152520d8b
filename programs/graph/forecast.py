"""How likely each date is: the whole network simulated many times, with everything uncertain drawn anew each time.

>>> from programs.graph.forecast import forecast
>>> forecast(snapshot, uncertainty).programs[1].dates[80]  # doctest: +SKIP
datetime.date(2027, 9, 14)

The same seed gives the same answer on every machine, with or without numpy and numba, however the runs are cut into parts. Large
simulations run in parts: `Simulation.tally(first, runs)` in several places, the tallies added up, then `Simulation.read`.
"""

from __future__ import annotations

import base64
import json
import math
import zlib
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from programs.graph.calendars import DAY, Calendar, day_end, finishing_day
from programs.graph.fast import simulation
from programs.graph.fast.modelling import prepare
from programs.graph.fast.simulation import NEVER, Model, Node, Tally
from programs.graph.solution import Solution, solve
from programs.graph.types import Snapshot
from programs.graph.uncertainty import Uncertainty

PERCENTS = (10, 20, 30, 40, 50, 60, 70, 80, 90, 95)
SEED = 1
RUNS = 10_000
DRIVERS = 10  # that are told, and risks beyond them
FELT = 0.05  # working days; what moves less is written as none
DRIVER_RUNS = 2_000  # enough to rank by, since both sides of each comparison share their luck
TRIED = 3  # how many estimates are tried for each that is told


@dataclass(frozen=True, slots=True)
class Outlook:
    """One milestone's finish. `dates[80]` is the day by whose end it is done in 80% of the runs."""

    id: int
    dates: dict[int, date]
    target: date | None
    chance: float | None  # share of runs that meet the target; None: it has none
    criticality: float  # share of runs in which it drives the finish of a program


@dataclass(frozen=True, slots=True)
class ProgramOutlook:
    """One program's finish; `days` counts runs by finishing day, for plots."""

    id: int
    dates: dict[int, date]
    target: date | None
    chance: float | None
    days: tuple[tuple[date, int], ...]


@dataclass(frozen=True, slots=True)
class Forecast:
    """The whole answer. Programs without dated work and milestones that are over are left out."""

    as_of: date
    runs: int
    programs: dict[int, ProgramOutlook]
    milestones: dict[int, Outlook]


class Lever(StrEnum):
    """What may be taken away to see what it costs."""

    ESTIMATE = "estimate"  # an activity takes as long as planned, no more and no less
    RISK = "risk"  # it does not happen
    BLOCKER = "blocker"  # it is cleared today
    HANDOVER = "handover"  # nothing waits for this link


@dataclass(frozen=True, slots=True)
class Driver:
    """By how many working days a program's 80% date comes earlier without one thing, and the date it then is."""

    lever: Lever
    id: int  # of the activity, risk, blocker or link
    days: float
    date: date


def forecast(snapshot: Snapshot | Solution, uncertainty: Uncertainty, *, runs: int = RUNS, seed: int = SEED) -> Forecast:
    """Simulate a snapshot (or its solution) and read the answer."""
    made = Simulation(snapshot, uncertainty, seed=seed)
    return made.read(made.tally(0, runs))


class Simulation:
    """One plan with one description of what is uncertain about it, ready to run."""

    def __init__(self, snapshot: Snapshot | Solution, uncertainty: Uncertainty, *, seed: int = SEED) -> None:
        self.solution = snapshot if isinstance(snapshot, Solution) else solve(snapshot)
        self.uncertainty = uncertainty
        self.model: Model = prepare(self.solution, uncertainty, seed)
        self._dates: dict[tuple[int, int], date] = {}

    def tally(self, first: int = 0, runs: int = RUNS, *, threads: int = 1) -> Tally:
        """Simulate runs first .. first + runs - 1. Tallies of runs that do not overlap add up, in any order."""
        return simulation.tally(self.model, first, runs, threads=threads)

    def read(self, tally: Tally) -> Forecast:
        """What the counted runs say."""
        model = self.model
        dates = simulation.quantiles(model, tally, [percent / 100 for percent in PERCENTS])
        told = [n for n, node in enumerate(model.nodes) if node.told]
        milestones = {self.solution.id(model.nodes[n].index): self._outlook(n, dates[n], tally) for n in told}
        programs = {
            ending.frame: self._program(ending.frame, ending.calendar, tally.finishes[f])
            for f, ending in enumerate(model.endings)
            if ending.last or ending.base > NEVER
        }
        return Forecast(self.solution.built.snapshot.as_of, tally.runs, programs, milestones)

    def drivers(self, frame: int, *, percent: int = 80, most: int = DRIVERS, runs: int = DRIVER_RUNS) -> tuple[Driver, ...]:
        """What moves a program's 80% date most when it is taken away, most first, and every risk beyond those that moves it.

        Both sides of each comparison share their draws, so a small difference is real. Of each kind those that drive most often
        are tried (of estimates, times how much they vary); what drives in no run is not.
        """
        place = next(f for f, ending in enumerate(self.model.endings) if ending.frame == frame)
        ending = self.model.endings[place]
        base = simulation.tally(self.model, 0, runs)
        now = _nearest(base.finishes[place], percent)
        found = []
        for lever, which, changed in self._without(base.critical, most):
            then = _nearest(simulation.tally(changed, 0, runs, driving=False).finishes[place], percent)
            if now - then >= FELT:
                found.append(Driver(lever, which, round(now - then, 2), self._date(ending.calendar, math.ceil(then))))
        ranked = sorted(found, key=lambda driver: (-driver.days, driver.lever, driver.id))
        return (*ranked[:most], *(driver for driver in ranked[most:] if driver.lever is Lever.RISK))

    # -- reading -------------------------------------------------------------------------------------------------------------

    def _outlook(self, n: int, days: Sequence[int], tally: Tally) -> Outlook:
        node = self.model.nodes[n]
        activity = self.solution.built.activities[node.index]
        dates = {percent: self._date(node.calendar, day) for percent, day in zip(PERCENTS, days, strict=True)}
        chance = None
        if activity.target is not None:  # where bins are wider than a day, what meets the target is still known exactly
            chance = tally.made[n] / tally.runs
            dates = {p: min(on, activity.target) if p <= 100 * chance else on for p, on in dates.items()}
        return Outlook(activity.id, dates, activity.target, chance, tally.critical[n] / tally.runs)

    def _program(self, frame: int, calendar: int, finishes: array[float]) -> ProgramOutlook:
        ordered, target = sorted(finishes), self.solution.built.frames[frame].target
        dates = {percent: self._date(calendar, math.ceil(_nearest(ordered, percent))) for percent in PERCENTS}
        chance = None
        if target is not None:
            limit = self._calendar(calendar).diff(self.model.data_date, day_end(target)) / DAY
            chance = sum(finish <= limit for finish in ordered) / len(ordered)
        counts: dict[date, int] = {}
        for finish in ordered:
            on = self._date(calendar, math.ceil(finish))
            counts[on] = counts.get(on, 0) + 1
        return ProgramOutlook(frame, dates, target, chance, tuple(counts.items()))

    def _calendar(self, calendar: int) -> Calendar:
        return self.model.calendars[calendar]

    def _date(self, calendar: int, day: int) -> date:
        """The date of a working day of a calendar, counted from the data date."""
        found = self._dates.get((calendar, day))
        if found is None:
            counted = self._calendar(calendar)
            found = finishing_day(counted.finish_at(counted.work(self.model.data_date) + day * DAY))
            self._dates[calendar, day] = found
        return found

    # -- what if it were not there -------------------------------------------------------------------------------------------

    def _without(self, critical: Sequence[int], most: int) -> Iterator[tuple[Lever, int, Model]]:
        """The model without one thing at a time, for everything that drove in some run."""
        model = self.model
        drives = [count > 0 for count in critical]
        weights = {n: critical[n] * self._width(n) for n in model.estimated.values() if drives[n]}
        worth = set(sorted(weights, key=lambda n: -weights[n])[: most * TRIED])
        for activity, n in sorted(model.estimated.items()):
            if n in worth:
                yield Lever.ESTIMATE, activity, _with(model, n, replace(model.nodes[n], draw=-1, work=model.planned[n]))
        risks = sorted(self.uncertainty.risks, key=lambda risk: risk.id)
        struck = [0] * len(risks)
        for n, node in enumerate(model.nodes):
            for place in _struck(node):
                struck[place] = max(struck[place], critical[n])
        for place in _largest(struck, most):
            events = [*model.events]
            events[place] = replace(events[place], probability=0.0)
            yield Lever.RISK, risks[place].id, replace(model, events=events)
        waiting = {obstacle: max(critical[n] for n, _ in waits) for obstacle, waits in sorted(model.blocked.items())}
        for obstacle in _largest(waiting, most):
            changed = model
            for n, step in model.blocked[obstacle]:
                changed = _with(changed, n, _dropped(changed.nodes[n], {step}))
            yield Lever.BLOCKER, obstacle, changed
        handed: dict[tuple[int, int], tuple[int, set[int]]] = {}
        wanted: set[object] = set(self.uncertainty.handovers)
        for n, node in enumerate(model.nodes):
            for s, edge in enumerate(node.steps):
                if edge.id in wanted and isinstance(edge.id, int):
                    handed.setdefault((edge.id, n), (min(critical[n], critical[edge.row // 2]), set()))[1].add(s)
        for link, n in _largest({where: weight for where, (weight, _) in handed.items()}, most):
            yield Lever.HANDOVER, link, _with(model, n, _dropped(model.nodes[n], handed[link, n][1]))

    def _width(self, n: int) -> float:
        draw = self.model.draws[self.model.nodes[n].draw]
        return draw.high - draw.low if draw.kind == simulation.TRIANGLE else draw.high


def _nearest(finishes: Sequence[float], percent: int) -> float:
    """The least finish that so many percent of the runs reach."""
    return sorted(finishes)[max(0, math.ceil(len(finishes) * percent / 100) - 1)]


def _largest(weights: Sequence[int] | Mapping[Any, int], most: int) -> list[Any]:
    """The places (or keys) of what drives in some run, as many as are tried, those that drive most often."""
    pairs = weights.items() if isinstance(weights, Mapping) else enumerate(weights)
    driving = sorted(((key, weight) for key, weight in pairs if weight), key=lambda pair: -pair[1])
    return sorted(key for key, _ in driving[: most * TRIED])


def _with(model: Model, n: int, node: Node) -> Model:
    nodes = [*model.nodes]
    nodes[n] = node
    return replace(model, nodes=nodes)


def _dropped(node: Node, steps: set[int]) -> Node:
    """A node that no longer waits for some of its links."""
    return replace(node, steps=[replace(step, lag=NEVER) if s in steps else step for s, step in enumerate(node.steps)])


def _struck(node: Node) -> set[int]:
    return {event for events in (node.events, *(step.events for step in node.steps)) for event in events}


def pack(tally: Tally) -> str:
    """A tally as text, to send it elsewhere."""
    arrays: list[array[int] | array[float]] = [tally.bins, tally.made, tally.critical, *tally.finishes]
    parts = [base64.b64encode(zlib.compress(x.tobytes(), 1)).decode() for x in arrays]
    return json.dumps([tally.runs, *parts])


def unpack(text: str) -> Tally:
    """A tally from its text."""
    runs, *parts = json.loads(text)
    raw = [zlib.decompress(base64.b64decode(part)) for part in parts]
    bins, made, critical = (array("I", x) for x in raw[:3])
    return Tally(runs, bins, made, critical, [array("f", x) for x in raw[3:]])
