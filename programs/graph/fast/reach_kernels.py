"""Compiled bit rows: who comes after whom, swept in blocks of columns small enough for the cache."""

from __future__ import annotations

from typing import Any

import numpy as np

from programs.graph.fast.compiled import jit

Array = Any

ONE = np.uint64(1)


@jit
def _ones(x: np.uint64) -> np.uint64:
    x = x - ((x >> ONE) & np.uint64(0x5555555555555555))
    x = (x & np.uint64(0x3333333333333333)) + ((x >> np.uint64(2)) & np.uint64(0x3333333333333333))
    x = (x + (x >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return (x * np.uint64(0x0101010101010101)) >> np.uint64(56)


@jit
def waiting_behind(n: int, sp: Array, sn: Array, column: Array, columns: int, words: int) -> Array:
    """How many distinct activities that have a column (>= 0) come after each one. Activities are in topological order."""
    counts = np.zeros(n, np.uint64)
    total = (columns + 63) >> 6
    row = np.empty((n, words), np.uint64)
    for first in range(0, total, words):
        for v in range(n - 1, -1, -1):
            mine = row[v]
            for w in range(words):
                mine[w] = 0
            for k in range(sp[v], sp[v + 1]):
                s = np.int64(sn[k])
                theirs = row[s]
                for w in range(words):
                    mine[w] |= theirs[w]
                c = np.int64(column[s])
                block = (c >> 6) - first
                if c >= 0 and 0 <= block < words:
                    mine[block] |= ONE << np.uint64(c & 63)
            found = np.uint64(0)
            for w in range(words):
                found += _ones(mine[w])
            counts[v] += found
    return counts


@jit
def redundant(n: int, sp: Array, sn: Array, words: int) -> Array:
    """Which links (in row order) only say what other links say already: another successor leads there."""
    found = np.zeros(sn.shape[0], np.uint8)
    total = (n + 63) >> 6
    row = np.empty((n, words), np.uint64)
    for first in range(0, total, words):
        for v in range(n - 1, -1, -1):
            mine = row[v]
            for w in range(words):
                mine[w] = 0
            for k in range(sp[v], sp[v + 1]):
                theirs = row[np.int64(sn[k])]
                for w in range(words):
                    mine[w] |= theirs[w]
            for k in range(sp[v], sp[v + 1]):
                s = np.int64(sn[k])
                block = (s >> 6) - first
                if 0 <= block < words and (mine[block] >> np.uint64(s & 63)) & ONE:
                    found[k] = 1
            for k in range(sp[v], sp[v + 1]):
                s = np.int64(sn[k])
                block = (s >> 6) - first
                if 0 <= block < words:
                    mine[block] |= ONE << np.uint64(s & 63)
    return found


def warm() -> None:
    """Run every kernel once, so that it is compiled or loaded."""
    sp, sn = np.array([0, 1, 1], np.uint32), np.array([1], np.uint32)
    waiting_behind(2, sp, sn, np.arange(2, dtype=np.int32), 2, 16)
    redundant(2, sp, sn, 16)
