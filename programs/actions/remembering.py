"""The row of each day: what was true at its end, so that any past day can be looked at again.

Written with every answer that is whole. An answer at once (`steps`) brings only the finish, health and counts of the row up to
date, so a save is no slower for it; the queue writes the rest once the program is quiet. Where a day ends before that, its row
is completed from the tables, which a save keeps true, before the next day's answer takes their place.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from programs.actions.results import plain
from programs.flags.health import Health
from programs.flags.kept import LINES, Kept, Noticed, Stood, facts_of, pack
from programs.flags.types import Flag as Raised
from programs.flags.types import Scene
from programs.models import Analysis, DailyAnalysis, Program
from programs.queries.past_day import standing


def remember(program: Program, scene: Scene, health: Health, counts: dict[str, int], raised: Iterable[Raised]) -> None:
    """Write the whole row of the analysed day."""
    analysis, result = scene.analysis, scene.analysis.frames[program.pk]
    flags = {Noticed(one.rule, one.item, one.subject, one.severity): one for one in raised}
    facts = {what.what: facts_of(what.rule, plain(one.params)) for what, one in flags.items() if what.rule not in LINES}
    kept = Kept(dict(_stood(scene)), frozenset(flags), facts)
    DailyAnalysis.objects.update_or_create(
        program=program,
        day=analysis.as_of,
        defaults={
            "finish": result.finish,
            "target": program.target_date,
            "health": health.value,
            "days_late": result.days_late,
            "counts": counts,
            "path": list(result.critical_path),
            **_columns(kept, analysis.as_of),
        },
    )


def close(stored: Iterable[Analysis], today: date) -> None:
    """Complete the rows of days that are over, where the last answer was one at once. Three queries for each."""
    for one in stored:
        if one.as_of < today and one.settled_revision < one.revision:
            kept = standing(one.program_id)
            row = DailyAnalysis.objects.filter(program=one.program_id, day=one.as_of)
            row.update(path=one.critical_path, **_columns(kept, one.as_of))


def _columns(kept: Kept, day: date) -> dict[str, object]:
    forecasts = {str(item): one.forecast for item, one in kept.stood.items() if one.open}
    return {"forecasts": plain(forecasts), "standing": pack(kept, day)}


def _stood(scene: Scene) -> Iterable[tuple[int, Stood]]:
    stuck = {impediment.item for impediment in scene.impediments}
    for item in scene.own:
        facts, timing = scene.items[item], scene.analysis.timings.get(item)
        if timing is None:
            yield item, Stood(facts.state, None, None)
            continue
        stood = Stood(facts.state, timing.early_finish, timing.total_float, timing.critical, timing.near_critical)
        yield item, stood._replace(blocked=stood.open and item in stuck)
