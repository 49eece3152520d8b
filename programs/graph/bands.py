"""How close everything is to critical, and how much of the float has been used up."""

from __future__ import annotations

from dataclasses import dataclass

from programs.graph.calendars import day_end
from programs.graph.solution import Solution, days

LIMITS = (0.0, 5.0, 10.0, 20.0)


@dataclass(frozen=True, slots=True)
class Band:
    """Unfinished activities whose total float lies above the band before and up to `upto` working days."""

    upto: float | None  # None: more than the last limit
    activities: tuple[int, ...]


def bands(solution: Solution, frame: int, limits: tuple[float, ...] = LIMITS) -> tuple[Band, ...]:
    """Sort a program's unfinished work by float: critical first, then band after band; undated work is in none."""
    floats = [(days(solution.total[i]) or 0.0, solution.id(i)) for i in solution.members[frame] if solution.total[i] is not None]
    made, low = [], float("-inf")
    for upto in (*limits, None):
        high = float("inf") if upto is None else upto
        made.append(Band(upto, tuple(key for value, key in sorted(floats) if low < value <= high)))
        low = high
    return tuple(made)


@dataclass(frozen=True, slots=True)
class Consumed:
    """Float used since the baseline: working days slipped, what is left, and the share used (None: there was none)."""

    slipped: float
    left: float
    share: float | None


def float_consumed(solution: Solution, i: int) -> Consumed | None:
    """How much of its float an activity has used by slipping from its baseline; None without baseline or float.

    Slip counts from baseline to forecast on the program's calendar; early is no use of float. The share is slip / (slip +
    float left): 0 nothing used, 1 all used, above 1 never.
    """
    baseline, total = solution.built.activities[i].baseline, solution.total[i]
    if baseline is None or total is None:
        return None
    slipped = max(0.0, days(solution.calendar(i).diff(day_end(baseline), solution.early.ef[i])) or 0.0)
    left = days(total) or 0.0
    whole = slipped + max(0.0, left)
    return Consumed(slipped, left, round(slipped / whole, 4) if whole else None)
