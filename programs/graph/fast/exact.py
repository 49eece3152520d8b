"""A whole native plan compiled: what `Forward` and `backward` compute, for every activity and every program, in one go.

`compiled_plan` returns None for whatever the kernels do not know (another dialect, dates typed by hand, a plan of seconds that
runs for a century) and while the kernels are not loaded; the passes in plain Python then compute it, with the same answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from programs.graph.backward import NEVER, Late
from programs.graph.calendars import DAY, ELAPSED, Calendar
from programs.graph.fast import compiled
from programs.graph.forward import Bind, Early
from programs.graph.network import Edge, Network
from programs.graph.plan import Dialect, Kind, Options, Progress, Rule, Task
from programs.graph.types import LinkType

if TYPE_CHECKING:
    from programs.graph.fast.tables import Tables

Array = Any
KINDS = {LinkType.FS: 0, LinkType.SS: 1, LinkType.FF: 2, LinkType.SF: 3}
RULES = (None, Rule.START_ON, Rule.FINISH_ON, Rule.FNLT)
KNOWN = frozenset({Rule.ALAP, Rule.SNET, Rule.START_ON, Rule.FINISH_ON, Rule.FNLT})
BINDS = tuple(Bind)
SMALL = 100  # activities below which plain Python is as quick
ROUNDS = 8  # how often tables may be made larger


@dataclass(frozen=True, slots=True)
class End:
    """How one program ends: its calendar, the activity that ends it, its target, and whether others must heed its finish."""

    calendar: Calendar
    index: int | None = None
    target: int | None = None
    promised: bool = True


def known(network: Network) -> bool:
    """Whether the kernels know everything this plan says."""
    o = network.plan.options
    native = o.dialect is Dialect.NATIVE and o.progress is Progress.RETAINED_LOGIC and o.round_to == 1
    return native and all(_known(task) for task in network.tasks)


def _known(task: Task) -> bool:
    return (
        task.kind is (Kind.TASK if task.remaining else Kind.MILESTONE)
        and task.remaining >= 0
        and not (task.finished and task.remaining)
        and task.external_early_start is None
        and task.external_late_finish is None
        and task.expected_finish is None
        and (any(task.calendar.week) or task.calendar is ELAPSED)
        and all(bound.rule in KNOWN for bound in task.bounds)
    )


def compiled_plan(
    network: Network,
    frame: Sequence[int],
    ends: Mapping[int, End],
) -> CompiledPlan | None:
    """Compile and compute a network; `frame` is the program of each activity, `ends` says how each program ends."""
    if len(network) < SMALL or compiled.ready("exact_kernels") is None or not known(network):
        return None
    if not all(any(end.calendar.week) for end in ends.values()):
        return None
    from programs.graph.fast.tables import TooLarge

    try:
        return CompiledPlan(network, frame, ends)
    except (TooLarge, Unsure):
        return None


class Unsure(ValueError):
    """The kernels might answer differently, so they do not."""


class CompiledPlan:
    """Arrays by rank (see `plain_kernels`), computed on creation. The lists that reading returns are by index, as everywhere."""

    def __init__(
        self,
        network: Network,
        frame: Sequence[int],
        ends: Mapping[int, End],
    ) -> None:
        import numpy as np

        from programs.graph.fast import exact_kernels, plain_kernels
        from programs.graph.fast.tables import common_unit

        self.np, self.kernels, self.network = np, exact_kernels, network
        self.n = n = len(network)
        tasks, options = network.tasks, network.plan.options
        self.into = [edge for edges in network.preds for edge in edges]
        self.out = [edge for edges in network.succs for edge in edges]
        src = np.fromiter((e.pred for e in self.into), np.int32, len(self.into))
        dst = np.fromiter((e.succ for e in self.into), np.int32, len(self.into))
        _, self.order, self.rank, depth = plain_kernels.number(n, src, dst)
        self._places: dict[int, int] = {id(ELAPSED): 0}
        self.calendars: list[Calendar] = [ELAPSED]
        self._activities(tasks, options, frame, ends)
        self._links(network)
        self.names = list(ends)
        places = {name: place for place, name in enumerate(self.names)}
        self.frame = np.fromiter((places[f] for f in frame), np.int32, n)[self.order]
        self.named = np.array([-1 if end.index is None else self.rank[end.index] for end in ends.values()], np.int64)
        self.targets = [end.target for end in ends.values()]
        self.promised = np.array([end.promised for end in ends.values()], bool)
        moments = [self.raw["base"], self.raw["limit"], self.raw["fixed"], self.raw["pb"]]
        given = np.concatenate([[options.data_date], *(x[x < NEVER] for x in moments), _some(self.targets)]).astype(np.int64)
        amounts = np.concatenate([self.raw["work"], self.raw["pl"], self.raw["sl"]])
        self.unit = common_unit(self.calendars, np.concatenate([given, amounts]))
        self.longest = int(np.abs(amounts).max(initial=0)) // self.unit + 1
        self._solve(int(given.min()), int(given.max()), _span(depth, amounts))

    # -- compiling -----------------------------------------------------------------------------------------------------------

    def _calendar(self, calendar: Calendar) -> int:
        place = self._places.get(id(calendar))
        if place is None:
            place = self._places[id(calendar)] = len(self.calendars)
            self.calendars.append(calendar)
        return place

    def _activities(self, tasks: Sequence[Task], options: Options, frame: Sequence[int], ends: Mapping[int, End]) -> None:
        np, n = self.np, self.n
        lows = [_base(task, options.floor) for task in tasks]
        limits = [_limit(task) for task in tasks]
        table = {
            "base": [low for low, _ in lows],
            "work": [task.remaining for task in tasks],
            "limit": [limit for limit, _ in limits],
            "fixed": [NEVER if task.actual_finish is None else task.actual_finish for task in tasks],
        }
        self.raw = {name: np.array(values, np.int64)[self.order] for name, values in table.items()}
        self.why = np.array([int(why) for _, why in lows], np.uint8)[self.order]
        self.limited = [rule for _, rule in limits]
        self.state = np.array([_state(task) for task in tasks], np.uint8)[self.order]
        place = self._calendar
        self.real_of = np.fromiter((place(task.calendar) for task in tasks), np.int32, n)[self.order]
        self.own_of = np.fromiter((place(ends[f].calendar) for f in frame), np.int32, n)[self.order]
        alap = [not task.started and any(b.rule is Rule.ALAP for b in task.bounds) for task in tasks]
        self.alap = np.array(alap, np.uint8)[self.order] if any(alap) else None

    def _links(self, network: Network) -> None:
        np = self.np
        self.pp, by_pred = self._rows(network.preds)
        self.sp, by_succ = self._rows(network.succs)
        self.sources = by_succ  # where a successor link stands among `out`
        self.targets_of = by_pred  # and a predecessor link among `into`
        into, out, place, m = self.into, self.out, self._calendar, len(self.into)
        self.pn = self.rank[np.fromiter((e.pred for e in into), np.int32, m)].astype(np.uint32)[by_pred]
        self.sn = self.rank[np.fromiter((e.succ for e in out), np.int32, m)].astype(np.uint32)[by_succ]
        self.kind_of_into = np.fromiter((KINDS[e.type] for e in into), np.uint8, m)[by_pred]
        self.kind_of_out = np.fromiter((KINDS[e.type] for e in out), np.uint8, m)[by_succ]
        self.pc_of = np.fromiter((place(e.calendar) for e in into), np.int32, m)[by_pred]
        self.sc_of = np.fromiter((place(e.calendar) for e in out), np.int32, m)[by_succ]
        self.raw["pl"] = np.fromiter((e.lag for e in into), np.int64, m)[by_pred]
        self.raw["sl"] = np.fromiter((e.back_lag for e in out), np.int64, m)[by_succ]
        bases = [NEVER if e.base is None or e.type is LinkType.FS else e.base for e in into]
        self.raw["pb"] = np.array(bases, np.int64)[by_pred]
        over = np.fromiter((network.tasks[e.pred].finished for e in into), bool, m)[by_pred]
        self.pl_of = np.unique(self.raw["pl"], return_inverse=True)[1]
        self.sl_of = np.unique(self.raw["sl"], return_inverse=True)[1]
        self.pw = (self.kind_of_into >> 1) | (over.astype(np.uint8) << 1)
        self.sw = self.kind_of_out & 1

    def _rows(self, lists: Sequence[Sequence[Edge]]) -> tuple[Array, Array]:
        """Row starts by rank, and for each place in the new rows its place in the old ones."""
        np = self.np
        counts = np.fromiter(map(len, lists), np.int64, self.n)
        begin = np.cumsum(counts) - counts
        counts, begin = counts[self.order], begin[self.order]
        rows = np.zeros(self.n + 1, np.uint32)
        np.cumsum(counts, out=rows[1:])
        return rows, np.arange(int(rows[-1])) + np.repeat(begin - rows[:-1], counts)

    # -- computing -----------------------------------------------------------------------------------------------------------

    def _solve(self, first: int, last: int, span: int) -> None:
        from programs.graph.fast.tables import TooLarge

        for _ in range(ROUNDS):
            self._tabulate(first // DAY - span, last // DAY + span)
            self.run()
            t = self.tables
            if self.alap is not None and not self.rec[: 8 * self.n : 8].all():
                raise Unsure("Work without a date takes part in what is as late as possible.")
            if not self.kernels.reaches_the_edge(self.n, t.low, t.high, t.never, self.rec):
                return
            span *= 3
        raise TooLarge("The plan has no end.")

    def _tabulate(self, first: int, last: int) -> None:
        """Tables, and every number in slots of theirs."""
        from programs.graph.fast.tables import Tables

        np, n, raw = self.np, self.n, self.raw
        self.tables: Tables = Tables(self.calendars, self.unit, first, last, self.longest)
        t, size = self.tables, self.tables.size
        self.base, self.limit = self._slots(raw["base"], t.never), self._slots(raw["limit"], t.never)
        self.fixed, bases = self._slots(raw["fixed"], 0), self._slots(raw["pb"], 0)
        self.target = self._slots(np.array([NEVER if at is None else at for at in self.targets], np.int64), t.never)
        self.today = int((self.network.plan.options.data_date - t.origin) // self.unit)
        self.work, lag, back_lag = ((raw[x] // self.unit).astype(np.int32) for x in ("work", "pl", "sl"))
        self.real, self.own, self.pq = (np.int32(size) * x for x in (self.real_of, self.own_of, self.pc_of))
        self.cal = np.where(self.work > 0, self.real, np.int32(0))
        start_to_start = (lag == 0) & (self.kind_of_into == 1) & (bases == 0)
        self.pc = np.where((lag != 0) | start_to_start, self.pq, np.int32(0))
        self.pm = np.where((lag < 0) | start_to_start, lag + np.int32(t.latest_of), lag)
        self.pf = np.where(lag < 0, np.int32(self.today), np.int32(0))
        self.sc = np.where(back_lag != 0, np.int32(size) * self.sc_of, np.int32(0))
        self.sm = np.where(back_lag > 0, np.int32(t.latest_of) - back_lag, -back_lag)
        fixed_by_progress = np.flatnonzero(bases)
        self.rec = np.zeros(8 * n + len(fixed_by_progress), np.int32)
        self.rec[8 * n :] = bases[fixed_by_progress]
        self.px = 8 * self.pn + (1 - (self.kind_of_into & 1))
        self.px[fixed_by_progress] = 8 * n + np.arange(len(fixed_by_progress))
        self.px, self.sx = self.px.astype(np.uint32), (8 * self.sn + (self.kind_of_out >> 1)).astype(np.uint32)
        self.finish, self.bind, self.reach = np.empty(len(self.targets), np.int32), np.empty(n, np.uint8), np.empty(n, np.int32)
        self.asked, self.by = np.empty(len(self.into), np.int32), np.empty(2 * n, np.int32)
        self.kept, self.kept_by = self.rec, self.by
        self._sort_out(bases != 0)

    def _sort_out(self, based: Array) -> None:
        """Most links and activities are alike: each keeps the number of its sort, and each sort's numbers are kept once."""
        into = (self.pc, self.pm, self.pf, self.pw, self.pq)
        self.pk, self.into_sorts = self._sorts(into, (self.pl_of, self.pc_of, self.kind_of_into, self.pw, based), 8)
        self.sk, self.out_sorts = self._sorts((self.sc, self.sm, self.sw), (self.sl_of, self.sc_of, self.sw), 4)
        each = (self.cal, self.real, self.own, self.frame, self.state, self.why)
        keys = (self.work > 0, self.real_of, self.own_of, self.frame, self.state, self.why)
        self.sort, self.sorts = self._sorts(each, keys, 8)
        self.pc = self.pm = self.pf = self.pq = self.cal = None  # each sort has them; fewer bytes, faster passes

    def _sorts(self, values: Sequence[Array], keys: Sequence[Array], width: int) -> tuple[Array, Array]:
        """(the sort of each row, the numbers of each sort). `keys` decide `values`, and are small or few."""
        np = self.np
        key = np.zeros(len(keys[0]), np.int64)
        for column in keys:
            key = key * (int(column.max(initial=0)) + 1) + column
        _, first, which = np.unique(key, return_index=True, return_inverse=True)
        if len(first) > 1 << 16:
            raise Unsure("Too many sorts of links.")
        table = np.zeros((max(1, len(first)), width), np.int32)
        for place, column in enumerate(values):
            table[: len(first), place] = column[first]
        return which.astype(np.uint16), table.ravel()

    def _slots(self, instants: Array, nothing: int) -> Array:
        np = self.np
        return np.where(instants >= NEVER, nothing, (instants - self.tables.origin) // self.unit).astype(np.int32)

    def run(self) -> None:
        """Both passes, finishes, floats and drivers."""
        k, t, np = self.kernels, self.tables, self.np
        k.forward(
            self.pp, self.px, self.pk, self.into_sorts, self.base, self.work, self.sort, self.sorts,
            t.cum, t.nxt, t.back, t.latest_of, self.today, t.high, self.rec, self.bind, self.reach, self.asked,
        )  # fmt: skip
        if self.alap is not None:
            k.as_late_as_possible(
                self.sp, self.sx, self.sc, self.sm, self.sw, self.pp, self.work, self.real, self.own, self.frame, self.alap,
                np.zeros(len(self.targets), np.int32), t.cum, t.back, t.latest_of, t.high, self.rec, self.bind, self.asked,
            )  # fmt: skip
        k.finishes(self.frame, self.named, self.fixed, self.rec, self.finish)
        limits = np.where(self.finish == 0, np.int32(t.never), self.finish)
        self._backward(limits, self.rec, self.by)
        if not self.promised.all():
            self.kept, self.kept_by = self.rec.copy(), self.by.copy()
            self._backward(np.where(self.promised, limits, np.int32(t.never)), self.kept, self.kept_by)

    def _backward(self, limits: Array, rec: Array, by: Array) -> None:
        t = self.tables
        self.kernels.backward(
            self.sp, self.sx, self.sk, self.out_sorts, self.work, self.sort, self.sorts, self.limit,
            t.cum, t.nxt, t.prv, t.back, t.latest_of, t.low, t.high, t.never, self.finish, limits, self.target, rec, by,
        )  # fmt: skip

    @property
    def nbytes(self) -> int:
        """Bytes the passes work on, tables included."""
        lists = [*vars(self).values(), *vars(self.tables).values()]
        return sum(x.nbytes for x in lists if isinstance(x, self.np.ndarray))

    # -- reading -------------------------------------------------------------------------------------------------------------

    def _column(self, rec: Array, which: int) -> Array:
        """One of the eight numbers of every activity, by index."""
        return rec[: 8 * self.n].reshape(self.n, 8)[:, which][self.rank]

    def _instants(self, slots: Array) -> list[Any]:
        np, t = self.np, self.tables
        return list(np.where(slots == t.never, NEVER, slots.astype(np.int64) * self.unit + t.origin).tolist())

    def early(self) -> Early:
        """Early dates with what decided them."""
        np, early = self.np, object.__new__(Early)
        es, ef, reach = self._column(self.rec, 0), self._column(self.rec, 1), self.reach[self.rank]
        undated = es == 0
        es = np.where(undated, np.maximum(self.base[self.rank], reach), es)
        early.es, early.ef = self._instants(es), self._instants(np.where(undated, es, ef))
        early.logic = [0] * self.n
        early.remaining = [task.remaining for task in self.network.tasks]
        early.bind = [BINDS[b] for b in self.bind[self.rank].tolist()]
        early.dated = (~undated).tolist()
        early.reach = [None if not slot else at for slot, at in zip(reach.tolist(), self._instants(reach), strict=True)]
        early.drivers = self._drivers()
        return early

    def _drivers(self) -> list[tuple[Edge, ...]]:
        """The links whose date is the chosen one, in the order they were given."""
        np = self.np
        es = np.maximum(
            self.rec[: 8 * self.n : 8], np.where(self.rec[: 8 * self.n : 8] == 0, np.maximum(self.base, self.reach), 0)
        )
        row = np.repeat(np.arange(self.n), np.diff(self.pp.astype(np.int64)))
        drivers: list[list[Edge]] = [[] for _ in range(self.n)]
        for place in np.sort(self.targets_of[(self.asked != 0) & (self.asked == es[row])]).tolist():
            edge = self.into[place]
            drivers[edge.succ].append(edge)
        return [tuple(edges) for edges in drivers]

    def late(self, only_promised: bool = False) -> Late:
        """Late dates to every program's finish (or only to those promised), with what set them."""
        return self._late(self.kept if only_promised else self.rec, self.kept_by if only_promised else self.by, 0)

    def needed_by(self) -> Late:
        """Late dates that still make every program's target, with what set them."""
        return self._late(self.rec, self.by, 1)

    def _late(self, rec: Array, by: Array, which: int) -> Late:
        late = object.__new__(Late)
        late.ls, late.lf = self._instants(self._column(rec, 2 + 2 * which)), self._instants(self._column(rec, 3 + 2 * which))
        places = self.sources.tolist()
        late.by = [self._by(i, who, places) for i, who in enumerate(by[which::2][self.rank].tolist())]
        return late

    def _by(self, i: int, who: int, places: Sequence[int]) -> Edge | Rule | None:
        if who >= 0:
            return self.out[places[who]]
        return self.limited[i] if who == -2 else None

    def totals(self) -> list[int | None]:
        """Total floats in working seconds: to promised finishes for work of a program that has one, else to all."""
        return self._amounts(6)

    def frees(self) -> list[int | None]:
        """Free floats of unfinished work in working seconds: to the nearest dated successor, else the total float, at least 0."""
        return self._amounts(7)

    def _amounts(self, which: int) -> list[int | None]:
        promised = self.promised[self.frame[self.rank]]
        slots: Array = self.np.where(promised, self._column(self.kept, which), self._column(self.rec, which))
        return [None if x == self.tables.never else x * self.unit for x in slots.tolist()]


def _span(depth: int, amounts: Array) -> int:
    """About how many days the plan may run: enough for most; `_solve` makes it more where it is not."""
    mean = float(abs(amounts).mean()) / DAY if len(amounts) else 0.0
    return int(800 + depth * 2 * mean)


def _some(values: Iterable[int | None]) -> list[int]:
    return [value for value in values if value is not None]


def _state(task: Task) -> int:
    return (1 if task.finished else 0) | (2 if task.started else 0) | (4 if task.anchored else 0)


def _base(task: Task, floor: int) -> tuple[int, Bind]:
    """What holds the start back apart from links, and why: as `Forward.place` finds it."""
    es, bind = task.floor if task.floor is not None else floor, Bind.FLOOR
    limits: list[tuple[int | None, Bind]] = []
    for bound in task.bounds if not task.finished else ():
        if bound.rule is Rule.FINISH_ON:
            limits.append((task.calendar.add(bound.at, -task.remaining), Bind.CONSTRAINT))
        elif bound.rule in (Rule.SNET, Rule.START_ON) and not task.started:
            limits.append((bound.at, Bind.CONSTRAINT))
    limits += [(task.hold, Bind.HOLD), (task.own_date, Bind.OWN_DATE)]
    for at, why in limits:
        if at is None or at <= es:
            continue
        if not task.remaining or task.calendar.next_start(at) > task.calendar.next_start(es):
            bind = why
        es = at
    return es, bind


def _limit(task: Task) -> tuple[int, Rule | None]:
    """The latest finish the activity itself allows, and by which rule: as `backward` finds it."""
    limits: list[tuple[int, Rule]] = []
    for bound in task.bounds:
        if bound.rule is Rule.START_ON and not task.started:
            limits.append((task.calendar.add(bound.at, task.remaining), bound.rule))
        elif bound.rule in (Rule.FNLT, Rule.FINISH_ON):
            limits.append((bound.at, bound.rule))
    if task.deadline is not None:
        limits.append((task.deadline, Rule.FNLT))
    return min(limits, key=lambda limit: limit[0], default=(NEVER, None))
