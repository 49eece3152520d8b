"""How many questions stand open on a person's My work: the number every page carries beside it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from django.db.models import Max, OuterRef, Q, Subquery

from programs.models import (
    OPEN_STATUSES,
    Analysis,
    Blocker,
    BlockerStatus,
    Event,
    Membership,
    Milestone,
    Role,
)
from programs.queries.my_work_asks import WORKING, blocker_needs_answer, milestone_needs_answer
from programs.queries.prepared import prepared
from programs.queries.snapshots import today_in

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from programs.models import Person

Row = TypeVar("Row", Blocker, Milestone)
MOST = 50  # as many as My work asks of each kind
_PROGRAM = ("program__thresholds", "program__time_zone")


def asked(person: Person, *, at: datetime) -> int:
    """The same number as My work's own, from what little decides it: two queries, three with open blockers to clear."""
    blockers = _blockers(person.pk, person.is_admin)
    costs = _costs(blockers)
    open_blockers = sum(
        blocker_needs_answer(
            row,
            today_in(row.program, row.last_word) if row.last_word else row.raised_on,  # type: ignore[attr-defined]
            today_in(row.program, at),
            adds=costs.get(row.pk, 0.0),
        )
        for row in blockers
    )
    covered = {row.milestone_id for row in blockers}
    mine = [row for row in _milestones(person.pk, person.is_admin) if row.pk not in covered]
    open_milestones = sum(milestone_needs_answer(row, today_in(row.program, at)) for row in mine)
    return min(open_blockers, MOST) + min(open_milestones, MOST)


@prepared
def _blockers(person: int, admin: bool) -> QuerySet[Blocker]:
    last = Event.objects.filter(subject_type="blocker", subject_id=OuterRef("pk")).order_by().values("subject_id")
    rows = _where_answered(person, admin, Blocker.objects.filter(owner=person, status=BlockerStatus.OPEN))
    rows = rows.annotate(last_word=Subquery(last.annotate(last=Max("at")).values("last")))
    return rows.select_related("program").only("raised_on", "expected_clear", "milestone", *_PROGRAM).order_by("pk")[:200]


@prepared
def _milestones(person: int, admin: bool) -> QuerySet[Milestone]:
    """Open ones that could be asked about at all: in work, or with a date that may have passed."""
    rows = _where_answered(person, admin, Milestone.objects.filter(owner=person, status__in=OPEN_STATUSES))
    rows = rows.filter(Q(status__in=WORKING) | Q(expected_date__isnull=False) | Q(target_date__isnull=False))
    wanted = ("status", "said_on", "updated_on", "start_date", "expected_date", "target_date")
    return rows.select_related("program").only(*wanted, *_PROGRAM).order_by("pk")[:500]


def _where_answered(person: int, admin: bool, rows: QuerySet[Row]) -> QuerySet[Row]:
    """Only in programs where this person may answer; leaders read."""
    if admin:
        return rows
    workplaces = Membership.objects.filter(person=person, role__in=[Role.ENGINEER, Role.TPM])
    return rows.filter(program__in=workplaces.values("program"))


def _costs(blockers: list[Blocker]) -> dict[int, float]:
    """Working days each adds, by the stored analyses of their programs. No query without blockers."""
    if not blockers:
        return {}
    found = Analysis.objects.filter(program__in={row.program_id for row in blockers}).values_list("blockers", flat=True)
    return {cost["id"]: cost.get("days_added") or 0.0 for costs in found for cost in costs}
