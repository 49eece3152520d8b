"""Compiled passes of whole native plans: exactly what `forward.py` and `backward.py` compute, a few table look-ups a link.

Instants are slots of the plan's own unit (see `tables`); slot 0 means "no date", the last slot `never`, and every look-up of
either gives itself, so nothing in the inner loops asks whether a date is there. Any move of a date along a link is one look-up
of its working slots, a number added (which also says whether the earliest or the latest such instant is meant), and one look-up
back: `tab[tab[calendar + at] + move]`. No lag is the calendar without non-working time and zero. So links of all types, lags
and calendars run through the same code without a branch, which makes it fast: a wrong guess costs as much as ten look-ups.
Two instants between which nothing works are one number of working slots, so what is later is asked of that number.

What the loops read by chance is small enough for the core's own cache: `early` holds two numbers an activity, `late` four, two
bytes each where the plan's slots fit. What is read in order is one record an activity (`node`, by the names below), what most
links and activities share is kept once a sort (`nums`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from programs.graph.fast.compiled import jit

Array = Any

ONE, TWO, THREE, FOUR = np.uint64(1), np.uint64(2), np.uint64(3), np.uint64(4)
LINK, LATE = 1, 8  # forward.Bind
FINISHED, STARTED, ANCHORED = 1, 2, 4  # how far an activity has come
NODE = np.uint64(8)  # numbers an activity:
INTO_END, OUT_FIRST, BASE, LIMIT, WORK, SORT, FIXED = (np.uint64(place) for place in range(7))
CALENDAR, REAL, OWN, PROGRAM, STATE, WHY, BACK, INTO = (np.uint64(place) for place in range(8))  # of a sort of activities
BY_LIMIT = 0xFFFFFFFF  # a limit of its own comes after every link that asks for the same
FAR = np.int64(1) << 40


@jit
def forward(
    tab: Array, nums: Array, latest_of: int, today: int, node: Array, px: Array, pk: Array,
    early: Array, bind: Array, reach: Array, asked: Array, ends: Array,
) -> None:  # fmt: skip
    """Early dates: the latest of what links ask for and of what holds the activity anyway (its base), and each program's last.

    A link drives when what it `asked` for is, in the successor's working time, the early start.
    """
    k = np.uint64(0)
    for v in range(bind.shape[0]):
        me = NODE * np.uint64(v)
        end, mine, rem = np.uint64(node[me + INTO_END]), np.uint64(node[me + SORT]), np.int64(node[me + WORK])
        c, back = np.int64(nums[mine + CALENDAR]), np.int64(nums[mine + BACK])
        said, latest, leave = (nums[mine + STATE] & ANCHORED) != 0, np.int64(0), latest_of + back - rem
        while k < end:
            link = NODE * np.uint64(pk[k])
            at = np.int64(early[px[k]])
            floor = np.int64(nums[link + TWO]) if at else np.int64(0)
            at = np.int64(tab[np.uint64(np.int64(tab[np.uint64(nums[link] + at)]) + np.int64(nums[link + ONE]))])
            at, kind = max(at, floor), nums[link + THREE]
            if kind & 1:  # into the finish
                at = np.int64(tab[np.uint64(np.int64(tab[np.uint64(c + at)]) + leave)])
            if not said and at:  # finished work says when only while its lag still runs
                counted = np.int64(nums[link + FOUR])
                said = not kind & 2 or tab[np.uint64(counted + at)] > tab[np.uint64(counted + today)]
            latest = max(latest, at)
            asked[k] = at
            k += ONE
        asks, own = np.int64(tab[np.uint64(c + latest)]), np.int64(tab[np.uint64(c + node[me + BASE])])
        bind[v], reach[v] = LINK if asks > own else nums[mine + WHY], latest
        done = max(asks, own) if said else np.int64(tab[np.uint64(c)])
        finish = np.int64(tab[np.uint64(done + back + rem)])
        early[TWO * np.uint64(v)] = tab[np.uint64(done + back + latest_of)]
        early[TWO * np.uint64(v) + ONE] = finish
        if finish:
            f, fixed = FOUR * np.uint64(nums[mine + PROGRAM]), np.int64(node[me + FIXED])
            ends[f] = max(np.int64(ends[f]), fixed or finish)


@jit
def named_finishes(named: Array, nums: Array, node: Array, early: Array, ends: Array) -> None:
    """A program ends with its named activity when that is dated and its own."""
    for f in range(named.shape[0]):
        v = named[f]
        if v >= 0 and early[2 * v + 1] and nums[np.uint64(node[NODE * np.uint64(v) + SORT]) + PROGRAM] == f:
            ends[4 * f] = node[NODE * np.uint64(v) + FIXED] or early[2 * v + 1]


@jit
def backward(
    tab: Array, nums: Array, latest_of: int, never: int, outs: int, node: Array, sx: Array, sk: Array,
    early: Array, ends: Array, late: Array, floats: Array, by: Array,
) -> None:  # fmt: skip
    """Late dates to each program's limit, the same to its target, total and free float, all in one sweep.

    Work that ends after its program's finish has no limit: days it slips are not days the finish slips. `by` (in pairs) is the
    successor link that sets the late finish, counted from 1; 0 for the program itself, -1 for a limit of its own. Of those that
    ask for the same the first counts: the program, the links in their order, the limit; so a date and who asks are one number.
    """
    k = np.uint64(sk.shape[0])
    for v in range(by.shape[0] // 2 - 1, -1, -1):
        me = NODE * np.uint64(v)
        first, mine, rem = np.uint64(node[me + OUT_FIRST]), np.uint64(node[me + SORT]), np.int64(node[me + WORK])
        c, real, o = np.int64(nums[mine + CALENDAR]), np.int64(nums[mine + REAL]), np.int64(nums[mine + OWN])
        f, state, back = FOUR * np.uint64(nums[mine + PROGRAM]), nums[mine + STATE], np.int64(nums[mine + BACK])
        leave, into = latest_of + back - rem, np.int64(nums[mine + INTO]) + rem
        start, finish, last = np.int64(early[TWO * np.uint64(v)]), np.int64(early[TWO * np.uint64(v) + ONE]), np.int64(ends[f])
        begun, ended = np.int64(tab[np.uint64(o + start)]), np.int64(tab[np.uint64(o + finish)])
        limit, target = np.int64(ends[f + ONE]), np.int64(ends[f + TWO])
        if last and finish > last and not state & FINISHED and ended > tab[np.uint64(o + last)]:
            limit = target = np.int64(never)
        limit, target, gap, followed = limit << 32, target << 32, FAR, k != first
        while k > first:
            x, link = np.uint64(sx[k - ONE]), np.uint64(outs + 4 * np.int64(sk[k - ONE]))
            ec, move = np.int64(nums[link]), np.int64(nums[link + ONE])
            to = np.int64(tab[np.uint64(np.int64(tab[np.uint64(ec + early[x])]) + move)])
            a = np.int64(tab[np.uint64(np.int64(tab[np.uint64(ec + late[TWO * x])]) + move)])
            b = np.int64(tab[np.uint64(np.int64(tab[np.uint64(ec + late[TWO * x + ONE])]) + move)])
            room = np.int64(tab[np.uint64(o + to)])
            if nums[link + TWO]:  # into the start of this one's work
                a = np.int64(tab[np.uint64(np.int64(tab[np.uint64(real + a)]) + into)])
                b = np.int64(tab[np.uint64(np.int64(tab[np.uint64(real + b)]) + into)])
                room -= begun
            else:
                room -= ended
            gap = min(gap, room if to else FAR)
            limit, target = min(limit, a << 32 | np.int64(k)), min(target, b << 32 | np.int64(k))
            k -= ONE
        bound = np.int64(node[me + LIMIT]) << 32 | BY_LIMIT
        limit, target = min(limit, bound), min(target, bound)
        by[2 * v], by[2 * v + 1] = limit, target
        done, needed = np.int64(tab[np.uint64(c + (limit >> 32))]), np.int64(tab[np.uint64(c + (target >> 32))])
        ls, lf = np.int64(tab[np.uint64(done + leave)]), np.int64(tab[np.uint64(done + back)])
        late[FOUR * np.uint64(v)], late[FOUR * np.uint64(v) + TWO] = ls, lf
        late[FOUR * np.uint64(v) + ONE] = tab[np.uint64(needed + leave)]
        late[FOUR * np.uint64(v) + THREE] = tab[np.uint64(needed + back)]
        spare = np.int64(tab[np.uint64(o + lf)]) - ended
        if not state & STARTED:
            spare = min(spare, np.int64(tab[np.uint64(o + ls)]) - begun)
        if lf == never or start == 0 or state & FINISHED:
            spare = np.int64(never)
        floats[2 * v] = spare
        if followed:
            spare = gap if gap != FAR else np.int64(0)
        floats[2 * v + 1] = max(np.int64(0), spare)


@jit
def as_late_as_possible(
    tab: Array, nums: Array, latest_of: int, high: int, outs: int, node: Array, sx: Array, sk: Array, wanted: Array, last: Array,
    early: Array, bind: Array, asked: Array, ends: Array,
) -> None:  # fmt: skip
    """Move what should be as late as possible later by its free float, last first. `last` is the latest finish by program."""
    for v in range(wanted.shape[0]):
        f = nums[np.uint64(node[NODE * np.uint64(v) + SORT]) + PROGRAM]
        last[f] = max(last[f], early[2 * v + 1])
    end = sk.shape[0]
    for v in range(wanted.shape[0] - 1, -1, -1):
        me = NODE * np.uint64(v)
        first, after, mine, rem = np.int64(node[me + OUT_FIRST]), end, np.uint64(node[me + SORT]), np.int64(node[me + WORK])
        end = first
        if not wanted[v] or not early[2 * v + 1]:
            continue
        c, back, o = np.int64(nums[mine + REAL]), np.int64(nums[mine + INTO]), np.int64(nums[mine + OWN])
        f, gap, some = nums[mine + PROGRAM], np.int64(0), False
        for k in range(first, after):
            to, link = np.int64(early[np.uint64(sx[k])]), np.uint64(outs + 4 * np.int64(sk[k]))
            if to:
                to = np.int64(tab[np.uint64(np.int64(tab[np.uint64(np.int64(nums[link]) + to)]) + np.int64(nums[link + ONE]))])
                at = np.int64(early[2 * v + (0 if nums[link + TWO] else 1)])
                room = np.int64(tab[np.uint64(o + to)]) - np.int64(tab[np.uint64(o + at)])
                gap, some = room if not some else min(gap, room), True
        finish = np.int64(early[2 * v + 1])
        if not some:
            gap = np.int64(tab[np.uint64(o + last[f])]) - np.int64(tab[np.uint64(o + finish)])
        if gap > 0:
            back -= 0 if rem else latest_of
            done = min(np.int64(tab[np.uint64(c + finish)]) + gap, np.int64(tab[np.uint64(c + high)]))
            finish = np.int64(tab[np.uint64(done + back)])
            early[2 * v + 1], bind[v] = finish, LATE
            early[2 * v] = finish if rem == 0 else tab[np.uint64(done + back + latest_of - rem)]
            ends[4 * f] = max(np.int64(ends[4 * f]), finish)
            for k in range(np.int64(node[me - NODE + INTO_END]) if v else 0, np.int64(node[me + INTO_END])):
                asked[k] = 0


@jit
def both(
    tab: Array, nums: Array, latest_of: int, today: int, high: int, never: int, outs: int,
    node: Array, px: Array, pk: Array, sx: Array, sk: Array, wanted: Array, named: Array, promised: Array,
    early: Array, bind: Array, reach: Array, asked: Array, ends: Array,
    late: Array, floats: Array, by: Array, kept_late: Array, kept_floats: Array, kept_by: Array,
) -> None:  # fmt: skip
    """Both passes. Where some programs promised no finish, `kept_*` are the late dates to those that did."""
    some = False
    for f in range(promised.shape[0]):
        ends[4 * f] = 0
        some |= not promised[f]
    forward(tab, nums, latest_of, today, node, px, pk, early, bind, reach, asked, ends)
    if wanted.shape[0]:
        last = np.zeros(promised.shape[0], np.int64)
        as_late_as_possible(tab, nums, latest_of, high, outs, node, sx, sk, wanted, last, early, bind, asked, ends)
    named_finishes(named, nums, node, early, ends)
    for f in range(promised.shape[0]):
        ends[4 * f + 1] = ends[4 * f] or never
    backward(tab, nums, latest_of, never, outs, node, sx, sk, early, ends, late, floats, by)
    if some:
        for f in range(promised.shape[0]):
            ends[4 * f + 1] = ends[4 * f + 1] if promised[f] else never
        backward(tab, nums, latest_of, never, outs, node, sx, sk, early, ends, kept_late, kept_floats, kept_by)


@jit
def reaches_the_edge(n: int, low: int, high: int, never: int, early: Array, late: Array) -> bool:
    """Whether a date came to where the tables end, so that larger ones are needed. No date comes there unnoticed."""
    for v in range(n):
        if early[2 * v + 1] >= high or late[4 * v] <= low or late[4 * v + 1] <= low:
            return True
        if never > late[4 * v + 2] >= high or never > late[4 * v + 3] >= high:
            return True
    return False


def warm() -> None:
    """Run every kernel once on a plan of two, in whole days and in seconds, so that it is compiled or loaded."""
    from programs.graph.calendars import DAY, ELAPSED, Calendar
    from programs.graph.fast.exact import CompiledPlan, End
    from programs.graph.network import Network
    from programs.graph.plan import Bound, Kind, Options, Plan, Relation, Rule, Task

    days, today = Calendar([((0, DAY),)] * 7), 730_000 * DAY
    for work in (DAY, DAY // 96):
        one = Task(0, Kind.TASK, days, days, work, work, floor=today, group=1, bounds=(Bound(Rule.ALAP),))
        options = Options(data_date=today, start=today, default_calendar=ELAPSED)
        tasks = (one, replace(one, id=1))
        CompiledPlan(Network(Plan(tasks, (Relation(1, 0, 1),), options)), [1, 1], {1: End(days)})
