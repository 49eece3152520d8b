"""What a slip would do to the finish, as far as the stored analysis can tell without computing the network anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from programs.graph.days import add_working_days

if TYPE_CHECKING:
    from datetime import date

    from programs.graph.types import DayCalendar
    from programs.models import Analysis, Timing


@dataclass(frozen=True, slots=True)
class Slip:
    """A slip of so many working days: the finish it leads to, or that it surely stays. Neither: nobody knows without asking."""

    days: int
    finish: date | None = None
    stays: bool = False


def slip(timing: Timing | None, analysis: Analysis | None, calendar: DayCalendar, *, days: int) -> Slip:
    """Within its float nothing moves. On the path that drives the finish, the finish moves by as many days.

    Between the two, float that is used up, other paths and other programs' calendars decide, and nothing is said.
    """
    if timing is None or timing.total_float is None or analysis is None or analysis.finish is None:
        return Slip(days)
    if days <= timing.total_float:
        return Slip(days, stays=True)
    if timing.on_path and timing.total_float <= 0:
        return Slip(days, finish=add_working_days(analysis.finish, days, calendar))
    return Slip(days)
