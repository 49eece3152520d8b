"""Health of a program and of its workstreams: a rule with its numbers, never set by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from programs.flags.types import Owed, Scene
from programs.graph.days import working_days
from programs.graph.types import State, Why

ON_TRACK, AT_RISK, OFF_TRACK, UNKNOWN = "on_track", "at_risk", "off_track", ""
SURE_ENOUGH, POSSIBLE = 80, 40  # percent of the runs from which it is on track, and at risk
NO_TARGET = "no_target"  # nothing was promised, so nothing can be on or off track


@dataclass(frozen=True, slots=True)
class Health:
    """The computed health and the rule behind it, with the numbers filled in."""

    value: str
    why: Why = field(default_factory=lambda: Why("health_unknown"))


def program_health(scene: Scene, *, target: Any, ended: bool) -> Health:
    """By the chance of the target: on track from 80%, at risk from 40%, off track below. Blocked critical work caps it.

    Where nobody can say how sure the dates are, by the dates: off track when the forecast misses the target, at risk when the
    room is inside the near-critical band. Without a forecast there is no health, and without a target nothing to be on or off of.
    """
    result = scene.analysis.frames.get(scene.program)
    if ended:
        return Health(UNKNOWN, Why("health_ended"))
    if result is None or result.finish is None:
        return Health(UNKNOWN, Why("health_no_forecast"))
    facts: dict[str, Any] = {"finish": result.finish, "target": target, "band": scene.thresholds.near_critical_days}
    stuck = _blocked_critical(scene)
    if target is not None and scene.chance is not None:
        facts = {"finish": result.finish, "target": target, "chance": scene.chance}
        value = by_chance(scene.chance)
        if value == ON_TRACK and stuck is not None:
            return Health(AT_RISK, Why("health_chance_blocked", facts | {"name": scene.items[stuck].name}))
        return Health(value, Why(f"health_chance_{value}", facts))
    if target is not None:
        late = working_days(target, result.finish, scene.calendar)
        if late > 0:
            return Health(OFF_TRACK, Why("health_late", facts | {"days": late}))
        if stuck is not None:
            return Health(AT_RISK, Why("health_blocked", facts | {"name": scene.items[stuck].name}))
        if -late <= scene.thresholds.near_critical_days:
            return Health(AT_RISK, Why("health_tight", facts | {"days": -late}))
        return Health(ON_TRACK, Why("health_room", facts | {"days": -late}))
    if stuck is not None:
        return Health(AT_RISK, Why("health_blocked", facts | {"name": scene.items[stuck].name}))
    return Health(NO_TARGET, Why("health_no_target", facts))


def by_chance(percent: int) -> str:
    """What so many of a hundred runs mean."""
    return ON_TRACK if percent >= SURE_ENOUGH else AT_RISK if percent >= POSSIBLE else OFF_TRACK


def workstream_health(scene: Scene, workstream: int) -> Health:
    """By the chance that its least sure open milestone is there when the target needs it, as a program's.

    Where nobody can say, the worst by the dates: later than the target allows, close to it, or blocked and critical.
    """
    worst, why = UNKNOWN, Why("health_no_open_work")
    blocked, stuck = {impediment.item for impediment in scene.impediments}, ""
    owed = scene.owed.get(workstream)
    for item in scene.own:
        facts, timing = scene.items[item], scene.analysis.timings.get(item)
        if facts.workstream != workstream or facts.state not in {State.OPEN, State.STARTED}:
            continue
        if timing is None or timing.early_finish is None:
            continue
        if worst == UNKNOWN:
            worst, why = ON_TRACK, Why("health_workstream_room")
        if timing.critical and item in blocked:
            stuck = stuck or facts.name
        needed = timing.needed_by
        room = working_days(timing.early_finish, needed, scene.calendar) if needed else None
        if room is not None and room < 0 and owed is None:
            return Health(OFF_TRACK, Why("health_workstream_late", {"name": facts.name, "needed": needed, "days": -room}))
        tight = room is not None and room <= scene.thresholds.near_critical_days
        if tight or (timing.critical and item in blocked):
            worst, why = AT_RISK, Why("health_workstream_tight", {"name": facts.name, "days": room})
    return Health(worst, why) if owed is None or worst == UNKNOWN else _by_owed(owed, stuck)


def _by_owed(owed: Owed, stuck: str) -> Health:
    value = by_chance(owed.percent)
    if value == ON_TRACK and stuck:
        return Health(AT_RISK, Why("health_workstream_blocked", {"name": stuck}))
    facts = {"name": owed.name, "needed": owed.needed, "chance": owed.percent}
    return Health(value, Why(f"health_workstream_chance_{value}", facts))


def _blocked_critical(scene: Scene) -> int | None:
    for impediment in scene.impediments:
        if impediment.item is None or scene.items[impediment.item].state not in {State.OPEN, State.STARTED}:
            continue
        timing = scene.analysis.timings.get(impediment.item)
        if timing and timing.critical:
            return impediment.item
    return None


PHRASES = {
    "health_unknown": "Nothing is known yet.",
    "health_ended": "This program has ended.",
    "health_no_forecast": "Nothing dates this program yet, so there is no forecast to judge.",
    "health_late": "Off track: the forecast, %(finish)s, is %(days)s working days after the target, %(target)s.",
    "health_blocked": "At risk: %(name)s is critical and blocked.",
    "health_tight": "At risk: only %(days)s working days between forecast and target; up to %(band)s counts as tight.",
    "health_room": "On track: %(days)s working days between forecast and target; more than %(band)s is room enough.",
    "health_chance_on_track": "On track: %(chance)s%% of the simulated runs meet the target, %(target)s; it takes 80%%.",
    "health_chance_at_risk": (
        "At risk: %(chance)s%% of the simulated runs meet the target, %(target)s. "
        "From 80%% on it would be on track, below 40%% off track."
    ),
    "health_chance_off_track": (
        "Off track: %(chance)s%% of the simulated runs meet the target, %(target)s; below 40%% is off track."
    ),
    "health_chance_blocked": (
        "At risk: %(chance)s%% of the simulated runs meet the target, %(target)s, but %(name)s is critical and blocked."
    ),
    "health_no_target": "There is no target date to hold the forecast against. No critical milestone is blocked.",
    "health_no_open_work": "No open work with a forecast.",
    "health_workstream_room": "On track: nothing here comes later than the target allows.",
    "health_workstream_chance_on_track": (
        "On track: even the least sure, %(name)s, is there in %(chance)s%% of the simulated runs when the target needs it, "
        "by %(needed)s."
    ),
    "health_workstream_chance_at_risk": (
        "At risk: %(name)s is there in %(chance)s%% of the simulated runs when the target needs it, by %(needed)s. "
        "From 80%% on it would be on track, below 40%% off track."
    ),
    "health_workstream_chance_off_track": (
        "Off track: %(name)s is there in only %(chance)s%% of the simulated runs when the target needs it, by %(needed)s; "
        "below 40%% is off track."
    ),
    "health_workstream_blocked": "At risk: %(name)s is critical and blocked.",
    "health_workstream_late": "Off track: %(name)s is forecast %(days)s working days after %(needed)s, when the target needs it.",
    "health_workstream_tight": "At risk: %(name)s has little or no room before the target moves, or is blocked without float.",
}
