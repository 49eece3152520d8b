"""The simulation compiled: chunks of runs side by side, so that rows stay in the core's caches and loops become vectors.

The same arithmetic in the same order as `simulation_lists`, in single precision and without fused operations, so the same bits.
Every number a node, link, draw or event needs stands in the flat arrays that `packed` makes.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from programs.graph.fast.compiled import inlined, jit

Array = Any

CHUNK = 512  # runs side by side: long rows, so that what is done once a row costs little; at most 4 * 255
BINS = 256
NEVER = np.float32(-1.0e6)
BEFORE = 1_000
U32, F32 = np.uint32, np.float32
ONE, TWO = np.uint32(0x21F0AAAD), np.uint32(0x735A2D97)
S16, S15, S9, S24 = np.uint32(16), np.uint32(15), np.uint32(9), np.uint32(24)
STEP, HALF = np.float32(2.0**-23), np.float32(2.0**-24)
FIXED, TRIANGLE, TABLE = 0, 1, 2


@inlined
def uniform(drawn: int) -> float:
    """A number between 0 and 1."""
    return F32(np.int32(drawn >> S9)) * STEP + HALF


@inlined
def stirred(number: int, one: int, two: int) -> int:
    """The random bits of a run in the stream with these keys."""
    x = U32(number ^ one)
    x = U32(U32(U32(x ^ (x >> S16)) * ONE) + two)
    x = U32(U32(x ^ (x >> S15)) * TWO)
    return U32(x ^ (x >> S15))


@jit
def mixed(first: int, size: int, out: Array) -> None:
    """The mixed numbers of consecutive runs."""
    for k in range(size):
        x = U32(first + k)
        x = U32(U32(x ^ (x >> S16)) * ONE)
        x = U32(U32(x ^ (x >> S15)) * TWO)
        out[k] = U32(x ^ (x >> S15))


@jit
def bits(numbers: Array, keys: Array, d: int, share: float, causes: Array, size: int, drawn: Array) -> None:
    """Random bits of one stream; in a share of the runs those of its shared cause."""
    one, two = U32(keys[d, 0]), U32(keys[d, 1])
    for k in range(size):
        drawn[k] = stirred(numbers[k], one, two)
    if keys[d, 2]:
        c, three, four = np.uint64(keys[d, 2] - 1), U32(keys[d, 3]), U32(keys[d, 4])
        for k in range(size):
            drawn[k] = causes[c, k] if uniform(stirred(numbers[k], three, four)) < share else drawn[k]


@jit
def amount(kind: int, table: int, fields: Array, d: int, tables: Array, drawn: Array, size: int, out: Array, v: int) -> None:
    """Random amounts from random bits, into one row."""
    v = np.uint64(v)
    low, high = fields[d, 0], fields[d, 4]
    if kind == TABLE:  # one eight-byte look-up each
        t = np.uint64(table)
        for k in range(size):
            piece = tables[t, drawn[k] >> S24]
            out[v, k] = low + high * (piece.real + piece.imag * uniform(drawn[k]))
    elif kind == TRIANGLE:
        share, rise, fall = fields[d, 1], fields[d, 2], fields[d, 3]
        for k in range(size):
            u = uniform(drawn[k])
            below = u < share
            root = np.sqrt(u if below else F32(1) - u)
            out[v, k] = (low if below else high) + root * (rise if below else -fall)
    else:
        for k in range(size):
            out[v, k] = low


@jit
def lead(rows: Array, r: int, ways: Array, way: int, ends: bool, size: int, out: Array) -> None:
    """A row from one calendar to another."""
    last, r, way = ways.shape[1] - BEFORE - 1, np.uint64(r), np.uint64(way)
    for k in range(size):
        at = rows[r, k]
        day = np.int32(np.ceil(at)) - 1 if ends else np.int32(np.floor(at))
        day = min(max(day, -BEFORE), last)
        piece = ways[way, np.uint64(day + BEFORE)]
        out[0, k] = piece.real + piece.imag * (at - F32(day))


@jit
def asked(
    s: int, steps: Array, lags: Array, hits: Array, impacts: Array, ways: Array, rows: Array, size: int, out: Array
) -> None:  # fmt: skip
    """The early start (or finish) that one link asks for, where it is not plain."""
    lag, source = lags[s], np.uint64(steps[s, 0])
    if steps[s, 1] >= 0:
        lead(rows, source, ways, steps[s, 1], steps[s, 2] != 0, size, out)
        for k in range(size):
            out[0, k] += lag
    else:
        for k in range(size):
            out[0, k] = rows[source, k] + lag
    if steps[s, 3] >= 0:
        lead(out, 0, ways, steps[s, 3], steps[s, 4] != 0, size, out)
    if steps[s, 6] < steps[s, 7] and lag < 0:
        for k in range(size):
            out[0, k] = max(out[0, k], F32(0))
    for h in range(steps[s, 6], steps[s, 7]):
        e = np.uint64(hits[h])
        for k in range(size):
            out[0, k] += impacts[e, k]


@jit
def worked(
    v: int, size: int, nodes: Array, bases: Array, hits: Array, draws: Array, keys: Array, fields: Array, tables: Array,
    share: float, causes: Array, impacts: Array, numbers: Array, drawn: Array, works: Array,
) -> None:  # fmt: skip
    """The work of one activity."""
    d, w = nodes[v, 0], np.uint64(nodes[v, 7])
    if d >= 0:
        bits(numbers, keys, d, share, causes, size, drawn)
        amount(draws[d, 0], draws[d, 1], fields, d, tables, drawn, size, works, w)
    else:
        for k in range(size):
            works[w, k] = bases[v, 2]
    for h in range(nodes[v, 1], nodes[v, 2]):
        e = np.uint64(hits[h])
        for k in range(size):
            works[w, k] += impacts[e, k]
    for k in range(size):
        works[w, k] = max(works[w, k], F32(0))


@jit
def place(
    v: int, size: int, nodes: Array, bases: Array, steps: Array, lags: Array, hits: Array, impacts: Array, ways: Array,
    rows: Array, works: Array, out: Array,
) -> None:  # fmt: skip
    """Start and finish of one activity."""
    w, start, finish = np.uint64(nodes[v, 7]), np.uint64(2 * v), np.uint64(2 * v + 1)
    base, floor = bases[v, 0], bases[v, 1]
    for k in range(size):
        rows[start, k] = base
    bounded = floor > NEVER or w > 0
    if bounded:  # what holds the finish is kept beside, so that nothing is rounded twice
        for k in range(size):
            rows[finish, k] = floor
    for s in range(nodes[v, 3], nodes[v, 4]):
        if steps[s, 8]:
            u, lag = np.uint64(steps[s, 0]), lags[s]
            for k in range(size):
                rows[start, k] = max(rows[start, k], rows[u, k] + lag)
        else:
            asked(s, steps, lags, hits, impacts, ways, rows, size, out)
            held = finish if steps[s, 5] else start
            for k in range(size):
                rows[held, k] = max(rows[held, k], out[0, k])
    if bounded:
        for k in range(size):
            x, least = rows[start, k], rows[finish, k]
            rows[start, k] = max(x, least - works[w, k])
            rows[finish, k] = max(x + works[w, k], least)
    else:
        for k in range(size):
            rows[finish, k] = rows[start, k] + works[w, k]


@jit
def count(
    v: int, size: int, nodes: Array, bases: Array, rows: Array, places: Array, few: Array, bins: Array, made: Array
) -> None:
    """Count the finishes of one activity by day, and those that meet its target."""
    finish, mine, target = np.uint64(2 * v + 1), np.uint64(v), bases[v, 3]
    begin, shift = np.int32(nodes[v, 5]), np.int32(nodes[v, 6])
    if target < F32(np.inf):
        met = np.int32(0)
        for k in range(size):
            met += np.int32(rows[finish, k] <= target)
        made[v] += met
    else:
        made[v] += size
    for k in range(size):
        day = np.int32(np.int32(np.int32(np.ceil(rows[finish, k])) - begin) >> shift)
        places[k] = np.int32(min(max(day, np.int32(0)), np.int32(BINS - 1)))
    whole = size & ~3  # four tables in turns: the next run of the same day need not wait for this one
    for k in range(0, whole, 4):
        few[np.uint64(places[k])] += np.uint8(1)
        few[np.uint64(places[k + 1]) + np.uint64(BINS)] += np.uint8(1)
        few[np.uint64(places[k + 2]) + np.uint64(2 * BINS)] += np.uint8(1)
        few[np.uint64(places[k + 3]) + np.uint64(3 * BINS)] += np.uint8(1)
    for k in range(whole, size):
        few[np.uint64(places[k])] += np.uint8(1)
    for b in range(BINS):
        bins[mine, b] += (
            np.uint16(few[b]) + np.uint16(few[BINS + b]) + np.uint16(few[2 * BINS + b]) + np.uint16(few[3 * BINS + b])
        )
    few[:] = 0


@jit
def end(
    f: int, size: int, endings: Array, ending_bases: Array, last: Array, ways: Array, rows: Array, out: Array, ends: Array
) -> None:  # fmt: skip
    """The finish of one program."""
    for k in range(size):
        ends[f, k] = ending_bases[f]
    for x in range(endings[f, 0], endings[f, 1]):
        row = np.uint64(2 * last[x, 0] + 1)
        if last[x, 1] >= 0:
            lead(rows, row, ways, last[x, 1], True, size, out)
            for k in range(size):
                ends[f, k] = max(ends[f, k], out[0, k])
        else:
            for k in range(size):
                ends[f, k] = max(ends[f, k], rows[row, k])


@jit
def ended(
    size: int, endings: Array, last: Array, ways: Array, rows: Array, ends: Array, out: Array, drove: Array, any_drove: Array
) -> None:  # fmt: skip
    """Mark the runs in which an activity ends a program."""
    any_drove[:] = 0
    for f in range(endings.shape[0]):
        for x in range(endings[f, 0], endings[f, 1]):
            v, found, row = np.uint64(last[x, 0]), np.uint8(0), np.uint64(2 * last[x, 0] + 1)
            if last[x, 1] >= 0:
                lead(rows, row, ways, last[x, 1], True, size, out)
                for k in range(size):
                    drove[v, k] |= np.uint8(out[0, k] == ends[f, k])
            else:
                for k in range(size):
                    drove[v, k] |= np.uint8(rows[row, k] == ends[f, k])
            for k in range(size):
                found |= drove[v, k]
            any_drove[v] = found


@jit
def who(
    size: int, nodes: Array, steps: Array, lags: Array, hits: Array, impacts: Array, ways: Array,
    rows: Array, works: Array, out: Array, drove: Array, any_drove: Array, critical: Array,
) -> None:  # fmt: skip
    """Count in how many runs each activity drove the finish of a program: only what drove in some run is walked."""
    for v in range(nodes.shape[0] - 1, -1, -1):
        if not any_drove[v]:
            continue
        mine, start, total = np.uint64(v), np.uint64(2 * v), np.uint16(0)
        for k in range(size):
            total += np.uint16(drove[mine, k])
        critical[v] += total
        for s in range(nodes[v, 3], nodes[v, 4]):
            u, found = np.uint64(steps[s, 0] >> 1), np.uint8(0)
            if steps[s, 8]:
                row, lag = np.uint64(steps[s, 0]), lags[s]
                for k in range(size):
                    x = drove[mine, k] & np.uint8(rows[row, k] + lag == rows[start, k])
                    drove[u, k] |= x
                    found |= x
            else:
                asked(s, steps, lags, hits, impacts, ways, rows, size, out)
                if steps[s, 5]:
                    w = np.uint64(nodes[v, 7])
                    for k in range(size):
                        out[0, k] -= works[w, k]
                for k in range(size):
                    x = drove[mine, k] & np.uint8(out[0, k] == rows[start, k])
                    drove[u, k] |= x
                    found |= x
            any_drove[u] |= found
        for k in range(size):
            drove[mine, k] = 0


@jit
def run(
    first: int, runs: int, driving: bool,
    nodes: Array, bases: Array, steps: Array, lags: Array, hits: Array,
    draws: Array, keys: Array, fields: Array, tables: Array, share: float, streams: Array,
    events: Array, event_keys: Array, chances: Array, ways: Array, endings: Array, ending_bases: Array, last: Array,
    bins: Array, made: Array, critical: Array, finishes: Array,
) -> None:  # fmt: skip
    """Simulate runs first .. first + runs - 1 and count."""
    n = nodes.shape[0]
    rows, works = np.empty((2 * n, CHUNK), F32), np.empty((nodes[:, 7].max() + 1, CHUNK), F32)
    causes, impacts = np.empty((max(1, streams.shape[0]), CHUNK), U32), np.empty((max(1, events.shape[0]), CHUNK), F32)
    numbers, drawn, out = np.empty(CHUNK, U32), np.empty(CHUNK, U32), np.empty((1, CHUNK), F32)
    ends, chance = np.empty((max(1, endings.shape[0]), CHUNK), F32), np.empty(CHUNK, np.uint8)
    drove, any_drove, places = np.zeros((n, CHUNK), np.uint8), np.empty(n, np.uint8), np.empty(CHUNK, np.int32)
    few = np.zeros(4 * BINS, np.uint8)
    for begin in range(0, runs, CHUNK):
        size = min(CHUNK, runs - begin)
        mixed(first + begin, size, numbers)
        for c in range(streams.shape[0]):
            for k in range(size):
                causes[c, k] = stirred(numbers[k], U32(streams[c, 0]), U32(streams[c, 1]))
        for e in range(events.shape[0]):
            bits(numbers, event_keys, e, share, causes, size, drawn)
            for k in range(size):
                chance[k] = uniform(drawn[k]) < chances[e]
            d = events[e]
            bits(numbers, keys, d, share, causes, size, drawn)
            amount(draws[d, 0], draws[d, 1], fields, d, tables, drawn, size, impacts, e)
            for k in range(size):
                impacts[e, k] = impacts[e, k] if chance[k] else F32(0)
        for v in range(n):
            worked(v, size, nodes, bases, hits, draws, keys, fields, tables, share, causes, impacts, numbers, drawn, works)
            place(v, size, nodes, bases, steps, lags, hits, impacts, ways, rows, works, out)
            count(v, size, nodes, bases, rows, places, few, bins, made)
        for f in range(endings.shape[0]):
            end(f, size, endings, ending_bases, last, ways, rows, out, ends)
            for k in range(size):
                finishes[f, begin + k] = ends[f, k]
        if driving:
            ended(size, endings, last, ways, rows, ends, out, drove, any_drove)
            who(size, nodes, steps, lags, hits, impacts, ways, rows, works, out, drove, any_drove, critical)


@jit
def quantiles(bins: Array, nodes: Array, shares: Array, runs: int, out: Array) -> None:
    """For each node the last day of the bin in which each share of the runs is reached, in working days from the data date."""
    for v in range(bins.shape[0]):
        reached, q = 0, 0
        for b in range(BINS):
            reached += bins[v, b]
            while q < shares.shape[0] and reached >= shares[q] * runs:
                out[v, q] = nodes[v, 5] + ((b + 1) << nodes[v, 6]) - 1
                q += 1
            if q == shares.shape[0]:
                break


def warm() -> None:
    """Run every kernel once on a plan of two, so that it is compiled or loaded."""
    from programs.graph.fast import packed
    from programs.graph.fast.simulation import Ending, Model, Node, Step

    nodes = [Node(0.0, work=1.0), Node(0.0, work=1.0, steps=[Step(1, 0.0)])]
    model = Model(0, 0.5, nodes, [], [], [], [], [], [Ending(0, 0, 0.0, [(1, -1)])], [], 0)
    from sys import modules

    packed.Packed(model, modules[__name__]).run(0, 2, driving=True)
