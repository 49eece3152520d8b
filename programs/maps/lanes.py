"""An order of lanes in which linked lanes stand near each other, so that fewer lines cross. It is offered, never imposed."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from programs.maps.board import Link

HEAVY = 3  # what a critical link counts for
ROUNDS = 40


def nearer(lanes: Sequence[str], lane: Mapping[str, str], links: Iterable[Link]) -> tuple[str, ...]:
    """Move one lane at a time while that shortens the way down of all links together; the last lane stays last.

    Starts from the order as it is, so the same plan always gives the same order, and no order is worse than the first.
    """
    weight: Counter[tuple[str, str]] = Counter()
    for link in links:
        ends = tuple(sorted((lane[link.source], lane[link.target])))
        if ends[0] != ends[1]:
            weight[ends[0], ends[1]] += HEAVY if link.critical else 1
    order = tuple(lanes)
    for _round in range(ROUNDS):
        inner = range(len(order) - 1)
        best = min((_moved(order, i, j) for i in inner for j in inner), key=lambda one: (length(one, weight), one), default=order)
        if length(best, weight) >= length(order, weight):
            break
        order = best
    return order


def length(order: Sequence[str], weight: Mapping[tuple[str, str], int]) -> int:
    """Lanes crossed by all links together."""
    at = {name: place for place, name in enumerate(order)}
    return sum(abs(at[a] - at[b]) * count for (a, b), count in weight.items())


def _moved(order: tuple[str, ...], i: int, j: int) -> tuple[str, ...]:
    """The order with one lane taken out and put in elsewhere."""
    found = list(order)
    found.insert(j, found.pop(i))
    return tuple(found)
