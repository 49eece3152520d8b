"""How good our forecasts were: what was said on past days, week by week, beside what happened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from programs.graph.spread import Calibration, Claim, calibrate
from programs.maps import charts
from programs.models import DailyAnalysis, Milestone, MilestoneStatus, Person, Program
from programs.models.forecasts import PERCENTS
from programs.queries import access

LOOKS = 120  # stored weeks that are read, the latest; of an installation those of all programs together
LEAST = 20  # things that happened before a curve says anything
ROWS = (10, 20, 50, 80, 90, 95)


@dataclass(frozen=True, slots=True)
class Quality:
    """What the page shows. `found` is None before anything that was forecast has happened."""

    program: Program | None  # None: the whole installation, as far as the reader sees it
    found: Calibration | None
    chart: charts.Chart | None
    weeks: int
    since: date | None

    @property
    def happened(self) -> int:
        """Things that can be judged."""
        return self.found.items if self.found else 0

    @property
    def enough(self) -> bool:
        """Whether there are enough to judge by."""
        return self.happened >= LEAST

    @property
    def rows(self) -> list[tuple[int, float, float, float, float]]:
        """Percent given, then per cent that held, the range it lies in, and with days shared out."""
        table = self.found.table if self.found else ()
        return [
            (row.percent, round(100 * row.held), round(100 * row.low), round(100 * row.high), round(100 * row.shared))
            for row in table
            if row.percent in ROWS
        ]


def quality(slug: str | None, *, by: Person, today: date) -> Quality:
    """One program, or everything the reader sees. The number of queries does not depend on how much that is."""
    program = access.program(slug, by=by, may="view") if slug else None
    programs = [program] if program else list(access.programs_for(by))
    rows = DailyAnalysis.objects.filter(program__in=[one.pk for one in programs], odds__has_key="milestones", day__lt=today)
    looks = list(rows.order_by("-day", "program").values_list("program", "day", "target", "odds")[:LOOKS])
    found = calibrate(_claims(looks, {one.pk: one.actual_date for one in programs}, today))
    chart = None
    if found:
        points = [(float(row.percent), 100 * row.shared) for row in found.table]
        half = [(row.percent, (row.high - row.low) * 50, 100 * row.shared) for row in found.table]
        ranges = [(percent, max(0.0, at - width), min(100.0, at + width)) for percent, width, at in half]
        chart = charts.curve("", points, ranges)
    weeks = len({look[1] - timedelta(days=look[1].weekday()) for look in looks})
    return Quality(program, found, chart, weeks, min((look[1] for look in looks), default=None))


def _claims(looks: list[Any], ended: dict[int, date | None], today: date) -> Iterator[Claim]:
    ids = {int(item) for *_rest, odds in looks for item in odds["milestones"]}
    rows = Milestone.objects.filter(program__in=ended).values_list("pk", "status", "actual_date")
    known = {pk: (status, actual) for pk, status, actual in rows if pk in ids}
    for program, day, target, odds in looks:
        dates = {int(percent): date.fromisoformat(when) for percent, when in odds.get("dates", {}).items()}
        if target and dates and (actual := ended[program]) and actual > day:
            yield Claim(dates, target, actual, -program)
        for item, (aim, *offsets) in odds["milestones"].items():
            status, actual = known.get(int(item), (MilestoneStatus.CANCELLED, None))
            given = {percent: day + timedelta(days=n) for percent, n in zip(PERCENTS, offsets, strict=True)}
            if aim is not None and _decided(status, actual, given[95], today):
                yield Claim(given, day + timedelta(days=aim), actual, int(item))


def _decided(status: str, actual: date | None, last: date, today: date) -> bool:
    """It happened, or every date given for it has passed. What was dropped says nothing."""
    if status == MilestoneStatus.DONE:
        return actual is not None
    return status not in (MilestoneStatus.CANCELLED, MilestoneStatus.DEFERRED) and last < today
