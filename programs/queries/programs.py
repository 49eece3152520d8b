"""Questions about programs as such: where a person stands, who is a member, which days differ."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Case, Count, IntegerField, OuterRef, Subquery, When
from django.db.models.functions import Lower

from programs.models import Blocker, Bounce, CalendarException, Membership, Milestone, Person, Program, Risk, Role, Workstream
from programs.queries import access

if TYPE_CHECKING:
    from django.db.models import QuerySet

DEMO = "payments-platform-migration"


def stands(person: Person) -> str:
    """Where a person stands: "works" somewhere, only "reads", or "" when there is nothing to see yet."""
    roles = set(Membership.objects.filter(person=person, program__deleted_at=None).values_list("role", flat=True))
    if roles & {Role.TPM, Role.ENGINEER}:
        return "works"
    return "reads" if roles or access.programs_for(person).exists() else ""


def demo_for(person: Person) -> Program | None:
    """The demo program, if it is loaded and this person may see it."""
    return access.programs_for(person).filter(slug=DEMO).first()


def members(program: Program, *, names_too: bool = False) -> QuerySet[Membership]:
    """Who belongs to the program, managers first; with `names_too` also names from an import, who cannot sign in yet.

    `bounced` says why nothing is mailed to somebody; None while mail goes there.
    """
    gone = Bounce.objects.filter(address=Lower(OuterRef("person__email")), suppressed_at__isnull=False).values("reason")
    rows = Membership.objects.filter(program=program).select_related("person").annotate(bounced=Subquery(gone))
    rows = rows if names_too else rows.exclude(person__email=None)
    rank = Case(When(role=Role.TPM, then=0), When(role=Role.ENGINEER, then=1), default=2, output_field=IntegerField())
    return rows.order_by(rank, "person__name", "pk")


def names_only(program: Program) -> int:
    """How many members are only names from an import."""
    return Membership.objects.filter(program=program, person__email=None).count()


def member(program: Program, person: int) -> Person | None:
    """A member by number; None for everybody else."""
    return Person.objects.filter(memberships__program=program, pk=person).first()


def exceptions(program: Program) -> list[tuple[date, bool, str]]:
    """Days that differ from the week and the holidays, in order."""
    rows = CalendarException.objects.filter(program=program).order_by("day")
    return list(rows.values_list("day", "working", "name"))


def goes_with(program: Program) -> dict[str, int]:
    """How much a program holds, for the page that asks before it is deleted."""
    return {
        "milestones": Milestone.objects.filter(program=program).count(),
        "blockers": Blocker.objects.filter(program=program).count(),
        "risks": Risk.objects.filter(program=program).count(),
        "members": Membership.objects.filter(program=program).count(),
    }


def lanes(program: Program) -> QuerySet[Workstream]:
    """The workstreams with how many milestones each has."""
    rows = Workstream.objects.filter(program=program).select_related("lead", "team")
    return rows.annotate(count=Count("milestones")).order_by("position", "name", "pk")
