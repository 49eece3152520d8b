"""Compiled passes of whole native plans: exactly what `forward.py` and `backward.py` compute, a few table look-ups a link.

Instants are slots of the plan's own unit (see `tables`); slot 0 means "no date", the last slot `never`, and every look-up of
either gives itself, so nothing in the inner loops asks whether a date is there. Any move of a date along a link is one look-up
of its working slots, a number added (which also says whether the earliest or the latest such instant is meant), and one look-up
back: `back[cum[calendar + at] + move]`. No lag is the calendar without non-working time and zero. So links of all types, lags
and calendars run through the same code without a branch, which makes it fast: a wrong guess costs as much as ten look-ups.

Each activity has one record of eight numbers, one half of a cache line: early start and finish, late start and finish, the
same for its program's target, total and free float.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from programs.graph.fast.compiled import jit

Array = Any

ONE = np.uint64(1)
ES, EF, LS, LF, NS, NF, TOTAL, FREE = 0, 1, 2, 3, 4, 5, 6, 7
LINK, LATE = 1, 8  # forward.Bind
FINISHED, STARTED, ANCHORED = 1, 2, 4  # how far an activity has come


@jit
def forward(
    pp: Array, px: Array, pk: Array, links: Array, base: Array, work: Array, sort: Array, sorts: Array,
    cum: Array, nxt: Array, back: Array, latest_of: int, today: int, high: int,
    rec: Array, bind: Array, reach: Array, asked: Array,
) -> None:  # fmt: skip
    """Early dates: the latest of what links ask for and of what holds the activity anyway (`base`, because of `why`).

    A link drives when what it `asked` for, in the successor's working time, is the early start.
    """
    k = np.uint64(0)
    for v in range(work.shape[0]):
        end = np.uint64(pp[v + 1])
        mine = np.uint64(8) * np.uint64(sort[v])
        c, rem = np.int64(sorts[mine]), np.int64(work[v])
        said = (sorts[mine + np.uint64(4)] & ANCHORED) != 0
        latest, start, own = np.int64(0), np.int64(0), np.int64(nxt[np.uint64(c + base[v])])
        while k < end:
            link = np.uint64(8) * np.uint64(pk[k])
            at = np.int64(rec[px[k]])
            floor = np.int64(links[link + np.uint64(2)]) if at else np.int64(0)
            at = np.int64(back[np.uint64(cum[np.uint64(links[link] + at)] + np.int64(links[link + ONE]))])
            at, kind = max(at, floor), links[link + np.uint64(3)]
            if kind & 1:  # into the finish
                at = np.int64(back[np.uint64(cum[np.uint64(c + at)] + latest_of - rem)])
            if not said and at:  # finished work says when only while its lag still runs
                counted = np.int64(links[link + np.uint64(4)])
                said = not kind & 2 or cum[np.uint64(counted + at)] > cum[np.uint64(counted + today)]
            latest = max(latest, at)
            at = np.int64(nxt[np.uint64(c + at)])
            start = max(start, at)
            asked[k] = at
            k += ONE
        bind[v], reach[v] = LINK if start > own else sorts[mine + np.uint64(5)], latest
        start = min(max(start, own), high)
        if not said:
            start = np.int64(0)
        rec[8 * v] = start
        rec[8 * v + 1] = min(np.int64(back[np.uint64(cum[np.uint64(c + start)] + rem)]), high)


@jit
def finishes(frame: Array, named: Array, fixed: Array, rec: Array, out: Array) -> None:
    """Where each program ends: its named activity when that is dated and its own, else the latest of its dated work."""
    for f in range(out.shape[0]):
        out[f] = 0
    for v in range(fixed.shape[0]):
        at = rec[8 * v + 1]
        if at:
            out[frame[v]] = max(out[frame[v]], fixed[v] or at)
    for f in range(out.shape[0]):
        v = named[f]
        if v >= 0 and rec[8 * v + 1] and frame[v] == f:
            out[f] = fixed[v] or rec[8 * v + 1]


@jit
def backward(
    sp: Array, sx: Array, sk: Array, links: Array, work: Array, sort: Array, sorts: Array, limit: Array,
    cum: Array, nxt: Array, prv: Array, back: Array, latest_of: int, low: int, high: int, never: int,
    finish: Array, limits: Array, target: Array, rec: Array, by: Array,
) -> None:  # fmt: skip
    """Late dates to `limits` by program, the same to its targets, total and free float, all in one sweep.

    Work that ends after its program's finish has no limit: days it slips are not days the finish slips. `by` (in pairs) is the
    successor link that sets the late finish, -1 for the program itself, -2 for a limit of its own.
    """
    never = np.int64(never)
    for v in range(work.shape[0] - 1, -1, -1):
        mine = np.uint64(8) * np.uint64(sort[v])
        c, real, o = np.int64(sorts[mine]), np.int64(sorts[mine + ONE]), np.int64(sorts[mine + np.uint64(2)])
        f, state, rem = np.uint64(sorts[mine + np.uint64(3)]), sorts[mine + np.uint64(4)], np.int64(work[v])
        begun, ended = np.int64(cum[np.uint64(o + rec[8 * v])]), np.int64(cum[np.uint64(o + rec[8 * v + 1])])
        late, required = np.int64(limits[f]), np.int64(target[f])
        if finish[f] and rec[8 * v + 1] > finish[f] and not state & FINISHED and ended > cum[np.uint64(o + finish[f])]:
            late = required = never
        who, whose, to_start, to_end = np.int64(-1), np.int64(-1), np.int64(never), np.int64(never)
        for k in range(np.int64(sp[v]), np.int64(sp[v + 1])):
            x, link = np.uint64(sx[np.uint64(k)]), np.uint64(4) * np.uint64(sk[np.uint64(k)])
            ec, move = np.int64(links[link]), np.int64(links[link + ONE])
            to = np.int64(rec[x])
            a = np.int64(back[np.uint64(cum[np.uint64(ec + rec[x + np.uint64(2)])] + move)])
            b = np.int64(back[np.uint64(cum[np.uint64(ec + rec[x + np.uint64(4)])] + move)])
            to = np.int64(back[np.uint64(cum[np.uint64(ec + to)] + move)]) or np.int64(never)
            if links[link + np.uint64(2)]:  # into the start of this one's work
                a, b = np.int64(nxt[np.uint64(real + a)]), np.int64(nxt[np.uint64(real + b)])
                a = np.int64(back[np.uint64(cum[np.uint64(c + a)] + rem)])
                b = np.int64(back[np.uint64(cum[np.uint64(c + b)] + rem)])
                to_start = min(to_start, to)
            else:
                to_end = min(to_end, to)
            who = np.int64(k) if a < late else who
            whose = np.int64(k) if b < required else whose
            late, required = min(late, a), min(required, b)
        bound = np.int64(limit[v])
        who = np.int64(-2) if bound < late else who
        whose = np.int64(-2) if bound < required else whose
        late, required = min(late, bound), min(required, bound)
        late = late if late == never else np.int64(prv[np.uint64(c + min(max(late, low), high))])
        required = required if required == never else np.int64(prv[np.uint64(c + min(max(required, low), high))])
        start = np.int64(back[np.uint64(cum[np.uint64(c + late)] + latest_of - rem)])
        rec[8 * v + 2], rec[8 * v + 3] = max(start, low), late
        by[2 * v], by[2 * v + 1] = who, whose
        rec[8 * v + 4] = max(np.int64(back[np.uint64(cum[np.uint64(c + required)] + latest_of - rem)]), low)
        rec[8 * v + 5] = required
        spare = np.int64(cum[np.uint64(o + late)]) - ended
        if not state & STARTED:
            spare = min(spare, np.int64(cum[np.uint64(o + start)]) - begun)
        if late == never or rec[8 * v] == 0 or state & FINISHED:
            spare = never
        rec[8 * v + 6] = spare
        if sp[v] != sp[v + 1]:
            gap = np.int64(cum[np.uint64(o + to_end)]) - ended if to_end != never else np.int64(never)
            if to_start != never:
                gap = min(gap, np.int64(cum[np.uint64(o + to_start)]) - begun)
            spare = gap if gap != never else np.int64(0)
        rec[8 * v + 7] = max(np.int64(0), spare)


@jit
def as_late_as_possible(
    sp: Array, sx: Array, sc: Array, sm: Array, sw: Array, pp: Array,
    work: Array, real: Array, own: Array, frame: Array, wanted: Array, last: Array,
    cum: Array, back: Array, latest_of: int, high: int, rec: Array, bind: Array, asked: Array,
) -> None:  # fmt: skip
    """Move what should be as late as possible later by its free float, last first. `last` is the latest finish by program."""
    for v in range(work.shape[0]):
        last[frame[v]] = max(last[frame[v]], rec[8 * v + 1])
    for v in range(work.shape[0] - 1, -1, -1):
        if not wanted[v] or not rec[8 * v + 1]:
            continue
        c, o, rem = np.int64(real[v]), np.int64(own[v]), np.int64(work[v])
        gap, some = np.int64(0), False
        for k in range(np.int64(sp[v]), np.int64(sp[v + 1])):
            to = np.int64(rec[np.uint64(sx[k])])
            if to:
                to = np.int64(back[np.uint64(cum[np.uint64(np.int64(sc[k]) + to)] + np.int64(sm[k]))])
                room = np.int64(cum[np.uint64(o + to)]) - cum[np.uint64(o + rec[8 * v + (0 if sw[k] else 1)])]
                gap, some = room if not some else min(gap, room), True
        if not some:
            gap = np.int64(cum[np.uint64(o + last[frame[v]])]) - cum[np.uint64(o + rec[8 * v + 1])]
        if gap > 0:
            farthest = np.int64(cum[np.uint64(c + high)])
            at = np.int64(back[np.uint64(min(np.int64(cum[np.uint64(c + rec[8 * v + 1])]) + gap, farthest))])
            rec[8 * v + 1] = at
            rec[8 * v] = at if rem == 0 else back[np.uint64(cum[np.uint64(c + at)] + latest_of - rem)]
            bind[v] = LATE
            for k in range(np.int64(pp[v]), np.int64(pp[v + 1])):
                asked[k] = 0


@jit
def reaches_the_edge(n: int, low: int, high: int, never: int, rec: Array) -> bool:
    """Whether a date came to where the tables end, so that larger ones are needed."""
    for x in range(0, 8 * n, 8):
        if rec[x + 1] >= high or rec[x + 2] <= low or rec[x + 4] <= low:
            return True
        if never > rec[x + 3] >= high or never > rec[x + 5] >= high:
            return True
    return False


def warm() -> None:
    """Run every kernel once on a plan of two, so that it is compiled or loaded."""
    from programs.graph.calendars import DAY, ELAPSED, Calendar
    from programs.graph.fast.exact import CompiledPlan, End
    from programs.graph.network import Network
    from programs.graph.plan import Bound, Kind, Options, Plan, Relation, Rule, Task

    days, today = Calendar([((0, DAY),)] * 7), 730_000 * DAY
    tasks = tuple(Task(i, Kind.TASK, days, days, DAY, DAY, floor=today, group=1, bounds=(Bound(Rule.ALAP),)) for i in range(2))
    options = Options(data_date=today, start=today, default_calendar=ELAPSED)
    CompiledPlan(Network(Plan(tasks, (Relation(1, 0, 1),), options)), [1, 1], {1: End(days)})
