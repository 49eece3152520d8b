"""Which column a card stands in: its period, widened where work inside the period waits for other work inside it."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from heapq import heapify, heappop, heappush
from math import ceil, sqrt
from typing import TYPE_CHECKING

from programs.maps.periods import placed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from programs.maps.board import Board, Card, Link

TOWER = 4  # cards above each other in one lane before a period gets wider instead


@dataclass(frozen=True, slots=True)
class Columns:
    """The period and the column of every card; first column and width of every period that has any."""

    period: dict[str, int]
    column: dict[str, int]
    first: dict[int, int]
    width: dict[int, int]
    total: int


def columns(board: Board) -> Columns:
    """Put every card into a column such that what waits stands further on, wherever its own date allows it."""
    period = {card.id: placed(board.periods, card.day) for card in board.cards}
    inside = [link for link in board.links if link.schedules and period[link.source] == period[link.target]]
    groups: dict[int, list[Card]] = defaultdict(list)
    for card in board.cards:
        groups[period[card.id]].append(card)
    tied: dict[int, list[Link]] = defaultdict(list)
    for link in inside:
        tied[period[link.source]].append(link)
    step: dict[str, int] = {}
    width = dict.fromkeys(board.cells, 1)
    for index, cards in groups.items():
        steps, wide = _inside(cards, tied[index])
        step |= steps
        width[index] = max(width.get(index, 1), wide)
    first, total = {}, 0
    for index in sorted(width):
        first[index] = total
        total += width[index]
    return Columns(period, {card: first[period[card]] + step[card] for card in step}, first, width, total)


def _inside(cards: list[Card], links: list[Link]) -> tuple[dict[str, int], int]:
    """Steps within one period, and how many it needs."""
    order = _order(cards, links)
    position = {card.id: at for at, card in enumerate(order)}
    before: dict[str, list[str]] = defaultdict(list)
    after: dict[str, list[str]] = defaultdict(list)
    for link in links:
        if position[link.source] < position[link.target]:
            before[link.target].append(link.source)
            after[link.source].append(link.target)
    depth: dict[str, int] = {}
    for card in order:
        depth[card.id] = max((depth[one] + 1 for one in before[card.id]), default=0)
    follows: dict[str, int] = {}
    for card in reversed(order):
        follows[card.id] = max((follows[one] + 1 for one in after[card.id]), default=0)
    width = max(max(depth.values()) + 1, _spread(cards))
    return _steps(order, before, follows, width), width


def _spread(cards: Iterable[Card]) -> int:
    """Columns that keep the fullest lane of a period from becoming a tower."""
    fullest = max(Counter(card.lane for card in cards).values())
    return 1 if fullest <= TOWER else ceil(sqrt(fullest / 1.5))


def _steps(order: list[Card], before: dict[str, list[str]], follows: dict[str, int], width: int) -> dict[str, int]:
    """Every card between what it waits for and what waits for it; where there is a choice, late cards stand late and
    full columns are left alone."""
    step: dict[str, int] = {}
    stacked: Counter[tuple[str, int]] = Counter()
    days = sorted({card.day for card in order if card.day is not None})
    height = {lane: max(TOWER, ceil(many / width)) for lane, many in Counter(card.lane for card in order).items()}
    for card in order:
        low = max((step[one] + 1 for one in before[card.id]), default=0)
        high = max(low, width - 1 - follows[card.id])
        tied = bool(before[card.id]) or bool(follows[card.id])
        wish = low if tied or card.day is None or len(days) < 2 else low + _late(days, card.day, high - low)
        choices = sorted(range(low, high + 1), key=lambda at: (abs(at - wish), at))
        at = next((one for one in choices if stacked[card.lane, one] < height[card.lane]), None)
        if at is None:
            at = min(choices, key=lambda one: (stacked[card.lane, one], abs(one - wish), one))
        step[card.id] = at
        stacked[card.lane, at] += 1
    return step


def _late(days: Sequence[date], day: date, room: int) -> int:
    """How far right a card stands that nothing ties: as late as it is among the days of its period."""
    length = (days[-1] - days[0]).days or 1
    return round((day - days[0]).days / length * room)


def _order(cards: list[Card], links: list[Link]) -> list[Card]:
    """Everything after what it waits for, earlier days first. In a loop the earliest goes first, whatever it waits for."""
    known = {card.id: card for card in cards}
    waits: Counter[str] = Counter()
    after: dict[str, list[str]] = defaultdict(list)
    for link in links:
        waits[link.target] += 1
        after[link.source].append(link.target)
    rank = {card.id: (card.day or date.max, card.id) for card in cards}
    ready = [rank[card.id] for card in cards if not waits[card.id]]
    heapify(ready)
    left = sorted((rank[card.id] for card in cards), reverse=True)
    order: list[Card] = []
    taken: set[str] = set()
    while len(order) < len(cards):
        while not ready and left[-1][1] in taken:
            left.pop()
        card = (heappop(ready) if ready else left.pop())[1]
        if card in taken:
            continue
        taken.add(card)
        order.append(known[card])
        for target in after[card]:
            waits[target] -= 1
            if not waits[target]:
                heappush(ready, rank[target])
    return order
