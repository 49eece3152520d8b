"""An analysis as plain data with the ids of the outside world: what `manage.py analyse` prints."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from programs.flags.health import PHRASES, program_health
from programs.flags.raise_flags import raise_flags, say, worded
from programs.flags.types import Scene, Thresholds
from programs.graph.analyse import analyse
from programs.graph.critical import TargetAnswer, critical_to
from programs.graph.phrases import say as say_why
from programs.graph.types import Analysis, DayCalendar, Frame, Timing, Why
from programs.models import Blocker, Milestone, Program
from programs.queries.chances import judged, runs_of
from programs.queries.explained import reasons, targets
from programs.queries.scenes import scenes
from programs.queries.snapshots import Network, cluster, network

WHOLE = 0  # the frame that stands for everything as one network


class UnknownTarget(Exception):
    """There is no milestone of that key or id in the network."""


@dataclass(frozen=True, slots=True)
class Names:
    """Ids of the import where there was one, else the permanent key."""

    milestones: dict[int, str]
    keys: dict[str, int]
    blockers: dict[int, str]

    def find(self, target: str) -> int:
        """The milestone of that outside id or key; UnknownTarget without one."""
        for pk, name in self.milestones.items():
            if name == target:
                return pk
        if target not in self.keys:
            raise UnknownTarget(target)
        return self.keys[target]


def answer(program: Program | None, *, as_of: date, target: str | None = None, explain: str | None = None) -> dict[str, Any]:
    """Analyse one program with all it hangs together with; everything as one network when `program` is None.

    `explain` names a milestone that is explained in full beside it.
    """
    ids = cluster([program.pk]) if program else set(Program.objects.values_list("pk", flat=True))
    net = network(ids, as_of=as_of)
    called = _names(ids, first=program, whole=program is None)
    aim = called.find(target) if target else None
    net = net if program else _as_one(net)
    analysis = analyse(net.snapshot)
    scene = scenes(net, analysis)[program.pk] if program else _whole_scene(net, analysis)
    if program:
        scene = replace(scene, chance=judged(scene, runs_of([program.pk])[program.pk], target=program.target_date))
    explained = {"explained": _explained(net, called, explain)} if explain else {}
    return _described(program, scene, net, called, aim) | explained


def _explained(net: Network, called: Names, name: str) -> dict[str, Any]:
    """Everything the engine says of one milestone, a sentence each."""
    item = called.find(name)
    aims = targets(Milestone.objects.get(pk=item))
    found = reasons(net.snapshot, item, tuple(aims)) or []
    said = [say_why(Why(**why)) if why else None for why in found] or [None] * (4 + len(aims))
    start, critical, without, change, *towards = said
    return {
        "milestone": called.milestones[item],
        "starts_because": start,
        "critical_because": critical,
        "without_what_decides_its_start": without,
        "what_changes_it": change,
        "towards": {called.milestones[aim]: one for aim, one in zip(aims, towards, strict=True) if one},
    }


def _described(program: Program | None, scene: Scene, net: Network, called: Names, aim: int | None) -> dict[str, Any]:
    analysis = scene.analysis
    result = analysis.frames[scene.program]
    aimed = critical_to(net.snapshot, aim) if aim is not None else None
    health = program_health(scene, target=program.target_date if program else None, ended=program is not None and program.ended)
    return {
        "program": (program.source_id or program.slug) if program else "all",
        "as_of": scene.as_of.isoformat(),
        "target": called.milestones[aim] if aim is not None else None,
        "finish": _iso(aimed.finish if aimed else result.finish),
        "health": health.value or None,
        "health_why": worded(PHRASES[health.why.code], health.why.params),
        "critical_path": [called.milestones[item] for item in (aimed.path if aimed else result.critical_path)],
        "milestones": _milestones(scene, called, aimed),
        "blockers": _blockers(scene, called),
        "flags": [
            {"rule": flag.rule, "milestone": called.milestones.get(flag.item or 0), "sentence": say(flag.rule, flag.params)}
            for flag in raise_flags(scene)
        ],
    }


def _milestones(scene: Scene, called: Names, aimed: TargetAnswer | None) -> dict[str, Any]:
    empty = Timing(0, None, None, None, None, None, None, None)
    return {
        called.milestones[item]: _row(scene.analysis.timings.get(item, empty), item, aimed)
        for item in scene.own
        if not scene.items[item].external
    }


def _row(timing: Timing, item: int, aimed: TargetAnswer | None) -> dict[str, Any]:
    """One milestone; measured to the target where one was chosen, and only there."""
    late_start, late_finish, total = timing.late_start, timing.late_finish, timing.total_float
    critical, why = timing.critical, timing.critical_why
    if aimed is not None:
        late_start, late_finish, total = aimed.start_by.get(item), aimed.needed_by.get(item), aimed.floats.get(item)
        critical, why = item in aimed.critical, aimed.why.get(item)
    return {
        "early_start": _iso(timing.early_start),
        "early_finish": _iso(timing.early_finish),
        "late_start": _iso(late_start),
        "late_finish": _iso(late_finish),
        "total_float_days": total,
        "free_float_days": timing.free_float,
        "critical": critical,
        "why": say_why(why) if why else "",
    }


def _blockers(scene: Scene, called: Names) -> list[dict[str, Any]]:
    own = scene.own_set
    priced = [
        {"id": called.blockers[cost.id], "days_added": cost.days_added, "waiting_behind": cost.waiting_behind}
        for cost in scene.analysis.obstacles
        if cost.activity in own and cost.id in called.blockers
    ]
    known = {cost.id for cost in scene.analysis.obstacles}
    unpriced = [
        {"id": called.blockers[one.id], "days_added": 0, "waiting_behind": 0} for one in scene.impediments if one.id not in known
    ]
    return priced + unpriced


def _names(ids: set[int], *, first: Program | None, whole: bool) -> Names:
    rows = Milestone.objects.filter(program__in=ids).values_list("pk", "source_id", "key", "program__slug", "program_id")
    milestones, keys = {}, {}
    for pk, outside, key, slug, owner in rows:
        foreign = whole or first is None or owner != first.pk
        milestones[pk] = outside or (f"{slug}/{key}" if foreign else key)
        if not foreign or key not in keys:
            keys[key] = pk
    obstacles = Blocker.objects.filter(program__in=ids).values_list("pk", "source_id", "number", "program__slug")
    blockers = {pk: outside or (f"{slug}/B-{number}" if whole else f"B-{number}") for pk, outside, number, slug in obstacles}
    return Names(milestones, keys, blockers)


def _as_one(net: Network) -> Network:
    """Put every program into one frame whose finish is the last finish of all, on the calendar most milestones work in."""
    calendars = {frame.id: frame.calendar for frame in net.snapshot.frames}
    used = Counter(calendars[activity.frame] for activity in net.snapshot.activities).most_common(1)
    one = Frame(id=WHOLE, name="All programs", calendar=used[0][0] if used else DayCalendar())
    activities = tuple(replace(activity, frame=WHOLE) for activity in net.snapshot.activities)
    return replace(net, snapshot=replace(net.snapshot, frames=(one,), activities=activities))


def _whole_scene(net: Network, analysis: Analysis) -> Scene:
    calendar = net.snapshot.frames[0].calendar
    stage = scenes(replace(net, snapshot=replace(net.snapshot, frames=_frames_of(net, calendar))), analysis)
    first = next(iter(stage.values()), Scene(WHOLE, analysis, calendar, Thresholds(), {}, ()))
    return replace(
        first,
        program=WHOLE,
        own=tuple(item for scene in stage.values() for item in scene.own),
        impediments=tuple(one for scene in stage.values() for one in scene.impediments),
    )


def _frames_of(net: Network, calendar: DayCalendar) -> tuple[Frame, ...]:
    return tuple(Frame(id=pk, calendar=calendar) for pk in net.programs)


def _iso(value: date | None) -> str | None:
    return value.isoformat() if value else None
