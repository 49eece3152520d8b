"""Who is told what: a shift of the plan becomes one notice for each person it concerns.

Exactly the owners and followers of what moved are told, whoever moved it themselves excepted. What happens to the same milestone
while its notice settles merges into it. A cleared blocker is told with the dates it moved, so nobody hears the same date twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from programs.actions import writing
from programs.actions.notices import DAILY, MORNING, WEEKLY, drafted, window
from programs.graph.diff import Standing, root_of, stirred
from programs.models import (
    CLEARED,
    Blocker,
    Event,
    Milestone,
    MilestoneStatus,
    Notice,
    NoticeKind,
    Person,
    Program,
    Shift,
    Timing,
)
from programs.queries.help import WORDS
from programs.queries.readers import Reader, concerned
from programs.queries.readers import readers as readers_of
from programs.summaries.event_lines import most_telling
from programs.summaries.slots import Schedule, next_slot

State = Notice.State
LONGEST_WAIT = 6  # a notice that keeps moving settles after that many windows at the latest
_CHUNK = 400
_MOVING = ("milestone.", "dependency.", "blocker.", "program.", "import.", "workstream.")  # kinds of notes that may move dates
_TALK = frozenset({*WORDS, "milestone.said", "blocker.said", "blocker.room", "blocker.escalated"})  # and do not
_SAYINGS = frozenset(
    {
        *("name", "title", "description", "said", "said_on", "updated_on", "next_step", "so_what", "url", "severity"),
        *("asked_of", "waiting_on", "waiting_person", "waiting_team", "waiting_contact", "snoozed_until", "snooze_reason"),
    }
)  # fields that move no date either


@dataclass(frozen=True, slots=True)
class Cause:
    """What moved a milestone: the note of an edit, on itself or up its driving links; or nothing but time."""

    kind: str  # edit, plan (an edit of the whole plan), time
    milestone: int | None = None
    event: int | None = None
    authors: frozenset[int] = frozenset()

    def kept(self) -> dict[str, Any]:
        """As a notice keeps it."""
        return {"kind": self.kind, "milestone": self.milestone, "event": self.event}


def tell(*, at: datetime) -> int:
    """Turn every waiting shift into notices; returns how many were written or merged. Safe to run twice or side by side."""
    waiting = list(Shift.objects.order_by("pk").values_list("pk", "cleared"))
    told = _all_moves(at=at) if any(cleared is None for _pk, cleared in waiting) else 0
    return told + sum(_clearing(pk, at=at) for pk, cleared in waiting if cleared is not None)


def anything() -> bool:
    """Whether something happened that nobody has worked out yet whom to tell."""
    return Shift.objects.exists()


@transaction.atomic
def _clearing(pk: int, *, at: datetime) -> int:
    shift = (
        Shift.objects.select_for_update(skip_locked=True, of=("self",)).select_related("cleared__milestone").filter(pk=pk).first()
    )
    if shift is None or shift.cleared is None:
        return 0
    answered = _answered(shift)
    if not answered and at - shift.at < window():
        return 0  # its new dates are being worked out
    told = _all_moves(at=at) + _cleared(shift, shift.cleared, answered=answered, at=at)
    shift.delete()
    return told


def _answered(shift: Shift) -> bool:
    """Whether the stored answers know of the clearing already."""
    behind = Q(pk=None)
    for program, (_after, until) in shift.revisions.items():
        behind |= Q(pk=int(program), analysed_revision__lt=until)
    return not Program.objects.filter(behind).exists()


@transaction.atomic
def _all_moves(*, at: datetime) -> int:
    """What waits one after another, written once: a burst of edits does not rewrite the notices of thousands for each of them."""
    shifts = list(Shift.objects.select_for_update(of=("self",)).filter(cleared=None).order_by("pk"))
    told = _moved(shifts, at=at)
    Shift.objects.filter(pk__in=[shift.pk for shift in shifts]).delete()
    return told


def _moved(shifts: Sequence[Shift], *, at: datetime) -> int:
    readers = readers_of({row[0] for shift in shifts for row in shift.moves})
    if not readers:
        return 0
    people = {person for each in readers.values() for person in each}
    rows = Notice.objects.filter(state=State.SETTLING, kind=NoticeKind.SLIP, person__in=people)
    settling = {(notice.milestone_id, notice.person_id): notice for notice in rows}
    fresh: list[Notice] = []
    merged: dict[int, Notice] = {}
    notes = [_edits(shift) for shift in shifts]
    drivers = _drivers(shifts) if any(note.milestone_id for each in notes for note in each) else {}
    for shift, edits in zip(shifts, notes, strict=True):
        moved = {row[0]: (row[1:4], row[4:7]) for row in shift.moves if row[0] in readers}
        causes = _causes(edits, drivers, moved)
        drift = _Drift.of(readers, [item for item, cause in causes.items() if cause.kind == "time"], at)
        for item, (before, after) in moved.items():
            cause = causes[item]
            drifts = cause.kind == "time"
            for person, reader in readers[item].items():
                notice = settling.get((item, person))
                if notice is not None:
                    due = drift.due(item, person, notice.facts["before"], after) if drifts else None
                    _merge(notice, after, cause, due=due, at=at)
                    if notice.state == State.CANCELLED:
                        del settling[item, person]
                    if notice.pk:
                        merged[notice.pk] = notice
                elif cause.authors != {person}:
                    facts = {"before": before, "after": after, "cause": cause.kept()}
                    made = drafted(NoticeKind.SLIP, item, person, reader, facts, at=at)
                    made.due_at = drift.due(item, person, before, after) if drifts else made.due_at
                    settling[item, person] = made
                    fresh.append(made)
    _change(merged.values(), ("facts", "due_at", "created_at", "state"))
    writing.add(fresh)
    return len(fresh) + len(merged)


def _merge(notice: Notice, after: list[Any], cause: Cause, *, due: datetime | None, at: datetime) -> None:
    """Let a notice that settles speak of its milestone's latest date; `due` is when it is told if days alone moved it."""
    if due is not None:
        notice.due_at = min(notice.due_at, due)
        notice.facts |= {"after": after}
        return
    if notice.facts["cause"]["kind"] == "time":  # what only drifted so far is news now
        notice.created_at = at
        notice.state = State.CANCELLED if cause.authors == {notice.person_id} else notice.state
    if CLEARED not in notice.facts:
        notice.due_at = min(at + window(), notice.created_at + LONGEST_WAIT * window())
    notice.facts |= {"after": after, "cause": cause.kept()}


def _change(notices: Iterable[Notice], names: tuple[str, ...]) -> None:
    writing.change_each(Notice, {one.pk: {name: getattr(one, name) for name in names} for one in notices}, names)


@dataclass(frozen=True, slots=True)
class _Drift:
    """Dates that move only because days go by: told on the reader's Monday morning, all days of the week as one move.

    On the next working morning instead when a target is missed now or the room has another class: that is news.
    """

    at: datetime
    zones: Mapping[int, str]
    targets: Mapping[int, date | None]

    @classmethod
    def of(cls, readers: Mapping[int, Mapping[int, Reader]], items: Collection[int], at: datetime) -> _Drift:
        """Two queries where anything drifts, none otherwise."""
        people = {person for item in items for person in readers[item]}
        if not people:
            return cls(at, {}, {})
        targets = dict(Milestone.objects.filter(pk__in=items).values_list("pk", "target_date"))
        return cls(at, dict(Person.objects.filter(pk__in=people).values_list("pk", "time_zone")), targets)

    def due(self, item: int, person: int, before: list[Any], after: list[Any]) -> datetime:
        """When its reader is told."""
        was, now, target = Standing.unpacked(before), Standing.unpacked(after), self.targets.get(item)
        misses = bool(target and was.forecast and now.forecast and was.forecast <= target < now.forecast)
        days = DAILY if misses or was.room is not now.room else WEEKLY
        return next_slot(Schedule.of(days, MORNING, self.zones.get(person, "UTC")), self.at) or self.at


def _cleared(shift: Shift, blocker: Blocker, *, answered: bool, at: datetime) -> int:
    """Whose work was stopped, and whose work comes next, once each; not who cleared it.

    New dates of theirs that wait to be told are told now and say so; who has none hears of the clearing by itself.
    Dates that only drifted wait for their morning: the clearing moved none of them.
    """
    if blocker.milestone is None or blocker.is_open:
        return 0
    items, found = concerned(blocker.milestone.pk, but=shift.by_id)
    note = Event.objects.filter(kind="blocker.cleared", subject_type="blocker", subject_id=blocker.pk).order_by("-pk").first()
    facts = {
        "blocker": blocker.pk,
        "event": note.pk if note else 0,
        "goes_on": blocker.milestone.pk if blocker.milestone.status != MilestoneStatus.BLOCKED else None,
    }
    by_it = set(Event.objects.filter(batch=note.batch).values_list("pk", flat=True)) if note else set()
    with_it = [
        slip
        for slip in _settling(found)
        if slip.facts["cause"]["kind"] != "time" and (slip.milestone_id in items or slip.facts["cause"].get("event") in by_it)
    ]
    for slip in with_it:
        slip.facts[CLEARED], slip.due_at = facts, at
    _change(with_it, ("facts", "due_at"))
    told = {slip.person_id for slip in with_it if slip.milestone_id in items}
    dates = dict(Timing.objects.filter(milestone__in=items).values_list("milestone_id", "forecast")) if answered else {}
    fresh = []
    for person, (item, reader) in found.items():
        if person not in told:
            day = dates.get(item)
            mine = {**facts, "forecast": day.isoformat() if day else None}
            fresh.append(drafted(NoticeKind.CLEARED, item, person, reader, mine, at=at, blocker=blocker))
    Notice.objects.bulk_create(fresh, batch_size=_CHUNK, ignore_conflicts=True)
    return len(fresh) + len(with_it)


def _settling(people: Iterable[int]) -> list[Notice]:
    """New dates of these people that wait to be told, and are any."""
    rows = Notice.objects.filter(state=State.SETTLING, kind=NoticeKind.SLIP, person__in=list(people)).order_by("pk")
    return [row for row in rows if stirred(Standing.unpacked(row.facts["before"]), Standing.unpacked(row.facts["after"]))]


def _drivers(shifts: Iterable[Shift]) -> dict[int, tuple[int, ...]]:
    """What sets the date of each milestone of the programs that moved."""
    programs = {int(pk) for shift in shifts for pk in shift.revisions}
    rows = Timing.objects.filter(program__in=programs).values_list("milestone_id", "drivers")
    return {item: tuple(before) for item, before in rows}


def _causes(notes: Sequence[Event], drivers: Mapping[int, tuple[int, ...]], moved: Iterable[int]) -> dict[int, Cause]:
    """What moved each milestone: the nearest edit up its driving links, else an edit of the plan, else time."""
    by_milestone: dict[int, list[Event]] = defaultdict(list)
    for note in notes:
        if note.milestone_id is not None:
            by_milestone[note.milestone_id].append(note)
    everyone = frozenset(note.by_id for note in notes if note.by_id)
    edited = frozenset(by_milestone)
    found = {}
    for item in moved:
        root = root_of(item, drivers, edited)
        if root is not None:
            mine = by_milestone[root]
            told = most_telling([note for note in mine if note.batch == mine[-1].batch])
            found[item] = Cause("edit", root, told.pk, frozenset(note.by_id for note in mine if note.by_id))
        elif notes:
            told = most_telling([note for note in notes if note.batch == notes[-1].batch])
            found[item] = Cause("plan", None, told.pk, everyone)
        else:
            found[item] = Cause("time")
    return found


def _edits(shift: Shift) -> list[Event]:
    """The notes of the edits behind a shift, oldest first."""
    between = Q(pk=None)
    for program, (after, until) in shift.revisions.items():
        between |= Q(program=int(program), revision__gt=after, revision__lte=until)
    notes = Event.objects.filter(between).only("pk", "kind", "field", "milestone_id", "by_id", "batch").order_by("pk")
    return [note for note in notes if note.kind.startswith(_MOVING) and note.kind not in _TALK and note.field not in _SAYINGS]
