"""What is to be looked at again: when its day comes the owner is told, once for each day that was set."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from programs.actions.notices import DAILY, MORNING
from programs.models import Decision, DecisionStatus, Membership, Notice, NoticeKind, NoticeRole, Risk, RiskStatus
from programs.queries.snapshots import today_in
from programs.summaries.slots import Schedule, next_slot, zone

MOST = 500  # told in one round; the rest follows in the next


@dataclass(frozen=True, slots=True)
class Due:
    """One row whose day has come, and what it is called in `Notice.topic`: the same day is told once."""

    row: Any
    day: date
    what: str  # review, trigger

    @property
    def topic(self) -> str:
        """The row with its day."""
        return f"{self.what}:{self.row._meta.model_name}:{self.row.pk}:{self.day.isoformat()}"


@transaction.atomic(durable=True)
def remind(*, at: datetime) -> int:
    """Tell owners of risks whose review or trigger date has come, and of decisions whose expected values are to be looked at."""
    due = {one.topic: one for one in _due(at)}
    told = set(Notice.objects.filter(kind=NoticeKind.REVIEW, topic__in=due).values_list("topic", flat=True))
    rows = [_notice(one, at=at) for topic, one in sorted(due.items()) if topic not in told]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _due(at: datetime) -> list[Due]:
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
    seats = {(one.row.program_id, one.row.owner_id) for one in found}
    members = set(Membership.objects.filter(person__in={who for _, who in seats}).values_list("program_id", "person_id"))
    return [one for one in found if one.row.owner.is_admin or (one.row.program_id, one.row.owner_id) in members]


def _by_day(zone_name: str, at: datetime) -> datetime:
    """Now on a working day, else the next working morning where its reader is: a day begins at midnight, a reminder does not."""
    local = at.astimezone(zone(zone_name))
    if local.time() >= MORNING and local.isoweekday() in DAILY:
        return at
    return next_slot(Schedule.of(DAILY, MORNING, zone_name), at) or at


def _notice(one: Due, *, at: datetime) -> Notice:
    name = "risk" if isinstance(one.row, Risk) else "decision"
    return Notice(
        person=one.row.owner,
        kind=NoticeKind.REVIEW,
        role=NoticeRole.OWNER,
        program=one.row.program,
        topic=one.topic,
        facts={"due": one.day.isoformat(), "trigger": one.row.trigger if one.what == "trigger" else ""},
        created_at=at,
        due_at=_by_day(one.row.owner.time_zone, at),
        **{name: one.row},
    )
