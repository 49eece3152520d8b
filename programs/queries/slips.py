"""What finished work of the whole installation says of how long things take."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from programs.graph.days import working_days
from programs.graph.spread import Learning, Slip
from programs.graph.types import DayCalendar
from programs.models import DailyAnalysis, LearnedSpreads, Milestone, MilestoneStatus, Program
from programs.queries.calendars import calendars

MOST = 5_000  # the latest finished milestones that are looked at
_FIELDS = ("pk", "program_id", "kind", "team_id", "workstream__team_id", "start_date", "baseline_date", "actual_date")


def slips(*, around: date) -> Iterator[Slip]:
    """One look at each finished milestone: planned and actual working days from that look to its finish. Five queries at most.

    Where there is a baseline, the look is on the day work began, or else on the day its program did. Where there is none, it is
    the first day whose analysis was kept, one a month.
    """
    done = Milestone.objects.filter(status=MilestoneStatus.DONE, actual_date__isnull=False, external=False)
    rows = list(done.order_by("-actual_date", "pk").values_list(*_FIELDS)[:MOST])
    programs = Program.objects.filter(pk__in={row[1] for row in rows}).in_bulk()
    working = calendars(programs.values(), around=around)
    looks = _first_looks({row[1] for row in rows if row[6] is None})
    for pk, program, kind, team, lane_team, start, baseline, actual in rows:
        if program not in programs:
            continue
        began = next((day for day in (start, programs[program].start_date) if day and baseline and day < baseline), None)
        look, promised = (began, baseline) if baseline else looks.get(pk, (None, None))
        if look and promised and look < actual:
            yield _slip(working[program], look, promised, actual, team=team or lane_team, kind=kind)


def _slip(calendar: DayCalendar, look: date, promised: date, actual: date, *, team: int | None, kind: str) -> Slip:
    planned, took = working_days(look, promised, calendar), working_days(look, actual, calendar)
    return Slip(planned, took, str(team or ""), kind)


def _first_looks(programs: set[int]) -> dict[int, tuple[date, date]]:
    """Milestone -> (day, forecast of that day) of the first kept analysis in which it stands."""
    days = DailyAnalysis.objects.filter(program__in=programs).order_by("day").values_list("pk", "program_id", "day")
    monthly = {(program, day.year, day.month): pk for pk, program, day in reversed(days)}
    found: dict[int, tuple[date, date]] = {}
    rows = DailyAnalysis.objects.filter(pk__in=monthly.values()).order_by("day").values_list("day", "forecasts")
    for day, forecasts in rows:
        for item, forecast in forecasts.items():
            if forecast and int(item) not in found:
                found[int(item)] = (day, date.fromisoformat(forecast))
    return found


def learned() -> Learning:
    """What was learned when it last was. One query."""
    row = LearnedSpreads.objects.first()
    return Learning({(team, kind): (count, logs) for team, kind, count, logs in row.spreads} if row else {})
