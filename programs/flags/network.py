"""Rules about links that cannot hold or that nobody looks after."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator

from programs.flags.types import Flag, Scene, Severity, rule
from programs.graph.types import State

LONGEST_LOOP = 8  # steps of a loop that a sentence names


@rule(
    severity=Severity.WARNING,
    label="Loop set aside",
    sentence="The dependency %(other)s → %(name)s is set aside: it would close a loop (%(loop)s).",
)
def loop_set_aside(scene: Scene) -> Iterator[Flag]:
    """A stored dependency takes no part in the dates because it would close a loop; somebody must resolve it."""
    own = set(scene.own)
    after: dict[int, list[int]] = defaultdict(list)
    for edge in scene.edges:
        if edge.schedules and not edge.set_aside:
            after[edge.predecessor].append(edge.successor)
    for edge in scene.edges:
        if edge.set_aside not in {"loop", "self"} or edge.successor not in own:
            continue
        yield _loop_flag(scene, edge.id, _way(after, edge.successor, edge.predecessor))
    for finding in scene.analysis.findings:  # a loop that got past every door: the engine left its last link out
        if finding.code == "loop" and finding.activity in own:
            yield _loop_flag(scene, finding.params.get("link"), list(finding.params["members"]))


def _loop_flag(scene: Scene, link: int | None, loop: list[int]) -> Flag:
    """The loop in walking order, from the milestone that would wait back to it."""
    known = [scene.items[i] for i in loop if i in scene.items]
    walk = [item.key for item in known]
    shown = walk if len(walk) <= LONGEST_LOOP else [*walk[: LONGEST_LOOP - 1], "…", walk[-1]]
    other = known[-1]
    params = {"other": other.name, "other_id": other.id, "name": known[0].name, "loop": " → ".join([*shown, *walk[:1]])}
    return Flag("loop_set_aside", Severity.WARNING, known[0].id, params, subject=f"link:{link}")


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


def _way(after: dict[int, list[int]], start: int, end: int) -> list[int]:
    """The shortest way along active links, both ends included; only the ends when there is none any more."""
    before: dict[int, int] = {start: start}
    queue = deque([start])
    while queue and end not in before:
        item = queue.popleft()
        for other in after[item]:
            if other not in before:
                before[other] = item
                queue.append(other)
    if end not in before:
        return [start, end]
    way = [end]
    while way[-1] != start:
        way.append(before[way[-1]])
    return way[::-1]


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
            params = {"name": here.name, "other": there.name, "other_id": there.id}
            if name == "dangling" and not known and not there.owned:
                yield Flag(name, Severity.NOTICE, inside, params, subject=f"link:{edge.id}")
            if name == "outside_unchecked" and waits and not there.owned and there.state is not State.DONE:
                yield Flag(name, Severity.NOTICE, inside, params, subject=f"link:{edge.id}")
