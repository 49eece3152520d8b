"""Random draws as a function of (seed, what is drawn, run): the same on every machine, for any chunks, in any order.

Nothing is kept between draws, so two forecasts that differ in one risk share the luck of everything else, and their difference
is the risk's alone. All arithmetic on days is done in single precision with +, -, *, square root and comparisons only, which
every processor rounds alike; tables of quantiles are rounded to far fewer digits than any machine computes.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from functools import cache
from hashlib import blake2b
from itertools import pairwise

CELLS = 256  # pieces of a quantile function, each a straight line
POSITIONS = 200  # where between its ends the likely value of a PERT range may lie
GRID = 256
MASK = 0xFFFFFFFF
ONE, TWO = 0x21F0AAAD, 0x735A2D97  # multipliers of a 32-bit mixer without visible bias
DIGITS = 1 << 20

_single = array("f", [0.0])


def single(x: float) -> float:
    """The nearest number of single precision."""
    _single[0] = x
    return _single[0]


def keys(seed: int, what: str, which: object) -> tuple[int, int]:
    """Two 32-bit numbers that name a stream of draws."""
    digest = blake2b(f"{seed}:{what}:{which}".encode(), digest_size=8).digest()
    return int.from_bytes(digest[:4], "little"), int.from_bytes(digest[4:], "little")


def mixed(x: int) -> int:
    """32 bits in, 32 bits out, every one of which depends on every one."""
    x = (x ^ x >> 16) * ONE & MASK
    x = (x ^ x >> 15) * TWO & MASK
    return x ^ x >> 15


def bits(run: int, first: int, second: int) -> int:
    """The 32 random bits of a run in the stream with these keys; `run` is mixed already."""
    x = run ^ first
    x = (x ^ x >> 16) * ONE + second & MASK
    x = (x ^ x >> 15) * TWO & MASK
    return x ^ x >> 15


def uniform(drawn: int) -> float:
    """A number between 0 and 1, both excluded, exact in single precision."""
    return (drawn >> 9) * 2.0**-23 + 2.0**-24


@cache
def pert(position: int) -> tuple[float, ...]:
    """Quantiles of the PERT distribution on 0..1 whose mode is `position` / POSITIONS: a beta distribution with weight 4."""
    if position > POSITIONS // 2:
        return tuple(1 - x for x in reversed(pert(POSITIONS - position)))
    a, b = 4 * position / POSITIONS, 4 * (1 - position / POSITIONS)

    def density(x: float) -> float:
        return float(x**a * (1 - x) ** b)

    def piece(x: float, y: float) -> float:
        return (density(x) + 4 * density((x + y) / 2) + density(y)) * (y - x) / 6

    total = [0.0]
    for i in range(GRID):
        total.append(total[-1] + piece(i / GRID, (i + 1) / GRID))
    found, cell = [0.0], 0
    for i in range(1, CELLS):
        wanted = total[-1] * i / CELLS
        while total[cell + 1] < wanted:
            cell += 1
        x = (cell + (wanted - total[cell]) / (total[cell + 1] - total[cell])) / GRID
        for _ in range(3):
            x -= (total[cell] + piece(cell / GRID, x) - wanted) / density(x)
        found.append(round(x * DIGITS) / DIGITS)
    return (*found, 1.0)


def spaced(quantiles: Sequence[float]) -> tuple[float, ...]:
    """Any number of equally spaced quantiles as CELLS + 1."""
    last = len(quantiles) - 1
    found = []
    for i in range(CELLS + 1):
        at = i * last / CELLS
        low = min(int(at), last - 1)
        found.append(round((quantiles[low] + (at - low) * (quantiles[low + 1] - quantiles[low])) * DIGITS) / DIGITS)
    return tuple(found)


def lines(quantiles: Sequence[float]) -> list[tuple[float, float]]:
    """Each piece of a quantile function as (start, slope): its value is start + slope * uniform."""
    steps = [b - a for a, b in pairwise(quantiles)]
    return [(single(q - i * step), single(CELLS * step)) for i, (q, step) in enumerate(zip(quantiles[:-1], steps, strict=True))]


def triangular(low: float, likely: float, high: float) -> tuple[float, float, float, float, float]:
    """(low, share below likely, rise, fall, high): low + rise * sqrt(u), or high - fall * sqrt(1 - u) beyond the share."""
    width = high - low
    if not width:
        return single(low), 1.0, 0.0, 0.0, single(high)
    rise, fall = math.sqrt(width * (likely - low)), math.sqrt(width * (high - likely))
    return single(low), single((likely - low) / width), single(rise), single(fall), single(high)
