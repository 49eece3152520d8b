"""Which programs' stored answers are behind: changed since, or computed on another day."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, Q

from programs.models import Program
from programs.queries.snapshots import today_in


def stale_programs(*, at: datetime) -> list[int]:
    """Ids of programs whose stored analysis is older than the plan, or older than their own today, or not told in full."""
    rows = Program.objects.select_related("analysis").order_by("pk")
    unsettled = Q(analysis__settled_revision__lt=F("revision"))
    behind = rows.filter(Q(analysed_revision__lt=F("revision")) | Q(analysis__isnull=True) | unsettled)
    found = {program.pk for program in behind}
    for program in rows.exclude(pk__in=found).only("pk", "time_zone", "analysis__as_of"):
        if program.analysis.as_of < today_in(program, at):
            found.add(program.pk)
    return sorted(found)
