"""What the history of the whole installation says of how long things take: every milestone whose dates are on record."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q

from programs.graph.replay import Record
from programs.graph.spread import Learned, Spreads
from programs.graph.uncertainty import Ratios
from programs.intake.values import Unusable, read_date
from programs.models import OPEN_STATUSES, DailyAnalysis, Event, LearnedSpreads, Milestone, MilestoneStatus, Program
from programs.queries.calendars import calendars
from programs.queries.imports import HISTORY

MOST = 5_000  # milestones that are looked at; of more, a share that is not chosen by how they went
OWN_DATES = ("expected_date", "target_date")  # what a milestone itself names, the nearer word first
MADE = "milestone.created"
_FIELDS = (
    *("pk", "program_id", "kind", "team_id", "workstream__team_id", "start_date", "parent__start_date"),
    *("baseline_date", "expected_date", "target_date", "actual_date"),
)
_CHANGE = ("milestone_id", "at", "kind", "field", "old", "new", "origin")

Promise = tuple[date, date | None]


def records(*, around: date) -> list[Record]:
    """Each milestone as its history tells it, finished or still open; what was dropped says nothing. Seven queries at most.

    Its promises are the dates it named itself, from the day it was made, else its own start, its parent's or its program's.
    Where no first date is on record they are the forecasts of the first kept day of each month.
    """
    over = Q(status=MilestoneStatus.DONE, actual_date__isnull=False)
    rows = Milestone.objects.filter(over | Q(status__in=OPEN_STATUSES), external=False).order_by("pk")
    milestones = _sample([_Row(*row) for row in rows.values_list(*_FIELDS)])
    programs = Program.objects.filter(pk__in={row.program for row in milestones}).in_bulk()
    working = calendars(programs.values(), around=around)
    changes = _changes(programs, {row.pk: row.program for row in milestones})
    said = {row.pk: _promises(row, changes.get(row.pk, []), programs[row.program]) for row in milestones}
    kept = _kept({row.program for row in milestones if not said[row.pk]})
    return [
        Record(row.pk, tuple(promises), row.actual, str(row.team or row.lane_team or ""), row.kind, working[row.program])
        for row in milestones
        if (promises := said[row.pk] or kept.get(row.pk, []))
    ]


@dataclass(frozen=True, slots=True)
class _Row:
    pk: int
    program: int
    kind: str
    team: int | None
    lane_team: int | None
    start: date | None
    parent_start: date | None
    baseline: date | None
    expected: date | None
    target: date | None
    actual: date | None


@dataclass(frozen=True, slots=True)
class _Change:
    """One note of a milestone: that it was made (`field` empty), or that it named another date."""

    on: date
    field: str
    old: date | None = None
    new: date | None = None


def _sample(rows: list[_Row]) -> list[_Row]:
    """At most about MOST of them, the same ones each day, whatever became of them."""
    share = MOST / max(MOST, len(rows))
    return [row for row in rows if row.pk * 2_654_435_761 % 2**32 < share * 2**32]  # spread evenly by Fibonacci hashing


def _changes(programs: Mapping[int, Program], home: Mapping[int, int]) -> dict[int, list[_Change]]:
    """What is on record about the dates of each milestone, oldest first. Two queries."""
    zones = {pk: ZoneInfo(program.time_zone) for pk, program in programs.items()}
    named = _named_programs()
    told = Q(field__in=OWN_DATES) | Q(kind__in=(MADE, HISTORY))
    notes = Event.objects.filter(told, subject_type="milestone").order_by("at", "pk")
    found: dict[int, list[_Change]] = {}
    for milestone, at, kind, field, old, new, origin in notes.values_list(*_CHANGE).iterator():
        if milestone not in home:
            continue
        on = at.astimezone(zones[home[milestone]]).date()
        if kind == MADE:
            change = _Change(on, "")
        elif kind != HISTORY:
            change = _Change(on, field, _date(old), _date(new))
        elif "due" in field or "target" in field or (origin, new) in named:
            change = _Change(on, "target_date", _date(old, origin, named), _date(new, origin, named))
        else:
            continue
        found.setdefault(milestone, []).append(change)
    return found


def _named_programs() -> dict[tuple[str, str], date | None]:
    """The target of each imported program, by its source and its name there: some histories name a release. One query."""
    rows = Program.objects.exclude(source_id=None).values_list("source", "source_id", "target_date")
    return {(source, ident): target for source, ident, target in rows if ident}


def _date(text: str, origin: str = "", named: Mapping[tuple[str, str], date | None] = MappingProxyType({})) -> date | None:
    if (origin, text) in named:
        return named[origin, text]
    try:
        return read_date(text)[0]
    except Unusable:
        return None


def _promises(row: _Row, changes: list[_Change], home: Program) -> list[Promise]:
    """The dates a milestone named, each with the day it did so; none where its first one is not on record."""
    made = next((change.on for change in changes if not change.field), None)
    moves = [change for change in changes if change.field]
    known = made or row.start or row.parent_start or home.start_date
    own: dict[str, date | None] = {"expected_date": row.expected, "target_date": row.target}
    own |= {change.field: change.old for change in reversed(moves)}  # as it was before anything changed
    first = row.baseline if made is None and row.baseline else _own(own) if made or moves else None
    if known is None or first is None:
        return []
    promises: list[Promise] = [(known, first)]
    for change in moves:
        own[change.field] = change.new
        promises.append((max(known, change.on), _own(own)))
    return promises


def _own(dates: Mapping[str, date | None]) -> date | None:
    return next((dates[field] for field in OWN_DATES if dates[field]), None)


def _kept(programs: Collection[int]) -> dict[int, list[Promise]]:
    """Milestone -> (day, forecast of that day) for the first kept analysis of each month in which it stands. Two queries."""
    days = DailyAnalysis.objects.filter(program__in=programs).order_by("day").values_list("pk", "program_id", "day")
    monthly = {(program, day.year, day.month): pk for pk, program, day in reversed(days)}
    found: dict[int, list[Promise]] = {}
    rows = DailyAnalysis.objects.filter(pk__in=monthly.values()).order_by("day").values_list("day", "forecasts")
    for day, forecasts in rows:
        for item, forecast in forecasts.items():
            if forecast:
                found.setdefault(int(item), []).append((day, date.fromisoformat(forecast)))
    return found


def learned(teams: Iterable[str]) -> Spreads:
    """What was learned when it last was, of these teams and of everybody. One query."""
    rows = LearnedSpreads.objects.filter(team__in={"", *teams}).values_list("team", "spreads")
    return Spreads(
        {
            (step, team, kind): Learned(Ratios(tuple(quantiles)), *counts)
            for team, spreads in rows
            for step, kind, *counts, quantiles in spreads
        }
    )


def as_kept(spreads: Spreads, *, as_of: date) -> list[LearnedSpreads]:
    """What was learned as the table keeps it, a row for each team, and one of everybody where nothing is known, too."""
    teams: dict[str, list[list[Any]]] = {"": []}
    finished = {"": 0}
    for (step, team, kind), found in sorted(spreads.found.items()):
        quantiles = [round(ratio, 4) for ratio in found.ratios.quantiles]
        teams.setdefault(team, []).append([step, kind, found.own, found.team, found.kind, found.all, quantiles])
        finished[team] = max(finished.get(team, 0), found.team if team else found.all)
    return [LearnedSpreads(team=team, as_of=as_of, slips=finished[team], spreads=rows) for team, rows in teams.items()]
