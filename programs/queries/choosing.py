"""What each side of a conflict does to the finish: the network is tried with one value and with the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from programs.graph.analyse import analyse
from programs.graph.types import Constraint, Snapshot
from programs.graph.whatif import Edit, tried
from programs.models import Blocker, Milestone
from programs.queries.snapshots import cluster, network, today_in

MOST = 1_500  # milestones of a network that is tried while somebody waits
MOST_TRIES = 8
_MOVES = {  # what moves dates, and what the engine calls it
    "start_date": "start",
    "expected_date": "expected",
    "actual_date": "actual",
    "target_date": "target",
    "duration_days": "duration",
    "remaining_days": "remaining",
    "constraint": "constraint",
    "constraint_date": "constraint_date",
}
CLEARS = "expected_clear"


def finishes(row: Any, sides: Mapping[str, tuple[Any, Any]], *, at: datetime) -> dict[str, tuple[date | None, date | None]]:
    """The finish with (theirs, yours) for each field that may move it; nothing for one that cannot, or where that takes long."""
    wanted = {name: pair for name, pair in sides.items() if _tries(row, name)}
    if not wanted or len(wanted) * 2 > MOST_TRIES:
        return {}
    group = cluster([row.program_id])
    if Milestone.objects.filter(program__in=group).count() > MOST:
        return {}
    plan = network(group, as_of=today_in(row.program, at)).snapshot
    found = {}
    for name, values in wanted.items():
        theirs, yours = (analyse(_with(plan, row, name, value)).frames[row.program_id].finish for value in values)
        found[name] = (theirs, yours)
    return found


def _tries(row: Any, name: str) -> bool:
    return (isinstance(row, Milestone) and name in _MOVES) or (isinstance(row, Blocker) and name == CLEARS)


def _with(plan: Snapshot, row: Any, name: str, value: Any) -> Snapshot:
    if name == CLEARS:
        moved = tuple(replace(one, clear=value) if one.id == row.pk else one for one in plan.obstacles)
        return replace(plan, obstacles=moved)
    if isinstance(value, Decimal):
        value = float(value)
    return tried(plan, [Edit(row.pk, ((_MOVES[name], Constraint(value) if name == "constraint" else value),))])
