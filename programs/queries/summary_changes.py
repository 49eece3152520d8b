"""What happened since a reader was last told: the notes of the history, folded into one change per thing."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from programs.models import Event, Person
from programs.queries.summary_rows import Rows
from programs.summaries import choose, facts, seen, slots, words

MOST_EVENTS = 20_000
_KINDS = {
    "milestone.done": "done",
    "blocker.opened": "blocked",
    "blocker.reopened": "blocked",
    "blocker.cleared": "cleared",
    "risk.created": "risk",
    "risk.closed": "risk_closed",
    "decision.decided": "decided",
    "update.written": "wrote",
    "milestone.created": "added",
    "milestone.deleted": "removed",
    "import.applied": "imported",
}
# What an undo takes out of the story again.
_CANCELS = {
    "milestone.restored": ("removed",),
    "blocker.deleted": ("blocked", "cleared"),
    "risk.deleted": ("risk", "risk_closed"),
    "decision.reopened": ("decided",),
    "decision.deleted": ("decided",),
    "update.deleted": ("wrote",),
}
_FIELDS = {"target_date": "target", "expected_date": "expected"}
_READ = [*_KINDS, *_CANCELS, "milestone.changed", "milestone.said"]
_KEY = re.compile(r"^[A-Z][A-Z0-9]*-\d+ ")
_COLUMNS = (
    *("pk", "program_id", "program__slug", "kind", "at", "by__name", "field", "old", "new", "note", "subject_type", "subject_id"),
    *("subject_name", "milestone_id", "milestone__name", "milestone__key", "milestone__status", "milestone__actual_date"),
    *("milestone__owner_id", "milestone__owner__name", "milestone__workstream__lead_id", "milestone__timing__late"),
    *("milestone__timing__slip", "milestone__timing__critical"),
)


@dataclass(frozen=True, slots=True)
class Happened:
    """One program's changes in order of importance, and the events young enough to be read again next time."""

    changes: list[facts.Change] = field(default_factory=list)
    told: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """One event as it was read."""

    pk: int
    program: int
    slug: str
    kind: str
    at: datetime
    by: str
    field: str
    old: str
    new: str
    note: str
    subject_type: str
    subject: int | None
    subject_name: str
    milestone: int | None
    name: str
    key: str
    status: str
    actual: date | None
    owner_id: int | None
    owner: str
    lead_id: int | None
    late: float | None
    slip: float | None
    critical: bool

    @property
    def title(self) -> str:
        """What it is about, without its key."""
        return self.name if self.subject_type == "milestone" and self.name else _KEY.sub("", self.subject_name)


def read(
    ids: list[int],
    *,
    person: Person,
    since: datetime,
    now: datetime,
    told: frozenset[int],
    rows: Rows,
    only_mine: bool,
    zone: str,
) -> dict[int, Happened]:
    """The changes of each program. One query; a little before `since` is read again, less what was told then."""
    found = Event.objects.filter(program__in=ids, kind__in=_READ, at__gt=since - seen.OVERLAP, at__lte=now).exclude(pk__in=told)
    latest_first = found.order_by("-at", "-pk").values_list(*_COLUMNS)[:MOST_EVENTS]
    notes: dict[int, list[Note]] = defaultdict(list)
    for row in latest_first:
        plain: list[Any] = ["" if value is None and column not in _NULLABLE else value for column, value in pairs(row)]
        note = Note(*plain)
        notes[note.program].append(note)
    fold = Fold(person=person, rows=rows, today=now.astimezone(slots.zone(zone)).date(), zone=zone)
    answer = {}
    for program, those in notes.items():
        changes = [change for change in fold.changes(reversed(those)) if not only_mine or concerns(change)]
        young = tuple(note.pk for note in those if note.at > now - seen.OVERLAP)
        answer[program] = Happened(sorted(changes, key=choose.rank), young[: seen.MOST_TOLD])
    return answer


def pairs(row: tuple[Any, ...]) -> Iterable[tuple[str, Any]]:
    """Each column with its value."""
    return zip(_COLUMNS, row, strict=True)


_NULLABLE = frozenset(
    {
        *("subject_id", "milestone_id", "milestone__actual_date", "milestone__owner_id", "milestone__workstream__lead_id"),
        *("milestone__timing__late", "milestone__timing__slip", "milestone__timing__critical"),
    }
)


def concerns(change: facts.Change) -> bool:
    """Whether a change belongs into the summary of a team with a list of its own."""
    return change.mine or change.kind in {"wrote", "imported"}


@dataclass
class Fold:
    """Turns notes, oldest first, into one change per thing and kind: only where it ended counts."""

    person: Person
    rows: Rows
    today: date
    zone: str

    def changes(self, notes: Iterable[Note]) -> list[facts.Change]:
        """Every change worth a line; what was undone in between is none."""
        latest: dict[tuple[Any, ...], facts.Change] = {}
        added: Counter[str] = Counter()
        first_old: dict[tuple[Any, ...], str] = {}
        for note in notes:
            for over in _CANCELS.get(note.kind, ()):
                latest.pop((over, note.subject_type, note.subject), None)
            kind = self._kind(note)
            if kind is None:
                continue
            if kind == "added":
                added[note.slug] += 1
                latest[("added", note.slug)] = self._change(note, kind, count=added[note.slug])
                continue
            thing = (kind, note.subject_type, note.subject)
            old = first_old.setdefault(thing, note.old)
            latest.pop(thing, None)
            if kind in {"blocked", "cleared"}:
                latest.pop(("cleared" if kind == "blocked" else "blocked", *thing[1:]), None)
            if kind not in {"target", "expected"} or old != note.new:
                latest[thing] = self._change(note, kind, old=old)
        return list(latest.values())

    def _kind(self, note: Note) -> str | None:
        if note.kind == "milestone.changed":
            if note.field == "status" and note.new == "done":
                return "done" if note.status == "done" else None
            return _FIELDS.get(note.field)
        if note.kind == "milestone.said":
            said = {"at_risk": "said_at_risk", "off_track": "said_off_track"}.get(note.new)
            return said if note.old != note.new else None
        if note.kind == "milestone.done" and note.status != "done":
            return None
        if note.kind in {"blocker.opened", "blocker.reopened"} and note.subject not in self.rows.priced:
            return None
        return _KINDS.get(note.kind)

    def _change(self, note: Note, kind: str, *, old: str = "", count: int = 1) -> facts.Change:
        day = note.at.astimezone(slots.zone(self.zone)).date()
        body = note.note if kind in {"wrote", "removed"} else ""
        return facts.Change(
            kind=kind,
            name=(body or note.new or note.title) if kind == "wrote" else note.title,
            slug=note.slug,
            on=note.actual or day if kind == "done" else day,
            key=note.key if kind != "removed" else "",
            by=note.by,
            owner=note.owner if kind in {"done", "target", "expected", "said_at_risk", "said_off_track"} else "",
            old=self._day(old) if kind in {"target", "expected"} else "",
            new=self._day(note.new) if kind in {"target", "expected"} else "",
            note=self._note(note, kind),
            late=(note.late if note.late is not None else note.slip) if kind == "done" else None,
            figure=self._figure(note, kind),
            critical=bool(note.critical),
            mine=self.person.pk in {note.owner_id, note.lead_id},
            count=count,
        )

    def _note(self, note: Note, kind: str) -> str:
        """What stands beside it: the milestone of a blocker, the words that were said, what was decided."""
        if kind in {"blocked", "cleared"}:
            return note.name
        if kind == "decided":
            return note.new
        return note.note if kind.startswith("said_") else ""

    def _figure(self, note: Note, kind: str) -> str:
        """What a blocker adds, or how high a risk is."""
        if kind == "risk":
            return self.rows.scores.get(note.subject or 0, "")
        price = self.rows.priced.get(note.subject or 0) if kind == "blocked" else None
        return f"+{words.short_days(price.days_added)}" if price and price.days_added >= 0.05 else ""

    def _day(self, value: str) -> str:
        try:
            return words.day(date.fromisoformat(value), self.today) if value else ""
        except ValueError:
            return words.line(value, 40)
