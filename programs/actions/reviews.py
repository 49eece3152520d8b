"""What a day was set for: owners are told when a review or trigger day comes, deciders when a decision falls due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from programs.actions.notices import DAILY, MORNING
from programs.models import Decision, DecisionStatus, Membership, Notice, NoticeKind, NoticeRole, Person, Risk, RiskStatus
from programs.queries.snapshots import today_in
from programs.summaries.slots import Schedule, next_slot, zone

MOST = 500  # told in one round; the rest follows in the next
_WEEKEND = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Due:
    """One row whose day has come, and what it is called in `Notice.topic`: the same day is told once."""

    row: Any
    day: date
    what: str  # review, trigger; soon, due

    @property
    def decides(self) -> bool:
        """Whether it is told to who decides, not to who owns it."""
        return self.what in {"soon", "due"}

    @property
    def reader(self) -> Person:
        """Who is told."""
        found: Person = self.row.decider if self.decides else self.row.owner
        return found

    @property
    def topic(self) -> str:
        """The row with its day."""
        return f"{self.what}:{self.row._meta.model_name}:{self.row.pk}:{self.day.isoformat()}"


@transaction.atomic(durable=True)
def remind(*, at: datetime) -> int:
    """Tell owners of risks whose review or trigger date has come, and of decisions whose expected values are to be looked at.

    Who decides is told the working day before a decision is due, and on the day itself while it is open.
    """
    due = {one.topic: one for one in _members([*_reviews(at), *_falling_due(at)])}
    kinds = (NoticeKind.REVIEW, NoticeKind.DUE)
    told = set(Notice.objects.filter(kind__in=kinds, topic__in=due).values_list("topic", "person"))
    fresh = [one for topic, one in sorted(due.items()) if (topic, one.reader.pk) not in told]
    rows = [row for row in (_notice(one, at=at) for one in fresh) if row is not None]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _reviews(at: datetime) -> list[Due]:
    tomorrow = at.date() + timedelta(days=1)  # somewhere it is that day already; which day it is there is asked below
    reachable = Q(owner__is_active=True, owner__email__isnull=False)
    dated = Q(review_on__lte=tomorrow) | Q(trigger_on__lte=tomorrow)
    risks = Risk.objects.filter(reachable, dated, program__deleted_at=None).exclude(status=RiskStatus.CLOSED)
    looked = Decision.objects.filter(reachable, review_on__lte=tomorrow, program__deleted_at=None, status=DecisionStatus.DECIDED)
    found = []
    rows: list[Any] = [*risks.select_related("program", "owner")[:MOST], *looked.select_related("program", "owner")[:MOST]]
    for row in rows:
        today = today_in(row.program, at)
        days = {"review": row.review_on, "trigger": getattr(row, "trigger_on", None)}
        found += [Due(row, day, what) for what, day in days.items() if day is not None and day <= today]
    return found


def _falling_due(at: datetime) -> list[Due]:
    """Open decisions on the working day before they are due, and from their day on."""
    ahead = at.date() + _WEEKEND + timedelta(days=2)
    rows = Decision.objects.filter(decider__is_active=True, decider__email__isnull=False, due_on__lte=ahead)
    rows = rows.filter(program__deleted_at=None, status=DecisionStatus.OPEN).select_related("program", "decider")
    found = []
    for row in rows.order_by("-due_on", "pk")[:MOST]:
        today = today_in(row.program, at)
        assert row.due_on is not None
        if row.due_on <= today:
            found.append(Due(row, row.due_on, "due"))
        elif _working_day_before(row.due_on) <= today:
            found.append(Due(row, row.due_on, "soon"))
    return found


def _working_day_before(day: date) -> date:
    """A reminder leaves on no weekend, so the eve of a Monday is Friday."""
    before = day - timedelta(days=1)
    while before.isoweekday() not in DAILY:
        before -= timedelta(days=1)
    return before


def _members(found: list[Due]) -> list[Due]:
    """Those whose reader may still see the program."""
    seats = {(one.row.program_id, one.reader.pk) for one in found}
    members = set(Membership.objects.filter(person__in={who for _, who in seats}).values_list("program_id", "person_id"))
    return [one for one in found if one.reader.is_admin or (one.row.program_id, one.reader.pk) in members]


def _by_day(zone_name: str, at: datetime) -> datetime:
    """Now on a working day, else the next working morning where its reader is: a day begins at midnight, a reminder does not."""
    local = at.astimezone(zone(zone_name))
    if local.time() >= MORNING and local.isoweekday() in DAILY:
        return at
    return next_slot(Schedule.of(DAILY, MORNING, zone_name), at) or at


def _notice(one: Due, *, at: datetime) -> Notice | None:
    """What its reader is told; nothing when "tomorrow" could only be said on the day itself."""
    name = "risk" if isinstance(one.row, Risk) else "decision"
    moment = _by_day(one.reader.time_zone, at)
    if one.what == "soon" and moment.astimezone(zone(one.reader.time_zone)).date() >= one.day:
        return None
    trigger = one.row.trigger if one.what == "trigger" else ""
    return Notice(
        person=one.reader,
        kind=NoticeKind.DUE if one.decides else NoticeKind.REVIEW,
        role=NoticeRole.DECIDER if one.decides else NoticeRole.OWNER,
        program=one.row.program,
        topic=one.topic,
        facts={"due": one.day.isoformat()} | ({} if one.decides else {"trigger": trigger}),
        created_at=at,
        due_at=moment,
        **{name: one.row},
    )
