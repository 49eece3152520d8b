"""Which programs' stored answers are behind: changed since, or computed on another day."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q

from programs.models import PlanDraft, Program
from programs.queries.snapshots import today_in


def fragility_behind() -> list[int]:
    """Ids of programs whose fragile points are older than their stored analysis, or of another day. One query."""
    older = Q(fragile_points__revision__lt=F("analysed_revision")) | Q(fragile_points__as_of__lt=F("analysis__as_of"))
    rows = Program.objects.filter(analysis__isnull=False).filter(Q(fragile_points__isnull=True) | older)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def ways_behind() -> list[int]:
    """Ids of programs whose ways back are older than their analysis, a shared draft, or of another day. One query."""
    older = Q(ways_back__revision__lt=F("analysed_revision")) | Q(ways_back__as_of__lt=F("analysis__as_of"))
    drafts = PlanDraft.objects.filter(program=OuterRef("pk"), shared=True, state=PlanDraft.State.OPEN)
    tried = Exists(drafts.filter(saved_at__gt=OuterRef("ways_back__computed_at")))
    rows = Program.objects.filter(analysis__isnull=False).filter(Q(ways_back__isnull=True) | older | tried)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def forecasts_behind() -> list[int]:
    """Ids of programs whose odds are older than their stored analysis, or of another day. One query."""
    older = Q(odds__revision__lt=F("analysis__revision")) | Q(odds__as_of__lt=F("analysis__as_of"))
    rows = Program.objects.filter(analysis__isnull=False).filter(Q(odds__isnull=True) | older)
    return list(rows.order_by("pk").values_list("pk", flat=True))


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
