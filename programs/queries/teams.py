"""Teams as the settings of a program show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Prefetch

from programs.models import Person, Program, Team, Workstream
from programs.queries import access

if TYPE_CHECKING:
    from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class TeamRow:
    """One team: who leads it, who is in it, and which workstreams of this program it owns."""

    team: Team
    people: tuple[str, ...]
    lanes: tuple[Workstream, ...]


def teams_of(program: Program) -> list[TeamRow]:
    """Every team one may know of here, by name. Three queries."""
    lanes = Prefetch("workstreams", Workstream.objects.filter(program=program).order_by("position", "name"), to_attr="here")
    people = Prefetch("members", Person.objects.order_by("name", "pk"), to_attr="people")
    found = access.teams_seen_in(program).select_related("lead").prefetch_related(lanes, people).order_by("name")
    return [TeamRow(team, tuple(one.name for one in team.people), tuple(team.here)) for team in found]  # type: ignore[attr-defined]


def members(team: Team) -> QuerySet[Person]:
    """Who is in it."""
    return team.members.order_by("name", "pk")


def works_elsewhere(team: Team, person: Person) -> bool:
    """Whether this team owns work in a program this person does not manage."""
    programs = Program.objects.filter(workstreams__team=team) | Program.objects.filter(milestones__team=team)
    return any(not access.can(program, person, "manage") for program in programs.distinct())
