"""Notices as their reader sees them: the inbox, what is due by mail, and the answers a program manager waits for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import Http404

from programs.graph.diff import Standing, move
from programs.graph.types import DayCalendar
from programs.models import (
    CLEARED,
    OPEN_STATUSES,
    Answer,
    Blocker,
    Event,
    Frequency,
    Hold,
    Membership,
    Milestone,
    Notice,
    NoticeKind,
    NoticeRole,
    Person,
    Preference,
    Program,
    Reach,
)
from programs.queries import access
from programs.queries.calendars import calendars
from programs.queries.prepared import prepared
from programs.summaries import notices as wording
from programs.summaries.event_lines import event_line
from programs.summaries.notices import Called, Cause, Cleared, Slip, Standstill, Told
from programs.summaries.room import Reason, Seat
from programs.summaries.slots import zone

PAGE = 50
State = Notice.State


@dataclass(frozen=True, slots=True)
class Row:
    """One notice with its words."""

    notice: Notice
    told: Told
    may_plan: bool = False

    @property
    def may_answer(self) -> bool:
        """Whether it is a new date that its reader may accept or contest."""
        return self.notice.kind == NoticeKind.SLIP


@dataclass(frozen=True, slots=True)
class Inbox:
    """One page of what a person was told, the latest first."""

    rows: tuple[Row, ...]
    unread: int
    more: bool


def inbox(person: Person, *, today: date, page: int = 1) -> Inbox:
    """What this person was told in programs they may still see. Six queries at most, whatever stands there."""
    start = (max(1, page) - 1) * PAGE
    found = list(_first(person.pk, person.is_admin)) if not start else list(_listed(person)[start : start + PAGE + 1])
    return Inbox(tuple(worded(found[:PAGE], person, today=today)), unread(person), len(found) > PAGE)


def _listed(person: Person):  # type: ignore[no-untyped-def]  # noqa: ANN202 - a queryset of notices, the latest first
    return _read(_told(person).order_by("-told_at", "-pk"))


@prepared
def _first(person: int, admin: bool):  # type: ignore[no-untyped-def]  # noqa: ANN202 - the first page of them
    return _listed(Person(pk=person, is_admin=admin))[: PAGE + 1]


def unread(person: Person) -> int:
    """How many notices this person has not looked at. One query."""
    return _told(person).filter(read_at=None).count()


def _told(person: Person):  # type: ignore[no-untyped-def]  # noqa: ANN202 - a queryset of notices
    return Notice.objects.filter(person=person, state=State.TOLD, program__in=access.programs_for(person))


def _read(rows):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 - a queryset with what its words need
    return rows.select_related("program", "milestone__timing", "blocker__milestone", "decision", "risk", "message")


def notice(pk: int, *, by: Person) -> Notice:
    """One of this person's own notices; 404 otherwise."""
    found = _read(_told(by)).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def due_by_mail(*, at: datetime, limit: int = 500) -> dict[int, list[Notice]]:
    """Notices that are to leave by mail now, by reader, the oldest first."""
    waiting = Notice.objects.filter(state=State.TOLD, message=None, mail_at__lte=at, person__is_active=True)
    people = list(waiting.order_by("mail_at", "pk").values_list("person_id", flat=True)[: limit * 4])
    chosen = list(dict.fromkeys(people))[:limit]
    found: dict[int, list[Notice]] = {person: [] for person in chosen}
    for each in _read(waiting.filter(person__in=chosen)).select_related("person").order_by("pk"):
        found[each.person_id].append(each)
    return found


@dataclass(frozen=True, slots=True)
class Eyes:
    """Who reads: the programs they may know of, where they are, and who they are; None for the channel of a program."""

    seen: frozenset[int]
    zone: str
    person: int | None = None
    plans: frozenset[int] = frozenset()  # programs they may change the plan of


@dataclass(frozen=True, slots=True)
class Ground:
    """What the sentences of some notices stand on, read once however many read them."""

    notes: Mapping[int, Event]
    week: Mapping[int, DayCalendar]
    clearers: Mapping[int, str]
    callers: Mapping[int, str]
    held: Mapping[int, Sequence[str]]

    @classmethod
    def of(cls, notices: Sequence[Notice], *, today: date) -> Ground:
        """Five queries at most."""
        week = calendars({each.program_id: each.program for each in notices}.values(), around=today)
        return cls(_notes(notices), week, _clearers(notices), _callers(notices), _held(notices))


def worded(notices: Sequence[Notice], reader: Person, *, today: date) -> list[Row]:
    """Each notice with its sentences, as much as this reader may know."""
    seen = frozenset(access.programs_for(reader).values_list("pk", flat=True))
    return worded_on(Ground.of(notices, today=today), notices, Eyes(seen, reader.time_zone, reader.pk), today=today)


def worded_for_channel(notices: Sequence[Notice], program: Program, *, today: date) -> list[Row]:
    """Each notice as the channel of its program may read it: nothing of other programs."""
    eyes = Eyes(frozenset({program.pk}), program.time_zone)
    return worded_on(Ground.of(notices, today=today), notices, eyes, today=today)


def eyes_of(people: Collection[Person]) -> dict[int, Eyes]:
    """What each of these may know of. Two queries at most."""
    members: dict[int, dict[int, str]] = {person.pk: {} for person in people}
    rows = Membership.objects.filter(person__in=members, program__deleted_at=None)
    for person, program, role in rows.values_list("person_id", "program_id", "role"):
        members[person][program] = role
    every = frozenset(Program.objects.values_list("pk", flat=True)) if any(person.is_admin for person in people) else frozenset()
    return {
        person.pk: Eyes(
            every if person.is_admin else frozenset(members[person.pk]),
            person.time_zone,
            person.pk,
            every if person.is_admin else frozenset(pk for pk, role in members[person.pk].items() if access.allows(role, "plan")),
        )
        for person in people
    }


def worded_on(ground: Ground, notices: Sequence[Notice], reader: Eyes, *, today: date) -> list[Row]:
    """Each notice with its sentences, for a reader with these eyes. No query."""
    seen, notes, week, clearers, callers = reader.seen, ground.notes, ground.week, ground.clearers, ground.callers
    rows = []
    for each in notices:
        if each.kind == NoticeKind.SLIP and each.milestone is not None:
            told = wording.slip(_slip(each, notes, seen, week[each.program_id]), today=today)
        elif each.kind == NoticeKind.CLEARED and each.blocker is not None and each.milestone is not None:
            told = wording.cleared(_cleared(each, each.milestone, each.blocker, clearers, seen), today=today)
        elif each.kind == NoticeKind.ESCALATION and each.blocker is not None:
            told = wording.standstill(_standstill(each, each.blocker, reader), today=today)
        elif each.kind == NoticeKind.UNBLOCK and each.blocker is not None:
            by = callers.get(each.facts["by"], "")
            told = wording.unblock(_standstill(each, each.blocker, reader), by=by, clear=each.blocker.expected_clear, today=today)
        elif each.kind == NoticeKind.ROOM and each.blocker is not None:
            by, note = callers.get(each.facts["by"], ""), each.facts["note"]
            told = wording.called(_standstill(each, each.blocker, reader), by=by, note=note, room=_room(each, seen), today=today)
        elif each.kind == NoticeKind.DECISION and each.decision is not None:
            told = wording.breached(each.decision.key, each.decision.title, each.facts["what"])
        elif each.kind == NoticeKind.HELP and each.milestone is not None:
            told = _help(each, each.milestone, callers.get(each.facts["by"], ""))
        elif each.kind == NoticeKind.DUE and (asked := each.decision) is not None:
            waiting = ground.held.get(asked.pk, ())
            told = wording.due(asked.key, asked.title, date.fromisoformat(each.facts["due"]), waiting=waiting, today=today)
        elif each.kind == NoticeKind.REVIEW and (about := each.risk or each.decision) is not None:
            told = wording.review(
                about.key, about.title, date.fromisoformat(each.facts["due"]), trigger=each.facts["trigger"], today=today
            )
        else:
            continue
        rows.append(Row(each, told, may_plan=each.program_id in reader.plans))
    return rows


def _help(each: Notice, milestone: Milestone, by: str) -> Told:
    if each.facts["note"]:
        return wording.helped(milestone.name, by, each.facts["note"])
    if not each.facts.get("stands", True):
        return wording.help_over(milestone.name, by)
    if each.role == NoticeRole.ASKER:
        return wording.help_again(milestone.name, by)
    timing = getattr(milestone, "timing", None)
    return wording.help_needed(milestone.name, by, critical=bool(timing and timing.critical))


def _slip(each: Notice, notes: Mapping[int, Event], seen: frozenset[int], week) -> Slip:  # type: ignore[no-untyped-def]  # noqa: ANN001
    milestone = each.milestone
    assert milestone is not None
    sides = [Standing.unpacked(each.facts[side]) for side in ("before", "after")]
    shift = move(milestone.pk, *sides, target=milestone.target_date, calendar=week)
    assert shift is not None  # what is told has moved
    cause, told_with = each.facts.get("cause", {}), each.facts.get(CLEARED, {})
    causes = [{"kind": "edit", "event": told_with["event"]}] if told_with else []
    edit, clearing = notes.get(cause.get("event") or 0), notes.get(told_with.get("event", 0))
    if clearing is None or edit is None or edit.batch != clearing.batch:
        causes.append(cause)
    said = tuple(_cause(one, notes, seen) for one in causes)
    goes_on, halted = told_with.get("goes_on") == milestone.pk, bool(told_with) and told_with.get("goes_on") is None
    return Slip(milestone.name, shift, milestone.target_date, said, goes_on, halted)


def _cause(kept: Mapping[str, Any], notes: Mapping[int, Event], seen: frozenset[int]) -> Cause:
    note = notes.get(kept.get("event") or 0)
    if note is None:
        return Cause(kept.get("kind", "plan"))
    if note.program_id not in seen:
        return Cause(kept["kind"], hidden=True)
    return Cause(kept["kind"], by=note.by.name if note.by else "", line=event_line(note))


def _notes(notices: Iterable[Notice]) -> dict[int, Event]:
    kept = [each.facts.get(part, {}) for each in notices if each.kind == NoticeKind.SLIP for part in ("cause", CLEARED)]
    ids = {one.get("event") for one in kept} - {None}
    return {note.pk: note for note in Event.objects.filter(pk__in=ids).select_related("by")} if ids else {}


def _clearers(notices: Iterable[Notice]) -> dict[int, str]:
    """Who cleared each blocker last."""
    ids = {each.blocker_id for each in notices if each.blocker_id}
    if not ids:
        return {}
    rows = Event.objects.filter(kind="blocker.cleared", subject_type="blocker", subject_id__in=ids).order_by("pk")
    return {subject: who or "" for subject, who in rows.values_list("subject_id", "by__name") if subject}


def _cleared(each: Notice, milestone: Milestone, blocker: Blocker, clearers: Mapping[int, str], seen: frozenset[int]) -> Cleared:
    visible = blocker.program_id in seen
    day = each.facts.get("forecast")
    return Cleared(
        title=blocker.title if visible else milestone.name,
        name=milestone.name,
        blocked=(blocker.milestone.name if blocker.milestone else "") if visible else "",
        by=clearers.get(blocker.pk, "") if visible else "",
        forecast=date.fromisoformat(day) if day else None,
        goes_on=each.facts.get("goes_on", True) is not None,
    )


def _standstill(each: Notice, blocker: Blocker, reader: Eyes) -> Standstill:
    timing = getattr(each.milestone, "timing", None)
    return Standstill(
        key=blocker.key,
        title=blocker.title,
        blocked=each.milestone.name if each.milestone else "",
        since=_local(each.facts.get("since"), each.created_at, reader),
        critical=bool(timing and timing.critical),
        left=timing.total_float if timing else None,
        yours=reader.person is not None and blocker.owner_id == reader.person,
        next_step=blocker.next_step,
    )


def _room(each: Notice, seen: frozenset[int]) -> Called:
    """What it costs, and who else is asked and why; nothing of a program its reader may not see."""
    seats = [
        Seat(0, name, tuple(Reason(code, about, program) for code, about, program in why if program is None or program in seen))
        for name, why in each.facts.get("room", ())
    ]
    return Called(tuple(seats), each.facts.get("adds"), each.facts.get("week"), each.facts.get("finish", ""))


def _local(written: str | None, otherwise: datetime, reader: Eyes) -> date:
    """The day of a moment where the reader is."""
    moment = datetime.fromisoformat(written) if written else otherwise
    return moment.astimezone(zone(reader.zone)).date()


def _callers(notices: Iterable[Notice]) -> dict[int, str]:
    ids = {each.facts.get("by") for each in notices if each.kind in _CALLED} - {None}
    return dict(Person.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}


_CALLED = frozenset({NoticeKind.ROOM, NoticeKind.HELP, NoticeKind.UNBLOCK})


def _held(notices: Iterable[Notice]) -> dict[int, list[str]]:
    """Names of the open milestones that wait for each decision that is due."""
    ids = {each.decision_id for each in notices if each.kind == NoticeKind.DUE}
    found: dict[int, list[str]] = {}
    if ids:
        rows = Hold.objects.filter(decision__in=ids, milestone__status__in=OPEN_STATUSES).order_by("pk")
        for decision, name in rows.values_list("decision_id", "milestone__name"):
            found.setdefault(decision, []).append(name)
    return found


def unanswered(program: Program, *, by: Person, today: date, limit: int = 20) -> list[Row]:
    """New dates that somebody contests, and those nobody has said they saw: contested first, then the oldest."""
    waiting = Notice.objects.filter(program=program, kind=NoticeKind.SLIP, state=State.TOLD).exclude(answer=Answer.ACKNOWLEDGED)
    found = list(_read(waiting).select_related("person").order_by("-answer", "told_at", "pk")[:limit])
    return worded(found, by, today=today)


def frequencies(person: Person) -> list[tuple[NoticeKind, str]]:
    """How often each kind comes to this person."""
    return [(kind, how) for kind, how, _where in wishes(person)]


def wishes(person: Person) -> list[tuple[NoticeKind, str, str]]:
    """How often each kind comes to this person, and where."""
    rows = Preference.objects.filter(person=person).values_list("kind", "frequency", "reach")
    chosen = {kind: (how, where) for kind, how, where in rows}
    return [(kind, *chosen.get(kind, (str(Frequency.NOW), str(Reach.MAIL)))) for kind in NoticeKind]
