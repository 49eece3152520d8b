"""One milestone's date explained in full: what its page keeps of it, and what only the solved network can tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from programs.graph.explain import explain
from programs.models import OPEN_STATUSES, Milestone
from programs.queries.solved import solved

if TYPE_CHECKING:
    from datetime import date

    from programs.graph.types import Snapshot, Why
    from programs.queries.withheld import Reason, Sight

MOST_TARGETS = 5  # milestones with a target of their own that it is measured to, the nearest first


@dataclass(frozen=True, slots=True)
class Explained:
    """Reasons as the tables keep them; empty where there is nothing to say.

    `without`: where it would stand if what decides its start now were gone. `change`: what makes it critical; for critical
    work, what saving time there wins and who decides the finish then. `towards`: why it is or is not critical to others' targets.
    """

    start: Reason
    critical: Reason
    without: Reason
    change: Reason
    towards: tuple[tuple[Milestone, Reason], ...] = ()


def explained(milestone: Milestone, sight: Sight, *, as_of: date) -> Explained | None:
    """Explain it to this reader; None when it takes no part in dates. Solves the network it belongs to."""
    kept, _programs = solved(milestone.program, as_of=as_of)
    aims = targets(milestone)
    found = reasons(kept.net.snapshot, milestone.pk, tuple(aims))
    if found is None:
        return None
    start, critical, without, change, *towards = sight.reasons(*found)
    measured = zip(aims.values(), towards, strict=True)
    return Explained(start, critical, without, change, tuple(pair for pair in measured if pair[1]))


def targets(milestone: Milestone) -> dict[int, Milestone]:
    """Other open milestones of its program that promise a date."""
    rows = Milestone.objects.filter(program=milestone.program_id, status__in=OPEN_STATUSES, target_date__isnull=False)
    return {row.pk: row for row in rows.exclude(pk=milestone.pk).order_by("target_date", "pk")[:MOST_TARGETS]}


def reasons(plan: Snapshot, milestone: int, aims: tuple[int, ...]) -> list[Reason] | None:
    """Start, critical, without, change, then one for each aim, as plain data; empty for an aim that does not wait for it."""
    known = {activity.id for activity in plan.activities}
    if milestone not in known:
        return None
    found = explain(plan, milestone, tuple(aim for aim in aims if aim in known))
    measured = [found.targets.get(aim) for aim in aims]
    towards = [None if why and why.code == "not_before" else why for why in measured]
    return [_plain(why) for why in (found.start, found.critical, found.without, found.change, *towards)]


def _plain(why: Why | None) -> dict[str, Any]:
    return {"code": why.code, "params": why.params} if why else {}
