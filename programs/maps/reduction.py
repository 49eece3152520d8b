"""Which links say nothing that others do not say already, and what lies up and down stream of a card."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from programs.maps.board import Link

Ends = tuple[str, str]


def redundant(links: Iterable[Link]) -> frozenset[Ends]:
    """Links that a longer way through others implies. Never a critical one, and none that is part of a loop."""
    scheduling = [link for link in links if link.schedules and link.source != link.target]
    pairs = {(link.source, link.target) for link in scheduling}
    after = neighbours(pairs)
    order = _order(after)
    if order is None:
        return frozenset()
    bit = {card: 1 << at for at, card in enumerate(order)}
    below: dict[str, int] = {}
    for card in reversed(order):
        row = 0
        for other in after.get(card, ()):
            row |= bit[other] | below[other]
        below[card] = row
    found = set()
    for card, others in after.items():
        for other in others:
            if any(below[between] & bit[other] for between in others if between != other):
                found.add((card, other))
    return frozenset(found - {(link.source, link.target) for link in scheduling if link.critical})


def neighbours(pairs: Iterable[Ends]) -> dict[str, list[str]]:
    """By card: what it leads to, each once, in order."""
    after: dict[str, set[str]] = defaultdict(set)
    for source, target in pairs:
        after[source].add(target)
    return {card: sorted(others) if len(others) > 1 else list(others) for card, others in after.items()}


def reached(start: str, after: Mapping[str, Collection[str]]) -> frozenset[str]:
    """Everything one comes to from a card, without the card itself."""
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        for other in after.get(waiting.pop(), ()):
            if other not in seen:
                seen.add(other)
                waiting.append(other)
    seen.discard(start)
    return frozenset(seen)


def chains(pairs: Iterable[Ends]) -> dict[str, int]:
    """By card: how many links the longest chain through it has. Nothing where the links form a loop.

    >>> chains([("a", "b"), ("b", "c"), ("x", "c")])
    {'a': 2, 'b': 2, 'c': 2, 'x': 1}
    """
    after = neighbours(pairs)
    order = _order(after) or []
    ahead = dict.fromkeys(order, 0)
    behind = dict.fromkeys(order, 0)
    for card in order:
        for other in after.get(card, ()):
            behind[other] = max(behind[other], behind[card] + 1)
    for card in reversed(order):
        ahead[card] = max((ahead[other] + 1 for other in after.get(card, ())), default=0)
    return {card: ahead[card] + behind[card] for card in sorted(order)}


def _order(after: Mapping[str, list[str]]) -> list[str] | None:
    """Everything after what leads to it; None when the links form a loop."""
    waits: dict[str, int] = defaultdict(int)
    for others in after.values():
        for other in others:
            waits[other] += 1
    everything = sorted({*after, *waits})
    ready = [card for card in everything if not waits[card]]
    order = []
    while ready:
        card = ready.pop()
        order.append(card)
        for other in after.get(card, ()):
            waits[other] -= 1
            if not waits[other]:
                ready.append(other)
    return order if len(order) == len(everything) else None
