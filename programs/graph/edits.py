"""Change a solved network in place: one activity, one link, one blocker, without building the rest again.

What cannot be told from the change alone raises `Unable`: whoever asked then builds the network anew. After `Unable` the network
is no longer to be used.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import cast

from programs.graph.backward import NEVER, Late
from programs.graph.build import relation_of, task_of
from programs.graph.calendars import ELAPSED
from programs.graph.containment import Containment, has_work
from programs.graph.forward import Bind
from programs.graph.network import Edge
from programs.graph.plan import Kind, Relation, Rule, Task
from programs.graph.solution import Solution
from programs.graph.types import Activity, Link, Obstacle, State


class Unable(Exception):
    """The answer cannot be found from what changed; the whole network must be looked at."""


@dataclass(frozen=True, slots=True)
class Change:
    """What is different now. A link or blocker that is gone, or no longer counts, is None."""

    activities: tuple[Activity, ...] = ()
    links: Mapping[int, Link | None] = field(default_factory=dict)
    obstacles: Mapping[int, Obstacle | None] = field(default_factory=dict)


@dataclass(slots=True)
class Dirty:
    """Indices whose early dates, late dates or mere description must be looked at again."""

    early: set[int] = field(default_factory=set)
    late: set[int] = field(default_factory=set)
    told: set[int] = field(default_factory=set)
    counted: set[int] = field(default_factory=set)  # behind these others wait than before


class Editor:
    """The structure of one solved network, ready to be changed."""

    def __init__(self, solution: Solution) -> None:
        built, network = solution.built, solution.network
        if any(finding.code in ("loop", "containment_loop") for finding in built.findings):
            raise Unable("a loop is set aside")
        self.solution, self.network = solution, network
        self.needed: Late = solution.needed  # computed before anything moves
        self.members = solution.members
        solution.compiled = None
        self.activities = list(built.activities)
        solution.built = replace(built, activities=cast("tuple[Activity, ...]", self.activities))
        self.tasks: list[Task] = list(network.tasks)
        network.tasks = solution.tasks = cast("tuple[Task, ...]", self.tasks)
        self.lates = list(
            {id(late): late for late in (solution._to_all, solution._to_promised, solution.late, self.needed)}.values()
        )
        self.relations: dict[object, Relation] = {relation.id: relation for relation in network.plan.relations}
        self.obstacles = {obstacle.id: obstacle for obstacle in built.snapshot.obstacles}
        self.stopped: dict[int, set[int]] = {}  # activity -> its obstacles
        for obstacle in self.obstacles.values():
            self.stopped.setdefault(obstacle.activity, set()).add(obstacle.id)
        self.known = {activity.id for activity in built.snapshot.activities}
        tree = Containment(built.activities)
        self.parents = frozenset(tree.children)
        self.family = self.parents | {child for children in tree.children.values() for child in children}
        if any(self._late_work(task) for task in self.tasks):
            raise Unable("some work is as late as possible")
        self.uniform = self._is_uniform()

    @staticmethod
    def _late_work(task: Task) -> bool:
        return any(bound.rule is Rule.ALAP for bound in task.bounds)

    def _is_uniform(self) -> bool:
        """Whether the whole network counts one working time and has one finish, so that late dates move with it as one."""
        return (
            len(self.solution.built.frames) == 1
            and all(self._rigid(task) for task in self.tasks)
            and not any(edge.calendar is ELAPSED for edges in self.network.preds for edge in edges)
        )

    @staticmethod
    def _rigid(task: Task) -> bool:
        hard = any(bound.rule in (Rule.START_ON, Rule.FINISH_ON) for bound in task.bounds)
        return task.calendar is not ELAPSED and task.deadline is None and not hard

    def apply(self, change: Change) -> Dirty:
        """Change the structure; returns what must be computed again."""
        dirty, snapshot = Dirty(), self.solution.built.snapshot
        for key, obstacle in change.obstacles.items():
            self._put_obstacle(key, obstacle, dirty)
        if change.obstacles:
            rows = tuple(self.obstacles.values())
            self.solution.built = replace(self.solution.built, snapshot=replace(snapshot, obstacles=rows))
        for activity in change.activities:
            self._put(activity, dirty)
        for key, link in change.links.items():
            self._put_link(key, link, dirty)
        return dirty

    # -- activities ----------------------------------------------------------------------------------------------------------

    def _put(self, activity: Activity, dirty: Dirty) -> None:
        i = self.network.index.get(activity.id)
        if activity.state is State.DROPPED or (i is None and activity.id in self.known):
            raise Unable("work was dropped, or taken up again")
        if i is None:
            i = self._append(activity)
        else:
            before = self.activities[i]
            if before == activity:
                return
            if (before.frame, before.parent) != (activity.frame, activity.parent):
                raise Unable("it belongs elsewhere now")
            if activity.id in self.family and self._counts(before) != self._counts(activity):
                raise Unable("what it contains follows other rules now")
            self.activities[i] = activity
        self._retask(i, dirty)

    @staticmethod
    def _counts(activity: Activity) -> tuple[bool, bool]:
        return activity.state is State.DONE, has_work(activity)

    def _append(self, activity: Activity) -> int:
        """A new activity comes last: ids only rise, and nothing is linked to it yet."""
        network, solution = self.network, self.solution
        if activity.parent is not None or (self.activities and activity.id < self.activities[-1].id):
            raise Unable("a new activity has a place among others")
        i = len(self.activities)
        self.known.add(activity.id)
        self.activities.append(activity)
        self.tasks.append(Task(activity.id))
        network.index[activity.id] = i
        network.preds.append([])
        network.succs.append([])
        network.order.append(i)
        network.position.append(i)
        solution.frame.append(activity.frame)
        self.members[activity.frame].append(i)
        solution.open.append(True)
        solution.total.append(None)
        for late in self.lates:
            late.ls.append(NEVER)
            late.lf.append(NEVER)
            late.by.append(None)
        early = solution.early
        for row in (early.es, early.ef, early.logic, early.remaining):
            row.append(0)
        early.bind.append(Bind.FLOOR)
        early.drivers.append(())
        early.dated.append(False)
        early.reach.append(None)
        solution.forward.holds.append(None)
        solution.forward.points.append(False)
        return i

    def _retask(self, i: int, dirty: Dirty) -> None:
        """Make the task anew, and the links out of it, whose lags depend on how far it has come."""
        solution, network, activity = self.solution, self.network, self.activities[i]
        built = solution.built
        task = task_of(
            activity, built.frames[activity.frame], built.calendars[activity.frame],
            as_of=built.snapshot.as_of, hold=self._hold(activity.id), follows=bool(network.preds[i]),
        )  # fmt: skip
        if self._late_work(task) or (self.uniform and not self._rigid(task)):
            raise Unable("it follows rules that the network did not know yet")
        self.tasks[i] = task
        if solution.open[i] == task.finished:
            dirty.counted.add(i)
        solution.open[i] = not task.finished
        solution.forward.holds[i], solution.forward.points[i] = task.hold, task.kind is Kind.MILESTONE
        solution.early.remaining[i], solution.early.dated[i] = task.remaining, task.anchored
        for place, edge in enumerate(network.succs[i]):
            made = network.edge(self.relations[edge.id], i, edge.succ)
            network.succs[i][place] = made
            siblings = network.preds[edge.succ]
            siblings[next(n for n, each in enumerate(siblings) if each is edge)] = made
            dirty.early.add(edge.succ)
        dirty.early.add(i)
        dirty.late.add(i)
        dirty.told.add(i)

    def _hold(self, activity: int) -> date | None:
        clears = (self.obstacles[key].clear for key in self.stopped.get(activity, ()))
        return max((clear for clear in clears if clear is not None), default=None)

    def _put_obstacle(self, key: int, obstacle: Obstacle | None, dirty: Dirty) -> None:
        before = self.obstacles.pop(key, None)
        if before is not None:
            self.stopped[before.activity].discard(key)
            if not self.stopped[before.activity]:
                del self.stopped[before.activity]
        if obstacle is not None:
            self.obstacles[key] = obstacle
            self.stopped.setdefault(obstacle.activity, set()).add(key)
        if before == obstacle:
            return
        for activity in {each.activity for each in (before, obstacle) if each is not None}:
            if activity in self.network.index:
                self._retask(self.network.index[activity], dirty)

    # -- links ---------------------------------------------------------------------------------------------------------------

    def _put_link(self, key: int, link: Link | None, dirty: Dirty) -> None:
        before = self.relations.get(key)
        after = None if link is None else relation_of(link)
        if link is not None and not {link.predecessor, link.successor} <= self.network.index.keys():
            if not {link.predecessor, link.successor} <= self.known:
                raise Unable("it leads out of the network")
            after = None  # dropped work takes no part
        if before == after:
            return
        if {each.succ for each in (before, after) if each is not None} & self.parents:
            raise Unable("what comes before a parent comes before its parts")
        if before is not None:
            self._unlink(before, dirty)
        if after is not None:
            self._link(after, dirty)

    def _ends(self, relation: Relation) -> tuple[int, int]:
        index = self.network.index
        return index[cast("int", relation.pred)], index[cast("int", relation.succ)]

    def _unlink(self, relation: Relation, dirty: Dirty) -> None:
        i, j = self._ends(relation)
        succs, preds = self.network.succs[i], self.network.preds[j]
        edge = next(each for each in succs if each.id == relation.id)
        succs[:] = [each for each in succs if each is not edge]
        preds[:] = [each for each in preds if each is not edge]
        del self.relations[relation.id]
        self._linked(i, j, dirty, follows_changed=not preds)

    def _link(self, relation: Relation, dirty: Dirty) -> None:
        i, j = self._ends(relation)
        if i == j:
            return
        self._order(i, j)
        edge = self.network.edge(relation, i, j)
        if self.uniform and edge.calendar is ELAPSED:
            raise Unable("it counts another working time")
        self.relations[relation.id] = relation
        first = not self.network.preds[j]
        for edges in (self.network.succs[i], self.network.preds[j]):
            edges.insert(sum(_before(each, edge) for each in edges), edge)
        self._linked(i, j, dirty, follows_changed=first)

    def _linked(self, i: int, j: int, dirty: Dirty, *, follows_changed: bool) -> None:
        if follows_changed:
            self._retask(j, dirty)
        dirty.early.add(j)
        dirty.late.add(i)
        dirty.told.add(i)
        dirty.counted.add(i)

    def _order(self, i: int, j: int) -> None:
        """Keep every predecessor before its successors (Pearce and Kelly): only what lies between the two is looked at."""
        position, order = self.network.position, self.network.order
        low, high = position[j], position[i]
        if high < low:
            return
        after = self._reach(j, lambda k: (e.succ for e in self.network.succs[k] if position[e.succ] <= high))
        if i in after:
            raise Unable("it closes a loop")
        before = self._reach(i, lambda k: (e.pred for e in self.network.preds[k] if position[e.pred] >= low))
        moved = sorted(before, key=position.__getitem__) + sorted(after, key=position.__getitem__)
        for place, k in zip(sorted(position[k] for k in moved), moved, strict=True):
            order[place], position[k] = k, place

    @staticmethod
    def _reach(start: int, step: object) -> set[int]:
        seen, stack = {start}, [start]
        while stack:
            for k in cast("Iterable[int]", step(stack.pop())):  # type: ignore[operator]
                if k not in seen:
                    seen.add(k)
                    stack.append(k)
        return seen


def _before(one: Edge, other: Edge) -> bool:
    """Given links come in the order of their ids, then those that containment implies."""
    return isinstance(one.id, int) and isinstance(other.id, int) and one.id < other.id
