"""A plan written as the work of a person: rows without a source, each with its note, and a run that can be undone."""

from __future__ import annotations

from datetime import datetime

from programs.actions import events, revisions
from programs.actions.importing.writer import Writer
from programs.actions.imports import refresh_statistics
from programs.intake import report
from programs.intake.wants import Existing, Plan
from programs.models import ImportRun, Person


def write(plan: Plan, existing: Existing, *, by: Person, at: datetime, revision: int, title: str) -> ImportRun:
    """Write everything, under the lock of the graph whose `revision` this is."""
    undo = Writer(plan, existing, by=by, reach=by, at=at, batch=events.new_batch(), by_hand=True).write()
    revisions.moved(*undo.programs)
    refresh_statistics()
    return ImportRun.objects.create(
        by=by,
        at=at,
        applied_at=at,
        state=ImportRun.State.APPLIED,
        title=title[:300],
        report=report.summary(plan),
        undo=undo.as_dict(),
        graph_revision=revision,
        done=plan.rows,
        total=plan.rows,
    )
