"""Rules about links that cannot hold or that nobody looks after."""

from __future__ import annotations

from collections.abc import Iterator

from programs.flags.types import Flag, Scene, Severity, rule
from programs.graph.types import State


@rule(
    severity=Severity.WARNING,
    label="Loop set aside",
    sentence="The dependency %(other)s → %(name)s is set aside: it would close a loop (%(loop)s).",
)
def loop_set_aside(scene: Scene) -> Iterator[Flag]:
    """A stored dependency takes no part in the dates because it would close a loop; somebody must resolve it."""
    own = set(scene.own)
    loops = {(loop[-1], loop[0]): loop for loop in scene.loops if loop}
    for edge in scene.edges:
        if edge.set_aside not in {"loop", "self"} or edge.successor not in own:
            continue
        names = [scene.items[i].name if i in scene.items else "?" for i in (edge.predecessor, edge.successor)]
        loop = loops.get((edge.predecessor, edge.successor), (edge.predecessor, edge.successor))
        walk = " → ".join(scene.items[i].key for i in loop[:8] if i in scene.items)
        params = {"other": names[0], "name": names[1], "loop": walk}
        yield Flag("loop_set_aside", Severity.WARNING, edge.successor, params, subject=f"link:{edge.id}")


@rule(
    severity=Severity.NOTICE,
    label="Depends on something outside nobody checks",
    sentence="%(name)s depends on %(other)s, outside this plan, and nobody checks on it.",
)
def outside_unchecked(scene: Scene) -> Iterator[Flag]:
    """Open work depends on something outside this plan that nobody checks on."""
    yield from _outside(scene, "outside_unchecked")


@rule(
    severity=Severity.NOTICE,
    label="Dangling dependency",
    sentence="%(name)s depends on “%(other)s”, which is not in any plan here.",
)
def dangling(scene: Scene) -> Iterator[Flag]:
    """A dependency names something that no plan here holds: nothing but its name is known."""
    yield from _outside(scene, "dangling")


def _outside(scene: Scene, name: str) -> Iterator[Flag]:
    own = set(scene.own)
    for edge in scene.edges:
        if edge.set_aside:
            continue
        for outside, inside in ((edge.predecessor, edge.successor), (edge.successor, edge.predecessor)):
            there, here = scene.items.get(outside), scene.items.get(inside)
            if there is None or here is None or not there.external or inside not in own:
                continue
            known = bool(there.target or there.expected or there.state is State.DONE)
            waits = (
                edge.schedules and outside == edge.predecessor and here.state in {State.OPEN, State.STARTED} and not here.external
            )
            if name == "dangling" and not known and not there.owned:
                yield Flag(name, Severity.NOTICE, inside, {"name": here.name, "other": there.name}, subject=f"link:{edge.id}")
            if name == "outside_unchecked" and waits and not there.owned and there.state is not State.DONE:
                yield Flag(name, Severity.NOTICE, inside, {"name": here.name, "other": there.name}, subject=f"link:{edge.id}")
