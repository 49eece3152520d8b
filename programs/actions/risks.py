"""Risks: what may stop or slow the work, judged from 1 to 5 for likelihood and impact."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from programs.actions import checks, events, revisions
from programs.actions.saving import Draft, Edit
from programs.models import Risk, RiskStatus

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from programs.models import Person, Program

EDITABLE = frozenset(
    {
        "title",
        "category",
        "status",
        "probability",
        "impact",
        "owner",
        "workstream",
        "milestone",
        "raised_on",
        "review_on",
        "response",
        "note",
        "so_what",
        "url",
    }
)


@transaction.atomic(durable=True)
def create(*, program: Program, title: str, by: Person, at: datetime, **fields: Any) -> Risk:
    """Write a risk down. It gets a number for life: R-17."""
    program = revisions.hold(program)
    day = checks.today(program, at)
    draft = Draft(Risk(program=program, number=0, raised_on=day))
    draft.put({"title": title, **fields}, EDITABLE)
    _judge(draft, program, day, EDITABLE)
    if draft.row.status == RiskStatus.CLOSED:
        draft.set("closed_on", day)
    draft.raise_problems()
    draft.row.number = revisions.next_number(program)
    made = draft.save()
    events.record("risk.created", by=by, at=at, program=program, subject=made, milestone=made.milestone)
    revisions.moved(program)
    return made


@transaction.atomic(durable=True)
def edit(
    *, risk: Risk, version: int, changes: Mapping[str, Any], by: Person, at: datetime, base: Mapping[str, Any] | None = None
) -> Risk:
    """Change a risk. Closing it keeps the day; opening it again takes the day away."""
    program = revisions.hold(risk.program_id)
    day = checks.today(program, at)
    change = Edit(risk, version, changes, editable=EDITABLE, base=base)
    _judge(change, program, day, set(change.changed))
    closing = "status" in change.changed and change.row.status == RiskStatus.CLOSED
    if "status" in change.changed:
        change.set("closed_on", day if closing else None)
        change.set("status_raw", "")
    if "response" in change.changed:
        change.set("response_raw", "")
    saved = change.save()
    if not change.changed:
        return saved
    changed, batch = dict(change.changed), events.new_batch()
    about: dict[str, Any] = {
        "by": by,
        "at": at,
        "program": program,
        "subject": saved,
        "milestone": saved.milestone,
        "batch": batch,
    }
    if closing:
        events.record_changes("risk.closed", {"status": changed.pop("status")}, **about)
    events.record_changes("risk.changed", changed, **about)
    revisions.moved(program)
    return saved


def _judge(draft: Draft[Risk], program: Program, day: date, changed: set[str] | frozenset[str]) -> None:
    if "owner" in changed:
        checks.member(draft, program, "owner")
    for field in {"workstream", "milestone"} & changed:
        checks.same_program(draft, program, field)
    if "raised_on" in changed:
        checks.not_ahead(draft, "raised_on", day)
