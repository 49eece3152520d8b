"""A forecast too large for one process: its runs are done in parts by several, and added up exactly.

The parts stand in a table, each with its runs and, once they are done, what they came to. They are of one ground (a digest
of everything that is drawn from): parts of another are of an older plan and are dropped. The queue only rings: a part whose
worker died is asked for again by the tick once its lease is over, and a part that is done twice comes to the same.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from programs.actions import hints
from programs.graph.forecast import pack, unpack
from programs.models import ForecastPart

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from django.db.models import QuerySet

    from programs.graph.fast.simulation import Tally

LEASE = timedelta(minutes=10)  # after which a part that is not done is asked for again


def large(milestones: int, runs: int) -> bool:
    """Whether so much is simulated in parts."""
    return milestones > settings.FORECAST_ALONE_MILESTONES or runs > settings.FORECAST_ALONE_RUNS


def gathered(programs: Collection[int], ground: str, runs: int, *, at: datetime) -> Tally | None:
    """What all the runs came to; None while some are missing, which are then asked for.

    The parts stand under the first of the programs, whichever of them asked.
    """
    first = min(programs)
    ForecastPart.objects.filter(program__in=programs).exclude(program=first, ground=ground).delete()
    parts = ForecastPart.objects.filter(program=first, ground=ground, of=runs)
    if not parts.exists():
        _lay_out(first, ground, runs)
    if (missing := parts.filter(tally="")).exists():
        _ask(missing, at=at)
        return None
    found: Tally | None = None
    for packed in parts.order_by("first").values_list("tally", flat=True).iterator(chunk_size=1):
        found = unpack(packed) if found is None else found + unpack(packed)
    return found


def _lay_out(program: int, ground: str, runs: int) -> None:
    size = settings.FORECAST_PART_RUNS
    rows = [
        ForecastPart(program_id=program, ground=ground, first=first, runs=min(size, runs - first), of=runs)
        for first in range(0, runs, size)
    ]
    ForecastPart.objects.bulk_create(rows, ignore_conflicts=True)  # two who lay them out at once lay out the same


@transaction.atomic
def _ask(missing: QuerySet[ForecastPart], *, at: datetime) -> None:
    """Ask for each that nobody was asked for lately. A conditional update, so that two who look at once ask once."""
    unasked = Q(asked_at=None) | Q(asked_at__lt=at - LEASE)
    for pk in missing.filter(unasked).order_by("first").values_list("pk", flat=True):
        if ForecastPart.objects.filter(unasked, pk=pk, tally="").update(asked_at=at):
            hints.forecast_part(pk)


def keep(part: ForecastPart, tally: Tally) -> None:
    """Keep what the runs of one part came to; whoever keeps the last asks for the whole."""
    ForecastPart.objects.filter(pk=part.pk, tally="").update(tally=pack(tally))
    if not ForecastPart.objects.filter(program=part.program_id, ground=part.ground, tally="").exists():
        hints.forecast(part.program_id)


def drop(programs: Collection[int]) -> None:
    """Forget the parts: they were added up, or the plan has moved on."""
    ForecastPart.objects.filter(program__in=programs).delete()
