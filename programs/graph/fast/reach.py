"""Who comes after whom, as bit rows in big integers: the standard library's answer, itself hundreds of times networkx.

Rows list each activity's successors; activities are numbered in topological order.
"""

from __future__ import annotations

from collections.abc import Sequence


def waiting_behind(rows: Sequence[Sequence[int]]) -> list[int]:
    """How many distinct activities come after each one.

    >>> waiting_behind([[1, 2], [2], []])
    [2, 1, 0]
    """
    after, counts = [0] * len(rows), [0] * len(rows)
    for v in range(len(rows) - 1, -1, -1):
        bits = 0
        for s in rows[v]:
            bits |= after[s] | (1 << s)
        after[v] = bits
        counts[v] = bits.bit_count()
    return counts


def redundant(rows: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """(activity, place in its row) of every link that another successor's links imply.

    >>> redundant([[1, 2], [2], []])
    [(0, 1)]
    """
    after, found = [0] * len(rows), []
    for v in range(len(rows) - 1, -1, -1):
        beyond, direct = 0, 0
        for s in rows[v]:
            beyond |= after[s]
            direct |= 1 << s
        if beyond & direct:
            found += [(v, k) for k, s in enumerate(rows[v]) if (beyond >> s) & 1]
        after[v] = beyond | direct
    return found
