"""What narrows a map or a timeline down: one chip each for workstream, owner and status."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from programs.web import marks
from programs.web.filters import Chip
from programs.web.map_choice import state

if TYPE_CHECKING:
    from programs.queries.map import Plan
    from programs.web.map_asked import Asked
    from programs.web.timeline_asked import Asked as TimelineAsked


def chips(plan: Plan, asked: Asked | TimelineAsked) -> list[Chip]:
    """Workstream, owner and status: a dashed choice, or what is chosen with a way to take it off."""
    nodes = [node for node in plan.nodes.values() if not node.withheld]
    owners = sorted({(node.owner, str(node.owner_id)) for node in nodes if node.owner_id and not node.program})
    states = sorted({state(node) for node in nodes if node.is_open}, key=list(marks.STATES).index)
    choices = {
        "ws": (_("Workstream"), tuple(plan.lanes)),
        "owner": (_("Owner"), (*((pk, name) for name, pk in owners), ("none", _("Nobody yet")))),
        "status": (_("Status"), tuple((value, marks.label(value)) for value in states)),
    }
    found = []
    for name, (label, options) in choices.items():
        value = getattr(asked, name)
        clear = asked.url(**{name: ""}) if value else ""
        found.append(Chip(name, label, value, dict(options).get(value, value), clear, options))
    return found
