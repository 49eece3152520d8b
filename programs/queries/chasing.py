"""Who has not answered: nudges and new dates of their own that nobody said a word to for two of their working days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Q

from programs.models import (
    OPEN_STATUSES,
    Frequency,
    Milestone,
    Notice,
    NoticeKind,
    NoticeRole,
    OutboxMessage,
    Person,
    Preference,
    Program,
)
from programs.queries import access, nudges
from programs.queries.answer_links import LASTS
from programs.queries.calendars import calendars, place_of
from programs.queries.snapshots import today_in
from programs.summaries.ladder import at_work, worked

WAITS = timedelta(hours=16)  # two working days of the receiver
_AT_LEAST = timedelta(days=1)
_OUT = (OutboxMessage.State.SENT, OutboxMessage.State.HELD)


@dataclass
class Silence:
    """What one person is reminded of, in one message, whatever the programs."""

    person: Person
    milestones: list[Milestone] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)


def silences(*, at: datetime) -> list[Silence]:
    """Everybody who is to be reminded now: once of each thing, once a week at most, in their own working hours."""
    asked, told = _asked(at), _told(at)
    people = {message.person_id for message in asked} | {notice.person_id for notice in told}
    if not people:
        return []
    lately = nudges.reminded_lately([pk for pk in people if pk], at=at)
    unwanted = Preference.objects.filter(person__in=people, kind=NoticeKind.NUDGE, frequency=Frequency.NEVER)
    spared = lately | set(unwanted.values_list("person_id", flat=True))
    before = _before(people)
    found: dict[int, Silence] = {}
    ripe = _Ripe({*(each.program for each in asked if each.program), *(each.program for each in told)}, at)
    for message in asked:
        person, program = message.person, message.program
        if person and program and person.pk not in spared and ripe(person, program, message.sent_at or message.created_at):
            rows = [row for row in _unanswered(message, program) if row.pk not in before[person.pk][0]]
            mine = found.setdefault(person.pk, Silence(person))
            mine.milestones += [row for row in rows if row not in mine.milestones]
    for notice in told:
        person, since = notice.person, max(notice.told_at or at, notice.mail_at or notice.told_at or at)
        if person.pk not in spared and notice.pk not in before[person.pk][1] and ripe(person, notice.program, since):
            found.setdefault(person.pk, Silence(person)).notices.append(notice)
    return [one for one in found.values() if one.milestones or one.notices]


def _asked(at: datetime) -> list[OutboxMessage]:
    """Nudges that went out and may still be answered."""
    rows = OutboxMessage.objects.filter(kind=nudges.KIND, state__in=_OUT, person__is_active=True, person__email__isnull=False)
    rows = rows.filter(created_at__range=(at - LASTS, at - _AT_LEAST)).select_related("person", "program")
    return list(rows.defer("text", "html", "payload").order_by("created_at", "pk"))


def _told(at: datetime) -> list[Notice]:
    """New dates of one's own milestones that nobody acknowledged or contested. Followers owe no answer."""
    open_ones = Q(milestone__status__in=OPEN_STATUSES, program__deleted_at=None, role=NoticeRole.OWNER)
    rows = Notice.objects.filter(open_ones, kind=NoticeKind.SLIP, state=Notice.State.TOLD, answer="", mail_at__lte=at)
    rows = rows.filter(told_at__range=(at - LASTS, at - _AT_LEAST), person__is_active=True, person__email__isnull=False)
    return list(rows.select_related("person", "program", "milestone__timing", "blocker__milestone").order_by("pk"))


def _unanswered(message: OutboxMessage, program: Program) -> list[Milestone]:
    """What it asks about, is still its reader's, and had no word since."""
    asked = message.headers.get(nudges.MILESTONES, ()) if isinstance(message.headers, dict) else ()
    written = today_in(program, message.created_at)
    rows = Milestone.objects.filter(pk__in=asked, owner=message.person, status__in=OPEN_STATUSES)
    rows = rows.exclude(Q(said_on__gte=written) | Q(updated_on__gte=written)).select_related("program")
    assert message.person is not None
    return list(rows.filter(program__in=access.programs_for(message.person)).order_by("pk"))


def _before(people: Iterable[int | None]) -> dict[int, tuple[set[int], set[int]]]:
    """What each was reminded of already: milestones and notices."""
    found: dict[int, tuple[set[int], set[int]]] = defaultdict(lambda: (set(), set()))
    rows = OutboxMessage.objects.filter(kind=nudges.REMINDER, person__in=[pk for pk in people if pk])
    for person, headers in rows.values_list("person_id", "headers"):
        if person is not None:
            found[person][0].update(headers.get(nudges.MILESTONES, ()))
            found[person][1].update(headers.get(nudges.NOTICES, ()))
    return found


class _Ripe:
    """Whether somebody had two working days to answer, and is at work now."""

    def __init__(self, programs: set[Program], at: datetime) -> None:
        self.at, self.calendars = at, calendars(programs, around=at.date())

    def __call__(self, person: Person, program: Program, since: datetime) -> bool:
        place = place_of(person, self.calendars[program.pk], self.at.date())
        return at_work(self.at, place) and worked(since, self.at, place) >= WAITS
