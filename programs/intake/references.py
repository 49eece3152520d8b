"""What rows point at: programs, workstreams, parents, owners. A pointer to nothing is reported and mended, the row is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from programs.intake import people
from programs.intake.findings import Finding, Level, shown
from programs.intake.reading import Bundle, Row
from programs.intake.text import as_name, fingerprint
from programs.intake.wants import Existing, Plan, Want

OWNER_FIELDS = ("owner", "author", "raised_by")
SUBJECTS = {"program": "programs", "workstream": "workstreams", "milestone": "milestones"}


class References:
    """Turns the rows of a bundle into wants, table by table, and remembers which program each row is in."""

    def __init__(self, bundle: Bundle, existing: Existing, plan: Plan) -> None:
        self.bundle, self.existing, self.plan = bundle, existing, plan
        self.program_of: dict[str, dict[str, str]] = {"workstreams": {}, "milestones": {}}
        for table, places in self.program_of.items():
            places.update({ident: have.values["program"] for ident, have in existing.rows.get(table, {}).items()})
        self.known = {row.id for row in bundle.rows.get("milestones", ())}
        self.programs = dict.fromkeys(row.id for row in bundle.rows.get("programs", ()))

    def say(self, code: str, row: Row, column: str, value: object = "", level: Level = Level.FIX, **params: Any) -> None:
        """Add a finding about a row."""
        self.plan.findings.append(Finding(code, row.table, row.number, column, shown(value), level, row.line, row.id, params))

    def want(self, row: Row, values: dict[str, Any]) -> Want:
        """Add the row to the plan."""
        made = Want(row.table, row.id, values, row.number, row.line)
        self.plan.wants.setdefault("milestones" if row.table == "x_externals" else row.table, []).append(made)
        return made

    # Programs

    def take_programs(self) -> None:
        """Programs with their calendar, then the tree of their parents."""
        for row in self.bundle.rows.get("programs", ()):
            values = {**self.calendar(row), **row.values}
            self.take_owners(values)
            self.want(row, values)
        wants = self.plan.wants.get("programs", [])
        self.mend_parents("programs", wants, known=self.is_program)
        for want, row in zip(wants, self.bundle.rows.get("programs", ()), strict=False):
            finish = want.values.get("finish_milestone")
            if finish and not self.is_milestone(finish):
                self.say("dangling_reference", row, "x_finish_milestone_id", finish, into="milestones")
                want.values["finish_milestone"] = None

    def calendar(self, row: Row) -> dict[str, Any]:
        """What the manifest says about days; holidays are added to those that are here."""
        said = dict(self.plan.manifest.calendar)
        if self.plan.manifest.says_unit:
            said["day_unit"] = self.plan.manifest.day_unit
        if "holidays" in said:
            have = self.existing.have("programs", row.id)
            days = {each[0]: each for each in (have.values["exceptions"] if have else ())}
            for day, name in said.pop("holidays"):
                days.setdefault(day, [day, False, name])
            said["exceptions"] = [days[day] for day in sorted(days)]
        return said

    def is_program(self, ident: str) -> bool:
        """Whether the bundle or the database has this program."""
        return ident in self.programs or self.existing.have("programs", ident) is not None

    def is_milestone(self, ident: str) -> bool:
        """Whether the bundle or the database has this milestone or external item."""
        return ident in self.program_of["milestones"] or ident in self.milestone_ids

    @property
    def milestone_ids(self) -> set[str]:
        """Ids the bundle itself gives to milestones and external items."""
        if not hasattr(self, "_milestone_ids"):
            self._milestone_ids = {row.id for table in ("milestones", "x_externals") for row in self.bundle.rows.get(table, ())}
        return self._milestone_ids

    def program(self, row: Row, values: dict[str, Any], *guesses: str | None) -> str | None:
        """The program of a row; one that is named but missing is made, so that nothing hangs in the air.

        None means: the bundle does not speak of it, and the row is here already with a program of its own.
        """
        said = values.get("program")
        if said:
            if not self.is_program(said):
                self.make_program(said, said)
                self.say("dangling_program", row, "program_id", said)
            return str(said)
        have = self.existing.have("milestones" if row.table == "x_externals" else row.table, row.id)
        if have and "program" not in values:
            return None
        found = next((each for each in guesses if each), None) or self.first_program()
        if row.table != "blockers" or not self.is_inside(values.get("milestone")):
            self.say("no_program", row, "program_id", program=found)
        return found

    def is_inside(self, milestone: str | None) -> bool:
        """Whether this is a milestone of the bundle, or one that is here and no external item."""
        have = self.existing.have("milestones", milestone or "")
        return milestone in self.known or (have is not None and not have.values["external"])

    def first_program(self) -> str:
        """Where rows go that belong nowhere: the bundle's first program, made from its title when it has none."""
        known = next(iter(self.programs), None) or next(iter(self.existing.rows.get("programs", ())), None)
        if known:
            return known
        manifest = self.plan.manifest
        ident = "~" + fingerprint("programs", manifest.name)
        self.make_program(ident, manifest.title or manifest.name)
        return ident

    def make_program(self, ident: str, name: str) -> None:
        """A program that rows name and the bundle does not have."""
        self.programs[ident] = None
        values = {"name": people.name_of(name), "status": "active"}
        self.plan.wants.setdefault("programs", []).append(Want("programs", ident, values))

    def external(self, ident: str, place: str | None, name: str = "") -> None:
        """What lies outside the bundle and is named in it: one item for each id, however many rows name it."""
        if ident in self.milestone_ids:
            return
        self.milestone_ids.add(ident)
        have = self.existing.have("milestones", ident)
        places = self.program_of["milestones"]
        places[ident] = places.get(ident) or place or self.first_program()
        values = {} if have else {"program": places[ident], "name": as_name(name or ident), "external": True, "status": "unknown"}
        self.plan.wants.setdefault("milestones", []).append(Want("milestones", ident, values))

    def milestone(self, row: Row, column: str, ident: str, place: str | None) -> None:
        """Make sure that there is a milestone with this id, as something outside if need be."""
        if not self.is_inside(ident):
            self.external(ident, place)
            self.say("dangling", row, column, ident)

    # Workstreams and milestones

    def take_workstreams(self) -> None:
        """Workstreams, each in its program."""
        for row in self.bundle.rows.get("workstreams", ()):
            values = dict(row.values)
            place = self.program(row, values)
            if place is not None:
                values["program"] = self.program_of["workstreams"][row.id] = place
            self.take_team(values)
            self.take_owners(values)
            if "owner" in values:
                values["lead"] = values.pop("owner")
            self.want(row, values)

    def take_milestones(self) -> None:
        """Milestones and the external items the bundle lists, then the tree of their parents."""
        parents = {row.id: row.values.get("parent") for row in self.bundle.rows.get("milestones", ())}
        own = {row.id: row.values.get("program") for row in self.bundle.rows.get("milestones", ())}
        for table in ("milestones", "x_externals"):
            for row in self.bundle.rows.get(table, ()):
                values = {**row.values, "external": table == "x_externals"}
                of_parent = own.get(parents.get(row.id) or "")
                place = self.program(row, values, self.program_of["workstreams"].get(values.get("workstream") or ""), of_parent)
                if place is not None:
                    values["program"] = self.program_of["milestones"][row.id] = place
                self.workstream(row, values)
                self.take_team(values)
                self.take_owners(values)
                self.want(row, values)
        self.mend_parents("milestones", self.plan.wants.get("milestones", []), known=self.is_milestone)

    def workstream(self, row: Row, values: dict[str, Any]) -> None:
        """A workstream of the same program, or none."""
        said = values.get("workstream")
        if not said:
            return
        place = values.get("program")
        home = self.program_of["workstreams"].get(said)
        if home is None:
            home = self.program_of["workstreams"][said] = place or self.first_program()
            self.plan.wants.setdefault("workstreams", []).append(
                Want("workstreams", said, {"program": home, "name": people.name_of(said), "status": "active"})
            )
            self.say("dangling_workstream", row, "workstream_id", said)
        if place not in {None, home}:
            self.say("other_program", row, "workstream_id", said, program=home)
            values["workstream"] = None

    def take_team(self, values: dict[str, Any]) -> None:
        """The team by its name. An owner `team:x` is the team, unless another one is named beside it."""
        if "team" in values:
            values["team"] = values["team"] or None
        if (named := people.team_in(values.get("owner"))) and values.get("team") in {None, named}:
            values["team"], values["owner"] = named, None

    def take_owners(self, values: dict[str, Any]) -> None:
        """Owners by their identity in this bundle."""
        for field in OWNER_FIELDS:
            if field in values:
                if isinstance(values[field], int):
                    continue  # a person who is here, by number
                text = values[field] or None
                values[field] = ident = people.owner_id(text)
                if ident and ident not in self.plan.owners:
                    self.plan.owners[ident] = self.plan.manifest.people.get(ident) or people.name_of(text or "")

    def mend_parents(self, table: str, wants: list[Want], known: Any) -> None:
        """Take out parents that are missing, the row itself, or the last step of a circle."""
        rows = {want.id: want for want in wants}
        parent_of: dict[str, str | None] = {
            ident: parent
            for ident, have in self.existing.rows.get(table, {}).items()
            if ident not in rows and isinstance(parent := have.values.get("parent"), str)
        }
        for want in list(wants):
            parent = want.values.get("parent")
            if parent and parent == want.id:
                self._orphan(want, "self_parent", parent)
            elif parent and table == "milestones" and parent in self.existing.foreign:
                want.values["parent"] = self.existing.foreign[parent]
            elif parent and not known(parent):
                if table == "milestones":
                    self.external(parent, want.values.get("program"))
                    self._remark(want, "dangling", parent)
                else:
                    self._orphan(want, "dangling_reference", parent, into=table)
            have = self.existing.have(table, want.id)
            kept = have.values.get("parent") if have and "parent" not in want.values else want.values.get("parent")
            parent_of[want.id] = kept if isinstance(kept, str) else None
        for ring in rings(parent_of):
            movable = [rows[each] for each in ring if each in rows]
            if not movable:
                continue  # a circle among rows the bundle does not speak of is not its doing
            last = max(movable, key=lambda want: want.row or 0)
            start = ring.index(last.id)
            walk = ring[start:] + ring[:start] + [last.id]
            self._orphan(last, "parent_loop", last.values.get("parent"), loop=" → ".join(walk[:9]))

    def _orphan(self, want: Want, code: str, value: object, **params: Any) -> None:
        self._remark(want, code, value, **params)
        want.values["parent"] = None

    def _remark(self, want: Want, code: str, value: object, **params: Any) -> None:
        self.plan.findings.append(
            Finding(code, want.table, want.row, "parent_id", shown(value or ""), Level.FIX, want.line, want.id, params)
        )


def rings(parent_of: Mapping[str, str | None]) -> list[list[str]]:
    """Every circle of parents, walked upwards.

    >>> rings({"a": "b", "b": "a", "c": "a", "d": None})
    [['a', 'b']]
    """
    found: list[list[str]] = []
    done: set[str] = set()
    for start in parent_of:
        walk: dict[str, int] = {}
        node: str | None = start
        while node is not None and node not in done and node not in walk:
            walk[node] = len(walk)
            node = parent_of.get(node)
        if node is not None and node in walk:
            found.append(list(walk)[walk[node] :])
        done.update(walk)
    return found
