"""The portfolio: every program a person may see, worst first, with what drives each date and what changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from programs.maps.axis import Axis, axis_of
from programs.models import Person
from programs.queries.calendars import calendars
from programs.queries.decisions import Line, open_of
from programs.queries.portfolio_lists import Change, TopBlocker, TopRisk, changes, top_blockers, top_risks
from programs.queries.portfolio_rows import ENDED, Row, days_before, dear_blockers, ended, programs_of, rows
from programs.summaries.portfolio_sentence import Clause, Standing, opening

WEEK = timedelta(days=7)
DECISIONS = 3


@dataclass(frozen=True, slots=True)
class Portfolio:
    """Everything the page shows. `as_of` is now, or the oldest answer that is behind its plan."""

    rows: tuple[Row, ...]
    ended: tuple[Row, ...]
    axis: Axis
    sentence: tuple[Clause, ...]
    blockers: tuple[TopBlocker, ...]
    risks: tuple[TopRisk, ...]
    changes: tuple[Change, ...]
    decisions: tuple[Line, ...]  # the dearest three
    soon: int  # of all open decisions: past their day, or due within three days
    later: int
    since: date
    as_of: datetime
    behind: bool


def portfolio(person: Person, *, since: date, today: date, at: datetime) -> Portfolio:
    """Read the whole page. Eleven queries at most, however many programs and milestones there are."""
    programs = programs_of(person.pk, person.is_admin, today - WEEK, since)
    live = [program for program in programs if program.status not in ENDED]
    days, working, held = days_before(programs), calendars(live, around=today), dear_blockers(live)
    running = rows(programs, days, working, held, today=today)
    asked = open_of(live, at=at)
    soon = sum(1 for line in asked if line.soon)
    behind = [row.analysis.computed_at for row in running if row.behind and row.analysis]
    return Portfolio(
        rows=tuple(running),
        ended=tuple(ended(programs)),
        axis=axis_of(_dates(running), today=today),
        sentence=tuple(opening([_standing(row, asked) for row in running])),
        blockers=tuple(top_blockers(running, held, since=since, today=today)),
        risks=tuple(top_risks(live, since=since)),
        decisions=tuple(asked[:DECISIONS]),
        soon=soon,
        later=len(asked) - soon,
        changes=tuple(changes(running, days, working, since=since, today=today)),
        since=since,
        as_of=min(behind, default=at),
        behind=any(row.behind for row in running),
    )


def _dates(running: Sequence[Row]) -> list[date]:
    return [day for row in running for day in (row.target, row.finish, row.sure.by) if day]


def _standing(row: Row, asked: Sequence[Line]) -> Standing:
    due = [one.decision.due_on for one in asked if one.soon and one.decision.program_id == row.program.pk and one.decision.due_on]
    subject = row.analysis.finish_milestone if row.analysis else None
    return Standing(
        name=row.program.name,
        health=row.health,
        subject=subject.name if subject else "",
        finish=row.finish,
        target=row.target,
        late=row.late,
        moved=row.moved,
        chance=row.sure.percent if row.sure.known else None,
        blocked=row.reason.title if row.reason and row.reason.code == "blocked" else "",
        asked=min(due, default=None),
    )
