"""Milestones that change programs: where one may go, and where one is that has left."""

from __future__ import annotations

from django.db.models import Prefetch

from programs.models import Event, Milestone, Person, Program, Role, Workstream
from programs.queries import access


def moved_to(slug: str, key: str, *, by: Person) -> Milestone | None:
    """Where a milestone is now that once had this address, if its reader may see it there."""
    program = access.program(slug, by=by)
    left = Event.objects.filter(program=program, kind="milestone.moved", field="key", old=key).order_by("-pk").first()
    if left is None or left.subject_id is None:
        return None
    return access.milestones_for(by).filter(pk=left.subject_id).select_related("program").first()


def targets(milestone: Milestone, *, by: Person) -> list[tuple[Program, list[Workstream]]]:
    """The programs this milestone may move to, each with its workstreams: those one plans oneself. Two queries."""
    found = access.programs_for(by).exclude(pk=milestone.program_id).order_by("name", "pk")
    if not by.is_admin:
        found = found.filter(memberships__person=by, memberships__role=Role.TPM)
    lanes = Prefetch("workstreams", Workstream.objects.order_by("position", "name"), to_attr="lanes")
    return [(program, program.lanes) for program in found.prefetch_related(lanes)]  # type: ignore[attr-defined]
