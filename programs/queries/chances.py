"""The chance that health goes by: of a program's target, and of what a workstream owes it, from the last simulated runs.

Runs come seconds after a save. Until then those before are read with every finish moved by as much as the forecast moved since,
so that health answers with the save.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from programs.flags.types import Owed, Scene
from programs.models import Odds, Program, ProgramForecast
from programs.models.forecasts import PERCENTS
from programs.queries.holding import WORKING
from programs.queries.odds import grounded, in_sight

_RUNS = ("program_id", "ground", "chance", "target", "finish", "p80", "about", "days")


@dataclass(frozen=True, slots=True)
class Runs:
    """The last runs of one program. `finish` is the forecast at that time; without `days` nothing may be said from them."""

    ground: str | None = None  # a digest of what they were drawn from
    chance: float | None = None
    target: date | None = None
    finish: date | None = None
    days: tuple[tuple[date, int], ...] = ()  # (the day a run finished, how many did)

    def percent(self, *, finish: date | None, target: date | None) -> int | None:
        """How many of a hundred runs meet a target when the forecast finish is this; None where nothing may be said."""
        if not self.days or finish is None or target is None or self.finish is None:
            return None
        if (finish, target) == (self.finish, self.target) and self.chance is not None:
            return round(100 * self.chance)
        until = target - (finish - self.finish)
        return round(100 * sum(runs for day, runs in self.days if day <= until) / sum(runs for _, runs in self.days))


NO_RUNS = Runs()


def runs_of(programs: Collection[int]) -> dict[int, Runs]:
    """The last runs by program; of those nothing stands behind, only what they were drawn from. One query."""
    found = dict.fromkeys(programs, NO_RUNS)
    rows = ProgramForecast.objects.filter(pk__in=programs).values_list(*_RUNS)
    for pk, ground, chance, target, finish, p80, about, days in rows:
        usable = p80 is not None and grounded(about) and in_sight(about, finish, p80)
        counted = tuple((date.fromisoformat(day), runs) for day, runs in days) if usable else ()
        found[pk] = Runs(ground, chance, target, finish, counted)
    return found


def judged(scene: Scene, runs: Runs, *, target: date | None) -> int | None:
    """The chance of a program's target as it stands in this scene."""
    result = scene.analysis.frames.get(scene.program)
    return runs.percent(finish=result.finish if result else None, target=target)


def judging(stage: Mapping[int, Scene], programs: Mapping[int, Program]) -> dict[int, Scene]:
    """The same scenes with everything the last runs say of their programs and workstreams. Two queries."""
    runs = runs_of(stage)
    least = owed(stage.values(), runs)
    return {
        pk: replace(scene, chance=judged(scene, runs[pk], target=programs[pk].target_date), owed=least)
        for pk, scene in stage.items()
    }


def owed(scenes: Iterable[Scene], runs: Mapping[int, Runs]) -> dict[int, Owed]:
    """By workstream, its open milestone that is least sure to be there when the target needs it. One query."""
    scenes = [scene for scene in scenes if runs[scene.program].days]
    names = ("milestone_id", "target", "chance", *(f"p{percent}" for percent in PERCENTS))
    rows = Odds.objects.filter(program__in=[scene.program for scene in scenes]).values_list(*names)
    odds = {row[0]: row[1:] for row in rows} if scenes else {}
    found: dict[int, Owed] = {}
    for scene in scenes:
        result = scene.analysis.frames.get(scene.program)
        ends = result.finish_activity if result else None
        for item in scene.own:
            facts, timing = scene.items[item], scene.analysis.timings.get(item)
            needed = timing.needed_by if timing else None
            if facts.workstream is None or facts.state not in WORKING or needed is None or item not in odds:
                continue
            percent = _percent(odds[item], needed)
            if item == ends and needed == runs[scene.program].target:
                percent = judged(scene, runs[scene.program], target=needed)  # its finish is the program's
            least = found.get(facts.workstream)
            if percent is not None and (least is None or percent < least.percent):
                found[facts.workstream] = Owed(percent, facts.name, needed)
    return found


def _percent(odds: tuple[Any, ...], needed: date) -> int | None:
    target, chance, *days = odds
    if target == needed and chance is not None:
        return round(100 * chance)
    return share(dict(zip(PERCENTS, days, strict=True)), needed)


def share(dates: Mapping[int, date | None], day: date) -> int | None:
    """How many of a hundred runs are done by a day, between the dates of known shares; what lies outside is 5 or 97.

    >>> share({10: date(2027, 3, 1), 20: date(2027, 3, 11)}, date(2027, 3, 6))
    15
    """
    known = [(percent, at) for percent, at in sorted(dates.items()) if at is not None]
    if not known:
        return None
    if day < known[0][1]:
        return known[0][0] // 2
    for (low, was), (high, then) in pairwise(known):
        if was <= day < then:
            return round(low + (high - low) * ((day - was) / timedelta(days=1)) / (then - was).days)
    return (known[-1][0] + 100) // 2
