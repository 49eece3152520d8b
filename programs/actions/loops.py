"""Would this link close a loop? One recursive query answers, on both databases, across all programs."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db import connection
from django.utils.translation import gettext as _

from programs.actions.errors import Refused
from programs.queries import access
from programs.queries.following import REACHED

if TYPE_CHECKING:
    from programs.models import Person

SHOWN = 8  # milestones of a loop that the message names

_GOAL = "SELECT 1 FROM reached WHERE id = %s LIMIT 1"
_STEPS = """
    SELECT link.before, link.after FROM reached JOIN active link ON link.before = reached.id
    UNION
    SELECT part.id, part.parent_id FROM reached JOIN programs_milestone part ON part.id = reached.id
     WHERE part.parent_id IS NOT NULL
"""


def loop_through(predecessor_id: int, successor_id: int) -> list[int] | None:
    """The loop that a link from predecessor to successor would close, in walking order; None when it closes none.

    It starts at the predecessor, goes on to the successor and from there by the shortest way; the last one named leads back
    to the first. The answer holds until the commit only under `revisions.hold_graph()`.
    """
    if predecessor_id == successor_id:
        return [predecessor_id]
    with connection.cursor() as cursor:
        cursor.execute(REACHED + _GOAL, [successor_id, predecessor_id])
        if cursor.fetchone() is None:
            return None
        cursor.execute(REACHED + _STEPS, [successor_id])
        following: dict[int, list[int]] = defaultdict(list)
        for before, after in cursor.fetchall():
            following[before].append(after)
    return [predecessor_id, *_shortest(following, successor_id, predecessor_id)[:-1]]


def refuse_loop(predecessor_id: int, successor_id: int, *, by: Person, field: str) -> None:
    """Raise `Refused` with the loop in words when a link would close one."""
    loop = loop_through(predecessor_id, successor_id)
    if loop is None:
        return
    words = _("This would close a loop: %(loop)s. Remove one of these dependencies first, or turn this one round.")
    raise Refused(words % {"loop": in_words(loop, by=by)}, field, "loop", {"loop": loop})


def in_words(loop: list[int], *, by: Person) -> str:
    """A loop by keys and names, the first eight, ending where it began. What this person may not see is not named."""
    visible = access.milestones_for(by).in_bulk(loop[:SHOWN])
    names = [str(visible[pk]) if pk in visible else _("a milestone you cannot see") for pk in loop[:SHOWN]]
    if len(loop) > SHOWN:
        names.append(_("%(count)d more") % {"count": len(loop) - SHOWN})
    return " → ".join([*names, names[0]])


def _shortest(following: dict[int, list[int]], start: int, goal: int) -> list[int]:
    """The shortest way from start to goal, both included (breadth first)."""
    came_from = {start: start}
    waiting = [start]
    for node in waiting:
        if node == goal:
            break
        for after in following[node]:
            if after not in came_from:
                came_from[after] = node
                waiting.append(after)
    way = [goal]
    while way[-1] != start:
        way.append(came_from[way[-1]])
    return way[::-1]
