"""What pasted rows are read against: a program's names, people and links, and every link a loop could run through."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import date

from programs.intake.pasted import Here
from programs.intake.pasted_people import Member
from programs.intake.wants import ActiveLink, Existing, Have
from programs.models import Dependency, Milestone, Person, Program, Relation, Workstream
from programs.queries import access
from programs.queries.imports import Names, own_program, rows_as_said


def here(program: Program, *, keys: Collection[str], today: date) -> Here:
    """Everything a paste may name, with the rows of these keys in full. Nine queries, whatever the size of the paste.

    Milestones that have a row in the paste go by their key, all others by their number, in links as in values.
    """
    items = list(Milestone.objects.filter(program=program).order_by("pk").values_list("pk", "key", "name"))
    lanes = list(Workstream.objects.filter(program=program).order_by("position", "pk").values_list("pk", "key", "name"))
    wanted = {key.casefold() for key in keys}
    own = own_program(program)
    names = Names("", {program.pk: program}, {program.pk: own}, {pk: key for pk, key, _name in lanes})
    names.milestones = {pk: key for pk, key, _name in items if key.casefold() in wanted}
    existing = _existing(program, names, {key: pk for pk, key, _name in items})
    return Here(
        program=own,
        today=today,
        week=len(set(program.weekdays)) or 5,
        unit=program.day_unit,
        lanes={key: name for _pk, key, name in lanes},
        members=[Member(pk, name, email or "") for pk, name, email in _members(program)],
        keys={key: name for _pk, key, name in items},
        links=_pairs(existing, {pk: key for pk, key, _name in items}),
        existing=existing,
    )


def before(program: Program, *, by: Person, today: date) -> Here:
    """The same for a program that the rows are to begin: nothing is there, and whoever `by` works with may own its work."""
    works_with = Person.objects.filter(pk=by.pk) | Person.objects.filter(memberships__program__memberships__person=by)
    people = works_with.filter(is_active=True).distinct().order_by("name", "pk").values_list("pk", "name", "email")
    existing = Existing(total_milestones=Milestone.objects.count(), rows={"milestones": {}})
    return Here(
        program="program",
        today=today,
        week=len(set(program.weekdays)) or 5,
        unit=program.day_unit,
        lanes={},
        members=[Member(pk, name, email or "") for pk, name, email in people],
        keys={},
        links={},
        existing=existing,
        new=True,
    )


def _members(program: Program) -> list[tuple[int, str, str | None]]:
    return list(access.people_in(program).order_by("name", "pk").values_list("pk", "name", "email"))


def _existing(program: Program, names: Names, numbers: dict[str, int]) -> Existing:
    own = names.program_ids[program.pk]
    found = Existing(foreign=numbers)
    found.rows["programs"] = {own: Have(program.pk, program.version, {"name": program.name, "exceptions": []}, by_hand=True)}
    found.rows["workstreams"] = {
        key: Have(pk, 1, {"program": own, "key": key}, by_hand=True) for pk, key in names.workstreams.items()
    }
    found.rows["milestones"] = rows_as_said("milestones", names, only=names.milestones)
    into = Dependency.objects.filter(successor__in=list(names.milestones), set_aside="").values_list("pk", flat=True)
    found.rows["dependencies"] = rows_as_said("dependencies", names, only=into)
    found.links = _every_link(names, found)
    found.total_milestones = Milestone.objects.count()
    found.milestones_in = Counter({own: len(numbers)})
    found.links_in = Counter({own: Dependency.objects.filter(successor__program=program).count()})
    return found


def _every_link(names: Names, found: Existing) -> list[ActiveLink]:
    """Links of the whole installation, and families: a part comes before its whole as if they were linked."""
    ids = {have.pk: ident for ident, have in found.rows["dependencies"].items()}
    known = names.milestones
    columns = ("pk", "predecessor_id", "successor_id", "type", "relation")
    active = Dependency.objects.filter(set_aside="").order_by("pk").values_list(*columns)
    links = [ActiveLink(ids.get(pk), known.get(one, one), known.get(two, two), kind, what) for pk, one, two, kind, what in active]
    parts = Milestone.objects.exclude(parent=None).order_by("pk").values_list("pk", "parent_id")
    return links + [ActiveLink(None, known.get(one, one), known.get(two, two), "", Relation.REQUIRES) for one, two in parts]


def _pairs(found: Existing, keys: dict[int, str]) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """The links into the rows of the paste by their ends, as keys."""
    pairs: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for ident, have in found.rows["dependencies"].items():
        first = have.values["predecessor"]
        first = keys.get(first, "") if isinstance(first, int) else first
        pairs[first, have.values["successor"]].append((ident, have.values["type"]))
    return dict(pairs)


def names_of(numbers: Collection[int], *, by: Person) -> dict[int, str]:
    """Milestones by number, as far as this person may see them: a loop may run through programs they know nothing of."""
    rows = access.milestones_for(by).filter(pk__in=list(numbers))
    return {pk: f"{key} {name}" for pk, key, name in rows.values_list("pk", "key", "name")}
