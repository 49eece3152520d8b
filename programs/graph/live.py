"""A solved network that is kept, and answers a change by computing only what the change reaches, both ways.

The same steps as in the passes (`Forward.place`, `backward.recede`), so the same answers; a new analysis of the whole network is
the judge in tests. Where the network counts one working time and has one finish, late dates are kept relative to the finish as it
was (`shift` says how far it has moved since): a finish that moves then moves nobody's number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, MutableSet
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from heapq import heapify, heappop, heappush
from math import inf

from programs.graph.analyse import NearPaths, early_days, frame_result, late_days, timing
from programs.graph.backward import NEVER, Late, recede
from programs.graph.calendars import DAY, day_end
from programs.graph.edits import Change, Dirty, Editor, Unable
from programs.graph.forward import rounding
from programs.graph.impact import dearest, waiting_behind
from programs.graph.paths import MOST_NEAR, driving_set, next_chains
from programs.graph.solution import Finish, Solution, days
from programs.graph.types import FrameResult, Obstacle, ObstacleCost, Timing

ADD = rounding(1)


@dataclass(slots=True)
class Reached:
    """What a change may have touched: ids of activities whose timing may differ, and programs whose finish moved.

    Free floats are not told: what only they changed for is twice as much.
    """

    activities: set[int] = field(default_factory=set)
    moved: set[int] = field(default_factory=set)


@dataclass(slots=True)
class _Pass:
    """One backward pass that is kept, with the latest finish each program allows."""

    late: Late
    limits: dict[int, int | None]
    follows: bool  # whether the limits are the programs' own finishes


class Live:
    """One network, solved and kept. Raises `Unable` where it must be looked at whole."""

    def __init__(self, solution: Solution) -> None:
        self.editor = Editor(solution)
        self.solution, self.network, self.early = solution, solution.network, solution.early
        self.uniform = self.editor.uniform
        self.shift = 0  # working seconds the finish has moved since, in a uniform network
        finishes = {frame: finish.at for frame, finish in solution.finishes.items()}
        if self.uniform and None in finishes.values():
            raise Unable("nothing is dated")
        self.reference = dict(finishes)
        kept = {frame: at if solution.promised(frame) else None for frame, at in finishes.items()}
        targets = {n: day_end(frame.target) if frame.target else None for n, frame in solution.built.frames.items()}
        self.passes = [_Pass(solution._to_all, finishes, follows=True), _Pass(self.editor.needed, targets, follows=False)]
        if solution._to_promised is not solution._to_all:
            self.passes.append(_Pass(solution._to_promised, kept, follows=True))
        self.ends: list[int | None] = [None] * len(self.editor.tasks)
        self.by_end: dict[int, dict[int, set[int]]] = {frame: {} for frame in solution.built.frames}
        self.latest: dict[int, list[int]] = {frame: [] for frame in solution.built.frames}
        self.rooms: dict[int, dict[int, set[int]]] = {frame: {} for frame in solution.built.frames}
        for i in range(len(self.editor.tasks)):
            self._note_end(i)
            self._note_room(i, None, solution.total[i])
        self.paths, self.driving = self._paths()
        behind = waiting_behind(self.network, solution.open) if self.editor.obstacles else []
        index = self.network.index
        self.waiting = {key: behind[index[o.activity]] if o.activity in index else 0 for key, o in self.editor.obstacles.items()}
        self.prices: dict[int, ObstacleCost] = {}  # what each blocker costs, as far as it still holds
        self.unpriced = set(self.editor.obstacles)
        self.priced: tuple[ObstacleCost, ...] = ()
        self.tight: dict[int, set[int]] = {}  # what is critical, as far as asked
        self.next: dict[int, tuple[float, NearPaths]] = {}  # next in line, and the float of the last, while they hold

    # -- a change ------------------------------------------------------------------------------------------------------------

    def apply(self, change: Change) -> Reached:
        """Take in a change; the answers afterwards are those of the changed plan. After `Unable` this is not to be used again."""
        solution, network = self.solution, self.network
        dirty = self.editor.apply(change)
        self.ends.extend([None] * (len(self.editor.tasks) - len(self.ends)))
        placed, moved = self._forward(dirty.early)
        before = solution.finishes
        solution.finishes = {frame: self._finish(frame) for frame in before}
        frames = {frame for frame in before if before[frame].at != solution.finishes[frame].at}
        receded, late = self._backward(dirty.late | placed, frames, before)
        again = placed | receded | dirty.told
        tightest = self._tightest(again)
        changed = self._totals(placed | receded)
        tightest = min(tightest, self._tightest(again))
        paths, driving = self.paths, self.driving
        self.paths, self.driving = self._paths()
        same = not frames and (self.paths, self.driving) == (paths, driving)
        self.tight = {}
        self.next = {frame: kept for frame, kept in self.next.items() if same and kept[0] < tightest}
        reached = placed | late | changed | dirty.told
        for i in moved | dirty.told:
            reached.update(edge.succ for edge in network.succs[i])
        for i in changed:  # of several drivers the tightest comes first
            reached.update(edge.succ for edge in network.succs[i] if len(self.early.drivers[edge.succ]) > 1)
        for frame, path in self.paths.items():
            reached |= path ^ paths[frame]
        reached |= self.driving ^ driving
        if change.obstacles or dirty.counted:
            self._count_waiting(change, dirty)
        ids = {solution.id(i) for i in reached}
        self._price_again(ids, everything=bool(frames or change.obstacles or dirty.counted))
        return Reached(ids, frames)

    def foresee(self, change: Change) -> None:
        """Take in a change of what is there as far as it tells when programs end; late dates, floats and paths stay as they were.

        For a look only: the next change must be the one back. After `Unable` this is not to be used again.
        """
        self._forward(self.editor.apply(change).early)
        self.solution.finishes = {frame: self._finish(frame) for frame in self.solution.finishes}

    def _forward(self, dirty: set[int]) -> tuple[set[int], set[int]]:
        """(everything placed again, what has other early dates than before)."""
        early, position, order = self.early, self.network.position, self.network.order
        waiting = [position[i] for i in dirty]
        heapify(waiting)
        queued, placed, moved = set(waiting), set(), set()
        while waiting:
            i = order[heappop(waiting)]
            before = early.es[i], early.ef[i], self.ends[i]
            self.solution.forward.place(i)
            placed.add(i)
            self._note_end(i)
            if (early.es[i], early.ef[i], self.ends[i]) == before:
                continue
            moved.add(i)
            for edge in self.network.succs[i]:
                if position[edge.succ] not in queued:
                    queued.add(position[edge.succ])
                    heappush(waiting, position[edge.succ])
        return placed, moved

    def _backward(self, dirty: set[int], frames: set[int], before: dict[int, Finish]) -> tuple[set[int], set[int]]:
        """(everything whose float must be taken again, what has other late dates than before)."""
        receded, changed = set(), set()
        crossed = {i for frame in frames for i in self._crossed(frame, before[frame].at)}
        if self.uniform:
            self._move_reference()
        for kept in self.passes:
            seeds = dirty | crossed
            if kept.follows and not self.uniform:
                for frame in frames:
                    kept.limits[frame] = self.solution.finishes[frame].at if kept.limits[frame] is not None else None
                    seeds = seeds.union(self.editor.members[frame])
            touched, moved = self._recede(kept, seeds)
            receded |= touched
            changed |= moved
        return receded, changed

    def _move_reference(self) -> None:
        (frame,) = self.reference
        was, now = self.reference[frame], self.solution.finishes[frame].at
        if now is None or was is None:
            raise Unable("nothing is dated any more")
        self.shift = self.solution.built.calendars[frame].diff(was, now)

    def _crossed(self, frame: int, was: int | None) -> Iterator[int]:
        """Work that ended after its program's finish and no longer does, or the other way round."""
        now, early = self.solution.finishes[frame].at, self.early
        if was is None or now is None:
            yield from self.editor.members[frame]
        elif self.solution.built.frames[frame].finish is not None:
            low, high = sorted((was, now))
            yield from (i for i in self.editor.members[frame] if low <= early.ef[i] <= high)

    def _recede(self, kept: _Pass, seeds: set[int]) -> tuple[set[int], set[int]]:
        late, network, solution = kept.late, self.network, self.solution
        position, order = network.position, network.order
        waiting = [-position[i] for i in seeds]
        heapify(waiting)
        queued, moved, touched = set(waiting), set(), set()
        while waiting:
            i = order[-heappop(waiting)]
            was = late.ls[i], late.lf[i]
            cap = solution.cap(i, kept.limits[solution.frame[i]])
            recede(network, self.early, late, i, cap, hard=True, add=ADD)
            touched.add(i)
            if (late.ls[i], late.lf[i]) == was:
                continue
            moved.add(i)
            for edge in network.preds[i]:
                if -position[edge.pred] not in queued:
                    queued.add(-position[edge.pred])
                    heappush(waiting, -position[edge.pred])
        return touched, moved

    def _totals(self, indices: Iterable[int]) -> set[int]:
        """Take floats again; returns what changed. In a uniform network they are relative to the finish as it was."""
        changed, solution = set(), self.solution
        for i in indices:
            was, now = solution.total[i], solution.float_of(i, solution.late_of(i))
            if now != was:
                solution.total[i] = now
                self._note_room(i, was, now)
                changed.add(i)
        return changed

    def _tightest(self, indices: Iterable[int]) -> float:
        """The least float among some activities, as it is stored."""
        total = self.solution.total
        return min((room for i in indices if (room := total[i]) is not None), default=inf)

    # -- what is kept beside the dates ---------------------------------------------------------------------------------------

    def _note_end(self, i: int) -> None:
        was, now = self.ends[i], self.solution.end(i, self.early) if self.early.dated[i] else None
        if was == now:
            return
        frame = self.solution.frame[i]
        ends = self.by_end[frame]
        if was is not None:
            ends[was].discard(i)
        if now is not None:
            if not ends.get(now):
                ends[now] = set()
                heappush(self.latest[frame], -now)
            ends[now].add(i)
        self.ends[i] = now

    def _note_room(self, i: int, was: int | None, now: int | None) -> None:
        rooms = self.rooms[self.solution.frame[i]]
        if was is not None:
            rooms[was].discard(i)
            if not rooms[was]:
                del rooms[was]
        if now is not None:
            rooms.setdefault(now, set()).add(i)

    def _finish(self, frame: int) -> Finish:
        """As `Solution.finish_of`, without looking at everything."""
        if self.solution.built.frames[frame].finish is not None:
            named = self.network.index.get(self.solution.built.frames[frame].finish)
            if named is not None and self.early.dated[named] and self.solution.frame[named] == frame:
                return self.solution.finish_of(frame, self.early)
        ends, latest = self.by_end[frame], self.latest[frame]
        while latest and not ends.get(-latest[0]):
            ends.pop(-heappop(latest), None)
        if not latest:
            return Finish(None, None)
        return self.solution.ending(-latest[0], sorted(ends[-latest[0]]), self.early)

    def _paths(self) -> tuple[dict[int, set[int]], set[int]]:
        """As `critical_set`: driving sets by program, and what is critical because it drives."""
        solution = self.solution
        paths = {frame: driving_set(solution, finish.tied) for frame, finish in solution.finishes.items()}
        driving = {i for f, path in paths.items() for i in path if solution.frame[i] == f or solution.promised(f)}
        return paths, {i for i in driving if solution.open[i] and self.early.dated[i]}

    # -- answers -------------------------------------------------------------------------------------------------------------

    def total(self, i: int) -> int | None:
        """Total float in working seconds."""
        kept = self.solution.total[i]
        return None if kept is None else kept + self.shift

    def critical(self, i: int) -> bool:
        """Whether an activity drives a finish or has no float."""
        total = self.total(i)
        return i in self.driving or (total is not None and total <= 0)

    def criticals(self, frame: int) -> set[int]:
        """Indices of what is critical in a program, found once after each change."""
        if frame not in self.tight:
            found = {i for i in self.driving if self.solution.frame[i] == frame}
            self.tight[frame] = found.union(*(those for room, those in self.rooms[frame].items() if room + self.shift <= 0))
        return self.tight[frame]

    def timing(self, activity: int) -> Timing:
        """One activity's timing now, all but its free float, why it is critical and how many wait behind it."""
        solution, i = self.solution, self.network.index[activity]
        late = self._true_late(i)
        on_path = i in self.paths[solution.frame[i]]
        return timing(solution, i, late, self.total(i), on_path=on_path, critical=self.critical(i))

    def ends_of(self, activity: int) -> tuple[date | None, date | None]:
        """When one activity is reached, and by when its program's target needs it; None for what takes no part."""
        i = self.network.index.get(activity)
        if i is None:
            return None, None
        return early_days(self.solution, i)[1], late_days(self.solution, i, self.solution.needed)[1]

    def _true_late(self, i: int) -> Late:
        """Late dates as they are, where they are kept relative to an earlier finish."""
        late = self.solution.late_of(i)
        if not self.shift or late.lf[i] == NEVER:
            return late
        calendar = self.solution.calendar(i)
        true = Late(0)
        finish = calendar.finish_at(calendar.work(late.lf[i]) + self.shift)
        true.lf = {i: finish}  # type: ignore[assignment]
        true.ls = {i: calendar.start_at(calendar.work(late.ls[i]) + self.shift)}  # type: ignore[assignment]
        return true

    def frame(self, frame: int) -> FrameResult:
        """One program's answer now."""
        return frame_result(self.solution, frame, lambda: self._near_paths(frame))

    def _near_paths(self, frame: int) -> NearPaths:
        """The chains next in line: those of before while nothing with as little float as the last of them was touched."""
        if frame not in self.next:
            chains = self._next_chains(frame)
            last = chains[-1][0] if len(chains) == MOST_NEAR else None
            found = tuple((days(None if room is None else room + self.shift) or 0.0, chain) for room, chain in chains)
            self.next[frame] = inf if last is None else last, found
        return self.next[frame][1]

    def _next_chains(self, frame: int) -> list[tuple[int | None, tuple[int, ...]]]:
        taken = self.paths[frame]
        rooms, early = self.rooms[frame], self.early

        def seeds() -> Iterator[int]:
            for room in sorted(rooms):
                if room + self.shift > 0:  # what has no float is critical
                    yield from sorted(rooms[room] - taken - self.driving, key=lambda i: (early.es[i], early.ef[i], i))

        return next_chains(self.solution, seeds(), _Left(self, frame))

    def near(self, frame: int, band: float) -> Iterator[int]:
        """Ids of unfinished activities whose float lies within a band of working days."""
        for room, those in self.rooms[frame].items():
            if room + self.shift <= band * DAY:
                yield from (self.solution.id(i) for i in those)

    def costs(self) -> tuple[ObstacleCost, ...]:
        """Every open blocker with what it costs, most expensive first: as `impact.obstacle_costs`."""
        stopped, fresh = self.editor.stopped, len(self.priced) != len(self.prices)
        on_path = {self.solution.id(i) for path in self.paths.values() for i in path} & stopped.keys()
        for key in self.unpriced.union(*(stopped[activity] for activity in on_path)):
            obstacle = self.editor.obstacles[key]
            i = self.network.index.get(obstacle.activity)
            if i is None:
                continue
            added = self._days_added(obstacle, i) if i in self.paths[self.solution.frame[i]] else 0.0
            one = ObstacleCost(key, obstacle.activity, added, days(self.total(i)), self.waiting[key])
            fresh |= self.prices.get(key) != one
            self.prices[key] = one
        self.unpriced.clear()
        if fresh:
            self.priced = tuple(sorted(self.prices.values(), key=dearest))
        return self.priced

    def _price_again(self, reached: set[int], *, everything: bool) -> None:
        """Note which blockers may cost otherwise now; who is on the path is asked anew in any case."""
        obstacles, stopped = self.editor.obstacles, self.editor.stopped
        if everything:
            self.unpriced = set(obstacles)
            self.prices = {key: cost for key, cost in self.prices.items() if key in obstacles}
        else:
            self.unpriced.update(*(stopped[activity] for activity in reached & stopped.keys()))

    def _days_added(self, obstacle: Obstacle, i: int) -> float:
        solution, frame = self.solution, self.solution.frame[i]
        beside = self.editor.stopped[obstacle.activity] - {obstacle.id}
        others = [self.editor.obstacles[key].clear for key in beside]
        hold = max((day_end(clear) for clear in others if clear is not None), default=None)
        finish = solution.finishes[frame].at
        if hold == solution.forward.holds[i] or not solution.open[i] or finish is None:
            return 0.0
        with self._trial(i, hold):
            then = self._finish(frame).at
        return 0.0 if then is None else days(solution.built.calendars[frame].diff(then, finish)) or 0.0

    @contextmanager
    def _trial(self, i: int, hold: int | None) -> Iterator[None]:
        """The plan with another hold on one activity, for as long as it takes to look at it."""
        forward, was = self.solution.forward, self.solution.forward.holds[i]
        forward.holds[i] = hold
        self._forward({i})
        try:
            yield
        finally:
            forward.holds[i] = was
            self._forward({i})

    # -- who waits behind a blocker ------------------------------------------------------------------------------------------

    def _waiting(self, obstacle: Obstacle) -> int:
        i = self.network.index.get(obstacle.activity)
        if i is None:
            return 0
        return sum(self.solution.open[k] for k in self._behind(i)) - self.solution.open[i]

    def _behind(self, i: int) -> set[int]:
        seen, stack = {i}, [i]
        while stack:
            for edge in self.network.succs[stack.pop()]:
                if edge.succ not in seen:
                    seen.add(edge.succ)
                    stack.append(edge.succ)
        return seen

    def _count_waiting(self, change: Change, dirty: Dirty) -> None:
        """Count again behind the blockers that stand before anything changed."""
        before, stack = set(dirty.counted), list(dirty.counted)
        while stack:
            for edge in self.network.preds[stack.pop()]:
                if edge.pred not in before:
                    before.add(edge.pred)
                    stack.append(edge.pred)
        for key in change.obstacles:
            self.waiting.pop(key, None)
        for obstacle in self.editor.obstacles.values():
            if obstacle.id not in self.waiting or self.network.index.get(obstacle.activity) in before:
                self.waiting[obstacle.id] = self._waiting(obstacle)


class _Left(MutableSet[int]):
    """Unfinished work of a program off every critical path, less what was taken out: a set nobody has to build."""

    def __init__(self, live: Live, frame: int) -> None:
        self.live, self.frame, self.gone = live, frame, set[int]()

    def __contains__(self, i: object) -> bool:
        live = self.live
        return (
            isinstance(i, int)
            and i not in self.gone
            and live.solution.frame[i] == self.frame
            and live.solution.total[i] is not None
            and i not in live.paths[self.frame]
            and not live.critical(i)
        )

    def discard(self, i: int) -> None:
        """Take one out."""
        self.gone.add(i)

    def add(self, i: int) -> None:
        """Put one back."""
        self.gone.discard(i)

    def __iter__(self) -> Iterator[int]:
        return (i for i in self.live.editor.members[self.frame] if i in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)
