"""What an import has to know: the rows a bundle may touch, in the bundle's own terms, and the imports a person made.

Rows are known by (source, id of the source). Rows made by hand have an id of Longpole's own spelling, so that what was
exported finds its way back: `longpole-<program>/<key>`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from django.db.models import Count, Q, QuerySet

from programs.intake.reading import Bundle
from programs.intake.wants import ActiveLink, Existing, Have, Note
from programs.models import (
    Blocker,
    CalendarException,
    Dependency,
    Event,
    ImportRun,
    Milestone,
    Person,
    Program,
    Risk,
    StatusUpdate,
    Strike,
    Team,
    Workstream,
)
from programs.queries import access
from programs.queries.bundle_fields import FIELDS

OWN = "longpole-"
HISTORY = "history.imported"
MODELS: dict[str, Any] = {
    "programs": Program,
    "workstreams": Workstream,
    "milestones": Milestone,
    "dependencies": Dependency,
    "risks": Risk,
    "blockers": Blocker,
    "updates": StatusUpdate,
}
NO_STRIKES: dict[str, list[str]] = {"struck_milestones": [], "struck_dependencies": []}


def noon(day: date) -> datetime:
    """The moment recorded history has: a day is all a bundle says, and noon is that day nearly everywhere."""
    return datetime.combine(day, time(12), UTC)


@dataclass(slots=True)
class Names:
    """Ids of the bundle by the numbers of the database, so that references can be said in the bundle's terms."""

    source: str
    programs: dict[int, Program] = field(default_factory=dict)
    program_ids: dict[int, str] = field(default_factory=dict)
    workstreams: dict[int, str] = field(default_factory=dict)
    milestones: dict[int, str] = field(default_factory=dict)
    dependencies: dict[int, str] = field(default_factory=dict)  # known once the links are read, as are the risks
    risks: dict[int, str] = field(default_factory=dict)
    owners: dict[int, str] = field(default_factory=dict)
    teams: dict[int, str] = field(default_factory=dict)

    def ident(self, source: str, source_id: str | None, program_id: int, own: str) -> str:
        """The id of a row: its source's, else our own, made of its program's and what is permanent about it."""
        if source_id is not None and source == self.source:
            return source_id
        program = self.programs[program_id]
        return f"{own_program(program)}/{own}"


def own_program(program: Program) -> str:
    """The id of our own for a program: no other installation gives the same."""
    return f"{OWN}{int(program.created_at.timestamp() * 1_000_000):x}.{program.pk}"


def existing(bundle: Bundle, *, by: Person | None) -> Existing:
    """Everything here that this bundle may touch, loop with or be counted against. About a dozen queries, whatever the size.

    `by` may reach only programs they manage through ids of our own; None is the command line, which may reach all.
    """
    source = bundle.manifest.name
    found = Existing()
    names = load_names(source, _program_numbers(source, bundle, by))
    for table in MODELS:
        found.rows[table] = rows_as_said(table, names)
    found.links = _links(names, found)
    found.history = _history(names)
    counts = dict(Milestone.objects.values_list("program").annotate(Count("pk")).values_list("program", "pk__count"))
    found.total_milestones = sum(counts.values())
    found.milestones_in = Counter({names.program_ids[pk]: count for pk, count in counts.items() if pk in names.program_ids})
    links = (
        Dependency.objects.filter(successor__program__in=names.programs).values_list("successor__program").annotate(Count("pk"))
    )
    found.links_in = Counter({names.program_ids[pk]: count for pk, count in links})
    found.foreign = _foreign(bundle, by, found)
    return found


def _program_numbers(source: str, bundle: Bundle, by: Person | None) -> list[int]:
    """The programs of this source, and those the bundle names by our own ids."""
    numbers = set(Program.objects.filter(source=source, source_id__isnull=False).values_list("pk", flat=True))
    for table, model in MODELS.items():
        if table in {"workstreams", "milestones", "risks", "blockers"}:
            numbers |= set(
                model.objects.filter(source=source, source_id__isnull=False).values_list("program", flat=True).distinct()
            )
    own = {number for row in bundle.rows.get("programs", ()) if (number := own_number(row.id))}
    named = {row.id for row in bundle.rows.get("programs", ())}
    numbers |= {each.pk for each in _manageable(Program.objects.filter(pk__in=own), by) if own_program(each) in named}
    return sorted(numbers)


def own_number(ident: str) -> int | None:
    """The number of the program in an id of our own.

    >>> own_number("longpole-63f.12/SEC-3"), own_number("KEP-1")
    (12, None)
    """
    head = ident.partition("/")[0]
    tail = head.rpartition(".")[2]
    return int(tail) if head.startswith(OWN) and tail.isascii() and tail.isdigit() and len(tail) < 15 else None


def _manageable(programs: QuerySet[Program], by: Person | None) -> list[Program]:
    return [each for each in programs if by is None or access.can(each, by, "manage")]


def load_names(source: str, numbers: Iterable[int]) -> Names:
    """Ids for the rows of these programs."""
    names = Names(source)
    names.programs = {each.pk: each for each in Program.objects.filter(pk__in=list(numbers)).order_by("pk")}
    for pk, program in names.programs.items():
        ours = program.source_id is not None and program.source == source
        names.program_ids[pk] = str(program.source_id) if ours else own_program(program)
    lanes = Workstream.objects.filter(program__in=names.programs).values_list("pk", "source", "source_id", "program_id", "key")
    names.workstreams = {pk: names.ident(own, ident, program, key) for pk, own, ident, program, key in lanes}
    items = Milestone.objects.filter(program__in=names.programs).values_list("pk", "source", "source_id", "program_id", "key")
    names.milestones = {pk: names.ident(own, ident, program, key) for pk, own, ident, program, key in items}
    names.owners = {
        pk: ident if own == source and ident is not None else email or f"person:{pk}"
        for pk, own, ident, email in Person.objects.values_list("pk", "source", "source_id", "email")
    }
    names.teams = dict(Team.objects.values_list("pk", "name"))
    return names


def rows_as_said(table: str, names: Names, *, only: Iterable[int] | None = None) -> dict[str, Have]:
    """The rows of one table in these programs, by id; `only` those of these numbers."""
    fields = FIELDS[table]
    chosen = rows_of(table, names) if only is None else MODELS[table].objects.filter(pk__in=list(only)).order_by("pk")
    rows = chosen.values("pk", "source", "source_id", *fields, *_extra(table))
    found: dict[str, Have] = {}
    days = _exceptions(names) if table == "programs" else {}
    strikes = _strikes(names) if table == "risks" else {}
    for row in rows:
        ident = row_ident(table, row, names)
        values = {name: _said(kind, row[column], names) for column, (name, kind) in fields.items()}
        if table == "programs":
            values["exceptions"] = days.get(row["pk"], [])
        elif table == "risks":
            values |= strikes.get(row["pk"], NO_STRIKES)
        ours = row["source_id"] is not None and row["source"] == names.source
        found[ident] = Have(row["pk"], row.get("version") or 1, values, not ours)
    if table in {"dependencies", "risks"}:
        getattr(names, table).update({have.pk: ident for ident, have in found.items()})
    return found


def _extra(table: str) -> tuple[str, ...]:
    """What makes the id of a row made by hand, and its version."""
    return {
        "programs": ("version",),
        "workstreams": ("version",),
        "milestones": ("version",),
        "dependencies": ("version", "predecessor__program_id", "successor__program_id"),
        "risks": ("version",),
        "blockers": ("version",),
        "updates": (),
    }[table]


def row_ident(table: str, row: dict[str, Any], names: Names) -> str:
    """The id of a row of a table in a bundle."""
    if table == "programs":
        return names.program_ids[row["pk"]]
    if table in {"workstreams", "milestones"}:
        return (names.workstreams if table == "workstreams" else names.milestones)[row["pk"]]
    own = {
        "dependencies": f"link-{row['pk']}",
        "risks": f"R-{row.get('number')}",
        "blockers": f"B-{row.get('number')}",
        "updates": f"update-{row['pk']}",
    }[table]
    home = row.get("program_id") or row["successor__program_id"]
    if home not in names.programs:
        home = row["predecessor__program_id"]
    return names.ident(row["source"], row["source_id"], home, own)


def rows_of(table: str, names: Names) -> QuerySet[Any]:
    """The rows of a table in these programs, in the order they were made; links with either end there."""
    rows = MODELS[table].objects.order_by("pk")
    if table == "programs":
        return rows.filter(pk__in=names.programs)
    if table == "dependencies":
        either = Q(successor__program__in=names.programs) | Q(predecessor__program__in=names.programs)
        return rows.filter(either | Q(source=names.source, source_id__isnull=False))
    return rows.filter(program__in=names.programs)


def _said(kind: str, value: Any, names: Names) -> Any:
    """A stored value in the bundle's terms."""
    if kind == "value" or value is None:
        return value
    known: dict[int, str] = getattr(names, kind)
    return known.get(value, value)


def _exceptions(names: Names) -> dict[int, list[list[Any]]]:
    days: dict[int, list[list[Any]]] = {}
    rows = CalendarException.objects.filter(program__in=names.programs).order_by("day")
    for program, day, working, name in rows.values_list("program_id", "day", "working", "name"):
        days.setdefault(program, []).append([day.isoformat(), working, name])
    return days


def _strikes(names: Names) -> dict[int, dict[str, list[str]]]:
    """What each risk delays beside the milestone it names, as ids in one order."""
    found: dict[int, dict[str, list[str]]] = {}
    rows = Strike.objects.filter(risk__program__in=names.programs)
    for risk, milestone, dependency in rows.values_list("risk_id", "milestone_id", "dependency_id"):
        said = found.setdefault(risk, {kind: [] for kind in NO_STRIKES})
        known, kind = (names.milestones, "struck_milestones") if milestone else (names.dependencies, "struck_dependencies")
        said[kind] += [known[pk] for pk in (milestone, dependency) if pk in known]
    return {risk: {kind: sorted(idents) for kind, idents in said.items()} for risk, said in found.items()}


def _links(names: Names, found: Existing) -> list[ActiveLink]:
    """Every link of the installation that is not set aside: a loop may run through programs nobody here has heard of."""
    ids = {have.pk: ident for ident, have in found.rows["dependencies"].items()}
    known = names.milestones
    rows = (
        Dependency.objects.filter(set_aside="")
        .order_by("pk")
        .values_list("pk", "predecessor_id", "successor_id", "type", "relation")
    )
    return [
        ActiveLink(ids.get(pk), known.get(one, one), known.get(two, two), kind, relation) for pk, one, two, kind, relation in rows
    ]


def _history(names: Names) -> Counter[Note]:
    """Recorded changes that are here already. Rows of history have no id, so equal ones are counted."""
    rows = Event.objects.filter(kind=HISTORY, program__in=names.programs)
    counted: Counter[Note] = Counter()
    for milestone, at, what, old, new, said in rows.values_list("milestone_id", "at", "field", "old", "new", "note"):
        counted[Note(names.milestones.get(milestone, ""), None if said else at.date(), what, old, new, said)] += 1
    return counted


def _foreign(bundle: Bundle, by: Person | None, found: Existing) -> dict[str, int]:
    """Milestones outside this bundle that it names by our own ids: those this person manages, and ends of links that are here."""
    rows = [(row, field) for field in ("predecessor", "successor") for row in bundle.rows.get("dependencies", ())]
    rows += [(row, "parent") for row in bundle.rows.get("milestones", ())]
    named = {ident for row, field in rows if (ident := row.values.get(field)) and ident.startswith(OWN)}
    programs = list(Program.objects.filter(pk__in={number for each in named if (number := own_number(each))}))
    heads = {own_program(each): each.pk for each in programs}
    managed = {each.pk for each in programs if by is None or access.can(each, by, "manage")}
    ends = {have.values[end] for have in found.rows["dependencies"].values() for end in ("predecessor", "successor")}
    ends |= {have.values["parent"] for have in found.rows["milestones"].values()}
    wanted = [(heads[head], key, ident) for ident in named for head, _, key in [ident.partition("/")] if head in heads]
    items = Milestone.objects.filter(program__in={program for program, _, _ in wanted})
    keys = {
        (program, key): pk
        for pk, program, key in items.values_list("pk", "program_id", "key")
        if program in managed or pk in ends
    }
    here = found.rows["milestones"]
    return {ident: keys[program, key] for program, key, ident in wanted if (program, key) in keys and ident not in here}


def not_managed(source: str, *, by: Person) -> list[Program]:
    """Programs this bundle would change and this person does not manage."""
    numbers: set[int] = set()
    for table in ("workstreams", "milestones", "risks", "blockers"):
        numbers |= set(
            MODELS[table].objects.filter(source=source, source_id__isnull=False).values_list("program", flat=True).distinct()
        )
    programs = Program.objects.filter(Q(pk__in=numbers) | Q(source=source, source_id__isnull=False))
    return [each for each in programs if not access.can(each, by, "manage")]


def first_admin() -> Person | None:
    """Who manages what the command line brings in."""
    return Person.objects.filter(is_admin=True, is_active=True).order_by("pk").first()


def by_email(address: str) -> Person | None:
    """An active person by address."""
    return Person.objects.filter(email__iexact=address.strip(), is_active=True).first()


def recent(person: Person) -> QuerySet[ImportRun]:
    """The last imports of this person; administrators see everybody's."""
    runs = ImportRun.objects.defer("content", "undo", "report").select_related("by").order_by("-at")
    return (runs if person.is_admin else runs.filter(by=person))[:10]


def programs_of(run: ImportRun, *, by: Person) -> QuerySet[Program]:
    """The programs an import made or changed that this person may see."""
    return access.programs_for(by).filter(pk__in=run.undo.get("programs", [])).order_by("name")


def named(run: ImportRun, loops: Iterable[Iterable[str]], *, by: Person) -> dict[str, Milestone]:
    """The milestones of these loops by their id in the bundle, once they are here and as far as this person may see them."""
    wanted = {each for loop in loops for each in loop}
    found = (
        access.milestones_for(by).filter(source=run.source, source_id__in=wanted).select_related("program").defer("description")
    )
    return {str(each.source_id): each for each in found} if wanted else {}
