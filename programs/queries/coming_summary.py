"""The coming summary of a program as it stands now: what its readers would get, and what somebody may write above it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from programs.models import Audience, Opening, Person, Program, Subscription
from programs.queries import summaries
from programs.summaries import facts, openings, slots
from programs.summaries.write import lead_of, program_summary

if TYPE_CHECKING:
    from programs.summaries.summary import Summary


@dataclass(frozen=True, slots=True)
class Coming:
    """The page: what would go out without a hand, the draft as it stands, who gets it and when."""

    row: Opening
    computed: str
    summary: Summary
    fact: facts.Program
    next_at: datetime | None
    readers: int
    changed: tuple[str, ...] = ()  # facts that are other than when the paragraph was written


def coming(program: Program, *, by: Person, at: datetime) -> Coming:
    """The draft of the coming summary as a leader would read it. Say in which language with `words.spoken`."""
    due = Subscription.objects.filter(program=program, active=True, next_at__gt=at, person__is_active=True).order_by("next_at")
    first = due.first()
    zone = slots.zone(program.time_zone)
    today = (first.next_at if first and first.next_at else at).astimezone(zone).date()
    reader = facts.Reader(
        name=by.name,
        audience=Audience.LEADER,
        today=today,
        now=at,
        zone=program.time_zone,
        weekdays=frozenset({today.isoweekday()}),
        preview=True,
    )
    (fact,) = summaries.read([program], person=by, reader=reader, stored=first.last_seen if first else {})
    row = Opening.objects.filter(program=program).select_related("author").first() or Opening(program=program)
    if row.until is None or row.until <= at:
        row.text = ""
    return Coming(
        row=row,
        computed=lead_of(fact, today),
        summary=program_summary(reader, fact),
        fact=fact,
        next_at=first.next_at if first else None,
        readers=due.values("person").distinct().count(),
        changed=tuple(openings.changes(fact, today)),
    )


def known(fact: facts.Program) -> dict[str, Any]:
    """What is kept of the moment a paragraph was written."""
    return {
        "finish": fact.finish.isoformat() if fact.finish else "",
        "target": fact.target.isoformat() if fact.target else "",
        "health": fact.health,
        "blockers": [blocker.key for blocker in fact.blockers if blocker.days_added >= 0.05],
    }
