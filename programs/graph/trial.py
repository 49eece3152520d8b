"""A plan on which changes are tried one after another: each answer is that of the changed plan, the plan itself stays.

What can be told from the change alone is computed from what it reaches (`graph.live`) and taken back; what cannot, such as work
that is added or dropped, is solved anew. Both ways give the same answers. Threads may share a
plan: one change is tried at a time.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from programs.graph import edits
from programs.graph.analyse import early_days, frame_result
from programs.graph.calendars import finishing_day
from programs.graph.diff import Room, Standing
from programs.graph.live import Live
from programs.graph.paths import critical_set
from programs.graph.solution import Solution, days, solve
from programs.graph.types import FrameResult, Snapshot, State
from programs.graph.whatif import Change, tried

LOOPS = frozenset({"loop", "containment_loop"})


@dataclass(frozen=True, slots=True)
class Side:
    """One plan as far as two are compared: the finish and driving path of programs, and where unfinished milestones stand."""

    frames: dict[int, FrameResult]
    standings: dict[int, Standing]
    loop: bool = False  # a dependency that closes a loop was set aside


@dataclass(frozen=True, slots=True)
class Solved:
    """A changed plan, solved; with `live` its floats are kept relative to a finish that moved."""

    solution: Solution
    live: Live | None = None

    def frame(self, frame: int) -> FrameResult:
        """One program's finish and the path that drives it; paths next in line are left out."""
        return frame_result(self.solution, frame, lambda: ())

    def side(self) -> Side:
        """Everything that is compared."""
        solution, live = self.solution, self.live
        critical = set[int]() if live else critical_set(solution)[1]
        standings = {}
        for i, is_open in enumerate(solution.open):
            if is_open:
                left = days(live.total(i) if live else solution.total[i])
                tight = solution.early.dated[i] and live.critical(i) if live else i in critical
                band = solution.built.frames[solution.frame[i]].near_critical_days
                standings[solution.id(i)] = Standing(early_days(solution, i)[1], left, Room.of(left, critical=tight, band=band))
        loop = any(finding.code in LOOPS for finding in solution.built.findings)
        return Side({frame: self.frame(frame) for frame in solution.built.frames}, standings, loop)


class Trial:
    """One plan, solved once. `today` is how it stands without any change."""

    def __init__(self, plan: Snapshot) -> None:
        self.plan = plan
        self.spent = False  # it can be tried on no longer without being solved each time
        self._one_at_a_time = threading.Lock()
        self.solution = solve(plan)
        self.today = Solved(self.solution).side()
        try:
            self._live: Live | None = Live(self.solution)
        except edits.Unable:
            self._live = None
            self.solution = solve(plan)

    def side(self, changes: Collection[Change]) -> Side:
        """How the plan stands with these changes. Raises `whatif.Unknown`."""
        with self._one_at_a_time, self._tried(tried(self.plan, changes), Live.apply) as solved:
            return solved.side()

    def finish(self, frame: int, changes: Collection[Change]) -> date | None:
        """The day one program ends on with these changes: a fraction of what `side` costs. Raises `whatif.Unknown`."""
        with self._one_at_a_time, self._tried(tried(self.plan, changes), Live.foresee) as solved:
            at = solved.solution.finishes[frame].at
            return None if at is None else finishing_day(at)

    @contextmanager
    def _tried(self, then: Snapshot, take: Callable[[Live, edits.Change], object]) -> Iterator[Solved]:
        there = between(self.plan, then)
        live = self._live if there is not None else None
        if live is None or there is None or not self._apply(there, take):
            yield Solved(solve(then))
            return
        try:
            yield Solved(live.solution, live)
        finally:
            back = between(then, self.plan)
            assert back is not None
            self._apply(back, take)

    def _apply(self, change: edits.Change, take: Callable[[Live, edits.Change], object]) -> bool:
        """Let the kept plan take in a change; once it cannot, or is interrupted, it is of no use any more."""
        live, self._live, self.spent = self._live, None, True
        assert live is not None
        try:
            take(live, change)
        except edits.Unable:
            return False
        self._live, self.spent = live, False
        return True


def between(before: Snapshot, after: Snapshot) -> edits.Change | None:
    """What turns one plan into the other; None where work comes or goes, which nothing can be told from alone.

    Both come from one plan by `whatif.tried`: a row that is the same is the same object.
    """
    if len(before.activities) != len(after.activities):
        return None
    changed = [new for old, new in zip(before.activities, after.activities, strict=True) if old is not new]
    if any(new.state is State.DROPPED for new in changed):
        return None
    return edits.Change(
        activities=tuple(changed),
        links={} if before.links is after.links else _differing(before.links, after.links),
        obstacles={} if before.obstacles is after.obstacles else _differing(before.obstacles, after.obstacles),
    )


def _differing(before: tuple, after: tuple) -> dict:  # type: ignore[type-arg]
    old, new = {one.id: one for one in before}, {one.id: one for one in after}
    return {key: new.get(key) for key in {**old, **new} if old.get(key) is not new.get(key)}
