"""Bring stored answers up to date: read the network, analyse it, raise flags, store what changed.

The revision is read first and written last, conditionally: of two recomputes at once the older one never
overwrites the newer. Running it twice, late or in parallel is safe.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.db import transaction

from programs.actions import packing, remembering, results, shifts, touches
from programs.flags.health import Health, program_health, workstream_health
from programs.flags.types import Scene
from programs.graph.analyse import report
from programs.graph.solution import Solution, solve
from programs.graph.types import Analysis
from programs.models import Analysis as StoredAnalysis
from programs.models import Program, Workstream
from programs.queries import chances, statements
from programs.queries.freshness import stale_programs
from programs.queries.scenes import scenes
from programs.queries.snapshots import Network, cluster, network, today_in


def recompute(*, program_id: int, at: datetime, force: bool = False, group: set[int] | None = None) -> bool:
    """Analyse the program with everything it hangs together with (`group`); False when there was nothing to do."""
    if not force and program_id not in set(stale_programs(at=at)):
        return False
    program = Program.objects.filter(pk=program_id).first()
    if program is None:
        return False
    whole = look(program, group or cluster([program_id]), at=at)
    return store(whole.net, whole.analysis, whole.stage, at=at)


@dataclass(frozen=True)
class Whole:
    """A network read, solved and told, and the scenes its flags were raised from."""

    net: Network
    solution: Solution
    analysis: Analysis
    stage: dict[int, Scene]


def look(program: Program, group: set[int], *, at: datetime) -> Whole:
    """Read and analyse a program with everything it hangs together with. Nothing is stored."""
    net = network(group, as_of=today_in(program, at))
    solution = solve(net.snapshot)
    analysis = report(solution)
    return Whole(net, solution, analysis, scenes(net, analysis))


def recompute_stale(*, at: datetime) -> int:
    """The sweep: repair whatever the queue lost. Returns how many programs were behind."""
    behind = stale_programs(at=at)
    left = set(behind)
    while left:
        program_id = min(left)
        group = cluster([program_id])
        recompute(program_id=program_id, at=at, force=True)
        left -= group
    return len(behind)


@transaction.atomic(durable=True)
def store(net: Network, analysis: Analysis, stage: dict[int, Scene], *, at: datetime, patience: float | None = None) -> bool:
    """Write the answers of every program whose stored one is not newer: one transaction, waiting `patience` seconds at most."""
    statements.wait_at_most(patience)
    before = StoredAnalysis.objects.filter(program__in=net.programs).in_bulk()
    fresh = [pk for pk in net.programs if _claim(pk, net.revisions[pk])]
    if not fresh:
        return False
    remembering.close([before[pk] for pk in fresh if pk in before], analysis.as_of)
    batch = uuid4()
    lanes: dict[int, list[int]] = {pk: [] for pk in net.programs}
    for lane, owner in Workstream.objects.filter(program__in=fresh).values_list("pk", "program_id"):
        lanes[owner].append(lane)
    moved, wrote = results.save_timings(net, analysis, stage, programs=fresh)
    known = {pk: one.revision for pk, one in before.items()}
    shifts.record(moved, stage, known, {pk: net.revisions[pk] for pk in fresh}, at=at)
    raised = results.save_flags(analysis, stage, programs=fresh)
    for pk, scene in chances.judging({pk: stage[pk] for pk in fresh}, net.programs).items():
        program = net.programs[pk]
        health = program_health(scene, target=program.target_date, ended=program.ended)
        streams: dict[int, Health] = {lane: workstream_health(scene, lane) for lane in lanes[pk]}
        counts = results.count(scene)
        results.save_analysis(program, scene, health, streams, counts, revision=net.revisions[pk], at=at, batch=batch)
        remembering.remember(program, scene, health, counts, raised[pk])
        touches.answered(pk, net.revisions[pk], wrote)
    if len(fresh) == len(net.programs):
        packing.keep(net, stage)
    return True


def _claim(program_id: int, revision: int) -> bool:
    """Whether this answer may be stored: nobody stored one for a later revision."""
    return bool(Program.objects.filter(pk=program_id, analysed_revision__lte=revision).update(analysed_revision=revision))
