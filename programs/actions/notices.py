"""Notices: they settle, stand in their reader's inbox, leave by mail when the reader wishes, and are answered.

Which there are is worked out in `telling`. There and back again while a notice settles is told to nobody.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from programs.actions import events, hints, hooks, outbox, writing
from programs.actions.errors import Refused
from programs.actions.outbox import Letter
from programs.actions.saving import Draft
from programs.graph.diff import Standing, stirred
from programs.models import (
    CLEARED,
    Answer,
    Blocker,
    Decision,
    Follow,
    Frequency,
    Milestone,
    Notice,
    NoticeKind,
    NoticeRole,
    OutboxMessage,
    Person,
    Preference,
    Reach,
)
from programs.queries.readers import Reader
from programs.summaries.slots import Schedule, next_slot, zone
from programs.summaries.words import line

State = Notice.State
ROOM_PAUSE = timedelta(hours=1)
MOST_NOTE = 500
MORNING = time(8, 0)  # when digests leave, where their reader is
DAILY = (1, 2, 3, 4, 5)
WEEKLY = (1,)


@dataclass(frozen=True, slots=True)
class Written:
    """The mail that carries some notices, or the post, or both."""

    letters: Sequence[Letter]
    notices: Collection[int]


def drafted(
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
        due_at=at + window() if kind in {NoticeKind.SLIP, NoticeKind.UNBLOCK} else at,
    )


def window() -> timedelta:
    """How long what happens to one milestone merges into one notice."""
    return timedelta(seconds=settings.NOTICE_SETTLE_SECONDS)


@transaction.atomic(durable=True)
def settle(*, at: datetime) -> dict[str, int]:
    """Tell what has settled: it stands in the inbox from now on, and `mail_at` says when it leaves by mail."""
    due = list(
        Notice.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(state=State.SETTLING, due_at__lte=at)
        .select_related("person", "milestone", "decision", "blocker")
        .order_by("pk")[:5000]
    )
    wished = _wishes(notice.person_id for notice in due)
    for notice in due:
        notice.state = State.TOLD if _is_news(notice, at) else State.CANCELLED
        notice.told_at = at
        notice.mail_at = _mail_time(notice, wished, at=at)
    settled = ("state", "told_at", "mail_at", "facts")
    writing.change_each(Notice, {notice.pk: {name: getattr(notice, name) for name in settled} for notice in due}, settled)
    told = [notice for notice in due if notice.state == State.TOLD]
    if told:
        hooks.post(told)
    return {"told": len(told), "cancelled": len(due) - len(told)}


def _is_news(notice: Notice, at: datetime) -> bool:
    """There and back again is none, nor is a reminder of what was done meanwhile."""
    if notice.kind != NoticeKind.SLIP:
        return not notice.over(at.astimezone(zone(notice.person.time_zone)).date())
    return stirred(Standing.unpacked(notice.facts["before"]), Standing.unpacked(notice.facts["after"]))


def _mail_time(notice: Notice, wished: Mapping[tuple[int, str], str], *, at: datetime) -> datetime | None:
    """When it leaves by mail. A new date that comes with a cleared blocker leaves with that, unless its own wish is sooner."""
    asked = {
        kind: mail_time(notice.person, wished.get((notice.person_id, kind)), at=at) for kind in {notice.kind, notice.told_as}
    }
    own, with_it = asked[notice.kind], asked[notice.told_as]
    if with_it is None or (own is not None and own < with_it):
        notice.facts.pop(CLEARED, None)
        return own
    return with_it


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


def can_clear(blocker: Blocker, *, by: Person | None, at: datetime) -> None:
    """Tell whoever can clear it, inside the transaction of whoever said so; not those who named themselves.

    It settles first: who takes it back, or names somebody else, has bothered nobody.
    """
    person = blocker.owner
    if person is None or (by is not None and person.pk == by.pk) or not person.is_active or person.email is None:
        return
    reader = Reader(NoticeRole.CLEARER, blocker.program_id)
    facts = {"by": by.pk if by else None}
    fresh = drafted(NoticeKind.UNBLOCK, blocker.milestone_id, person.pk, reader, facts, at=at, blocker=blocker)
    Notice.objects.bulk_create([fresh], ignore_conflicts=True)


@transaction.atomic(durable=True)
def pull_in(
    *, blocker: Blocker, people: Collection[int], note: str, by: Person, at: datetime, told: Mapping[str, Any] | None = None
) -> int:
    """Ask people into the room for a blocker: one notice each, once an hour for a blocker at most. Returns how many.

    `told` is what each of them reads beside the note: what it costs, and who comes and why.
    """
    if len(note) > MOST_NOTE:
        raise Refused(
            _("Use at most %(limit)d characters; this has %(length)d.") % {"limit": MOST_NOTE, "length": len(note)}, "note"
        )
    Blocker.objects.select_for_update(no_key=True).get(pk=blocker.pk)
    if Notice.objects.filter(kind=NoticeKind.ROOM, blocker=blocker, created_at__gt=at - ROOM_PAUSE).exists():
        raise Refused(_("People were asked within the hour. Wait for them, or call."), code="too_soon")
    member = Q(memberships__program=blocker.program_id) | Q(is_admin=True)
    asked = Person.objects.filter(member, pk__in=people, is_active=True, email__isnull=False).exclude(pk=by.pk).distinct()
    facts = {"by": by.pk, "note": line(note, MOST_NOTE), **(told or {})}
    reader = Reader(NoticeRole.ASKED, blocker.program_id)
    fresh = [
        drafted(NoticeKind.ROOM, blocker.milestone_id, pk, reader, facts, at=at, blocker=blocker)
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
def mailed(written: Sequence[Written], *, at: datetime) -> int:
    """Queue what carries these notices; what somebody else queued meanwhile is left out. Returns how many messages.

    It rings no bell: a slip writes thousands, and as many bells would stand in the queue before whoever writes the rest.
    """
    asked = [pk for one in written for pk in one.notices]
    rows = Notice.objects.select_for_update(no_key=True).filter(pk__in=asked, message=None, mail_at__isnull=False)
    waiting = set(rows.order_by("pk").values_list("pk", flat=True))
    fresh = [one for one in written if waiting.issuperset(one.notices)]
    messages = [[outbox.unwritten(letter, at=at) for letter in one.letters] for one in fresh]
    OutboxMessage.objects.bulk_create([message for each in messages for message in each])
    carried = {pk: {"message_id": each[0].pk} for one, each in zip(fresh, messages, strict=True) for pk in one.notices}
    writing.change_each(Notice, carried, ("message_id",))
    return sum(len(each) for each in messages)


def unmailed(notices: Collection[int]) -> None:
    """These say nothing any more, such as a slip of a milestone that was deleted: no mail is owed for them."""
    if notices:
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
