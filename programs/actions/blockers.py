"""Blockers: work has stopped, and why. A milestone is blocked exactly while one of its blockers is open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from programs.actions import checks, events, milestone_rules, notices, revisions, shifts
from programs.actions.errors import Refused
from programs.actions.saving import Draft, Edit
from programs.models import Blocker, BlockerStatus, Milestone, MilestoneStatus, Said

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from uuid import UUID

    from programs.models import Person, Program

EDITABLE = frozenset(
    {
        *("title", "kind", "severity", "owner", "asked_of", "waiting_on", "waiting_person", "waiting_team", "waiting_contact"),
        *("raised_on", "expected_clear", "next_step", "so_what", "resolution", "url"),
    }
)
PEOPLE = frozenset({"owner", "asked_of", "waiting_person"})


@transaction.atomic(durable=True)
def block(*, milestone: Milestone, title: str, by: Person, at: datetime, **facts: Any) -> Blocker:
    """Say that work has stopped, and why.

    The title is what other teams read first, so it is required; `facts` are any others of `EDITABLE`. Nothing is sent from here:
    the event waits until the analysis knows who is affected. The milestone becomes blocked until its last blocker is cleared.
    """
    return open_on(milestone, revisions.hold(milestone.program_id), by=by, at=at, title=title, **facts)


def open_on(milestone: Milestone, program: Program, *, by: Person | None, at: datetime, **facts: Any) -> Blocker:
    """Open a blocker inside a transaction that holds the program already; `by` is nobody for what the clock does."""
    held = Edit(milestone, None, {}, editable=())
    milestone_rules.require_open(held.row)
    day = checks.today(program, at)
    draft = Draft(Blocker(program=program, milestone=held.row, number=0, raised_by=by, raised_on=day))
    draft.put(facts, EDITABLE | {"risk"})
    for field in PEOPLE:
        checks.member(draft, program, field)
    checks.same_program(draft, program, "risk")
    checks.not_past(draft, "expected_clear", day)
    draft.raise_problems()
    draft.row.number = revisions.next_number(program)
    draft.row.moved_at = at
    made = draft.save()
    batch = events.new_batch()
    events.record("blocker.opened", by=by, at=at, program=program, subject=made, new=made.title, milestone=held.row, batch=batch)
    _stop(held, program, by=by, at=at, day=day, batch=batch)
    notices.can_clear(made, by=by, at=at)
    revisions.moved(program)
    return made


@transaction.atomic(durable=True)
def edit(
    *, blocker: Blocker, version: int, changes: Mapping[str, Any], by: Person, at: datetime, base: Mapping[str, Any] | None = None
) -> Blocker:
    """Change what is known about a blocker. Opening and clearing have functions of their own."""
    program = revisions.hold(blocker.program_id)
    change = Edit(blocker, version, changes, editable=EDITABLE, base=base)
    day = checks.today(program, at)
    for field in PEOPLE & change.changed.keys():
        checks.member(change, program, field)
    if "expected_clear" in change.changed and change.row.is_open:
        checks.not_past(change, "expected_clear", day)
    if "raised_on" in change.changed:
        checks.not_ahead(change, "raised_on", day)
    saved = change.save()
    if change.changed:
        events.record_changes(
            "blocker.changed", change.changed, by=by, at=at, program=program, subject=saved, milestone=saved.milestone
        )
        if "owner" in change.changed and saved.is_open:
            notices.can_clear(saved, by=by, at=at)
        _moves(saved, at)
        revisions.moved(program)
    return saved


@transaction.atomic(durable=True)
def new_date(*, blocker: Blocker, expected_clear: date | None, by: Person, at: datetime, version: int | None = None) -> Blocker:
    """Say by when it will be cleared now; the milestone waits until then."""
    program = revisions.hold(blocker.program_id)
    change = Edit(blocker, version, {"expected_clear": expected_clear}, editable={"expected_clear"})
    _require_open(change.row)
    day = checks.today(program, at)
    checks.not_past(change, "expected_clear", day)
    saved = change.save()
    batch = events.record_changes(
        "blocker.changed", change.changed, by=by, at=at, program=program, subject=saved, milestone=saved.milestone
    )
    _heard(saved.milestone, program, by=by, at=at, day=day, batch=batch)
    _moves(saved, at)
    revisions.moved(program)
    return saved


@transaction.atomic(durable=True)
def still_the_same(*, blocker: Blocker, by: Person, at: datetime) -> Blocker:
    """Confirm that it still blocks and its date still holds: the milestone is no longer silent."""
    program = revisions.hold(blocker.program_id)
    held = Edit(blocker, None, {}, editable=()).row
    _require_open(held)
    batch = events.new_batch()
    events.record("blocker.said", by=by, at=at, program=program, subject=held, milestone=held.milestone, batch=batch)
    _heard(held.milestone, program, by=by, at=at, day=checks.today(program, at), batch=batch)
    _moves(held, at)
    revisions.moved(program)
    return held


@transaction.atomic(durable=True)
def clear(*, blocker: Blocker, by: Person, at: datetime, resolution: str = "", version: int | None = None) -> Blocker:
    """Say that it no longer stops the work. With its last blocker gone, the milestone is in progress again."""
    program = revisions.hold(blocker.program_id)
    change = Edit(blocker, version, {"resolution": resolution}, editable={"resolution"})
    _require_open(change.row)
    day = checks.today(program, at)
    change.set("status", BlockerStatus.RESOLVED)
    change.set("status_raw", "")
    change.set("resolved_on", day)
    saved = change.save()
    batch = events.new_batch()
    events.record(
        "blocker.cleared",
        by=by,
        at=at,
        program=program,
        subject=saved,
        field="status",
        old=BlockerStatus.OPEN,
        new=BlockerStatus.RESOLVED,
        note=saved.resolution,
        milestone=saved.milestone,
        batch=batch,
    )
    _go_on(saved.milestone, program, by=by, at=at, day=day, batch=batch)
    revisions.moved(program)
    shifts.cleared(saved, revision=program.revision + 1, by=by, at=at)  # told once the answer of just before knows of it
    return saved


@transaction.atomic(durable=True)
def reopen(*, blocker: Blocker, by: Person, at: datetime) -> Blocker:
    """Say that it stops the work after all; the milestone is blocked again."""
    program = revisions.hold(blocker.program_id)
    change = Edit(blocker, None, {}, editable=())
    if change.row.is_open:
        raise Refused(_("%(blocker)s is open already.") % {"blocker": change.row.key}, "status", "open")
    held = Edit(change.row.milestone, None, {}, editable=()) if change.row.milestone else None
    if held:
        milestone_rules.require_open(held.row)
    change.set("status", BlockerStatus.OPEN)
    change.set("status_raw", "")
    change.set("resolved_on", None)
    change.set("resolution", "")
    saved = change.save()
    batch = events.new_batch()
    events.record(
        "blocker.reopened",
        by=by,
        at=at,
        program=program,
        subject=saved,
        field="status",
        old=BlockerStatus.RESOLVED,
        new=BlockerStatus.OPEN,
        milestone=saved.milestone,
        batch=batch,
    )
    if held:
        _stop(held, program, by=by, at=at, day=checks.today(program, at), batch=batch)
    _moves(saved, at)
    revisions.moved(program)
    return saved


def _moves(blocker: Blocker, at: datetime) -> None:
    """Somebody did or said something about it, so it climbs no ladder for now. That is no edit: nobody's page is stale for it."""
    blocker.moved_at = at
    Blocker.objects.filter(pk=blocker.pk).update(moved_at=at)


def _require_open(blocker: Blocker) -> None:
    if not blocker.is_open:
        raise Refused(_("%(blocker)s is cleared already. Reopen it first.") % {"blocker": blocker.key}, "status", "cleared")


def _stop(held: Edit[Milestone], program: Program, *, by: Person | None, at: datetime, day: date, batch: UUID) -> None:
    held.set("status", MilestoneStatus.BLOCKED)
    held.set("status_raw", "")
    held.set("said", Said.BLOCKED)
    _speak(held, program, by=by, at=at, day=day, batch=batch)


def _go_on(milestone: Milestone | None, program: Program, *, by: Person, at: datetime, day: date, batch: UUID) -> None:
    """The milestone goes on when nothing else holds it; what was said before it stopped is too old to come back."""
    if milestone is None:
        return
    held = Edit(milestone, None, {}, editable=())
    if held.row.status == MilestoneStatus.BLOCKED and not milestone_rules.open_blockers(held.row):
        held.set("status", MilestoneStatus.IN_PROGRESS)
        held.set("said", "")
    _speak(held, program, by=by, at=at, day=day, batch=batch)


def _heard(milestone: Milestone | None, program: Program, *, by: Person, at: datetime, day: date, batch: UUID) -> None:
    """Somebody spoke of what holds the milestone, so it is not silent."""
    if milestone is not None:
        _speak(Edit(milestone, None, {}, editable=()), program, by=by, at=at, day=day, batch=batch)


def _speak(held: Edit[Milestone], program: Program, *, by: Person | None, at: datetime, day: date, batch: UUID) -> None:
    held.set("said_on", day)
    held.set("updated_on", day)
    saved = held.save()
    events.record_changes("milestone.changed", held.changed, by=by, at=at, program=program, subject=saved, batch=batch)
