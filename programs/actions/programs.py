"""Programs: make one, change what is known about it. Its members are in `members`, its working days in `calendars`."""

from __future__ import annotations

import math
import unicodedata
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from programs.actions import checks, events, revisions, sources
from programs.actions.calendars import set_calendar
from programs.actions.errors import Refused
from programs.actions.members import invite, join, remove_member, set_member
from programs.actions.saving import Draft, Edit
from programs.models import Dependency, Milestone, Program, ProgramStatus, Role
from programs.queries import access

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from programs.models import Person

__all__ = ["create", "delete", "edit", "invite", "remove_member", "set_calendar", "set_member"]

EDITABLE = frozenset(
    {
        "name",
        "description",
        "status",
        "declared_health",
        "declared_note",
        "owner",
        "sponsor",
        "start_date",
        "target_date",
        "actual_date",
        "parent",
        "finish_milestone",
        "url",
        "time_zone",
        "day_unit",
        "thresholds",
    }
)
RESERVED_SLUGS = frozenset({"new", "import"})  # addresses of their own beside /p/<slug>/
MOST_THRESHOLDS = 50


@transaction.atomic(durable=True)
def create(*, name: str, by: Person, at: datetime, **fields: Any) -> Program:
    """Start a program. Who starts it plans it, and owns it unless nobody is to; its address comes from the name, for good."""
    draft = begun(name=name, by=by, at=at, **fields)
    row = draft.row
    row.slug = _free_slug(row.name)
    made = draft.save()
    batch = events.new_batch()
    events.record("program.created", by=by, at=at, program=made, subject=made, batch=batch)
    join(made, by, Role.TPM, by=by, at=at, batch=batch)
    revisions.moved(made)
    return made


def begun(*, name: str, by: Person, at: datetime, **fields: Any) -> Draft[Program]:
    """A program as it is said to begin, with everything that is wrong about it. It has no address yet."""
    draft = Draft(Program(owner=by))
    draft.put({"name": name, **fields}, EDITABLE)
    row = draft.row
    if row.owner is not None and row.owner != by:
        draft.refuse("owner", _("Nobody else is a member yet. Choose yourself; you can change it later."), "not_a_member")
    require_own_name(draft)
    _judge(draft, EDITABLE & {"name", *fields} - {"owner"}, by, checks.today(row, at))
    return draft


@transaction.atomic(durable=True)
def edit(
    *, program: Program, version: int, changes: Mapping[str, Any], by: Person, at: datetime, base: Mapping[str, Any] | None = None
) -> Program:
    """Change any of the fields in `EDITABLE`. The address stays what it is."""
    revisions.hold(program)
    change = Edit(program, version, changes, editable=EDITABLE, base=base)
    if "name" in change.changed:
        require_own_name(change)
    for field in {"owner", "sponsor"} & change.changed.keys():
        checks.member(change, change.row, field)
    day = checks.today(change.row, at)
    if change.changed.get("status", ("", ""))[1] == ProgramStatus.DONE and change.row.actual_date is None:
        change.set("actual_date", day)
    if "status" in change.changed:
        change.set("status_raw", "")
    _judge(change, set(change.changed), by, day)
    saved = change.save()
    if change.changed:
        events.record_changes("program.changed", change.changed, by=by, at=at, program=saved, subject=saved)
        revisions.moved(saved)
    return saved


@transaction.atomic(durable=True)
def delete(*, program: Program, name: str, by: Person, at: datetime) -> Program:
    """Delete a program, whose name has to be given: it is gone for everybody at once, and for good a day later.

    Until then it can come back whole. What its bundle called its rows is set free, so that they can be imported again.
    """
    revisions.hold_graph()
    change = Edit(revisions.hold(program), None, {}, editable=())
    if plain_name(name) != plain_name(change.row.name):
        raise Refused(_("Write the name of the program as it stands above."), "name", "name")
    change.set("deleted_at", at)
    saved = change.save()
    sources.set_free(saved.pk)
    events.record("program.deleted", by=by, at=at, program=saved, subject=saved)
    revisions.moved(*_joined_to(saved))
    return saved


def _joined_to(program: Program) -> set[int]:
    """The program and those whose dates may have hung on it."""
    ends = Dependency.objects.filter(predecessor__program=program).values_list("successor__program_id", flat=True)
    return {program.pk, *ends, *Milestone.objects.filter(children__program=program).values_list("program_id", flat=True)}


def _judge(draft: Draft[Program], changed: set[str] | frozenset[str], by: Person, day: date) -> None:
    """Note every broken rule between the fields that are given."""
    row = draft.row
    if "finish_milestone" in changed:
        checks.same_program(draft, row, "finish_milestone")
    if "time_zone" in changed:
        checks.known_zone(draft, "time_zone", row.time_zone)
    if "thresholds" in changed:
        _thresholds(draft)
    if "actual_date" in changed:
        checks.not_ahead(draft, "actual_date", day)
    if {"start_date", "target_date"} & changed:
        checks.in_order(draft, "start_date", "target_date", _("The target is before the start. Choose a later target."))
    if {"start_date", "actual_date"} & changed:
        checks.in_order(draft, "start_date", "actual_date", _("The end is before the start. Choose a later day."))
    if "parent" in changed and row.parent is not None:
        access.require(row.parent, by, "plan")
        require_no_ring(draft)


def require_no_ring(draft: Draft[Program]) -> None:
    """Refuse a parent that is part of this program."""
    above, seen = draft.row.parent, {draft.row.pk}
    while above is not None and above.pk not in seen:
        seen.add(above.pk)
        above = above.parent
    if above is not None:
        draft.refuse("parent", _("A program cannot be part of itself. Choose another parent."), "loop")


def _thresholds(draft: Draft[Program]) -> None:
    """Numbers by name; what each means is for the flag rules to say."""
    given = draft.row.thresholds
    fine = isinstance(given, dict) and len(given) <= MOST_THRESHOLDS
    numbers = list(given.values()) if fine else []
    if not fine or not all(isinstance(each, str) and each.isidentifier() and len(each) < 65 for each in given):
        draft.refuse("thresholds", _("Give thresholds as names with numbers."), "thresholds")
    elif not all(type(each) in {int, float} and math.isfinite(each) and 0 <= each <= 3650 for each in numbers):
        draft.refuse("thresholds", _("Use numbers from 0 to 3,650."), "thresholds")


def require_own_name(draft: Draft[Program]) -> None:
    """Refuse a name that another program has, but for case, accents and blanks; offer one that is free."""
    taken = {plain_name(each) for each in Program.objects.exclude(pk=draft.row.pk).values_list("name", flat=True)}
    name = draft.row.name
    if plain_name(name) not in taken:
        return
    number = 2
    while plain_name(f"{name} {number}") in taken:
        number += 1
    words = _("There is a program of this name already. Choose another, such as “%(name)s”.")
    draft.refuse("name", words % {"name": f"{name} {number}"}, "duplicate")


def plain_name(name: str) -> str:
    """A name as people compare it.

    >>> plain_name("  Café  Noir ") == plain_name("CAFE NOIR")
    True
    """
    bare = "".join(each for each in unicodedata.normalize("NFKD", name) if not unicodedata.combining(each))
    return " ".join(bare.casefold().split())


def _free_slug(name: str) -> str:
    base = slugify(name)[:70].strip("-") or "program"
    taken = set(Program.every.filter(slug__startswith=base).values_list("slug", flat=True)) | RESERVED_SLUGS
    slug, number = base, 2
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug
