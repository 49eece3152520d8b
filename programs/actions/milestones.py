"""Milestones: make, change, move in time, speak of, delete.

A milestone is blocked exactly while it has an open blocker. So "blocked" is not a status to choose: `blockers.block` sets it
and clearing the last blocker takes it away; a word such as "on track" beside an open blocker is kept as said, and the
milestone stays blocked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from programs.actions import checks, events, milestone_rules, removing, revisions
from programs.actions.dependencies import remove_all_of
from programs.actions.errors import Refused, Stale
from programs.actions.saving import Draft, Edit, stored
from programs.models import Health, Milestone, MilestoneStatus, Said, StatusUpdate, Workstream

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from programs.models import Person, Program

EDITABLE = frozenset(
    {
        "name",
        "description",
        "kind",
        "workstream",
        "owner",
        "team",
        "parent",
        "external",
        "status",
        "percent_done",
        "priority",
        "start_date",
        "baseline_date",
        "target_date",
        "expected_date",
        "actual_date",
        "duration_days",
        "remaining_days",
        "duration_unit",
        "optimistic_days",
        "likely_days",
        "pessimistic_days",
        "confidence",
        "constraint",
        "constraint_date",
        "labels",
        "url",
    }
)
MOVABLE = frozenset({"start_date", "baseline_date", "target_date", "expected_date"})
WITHOUT_WORKSTREAM = "M"  # workstream keys have two characters at least, so M-7 is nobody else's


@transaction.atomic(durable=True)
def create(
    *, program: Program, name: str, by: Person, at: datetime, workstream: Workstream | None = None, **fields: Any
) -> Milestone:
    """Add a milestone. It gets a key for life: SEC-3 in the workstream SEC, M-3 without one; no key is given twice."""
    if fields.get("parent") is not None:
        revisions.hold_graph()
    program = revisions.hold(program)
    require_room(program)
    draft = Draft(Milestone(program=program, key="-"))
    draft.put({"name": name, "workstream": workstream, **fields}, EDITABLE)
    changed = {field: (None, getattr(draft.row, field)) for field in EDITABLE & {"name", "workstream", *fields}}
    milestone_rules.apply(draft, changed, program=program, by=by, day=checks.today(program, at))
    draft.raise_problems()
    draft.row.key = take_key(program, draft.row.workstream)
    made = draft.save()
    events.record("milestone.created", by=by, at=at, program=program, subject=made)
    revisions.moved(program)
    return made


@transaction.atomic(durable=True)
def edit(
    *,
    milestone: Milestone,
    version: int,
    changes: Mapping[str, Any],
    by: Person,
    at: datetime,
    base: Mapping[str, Any] | None = None,
    reason: str = "",
) -> Milestone:
    """Change any of the fields in `EDITABLE`. Raises `Refused` and `Stale`; see `saving.Edit` for `base`.

    Setting the status to done fills in today and 100 %; taking it back empties them. The reason goes into the history.
    """
    if "parent" in changes:
        revisions.hold_graph()
    program = revisions.hold(milestone.program_id)
    change = Edit(milestone, version, changes, editable=EDITABLE, base=base)
    milestone_rules.apply(change, change.changed, program=program, by=by, day=checks.today(program, at))
    return _keep(change, program, by=by, at=at, note=reason)


@transaction.atomic(durable=True)
def reschedule(
    *,
    milestone: Milestone,
    version: int | None,
    date: date | None,
    by: Person,
    at: datetime,
    field: str = "expected_date",
    reason: str = "",
) -> Milestone:
    """Move one date, and say why. The owner's own `expected_date` is their word, so it counts as being heard from."""
    program = revisions.hold(milestone.program_id)
    change = Edit(milestone, version, {field: date}, editable=MOVABLE)
    day = checks.today(program, at)
    milestone_rules.apply(change, change.changed, program=program, by=by, day=day)
    if field == "expected_date":
        change.set("said_on", day)
        change.set("updated_on", day)
    return _keep(change, program, by=by, at=at, note=reason)


@transaction.atomic(durable=True)
def replan(
    *, milestone: Milestone, version: int | None, changes: Mapping[str, Any], by: Person, at: datetime, reason: str = ""
) -> Milestone:
    """Change what a date is worked out from: work, the first day it may begin, or the promise. It counts as being heard from."""
    program = revisions.hold(milestone.program_id)
    change = Edit(milestone, version, changes, editable=EDITABLE)
    day = checks.today(program, at)
    milestone_rules.apply(change, change.changed, program=program, by=by, day=day)
    change.set("said_on", day)
    change.set("updated_on", day)
    return _keep(change, program, by=by, at=at, note=reason)


@transaction.atomic(durable=True)
def say(*, milestone: Milestone, said: str, by: Person, at: datetime, note: str = "", version: int | None = None) -> Milestone:
    """Say how it goes: on track, at risk, off track or done. Kept as the last word and as an update with its note.

    Done sets the status, today as actual date and 100 %, and is refused while a blocker is open.
    """
    milestone_rules.require_sayable(said)
    program = revisions.hold(milestone.program_id)
    change = Edit(milestone, version, {"said": said}, editable={"said"})
    day = checks.today(program, at)
    was = milestone_rules.speak(change, said, program=program, by=by, day=day)
    batch = events.new_batch()
    update = Draft(StatusUpdate(program=program, milestone=change.row, on=day, author=by))
    update.put({"note": note, "health": said if said in Health.values else ""}, {"note", "health"})
    update.raise_problems()
    saved = change.save()
    update.save()
    kind = "milestone.done" if said == Said.DONE else "milestone.said"
    events.record(kind, by=by, at=at, program=program, subject=saved, field="said", old=was, new=said, note=note, batch=batch)
    others = {field: pair for field, pair in change.changed.items() if field != "said"}
    events.record_changes("milestone.changed", others, by=by, at=at, program=program, subject=saved, batch=batch)
    revisions.moved(program)
    return saved


@transaction.atomic(durable=True)
def still_the_same(*, milestone: Milestone, by: Person, at: datetime) -> Milestone:
    """Confirm the last word without typing: it is no longer silent, and nothing else changes."""
    program = revisions.hold(milestone.program_id)
    change = Edit(milestone, None, {}, editable=())
    milestone_rules.require_open(change.row)
    day = checks.today(program, at)
    change.set("said_on", day)
    change.set("updated_on", day)
    saved = change.save()
    said = saved.said
    events.record("milestone.said", by=by, at=at, program=program, subject=saved, field="said", old=said, new=said)
    revisions.moved(program)
    return saved


@transaction.atomic(durable=True)
def delete(*, milestone: Milestone, version: int, by: Person, at: datetime) -> dict[str, int]:
    """Delete a milestone with its links, blockers and updates, and return how many of each went with it.

    Its key is not given again, and its history stays readable; all of it can come back within a day. Programs it was linked to
    are analysed anew.
    """
    revisions.hold_graph()
    program = revisions.hold(milestone.program_id)
    row = stored(milestone, version)
    if row.version != version:
        raise Stale(row, version)
    went = {
        "links": row.feeds.count() + row.waits_for.count(),
        "blockers": row.blockers.count(),
        "updates": row.updates.count(),
        "children": row.children.count(),
    }
    batch = events.new_batch()
    touched = remove_all_of(row, by=by, at=at, batch=batch)
    touched |= set(row.children.values_list("program_id", flat=True))
    events.record("milestone.deleted", by=by, at=at, program=program, subject=row, batch=batch)
    removing.remove(row)
    revisions.moved(program.pk, *touched)
    return went


def _keep(change: Edit[Milestone], program: Program, *, by: Person, at: datetime, note: str) -> Milestone:
    """Save an edit and note it; becoming done is a kind of its own."""
    saved = change.save()
    changed = dict(change.changed)
    if not changed:
        return saved
    batch = events.new_batch()
    if changed.get("status", ("", ""))[1] == MilestoneStatus.DONE:
        done = {"status": changed.pop("status")}
        events.record_changes("milestone.done", done, by=by, at=at, program=program, subject=saved, note=note, batch=batch)
    events.record_changes("milestone.changed", changed, by=by, at=at, program=program, subject=saved, note=note, batch=batch)
    revisions.moved(program)
    return saved


def take_key(program: Program, workstream: Workstream | None) -> str:
    """The next free key. Counters only rise; keys that an import brought are stepped over."""
    while True:
        if workstream is None:
            key = f"{WITHOUT_WORKSTREAM}-{revisions.next_number(program)}"
        else:
            Workstream.objects.filter(pk=workstream.pk).update(next_number=F("next_number") + 1)
            prefix, number = Workstream.objects.values_list("key", "next_number").get(pk=workstream.pk)
            key = f"{prefix}-{number - 1}"
        if not Milestone.objects.filter(program=program, key=key).exists():
            return key


def require_room(program: Program) -> None:
    """Refuse one milestone more than a program or the installation may have."""
    limits = settings.LIMITS
    if Milestone.objects.filter(program=program).count() >= limits.program_milestones:
        words = _("This program has %(limit)d milestones, the most a program may have.")
        raise Refused(words % {"limit": limits.program_milestones}, code="limit")
    if Milestone.objects.count() >= limits.total_milestones:
        words = _("This installation has %(limit)d milestones, the most it may have.")
        raise Refused(words % {"limit": limits.total_milestones}, code="limit")
