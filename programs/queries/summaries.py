"""The facts of a status summary: a program or a portfolio, for one reader, from what was stored. Nothing is computed here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from programs.flags.types import Thresholds
from programs.models import (
    Analysis,
    Audience,
    DailyAnalysis,
    Membership,
    Milestone,
    Person,
    Program,
    ProgramForecast,
    ProgramStatus,
    Subscription,
)
from programs.queries import access, attribution, openings, summary_changes, summary_rows
from programs.queries.calendars import calendars
from programs.queries.odds import Sure, sure_from
from programs.summaries import facts, seen, slots
from programs.summaries.attribution import Account
from programs.summaries.choose import MOST
from programs.summaries.lines import shift

WEEK = timedelta(days=7)
EXPLAINED = 3  # programs of a portfolio whose move is explained
_SPOKEN_OF = (ProgramStatus.PLANNED, ProgramStatus.ACTIVE, ProgramStatus.ON_HOLD)


def reader_of(subscription: Subscription, *, at: datetime, programs: Sequence[Program], preview: bool = False) -> facts.Reader:
    """The reader of a subscription at this moment, in their own time zone."""
    place = slots.zone(subscription.time_zone)
    return facts.Reader(
        name=subscription.person.name,
        audience=subscription.audience,
        today=at.astimezone(place).date(),
        now=at,
        zone=subscription.time_zone,
        weekdays=slots.Schedule.of(subscription.weekdays, subscription.local_time, subscription.time_zone).weekdays,
        has_list=_has_list(subscription, programs),
        preview=preview,
    )


def _has_list(subscription: Subscription, programs: Sequence[Program]) -> bool:
    if subscription.audience != Audience.TEAM:
        return False
    return Milestone.objects.filter(summary_rows.mine(subscription.person), program__in=programs).exists()


def followed(subscription: Subscription) -> list[Program]:
    """The programs a subscription speaks of, as far as its reader may see them: its own, all under way, or those they sponsor."""
    visible = access.programs_for(subscription.person)
    if subscription.audience == Audience.SPONSOR:
        return list(visible.filter(sponsor=subscription.person, status__in=_SPOKEN_OF).order_by("name", "pk"))
    if subscription.program_id is not None:
        return list(visible.filter(pk=subscription.program_id))
    mine = visible.filter(status__in=_SPOKEN_OF)
    if subscription.person.is_admin:
        member_of = Membership.objects.filter(person=subscription.person).values("program")
        mine = mine.filter(pk__in=member_of) if member_of.exists() else mine
    return list(mine.order_by("name", "pk"))


def read(programs: Sequence[Program], *, person: Person, reader: facts.Reader, stored: Mapping[str, Any]) -> list[facts.Program]:
    """Everything a summary of these programs may speak of. A fixed number of queries, whatever they hold."""
    ids = [program.pk for program in programs]
    answers = {row.program_id: row for row in Analysis.objects.filter(program__in=ids).select_related("finish_milestone")}
    odds = ProgramForecast.objects.filter(program__in=ids).defer("days", "drivers").in_bulk()
    before = _before(programs, reader.today, stored)
    since = seen.told_at(stored) or reader.now - WEEK
    rows = summary_rows.Rows.read(programs, answers, person=person, today=reader.today, at=reader.now)
    happened = summary_changes.read(
        ids,
        person=person,
        since=since,
        now=reader.now,
        told=seen.told_events(stored),
        rows=rows,
        only_mine=reader.has_list,
        zone=reader.zone,
    )
    working = calendars(programs, around=reader.today)
    names = _path_names(answers)
    written = openings.standing(ids, at=reader.now)
    found = []
    for program in programs:
        fact = facts.Program(id=program.pk, name=program.name, slug=program.slug, calendar=working[program.pk])
        fact = _with_answer(fact, program, answers.get(program.pk), names)
        fact = _with_odds(fact, sure_from(odds.get(program.pk), program))
        changes = happened.get(program.pk, summary_changes.Happened())
        found.append(
            replace(
                rows.into(fact),
                before=before.get(program.pk),
                changes=tuple(changes.changes[: MOST + 1]),
                change_count=len(changes.changes),
                opening=written.get(program.pk),
                told=changes.told,
            )
        )
    return _explained(programs, found)


def _explained(programs: Sequence[Program], found: list[facts.Program]) -> list[facts.Program]:
    """Why the finish moved, for the programs it moved most in. Five queries for each of them."""
    moved = sorted((fact for fact in found if shift(fact)), key=lambda fact: -abs(shift(fact) or 0))[:EXPLAINED]
    rows = {program.pk: program for program in programs}
    why = {fact.id: _why(rows[fact.id], fact) for fact in moved}
    return [replace(fact, moved=why.get(fact.id, fact.moved)) for fact in found]


def _why(program: Program, fact: facts.Program) -> Account:
    """The causes of all the days since its reader was told; nothing when the kept days say otherwise than what was told."""
    assert fact.before is not None
    rows = DailyAnalysis.objects.filter(program=program, day__gte=fact.before.on).order_by("day")
    kept = [(day, finish, path) for day, finish, path in rows.values_list("day", "finish", "path") if finish is not None]
    account = attribution.of_program(program, kept, fact.calendar)
    return account if account.days == shift(fact) else Account()


def _with_odds(fact: facts.Program, sure: Sure) -> facts.Program:
    if fact.finish is None or not sure.known:
        there = fact.finish is not None
        return replace(fact, guessed=there and sure.state == "guessed", far=there and sure.state == "far")
    return replace(fact, sure_by=sure.by, chance=sure.chance)


def _with_answer(fact: facts.Program, program: Program, answer: Analysis | None, names: Mapping[int, str]) -> facts.Program:
    near = Thresholds.of(program.thresholds).near_critical_days
    if answer is None:
        return replace(fact, target=program.target_date, near=near)
    counts = answer.counts if isinstance(answer.counts, dict) else {}
    return replace(
        fact,
        finish_name=answer.finish_milestone.name if answer.finish_milestone else "",
        finish=answer.finish,
        target=program.target_date,
        days_late=answer.days_late,
        health=answer.health,
        done=int(counts.get("done", 0)),
        total=int(counts.get("milestones", 0)) - int(counts.get("dropped", 0)),
        near=near,
        path=tuple(names[item] for item in answer.critical_path if item in names),
        behind=answer.computed_at if program.analysed_revision < program.revision else None,
    )


def _path_names(answers: Mapping[int, Analysis]) -> dict[int, str]:
    """Names of the open milestones on the critical paths, first and last few of each: nobody reads a path of hundreds."""
    wanted = [item for answer in answers.values() for item in answer.critical_path]
    rows = Milestone.objects.filter(pk__in=wanted[:2000]).exclude(status__in=("done", "cancelled", "deferred"))
    return dict(rows.values_list("pk", "name"))


def _before(programs: Sequence[Program], today: date, stored: Mapping[str, Any]) -> dict[int, facts.Before]:
    """What the reader was last told; for a program they were never told about, how it stood a week ago."""
    found = {program.pk: known for program in programs if (known := seen.before(stored, program.pk))}
    new = [program.pk for program in programs if program.pk not in found]
    if new:
        rows = DailyAnalysis.objects.filter(program__in=new, day__lte=today - WEEK, day__gte=today - 2 * WEEK).order_by("day")
        for row in rows:
            found[row.program_id] = facts.Before(
                on=row.day, finish=row.finish, target=row.target, days_late=row.days_late, health=row.health, first=True
            )
    return found
