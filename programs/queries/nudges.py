"""Who may be asked for a word: people whose work has gone silent, what of it, and when they were last asked."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from programs.flags.types import Thresholds
from programs.models import (
    OPEN_STATUSES,
    Blocker,
    BlockerStatus,
    Membership,
    Milestone,
    OutboxMessage,
    Person,
    Program,
    Risk,
    RiskStatus,
    Role,
)
from programs.queries.prepared import prepared
from programs.queries.snapshots import today_in

KIND = "nudge"
AGAIN_AFTER = timedelta(days=7)  # between two nudges to one person, whoever sends them and about whichever program
REMINDER = "reminder"  # of the one kind word after a nudge or a new date that was not answered; stopped with nudges
NOTICES = "notices"  # in a reminder's `headers`: the new dates it speaks of
BLOCKERS, RISKS = "blockers", "risks"  # the same for a letter that asks what they mean
MILESTONES = "milestones"  # in a message's `headers`: what it asks about; no header of the mail
_UNSENT = (OutboxMessage.State.CANCELLED, OutboxMessage.State.FAILED)


@dataclass(frozen=True, slots=True)
class Silent:
    """A person and the milestones they have said nothing of, the longest first, each with its days without a word."""

    person: Person
    milestones: tuple[tuple[Milestone, int], ...]


@dataclass(frozen=True, slots=True)
class Nudges:
    """What the page offers: whom it may ask now, and whom somebody asked within a week."""

    ready: frozenset[int] = frozenset()
    asked: dict[int, date] = field(default_factory=dict)
    unanswered: dict[int, date] = field(default_factory=dict)  # milestone -> the day its owner was asked about it

    @property
    def count(self) -> int:
        """How many people one press would ask."""
        return len(self.ready)


def silent_people(program: Program, *, at: datetime) -> list[Silent]:
    """Members who can answer, whose work in progress is still without a word. One query.

    What a rule noticed when the plan was last analysed is looked at again: whoever spoke since is not asked.
    """
    quiet_since = today_in(program, at) - timedelta(days=Thresholds.of(program.thresholds).silent_days)
    today = today_in(program, at)
    people: dict[int, tuple[Person, list[tuple[Milestone, int]]]] = {}
    for row in _silent(program.pk, quiet_since):
        if row.owner is not None:
            people.setdefault(row.owner.pk, (row.owner, []))[1].append((row, _days(row, today)))
    return [Silent(person, tuple(rows)) for person, rows in people.values()]


@prepared
def _silent(program: int, quiet_since: date) -> QuerySet[Milestone]:
    answers = Membership.objects.filter(program=program, person=OuterRef("owner"), role__in=[Role.ENGINEER, Role.TPM])
    return (
        Milestone.objects.filter(program=program, status__in=OPEN_STATUSES, flags__rule="silent")
        .filter(Exists(answers) | Q(owner__is_admin=True), owner__is_active=True, owner__email__isnull=False)
        .exclude(Q(said_on__gt=quiet_since) | Q(updated_on__gt=quiet_since))
        .select_related("owner", "timing", "program")
        .defer("description", "program__description")
        .order_by("-flags__params__days", "pk")
    )


def _days(row: Milestone, today: date) -> int:
    """Days since the last word, or since it started when nobody ever said one."""
    words = [day for day in (row.said_on, row.updated_on) if day] or [day for day in (row.start_date,) if day]
    return (today - max(words)).days if words else 0


def asked_lately(people: Iterable[int], *, at: datetime) -> dict[int, datetime]:
    """When these people were last asked, of those who were within a week. One query."""
    return dict(_lately(people, at=at).values_list("person_id", "created_at"))  # type: ignore[arg-type]


def _lately(people: Iterable[int], *, at: datetime) -> QuerySet[OutboxMessage]:
    found = OutboxMessage.objects.filter(kind=KIND, person__in=list(people), created_at__gt=at - AGAIN_AFTER)
    return found.exclude(state__in=_UNSENT).order_by("created_at")


def reminded_lately(people: Iterable[int], *, at: datetime) -> set[int]:
    """Who had a reminder within a week."""
    found = OutboxMessage.objects.filter(kind=REMINDER, person__in=list(people), created_at__gt=at - AGAIN_AFTER)
    return set(found.values_list("person_id", flat=True))  # type: ignore[arg-type]


def nudges(program: Program, *, at: datetime) -> Nudges:
    """Whom the page may ask. Two queries."""
    silent = [one.person.pk for one in silent_people(program, at=at)]
    asked: dict[int, date] = {}
    about: dict[int, date] = {}
    for person, when, headers in _lately(silent, at=at).values_list("person_id", "created_at", "headers"):
        day = today_in(program, when)
        about |= dict.fromkeys(headers.get(MILESTONES, ()), day)
        if person is not None:
            asked[person] = day
    return Nudges(frozenset(silent) - asked.keys(), asked, about)


def answered(message: OutboxMessage) -> bool:
    """Whether its reader said a word about everything it asks, or owns none of it any more, since it was written."""
    headers = message.headers if isinstance(message.headers, dict) else {}
    untold = Blocker.objects.filter(pk__in=headers.get(BLOCKERS, ()), status=BlockerStatus.OPEN, so_what="").exists()
    if untold or Risk.objects.filter(pk__in=headers.get(RISKS, ()), so_what="").exclude(status=RiskStatus.CLOSED).exists():
        return False
    asked: Collection[int] = headers.get(MILESTONES, ())
    written = today_in(message.program, message.created_at) if message.program else message.created_at.date()
    still = Milestone.objects.filter(pk__in=asked, owner=message.person, status__in=OPEN_STATUSES)
    return not still.exclude(Q(said_on__gte=written) | Q(updated_on__gte=written)).exists()
