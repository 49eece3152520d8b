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
    """Arrays by rank (see `plain_kernels`), computed on creation. The lists that reading returns are by index, as everywhere.

    `arguments` is what the passes work on, and `exact_kernels` says what each array means.
    """

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
        self.program = np.fromiter((places[f] for f in frame), np.int32, n)[self.order]
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
        self.wanted = np.array(alap if any(alap) else [], np.uint8)
        self.wanted = self.wanted[self.order] if any(alap) else self.wanted

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
            if len(self.wanted) and not self.early_slots[: 2 * self.n : 2].all():
                raise Unsure("Work without a date takes part in what is as late as possible.")
            if not self.kernels.reaches_the_edge(self.n, t.low, t.high, t.never, self.early_slots, self.late_slots):
                return
            span *= 3
        raise TooLarge("The plan has no end.")

    def _tabulate(self, first: int, last: int) -> None:
        """Tables, and every number in slots of theirs."""
        from programs.graph.fast.tables import Tables

        np, n, m, raw = self.np, self.n, len(self.into), self.raw
        self.tables: Tables = Tables(self.calendars, self.unit, first, last, self.longest)
        t = self.tables
        bases = self._slots(raw["pb"], 0)
        self._sort_out(bases)
        self.node[2::8], self.node[3::8] = self._slots(raw["base"], t.never), self._slots(raw["limit"], t.never)
        self.node[4::8], self.node[6::8] = raw["work"] // self.unit, self._slots(raw["fixed"], 0)
        self.ends = np.zeros(4 * len(self.targets), np.int32)
        self.ends[2::4] = self._slots(np.array([NEVER if at is None else at for at in self.targets], np.int64), t.never)
        fixed_by_progress, slot = np.flatnonzero(bases), t.flat.dtype
        self.early_slots = np.zeros(2 * n + len(fixed_by_progress), slot)
        self.early_slots[2 * n :] = bases[fixed_by_progress]
        self.px = 2 * self.pn + (1 - (self.kind_of_into & 1))
        self.px[fixed_by_progress] = 2 * n + np.arange(len(fixed_by_progress))
        self.px, self.sx = self.px.astype(np.uint32), (2 * self.sn + (self.kind_of_out >> 1)).astype(np.uint32)
        self.bind, self.reach, self.asked = np.empty(n, np.uint8), np.empty(n, slot), np.empty(m, slot)
        results = np.zeros(4 * n, slot), np.empty(2 * n, np.int32), np.empty(2 * n, np.int32)
        self.late_slots, self.floats, self.by = results
        self.kept_slots, self.kept_floats, self.kept_by = (x if self.promised.all() else x.copy() for x in results)
        self.arguments = (
            t.flat, self.nums, t.latest_of, self.today, t.high, t.never, self.outs,
            self.node, self.px, self.pk, self.sx, self.sk, self.wanted, self.named, self.promised,
            self.early_slots, self.bind, self.reach, self.asked, self.ends,
            *results, self.kept_slots, self.kept_floats, self.kept_by,
        )  # fmt: skip

    def _sort_out(self, bases: Array) -> None:
        """Most links and activities are alike: each keeps the number of its sort, and each sort's numbers are kept once."""
        np, t, raw, zero = self.np, self.tables, self.raw, self.np.int64(0)
        self.today = int((self.network.plan.options.data_date - t.origin) // self.unit)
        lag, back_lag = raw["pl"] // self.unit, raw["sl"] // self.unit
        start_to_start = (lag == 0) & (self.kind_of_into == 1) & (bases == 0)
        place = np.where((lag != 0) | start_to_start, self.pc_of, zero)
        move = t.back(place) + np.where((lag < 0) | start_to_start, lag + t.latest_of, lag)
        floor = np.where(lag < 0, self.today, zero)
        link = (t.size * place, move, floor, self.pw, t.size * self.pc_of)
        self.pk, into = self._sorts(link, (self.pl_of, self.pc_of, self.kind_of_into, self.pw, bases != 0), 8)
        place = np.where(back_lag != 0, self.sc_of, zero)
        move = t.back(place) + np.where(back_lag > 0, t.latest_of - back_lag, -back_lag)
        self.sk, out = self._sorts((t.size * place, move, self.sw), (self.sl_of, self.sc_of, self.sw), 4)
        works = raw["work"] > 0
        place = np.where(works, self.real_of, zero)  # what takes no time falls where it falls
        into_start = t.back(self.real_of) + np.where(works, zero, t.latest_of)
        each = (t.size * place, t.size * self.real_of, t.size * self.own_of, self.program, self.state, self.why,
                  t.back(place), into_start)  # fmt: skip
        which, sorts = self._sorts(each, (works, self.real_of, self.own_of, self.program, self.state, self.why), 8)
        self.nums, self.outs = np.concatenate([into, out, sorts]), len(into)
        self.node = np.zeros(8 * self.n, np.int32)
        self.node[0::8], self.node[1::8] = self.pp[1:], self.sp[:-1]
        self.node[5::8] = len(into) + len(out) + 8 * which.astype(np.int32)

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
        self.kernels.both(*self.arguments)

    @property
    def nbytes(self) -> int:
        """Bytes the passes work on, tables included."""
        lists = [*vars(self).values(), *vars(self.tables).values()]
        return sum(x.nbytes for x in lists if isinstance(x, self.np.ndarray))

    # -- reading -------------------------------------------------------------------------------------------------------------

    def _column(self, array: Array, which: int, width: int) -> Array:
        """One of the numbers of every activity, by index."""
        return array[: width * self.n].reshape(self.n, width)[:, which][self.rank].astype(self.np.int64)

    def _instants(self, slots: Array) -> list[Any]:
        np, t = self.np, self.tables
        return list(np.where(slots == t.never, NEVER, slots.astype(np.int64) * self.unit + t.origin).tolist())

    def early(self) -> Early:
        """Early dates with what decided them."""
        np, early = self.np, object.__new__(Early)
        es, ef, reach = self._column(self.early_slots, 0, 2), self._column(self.early_slots, 1, 2), self._column(self.reach, 0, 1)
        undated = es == 0
        es = np.where(undated, np.maximum(self._column(self.node, 2, 8), reach), es)
        early.es, early.ef = self._instants(es), self._instants(np.where(undated, es, ef))
        early.logic = [0] * self.n
        early.remaining = [task.remaining for task in self.network.tasks]
        early.bind = [BINDS[b] for b in self.bind[self.rank].tolist()]
        early.dated = (~undated).tolist()
        early.reach = [None if not slot else at for slot, at in zip(reach.tolist(), self._instants(reach), strict=True)]
        early.drivers = self._drivers(es[self.order])
        return early

    def _drivers(self, es: Array) -> list[tuple[Edge, ...]]:
        """The links whose date is the chosen one in the successor's working time, in the order they were given."""
        np, flat = self.np, self.tables.flat
        row = np.repeat(np.arange(self.n), np.diff(self.pp.astype(np.int64)))
        c = self.nums[self.node[5::8]].astype(np.int64)
        same = flat[c[row] + self.asked] == flat[c + es][row]
        drivers: list[list[Edge]] = [[] for _ in range(self.n)]
        for place in np.sort(self.targets_of[(self.asked != 0) & same]).tolist():
            edge = self.into[place]
            drivers[edge.succ].append(edge)
        return [tuple(edges) for edges in drivers]

    def late(self, only_promised: bool = False) -> Late:
        """Late dates to every program's finish (or only to those promised), with what set them."""
        return self._late(*(self.kept_slots, self.kept_by) if only_promised else (self.late_slots, self.by), 0)

    def needed_by(self) -> Late:
        """Late dates that still make every program's target, with what set them."""
        return self._late(self.late_slots, self.by, 1)

    def _late(self, slots: Array, by: Array, which: int) -> Late:
        late = object.__new__(Late)
        late.ls, late.lf = (self._instants(self._column(slots, place + which, 4)) for place in (0, 2))
        places = self.sources.tolist()
        late.by = [self._by(i, who, places) for i, who in enumerate(by[which::2][self.rank].tolist())]
        return late

    def _by(self, i: int, who: int, places: Sequence[int]) -> Edge | Rule | None:
        if who > 0:
            return self.out[places[who - 1]]
        return self.limited[i] if who else None

    def totals(self) -> list[int | None]:
        """Total floats in working seconds: to promised finishes for work of a program that has one, else to all."""
        return self._amounts(0)

    def frees(self) -> list[int | None]:
        """Free floats of unfinished work in working seconds: to the nearest dated successor, else the total float, at least 0."""
        return self._amounts(1)

    def _amounts(self, which: int) -> list[int | None]:
        promised = self.promised[self.program[self.rank]]
        slots: Array = self.np.where(promised, self._column(self.kept_floats, which, 2), self._column(self.floats, which, 2))
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
