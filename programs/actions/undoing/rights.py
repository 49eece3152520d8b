"""Who may take a change back: whoever made it while they still may make it, and whoever plans the programs it touched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.http import Http404

from programs.models import Step
from programs.queries import access

if TYPE_CHECKING:
    from collections.abc import Iterable

    from programs.models import Person, Program
    from programs.queries.access import May

# What engineers may say: these columns, and whole rows of these tables.
SPOKEN = {
    "milestone": {
        *("status", "status_raw", "said", "said_on", "updated_on", "percent_done", "actual_date", "expected_date"),
        *("help_at", "help_by_id"),
    },
    "workstream": {"declared_health", "declared_health_raw"},
    "program": {"declared_health", "declared_health_raw"},
}
WORDS = frozenset({"blocker", "statusupdate"})
MANAGED = frozenset({"program", "membership", "calendarexception", "team", "teammember"})
LINKS = "dependency"  # who may link is asked of each link by itself
_ORDER: tuple[May, ...] = ("view", "update", "plan", "manage")


def require(steps: Iterable[Step], programs: Iterable[Program], *, by: Person, own: bool) -> None:
    """Raise 404 to strangers of any program the change touched, 403 to who may not make the reverse change."""
    needed: May = max(("update" if own else "plan", *(_needed(step) for step in steps)), key=_ORDER.index)
    touched = list(programs)
    if not touched and not own:
        raise Http404
    for program in touched:
        role = access.role_even_if_deleted(program, by)
        if role is None:
            raise Http404
        if not access.allows(role, needed):
            raise PermissionDenied


def _needed(step: Step) -> May:
    if step.table in WORDS or step.table == LINKS or step.act == Step.Act.UNTIED:
        return "update"
    if step.act == Step.Act.CHANGED and set(step.now) <= SPOKEN.get(step.table, set()):
        return "update"
    return "manage" if step.table in MANAGED else "plan"
