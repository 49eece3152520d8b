"""Rules about what people said, or did not say."""

from __future__ import annotations

from collections.abc import Iterator

from programs.flags.types import Flag, Item, Scene, Severity, rule
from programs.graph.days import working_days
from programs.graph.types import State


def _in_progress(scene: Scene) -> Iterator[Item]:
    for item in scene.own:
        facts = scene.items[item]
        if facts.state is State.STARTED and not facts.external and not facts.is_parent:
            yield facts


@rule(
    severity=Severity.NOTICE,
    label="No update",
    sentence="No word on %(name)s for %(days)s days.",
)
def silent(scene: Scene) -> Iterator[Flag]:
    """Work in progress without a word for 7 days; after 14 days it turns amber."""
    for facts in _in_progress(scene):
        last = facts.last_word or facts.since
        if last is None:
            continue
        days = (scene.as_of - last).days
        if days >= scene.thresholds.silent_days:
            severity = Severity.WARNING if days >= scene.thresholds.very_silent_days else Severity.NOTICE
            yield Flag("silent", severity, facts.id, {"name": facts.name, "days": days, "owner": facts.owner})


@rule(
    severity=Severity.WARNING,
    label="Status and forecast disagree",
    sentence="%(owner)s says %(name)s is on track; the forecast is %(days)s working days after its baseline.",
)
def disagree(scene: Scene) -> Iterator[Flag]:
    """Said on track, but the forecast is 5 or more working days after the baseline (or the target, without one)."""
    for item in scene.own:
        facts, timing = scene.items[item], scene.analysis.timings.get(item)
        promise = facts.baseline or facts.target
        if facts.said != "on_track" or facts.state not in {State.OPEN, State.STARTED}:
            continue
        if promise is None or timing is None or timing.early_finish is None:
            continue
        days = working_days(promise, timing.early_finish, scene.calendar)
        if days >= scene.thresholds.disagree_days:
            params = {"name": facts.name, "days": days, "owner": facts.owner or "Somebody"}
            yield Flag("disagree", Severity.WARNING, item, params)


@rule(
    severity=Severity.NOTICE,
    label="Nobody owns it",
    sentence="Nobody owns %(name)s yet.",
)
def unowned(scene: Scene) -> Iterator[Flag]:
    """Open work without an owner or a team."""
    for item in scene.own:
        facts = scene.items[item]
        if not facts.owned and not facts.external and facts.state in {State.OPEN, State.STARTED}:
            yield Flag("unowned", Severity.NOTICE, item, {"name": facts.name})
