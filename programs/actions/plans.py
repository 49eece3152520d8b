"""Plans kept in this process's memory, each as it was at some revision of its programs: what an answer at once starts from.

A plan is the network solved (`graph.live`) and what the flag rules read beside it. It follows what others saved by the notes of
`touches`; what cannot be followed is read anew.
"""

from __future__ import annotations

from bisect import bisect
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from math import inf
from typing import Any

from django.db.models import Q

from programs.actions.touches import Since
from programs.flags.health import Health, workstream_health
from programs.flags.types import Edge, Impediment, Item, Owed, Scene
from programs.graph.days import working_days
from programs.graph.edits import Change, Unable
from programs.graph.live import Live, Reached
from programs.graph.solution import Solution
from programs.graph.types import Activity, Analysis, State, Timing
from programs.models import Workstream
from programs.queries import holding, snapshots
from programs.queries.chances import Runs
from programs.queries.scenes import MOST_BLOCKERS_KEPT, edges_of, impediments_of, saved
from programs.queries.snapshots import Network

MOST_ITEMS = 80_000  # milestones of all plans kept in one process
MOST_HELD = 20_000  # milestones behind blockers that one change may be about
WORKING = holding.WORKING

_kept: OrderedDict[frozenset[int], Plan] = OrderedDict()


def kept(program_id: int) -> Plan | None:
    """The plan in memory that holds this program."""
    for group, plan in _kept.items():
        if program_id in group:
            _kept.move_to_end(group)
            return plan
    return None


def keep(plan: Plan) -> None:
    """Keep a plan instead of any that shares a program with it; the least used go when there are too many."""
    for group in [each for each in _kept if each & plan.group]:
        del _kept[group]
    _kept[plan.group] = plan
    while len(_kept) > 1 and sum(len(each.items) for each in _kept.values()) > MOST_ITEMS:
        _kept.popitem(last=False)


def forget(plan: Plan) -> None:
    """Keep this plan no longer: it does not fit the database any more."""
    if _kept.get(plan.group) is plan:
        del _kept[plan.group]


def forget_all() -> None:
    """Start from nothing, as a new process does."""
    _kept.clear()


@dataclass(slots=True)
class Moved:
    """What a step forward changed: timings and flags to look at, programs whose finish moved, and timings as they are now."""

    items: set[int]
    finishes: set[int]
    timings: dict[int, Timing]


class Plan:
    """One network in memory. Raises `Unable` where it cannot be followed change by change."""

    def __init__(self, net: Network, solution: Solution, stage: dict[int, Scene], lead: int) -> None:
        self.lead, self.group = lead, frozenset(net.programs)
        self.programs, self.revisions = net.programs, dict(net.revisions)
        self.answers: dict[int, dict[str, Any]] = {}  # as this process stored them, each with its revision
        self.runs: dict[int, Runs] = {}  # the last simulated ones by program, as far as this process read them
        self.certain = True  # not while a step is taken: what went wrong in it leaves the plan at nobody's revision
        self.as_of: date = net.snapshot.as_of
        self.frames = {frame.id: frame for frame in net.snapshot.frames}
        scene = next(iter(stage.values()))
        self.items, self.stage = dict(scene.items), stage
        self.home = {item: pk for pk, each in stage.items() for item in each.own}
        self.edges = {edge.id: edge for edge in scene.edges}
        self.touching: dict[int, set[int]] = defaultdict(set)
        for edge in scene.edges:
            self._tie(edge)
        self.impediments = {one.id: (pk, one) for pk, each in stage.items() for one in each.impediments}
        self.stopped: dict[int, set[int]] = {}  # blocked milestone -> its blockers
        self.blockers: Counter[int] = Counter()  # open ones by program
        for key in self.impediments:
            self._stop(key)
        stopped = [one for _, one in self.impediments.values()]
        self.holders = holding.in_order(stopped)  # the blocker of each bit of the rows in `held`
        self.held = holding.rows(scene.edges, scene.items, stopped)
        self.first: dict[int, tuple[int, ...]] = {}  # the first few blockers of a row of bits
        self.live = Live(solution)
        self.actual = {activity.id: activity.actual for activity in net.snapshot.activities}
        self.rooms: dict[int, float | None] = {}  # as far as asked since they last changed; see `_room`
        self.lanes: dict[int, dict[int, set[int]]] = {pk: {} for pk in self.group}
        for pk, lane in Workstream.objects.filter(program__in=self.group).values_list("program_id", "pk"):
            self.lanes[pk][lane] = set()
        self.judged: dict[int, tuple[int | None, Owed | None, Health]] = {}  # workstream -> (what decided its health, it)
        self.told: dict[int, frozenset[str]] = {}
        self.counts: dict[int, Counter[str]] = {pk: Counter() for pk in self.group}
        for item, pk in self.home.items():
            self._note(item, pk)
            self._count(item, pk)

    def _tie(self, edge: Edge) -> None:
        for end in (edge.predecessor, edge.successor):
            self.touching[end].add(edge.id)

    # -- following -----------------------------------------------------------------------------------------------------------

    def follow(self, since: Since) -> Moved:
        """Take in rows that were touched. Afterwards the plan is that of the database."""
        rows = since.rows
        activities, facts, home = self._milestones(rows["milestone"])
        change = Change(activities, self._links(rows["dependency"]), self._obstacles(rows["blocker"]))
        edges = {edge.id: edge for edge in edges_of(Q(pk__in=rows["dependency"]))} if rows["dependency"] else {}
        stopped = {one.id: (pk, one) for pk, one in impediments_of(Q(pk__in=rows["blocker"]))} if rows["blocker"] else {}
        blockers = self._unsettled(rows, facts, edges)
        before = {key: self._behind(key) for key in blockers}
        beside = {item for key in rows["dependency"] for item in self._ends(key)}
        reached = self.live.apply(change)
        self._take_in(facts, home, activities)
        self._take_links(rows["dependency"], edges)
        for key in rows["blocker"]:
            beside |= self._at(key)
            self._unstop(key)
        self.impediments |= stopped
        for key in stopped:
            self._stop(key)
            beside |= self._at(key)
        beside |= {item for key in rows["dependency"] for item in self._ends(key)} | rows["milestone"]
        beside |= {end for item in rows["milestone"] for key in self.touching[item] for end in self._ends(key)}
        beside |= self._hold_again(before) | since.wrote
        return self._moved(reached, beside)

    def _moved(self, reached: Reached, beside: set[int]) -> Moved:
        moved = Moved((reached.activities | beside) & self.home.keys(), reached.moved, {})
        for item in moved.items:
            self._note(item, self.home[item])
            self._count(item, self.home[item])
        return moved

    def timing(self, item: int, moved: Moved) -> Timing:
        """One timing as it is now, worked out once."""
        found = moved.timings.get(item)
        if found is None:
            found = moved.timings[item] = self.live.timing(item)
        return found

    def _milestones(self, keys: set[int]) -> tuple[tuple[Activity, ...], dict[int, Item], dict[int, int]]:
        if not keys:
            return (), {}, {}
        found = list(saved(keys))
        home = {activity.id: activity.frame for activity, _ in found}
        if len(found) != len(keys) or not self.group.issuperset(home.values()):
            raise Unable("a milestone is gone")
        parents = {key for key in keys & self.items.keys() if self.items[key].is_parent}
        facts = {one.id: replace(one, is_parent=True) if one.id in parents else one for _, one in found}
        return tuple(activity for activity, _ in found), facts, home

    def _links(self, keys: set[int]) -> dict[int, Any]:
        if not keys:
            return {}
        found = {link.id: link for link in snapshots.links(Q(pk__in=keys))}
        for key in keys - found.keys():
            relation = self.live.editor.relations.get(key)
            if relation and self.home.get(relation.pred) != self.home.get(relation.succ):  # type: ignore[call-overload]
                raise Unable("the programs may no longer hang together")
        if any(self.edges[key].set_aside in {"loop", "self"} for key in keys & self.edges.keys()):
            raise Unable("a link was set aside as a loop")
        return {key: found.get(key) for key in keys}

    def _obstacles(self, keys: set[int]) -> dict[int, Any]:
        if not keys:
            return {}
        found = {one.id: one for one in snapshots.obstacles(Q(pk__in=keys))}
        return {key: found.get(key) for key in keys}

    def _take_in(self, facts: dict[int, Item], home: dict[int, int], activities: tuple[Activity, ...]) -> None:
        for key, one in facts.items():
            for lanes in self.lanes.values():
                if key in self.items and self.items[key].workstream in lanes:
                    lanes[self.items[key].workstream].discard(key)  # type: ignore[index]
            self.items[key] = one
        self.home |= home
        self.actual |= {activity.id: activity.actual for activity in activities}

    def _take_links(self, keys: set[int], edges: dict[int, Edge]) -> None:
        for key in keys:
            for end in self._ends(key):
                self.touching[end].discard(key)
            self.edges.pop(key, None)
            if key in edges and self.home.get(edges[key].successor) is not None:
                if edges[key].set_aside in {"loop", "self"}:
                    raise Unable("a link was set aside as a loop")
                self.edges[key] = edges[key]
                self._tie(edges[key])

    def _ends(self, key: int) -> set[int]:
        edge = self.edges.get(key)
        return {edge.predecessor, edge.successor} if edge else set()

    def _stop(self, key: int) -> None:
        self.blockers[self.impediments[key][0]] += 1
        for item in self._at(key):
            self.stopped.setdefault(item, set()).add(key)

    def _unstop(self, key: int) -> None:
        for item in self._at(key):
            self.stopped[item].discard(key)
            if not self.stopped[item]:
                del self.stopped[item]
        if key in self.impediments:
            self.blockers[self.impediments.pop(key)[0]] -= 1

    def at(self, items: Iterable[int], pk: int) -> list[Impediment]:
        """The blockers of a program that stop one of these milestones."""
        keys = {key for item in items for key in self.stopped.get(item, ())}
        return [one for home, one in map(self.impediments.__getitem__, keys) if home == pk]

    def _at(self, key: int) -> set[int]:
        found = self.impediments.get(key)
        return {found[1].item} if found and found[1].item is not None else set()

    # -- who is held by which blocker ----------------------------------------------------------------------------------------

    def _after(self, item: int) -> Iterator[int]:
        for key in self.touching.get(item, ()):
            edge = self.edges[key]
            if edge.predecessor == item and edge.schedules and not edge.set_aside:
                yield edge.successor

    def _working(self, item: int) -> bool:
        return item in self.items and self.items[item].state in WORKING

    def _behind(self, key: int) -> set[int]:
        """As `holding.rows`, for one blocker."""
        start = next(iter(self._at(key)), None)
        if start is None or not self._working(start):
            return set()
        seen, stack = {start}, [start]
        while stack:
            for item in self._after(stack.pop()):
                if item not in seen and self._working(item):
                    seen.add(item)
                    stack.append(item)
        if len(seen) > MOST_HELD:
            raise Unable("too much waits behind blocked work")
        return seen - {start}

    def _unsettled(self, rows: dict[str, set[int]], facts: dict[int, Item], edges: dict[int, Edge]) -> set[int]:
        """Blockers behind which others may wait than before."""
        starts = {key for key, one in facts.items() if self._working(key) != (one.state in WORKING)}
        for key in rows["dependency"]:
            starts |= {self.edges[key].predecessor} if key in self.edges else set()
            starts |= {edges[key].predecessor} if key in edges else set()
        before, stack = set(starts), list(starts)
        while stack:
            item = stack.pop()
            for key in self.touching.get(item, ()):
                edge = self.edges[key]
                if edge.successor == item and edge.predecessor not in before:
                    before.add(edge.predecessor)
                    stack.append(edge.predecessor)
        return rows["blocker"].union(*(self.stopped[item] for item in before & self.stopped.keys()))

    def _hold_again(self, before: dict[int, set[int]]) -> set[int]:
        changed: set[int] = set()
        for key, was in before.items():
            now = self._behind(key)
            if now and key not in self.holders:
                self._add_holder(key)
            if other := was ^ now:
                bit = 1 << self.holders.index(key)
                for item in other:
                    self.held[item] = self.held.get(item, 0) ^ bit
                changed |= other
        return changed

    def _add_holder(self, key: int) -> None:
        """Give a blocker its bit: the last, or, when it is older than others that hold, its place among them."""
        place = bisect(self.holders, key)
        self.holders.insert(place, key)
        if place < len(self.holders) - 1:
            low = (1 << place) - 1
            self.held = {item: (bits & low) | (bits & ~low) << 1 for item, bits in self.held.items()}
            self.first.clear()

    def holding(self, item: int) -> tuple[int, ...]:
        """The blockers upstream that hold a milestone, the first few."""
        bits = self.held.get(item, 0)
        if bits not in self.first:
            self.first[bits] = holding.first(bits, self.holders, MOST_BLOCKERS_KEPT)
        return self.first[bits]

    # -- health --------------------------------------------------------------------------------------------------------------

    def _note(self, item: int, pk: int) -> None:
        """Keep a milestone in its workstream, and forget what room it had."""
        lanes, lane = self.lanes[pk], self.items[item].workstream
        if lane in lanes:
            lanes[lane].add(item)
        self.rooms.pop(item, None)

    def _room(self, item: int, pk: int) -> float | None:
        """The working days from unfinished, dated work to what its program's target needs: no end of them without a target.

        None for what is finished or not dated.
        """
        if item not in self.rooms:
            reached, needed = self.live.ends_of(item) if self.items[item].state in WORKING else (None, None)
            days = inf if reached is None or needed is None else working_days(reached, needed, self.frames[pk].calendar)
            self.rooms[item] = None if reached is None else days
        return self.rooms[item]

    def _count(self, item: int, pk: int) -> None:
        """Keep what one milestone counts as, all but critical, which moves with the finish."""
        facts, index = self.items[item], self.live.network.index.get(item)
        now = {"milestones"} if not facts.external else set()
        if now:
            now.add({State.DONE: "done", State.DROPPED: "dropped"}.get(facts.state, "open"))
        if "open" in now:
            now |= {"blocked"} if item in self.stopped else set()
            now |= {"undated"} if index is None or not self.live.early.dated[index] else set()
        was = self.told.get(item, frozenset())
        self.counts[pk].update(now - was)
        self.counts[pk].subtract(was - now)
        self.told[item] = frozenset(now)

    def count(self, pk: int) -> dict[str, int]:
        """As `results.count`."""
        counts = {name: self.counts[pk][name] for name in ("milestones", "done", "open", "dropped", "blocked", "undated")}
        critical = (self.live.solution.id(i) for i in self.live.criticals(pk))
        counts["critical"] = sum("open" in self.told[item] for item in critical if self.home[item] == pk)
        counts["blockers"] = self.blockers[pk]
        return counts

    def lane_health(self, pk: int, lane: int, owed: Owed | None, analysis: Analysis, moved: Moved) -> Health:
        """As `workstream_health`, which is asked about the one milestone that decides it."""
        near, deciding, first = self.stage[pk].thresholds.near_critical_days, None, None
        was = self.judged.get(lane)
        for item in sorted(self.lanes[pk][lane]):
            room = self._room(item, pk)
            if room is None:
                continue
            first = item if first is None else first
            stuck = item in self.stopped and self.critical(item) and self.at((item,), pk)
            if stuck if owed else room < 0:
                deciding = item
                break
            if not owed and (room <= near or stuck):
                deciding = item
        deciding = first if deciding is None else deciding
        if was and not moved.finishes and (deciding, owed) == was[:2] and deciding not in moved.items:
            return was[2]
        own = () if deciding is None else (deciding,)
        timings = {item: self.timing(item, moved) for item in own}
        scene = self.scene(pk, own, self.at(own, pk), replace(analysis, timings=timings))
        found = workstream_health(replace(scene, owed={lane: owed} if owed else {}), lane)
        self.judged[lane] = deciding, owed, found
        return found

    def urgent(self) -> list[int]:
        """Blocked milestones that are critical now."""
        critical = (self.live.solution.id(i) for pk in self.group for i in self.live.criticals(pk))
        return [item for item in critical if item in self.stopped]

    def critical(self, item: int) -> bool:
        """Whether it is critical now."""
        index = self.live.network.index.get(item)
        return index is not None and self.live.critical(index)

    # -- what the rules read -------------------------------------------------------------------------------------------------

    def scene(self, pk: int, own: Iterable[int], impediments: Iterable[Impediment], analysis: Analysis) -> Scene:
        """A program's scene with only some milestones in it; loops set aside are left to the whole analysis."""
        own = tuple(sorted(own))
        keys = sorted({key for item in own for key in self.touching.get(item, ())})
        return replace(
            self.stage[pk],
            analysis=analysis,
            items=self.items,
            own=own,
            impediments=tuple(sorted(impediments, key=lambda one: one.id)),
            edges=tuple(self.edges[key] for key in keys if self.edges[key].set_aside not in {"loop", "self"}),
            blocked_by={item: self.holding(item) for item in own if item in self.held},
        )
