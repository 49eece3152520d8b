"""Health goes by how sure the dates are, so it is judged again when the simulated runs are in."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import uuid4

from programs.actions import results
from programs.flags.health import program_health, workstream_health
from programs.graph.types import Analysis, FrameResult, Timing
from programs.models import Analysis as StoredAnalysis
from programs.models import DailyAnalysis, Program
from programs.models import Timing as StoredTiming
from programs.queries import chances
from programs.queries.scenes import scenes
from programs.queries.snapshots import Network

_TIMING = ("milestone_id", "early_start", "forecast", "needed_by", "critical")


def judge(net: Network, programs: Collection[int], *, at: datetime) -> None:
    """Write the health of these programs and their workstreams where the runs say otherwise. Inside the caller's transaction.

    An answer of another revision is left alone: a newer one has read these runs itself or is to be simulated yet.
    """
    list(Program.objects.select_for_update(no_key=True).filter(pk__in=programs).order_by("pk"))  # nobody answers beside
    stored = StoredAnalysis.objects.filter(program__in=programs).in_bulk()
    stored = {pk: row for pk, row in stored.items() if row.revision == net.revisions[pk]}
    rows = StoredTiming.objects.filter(program__in=stored).values_list(*_TIMING)
    timings = {pk: _timing(pk, start, finish, needed, critical) for pk, start, finish, needed, critical in rows}
    frames = {pk: FrameResult(pk, row.finish, row.finish_milestone_id, row.days_late) for pk, row in stored.items()}
    stage = scenes(net, Analysis(net.snapshot.as_of, timings, frames)) if stored else {}
    for pk, scene in chances.judging({pk: stage[pk] for pk in stored}, net.programs).items():
        program, row = net.programs[pk], stored[pk]
        health = program_health(scene, target=program.target_date, ended=program.ended)
        lanes = {key: results.lane(workstream_health(scene, int(key)), scene.owed.get(int(key))) for key in row.workstreams}
        _put(row, {"health": health.value, "health_why": results.why(health.why), "workstreams": lanes}, program, at=at)


def _timing(pk: int, start: Any, finish: Any, needed: Any, critical: bool) -> Timing:
    return Timing(pk, start, finish, None, None, None, None, needed, critical=critical)


def _put(row: StoredAnalysis, now: dict[str, Any], program: Program, *, at: datetime) -> None:
    if all(getattr(row, name) == value for name, value in now.items()):
        return
    StoredAnalysis.objects.filter(pk=row.pk).update(**now, computed_at=at)
    DailyAnalysis.objects.filter(program=program, day=row.as_of).update(health=now["health"])
    before = {"finish": row.finish, "health": row.health}
    results.note_moves(program, before, row.finish, now["health"], at=at, batch=uuid4())
