"""What follows a milestone, and in which workstreams: where a slip of it is felt."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection

from programs.models import OPEN_STATUSES

if TYPE_CHECKING:
    from programs.models import Milestone
    from programs.queries.withheld import Sight

# One step goes along an active scheduling link (arm 0) or from a part to its whole (arm 1). UNION, not UNION ALL: each
# milestone is visited once, so the query ends in a loop that is already there, and 2^30 paths cost no more than their links.
REACHED = """
    WITH RECURSIVE arms(arm) AS (SELECT 0 UNION ALL SELECT 1),
    active(before, after) AS (
        SELECT predecessor_id, successor_id FROM programs_dependency WHERE set_aside = '' AND relation IN ('requires', 'blocks')
    ),
    reached(id) AS (
        SELECT CAST(%s AS BIGINT)
        UNION
        SELECT COALESCE(link.after, part.parent_id)
          FROM reached
          JOIN arms ON 1 = 1
          LEFT JOIN active link ON arm = 0 AND link.before = reached.id
          LEFT JOIN programs_milestone part ON arm = 1 AND part.id = reached.id
         WHERE COALESCE(link.after, part.parent_id) IS NOT NULL
    )
"""
_LANES = """
    SELECT program.id, program.name, lane.name, COUNT(*)
      FROM reached
      JOIN programs_milestone item ON item.id = reached.id
      JOIN programs_program program ON program.id = item.program_id
      LEFT JOIN programs_workstream lane ON lane.id = item.workstream_id
     WHERE item.id <> %s AND item.status IN %s
     GROUP BY program.id, program.name, lane.id, lane.name, lane.position
     ORDER BY lane.position, lane.id
"""


@dataclass(frozen=True, slots=True)
class Lane:
    """A workstream of the same program, or another program, and how many open milestones there follow. No name: in none."""

    name: str
    count: int


def lanes_after(milestone: Milestone, sight: Sight) -> list[Lane]:
    """Workstreams in their order, then other programs as far as this reader may see them. One query."""
    states = sorted(OPEN_STATUSES)
    with connection.cursor() as cursor:
        places = "(" + ", ".join(["%s"] * len(states)) + ")"
        cursor.execute(REACHED + _LANES.replace("IN %s", f"IN {places}"), [milestone.pk, milestone.pk, *states])
        rows = cursor.fetchall()
    here = [Lane(lane or "", count) for program, _name, lane, count in rows if program == milestone.program_id]
    others: Counter[str] = Counter()
    for program, name, _lane, count in rows:
        if program != milestone.program_id and sight.sees(program):
            others[name] += count
    return here + [Lane(name, count) for name, count in others.items()]
