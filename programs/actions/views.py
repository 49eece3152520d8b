"""Saved views of the milestones list: keep one, change it, delete it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from programs.actions import events, removing, revisions
from programs.actions.errors import Refused
from programs.actions.saving import Draft, Edit
from programs.models import SavedView
from programs.queries import access

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from programs.models import Person, Program

EDITABLE = frozenset({"name", "query", "shared", "first"})
MOST = 100  # views of one person in one program


@transaction.atomic(durable=True)
def save(
    *, program: Program, name: str, query: str, by: Person, at: datetime, shared: bool = False, first: bool = False
) -> SavedView:
    """Keep a list under a name. Sharing it with everybody is for those who plan."""
    program = revisions.hold(program)
    if SavedView.objects.filter(program=program, person=by).count() >= MOST:
        raise Refused(
            _("You have %(limit)d views here, the most there may be. Delete one first.") % {"limit": MOST}, code="limit"
        )
    draft = Draft(SavedView(program=program, person=by))
    draft.put({"name": name, "query": query, "shared": shared, "first": first}, EDITABLE)
    _judge(draft, by)
    made = draft.save(leave_out=("program", "person"))
    events.record("view.saved", by=by, at=at, program=program if made.shared else None, subject=made)
    return made


@transaction.atomic(durable=True)
def change(*, view: SavedView, changes: Mapping[str, Any], by: Person, at: datetime) -> SavedView:
    """Rename it, keep other filters in it, share it or stop, let the list open with it or not."""
    program = revisions.hold(view.program_id)
    edit = Edit(view, None, changes, editable=EDITABLE)
    _judge(edit, by)
    saved = edit.save()
    told = program if saved.shared or "shared" in edit.changed else None
    events.record_changes("view.changed", edit.changed, by=by, at=at, program=told, subject=saved)
    return saved


@transaction.atomic(durable=True)
def delete(*, view: SavedView, by: Person, at: datetime) -> None:
    """Forget a view. The list it showed stays what it is."""
    program = revisions.hold(view.program_id)
    row = Edit(view, None, {}, editable=()).row
    events.record("view.deleted", by=by, at=at, program=program if row.shared else None, subject=row)
    removing.remove(row)


def _judge(draft: Draft[SavedView], by: Person) -> None:
    """One name once, sharing only by planners; and only one view may be what a list opens with."""
    row = draft.row
    if row.shared:
        access.require(row.program, by, "plan")
    others = SavedView.objects.filter(program=row.program_id).exclude(pk=row.pk)
    if others.filter(person=row.person_id, name=row.name).exists():
        draft.refuse("name", _("You have a view of this name. Choose another name."), "unique")
    draft.raise_problems()
    if row.first:
        rivals = others.filter(shared=True) if row.shared else others.filter(shared=False, person=row.person_id)
        rivals.filter(first=True).update(first=False)
