"""Risks, blockers, updates and history: what is said about the plan's rows."""

from __future__ import annotations

from datetime import date
from typing import Any

from programs.intake.findings import shown
from programs.intake.reading import Row
from programs.intake.references import SUBJECTS, References
from programs.intake.text import as_name
from programs.intake.values import as_word
from programs.intake.wants import Note

POINTERS = {  # of risks and blockers, by field: (column, table it points into)
    "struck_milestones": ("x_milestone_ids", "milestones"),
    "struck_dependencies": ("x_link_ids", "dependencies"),
    "risk": ("x_risk_id", "risks"),
}


class Remarks:
    """Takes the tables that speak about programs, workstreams and milestones into the plan."""

    def __init__(self, references: References, today: date) -> None:
        self.at = references
        self._coming: dict[str, dict[str, dict[str, Any]]] = {}
        self.day = references.plan.day = references.plan.manifest.as_of or today

    def take(self) -> None:
        """All four tables."""
        for table in ("risks", "blockers"):
            for row in self.at.bundle.rows.get(table, ()):
                self._impediment(row)
        for row in self.at.bundle.rows.get("updates", ()):
            self._update(row)
        self._history()

    def _impediment(self, row: Row) -> None:
        """A risk or a blocker, in its program, else in that of its milestone or workstream."""
        values = dict(row.values)
        values.setdefault("title", as_name(row.id))
        places = self.at.program_of
        milestone, lane = values.get("milestone") or "", values.get("workstream") or ""
        place = self.at.program(row, values, places["milestones"].get(milestone), places["workstreams"].get(lane))
        if place is not None:
            values["program"] = place
        if milestone:
            self.at.milestone(row, "milestone_id", milestone, place)
        if lane:
            self.at.workstream(row, values)
        self._points(row, values, place)
        if (
            row.table == "blockers"
            and values.get("resolved_on")
            and row.values.get("status") == "open"
            and not self._said_open(row)
        ):
            values["status"] = "resolved"
        self.at.take_owners(values)
        self.at.want(row, values)

    def _points(self, row: Row, values: dict[str, Any], place: str | None) -> None:
        """What a risk delays, and the risk a blocker came from: rows of the same program, or nothing."""
        have = self.at.existing.have(row.table, row.id)
        home = place or (have.values["program"] if have else None)
        for field, (column, into) in POINTERS.items():
            said = values.get(field)
            if not said:
                continue
            idents = said if isinstance(said, list) else [said]
            fine = [each for each in idents if self._program_of(into, each) == home]
            for each in idents:
                if each not in fine:
                    self.at.say("dangling_reference", row, column, each, into=into)
            values[field] = fine if isinstance(said, list) else next(iter(fine), None)

    def _program_of(self, table: str, ident: str) -> str | None:
        """The program a row is in, whether it comes with the bundle or is here; a link is where it is felt."""
        if table == "milestones":
            return self.at.program_of["milestones"].get(ident)
        have = self.at.existing.have(table, ident)
        said = {**(have.values if have else {}), **self.coming(table).get(ident, {})}
        return self._program_of("milestones", said.get("successor", "")) if table == "dependencies" else said.get("program")

    def coming(self, table: str) -> dict[str, dict[str, Any]]:
        """The rows of a table the plan has by now, by id. Risks are all there before the first blocker is read."""
        if table not in self._coming:
            self._coming[table] = {want.id: want.values for want in self.at.plan.wants.get(table, ())}
        return self._coming[table]

    def _said_open(self, row: Row) -> bool:
        """Whether the row itself says "open", rather than nothing."""
        return bool(row.written.get("status"))

    def _update(self, row: Row) -> None:
        values = dict(row.values)
        if values.get("on") is None:
            values.pop("on", None)
            if self.at.existing.have("updates", row.id) is None:
                values["on"] = self.day
                self.at.say("no_day", row, "on", row.written.get("on", ""), day=self.day.isoformat())
        kind = as_word(values.pop("subject_type", "") or "")
        subject = values.pop("subject", None)
        if subject is not None or self.at.existing.have("updates", row.id) is None:
            values |= self._subject(row, kind, subject or "")
        self.at.take_owners(values)
        self.at.want(row, values)

    def _subject(self, row: Row, kind: str, subject: str) -> dict[str, Any]:
        """Where the word belongs. A wrong kind is no obstacle when the id is known in another table."""
        found: dict[str, Any] = {"program": None, "workstream": None, "milestone": None}
        order = sorted(("milestone", "workstream", "program"), key=lambda each: each != kind)
        for each in order:
            if each == "program" and self.at.is_program(subject):
                return found | {"program": subject}
            if each != "program" and subject in self.at.program_of[SUBJECTS[each]]:
                return found | {"program": self.at.program_of[SUBJECTS[each]][subject], each: subject}
        place = self.at.first_program()
        if kind == "milestone" and subject:
            self.at.milestone(row, "subject_id", subject, place)
            return found | {"program": place, "milestone": subject}
        self.at.say("dangling_subject", row, "subject_id", subject, into=kind if kind in SUBJECTS else "row", program=place)
        return found | {"program": place}

    def _history(self) -> None:
        """Only what is not here yet: rows of history have no id, so equal rows are counted."""
        plan, here = self.at.plan, self.at.existing.history.copy()
        for row in self.at.bundle.rows.get("history", ()):
            values = row.values
            milestone = values.get("milestone") or ""
            if milestone:
                self.at.milestone(row, "milestone_id", milestone, None)
            else:
                self.at.say("no_milestone", row, "milestone_id")
            on = values.get("changed_on")
            said = "" if on else shown(row.written.get("changed_on") or "?")
            note = Note(milestone, on, values.get("field") or "", values.get("old") or "", values.get("new") or "", said)
            if here[note]:
                here[note] -= 1
                plan.notes_here += 1
            else:
                plan.notes.append(note)
