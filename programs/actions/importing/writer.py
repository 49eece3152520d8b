"""Writes a plan, table by table, inside the transaction of whoever calls it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _

from programs.actions import events
from programs.actions.importing import keys, people
from programs.actions.values import readable
from programs.intake.wants import CREATE, SAME, UPDATE, Existing, Plan, Want
from programs.models import CalendarException, Event, Milestone, Person, Program, RiskKind, Strike
from programs.models.risks import PREFIXES
from programs.queries.bundle_fields import FIELDS
from programs.queries.imports import HISTORY, MODELS, NO_STRIKES, load_names, noon

CHUNK = 500
LATER = {"programs": ("parent", "finish_milestone"), "milestones": ("parent",)}  # set when every row is there
NOUN = {
    "programs": "program",
    "workstreams": "workstream",
    "milestones": "milestone",
    "dependencies": "dependency",
    "risks": "risk",
    "blockers": "blocker",
}
Progress = Callable[[int], None]


@dataclass
class Undo:
    """What it takes to go back: rows that were made, and old values of rows that changed."""

    programs: set[int] = field(default_factory=set)  # every program touched
    created: dict[str, list[int]] = field(default_factory=dict)
    changed: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)  # table -> number -> version, fields
    exceptions: dict[str, list[list[Any]]] = field(default_factory=dict)  # program -> its days before
    strikes: dict[str, dict[str, list[int]]] = field(default_factory=dict)  # risk -> what it delayed before

    def as_dict(self) -> dict[str, Any]:
        """Plain data for the database."""
        return {
            "programs": sorted(self.programs),
            "created": self.created,
            "changed": self.changed,
            "exceptions": self.exceptions,
            "strikes": self.strikes,
        }


class Writer:
    """One import on its way into the tables. Call `write` once, under the graph lock."""

    def __init__(
        self,
        plan: Plan,
        existing: Existing,
        *,
        by: Person | None,
        reach: Person | None,
        at: datetime,
        batch: UUID,
        progress: Progress | None = None,
        by_hand: bool = False,
    ) -> None:
        """`by_hand`: the rows are made by a person, not brought by a bundle, so they keep no source and each leaves a note."""
        self.plan, self.existing, self.by, self.reach, self.at, self.batch = plan, existing, by, reach, at, batch
        self.source = plan.manifest.name
        self.by_hand = by_hand
        self.progress = progress or (lambda _rows: None)
        self.done = 0
        self.undo = Undo()
        self.numbers_of: dict[str, dict[str, int]] = {
            table: {ident: have.pk for ident, have in rows.items()} for table, rows in existing.rows.items()
        }
        self.names: dict[str, dict[str, int]] = {"owners": {}, "teams": {}}
        self.columns = {table: {name: (column, kind) for column, (name, kind) in each.items()} for table, each in FIELDS.items()}
        self.home: dict[int, int] = {}  # milestone -> program, for rows that only name the milestone
        self.owned: dict[int, set[int]] = defaultdict(set)
        self.notes: list[Event] = []
        self.spoken: dict[Any, str] = {}
        self.all_names: dict[str, dict[str, int]] = {}  # everybody here, looked up only when an old owner is not in the bundle

    def write(self) -> Undo:
        """Write everything. The order is that of what refers to what."""
        self.names["owners"], made = people.owners(self.plan, reach=self.reach)
        self.names["teams"], teams = people.teams(self.plan)
        self.undo.created |= {"people": made, "teams": teams}
        self._programs()
        self._workstreams()
        self._milestones()
        self._put("dependencies")
        self._remarks()
        self._history()
        tpm = self.by
        self.undo.created["memberships"] = people.memberships(self.owned, tpm=tpm, created=self.undo.created.get("programs", ()))
        Event.objects.bulk_create(self.notes, batch_size=CHUNK)
        return self.undo

    # Tables

    def _programs(self) -> None:
        keys.give_slugs(self.plan.of("programs", CREATE))
        days = {
            want.id: want.values.pop("exceptions")
            for want in self.plan.wants.get("programs", ())
            if "exceptions" in want.values and (want.step == CREATE or "exceptions" in want.before)
        }
        self._put("programs")
        for ident, exceptions in days.items():
            pk = self.numbers_of["programs"][ident]
            have = self.existing.have("programs", ident)
            if have:
                self.undo.exceptions[str(pk)] = have.values["exceptions"]
                self.undo.programs.add(pk)
                self._note_days(pk, have.values, exceptions)
            replace_exceptions(pk, exceptions)

    def _note_days(self, pk: int, old: dict[str, Any], new: list[list[Any]]) -> None:
        note = events.draft(
            "program.changed",
            by=self.by,
            at=self.at,
            program=Program(pk=pk),
            subject=Program(pk=pk),
            subject_name=old["name"],
            field="exceptions",
            old=readable([day for day, *_ in old["exceptions"]]),
            new=readable([day for day, *_ in new]),
            batch=self.batch,
            origin=self.source,
        )
        self.notes.append(note)

    def _workstreams(self) -> None:
        wants = self.plan.of("workstreams", CREATE)
        for position, want in enumerate(wants, start=1):
            if want.values.get("position") is None:
                want.values["position"] = position
        keys.give_prefixes(self._in_new_programs(wants))
        self._put("workstreams")

    def _in_new_programs(self, wants: list[Want]) -> list[Want]:
        """Workstreams that join a program with workstreams already ask for what is free there."""
        taken = defaultdict(set)
        for have in self.existing.rows.get("workstreams", {}).values():
            taken[have.values["program"]].add(have.values["key"])
        fresh = [want for want in wants if not taken[want.values["program"]]]
        for want in wants:
            used = taken[want.values["program"]]
            if used and want.values.get("key") in {None, *used}:
                want.values["key"] = keys.naming.prefixes([(want.id, want.values["name"])], used)[want.id]
            if used:
                used.add(want.values["key"])
        return fresh

    def _milestones(self) -> None:
        self._homes()
        counters = self._counters()
        for want in self.plan.wants.get("milestones", ()):
            if want.step == CREATE:
                place, lane = self._number("programs", want.values["program"]), want.values.get("workstream")
                lane_number = self._number("workstreams", lane) if lane else None
                want.values["key"] = counters.milestone_key(place, lane_number, want.values.get("key"))
            elif "program" in want.before:
                self._moved(want, counters)
        counters.save()
        self._put("milestones")
        self._later("programs")
        self._later("milestones")

    def _homes(self) -> None:
        """The programs of milestones that are here, and of those outside that links lead to."""
        for have in self.existing.rows.get("milestones", {}).values():
            self.home[have.pk] = self._number("programs", have.values["program"])
        outside = Milestone.objects.filter(pk__in=list(self.existing.foreign.values()))
        self.home.update(outside.values_list("pk", "program_id"))

    def _moved(self, want: Want, counters: keys.Numbers) -> None:
        """A milestone that changed its program keeps its key, unless another one has it there."""
        have = self.existing.rows["milestones"][want.id]
        place = self._number("programs", want.values["program"])
        if (place, have.values["key"]) in counters.keys:
            want.before["key"] = have.values["key"]
            want.values["key"] = counters.milestone_key(place, None)

    def _remarks(self) -> None:
        counters = self._counters()
        for table in ("risks", "blockers"):
            for want in self.plan.wants.get(table, ()):
                if want.step == CREATE:
                    place = self._number("programs", want.values["program"])
                    want.values["number"] = counters.number(table, place, want.values.get("number"))
                elif "program" in want.before:
                    have = self.existing.rows[table][want.id]
                    place = self._number("programs", want.values["program"])
                    if (place, have.values["number"]) in counters.numbers[table]:
                        want.before["number"] = have.values["number"]
                        want.values["number"] = counters.number(table, place)
        counters.save()
        strikes = self._take_strikes()
        for table in ("risks", "blockers", "updates"):
            self._put(table)
        self._strike(strikes)

    def _take_strikes(self) -> dict[str, dict[str, list[str]]]:
        """What each risk delays, taken out of its fields: rows of their own, which wait for the risks."""
        found: dict[str, dict[str, list[str]]] = {}
        for want in self.plan.wants.get("risks", ()):
            have = self.existing.have("risks", want.id)
            said = {kind: want.values.pop(kind) for kind in NO_STRIKES if kind in want.values}
            if said and (want.step == CREATE or set(said) & set(want.before)):
                found[want.id] = {kind: have.values[kind] if have else [] for kind in NO_STRIKES} | said
        return found

    def _strike(self, strikes: dict[str, dict[str, list[str]]]) -> None:
        for ident, said in strikes.items():
            pk, have = self.numbers_of["risks"][ident], self.existing.have("risks", ident)
            if have:
                self.undo.strikes[str(pk)] = self._struck(have.values)
                self.undo.programs.add(self._number("programs", have.values["program"]))
            replace_strikes(pk, self._struck(said))

    def _struck(self, said: dict[str, Any]) -> dict[str, list[int]]:
        tables = {"struck_milestones": "milestones", "struck_dependencies": "dependencies"}
        return {table: [self._number(table, each) for each in said[kind]] for kind, table in tables.items()}

    def _counters(self) -> keys.Numbers:
        return keys.Numbers(self.numbers_of.get("programs", {}).values())

    def _history(self) -> None:
        """Recorded changes, each on its own day and with its source as origin."""
        fallback = next(iter(self.numbers_of.get("programs", {}).values()), None)
        rows = []
        for note in self.plan.notes:
            milestone = self.numbers_of["milestones"].get(note.milestone)
            rows.append(
                Event(
                    at=noon(note.on or self.plan.day or self.at.date()),
                    kind=HISTORY,
                    program_id=self.home.get(milestone, fallback) if milestone else fallback,
                    milestone_id=milestone,
                    subject_type="milestone",
                    subject_id=milestone,
                    subject_name=note.milestone[:600],
                    field=note.field,
                    old=note.old,
                    new=note.new,
                    note=note.said,
                    batch=self.batch,
                    origin=self.source,
                )
            )
        made = Event.objects.bulk_create(rows, batch_size=CHUNK)
        self.undo.created["history"] = [each.pk for each in made]
        self.undo.programs |= {each.program_id for each in rows if each.program_id}
        self._advance(len(rows))

    # Rows

    def _put(self, table: str) -> None:
        """Create and update the rows of a table; what must wait for other rows is left for `_later`."""
        model, later = MODELS[table], LATER.get(table, ())
        numbers = self.numbers_of.setdefault(table, {})
        new = self.plan.of(table, CREATE)
        rows = [model(**self._source(want), **self._stored(table, want.values, later)) for want in new]
        for start in range(0, len(rows), CHUNK):
            made = model.objects.bulk_create(rows[start : start + CHUNK])
            for want, row in zip(new[start : start + CHUNK], made, strict=True):
                want.pk = numbers[want.id] = row.pk
            self._advance(len(made))
        self.undo.created[table] = [want.pk for want in new if want.pk]
        if self.by_hand:
            self.notes += [self._made(table, want, row) for want, row in zip(new, rows, strict=True) if table in NOUN]
        self._update(table, [want for want in self.plan.of(table, UPDATE) if set(want.before) - set(later)], later)
        self._remember(table)
        self._advance(len(self.plan.of(table, SAME)))

    def _source(self, want: Want) -> dict[str, str]:
        return {} if self.by_hand else {"source": self.source, "source_id": want.id}

    def _made(self, table: str, want: Want, row: Any) -> Event:
        """The note of a row that a person made. A link is noted where it is felt, at the one that waits."""
        link = table == "dependencies"
        home = self.home.get(row.successor_id) if link else row.pk if table == "programs" else row.program_id
        ends = [self._spoken(want.values[end]) for end in ("predecessor", "successor")] if link else []
        return events.draft(
            "dependency.linked" if link else f"{NOUN[table]}.created",
            by=self.by,
            at=self.at,
            program=Program(pk=home) if home else None,
            subject=row,
            subject_name=" → ".join(ends),
            milestone=Milestone(pk=row.successor_id) if link else None,
            batch=self.batch,
        )

    def _spoken(self, ident: Any) -> str:
        """A milestone as notes call it: its key and name where they are at hand."""
        if not self.spoken:
            rows = {want.id: want.values for want in self.plan.of("milestones", CREATE)}
            rows |= {ident: have.values for ident, have in self.existing.rows.get("milestones", {}).items()}
            self.spoken = {known: f"{said['key']} {said['name']}" for known, said in rows.items()}
        return self.spoken.get(ident) or (ident if isinstance(ident, str) else _("a milestone of another program"))

    def _stored(self, table: str, values: dict[str, Any], leave: tuple[str, ...] = ()) -> dict[str, Any]:
        """Values in the terms of the database: columns, and numbers for ids."""
        found: dict[str, Any] = {}
        for name, value in values.items():
            if name in leave or name not in self.columns[table]:
                continue
            column, kind = self.columns[table][name]
            found[column] = value if kind == "value" or value is None else self._number(kind, value)
        return found

    def _number(self, kind: str, value: Any) -> int:
        """The number of what an id stands for; numbers stand for themselves."""
        if isinstance(value, int):
            return value
        if kind in self.names:
            return self.names[kind][value]
        return self.numbers_of["programs" if kind == "program_ids" else kind][value]

    def _update(self, table: str, wants: list[Want], leave: tuple[str, ...] = ()) -> None:
        """Change rows in groups that change the same fields, each with its version raised."""
        model = MODELS[table]
        versioned = table != "updates"
        groups: dict[tuple[str, ...], list[Any]] = defaultdict(list)
        for want in wants:
            values = {name: want.values[name] for name in want.before if name in want.values and name not in leave}
            stored = self._stored(table, values)
            if stored:
                row = model(pk=want.pk, **stored)
                if versioned:
                    row.version = F("version") + 1
                groups[tuple(sorted(stored))].append(row)
                self._note(table, want, values)
        for columns, rows in groups.items():
            fields = [model._meta.get_field(each).name for each in columns] + (["version"] if versioned else [])
            model.objects.bulk_update(rows, fields, batch_size=100)
            self._advance(len(rows))

    def _note(self, table: str, want: Want, values: dict[str, Any]) -> None:
        """Remember the old values, and leave a note of each change."""
        kept = self.undo.changed.setdefault(table, {}).setdefault(str(want.pk), {"version": (want.version or 1), "fields": {}})
        kept["version"] += table != "updates"
        have = self.existing.rows[table][want.id]
        for name in values:
            if name in self.columns[table]:
                kept["fields"][self.columns[table][name][0]] = self._kept(table, name, have.values.get(name))
        if table not in NOUN:
            return
        row = MODELS[table](pk=want.pk)
        home = self._home(table, want, have.values)
        for name, new in values.items():
            note = events.draft(
                f"{NOUN[table]}.changed",
                by=self.by,
                at=self.at,
                program=Program(pk=home) if home else None,
                subject=row,
                subject_name=self._called(table, want, have.values),
                field=name,
                old=readable(have.values.get(name)),
                new=readable(new),
                milestone=self._spoken_of(table, want, have.values),
                batch=self.batch,
                origin=self.source,
            )
            self.notes.append(note)

    def _called(self, table: str, want: Want, old: dict[str, Any]) -> str:
        """The row's name as the history keeps it."""
        said = {**old, **want.values}
        if table == "dependencies":
            return f"{said['predecessor']} → {said['successor']}"
        prefix = PREFIXES[RiskKind(said["kind"])] if table == "risks" else table[0].upper()
        head = said.get("key") or (f"{prefix}-{said['number']}" if said.get("number") else "")
        return f"{head} {said.get('name') or said.get('title') or want.id}".strip()

    def _spoken_of(self, table: str, want: Want, old: dict[str, Any]) -> Milestone | None:
        said = {**old, **want.values}
        ident = {"milestones": want.id, "dependencies": said.get("successor")}.get(table, said.get("milestone"))
        pk = self.numbers_of["milestones"].get(ident) if isinstance(ident, str) else None
        return Milestone(pk=pk) if pk else None

    def _home(self, table: str, want: Want, old: dict[str, Any]) -> int | None:
        if table == "programs":
            return want.pk
        if table == "dependencies":
            ident = want.values.get("successor", old.get("successor"))
            return self.home.get(self._number("milestones", ident)) if isinstance(ident, str) else None
        return self._number("programs", want.values.get("program") or old["program"])

    def _kept(self, table: str, name: str, value: Any) -> Any:
        """An old value as undo keeps it: plain data, numbers for ids."""
        if isinstance(value, date | Decimal):
            return str(value)
        kind = self.columns[table][name][1]
        if kind == "value" or value is None or isinstance(value, int):
            return value
        if kind in self.names:
            return self._old_name(kind, value)
        return self._number(kind, value)

    def _old_name(self, kind: str, value: str) -> int | None:
        if value in self.names[kind]:
            return self.names[kind][value]
        if not self.all_names:
            known = load_names(self.source, ())
            for other, names in (("owners", known.owners), ("teams", known.teams)):
                self.all_names[other] = {text: pk for pk, text in names.items()}
        return self.all_names[kind].get(value)

    def _later(self, table: str) -> None:
        """Set what refers to rows of the same table, now that they are all there."""
        model, fields = MODELS[table], LATER[table]
        rows = []
        changed = []
        for want in self.plan.wants.get(table, ()):
            if want.step == CREATE and any(want.values.get(name) is not None for name in fields):
                stored = self._stored(table, {name: want.values.get(name) for name in fields})
                rows.append(model(pk=want.pk, **stored))
            elif want.step == UPDATE and set(want.before) & set(fields):
                changed.append(want)
        model.objects.bulk_update(rows, list(fields), batch_size=200)
        rest = tuple(name for name in self.columns[table] if name not in fields)
        self._update(table, changed, rest)

    def _remember(self, table: str) -> None:
        """Who owns work where, and which programs were touched."""
        for want in self.plan.wants.get(table, ()):
            have = self.existing.have(table, want.id)
            said = {**(have.values if have else {}), **want.values}
            place = want.pk if table == "programs" else said.get("program")
            if table == "dependencies":
                place = self.home.get(self._number("milestones", said["successor"]))
            if place is None:
                continue
            program = self._number("programs", place)
            if table == "milestones" and want.pk:
                self.home[want.pk] = program
            if want.step != SAME:
                self.undo.programs.add(program)
                for name in ("owner", "lead"):
                    if name in want.values and want.values[name] is not None and (want.step == CREATE or name in want.before):
                        self.owned[program].add(self._number("owners", want.values[name]))

    def _advance(self, rows: int) -> None:
        self.done += rows
        self.progress(self.done)


def replace_exceptions(program: int, days: list[list[Any]]) -> None:
    """The days of a program that differ from its week, all of them."""
    CalendarException.objects.filter(program=program).delete()
    CalendarException.objects.bulk_create(
        CalendarException(program_id=program, day=date.fromisoformat(day), working=working, name=name)
        for day, working, name in days
    )


def replace_strikes(risk: int, struck: dict[str, list[int]]) -> None:
    """What a risk delays beside the milestone it threatens first, all of it."""
    Strike.objects.filter(risk=risk).delete()
    Strike.objects.bulk_create(
        [Strike(risk_id=risk, milestone_id=pk) for pk in struck["milestones"]]
        + [Strike(risk_id=risk, dependency_id=pk) for pk in struck["dependencies"]]
    )
