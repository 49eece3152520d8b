"""The rules of the plan that an undo keeps like any other change. Days are not judged anew: what was fine then comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from programs.actions import dependencies, members, milestones, programs, workstreams
from programs.actions.errors import Refused
from programs.actions.loops import refuse_loop
from programs.models import Dependency, Membership, Milestone, Program, Role, Workstream

if TYPE_CHECKING:
    from collections.abc import Collection

    from programs.actions.saving import Draft
    from programs.models import Person


def changed(draft: Draft[Any], fields: Collection[str], *, by: Person) -> None:
    """Raise `Refused`, or note problems on the draft, when the old values no longer fit."""
    row = draft.row
    if isinstance(row, Dependency):
        _link(row, by)
    elif isinstance(row, Milestone) and "parent" in fields and row.parent_id is not None:
        refuse_loop(row.pk, row.parent_id, by=by, field="parent")
    elif isinstance(row, Membership):
        members.require_rank(row.program, row.role, by)
        if row.role != Role.TPM:
            members.require_another_manager(row.program, row.person)
    elif isinstance(row, Workstream) and "name" in fields:
        workstreams.require_own_name(draft, row.program)
    elif isinstance(row, Program):
        if {"name", "deleted_at"} & set(fields) and row.deleted_at is None:
            programs.require_own_name(draft)
        if "parent" in fields:
            programs.require_no_ring(draft)
    draft.raise_problems()


def restored(draft: Draft[Any], *, by: Person) -> None:
    """Raise `Refused` when a row that was removed no longer fits into the plan."""
    row = draft.row
    if isinstance(row, Dependency):
        dependencies.require_room(row.predecessor, row.successor)
        _link(row, by)
    elif isinstance(row, Milestone):
        milestones.require_room(row.program)
        if row.parent_id is not None:
            refuse_loop(row.pk, row.parent_id, by=by, field="parent")
    elif isinstance(row, Membership):
        members.require_rank(row.program, row.role, by)
    elif isinstance(row, Workstream):
        workstreams.require_own_name(draft, row.program)
    draft.raise_problems()


def removed(row: Any, *, by: Person) -> None:
    """Raise `Refused` when a row that was made may not go."""
    if isinstance(row, Dependency):
        dependencies.require_may_link(row.predecessor, row.successor, by)
    elif isinstance(row, Membership):
        members.require_rank(row.program, row.role, by)
        if row.role == Role.TPM:
            members.require_another_manager(row.program, row.person)


def _link(row: Dependency, by: Person) -> None:
    dependencies.require_may_link(row.predecessor, row.successor, by)
    if not row.set_aside:
        try:
            dependencies.require_sound(row, by)
        except Refused as refused:
            raise Refused(f"{row.predecessor} → {row.successor}: {refused.message}", detail=refused.detail) from refused
