"""The what-if draft that comes with the demo: two ideas that together bring its cutover back to the target."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from programs.actions.drafting import changes, drafts
from programs.models import Dependency, Milestone

if TYPE_CHECKING:
    from datetime import datetime

    from programs.models import PlanDraft, Program

NAME = "Interim letter and a faster rehearsal"


def begin(program: Program, *, at: datetime) -> PlanDraft | None:
    """Card routing stops waiting for the attestation, and the second rehearsal takes 20 days; shared with the program."""
    assert program.owner is not None
    rows = {row.name: row for row in Milestone.objects.filter(program=program).select_related("program")}
    issued, routing = rows.get("PCI DSS attestation issued"), rows.get("Card routing live at 1%")
    decision, rehearsal = rows.get("Go / no-go decision"), rows.get("Rehearsal 2: full volume")
    if not issued or not routing or not decision or not rehearsal:
        return None
    waits = Dependency.objects.select_related("predecessor", "successor").get(predecessor=issued, successor=routing)
    by = program.owner
    made = drafts.begin(
        program=program,
        name=NAME,
        by=by,
        at=at,
        changes=[
            changes.unlink(dependency=waits),
            changes.link(predecessor=issued, successor=decision, type="FS", lag_days=Decimal(0), by=by),
            changes.work(milestone=rehearsal, days=Decimal(20), before=(), by=by, at=at),
        ],
    )
    return drafts.share(draft=made, on=True, by=by, at=at)
