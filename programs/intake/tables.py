"""The tables of a bundle, format version 1, and Longpole's own additions to them (their names begin with x_)."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import available_timezones

from programs.intake.columns import (
    MOST_DAYS,
    Day,
    Line,
    Listed,
    Name,
    Number,
    Packed,
    Reference,
    Shaped,
    Table,
    Text,
    Word,
)
from programs.intake.impediments import BLOCKERS, RISKS
from programs.intake.usual import HEALTH, TITLE_LIMIT, health, ident, owner, program, status_of_program, url, workstream

MILESTONE_STATUS = ("not_started", "in_progress", "blocked", "done", "cancelled", "deferred", "unknown")
MILESTONE_KIND = ("milestone", "gate", "event", "deliverable", "phase", "task", "decision", "bug")
CONSTRAINTS = ("alap", "start_no_earlier", "must_start", "must_finish", "finish_no_later")
SCHEDULING = ("requires", "blocks")
RELATIONS = (*SCHEDULING, "relates", "duplicates", "supersedes", "parent")
UNITS = ("wd", "cd")


def _weekdays(value: Any) -> list[int]:
    if not isinstance(value, list) or not all(type(each) is int and 1 <= each <= 7 for each in value):
        raise ValueError
    return sorted(set(value))


def _exceptions(value: Any) -> list[list[Any]]:
    """[[day, working, name], …], each day once."""
    found = {}
    for day, working, name in value:
        date.fromisoformat(day)
        if not isinstance(working, bool) or not isinstance(name, str):
            raise TypeError
        found[day] = [day, working, name[:200]]
    return [found[day] for day in sorted(found)]


def _plain_object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict) or not all(isinstance(each, str | int | float | bool | None) for each in value.values()):
        raise TypeError
    return value


PROGRAMS = Table(
    name="programs",
    obligatory=True,
    help="Programs: work of many teams towards one finish.",
    columns=(
        ident(),
        Name(name="name", required=True, overflow="description", help="What people call it."),
        status_of_program(),
        health(),
        owner("Who answers for the program."),
        Day(name="start_date", help="When it starts or started."),
        Day(name="target_date", help="The promised finish."),
        Day(name="actual_date", help="When it was finished."),
        Reference(name="parent_id", field="parent", into="programs", help="The program it is part of."),
        url(),
        Text(name="x_description", field="description", own=True, help="Its description."),
        Line(name="x_declared_note", field="declared_note", own=True, help="The note pinned beside its health."),
        Shaped(
            name="x_slug",
            shape=re.compile(r"[a-z0-9]+(-[a-z0-9]+)*").fullmatch,
            field="slug",
            own=True,
            limit=80,
            empty=None,
            help="The last part of its address here, used if it is free.",
        ),
        Shaped(
            name="x_time_zone",
            shape=available_timezones().__contains__,
            field="time_zone",
            own=True,
            limit=64,
            empty="UTC",
            help="Its time zone, such as Europe/Oslo.",
        ),
        Word(
            name="x_day_unit",
            field="day_unit",
            own=True,
            words=UNITS,
            other="wd",
            empty="wd",
            help="What a day means unless a row says: wd or cd.",
        ),
        Packed(
            name="x_weekdays",
            field="weekdays",
            own=True,
            check=_weekdays,
            empty=[1, 2, 3, 4, 5],
            help="Working weekdays as JSON, 1 is Monday.",
        ),
        Shaped(
            name="x_country",
            shape=re.compile(r"[A-Z]{2}").fullmatch,
            field="country",
            own=True,
            limit=2,
            help="Country whose public holidays are free, as two letters.",
        ),
        Line(name="x_subdivision", field="subdivision", own=True, limit=12, help="Part of the country with holidays of its own."),
        Packed(
            name="x_exceptions",
            field="exceptions",
            own=True,
            check=_exceptions,
            empty=[],
            help="Days off and extra working days as JSON: [[day, working, name], …].",
        ),
        Packed(
            name="x_thresholds",
            field="thresholds",
            own=True,
            check=_plain_object,
            empty={},
            help="Thresholds of flags that differ from the defaults, as a JSON object.",
        ),
        Reference(
            name="x_finish_milestone_id",
            field="finish_milestone",
            into="milestones",
            own=True,
            help="The milestone that ends the program.",
        ),
    ),
)

WORKSTREAMS = Table(
    name="workstreams",
    help="Workstreams: the lanes of a program.",
    columns=(
        ident(),
        program("The program it belongs to."),
        Name(name="name", required=True, help="What people call it."),
        Line(name="team", limit=200, help="The team that does the work."),
        owner("Who leads it."),
        status_of_program(),
        health(),
        url(),
        Shaped(
            name="x_key",
            shape=re.compile(r"[A-Z][A-Z0-9]+").fullmatch,
            field="key",
            own=True,
            limit=12,
            empty=None,
            help="The prefix of its milestones' keys, such as SEC.",
        ),
        Number(name="x_position", field="position", own=True, high=2_000_000_000, places=0, help="Its place among the lanes."),
    ),
)

MILESTONES = Table(
    name="milestones",
    obligatory=True,
    help="Milestones: anything dated, from a task to a gate.",
    columns=(
        ident(),
        program("The program it belongs to."),
        workstream("The workstream it belongs to."),
        Reference(name="parent_id", field="parent", into="milestones", help="The milestone that contains it, in any program."),
        Name(name="name", required=True, limit=TITLE_LIMIT, overflow="description", help="What is reached."),
        Word(
            name="kind", words=MILESTONE_KIND, other="other", raw="kind_raw", empty="milestone", help="What sort of item it is."
        ),
        owner(),
        Line(name="team", limit=200, help="The team that does the work."),
        Word(
            name="status", words=MILESTONE_STATUS, other="unknown", raw="status_raw", empty="unknown", help="How far it has come."
        ),
        Number(name="percent_done", high=100, places=2, help="Share of the work done, 0 to 100."),
        Line(name="priority", limit=50, help="Its priority, in the source's own words."),
        Day(name="start_date", help="When work starts or started."),
        Day(name="baseline_date", help="The first promise (Baseline)."),
        Day(name="due_date", field="target_date", help="The current promise (Target)."),
        Day(name="forecast_date", field="expected_date", help="When its owner expects it; the forecast is computed here."),
        Day(name="actual_date", help="When it was reached."),
        Number(name="duration_days", help="How long the work takes; fractions are fine, 0 is a point in time."),
        Word(
            name="duration_unit",
            words=UNITS,
            other="",
            empty="",
            help="wd: working days, cd: calendar days; empty: the manifest's day_unit.",
        ),
        Word(name="constraint", words=CONSTRAINTS, other="", empty="", help="A rule that binds its dates."),
        Day(name="constraint_date", help="The date of that rule."),
        Listed(name="labels", help="Short words, separated by `;`."),
        url(),
        Day(name="updated_on", help="When the source last changed it."),
        Text(name="x_description", field="description", own=True, help="Its description."),
        Shaped(
            name="x_key",
            shape=re.compile(r"[A-Z][A-Z0-9]*-[1-9][0-9]*").fullmatch,
            field="key",
            own=True,
            limit=24,
            empty=None,
            help="Its permanent key here, such as SEC-3.",
        ),
        Number(
            name="x_remaining_days", field="remaining_days", own=True, help="How much work is left, in the unit of the duration."
        ),
        Number(
            name="x_optimistic_days", field="optimistic_days", own=True, help="Work left if all goes well; needs the next two."
        ),
        Number(name="x_likely_days", field="likely_days", own=True, help="Work left, most likely."),
        Number(name="x_pessimistic_days", field="pessimistic_days", own=True, help="Work left if much goes wrong."),
        Word(
            name="x_confidence",
            field="confidence",
            own=True,
            words=("sure", "fair", "rough", "guess"),
            other="",
            empty="",
            help="How sure somebody is of the work left, in a word.",
        ),
        Word(
            name="x_said",
            field="said",
            own=True,
            words=("on_track", "at_risk", "off_track", "blocked", "done"),
            other="",
            empty="",
            help="What a person last said of it.",
        ),
        Day(name="x_said_on", field="said_on", own=True, help="When that was."),
    ),
)

DEPENDENCIES = Table(
    name="dependencies",
    help="Links between milestones, each with the one that comes first and the one that waits.",
    columns=(
        ident(),
        Reference(
            name="predecessor_id",
            field="predecessor",
            into="milestones",
            required=True,
            help="The milestone that must be reached first.",
        ),
        Reference(name="successor_id", field="successor", into="milestones", required=True, help="The milestone that waits."),
        Word(
            name="type",
            words=("FS", "SS", "FF", "SF"),
            other="FS",
            empty="FS",
            help="Which ends it joins: finish or start of the first, start or finish of the second.",
        ),
        Number(name="lag_days", low=-MOST_DAYS, empty=Decimal(0), help="Days between the two ends; negative is a lead."),
        Word(
            name="lag_unit",
            words=UNITS,
            other="",
            empty="",
            help="wd: working days, cd: calendar days; empty: the manifest's day_unit.",
        ),
        Word(name="strength", words=("hard", "soft"), other="hard", empty="hard", help="Whether it must hold or should."),
        Word(
            name="relation",
            words=RELATIONS,
            other="relates",
            raw="relation_raw",
            empty="requires",
            help="What the link means. Only requires and blocks take part in dates.",
        ),
        Line(name="origin", limit=200, help="Where the link comes from: stated by people, or derived from a rule."),
        Line(name="note", help="A remark."),
        Word(
            name="x_set_aside",
            field="set_aside",
            own=True,
            words=("self", "loop", "duplicate", "by_hand"),
            other="",
            empty="",
            help="Why it takes no part in dates until a person decides.",
        ),
    ),
)

UPDATES = Table(
    name="updates",
    help="Dated words by people about a program, a workstream or a milestone.",
    columns=(
        ident(),
        Line(name="subject_type", limit=100, help="program, workstream or milestone."),
        Reference(name="subject_id", field="subject", into="subjects", help="The id of that row."),
        Day(name="on", help="The day it was said."),
        Line(name="author", limit=100_000, help="Who said it."),
        Word(name="health", words=HEALTH, other="", raw="health_raw", empty="", help="How it goes, in the author's view."),
        Text(name="note", help="What was said."),
    ),
)

HISTORY = Table(
    name="history",
    help="Changes the source recorded. They appear in the activity of the milestone.",
    columns=(
        Reference(name="milestone_id", field="milestone", into="milestones", required=True, help="The milestone that changed."),
        Day(name="changed_on", help="The day of the change."),
        Line(name="field", limit=64, help="What changed, in the source's own words."),
        Text(name="old", help="The value before."),
        Text(name="new", help="The value after."),
    ),
)

OUTSIDE = Table(
    name="x_externals",
    own=True,
    help="External items: what lies outside the bundle and links name. Without this table they are made from the links.",
    columns=MILESTONES.columns,
)

TABLES: dict[str, Table] = {
    each.name: each for each in (PROGRAMS, WORKSTREAMS, MILESTONES, DEPENDENCIES, RISKS, BLOCKERS, UPDATES, HISTORY, OUTSIDE)
}
