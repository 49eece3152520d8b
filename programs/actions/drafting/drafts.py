"""A draft itself: begin one, rename, share, copy, discard, take up again. The plan is never touched here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from programs.actions import events
from programs.actions.errors import Refused, Stale
from programs.models import PlanChange, PlanDraft, Program
from programs.queries.drafts import RESTORABLE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from programs.models import Person

MOST_DRAFTS = 50  # open ones of one person in one program
MOST_CHANGES = 60


@transaction.atomic(durable=True)
def begin(*, program: Program, name: str, by: Person, at: datetime, changes: Sequence[PlanChange] = ()) -> PlanDraft:
    """Begin a draft on the plan as it is now, perhaps with changes that were made out already."""
    return begun(program, name, changes, by=by, at=at)


def begun(program: Program, name: str, changes: Sequence[PlanChange], *, by: Person, at: datetime) -> PlanDraft:
    """Begin a draft inside a transaction."""
    if PlanDraft.objects.filter(program=program, by=by, state=PlanDraft.State.OPEN).count() >= MOST_DRAFTS:
        words = _("You have %(limit)d drafts open here, the most you may have. Discard one first.")
        raise Refused(words % {"limit": MOST_DRAFTS}, code="limit")
    revision = Program.objects.values_list("revision", flat=True).get(pk=program.pk)
    draft = PlanDraft(program=program, by=by, name=named(name), based_on=revision, saved_at=at)
    draft.save(force_insert=True)
    for place, change in enumerate(changes):
        change.draft, change.place = draft, place
    PlanChange.objects.bulk_create(changes)
    return draft


def named(name: str) -> str:
    """A name that is kept; one that is empty or too long is refused."""
    clean = " ".join(name.split())
    most = PlanDraft._meta.get_field("name").max_length
    if not clean or not clean.isprintable():
        raise Refused(_("Give the draft a name, such as “Second vendor”."), "name", "required")
    if most and len(clean) > most:
        raise Refused(_("This has %(length)d characters; %(limit)d fit.") % {"length": len(clean), "limit": most}, "name", "long")
    return clean


def held(draft: PlanDraft, version: int | None = None) -> PlanDraft:
    """The draft as it is now, locked; `Stale` when it is not the version that was shown, `Refused` when it is closed."""
    row = PlanDraft.objects.select_for_update(no_key=True).filter(pk=draft.pk).first()
    if row is None:
        raise Stale(None, version)
    if not row.is_open:
        raise Refused(_("This draft is %(state)s.") % {"state": row.get_state_display().lower()}, code="closed")
    if version is not None and version != row.version:
        raise Stale(row, version)
    return row


def saved(draft: PlanDraft, *, at: datetime) -> None:
    """Keep a draft with its next version."""
    draft.version += 1
    draft.saved_at = at
    draft.save()


@transaction.atomic(durable=True)
def rename(*, draft: PlanDraft, name: str, at: datetime) -> PlanDraft:
    """Call it otherwise."""
    row = held(draft)
    row.name = named(name)
    saved(row, at=at)
    return row


@transaction.atomic(durable=True)
def share(*, draft: PlanDraft, on: bool, by: Person, at: datetime) -> PlanDraft:
    """Let everybody who sees the program open the draft, or nobody but oneself again. Its address stays."""
    row = held(draft)
    if row.shared != on:
        row.shared = on
        saved(row, at=at)
        if on:
            events.record("draft.shared", by=by, at=at, program=row.program, subject=row, subject_name=row.name)
    return row


@transaction.atomic(durable=True)
def discard(*, draft: PlanDraft, at: datetime) -> PlanDraft:
    """Put a draft away. It can be taken up again for a day."""
    row = held(draft)
    row.state, row.closed_at = PlanDraft.State.DISCARDED, at
    saved(row, at=at)
    return row


@transaction.atomic(durable=True)
def restore(*, draft: PlanDraft, at: datetime) -> PlanDraft:
    """Take up a draft that was discarded within a day."""
    row = PlanDraft.objects.select_for_update(no_key=True).get(pk=draft.pk)
    if row.state != PlanDraft.State.DISCARDED:
        raise Refused(_("This draft is not discarded."), code="settled")
    if row.closed_at is None or at - row.closed_at > RESTORABLE:
        raise Refused(_("This is more than 24 hours ago and can no longer be undone."), code="too_late")
    row.state, row.closed_at = PlanDraft.State.OPEN, None
    saved(row, at=at)
    return row


@transaction.atomic(durable=True)
def copy(*, draft: PlanDraft, by: Person, at: datetime) -> PlanDraft:
    """A draft of one's own with the same changes: how a draft that was shared is carried on."""
    rows = [
        PlanChange(kind=row.kind, about=row.about, values=row.values, seen=row.seen, subject=row.subject)
        for row in draft.changes.order_by("place", "pk")
    ]
    return begun(draft.program, _("%(name)s, copied") % {"name": draft.name[:180]}, rows, by=by, at=at)


def add_last(draft: PlanDraft, change: PlanChange, *, at: datetime) -> PlanChange:
    """Put a change behind the others of a draft that is held."""
    if draft.changes.count() >= MOST_CHANGES:
        words = _("This draft has %(limit)d changes, the most it may have.")
        raise Refused(words % {"limit": MOST_CHANGES}, code="limit")
    last = draft.changes.aggregate(last=Max("place"))["last"]
    change.draft, change.place = draft, 0 if last is None else last + 1
    change.save(force_insert=True)
    saved(draft, at=at)
    return change


@transaction.atomic(durable=True)
def remove(*, draft: PlanDraft, change: int, at: datetime) -> None:
    """Take one change out. Those behind it that were made on top of it say so."""
    row = held(draft)
    if row.changes.filter(pk=change).delete()[0]:
        saved(row, at=at)
