"""From a solved plan and what is uncertain about it to a model that can be simulated."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate

from programs.graph.calendars import DAY, ELAPSED, Calendar, day_end
from programs.graph.fast import draws
from programs.graph.fast.draws import single
from programs.graph.fast.simulation import (
    AFTER,
    BEFORE,
    BINS,
    NEVER,
    PILOT,
    TABLE,
    TRIANGLE,
    Draw,
    Ending,
    Event,
    Model,
    Node,
    Step,
    Tally,
    tally,
)  # fmt: skip
from programs.graph.network import Edge
from programs.graph.plan import Rule, Task
from programs.graph.solution import Solution
from programs.graph.types import LinkType
from programs.graph.uncertainty import CONFIDENCE, SETTLING, Confidence, Ratios, Risk, Shape, Spread, ThreePoint, Uncertainty


def prepare(solution: Solution, uncertainty: Uncertainty, seed: int) -> Model:
    """Make a model, with the bins of every activity laid by a pilot of the first runs."""
    model = _Maker(solution, uncertainty, seed).model()
    lay_bins(model, tally(model, 0, PILOT, driving=False))
    return model


def lay_bins(model: Model, pilot: Tally) -> None:
    """Lay the bins so that all pilot runs fall into the middle half. Further runs outside are counted at the ends."""
    for n, node in enumerate(model.nodes):
        places = [i for i, count in enumerate(pilot.bins[BINS * n : BINS * (n + 1)]) if count]
        low, high = node.first + (places[0] << node.shift), node.first + (places[-1] + 1 << node.shift)
        margin = (high - low) // 2 + 4
        node.first, width = low - margin, high - low + 2 * margin
        node.shift = max(0, math.ceil(math.log2(width / BINS)))


class _Maker:
    """Makes a model of a solved plan."""

    def __init__(self, solution: Solution, uncertainty: Uncertainty, seed: int) -> None:
        self.solution, self.uncertainty, self.seed = solution, uncertainty, seed
        self.network, self.tasks, self.early = solution.network, solution.tasks, solution.early
        self.data_date = self.network.plan.options.data_date
        self.draws: list[Draw] = []
        self.nodes: list[Node] = []
        self.place: dict[int, int] = {}
        self.blocked: dict[int, list[tuple[int, int]]] = {}
        self.estimated: dict[int, int] = {}
        self.planned: dict[int, float] = {}
        self._likely: dict[int, float] = {}  # by draw
        self.calendars: list[Calendar] = [ELAPSED]
        self.tables: list[list[tuple[float, float]]] = []
        self._tables: dict[tuple[float, ...], int] = {}
        self._causes: dict[str, int] = {}
        self._ways: dict[tuple[int, int], int] = {}
        self.estimates = {estimate.activity: estimate for estimate in uncertainty.estimates}
        self.clearings = {clearing.obstacle: clearing for clearing in uncertainty.clearings}
        self.obstacles: dict[int, list[tuple[int, int | None]]] = {}
        for obstacle in solution.built.snapshot.obstacles:
            clear = None if obstacle.clear is None else day_end(obstacle.clear)
            self.obstacles.setdefault(obstacle.activity, []).append((obstacle.id, clear))
        self.struck: dict[int, list[int]] = {}
        self.struck_links: dict[object, list[int]] = {}
        self.events = [self._event(place, risk) for place, risk in enumerate(sorted(uncertainty.risks, key=lambda risk: risk.id))]

    def model(self) -> Model:
        """Every activity that is dated and may move, in order."""
        certain: set[int] = set()
        for i in self.network.order:
            if not self._dated(i):
                continue
            if self.tasks[i].finished and all(e.pred in certain or not self._dated(e.pred) for e in self.network.preds[i]):
                certain.add(i)
            else:
                self._activity(i)
        model = Model(
            seed=self.seed, share=single(math.sqrt(self.uncertainty.correlation)), nodes=self.nodes, draws=self.draws,
            events=self.events, causes=[draws.keys(self.seed, "cause", name) for name in self._causes], tables=self.tables,
            ways=[], endings=[self._ending(frame) for frame in self.solution.built.frames], calendars=self.calendars,
            data_date=self.data_date, place=self.place, blocked=self.blocked, estimated=self.estimated, planned=self.planned,
        )  # fmt: skip
        model.ways = [self._way_table(*pair) for pair in self._ways]
        return model

    def _dated(self, i: int) -> bool:
        estimate = self.estimates.get(self.solution.id(i))
        return self.early.dated[i] or (estimate is not None and isinstance(estimate.spread, ThreePoint))

    # -- activities ----------------------------------------------------------------------------------------------------------

    def _activity(self, i: int) -> None:
        task, activity = self.tasks[i], self.solution.built.activities[i]
        draw = self._spread(i, task)
        struck = tuple(self.struck.get(activity.id, ())) if not task.finished else ()
        reached = not task.finished and any(edge.id in self.struck_links for edge in self.network.preds[i])
        by_date = draw >= 0 and not task.remaining and task.own_date is not None  # what is drawn is when its date falls
        works = bool(task.remaining or struck) or reached or (draw >= 0 and not by_date)
        bases, floors = self._bases(task, keep_own=not by_date)
        edges = []
        for edge in self.network.preds[i]:
            if not self._dated(edge.pred):
                continue
            if edge.pred in self.place and (edge.base is None or edge.type is LinkType.FS):
                edges.append(edge)
            else:
                (floors if edge.type in (LinkType.FF, LinkType.SF) else bases).append(self._instant(edge))
        node = Node(base=0.0, index=i, point=not works, told=not task.finished, events=struck)
        waits = self._blockers(i, task)
        if by_date:
            waits.append(self._wait(self.solution.calendar(i), 0, draw))
            self.estimated[activity.id] = waits[-1]
        elif draw >= 0:
            node.draw, self.estimated[activity.id] = draw, len(self.nodes)
        calendar = (
            task.calendar
            if task.remaining
            else self.solution.calendar(i)
            if works
            else self._point_calendar(i, edges, waits, bases + floors)
        )
        node.calendar, node.work = self._calendar(calendar), single(task.remaining / DAY)
        node.base = self._days(calendar, max(bases))
        if floors:
            node.floor = self._days(calendar, max(floors))
        if activity.target is not None:
            node.target = self._days(calendar, day_end(activity.target))
        node.steps = [self._step(edge, node) for edge in edges]
        for wait in waits:
            self._wait_for(node, wait, len(self.nodes))
        self.place[i] = len(self.nodes)
        self.nodes.append(node)
        if draw >= 0:
            self.planned[self.estimated[activity.id]] = self._likely[draw]

    def _bases(self, task: Task, keep_own: bool) -> tuple[list[int], list[int]]:
        """Instants before which work cannot start, and before which it cannot finish."""
        bases, floors = [task.floor if task.floor is not None else self.network.plan.options.floor], []
        for bound in task.bounds if not task.finished else ():
            if bound.rule is Rule.FINISH_ON:
                floors.append(bound.at)
            elif bound.rule in (Rule.SNET, Rule.START_ON) and not task.started:
                bases.append(bound.at)
        if task.own_date is not None and keep_own:
            bases.append(task.own_date)
        if task.hold is not None and task.finished:
            bases.append(task.hold)
        return bases, floors

    def _instant(self, edge: Edge) -> int:
        """What a link from certain work asks for, before the successor's own work is taken off."""
        early, lag = self.early, edge.lag
        at = early.ef[edge.pred] if edge.type in (LinkType.FS, LinkType.FF) else early.es[edge.pred]
        if edge.base is not None and edge.type is not LinkType.FS:
            at = edge.base
        elif not lag and edge.type is LinkType.SS:
            return edge.calendar.next_start(at)
        return edge.calendar.add(at, lag)

    def _point_calendar(self, i: int, edges: Sequence[Edge], waits: Sequence[int], instants: Sequence[int]) -> Calendar:
        """What takes no time counts on its program's calendar when it cannot fall between two of its working days."""
        calendar = self.solution.calendar(i)
        at = max(instants)
        own = self._calendar(calendar)
        same = calendar.prev_finish(at) == at and all(self.nodes[wait].calendar == own for wait in waits)
        for edge in edges if same else ():
            counted = self._calendar(edge.calendar) if edge.lag else self.nodes[self.place[edge.pred]].calendar
            same &= edge.type in (LinkType.FS, LinkType.FF) and edge.lag >= 0 and counted == own
        return calendar if same else ELAPSED

    # -- what an activity waits for ------------------------------------------------------------------------------------------

    def _step(self, edge: Edge, node: Node) -> Step:
        u = self.place[edge.pred]
        source, lag = self.nodes[u], edge.lag
        finish = edge.type in (LinkType.FS, LinkType.FF)
        step = Step(2 * u + finish, single(lag / DAY), before_ends=finish or source.point, id=edge.id)
        step.into_finish = edge.type in (LinkType.FF, LinkType.SF)
        step.events = tuple(self.struck_links.get(edge.id, ())) if not self.tasks[edge.succ].finished else ()
        if lag or edge.type is LinkType.SS:
            counted = self._calendar(edge.calendar)
            step.before, step.after = self._way(source.calendar, counted), self._way(counted, node.calendar)
            step.after_ends = lag > 0
        else:
            step.before = self._way(source.calendar, node.calendar)
        return step

    def _blockers(self, i: int, task: Task) -> list[int]:
        """A node for each open blocker: it holds remaining work until it clears."""
        found = []
        for obstacle, clear in self.obstacles.get(self.solution.id(i), ()) if not task.finished else ():
            clearing, calendar = self.clearings.get(obstacle), self.solution.calendar(i)
            if clearing is not None:
                draw = self._draw(clearing.days, 0.0, ("blocker", obstacle), clearing.cause)
                found.append(self._wait(calendar, 0, draw))
            elif clear is not None:
                found.append(self._wait(calendar if calendar.prev_finish(clear) == clear else ELAPSED, clear, -1))
            else:
                continue
            self.nodes[found[-1]].obstacle = obstacle
        return found

    def _wait(self, calendar: Calendar, until: int, draw: int) -> int:
        node = Node(base=0.0, draw=draw, calendar=self._calendar(calendar))
        if draw < 0:
            node.base = self._days(calendar, until)
        self.nodes.append(node)
        return len(self.nodes) - 1

    def _wait_for(self, node: Node, wait: int, place: int) -> None:
        obstacle = self.nodes[wait].obstacle
        if obstacle is not None:
            self.blocked.setdefault(obstacle, []).append((place, len(node.steps)))
        node.steps.append(Step(2 * wait + 1, 0.0, before=self._way(self.nodes[wait].calendar, node.calendar)))

    # -- what is drawn -------------------------------------------------------------------------------------------------------

    def _spread(self, i: int, task: Task) -> int:
        """The draw of an activity's remaining work, or of the time until its own date; -1: it is certain."""
        if task.finished:
            return -1
        activity = self.solution.id(i)
        estimate = self.estimates.get(activity)
        until = 0.0 if task.own_date is None else max(0.0, self.solution.calendar(i).diff(self.data_date, task.own_date) / DAY)
        planned = task.remaining / DAY or until
        if estimate is not None:
            if isinstance(estimate.spread, ThreePoint) or task.remaining or task.own_date is not None:
                return self._draw(estimate.spread, planned, ("work", activity), estimate.cause)
        elif self.uncertainty.default is not None and (task.remaining or task.own_date is not None):
            return self._draw(self.uncertainty.default, planned, ("work", activity), self.uncertainty.causes.get(activity, ""))
        return -1

    def _draw(self, spread: Spread, planned: float, stream: tuple[str, int], cause: str = "") -> int:
        self._likely[len(self.draws)] = single(spread.likely if isinstance(spread, ThreePoint) else planned)
        if isinstance(spread, Confidence):
            low, likely, high = CONFIDENCE[spread]
            spread = ThreePoint(planned * low, planned * likely, planned * high)
        if isinstance(spread, Ratios):
            table = self._table(draws.spaced(spread.quantiles))
            made = Draw(TABLE, single(-SETTLING), high=single(planned + SETTLING), table=table)
        elif spread.shape is Shape.TRIANGULAR or spread.low == spread.high:
            made = Draw(TRIANGLE, *draws.triangular(spread.low, spread.likely, spread.high))
        else:
            width = spread.high - spread.low
            position = round((spread.likely - spread.low) / width * draws.POSITIONS)
            made = Draw(TABLE, single(spread.low), high=single(width), table=self._table(draws.pert(position)))
        made.keys = draws.keys(self.seed, *stream)
        if cause and self.uncertainty.correlation:
            made.cause, made.cause_keys = self._cause(cause), draws.keys(self.seed, stream[0] + " follows", stream[1])
        self.draws.append(made)
        return len(self.draws) - 1

    def _event(self, place: int, risk: Risk) -> Event:
        for activity in risk.activities:
            self.struck.setdefault(activity, []).append(place)
        for link in risk.links:
            self.struck_links.setdefault(link, []).append(place)
        likely = risk.likely
        if likely is None:
            self.draws.append(Draw(TABLE, single(risk.low), high=single(risk.high - risk.low), table=self._table((0.0, 1.0))))
            self.draws[-1].keys = draws.keys(self.seed, "impact", risk.id)
        else:
            self._draw(ThreePoint(risk.low, likely, risk.high, Shape.TRIANGULAR), 0.0, ("impact", risk.id))
        event = Event(single(risk.probability), len(self.draws) - 1, draws.keys(self.seed, "risk", risk.id))
        if risk.cause and self.uncertainty.correlation:
            event.cause, event.cause_keys = self._cause(risk.cause), draws.keys(self.seed, "risk follows", risk.id)
        return event

    def _table(self, quantiles: tuple[float, ...]) -> int:
        if quantiles not in self._tables:
            self._tables[quantiles] = len(self._tables)
            self.tables.append(draws.lines(quantiles if len(quantiles) > draws.CELLS else draws.spaced(quantiles)))
        return self._tables[quantiles]

    def _cause(self, name: str) -> int:
        return self._causes.setdefault(name, len(self._causes))

    # -- calendars -----------------------------------------------------------------------------------------------------------

    def _calendar(self, calendar: Calendar) -> int:
        for place, known in enumerate(self.calendars):
            if known is calendar:
                return place
        self.calendars.append(calendar)
        return len(self.calendars) - 1

    def _days(self, calendar: Calendar, at: int) -> float:
        return single(calendar.diff(self.data_date, at) / DAY)

    def _way(self, one: int, other: int) -> int:
        """The table that leads from one calendar to another; -1: none is needed."""
        return -1 if one == other else self._ways.setdefault((one, other), len(self._ways))

    def _way_table(self, one: int, other: int) -> list[tuple[float, float]]:
        """For each working day of one calendar (from BEFORE days ago on): working days of the other before it, and in it."""
        first, later = self._worked(self.calendars[one]), self._worked(self.calendars[other])
        before = list(accumulate(later, initial=0))
        past: list[tuple[float, float]] = []
        ahead: list[tuple[float, float]] = []
        for day, worked in enumerate(first):
            if worked:
                (past if day < BEFORE else ahead).append((float(before[day] - before[BEFORE]), float(later[day])))
        past, ahead = past or [(NEVER, 0.0)], ahead or [(0.0, 0.0)]
        start, end = (past[0][0], 0.0), (ahead[-1][0] + ahead[-1][1], 0.0)
        return [start] * (BEFORE - len(past)) + past + ahead + [end] * (AFTER - len(ahead))

    def _worked(self, calendar: Calendar) -> list[int]:
        """For each day around the data date 1 when it is worked."""
        begin = self.data_date // DAY - BEFORE
        week, exceptions = [1 if hours else 0 for hours in calendar.week], calendar.exceptions
        worked = [week[(day - 1) % 7] for day in range(begin, begin + BEFORE + AFTER)]
        for day, hours in exceptions.items():
            if 0 <= day - begin < len(worked):
                worked[day - begin] = 1 if hours else 0
        return worked if any(worked) else [1] * len(worked)

    # -- programs ------------------------------------------------------------------------------------------------------------

    def _ending(self, frame: int) -> Ending:
        """A program ends with its named activity, else with the latest of its work: what leads to other work of it cannot."""
        solution = self.solution
        named = solution.built.frames[frame].finish
        index = None if named is None else self.network.index.get(named)
        members = [i for i in solution.members[frame] if self._dated(i)]
        if index is not None and index in members:
            members = [index]
        over = [solution.end(i, self.early) for i in members if self.tasks[i].finished or i not in self.place]
        alive = {i for i in members if i in self.place and not self.tasks[i].finished}
        last = [i for i in sorted(alive) if not any(self._outlasts(edge, alive) for edge in self.network.succs[i])]
        used = {self.nodes[self.place[i]].calendar for i in last}
        calendar = used.pop() if len(used) == 1 else 0
        base = self._days(self.calendars[calendar], max(over)) if over else NEVER
        nodes = [self.place[i] for i in last]
        return Ending(frame, calendar, base, [(node, self._way(self.nodes[node].calendar, calendar)) for node in nodes])

    def _outlasts(self, edge: Edge, alive: set[int]) -> bool:
        eased = edge.id in self.struck_links or edge.id in self.uncertainty.handovers
        return edge.succ in alive and edge.lag >= 0 and edge.type in (LinkType.FS, LinkType.FF) and not eased
