"""What moved a date, read from the kept days and the history: for the finish of a program, and for one milestone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.db.models import CharField, F, Func, Q, Value

from programs.graph.days import working_days
from programs.graph.types import DayCalendar
from programs.maps.drift import MOST_WEEKS, weekly
from programs.models import Blocker, BlockerKind, DailyAnalysis, DecisionStatus, Event, Hold, Milestone, Program, Timing
from programs.summaries.attribution import Account, Cause, Day, Happening, Kind, Step, Story, Wait, account
from programs.summaries.words import line

MOST_EVENTS = 3_000  # the newest that are read; of what lies before it is said that nobody knows
MOST_ITEMS = 400  # milestones of all paths together that one look asks about
WHO = 60  # characters of a party's name

MOVED = "analysis.finish_moved"
SCOPE = frozenset({"milestone.created", "milestone.deleted", "milestone.restored", "milestone.moved"})
LINKS = frozenset({"dependency.linked", "dependency.removed", "dependency.set_aside", "dependency.changed"})
BLOCKS = frozenset({"blocker.opened", "blocker.cleared", "blocker.reopened", "blocker.deleted", "blocker.restored"})
DECISIONS = frozenset({"decision.created", "decision.decided", "decision.withdrawn", "decision.reopened", "decision.breached"})
IMPORTS = frozenset({"import.applied", "import.undone"})
CHANGES = frozenset({"milestone.changed", "milestone.done", "blocker.changed", "decision.changed", "program.changed"})
ANYWHERE = frozenset({MOVED, "milestone.deleted", "program.changed", "decision.changed", *DECISIONS, *IMPORTS})
DATES = frozenset({"start_date", "expected_date", "actual_date", "constraint_date", "expected_clear", "due_on"})
WORK = frozenset({"duration_days", "remaining_days", "lag_days"})
OTHERS = frozenset({"status", "said", "percent_done", "duration_unit", "constraint", "parent", "type", "relation", "set_aside"})
FIELDS = DATES | WORK | OTHERS | {"", "milestone"}
WEEK = frozenset({"weekdays", "country", "subdivision", "exceptions"})
_EVENT = ("at", "kind", "milestone_id", "subject_type", "subject_id", "field", "old", "new", "batch", "program_id")

Read = TypeVar("Read")
Kept = tuple[date, date, Collection[int]]  # a day, the date as it was seen then, and what drove it


@dataclass(frozen=True, slots=True)
class Note:
    """What this needs of an event."""

    at: datetime
    kind: str
    milestone: int | None
    about: str
    number: int | None
    field: str
    old: str
    new: str
    batch: object
    program: int

    @property
    def item(self) -> int:
        """The milestone it touched; no milestone has the number 0."""
        return self.milestone or (self.number if self.about == "milestone" else 0) or 0


def of_program(program: Program, rows: Sequence[Kept], calendar: DayCalendar) -> Account:
    """Why the finish moved between these days, oldest first. No query where it did not, else four."""
    return _account(program, rows, calendar, steps=True)


def of_milestone(milestone: Milestone, timing: Timing | None, calendar: DayCalendar, *, today: date) -> Account:
    """Why a milestone's date moved in half a year, as it was seen each week. Two queries where it did not, else six.

    What drove it is the critical path of the day up to it, and off that path itself and what it waits for most tightly today.
    """
    if timing is None or not milestone.is_open:
        return Account()
    near = {milestone.pk, *timing.drivers}
    stored = DailyAnalysis.objects.filter(program=milestone.program_id).order_by("day")
    days = stored.filter(day__range=(today - timedelta(weeks=MOST_WEEKS), today)).values_list("day", "pk")
    weeks = stored.filter(pk__in=[pk for _day, pk in weekly(list(days))])
    rows = weeks.values_list("day", Seen(F("forecasts"), Value(str(milestone.pk))), "path")
    kept = [(day, date.fromisoformat(seen), _up_to(milestone.pk, path) or near) for day, seen, path in rows if seen]
    return _account(milestone.program, kept, calendar, steps=False)


class Seen(Func):
    """One milestone's forecast out of a day's row. A lookup through JSON would take its number for a place in a list."""

    function = "JSONB_EXTRACT_PATH_TEXT"
    arity = 2
    output_field = CharField()

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """The key as part of a path."""
        template = "JSON_EXTRACT(%(expressions)s || '\"')"
        return super().as_sql(compiler, connection, template=template, arg_joiner=", '$.\"' || ", **more)


def _up_to(item: int, path: list[int]) -> list[int]:
    return path[: path.index(item) + 1] if item in path else []


def _account(program: Program, rows: Sequence[Kept], calendar: DayCalendar, *, steps: bool) -> Account:
    zone = ZoneInfo(program.time_zone)
    days = [Day(day, datetime.combine(day, time.max, zone), finish, frozenset(path)) for day, finish, path in rows]
    moved = [(one, other) for one, other in pairwise(days) if one.finish != other.finish]
    if not moved:
        return Account()
    items, since = _items(moved)
    named = _named(items)
    notes = _notes(program, items, first=moved[0][0].end)
    if len(notes) == MOST_EVENTS:
        since = max(filter(None, (since, notes[-1].at)))
    who = Parties(program, named, _blockers(items), _holds(items))
    noted = [Step(one.at, one.at.astimezone(zone).date(), _day(one.old), _day(one.new)) for one in notes if one.kind == MOVED]
    story = Story(noted if steps else (), tuple(_happened(notes, who, calendar)), who.waits(), since)
    return account(days, story, calendar)


def _items(moved: Sequence[tuple[Day, Day]]) -> tuple[set[int], datetime | None]:
    """The milestones of all paths, of the newest moves first, and the moment before which there were too many."""
    found: set[int] = set()
    for one, other in reversed(moved):
        more = found | one.path | other.path
        if len(more) > MOST_ITEMS:
            return found, other.end
        found = more
    return found, None


def _named(items: Collection[int]) -> dict[int, tuple[int, str]]:
    """Milestone -> its program, and the workstream or team whose work it is, else its own name. One query."""
    rows = Milestone.objects.filter(pk__in=items).values_list("pk", "program_id", "workstream__name", "team__name", "name")
    return {pk: (program, line(lane or team or name, WHO)) for pk, program, lane, team, name in rows}


def _notes(program: Program, items: Collection[int], *, first: datetime) -> list[Note]:
    """What happened on these milestones and to the plan as a whole since then, newest first. One query."""
    about = Q(program=program, kind__in=ANYWHERE) | Q(milestone__in=items, kind__in=SCOPE | LINKS | BLOCKS | CHANGES)
    found = Event.objects.filter(about, at__gt=first).order_by("-at", "-pk")
    return [Note(*row) for row in found.values_list(*_EVENT)[:MOST_EVENTS]]


def _blockers(items: Collection[int]) -> list[tuple[int, Wait]]:
    """Each blocker of these milestones, open or not, with what is waited for. One query."""
    fields = ("pk", "milestone_id", "waiting_team__name", "waiting_on", "kind", "raised_on", "resolved_on")
    return [
        (pk, Wait(Cause(Kind.BLOCKER, line(team or words or str(BlockerKind(kind).label), WHO)), item, first, last))
        for pk, item, team, words, kind, first, last in Blocker.objects.filter(milestone__in=items).values_list(*fields)
    ]


def _holds(items: Collection[int]) -> list[tuple[int, Wait]]:
    """Each decision that these milestones waited or wait for, until it was made. One query."""
    fields = (
        "decision_id",
        "milestone_id",
        "decision__raised_on",
        "decision__decided_on",
        "decision__due_on",
        "decision__status",
    )
    return [
        (pk, Wait(Cause(Kind.DECISION), item, raised, None if status == DecisionStatus.OPEN else decided or due or raised))
        for pk, item, raised, decided, due, status in Hold.objects.filter(milestone__in=items).values_list(*fields)
    ]


class Parties:
    """Who or what stands behind each milestone, blocker and decision. What lies in another program is only called that."""

    def __init__(
        self,
        program: Program,
        named: Mapping[int, tuple[int, str]],
        blockers: Sequence[tuple[int, Wait]],
        holds: Sequence[tuple[int, Wait]],
    ) -> None:
        self.program, self.named = program.pk, named
        self.blockers = {pk: wait.cause for pk, wait in blockers}
        self.held: dict[int, set[int]] = {}
        for pk, wait in holds:
            self.held.setdefault(pk, set()).add(wait.item)
        self._waits = [wait for _pk, wait in (*blockers, *holds)]

    def of(self, item: int, cause: Cause) -> Cause:
        """The cause, unless the milestone is another program's."""
        home = self.named.get(item, (self.program, ""))[0]
        return cause if home == self.program else Cause(Kind.ELSEWHERE)

    def work(self, item: int) -> Cause:
        """A milestone's own dates or work."""
        return self.of(item, Cause(Kind.WORK, self.named.get(item, (0, ""))[1]))

    def waits(self) -> tuple[Wait, ...]:
        """All that held a milestone, open or over."""
        return tuple(Wait(self.of(one.item, one.cause), one.item, one.first, one.last) for one in self._waits)


def _happened(notes: Sequence[Note], who: Parties, calendar: DayCalendar) -> Iterable[Happening]:
    imported = {note.batch for note in notes if note.kind in IMPORTS}
    blocked = {(note.batch, note.item) for note in notes if note.kind in BLOCKS}
    decided = {note.batch for note in notes if note.kind in DECISIONS}
    for note in notes:
        if note.kind in IMPORTS:
            yield Happening(note.at, Cause(Kind.IMPORT))
        elif note.batch in imported or note.field not in FIELDS | WEEK | {"finish_milestone", "chosen", "key"}:
            continue  # an import is one cause, whatever it changed
        elif note.kind == "program.changed":
            yield from _program(note)
        elif note.kind.startswith("decision."):
            yield from _decision(note, who, calendar)
        elif note.kind == "milestone.changed" and (note.batch in decided or (note.batch, note.item) in blocked):
            continue  # said with it
        elif (cause := _cause(note, who)) is not None:
            yield Happening(note.at, cause, note.item, _moved_by(note, calendar))


def _program(note: Note) -> Iterable[Happening]:
    if note.field in WEEK:
        yield Happening(note.at, Cause(Kind.CALENDAR))
    elif note.field == "finish_milestone":
        yield Happening(note.at, Cause(Kind.SCOPE))
    elif note.field == "start_date":
        yield Happening(note.at, Cause(Kind.WORK))


def _decision(note: Note, who: Parties, calendar: DayCalendar) -> Iterable[Happening]:
    for item in sorted(who.held.get(note.number or 0, ())):
        yield Happening(note.at, who.of(item, Cause(Kind.DECISION)), item, _moved_by(note, calendar))


def _cause(note: Note, who: Parties) -> Cause | None:
    if note.kind in SCOPE | LINKS:
        return who.of(note.item, Cause(Kind.SCOPE))
    if note.about == "blocker":
        return who.of(note.item, who.blockers.get(note.number or 0, Cause(Kind.BLOCKER)))
    return who.work(note.item) if note.kind in CHANGES else None


def _moved_by(note: Note, calendar: DayCalendar) -> int | None:
    """By how many working days an edit moved what it edited; None where that cannot be told from it."""
    if note.field in DATES:
        was, now = _day(note.old), _day(note.new)
        return working_days(was, now, calendar) if was and now else None
    if note.field in WORK:
        more = _number(note.new), _number(note.old)
        return round(more[0] - more[1]) or None if more[0] is not None and more[1] is not None else None
    return None


def _read(text: str, reader: Callable[[str], Read]) -> Read | None:
    try:
        return reader(text)
    except (ValueError, InvalidOperation):
        return None


def _day(text: str) -> date | None:
    return _read(text, date.fromisoformat)


def _number(text: str) -> Decimal | None:
    return _read(text, Decimal)
