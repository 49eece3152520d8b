"""Links between milestones. Every change of the graph goes through here, under one lock for the whole graph.

The active graph (links that are not set aside and whose relation schedules) has no loop at any moment. A milestone also counts
as waiting for its parts: a child comes before its parent, so a parent cannot be made to come before its own child.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext as _

from programs.actions import events, removing, revisions
from programs.actions.errors import Refused
from programs.actions.loops import loop_through, refuse_loop
from programs.actions.saving import Draft, Edit, stored
from programs.actions.values import readable
from programs.models import Dependency, LinkType, Milestone, Program, Relation, SetAside, Strength
from programs.queries import access

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from decimal import Decimal

    from programs.models import Person

__all__ = ["edit", "link", "loop_through", "restore", "set_aside", "unlink"]

EDITABLE = frozenset({"type", "lag_days", "lag_unit", "strength", "relation", "note"})


@transaction.atomic(durable=True)
def link(
    *,
    predecessor: Milestone,
    successor: Milestone,
    by: Person,
    at: datetime,
    type: str = LinkType.FS,
    lag_days: Decimal | float = 0,
    lag_unit: str = "wd",
    relation: str = Relation.REQUIRES,
    strength: str = Strength.HARD,
    note: str = "",
) -> Dependency:
    """Say that one milestone depends on another, perhaps in another program.

    Raises `Refused` for a milestone with itself, a link that is already there, a loop (named in walking order, with the
    ids in `detail["loop"]`), a lag out of range and a milestone or program that is full. Program managers link within
    their programs, and across programs when they manage both; engineers may say what their own milestone waits for.
    """
    revisions.hold_graph()
    first, second = _ends(predecessor.pk, successor.pk)
    require_may_link(first, second, by)
    draft = Draft(Dependency(predecessor=first, successor=second))
    draft.put(
        {"type": type, "lag_days": lag_days, "lag_unit": lag_unit, "relation": relation, "strength": strength, "note": note},
        EDITABLE,
    )
    draft.raise_problems()
    require_room(first, second)
    require_sound(draft.row, by)
    made = draft.save(leave_out=("predecessor", "successor"))
    tell("dependency.linked", made, by=by, at=at)
    revisions.moved(first.program_id, second.program_id)
    return made


@transaction.atomic(durable=True)
def edit(
    *,
    dependency: Dependency,
    version: int,
    changes: Mapping[str, Any],
    by: Person,
    at: datetime,
    base: Mapping[str, Any] | None = None,
) -> Dependency:
    """Change type, lag, relation, strength or note of a link. Raises as `link` does, and `Stale`."""
    revisions.hold_graph()
    draft = Edit(dependency, version, changes, editable=EDITABLE, base=base)
    first, second = _ends(draft.row.predecessor_id, draft.row.successor_id)
    require_may_link(first, second, by)
    draft.raise_problems()
    if not draft.row.set_aside and draft.changed.keys() & {"type", "relation"}:
        require_sound(draft.row, by)
    saved = draft.save()
    if draft.changed:
        tell("dependency.changed", saved, by=by, at=at, changed=draft.changed)
        revisions.moved(first.program_id, second.program_id)
    return saved


@transaction.atomic(durable=True)
def unlink(*, dependency: Dependency, by: Person, at: datetime) -> Dependency:
    """Remove a link. The history keeps what it joined."""
    revisions.hold_graph()
    row = stored(dependency)
    first, second = _ends(row.predecessor_id, row.successor_id)
    require_may_link(first, second, by)
    tell("dependency.removed", row, by=by, at=at)
    removing.remove(row)
    revisions.moved(first.program_id, second.program_id)
    return row


@transaction.atomic(durable=True)
def set_aside(*, dependency: Dependency, by: Person, at: datetime) -> Dependency:
    """Keep a link but let it take no part in dates, until somebody restores it."""
    revisions.hold_graph()
    draft = Edit(dependency, None, {"set_aside": SetAside.BY_HAND}, editable={"set_aside"})
    first, second = _ends(draft.row.predecessor_id, draft.row.successor_id)
    require_may_link(first, second, by)
    saved = draft.save()
    if draft.changed:
        tell("dependency.set_aside", saved, by=by, at=at)
        revisions.moved(first.program_id, second.program_id)
    return saved


@transaction.atomic(durable=True)
def restore(*, dependency: Dependency, by: Person, at: datetime) -> Dependency:
    """Let a link that was set aside take part again. Raises `Refused` when it joins a milestone with itself, is there
    already or would close a loop."""
    revisions.hold_graph()
    draft = Edit(dependency, None, {"set_aside": SetAside.NO}, editable={"set_aside"})
    first, second = _ends(draft.row.predecessor_id, draft.row.successor_id)
    require_may_link(first, second, by)
    if draft.changed:
        require_sound(draft.row, by)
    saved = draft.save()
    if draft.changed:
        tell("dependency.changed", saved, by=by, at=at, changed=draft.changed)
        revisions.moved(first.program_id, second.program_id)
    return saved


def remove_all_of(milestone: Milestone, *, by: Person, at: datetime, batch: Any) -> set[int]:
    """Remove the links of a milestone that is about to be deleted; returns the programs at their other ends.

    For `milestones.delete`, which took the lock of the graph as its first statement.
    """
    links = Dependency.objects.filter(Q(predecessor=milestone) | Q(successor=milestone)).select_related(
        "predecessor__program", "successor__program"
    )
    touched = set()
    for each in links:
        tell("dependency.removed", each, by=by, at=at, batch=batch)
        touched |= {each.predecessor.program_id, each.successor.program_id}
        removing.remove(each)
    return touched


def require_may_link(predecessor: Milestone, successor: Milestone, by: Person) -> None:
    """Raise 404 to strangers of either program and 403 to members who may not make this link."""
    if predecessor.program_id == successor.program_id:
        own = successor.owner_id is not None and successor.owner_id == by.pk
        access.require(successor.program, by, "update" if own else "plan")
        return
    for program in (predecessor.program, successor.program):
        access.require(program, by, "view")
    for program in (predecessor.program, successor.program):
        access.require(program, by, "plan")


def _ends(predecessor_id: int, successor_id: int) -> tuple[Milestone, Milestone]:
    """Both ends as they are now, with their programs locked. Somebody may have deleted one meanwhile."""
    found = Milestone.objects.select_related("program").in_bulk([predecessor_id, successor_id])
    if predecessor_id not in found or successor_id not in found:
        raise Http404
    revisions.hold_all({each.program_id for each in found.values()})
    return found[predecessor_id], found[successor_id]


def require_room(predecessor: Milestone, successor: Milestone) -> None:
    """Refuse one link more than a milestone or a program may have."""
    most = settings.LIMITS.milestone_links
    for milestone, field in ((predecessor, "predecessor"), (successor, "successor")):
        if Dependency.objects.filter(Q(predecessor=milestone) | Q(successor=milestone)).count() >= most:
            words = _("%(milestone)s has %(limit)d links, the most a milestone may have. Remove one first.")
            raise Refused(words % {"milestone": milestone.key, "limit": most}, field, "limit")
    most = settings.LIMITS.program_links
    if Dependency.objects.filter(successor__program=successor.program_id).count() >= most:
        raise Refused(_("This program has %(limit)d links, the most a program may have.") % {"limit": most}, "successor", "limit")


def require_sound(candidate: Dependency, by: Person) -> None:
    """Refuse an active link that joins a milestone with itself, repeats another or closes a loop."""
    if candidate.predecessor_id == candidate.successor_id:
        raise Refused(_("A milestone cannot wait for itself. Choose another one."), "predecessor", "self")
    same = Dependency.objects.filter(
        predecessor=candidate.predecessor_id,
        successor=candidate.successor_id,
        type=candidate.type,
        relation=candidate.relation,
        set_aside=SetAside.NO,
    ).exclude(pk=candidate.pk)
    if same.exists():
        raise Refused(_("This dependency is already there. Change it instead of adding it again."), "predecessor", "duplicate")
    if candidate.schedules:
        refuse_loop(candidate.predecessor_id, candidate.successor_id, by=by, field="predecessor")


def tell(
    kind: str,
    subject: Dependency,
    *,
    by: Person,
    at: datetime,
    changed: Mapping[str, tuple[Any, Any]] | None = None,
    batch: Any = None,
) -> None:
    """Note a change of a link in the program of each end. The note of one program does not name another's milestone."""
    batch = batch or events.new_batch()
    first, second = subject.predecessor, subject.successor
    across = first.program_id != second.program_id
    outside = _("a milestone of another program")
    ends: list[tuple[Program, Milestone, str]] = [(second.program, second, f"{outside if across else first} → {second}")]
    if across:
        ends.append((first.program, first, f"{first} → {outside}"))
    for program, milestone, name in ends:
        for field, (old, new) in (changed or {"": ("", "")}).items():
            events.record(
                kind,
                by=by,
                at=at,
                program=program,
                subject=subject,
                subject_name=name,
                field=field,
                old=readable(old),
                new=readable(new),
                milestone=milestone,
                batch=batch,
            )
