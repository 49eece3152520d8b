"""The table of the map as CSV: the same rows in the same order, all of them, with nothing a spreadsheet would run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from programs.queries import map as maps
from programs.queries.snapshots import today_in
from programs.web import map_cards, map_table, marks, respond
from programs.web.map_asked import of_map
from programs.web.map_choice import Choice, choose, state

if TYPE_CHECKING:
    from programs.queries.map import Node
    from programs.web.posting import PersonRequest

COLUMNS = ("key", "milestone", "workstream", "status", "date", "float", "critical", "waits_for", "feeds")


@require_safe
def file(request: PersonRequest, slug: str) -> HttpResponse:
    """What the same address shows as a table."""
    asked = of_map(request.GET)
    plan = maps.plan(slug, by=request.user, fragile=asked.show == "fragile")
    choice = choose(plan, asked)
    name = f"{slug}-map-{today_in(plan.program, timezone.now()).isoformat()}"
    return respond.table(name, [COLUMNS, *(_cells(choice, node) for node in map_table.ordered(choice))])


def _cells(choice: Choice, node: Node) -> list[Any]:
    known, plan = not node.withheld, choice.plan
    room = node.total_float if known and node.is_open and node.total_float is not None else ""
    return [
        node.key,
        node.name,
        node.program or map_cards.lane_name(choice, node.lane),
        marks.label(state(node)) if known else "",
        node.day.isoformat() if known and node.day else "",
        f"{room:g}" if room != "" else "",
        "yes" if node.shown_critical else "",
        *(
            "; ".join(plan.nodes[one].key or plan.nodes[one].name for one in ends.get(node.id, ()))
            for ends in (plan.before, plan.after)
        ),
    ]
