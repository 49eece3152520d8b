"""A native snapshot solved: early and late dates, floats and each program's finish, by index, before anything is worded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from programs.graph.backward import NEVER, Late, backward
from programs.graph.build import Built, build
from programs.graph.calendars import DAY, Calendar, day_end
from programs.graph.fast import exact
from programs.graph.forward import Early, Forward
from programs.graph.network import Network
from programs.graph.types import Snapshot


@dataclass(frozen=True)
class Finish:
    """Where one program ends: an instant and the activity that ends it (None: nothing is dated)."""

    at: int | None
    index: int | None
    tied: tuple[int, ...] = ()  # every open activity that ends there, when no milestone was named


class Solution:
    """One network computed once; everything else asks it."""

    def __init__(self, built: Built) -> None:
        self.built = built
        self.network: Network = built.network
        self.tasks = built.network.tasks
        self.open = [not task.finished for task in self.tasks]
        self.frame = [activity.frame for activity in built.activities]
        self.compiled = exact.compiled_plan(self.network, self.frame, self._ends())  # None: the passes below compute it
        self.forward = Forward(self.network, self.compiled.early() if self.compiled else None)
        self.early: Early = self.forward.early if self.compiled else self.forward.run()
        self.finishes = {frame: self.finish_of(frame, self.early) for frame in built.frames}
        self.late: Late = self._late()
        self.total = self.compiled.totals() if self.compiled else [self.float_of(i, self.late) for i in range(len(self.tasks))]

    def _ends(self) -> dict[int, exact.End]:
        named = {n: frame.finish for n, frame in self.built.frames.items()}
        index = {n: None if end is None else self.network.index.get(end) for n, end in named.items()}
        targets = {n: None if frame.target is None else day_end(frame.target) for n, frame in self.built.frames.items()}
        return {n: exact.End(self.built.calendars[n], index[n], targets[n], self.promised(n)) for n in self.built.frames}

    def promised(self, frame: int) -> bool:
        """Whether a program has a finish that matters to others: a target, a milestone that ends it, or nobody beside it."""
        described = self.built.frames[frame]
        return described.target is not None or described.finish is not None or len(self.built.frames) == 1

    def _late(self) -> Late:
        """Late dates to every program's finish. The mere last date of a program that promised none binds its own work only."""
        ends = {frame: finish.at for frame, finish in self.finishes.items()}
        if self.compiled:
            self._to_all = self._to_promised = self.compiled.late()
        else:
            self._to_all = self._to_promised = backward(self.network, self.early, self.caps(ends))
        if all(self.promised(frame) for frame in ends):
            return self._to_all
        kept = {frame: at if self.promised(frame) else None for frame, at in ends.items()}
        if self.compiled:
            self._to_promised = self.compiled.late(only_promised=True)
        else:
            self._to_promised = backward(self.network, self.early, self.caps(kept))
        late = Late(len(self.tasks))
        for i in range(len(self.tasks)):
            its = self.late_of(i)
            late.ls[i], late.lf[i], late.by[i] = its.ls[i], its.lf[i], its.by[i]
        return late

    def late_of(self, i: int) -> Late:
        """The whole backward pass an activity's late dates come from; follow `by` in it."""
        return self._to_promised if self.promised(self.frame[i]) else self._to_all

    @cached_property
    def needed(self) -> Late:
        """Late dates when every program's finish is required at its target."""
        if self.compiled:
            return self.compiled.needed_by()
        targets = {n: day_end(frame.target) if frame.target is not None else None for n, frame in self.built.frames.items()}
        return backward(self.network, self.early, self.caps(targets))

    @cached_property
    def members(self) -> dict[int, list[int]]:
        """Indices by program."""
        members: dict[int, list[int]] = {frame: [] for frame in self.built.frames}
        for i, frame in enumerate(self.frame):
            members[frame].append(i)
        return members

    def calendar(self, i: int) -> Calendar:
        """The calendar of the activity's program, on which floats are measured."""
        return self.built.calendars[self.frame[i]]

    def end(self, i: int, early: Early) -> int:
        """The finish that counts: actual for finished work, else early."""
        done = self.tasks[i].actual_finish
        return done if done is not None else early.ef[i]

    def finish_of(self, frame: int, early: Early) -> Finish:
        """The finish of a program: that of its named milestone, else the latest of its dated work.

        Where several end together, as overdue work does today, it is the one that was promised last.
        """
        named = self.built.frames[frame].finish
        if named is not None:
            index = self.network.index.get(named)
            if index is not None and early.dated[index] and self.frame[index] == frame:
                return Finish(self.end(index, early), index, (index,) if self.open[index] else ())
        dated = [i for i in self.members[frame] if early.dated[i]]
        if not dated:
            return Finish(None, None)
        at = max(self.end(i, early) for i in dated)
        return self.ending(at, [i for i in dated if self.end(i, early) == at], early)

    def ending(self, at: int, last: list[int], early: Early) -> Finish:
        """The finish of a program without a named one, of which `last` end last."""
        tied = tuple(i for i in last if self.open[i])
        final = set(last)
        ends = [i for i in tied or last if not any(e.succ in final and e in early.drivers[e.succ] for e in self.network.succs[i])]
        return Finish(at, max(ends or last, key=self._promised_for), tuple(i for i in ends if self.open[i]))

    def _promised_for(self, i: int) -> date:
        """The day an activity was promised for, as far as anybody promised."""
        row = self.built.activities[i]
        return row.target or row.baseline or row.expected or date.min

    def caps(self, limits: dict[int, int | None]) -> list[int]:
        """The latest finish each activity has from its own program; work that ends after the finish has none.

        Such work cannot lead to the finish, so days it slips are not days the finish slips.
        """
        return [self.cap(i, limits[frame]) for i, frame in enumerate(self.frame)]

    def cap(self, i: int, limit: int | None) -> int:
        """The latest finish one activity has from its program, whose finish may be `limit`."""
        finish = self.finishes[self.frame[i]].at
        ends_after = finish is not None and self.early.ef[i] > finish and self.calendar(i).diff(finish, self.early.ef[i]) > 0
        return NEVER if limit is None or (ends_after and self.open[i] and self.early.dated[i]) else limit

    def float_of(self, i: int, late: Late) -> int | None:
        """Total float in working seconds by the rule `smallest`; None when nothing waits or nothing is dated."""
        if late.lf[i] == NEVER or not self.early.dated[i] or not self.open[i]:
            return None
        calendar = self.calendar(i)
        by_finish = calendar.diff(self.early.ef[i], late.lf[i])
        return by_finish if self.tasks[i].started else min(by_finish, calendar.diff(self.early.es[i], late.ls[i]))

    def id(self, i: int) -> int:
        """The id of an activity by index."""
        return self.built.activities[i].id


def solve(snapshot: Snapshot) -> Solution:
    """Build and compute a snapshot."""
    return Solution(build(snapshot))


def days(seconds: int | None) -> float | None:
    """Working seconds of a day calendar as working days."""
    return None if seconds is None else round(seconds / DAY, 6) + 0.0
