"""Who is told of a milestone: whoever owns or follows what moves, and whoever's work comes next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, F, OuterRef, Q

from programs.models import OPEN_STATUSES, SCHEDULING_RELATIONS, Dependency, Follow, Membership, Milestone, NoticeRole, Person
from programs.queries.parts import parts
from programs.queries.prepared import prepared

if TYPE_CHECKING:
    from django.db.models import QuerySet

_CHUNK = 400


@dataclass(frozen=True, slots=True)
class Reader:
    """Why somebody is told, and in which program."""

    role: str
    program: int


@dataclass(frozen=True, slots=True)
class Tells:
    """How many people hear when a milestone moves: of itself, and because their work comes next."""

    here: int
    behind: int


def readers(moved: Iterable[int]) -> dict[int, dict[int, Reader]]:
    """Owners and followers of what moved, members with an account only, by milestone and person."""
    found: dict[int, dict[int, Reader]] = defaultdict(dict)
    member = Q(milestone__program__memberships__person=F("person")) | Q(person__is_admin=True)
    for part in parts(list(moved), _CHUNK):
        follows = Follow.objects.filter(member, milestone__in=part, person__is_active=True, person__email__isnull=False)
        for item, person, program in follows.values_list("milestone_id", "person_id", "milestone__program_id"):
            found[item][person] = Reader(NoticeRole.FOLLOWER, program)
        owner = Q(program__memberships__person=F("owner")) | Q(owner__is_admin=True)
        owned = Milestone.objects.filter(owner, pk__in=part, owner__is_active=True, owner__email__isnull=False)
        for item, person, program in owned.values_list("pk", "owner_id", "program_id"):
            found[item][person] = Reader(NoticeRole.OWNER, program)
    return found


@prepared
def watchers(milestone: int, program: int) -> QuerySet[Person]:
    """Who follows a milestone of this program, by name: members with an account only, as for what they are told."""
    member = Exists(Membership.objects.filter(program=program, person=OuterRef("pk"))) | Q(is_admin=True)
    people = Person.objects.filter(member, follows__milestone=milestone, is_active=True, email__isnull=False)
    return people.only("name").order_by("name", "pk")


def concerned(milestone: int, *, but: int | None) -> tuple[list[int], dict[int, tuple[int, Reader]]]:
    """A milestone with what waits for it, and whom they concern: each person once, by the nearest. Not `but`, who does it."""
    waiting = Dependency.objects.filter(
        predecessor=milestone, set_aside="", relation__in=SCHEDULING_RELATIONS, successor__status__in=OPEN_STATUSES
    )
    items = [milestone, *waiting.order_by("pk").values_list("successor_id", flat=True)]
    known = readers(items)
    found: dict[int, tuple[int, Reader]] = {}
    for item in items:
        for person, reader in known.get(item, {}).items():
            if person != but:
                found.setdefault(person, (item, reader))
    return items, found


def tells(milestone: int, *, but: int) -> Tells:
    """How many people that is. Three queries."""
    _items, found = concerned(milestone, but=but)
    here = sum(item == milestone for item, _reader in found.values())
    return Tells(here, len(found) - here)
