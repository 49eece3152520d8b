"""Rules about what has stopped, here or upstream."""

from __future__ import annotations

from collections.abc import Iterator

from programs.flags.types import Flag, Scene, Severity, rule
from programs.graph.types import State


@rule(
    severity=Severity.WARNING,
    label="Blocked",
    sentence="%(name)s is blocked: %(title)s.",
)
def blocked(scene: Scene) -> Iterator[Flag]:
    """Work with an open blocker; critical work that is blocked speaks loudest."""
    for impediment in scene.impediments:
        if impediment.item is None or impediment.item not in scene.items:
            continue
        facts = scene.items[impediment.item]
        if facts.state not in {State.OPEN, State.STARTED}:
            continue
        timing = scene.analysis.timings.get(impediment.item)
        severity = Severity.CRITICAL if timing and timing.critical else Severity.WARNING
        params = {"name": facts.name, "title": impediment.title, "waiting_on": impediment.waiting_on, "owner": impediment.owner}
        yield Flag("blocked", severity, impediment.item, params, subject=f"blocker:{impediment.id}")


@rule(
    severity=Severity.NOTICE,
    label="Waits for blocked work",
    sentence="%(name)s waits for %(other)s, which is blocked.",
)
def blocked_upstream(scene: Scene) -> Iterator[Flag]:
    """Open work that waits, directly or through others, for work with an open blocker."""
    at = {impediment.id: impediment for impediment in scene.impediments}
    for item in scene.own:
        facts = scene.items[item]
        holding = [at[blocker] for blocker in scene.blocked_by.get(item, ()) if blocker in at]
        holding = [impediment for impediment in holding if impediment.item != item and impediment.item in scene.items]
        if holding and facts.state in {State.OPEN, State.STARTED}:
            first = holding[0]
            assert first.item is not None
            other = scene.items[first.item]
            params = {"name": facts.name, "other": other.name, "other_id": other.id, "count": len(holding)}
            yield Flag("blocked_upstream", Severity.NOTICE, item, params)
