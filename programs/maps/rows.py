"""Which row of its lane a card stands in: a chain keeps its row, and only what collides is stacked."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from programs.maps.board import Board, Card, Link


@dataclass(frozen=True, slots=True)
class Rows:
    """The row of every card, counted over all lanes, and the first row and number of rows of every lane."""

    row: dict[str, int]
    first: dict[str, int]
    count: dict[str, int]
    total: int


def rows(board: Board, column: Mapping[str, int]) -> Rows:
    """Walk the columns from left to right; a card takes the row of what it waits for in its own lane, else the lowest row
    that is free and that no chain passes through."""
    cards = {card.id: card for card in board.cards}
    before: dict[str, list[Link]] = defaultdict(list)
    until: dict[str, int] = {}  # the last column that a chain of this card's lane needs its row in
    for link in board.links:
        same = cards[link.source].lane == cards[link.target].lane
        if link.schedules and same and column[link.source] < column[link.target]:
            before[link.target].append(link)
            until[link.source] = max(until.get(link.source, 0), column[link.target])
    stacked = Counter((card.lane, column[card.id]) for card in board.cards)
    tallest: Counter[str] = Counter()
    for (lane, _column), many in stacked.items():
        tallest[lane] = max(tallest[lane], many)
    own: dict[str, int] = {}
    wish = _wishes(before, column)
    held: dict[str, dict[int, int]] = defaultdict(dict)  # lane -> row -> the column up to which a chain passes
    for _at, lane, here in _cells(board, column, own, wish):
        taken: set[int] = set()
        for card in here:
            row = _choose(own.get(wish.get(card.id, "")), taken, held[lane], column[card.id], tallest[lane])
            own[card.id] = row
            taken.add(row)
            held[lane][row] = until.get(card.id, column[card.id])
    return _over_all(board, own)


def _wishes(before: Mapping[str, list[Link]], column: Mapping[str, int]) -> dict[str, str]:
    """Whose row each card would like: the critical one it waits for, else the nearest."""
    return {
        target: min(links, key=lambda link: (not link.critical, -column[link.source], link.source)).source
        for target, links in before.items()
    }


def _cells(
    board: Board, column: Mapping[str, int], own: Mapping[str, int], wish: Mapping[str, str]
) -> Iterator[tuple[int, str, list[Card]]]:
    """The cards of one lane and one column at a time, from left to right; those with a wish choose first."""
    cells: dict[tuple[int, str], list[Card]] = defaultdict(list)
    for card in board.cards:
        cells[column[card.id], card.lane].append(card)

    def rank(card: Card) -> tuple[bool, int, bool, date, str]:
        wanted = own.get(wish.get(card.id, ""))
        return (wanted is None, wanted or 0, not card.critical, card.day or date.max, card.id)

    for at, lane in sorted(cells):
        yield at, lane, sorted(cells[at, lane], key=rank)


def _choose(wish: int | None, taken: set[int], held: Mapping[int, int], column: int, tallest: int) -> int:
    if wish is not None and wish not in taken:
        return wish
    free = (row for row in range(tallest) if row not in taken and held.get(row, -1) <= column)
    lowest = next(row for row in range(len(taken) + 1) if row not in taken)
    return next(free, lowest)


def _over_all(board: Board, own: Mapping[str, int]) -> Rows:
    count: Counter[str] = Counter()
    for card in board.cards:
        count[card.lane] = max(count[card.lane], own[card.id] + 1)
    first, total = {}, 0
    for lane in board.lanes:
        first[lane] = total
        total += count[lane] or (0 if lane in board.folded else 1)
    rows_of = {lane: count[lane] or (0 if lane in board.folded else 1) for lane in board.lanes}
    return Rows({card.id: first[card.lane] + own[card.id] for card in board.cards}, first, rows_of, total)
