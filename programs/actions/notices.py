"""Who is told what: a shift of the plan becomes one notice for each person it concerns, and notices settle before they are told.

Exactly the owners and followers of what moved are told, whoever moved it themselves excepted. What happens to the same milestone
while its notice settles merges into it, and there and back again is told to nobody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from programs.actions import events, hints, hooks, outbox
from programs.actions.errors import Refused
from programs.actions.outbox import Letter
from programs.actions.saving import Draft
from programs.graph.diff import Standing, root_of, stirred
from programs.models import (
    OPEN_STATUSES,
    SCHEDULING_RELATIONS,
    Answer,
    Blocker,
    Decision,
    Dependency,
    Event,
    Follow,
    Frequency,
    Milestone,
    Notice,
    NoticeKind,
    NoticeRole,
    Person,
    Preference,
    Reach,
    Shift,
    Timing,
)
from programs.queries.parts import parts
from programs.summaries.event_lines import most_telling
from programs.summaries.slots import Schedule, next_slot
from programs.summaries.words import line

State = Notice.State
ROOM_PAUSE = timedelta(hours=1)
MOST_NOTE = 500
LONGEST_WAIT = 6  # a notice that keeps moving settles after that many windows at the latest
MORNING = time(8, 0)  # when digests leave, where their reader is
DAILY = (1, 2, 3, 4, 5)
WEEKLY = (1,)
_CHUNK = 400
_MOVING = ("milestone.", "dependency.", "blocker.", "program.", "import.", "workstream.")  # kinds of notes that may move dates


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


@dataclass(frozen=True, slots=True)
class Reader:
    """Why somebody is told, and in which program."""

    role: str
    program: int


def tell(*, at: datetime) -> int:
    """Turn every waiting shift into notices; returns how many were written or merged. Safe to run twice or side by side."""
    told = 0
    for pk in list(Shift.objects.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            shift = Shift.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
            if shift is not None and Shift.objects.filter(pk=pk).delete()[0]:
                told += _tell(shift, at=at)
    return told


def _tell(shift: Shift, *, at: datetime) -> int:
    if shift.cleared is not None:
        return _tell_cleared(shift, shift.cleared, at=at)
    moved = {row[0]: (row[1:4], row[4:7]) for row in shift.moves}
    readers = _readers(moved)
    if not readers:
        return 0
    causes = _causes(shift, moved)
    drift = _Drift.of(readers, [item for item, cause in causes.items() if cause.kind == "time"], at)
    rows = Notice.objects.filter(state=State.SETTLING, kind=NoticeKind.SLIP, person__in={person for _item, person in readers})
    settling = {(notice.milestone_id, notice.person_id): notice for notice in rows}
    fresh, merged = [], []
    for (item, person), reader in readers.items():
        before, after = moved[item]
        cause, notice = causes[item], settling.get((item, person))
        drifts = cause.kind == "time"
        if notice is not None:
            if not drifts and notice.facts["cause"]["kind"] == "time":  # what only drifted so far is news now
                notice.created_at = at
                notice.state = State.CANCELLED if cause.authors == {person} else notice.state
            if drifts:
                notice.due_at = min(notice.due_at, drift.due(item, person, notice.facts["before"], after))
            else:
                notice.due_at = min(at + _window(), notice.created_at + LONGEST_WAIT * _window())
            notice.facts |= {"after": after} if drifts else {"after": after, "cause": cause.kept()}
            merged.append(notice)
        elif cause.authors != {person}:
            facts = {"before": before, "after": after, "cause": cause.kept()}
            made = _notice(NoticeKind.SLIP, item, person, reader, facts, at=at)
            made.due_at = drift.due(item, person, before, after) if drifts else made.due_at
            fresh.append(made)
    Notice.objects.bulk_create(fresh, batch_size=_CHUNK)
    Notice.objects.bulk_update(merged, ["facts", "due_at", "created_at", "state"], batch_size=100)
    return len(fresh) + len(merged)


@dataclass(frozen=True, slots=True)
class _Drift:
    """Dates that move only because days go by: told on the reader's Monday morning, all days of the week as one move.

    On the next working morning instead when a target is missed now or the room has another class: that is news.
    """

    at: datetime
    zones: Mapping[int, str]
    targets: Mapping[int, date | None]

    @classmethod
    def of(cls, readers: Iterable[tuple[int, int]], items: Collection[int], at: datetime) -> _Drift:
        """Two queries where anything drifts, none otherwise."""
        drifting = frozenset(items)
        people = {person for item, person in readers if item in drifting}
        if not people:
            return cls(at, {}, {})
        targets = dict(Milestone.objects.filter(pk__in=drifting).values_list("pk", "target_date"))
        return cls(at, dict(Person.objects.filter(pk__in=people).values_list("pk", "time_zone")), targets)

    def due(self, item: int, person: int, before: list[Any], after: list[Any]) -> datetime:
        """When its reader is told."""
        was, now, target = Standing.unpacked(before), Standing.unpacked(after), self.targets.get(item)
        misses = bool(target and was.forecast and now.forecast and was.forecast <= target < now.forecast)
        days = DAILY if misses or was.room is not now.room else WEEKLY
        return next_slot(Schedule.of(days, MORNING, self.zones.get(person, "UTC")), self.at) or self.at


def _tell_cleared(shift: Shift, blocker: Blocker, *, at: datetime) -> int:
    """Whose work was stopped, and whose work comes next, once each; not who cleared it."""
    if blocker.milestone_id is None or blocker.is_open:
        return 0
    waiting = Dependency.objects.filter(
        predecessor=blocker.milestone_id, set_aside="", relation__in=SCHEDULING_RELATIONS, successor__status__in=OPEN_STATUSES
    )
    items = [blocker.milestone_id, *waiting.order_by("pk").values_list("successor_id", flat=True)]
    found: dict[int, tuple[int, Reader]] = {}
    readers = _readers(items)
    for item in items:
        for (of, person), reader in readers.items():
            if of == item and person != shift.by_id:
                found.setdefault(person, (item, reader))
    fresh = [
        _notice(NoticeKind.CLEARED, item, person, reader, {"blocker": blocker.pk}, at=at, blocker=blocker)
        for person, (item, reader) in found.items()
    ]
    Notice.objects.bulk_create(fresh, batch_size=_CHUNK, ignore_conflicts=True)
    return len(fresh)


def _notice(
    kind: str,
    item: int | None,
    person: int,
    reader: Reader,
    facts: dict[str, Any],
    *,
    at: datetime,
    blocker: Blocker | None = None,
) -> Notice:
    """A notice that settles; what has nothing to wait for settles at once."""
    return Notice(
        person_id=person,
        kind=kind,
        role=reader.role,
        program_id=reader.program,
        milestone_id=item,
        blocker=blocker,
        topic=f"{kind}:{blocker.pk if blocker else item}",
        facts=facts,
        created_at=at,
        due_at=at + _window() if kind == NoticeKind.SLIP else at,
    )


def _window() -> timedelta:
    return timedelta(seconds=settings.NOTICE_SETTLE_SECONDS)


def _readers(moved: Iterable[int]) -> dict[tuple[int, int], Reader]:
    """Owners and followers of what moved, members with an account only, by milestone and person."""
    found: dict[tuple[int, int], Reader] = {}
    member = Q(milestone__program__memberships__person=F("person")) | Q(person__is_admin=True)
    for part in parts(list(moved), _CHUNK):
        follows = Follow.objects.filter(member, milestone__in=part, person__is_active=True, person__email__isnull=False)
        for item, person, program in follows.values_list("milestone_id", "person_id", "milestone__program_id"):
            found[item, person] = Reader(NoticeRole.FOLLOWER, program)
        owner = Q(program__memberships__person=F("owner")) | Q(owner__is_admin=True)
        owned = Milestone.objects.filter(owner, pk__in=part, owner__is_active=True, owner__email__isnull=False)
        for item, person, program in owned.values_list("pk", "owner_id", "program_id"):
            found[item, person] = Reader(NoticeRole.OWNER, program)
    return found


def _causes(shift: Shift, moved: Iterable[int]) -> dict[int, Cause]:
    """What moved each milestone: the nearest edit up its driving links, else an edit of the plan, else time."""
    notes = _edits(shift)
    by_milestone: dict[int, list[Event]] = defaultdict(list)
    for note in notes:
        if note.milestone_id is not None:
            by_milestone[note.milestone_id].append(note)
    everyone = frozenset(note.by_id for note in notes if note.by_id)
    programs = {int(pk) for pk in shift.revisions}
    drivers: dict[int, tuple[int, ...]] = {}
    if by_milestone:
        rows = Timing.objects.filter(program__in=programs).values_list("milestone_id", "drivers")
        drivers = {item: tuple(before) for item, before in rows}
    edited = frozenset(by_milestone)
    found = {}
    for item in moved:
        root = root_of(item, drivers, edited)
        if root is not None:
            mine = by_milestone[root]
            told = most_telling([note for note in mine if note.batch == mine[-1].batch])
            found[item] = Cause("edit", root, told.pk, frozenset(note.by_id for note in mine if note.by_id))
        elif notes:
            found[item] = Cause("plan", None, notes[-1].pk, everyone)
        else:
            found[item] = Cause("time")
    return found


def _edits(shift: Shift) -> list[Event]:
    """The notes of the edits behind a shift, oldest first."""
    between = Q(pk=None)
    for program, (after, until) in shift.revisions.items():
        between |= Q(program=int(program), revision__gt=after, revision__lte=until)
    notes = Event.objects.filter(between).only("pk", "kind", "milestone_id", "by_id", "batch").order_by("pk")
    return [note for note in notes if note.kind.startswith(_MOVING)]


@transaction.atomic(durable=True)
def settle(*, at: datetime) -> dict[str, int]:
    """Tell what has settled: it stands in the inbox from now on, and `mail_at` says when it leaves by mail."""
    due = list(
        Notice.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(state=State.SETTLING, due_at__lte=at)
        .select_related("person", "milestone")
        .order_by("pk")[:5000]
    )
    wished = _wishes(notice.person_id for notice in due)
    for notice in due:
        notice.state = State.TOLD if _is_news(notice) else State.CANCELLED
        notice.told_at = at
        notice.mail_at = mail_time(notice.person, wished.get((notice.person_id, notice.kind)), at=at)
    Notice.objects.bulk_update(due, ["state", "told_at", "mail_at"], batch_size=100)
    told = [notice for notice in due if notice.state == State.TOLD]
    if told:
        hooks.post(told)
    return {"told": len(told), "cancelled": len(due) - len(told)}


def _is_news(notice: Notice) -> bool:
    """There and back again is none."""
    if notice.kind != NoticeKind.SLIP:
        return True
    return stirred(Standing.unpacked(notice.facts["before"]), Standing.unpacked(notice.facts["after"]))


def _wishes(people: Iterable[int]) -> dict[tuple[int, str], str]:
    rows = Preference.objects.filter(person__in=set(people)).values_list("person_id", "kind", "frequency")
    return {(person, kind): frequency for person, kind, frequency in rows}


def mail_time(person: Person, frequency: str | None, *, at: datetime) -> datetime | None:
    """When a notice told now leaves by mail: at once unless its reader wants a digest; None when they want no mail."""
    if frequency == Frequency.NEVER:
        return None
    if frequency in (Frequency.DAILY, Frequency.WEEKLY):
        days = DAILY if frequency == Frequency.DAILY else WEEKLY
        return next_slot(Schedule.of(days, MORNING, person.time_zone), at)
    return at


@transaction.atomic(durable=True)
def pull_in(*, blocker: Blocker, people: Collection[int], note: str, by: Person, at: datetime) -> int:
    """Ask people into the room for a blocker: one notice each, once an hour for a blocker at most. Returns how many."""
    if len(note) > MOST_NOTE:
        raise Refused(
            _("Use at most %(limit)d characters; this has %(length)d.") % {"limit": MOST_NOTE, "length": len(note)}, "note"
        )
    Blocker.objects.select_for_update(no_key=True).get(pk=blocker.pk)
    if Notice.objects.filter(kind=NoticeKind.ROOM, blocker=blocker, created_at__gt=at - ROOM_PAUSE).exists():
        raise Refused(_("People were asked within the hour. Wait for them, or call."), code="too_soon")
    member = Q(memberships__program=blocker.program_id) | Q(is_admin=True)
    asked = Person.objects.filter(member, pk__in=people, is_active=True, email__isnull=False).exclude(pk=by.pk).distinct()
    facts = {"by": by.pk, "note": line(note, MOST_NOTE)}
    reader = Reader(NoticeRole.ASKED, blocker.program_id)
    fresh = [
        _notice(NoticeKind.ROOM, blocker.milestone_id, pk, reader, facts, at=at, blocker=blocker)
        for pk in asked.order_by("pk").values_list("pk", flat=True)
    ]
    if not fresh:
        raise Refused(_("Choose at least one person who can be reached."), "people", "nobody")
    Notice.objects.bulk_create(fresh, ignore_conflicts=True)
    names = ", ".join(asked.order_by("name").values_list("name", flat=True))
    events.record(
        "blocker.room", by=by, at=at, program=blocker.program, subject=blocker, new=names, note=note, milestone=blocker.milestone
    )
    transaction.on_commit(hints.tell, robust=True)
    return len(fresh)


def breached(*, decision: Decision, what: str, by: Person, at: datetime) -> int:
    """Tell the owner, inside the transaction of whoever looked, that a decision is open again because of `what` came true."""
    owner = decision.owner
    if owner is None or owner.pk == by.pk or not owner.is_active or owner.email is None:
        return 0
    Notice.objects.bulk_create(
        [
            Notice(
                person=owner,
                kind=NoticeKind.DECISION,
                role=NoticeRole.OWNER,
                program_id=decision.program_id,
                decision=decision,
                topic=f"{NoticeKind.DECISION}:{decision.pk}",
                facts={"what": line(what, MOST_NOTE)},
                created_at=at,
                due_at=at,
            )
        ],
        ignore_conflicts=True,
    )
    transaction.on_commit(hints.tell, robust=True)
    return 1


@transaction.atomic(durable=True)
def mailed(letters: Sequence[Letter], notices: Collection[int], *, at: datetime) -> int:
    """Queue the mail that carries these notices, or the post, or both; 0 when somebody else queued one of them meanwhile.

    It rings no bell: a slip writes thousands, and as many bells would stand in the queue before whoever writes the rest.
    """
    waiting = Notice.objects.select_for_update(no_key=True).filter(pk__in=notices, message=None, mail_at__isnull=False)
    if waiting.count() < len(notices):
        return 0
    messages = [outbox.put(letter, at=at) for letter in letters]
    Notice.objects.filter(pk__in=notices).update(message=messages[0])
    return len(messages)


def unmailed(notices: Collection[int]) -> None:
    """These say nothing any more, such as a slip of a milestone that was deleted: no mail is owed for them."""
    Notice.objects.filter(pk__in=notices, message=None).update(mail_at=None)


@transaction.atomic(durable=True)
def answer(*, notice: Notice, answer: str, by: Person, at: datetime, note: str = "") -> Notice:
    """Say to one's new date that one has seen it, or that it cannot hold and why. The last word counts."""
    held = Notice.objects.select_for_update(no_key=True).get(pk=notice.pk)
    if held.kind != NoticeKind.SLIP or answer not in {Answer.ACKNOWLEDGED, Answer.CONTESTED}:
        raise Refused(_("Choose one of: %(choices)s.") % {"choices": _("Seen, Contested")}, "answer", "choice")
    draft = Draft(held)
    draft.put({"answer_note": note}, {"answer_note"})
    if answer == Answer.CONTESTED and not note.strip():
        draft.refuse("answer_note", _("Say why the new date cannot hold."))
    draft.raise_problems()
    assert held.milestone is not None  # a slip is always about one
    held.answer, held.answered_at, held.read_at = answer, at, held.read_at or at
    held.save(update_fields=["answer", "answer_note", "answered_at", "read_at"])
    events.record(
        f"slip.{answer}", by=by, at=at, program=held.program, subject=held.milestone, milestone=held.milestone, note=note.strip()
    )
    return held


@transaction.atomic(durable=True)
def read(*, person: Person, at: datetime) -> int:
    """Mark everything in somebody's inbox as read."""
    return Notice.objects.filter(person=person, state=State.TOLD, read_at=None).update(read_at=at)


@transaction.atomic(durable=True)
def follow(*, milestone: Milestone, by: Person, follows: bool) -> None:
    """Begin or end to follow a milestone. Twice is the same as once."""
    if follows:
        Follow.objects.bulk_create([Follow(person=by, milestone=milestone)], ignore_conflicts=True)
    else:
        Follow.objects.filter(person=by, milestone=milestone).delete()


@transaction.atomic(durable=True)
def prefer(*, person: Person, wanted: Mapping[str, str], reach: Mapping[str, str] | None = None) -> None:
    """Say how often which kind of notice comes, and where. What waits for a digest leaves by the new wish, or not at all."""
    for kind, where in (reach or {}).items():
        if kind not in NoticeKind.values or where not in Reach.values:
            raise Refused(_("Choose one from the list."), kind, "choice")
        Preference.objects.update_or_create(person=person, kind=kind, defaults={"reach": where})
    for kind, frequency in wanted.items():
        if kind not in NoticeKind.values or frequency not in Frequency.values:
            raise Refused(_("Choose one from the list."), kind, "choice")
        Preference.objects.update_or_create(person=person, kind=kind, defaults={"frequency": frequency})
        if frequency == Frequency.NEVER:
            Notice.objects.filter(person=person, kind=kind, message=None).update(mail_at=None)
