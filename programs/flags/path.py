"""Rules about what decides the date."""

from __future__ import annotations

from collections.abc import Iterator

from programs.flags.types import Flag, Scene, Severity, rule
from programs.graph.days import add_working_days, working_days
from programs.graph.types import State


def _open(scene: Scene) -> Iterator[int]:
    for item in scene.own:
        if scene.items[item].state in {State.OPEN, State.STARTED} and not scene.items[item].external:
            yield item


@rule(
    severity=Severity.NOTICE,
    label="Critical",
    sentence="%(name)s is critical: each working day it slips moves the finish.",
)
def critical(scene: Scene) -> Iterator[Flag]:
    """Open work without float: it is on the driving path to the finish, or has none left."""
    for item in _open(scene):
        timing = scene.analysis.timings.get(item)
        if timing and timing.critical:
            yield Flag("critical", Severity.NOTICE, item, {"name": scene.items[item].name, "float": timing.total_float})


@rule(
    severity=Severity.NOTICE,
    label="Near-critical",
    sentence="%(name)s has %(float)s working days of float left.",
)
def near_critical(scene: Scene) -> Iterator[Flag]:
    """Open work whose float is inside the near-critical band (5 working days unless the program says otherwise)."""
    for item in _open(scene):
        timing = scene.analysis.timings.get(item)
        if timing and timing.near_critical and not timing.critical and timing.total_float is not None:
            params = {"name": scene.items[item].name, "float": _number(timing.total_float)}
            yield Flag("near_critical", Severity.NOTICE, item, params)


@rule(
    severity=Severity.WARNING,
    label="Target missed by forecast",
    sentence="%(name)s is forecast for %(forecast)s, %(days)s working days after its target, %(target)s.",
)
def target_missed(scene: Scene) -> Iterator[Flag]:
    """The forecast of open work is after its own target date."""
    for item in _open(scene):
        facts, timing = scene.items[item], scene.analysis.timings.get(item)
        if not facts.known and facts.target and facts.target < scene.as_of:
            continue
        if facts.target and timing and timing.early_finish and timing.early_finish > facts.target:
            days = working_days(facts.target, timing.early_finish, scene.calendar)
            params = {"name": facts.name, "forecast": timing.early_finish, "target": facts.target, "days": days}
            if days > 0:
                yield Flag("target_missed", Severity.WARNING, item, params)


@rule(
    severity=Severity.WARNING,
    label="Overdue",
    sentence="%(name)s was due on %(target)s and is not done.",
)
def overdue(scene: Scene) -> Iterator[Flag]:
    """Open work whose target date has passed."""
    for item in _open(scene):
        facts = scene.items[item]
        if facts.known and facts.target and facts.target < scene.as_of:
            yield Flag("overdue", Severity.WARNING, item, {"name": facts.name, "target": facts.target})


@rule(
    severity=Severity.WARNING,
    label="Needed by before promised by",
    sentence="%(name)s needs %(other)s by %(needed)s to keep its target, but it is promised for %(promised)s.",
)
def promised_early(scene: Scene) -> Iterator[Flag]:
    """Two promises that cannot both hold: what waits is promised before what it waits for allows."""
    own = set(scene.own)
    for edge in scene.edges:
        if edge.set_aside or not edge.schedules or edge.type != "FS" or edge.successor not in own:
            continue
        before, after = scene.items.get(edge.predecessor), scene.items.get(edge.successor)
        if before is None or after is None or after.target is None:
            continue
        if before.state not in {State.OPEN, State.STARTED} or after.state not in {State.OPEN, State.STARTED}:
            continue
        promised = before.expected or before.target
        needed = add_working_days(after.target, -int(after.duration or 0), scene.calendar)
        if promised and promised > needed:
            params = {"name": after.name, "other": before.name, "other_id": before.id, "needed": needed, "promised": promised}
            yield Flag("promised_early", Severity.WARNING, edge.successor, params, subject=f"link:{edge.id}")


def _number(value: float) -> str:
    return f"{value:g}" if value == round(value) else f"{value:.1f}"
