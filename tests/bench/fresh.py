"""From a save to fresh chances, on a real database: `python -m tests.bench.fresh 3000`.

Runs in a process of its own and prints one line of JSON: medians of seconds of processor time. `fresh` is what a worker takes
from reading the plan to odds that are stored, 10,000 runs; `bare` the simulation alone, of a plan that is there; `drivers` what
comes after.
"""

# ruff: noqa: E402 - Django must be set up before its models are imported
from __future__ import annotations

import json
import os
import statistics
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.conf import settings

from programs.actions import analysis, forecasts, milestones
from programs.graph.fast import compiled
from programs.graph.forecast import Driver, Simulation
from programs.models import Milestone, Program, ProgramForecast
from programs.queries.snapshots import cluster, network
from programs.queries.uncertainty import about
from tests import cast
from tests.bench.ground import ground
from tests.bench.saved import load

RUNS = 10_000


def measure(n: int, *, rounds: int) -> dict[str, float]:
    """Slip a milestone, let the save answer, work the odds out; in turns with the simulation alone."""
    settings.FORECAST_RUNS = RUNS
    compiled.load()
    program, ids = load(n, "Fresh")
    tess = program.owner
    assert tess is not None
    analysis.recompute(program_id=program.pk, at=cast.NINE, force=True)
    forecasts.find(program_id=program.pk, at=cast.NINE)
    stored: list[float] = []
    ranked = Simulation.drivers

    def drivers(made: Simulation, frame: int, **options: int) -> tuple[Driver, ...]:
        stored.append(time.process_time())
        return ranked(made, frame, **options)

    Simulation.drivers = drivers  # type: ignore[assignment,method-assign]
    took: dict[str, list[float]] = {"fresh": [], "drivers": [], "bare": []}
    for number in range(rounds):
        row = Milestone.objects.get(pk=ids[7 * number])
        days = (row.duration_days or 0) + 1
        milestones.edit(milestone=row, version=row.version, changes={"duration_days": days}, by=tess, at=cast.NINE)
        begun = time.process_time()
        assert forecasts.find(program_id=program.pk, at=cast.NINE)
        took["fresh"].append(stored[-1] - begun)
        took["drivers"].append(time.process_time() - stored[-1])
        net = network(cluster([program.pk]), as_of=cast.MONDAY)
        unsure = about(net).uncertainty
        begun = time.process_time()
        made = Simulation(net.snapshot, unsure)
        answer = made.read(made.tally(0, RUNS))
        took["bare"].append(time.process_time() - begun)
        row_now = ProgramForecast.objects.get(program=program)
        assert row_now.revision == Program.objects.get(pk=program.pk).revision
        assert row_now.dates == answer.programs[program.pk].dates
    return {name: statistics.median(each) for name, each in took.items()}


def main() -> None:
    """Measure one size on the database of DATABASE_URL."""
    n = int(sys.argv[1])
    with ground():
        print(json.dumps(measure(n, rounds=2)))


if __name__ == "__main__":
    main()
