"""What people may choose from in a form: members, workstreams, teams, milestones by key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from programs.models import (
    OPEN_STATUSES,
    Blocker,
    BlockerStatus,
    Dependency,
    Milestone,
    Person,
    Risk,
    RiskStatus,
    SetAside,
    Team,
    Workstream,
)
from programs.queries import access

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from programs.models import Program

SUGGESTED = 300  # milestones a field suggests while a key is typed


def people(program: Program, *, also: int | None = None) -> QuerySet[Person]:
    """Members of the program by name; `also` is somebody chosen before who is no member, such as an owner from an import."""
    members = Q(pk__in=access.people_in(program).values("pk"))
    return Person.objects.filter(members | Q(pk=also) if also else members).order_by("name", "pk")


def workstreams(program: Program) -> QuerySet[Workstream]:
    """Workstreams in the order the program has them."""
    return Workstream.objects.filter(program=program).order_by("position", "name", "pk")


def teams(program: Program, *, also: int | None = None) -> QuerySet[Team]:
    """Teams one may know of here, by name; `also` is one chosen before."""
    seen = Q(pk__in=access.teams_seen_in(program).values("pk"))
    return Team.objects.filter(seen | Q(pk=also) if also else seen).order_by("name")


def suggested(program: Program) -> list[tuple[str, str]]:
    """Keys and names of the program's milestones, for suggestions; the first few hundred of a large program."""
    rows = Milestone.objects.filter(program=program).order_by("workstream__position", "pk")
    return list(rows.values_list("key", "name")[:SUGGESTED])


def open_blockers(program: Program) -> QuerySet[Blocker]:
    """Blockers that hold a milestone of the program."""
    rows = Blocker.objects.filter(program=program, status=BlockerStatus.OPEN, milestone__isnull=False)
    return rows.select_related("program").order_by("number")


def open_risks(program: Program) -> QuerySet[Risk]:
    """Risks of the program that are not closed."""
    return Risk.objects.filter(program=program).exclude(status=RiskStatus.CLOSED).select_related("program").order_by("number")


def link_between(predecessor: Milestone, successor: Milestone) -> Dependency | None:
    """The dependency of one milestone on another, unless it is set aside."""
    rows = Dependency.objects.filter(predecessor=predecessor, successor=successor, set_aside=SetAside.NO)
    return rows.select_related("predecessor", "successor").order_by("pk").first()


def links_within(program: Program) -> QuerySet[Dependency]:
    """Dependencies between two milestones of the program that are not set aside."""
    rows = Dependency.objects.filter(predecessor__program=program, successor__program=program, set_aside=SetAside.NO)
    return rows.select_related("predecessor", "successor")


def open_milestones(program: Program) -> QuerySet[Milestone]:
    """Milestones of the program on which work remains."""
    return Milestone.objects.filter(program=program, status__in=OPEN_STATUSES).select_related("program")


def by_key(program: Program, key: str) -> Milestone | None:
    """The milestone people call by this key, in this program."""
    return Milestone.objects.filter(program=program, key__iexact=key).first()
