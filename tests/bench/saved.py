"""From a save to its flags, on a real database, beside the plain design: `python -m tests.bench.saved 3000`.

Runs in a process of its own (`tests.bench.goals.saved` starts it for each database) and prints one line of JSON: medians of
seconds of what was done in turns; the plain design has a twin of the program. Seconds are processor time of the thread and, on
PostgreSQL, of the server's process that works for it, so that a busy machine changes little. The last act compares everything
stored with a new analysis of the whole.
"""

# ruff: noqa: E402 - Django must be set up before its models are imported
from __future__ import annotations

import json
import os
import statistics
import sys
import time
from datetime import timedelta
from pathlib import Path
from random import Random

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

import networkx as nx
from django.db import connection, transaction

from programs.actions import analysis, answering, blockers, milestones, plans
from programs.models import Analysis, Blocker, Dependency, Event, Flag, Milestone, Person, Program, Timing, Workstream
from programs.queries.snapshots import cluster
from tests import cast
from tests.bench import judge, networks
from tests.bench.ground import ground

AT = cast.NINE
KINDS = ("FS", "SS", "FF", "SF")
PLAIN = ("early_start", "forecast", "late_start", "late_finish", "total_float", "critical")


def load(n: int, name: str) -> tuple[Program, list[int]]:
    """One program of n milestones, twice as many links and a blocker on every fiftieth; returns the ids of the milestones."""
    network, rng = networks.plain(n), Random(n)
    tess = Person.objects.filter(name="Tess").first() or cast.person("Tess")
    program = cast.program(name, tpm=tess, target_date=cast.MONDAY + timedelta(days=500))
    lanes = [Workstream(program=program, key=f"W{x}", name=f"Stream {x}") for x in range(max(4, n // 300))]
    lanes = Workstream.objects.bulk_create(lanes)
    rows = [
        Milestone(
            program=program,
            key=f"K-{i}",
            name=f"Milestone {i}",
            duration_days=int(work) // networks.DAY,
            workstream=lanes[i % len(lanes)],
        )
        for i, work in enumerate(network.work)
    ]
    ids = [row.pk for row in Milestone.objects.bulk_create(rows, batch_size=400)]
    links = zip(network.src.tolist(), network.dst.tolist(), network.kind.tolist(), network.lag.tolist(), strict=True)
    Dependency.objects.bulk_create(
        [
            Dependency(predecessor_id=ids[a], successor_id=ids[b], type=KINDS[k], lag_days=lag // networks.DAY)
            for a, b, k, lag in links
        ],
        batch_size=400,
    )
    for number, i in enumerate(rng.sample(range(n), n // 50)):
        Milestone.objects.filter(pk=ids[i]).update(status="blocked")
        Blocker.objects.create(
            program=program,
            milestone_id=ids[i],
            number=number + 1,
            title="Stuck",
            expected_clear=cast.MONDAY + timedelta(days=rng.randint(1, 40)),
            raised_on=cast.MONDAY,
        )
    Program.objects.filter(pk=program.pk).update(next_number=n)
    return program, ids


def plain_design(program: Program, pk: int) -> None:
    """What a first version would do: save, load every instance, build a networkx graph, pass, `bulk_update` every row.

    It has a program of its own, since its answers are not ours.
    """
    with transaction.atomic():
        row = Milestone.objects.get(pk=pk)
        row.duration_days += 1
        row.save()
    rows = list(Milestone.objects.filter(program=program).select_related("timing"))
    links = list(Dependency.objects.filter(successor__program=program))
    made = nx.DiGraph()
    made.add_nodes_from((each.pk, {"work": int(each.duration_days), "row": each}) for each in rows)
    made.add_edges_from(
        (each.predecessor_id, each.successor_id, {"kind": KINDS.index(each.type), "lag": int(each.lag_days)}) for each in links
    )
    assert nx.is_directed_acyclic_graph(made)
    _, early, late = judge.passes(made, list(nx.topological_sort(made)))
    changed = []
    for each in rows:
        timing, start, end = each.timing, early[each.pk], late[each.pk]
        timing.early_start, timing.late_start = (cast.MONDAY + timedelta(days=days) for days in (start, end))
        timing.forecast, timing.late_finish = (
            cast.MONDAY + timedelta(days=days + int(each.duration_days)) for days in (start, end)
        )
        timing.total_float, timing.critical = float(end - start), end == start
        changed.append(timing)
    Timing.objects.bulk_update(changed, PLAIN, batch_size=500)


class Edits:
    """What Tess does, each to another milestone."""

    def __init__(self, program: Program, ids: list[int]) -> None:
        self.rng, self.ids, self.by, self.program = Random(5), ids, program.owner, program

    def row(self) -> Milestone:
        return Milestone.objects.get(pk=self.rng.choice(self.ids))

    def slip(self) -> None:
        row = self.row()
        milestones.edit(milestone=row, version=row.version, changes={"duration_days": row.duration_days + 1}, by=self.by, at=AT)

    def slip_on_the_path(self) -> None:
        row = Milestone.objects.get(pk=self.rng.choice(Analysis.objects.get(program=self.program).critical_path))
        milestones.edit(milestone=row, version=row.version, changes={"duration_days": row.duration_days + 1}, by=self.by, at=AT)

    def expect(self) -> None:
        row = self.row()
        milestones.reschedule(milestone=row, version=row.version, date=cast.MONDAY + timedelta(days=60), by=self.by, at=AT)

    def block(self) -> None:
        blockers.block(milestone=self.row(), title="Stuck", expected_clear=cast.MONDAY + timedelta(days=9), by=self.by, at=AT)

    def clear(self) -> None:
        one = self.rng.choice(list(Blocker.objects.filter(program=self.program, status="open").order_by("pk")[:50]))
        blockers.clear(blocker=one, by=self.by, at=AT)

    def bare(self) -> None:
        """The bare save: the row and its event through the ORM, in one transaction. Every answer stays true: nothing differs."""
        row = self.row()
        with transaction.atomic(durable=True):
            row.save()
            Event.objects.create(
                at=AT,
                by=self.by,
                kind="milestone.changed",
                program=self.program,
                milestone=row,
                subject_type="milestone",
                subject_id=row.pk,
                subject_name=row.name,
                field="duration_days",
                old=str(row.duration_days),
                new=str(row.duration_days),
            )


def spent() -> float:
    """Seconds of processor time: of this thread, and of the server's process that works for it where the database is a server."""
    if connection.vendor == "sqlite":
        return time.thread_time()
    pid = connection.connection.info.backend_pid
    running = int(Path(f"/proc/{pid}/schedstat").read_text().split()[0])  # nanoseconds on a processor
    return time.thread_time() + running / 1e9


def timed(work) -> float:
    """Processor time of some work."""
    begun = spent()
    work()
    return spent() - begun


def measure(n: int, rounds: int, plain_rounds: int) -> dict[str, float]:
    """Medians of seconds."""
    program, ids = load(n, "Atlas")
    twin, theirs = load(n, "Twin")
    Timing.objects.bulk_create([Timing(milestone_id=pk, program=twin) for pk in theirs], batch_size=400)
    whole = analysis.look(program, cluster([program.pk]), at=AT)
    analysis.store(whole.net, whole.analysis, whole.stage, at=AT)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    plans.keep(plans.Plan(whole.net, whole.solution, whole.stage, program.pk))
    edits, taken = Edits(program, ids), {}
    names = ("slip", "bare", "expect", "slip_on_the_path", "block", "clear")
    for turn in range(rounds):
        for name in names:
            taken.setdefault(name, []).append(timed(getattr(edits, name)))
            fresh = Program.objects.get(pk=program.pk)
            assert fresh.analysed_revision == fresh.revision, name
        assert plans.kept(program.pk) is not None
        if turn % (rounds // plain_rounds) == 0:
            taken.setdefault("plain", []).append(timed(lambda: plain_design(twin, edits.rng.choice(theirs))))
    answering.MOST_PACKED = n
    for _ in range(3):
        plans.forget_all()  # as a process that has just begun
        taken.setdefault("cold", []).append(timed(edits.slip))
        assert plans.kept(program.pk) is not None
    found = {row.pk: row for row in Timing.objects.filter(program=program)}
    flags = set(Flag.objects.values_list("rule", "milestone", "subject", "sentence"))
    taken["whole"] = [timed(lambda: analysis.recompute(program_id=program.pk, at=AT, force=True))]
    for row in Timing.objects.filter(program=program):
        for name in (
            "early_start",
            "forecast",
            "total_float",
            "critical",
            "near_critical",
            "on_path",
            "drivers",
            "blocked_by",
            "needed_by",
            "slip",
            "late",
        ):
            assert getattr(found[row.pk], name) == getattr(row, name), (row.pk, name)
    assert flags == set(Flag.objects.values_list("rule", "milestone", "subject", "sentence"))
    return {name: statistics.median(values) for name, values in taken.items()}


def main() -> None:
    """Measure one size on the database of DATABASE_URL."""
    n = int(sys.argv[1])
    with ground():
        print(json.dumps(measure(n, rounds=27 if n < 10_000 else 15, plain_rounds=3 if n < 10_000 else 1)))


if __name__ == "__main__":
    main()
