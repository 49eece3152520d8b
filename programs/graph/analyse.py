"""The native entry point: a snapshot in, an analysis out.

Data date: the end of `as_of`'s day, so remaining work starts the next working day. Blockers hold remaining work until the
end of their expected clear date. Targets, deadlines and date-only milestones mean the end of their day (semantics 5.9, 5.10).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from programs.graph.backward import NEVER, Late
from programs.graph.calendars import DAY, day_end, finishing_day, starting_day
from programs.graph.findings import findings
from programs.graph.forward import free_float
from programs.graph.impact import obstacle_costs, waiting_behind
from programs.graph.paths import critical_set, driving, driving_chain, near_paths, roads
from programs.graph.solution import Solution, days, solve
from programs.graph.types import Analysis, FrameResult, Snapshot, Timing
from programs.graph.why import critical_why, start_why

NearPaths = tuple[tuple[float, tuple[int, ...]], ...]


def analyse(snapshot: Snapshot) -> Analysis:
    """Compute every date, float, path and reason of a network. The same plan in any order gives the same analysis."""
    return report(solve(snapshot))


def report(solution: Solution) -> Analysis:
    """Put a solved network into words and days."""
    paths, critical = critical_set(solution)
    waiting = waiting_behind(solution.network, solution.open)
    ways = roads(solution)
    timings = {}
    for i in range(len(solution.tasks)):
        why = critical_why(solution, i, ways)
        total = solution.total[i]
        one = timing(solution, i, solution.late, total, on_path=i in paths[solution.frame[i]], critical=i in critical)
        timings[one.id] = replace(one, waiting_behind=waiting[i], critical_why=why, free_float=_free(solution, i, total))
    return Analysis(
        as_of=solution.built.snapshot.as_of,
        timings=timings,
        frames={frame: _frame(solution, frame, paths[frame] | critical) for frame in solution.built.frames},
        obstacles=obstacle_costs(solution, waiting),
        findings=findings(solution),
    )


def timing(solution: Solution, i: int, late: Late, total: int | None, *, on_path: bool, critical: bool) -> Timing:
    """One activity in days and words, all but its free float, why it is critical and how many wait behind it."""
    near = solution.built.frames[solution.frame[i]].near_critical_days * DAY
    start, finish = early_days(solution, i)
    late_start, late_finish = late_days(solution, i, late)
    return Timing(
        id=solution.id(i),
        early_start=start,
        early_finish=finish,
        late_start=late_start,
        late_finish=late_finish,
        total_float=days(total),
        free_float=None,
        needed_by=late_days(solution, i, solution.needed)[1],
        critical=critical,
        near_critical=solution.open[i] and not critical and total is not None and total <= near,
        on_path=on_path,
        dated=solution.early.dated[i],
        drivers=tuple(solution.id(p) for p in driving(solution, i)),
        start_why=start_why(solution, i),
    )


def early_days(solution: Solution, i: int) -> tuple[date | None, date | None]:
    """Early start and finish as days: actual days for finished work, nothing for what nothing dates."""
    task, early = solution.tasks[i], solution.early
    if task.actual_finish is not None:
        begun = task.actual_start if task.actual_start is not None else task.actual_finish
        return min(starting_day(begun), finishing_day(task.actual_finish)), finishing_day(task.actual_finish)
    if not early.dated[i]:
        return None, None
    if not early.remaining[i]:
        return finishing_day(early.es[i]), finishing_day(early.ef[i])
    return starting_day(early.es[i]), finishing_day(early.ef[i])


def late_days(solution: Solution, i: int, late: Late) -> tuple[date | None, date | None]:
    """Late start and finish as days; none for finished work or where nothing waits."""
    if not solution.open[i] or late.lf[i] == NEVER:
        return None, None
    early, calendar, finish = solution.early, solution.calendar(i), late.lf[i]
    own = solution.tasks[i].calendar
    if early.remaining[i]:
        return starting_day(own.next_start(late.ls[i])), finishing_day(own.prev_finish(finish))
    same = early.dated[i] and not calendar.diff(early.ef[i], finish)
    finish = early.ef[i] if same else calendar.prev_finish(finish)  # one point of working time is spelled as the early date is
    return finishing_day(finish), finishing_day(finish)


def _free(solution: Solution, i: int, total: int | None) -> float | None:
    if not solution.open[i] or not solution.early.dated[i]:
        return None
    if solution.network.succs[i]:
        return days(free_float(solution.network, solution.early, i, None))
    return None if total is None else days(max(0, total))


def _frame(solution: Solution, frame: int, taken: set[int]) -> FrameResult:
    return frame_result(solution, frame, lambda: near_paths(solution, frame, taken))


def frame_result(solution: Solution, frame: int, near: Callable[[], NearPaths]) -> FrameResult:
    """One program's answer; `near` finds the paths next in line when there are any."""
    finish, described = solution.finishes[frame], solution.built.frames[frame]
    if finish.at is None or finish.index is None:
        return FrameResult(frame, None, None, None)
    late = None
    if described.target is not None:
        late = days(solution.built.calendars[frame].diff(day_end(described.target), finish.at))
    return FrameResult(
        id=frame,
        finish=finishing_day(finish.at),
        finish_activity=solution.id(finish.index),
        days_late=late,
        critical_path=tuple(solution.id(i) for i in driving_chain(solution, finish.index)),
        near_paths=near(),
        at=finish.at,
    )
