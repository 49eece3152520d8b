"""What a program hangs on, read from the stored answer: pages name it, nothing is worked out for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from programs.models import FragilePoints, Milestone, Person, Team
from programs.queries import access
from programs.queries.prepared import prepared
from programs.queries.withheld import Sight, a_milestone

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from django.db.models import QuerySet

    from programs.models import Program

KINDS = ("milestone", "external", "person", "team")


class Named(NamedTuple):
    """A milestone by its name and address; without an address when the reader may not know of it."""

    pk: int
    name: str
    key: str
    slug: str
    external: bool = False


@dataclass(frozen=True, slots=True)
class Fragile:
    """One point, with what its failure would take along."""

    kind: str
    name: str
    milestone: Named | None  # None: people and teams
    strands: int
    stranded: tuple[Named, ...]
    more: int  # stranded, and not named
    targets: tuple[Named, ...]
    only_way: tuple[tuple[Named, int], ...]  # a target, and how much reaches it through here alone
    parts: int
    pressing: int
    work: int


@dataclass(frozen=True, slots=True)
class View:
    """The page: points by kind, the worst first."""

    program: Program
    stored: FragilePoints | None
    targets: tuple[Named, ...]
    groups: dict[str, tuple[Fragile, ...]]
    behind: bool  # the plan has moved on since

    @property
    def empty(self) -> bool:
        """Nothing hangs on anything."""
        return not any(self.groups.values())


def view(slug: str, *, by: Person) -> View:
    """Read the whole page. The number of queries does not depend on the size of the program."""
    program = access.program(slug, by=by, may="view")
    stored = FragilePoints.objects.filter(program=program).first()
    points: dict[str, list[dict[str, Any]]] = stored.points if stored else {}
    targets = stored.targets if stored else []
    names = _milestones({*targets, *_ids(points)}, Sight(by, program))
    people = dict(Person.objects.filter(pk__in=_of(points, "person")).values_list("pk", "name"))
    teams = dict(Team.objects.filter(pk__in=_of(points, "team")).values_list("pk", "name"))
    called = {"person": people, "team": teams}
    return View(
        program=program,
        stored=stored,
        targets=tuple(names[pk] for pk in targets if pk in names),
        groups={kind: tuple(_named(kind, points.get(kind, []), names, called)) for kind in KINDS},
        behind=stored is not None and stored.revision < program.revision,
    )


def worst(program: Program, most: int) -> tuple[tuple[Named, int, int], ...]:
    """The program's own milestones on which the most hangs: how much each strands, and is the only way of. Two queries."""
    points: list[dict[str, Any]] = next((found.get("milestone", []) for (found,) in _points(program.pk)), [])
    rows = _called(program.pk, [point["id"] for point in points])
    names = {pk: Named(pk, name, key, program.slug) for pk, name, key in rows}
    here = [point for point in points if point["id"] in names and point["strands"]]
    return tuple((names[point["id"]], point["strands"], _through(point)) for point in here[:most])


@prepared
def _points(program: int) -> QuerySet[FragilePoints, Any]:
    return FragilePoints.objects.filter(program=program).values_list("points")


@prepared
def _called(program: int, wanted: Collection[int]) -> QuerySet[Milestone, Any]:
    return Milestone.objects.filter(pk__in=wanted, program=program).values_list("pk", "name", "key")


def fragile_ids(program: Program) -> frozenset[int]:
    """The milestones on which the most hangs, by number. One query."""
    points: dict[str, Any] = next((found for (found,) in _points(program.pk)), {})
    return frozenset(point["id"] for kind in ("milestone", "external") for point in points.get(kind, ()))


def _through(point: dict[str, Any]) -> int:
    return max((count for _target, count in point["only_way"]), default=0)


def _of(points: dict[str, list[dict[str, Any]]], kind: str) -> list[int]:
    return [point["id"] for point in points.get(kind, ())]


def _ids(points: dict[str, list[dict[str, Any]]]) -> Iterable[int]:
    for kind, several in points.items():
        for point in several:
            yield from point["stranded"]
            yield from point["targets"]
            if kind in {"milestone", "external"}:
                yield point["id"]


def _milestones(ids: set[int], sight: Sight) -> dict[int, Named]:
    rows = Milestone.objects.filter(pk__in=ids).values_list("pk", "name", "key", "program__slug", "external", "program_id")
    return {
        pk: Named(pk, name, key, slug, external) if sight.sees(owner) else Named(pk, a_milestone(), "", "")
        for pk, name, key, slug, external, owner in rows
    }


def _named(
    kind: str, points: list[dict[str, Any]], names: dict[int, Named], called: dict[str, dict[int, str]]
) -> Iterable[Fragile]:
    for point in points:
        milestone = None if kind in called else names.get(point["id"])
        name = called[kind].get(point["id"], "") if kind in called else milestone.name if milestone else ""
        if not name:
            continue  # deleted since
        stranded = tuple(names[pk] for pk in point["stranded"] if pk in names)
        yield Fragile(
            kind=kind,
            name=name,
            milestone=milestone,
            strands=point["strands"],
            stranded=stranded,
            more=max(0, point["strands"] - len(point["stranded"])),
            targets=tuple(names[pk] for pk in point["targets"] if pk in names),
            only_way=tuple((names[pk], count) for pk, count in point["only_way"] if pk in names),
            parts=point["parts"],
            pressing=point["pressing"],
            work=point["work"],
        )
