"""What is drawn of a plan that is too large to draw: some cards, and the rest of each lane summed up in a row."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from programs.maps.board import Card, Link, Pair

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

UNFOLDED = 150  # cards up to which nothing is folded
MOST = 200  # cards drawn at once, whatever is opened
PAIRS = 10  # merged lines; more of them would be a thicket


@dataclass(frozen=True, slots=True)
class Item:
    """One milestone that might be drawn. The lower its `rank`, the sooner it gets a card."""

    card: Card
    state: str  # what its glyph shows
    rank: int = 9


@dataclass(frozen=True, slots=True)
class Folding:
    """The cards that are drawn, and what stands for the others.

    `sums`: by lane and day, how many of which state are not drawn. `leaves` and `comes`: by card, how many of its links go
    to or come from what is folded into another lane.
    """

    drawn: frozenset[str]
    folded: frozenset[str]
    sums: dict[str, list[tuple[date | None, str]]] = field(default_factory=dict)
    pairs: tuple[Pair, ...] = ()
    pairs_left: int = 0
    leaves: dict[str, Counter[str]] = field(default_factory=dict)
    comes: dict[str, Counter[str]] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        """Whether every card is drawn."""
        return not self.folded


def fold(
    items: Sequence[Item], links: Iterable[Link], *, opened: Collection[str], kept: Collection[str], closed: Collection[str] = ()
) -> Folding:
    """Draw everything if there is room for it; else the lanes that were `opened`, and of the other lanes what is `kept`.

    Lanes that are `closed` stay folded however few there are.
    """
    lane = {item.card.id: item.card.lane for item in items}
    there = [item for item in items if item.card.lane not in closed]
    if len(there) <= UNFOLDED:
        wanted = there
    else:
        open_lanes = opened or (() if kept else _small(there))
        wanted = [item for item in there if item.card.lane in open_lanes or item.card.id in kept]
    wanted.sort(key=lambda item: (item.card.id not in kept, item.rank, item.card.day or date.max, item.card.id))
    drawn = frozenset(item.card.id for item in wanted[:MOST])
    sums: dict[str, list[tuple[date | None, str]]] = defaultdict(list)
    for item in items:
        if item.card.id not in drawn:
            sums[item.card.lane].append((item.card.day, item.state))
    pairs: Counter[tuple[str, str]] = Counter()
    critical: set[tuple[str, str]] = set()
    leaves: dict[str, Counter[str]] = defaultdict(Counter)
    comes: dict[str, Counter[str]] = defaultdict(Counter)
    for link in links:
        source, target = link.source, link.target
        if not link.schedules or source not in lane or target not in lane:
            continue
        ends = lane[source], lane[target]
        if source in drawn and target not in drawn:
            leaves[source][ends[1]] += 1
        elif target in drawn and source not in drawn:
            comes[target][ends[0]] += 1
        elif source not in drawn and ends[0] != ends[1]:
            pairs[ends] += 1
            critical |= {ends} if link.critical else set()
    ranked = sorted(pairs.items(), key=lambda pair: (pair[0] not in critical, -pair[1], pair[0]))
    merged = tuple(Pair(*ends, count, ends in critical) for ends, count in ranked[:PAIRS])
    left = sum(count for _, count in ranked[PAIRS:])
    return Folding(drawn, frozenset(sums), dict(sums), merged, left, dict(leaves), dict(comes))


def _small(items: Iterable[Item]) -> set[str]:
    """Where nothing stands out: as many lanes as there is room for, the smallest first."""
    count = Counter(item.card.lane for item in items)
    found, total = set(), 0
    for lane, many in sorted(count.items(), key=lambda pair: (pair[1], pair[0])):
        total += many
        if total <= UNFOLDED:
            found.add(lane)
    return found
