"""Whether somebody waits for help with a milestone, since when, and who was told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from programs.models import Notice, NoticeKind, NoticeRole, Person

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from programs.models import Milestone

ASKED, ANSWERED, OVER = "milestone.help", "milestone.helped", "milestone.help_over"
WORDS = frozenset({ASKED, ANSWERED, OVER})  # they move no date
LEADING = (NoticeRole.LEAD, NoticeRole.PLANNER)


@dataclass(frozen=True, slots=True)
class Call:
    """A call for help that stands: who asks, since when, and whom it was told."""

    at: datetime
    by: Person | None
    told: tuple[Person, ...]

    @property
    def names(self) -> str:
        """Whom it was told."""
        return ", ".join(person.name for person in self.told)


def calls(milestones: Iterable[Milestone]) -> dict[int, Call]:
    """The calls that stand, by milestone. Two queries where there are any, none otherwise."""
    called = {row.pk: row for row in milestones if row.help_at is not None and row.is_open}
    if not called:
        return {}
    askers = Person.objects.in_bulk({row.help_by_id for row in called.values() if row.help_by_id})
    notices = Notice.objects.filter(kind=NoticeKind.HELP, role__in=LEADING, milestone__in=called)
    told: dict[int, dict[int, Person]] = {pk: {} for pk in called}
    for notice in notices.exclude(state=Notice.State.CANCELLED).select_related("person").order_by("pk"):
        row = called[notice.milestone_id or 0]
        if row.help_at is not None and notice.created_at >= row.help_at:
            told[row.pk][notice.person_id] = notice.person
    return {
        pk: Call(row.help_at, askers.get(row.help_by_id or 0), tuple(told[pk].values()))
        for pk, row in called.items()
        if row.help_at is not None
    }
