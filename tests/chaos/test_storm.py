"""Four hundred edits in a second or two: a handful of analyses, and the last answer is that of the last edit."""

from __future__ import annotations

import json
import sys
import time

from django.utils.timezone import now

from programs.actions import analysis
from programs.graph.analyse import analyse
from programs.models import Dependency, Event, Milestone, Program, Timing
from programs.queries.snapshots import cluster, network, today_in
from tests import cast
from tests.chaos.lab import PATIENCE, ROOT, number
from tests.provision import processes

WRITERS, MILESTONES, MOST = 4, 1_000, 20


def storm(live_stack, way):
    """Edit a plan of a thousand; returns the program, how many analyses the queue was asked for, and how long the edits took."""
    program = cast.program("Atlas", tpm=cast.person("Tess"))
    rows = Milestone.objects.bulk_create(
        Milestone(program=program, key=f"S-{n}", name=f"m{n}", duration_days=1) for n in range(1, MILESTONES + 1)
    )
    pairs = zip(rows[::2], rows[1::2], strict=True)
    Dependency.objects.bulk_create(Dependency(predecessor=first, successor=second) for first, second in pairs)
    analysis.recompute(program_id=program.pk, at=now(), force=True)
    edits = number("EDITS", 400)
    command = [sys.executable, "-m", "tests.chaos.editor", str(program.pk), str(WRITERS), str(edits // WRITERS), way]
    started = time.monotonic()
    editors = live_stack.start("editors", command, PYTHONPATH=str(ROOT))
    assert editors.wait(10 * PATIENCE) == 0, live_stack.words()[-4000:]
    took = time.monotonic() - started
    queued = [json.loads(each)["headers"]["task"] for each in live_stack.redis.client.lrange("celery", 0, -1)]
    return program, queued.count("programs.recompute"), took


def test_a_storm_of_edits_asks_for_a_handful_of_analyses(live_stack, say):
    program, asked, took = storm(live_stack, "ours")
    behind = Program.objects.get(pk=program.pk)
    edits = number("EDITS", 400)
    assert behind.revision >= edits
    started = time.monotonic()
    live_stack.worker(processes_each=2)

    def fresh() -> bool:
        found = Program.objects.get(pk=program.pk)
        return found.analysed_revision == found.revision

    known = fresh()
    processes.wait_until(fresh, what=f"a fresh answer\n{live_stack.words()[-4000:]}", seconds=4 * PATIENCE, every=0.1)
    said = Event.objects.filter(program=program, field="duration_days").order_by("at")
    lasted = (said.last().at - said.first().at).total_seconds()
    later = "at once" if known else f"{time.monotonic() - started:.1f} s later, of which the worker's start is most"
    say(f"{edits} edits of {WRITERS} writers, the last {lasted:.1f} s after the first: {asked} analyses asked for, fresh {later}")
    assert asked <= max(MOST, WRITERS * took), "more than one a second and writer"
    truth = analyse(network(cluster([program.pk]), as_of=today_in(behind, now())).snapshot).timings
    stored = dict(Timing.objects.filter(program=program).values_list("milestone_id", "forecast"))
    assert stored == {pk: one.early_finish for pk, one in truth.items()}


def test_asking_for_every_edit_does_not_hold(live_stack, say):
    _program, asked, took = storm(live_stack, "naive")
    say(f"asked once an edit: {asked} analyses in {took:.1f} s")
    assert asked > 5 * MOST, "the test has lost its teeth"
