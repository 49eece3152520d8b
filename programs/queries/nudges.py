"""Who may be asked for a word: people whose work has gone silent, what of it, and when they were last asked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from programs.flags.types import Thresholds
from programs.models import (
    OPEN_STATUSES,
    SCHEDULING_RELATIONS,
    Blocker,
    BlockerStatus,
    Dependency,
    Membership,
    Milestone,
    OutboxMessage,
    Person,
    Program,
    Risk,
    RiskStatus,
    Role,
)
from programs.queries import access
from programs.queries.prepared import prepared
from programs.queries.snapshots import today_in

KIND = "nudge"
AGAIN_AFTER = timedelta(days=7)  # between two nudges to one person, whoever sends them and about whichever program
REMINDER = "reminder"  # of the one kind word after a nudge or a new date that was not answered; stopped with nudges
NOTICES = "notices"  # in a reminder's `headers`: the new dates it speaks of
BLOCKERS, RISKS = "blockers", "risks"  # the same for a letter that asks what they mean
MILESTONES = "milestones"  # in a message's `headers`: what it asks about; no header of the mail
_ANSWERING = (Role.ENGINEER, Role.TPM)
_UNSENT = (OutboxMessage.State.CANCELLED, OutboxMessage.State.FAILED)


@dataclass(frozen=True, slots=True)
class Silent:
    """A person and the milestones they have said nothing of, the longest first, each with its days without a word."""

    person: Person
    milestones: tuple[tuple[Milestone, int], ...]
    waiting: Mapping[int, Milestone] = field(default_factory=dict)  # milestone -> what of the asker's waits for it


@dataclass(frozen=True, slots=True)
class Asking:
    """What one who waits for a milestone may do: ask its owner; else the day of a word, of a question, or of the next one."""

    ready: bool = False
    said: date | None = None  # today, or since its owner was last asked
    asked: date | None = None
    again: date | None = None  # its owner was asked within a week, about other work


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
    return (
        _answerable()
        .filter(program=program, status__in=OPEN_STATUSES, flags__rule="silent")
        .exclude(Q(said_on__gt=quiet_since) | Q(updated_on__gt=quiet_since))
        .select_related("owner", "timing", "program")
        .defer("description", "program__description")
        .order_by("-flags__params__days", "pk")
    )


def _answerable() -> QuerySet[Milestone]:
    """Milestones whose owner can answer: a member with a role for it, or an administrator, with an address."""
    answers = Membership.objects.filter(program=OuterRef("program"), person=OuterRef("owner"), role__in=_ANSWERING)
    return Milestone.objects.filter(Exists(answers) | Q(owner__is_admin=True), owner__is_active=True, owner__email__isnull=False)


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


def asking(milestones: Collection[int], *, at: datetime) -> dict[int, Asking]:
    """What may be asked of each of these, of those whose owner can answer. Two queries."""
    rows = _owned(milestones)
    if not rows:
        return {}
    last: dict[int | None, tuple[datetime, Collection[int]]] = {}
    sent = _lately({row.owner_id for row in rows if row.owner_id}, at=at)
    for person, when, headers in sent.values_list("person_id", "created_at", "headers"):
        last[person] = (when, headers.get(MILESTONES, ()))
    return {row.pk: _asking(row, last.get(row.owner_id), at) for row in rows}


@prepared
def _owned(milestones: Collection[int]) -> QuerySet[Milestone]:
    rows = _answerable().filter(pk__in=milestones).select_related("program")
    return rows.only("owner", "said_on", "updated_on", "program__time_zone")


def _asking(row: Milestone, last: tuple[datetime, Collection[int]] | None, at: datetime) -> Asking:
    when, about = last or (at, ())
    asked = today_in(row.program, when)
    word = max((day for day in (row.said_on, row.updated_on) if day), default=None)
    if word and word >= asked:
        return Asking(said=word)
    if last is None:
        return Asking(ready=True)
    return Asking(asked=asked) if row.pk in about else Asking(again=today_in(row.program, when + AGAIN_AFTER))


def awaited(milestone: Milestone, *, by: Person, at: datetime) -> Silent | None:
    """All that this person's own open work waits for of the same owner in its program. None when it does not wait for this."""
    if milestone.owner is None or milestone.owner == by:
        return None
    links = {link.predecessor_id: link for link in _waiting(milestone, by)}
    if milestone.pk not in links:
        return None
    today, open_to = today_in(milestone.program, at), asking(list(links), at=at)
    rows = [
        link.predecessor for link in links.values() if link.predecessor_id in open_to and not open_to[link.predecessor_id].said
    ]
    rows.sort(key=lambda row: (row != milestone, row.pk))
    waiting = {pk: link.successor for pk, link in links.items()}
    return Silent(milestone.owner, tuple((row, _days(row, today)) for row in rows), waiting)


def _waiting(milestone: Milestone, by: Person) -> QuerySet[Dependency]:
    """Active links from this owner's open work to open work of whoever asks, where they may answer for it themselves."""
    programs = access.programs_for(by)
    if not by.is_admin:
        programs = programs.filter(memberships__person=by, memberships__role__in=_ANSWERING)
    rows = Dependency.objects.filter(
        *(Q(set_aside="", relation__in=SCHEDULING_RELATIONS), Q(successor__owner=by, successor__status__in=OPEN_STATUSES)),
        predecessor__program=milestone.program_id,
        predecessor__owner=milestone.owner_id,
        predecessor__status__in=OPEN_STATUSES,
        successor__program__in=programs,
    )
    return rows.select_related("predecessor__timing", "successor").order_by("-pk")


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
