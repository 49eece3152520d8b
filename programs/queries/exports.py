"""Programs as a bundle: the same rows and ids an import reads, so that what goes out comes back the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import Q

from programs.intake.people import name_of
from programs.intake.tables import TABLES
from programs.intake.wants import Have
from programs.intake.writing import Export
from programs.models import Event, ImportRun, Milestone, Person, Program
from programs.queries.imports import HISTORY, MODELS, Names, load_names, own_program, rows_as_said

UNITS = {"cd": "calendar", "wd": "working"}
OWNERS = ("owner", "lead", "author", "raised_by")


def programs_named(words: Iterable[str]) -> tuple[list[Program], list[str]]:
    """Programs by slug, by the id of their source or, several at once, by the name of their bundle; and words nobody knows."""
    found: dict[int, Program] = {}
    unknown: list[str] = []
    for word in words:
        here = list(Program.objects.filter(slug=word)) or list(Program.objects.filter(source_id=word).order_by("pk"))
        here = here or list(Program.objects.filter(source=word, source_id__isnull=False).order_by("pk"))
        if not here:
            unknown.append(word)
        found |= {each.pk: each for each in here}
    return [found[pk] for pk in sorted(found)], unknown


def bundle(programs: Sequence[Program], *, today: date) -> Export:
    """These programs with everything in them. What their links lead to outside goes out as a reference."""
    sources = {each.source for each in programs if each.source_id is not None}
    name = sources.pop() if len(sources) == 1 else "longpole:" + "+".join(each.slug for each in programs)
    names = load_names(name[:200], [each.pk for each in programs])
    _name_outside(names)
    said = {table: rows_as_said(table, names) for table in MODELS}
    unit = next(iter({each.day_unit for each in programs})) if len({each.day_unit for each in programs}) == 1 else "wd"
    rows: dict[str, list[dict[str, Any]]] = {table: [] for table in TABLES}
    for table, found in said.items():
        for ident, have in found.items():
            values = _row(table, ident, have, unit)
            rows["x_externals" if table == "milestones" and values["external"] else table].append(values)
    rows["history"] = _history(names)
    return Export(_manifest(names, programs, rows, unit, today), rows)


def _row(table: str, ident: str, have: Have, unit: str) -> dict[str, Any]:
    values = {"id": ident, **have.values}
    if table == "workstreams":
        values["owner"] = values.pop("lead")
    elif table == "milestones" and values["duration_days"] is None and values["duration_unit"] == unit:
        values["duration_unit"] = ""
    elif table == "dependencies" and not values["lag_days"] and values["lag_unit"] == unit:
        values["lag_unit"] = ""
    elif table == "updates":
        kind = next((each for each in ("milestone", "workstream") if values[each] is not None), "program")
        values |= {"subject_type": kind, "subject": values[kind]}
    return values


def _name_outside(names: Names) -> None:
    """Give ids to milestones outside these programs that rows inside refer to."""
    outside = Milestone.objects.filter(_near(names))
    for each in outside.exclude(program__in=names.programs).select_related("program").distinct():
        ours = each.source_id is not None and each.source == names.source
        names.milestones[each.pk] = str(each.source_id) if ours else f"{own_program(each.program)}/{each.key}"


def _near(names: Names) -> Q:
    """Milestones that are joined to one of these programs."""
    return (
        Q(feeds__successor__program__in=names.programs)
        | Q(waits_for__predecessor__program__in=names.programs)
        | Q(children__program__in=names.programs)
    )


def _history(names: Names) -> list[dict[str, Any]]:
    """Recorded changes that came with a bundle. The installation's own log stays at home."""
    rows = Event.objects.filter(kind=HISTORY, program__in=names.programs).order_by("pk")
    return [
        {"milestone": names.milestones.get(milestone, ""), "changed_on": said or at.date(), "field": what, "old": old, "new": new}
        for milestone, at, what, old, new, said in rows.values_list("milestone_id", "at", "field", "old", "new", "note")
    ]


def _manifest(
    names: Names, programs: Sequence[Program], rows: dict[str, list[dict[str, Any]]], unit: str, today: date
) -> dict[str, Any]:
    last = ImportRun.objects.filter(source=names.source, state=ImportRun.State.APPLIED).order_by("-applied_at").first()
    as_of = last.as_of if last and last.as_of else today
    title = last.title if last and last.title else ", ".join(each.name for each in programs)[:300]
    return {
        "format": "program-bundle",
        "version": "1",
        "name": names.source,
        "title": title,
        "as_of": as_of.isoformat(),
        "day_unit": UNITS[unit],
        "counts": {table: len(found) for table, found in rows.items() if found},
        "x_people": _people(names, rows),
    }


def _people(names: Names, rows: dict[str, list[dict[str, Any]]]) -> list[dict[str, str]]:
    """Names that cannot be read off the owner's text."""
    used = {values[field] for found in rows.values() for values in found for field in OWNERS if values.get(field)}
    called = dict(
        Person.objects.filter(pk__in=[pk for pk, text in names.owners.items() if text in used]).values_list("pk", "name")
    )
    texts = {names.owners[pk]: name for pk, name in called.items()}
    return [{"id": text, "name": name} for text, name in sorted(texts.items()) if name != name_of(text)]
