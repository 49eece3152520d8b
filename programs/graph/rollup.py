"""Dates of what does not work itself: summaries from their children, levels of effort from their neighbours."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

from programs.graph.network import Network
from programs.graph.plan import ROLLED_UP, Kind, Relation
from programs.graph.types import LinkType

if TYPE_CHECKING:
    from programs.graph.schedule import Result


def roll_up(network: Network, results: dict[Hashable, Result]) -> None:
    """Add a result for every summary and level of effort whose children or neighbours have one."""
    for i, task in enumerate(network.tasks):
        if task.kind is Kind.LOE:
            _level_of_effort(network, i, results)
    for i, task in enumerate(network.tasks):
        if task.kind in ROLLED_UP and task.kind is not Kind.LOE:
            _summary(network, i, results)


def _summary(network: Network, i: int, results: dict[Hashable, Result]) -> None:
    """Earliest start, latest finish, any critical child; floats from the dates on the summary's own calendar."""
    below = [results[network.tasks[leaf].id] for leaf in network.leaves(i) if network.tasks[leaf].id in results]
    if below:
        results[network.tasks[i].id] = _span(network, i, below)


def _span(network: Network, i: int, parts: list[Result]) -> Result:
    calendar = network.tasks[i].float_calendar or network.tasks[i].calendar
    first, last = min(p.early_start for p in parts), max(p.early_finish for p in parts)
    late_first, late_last = min(p.late_start for p in parts), max(p.late_finish for p in parts)
    total = min(calendar.diff(first, late_first), calendar.diff(last, late_last))
    free = [p.free_float for p in parts if p.free_float is not None and p.early_finish == last]
    kind = type(parts[0])
    critical = any(p.critical for p in parts)
    return kind(first, last, late_first, late_last, total, min(free, default=None), critical)


def _level_of_effort(network: Network, i: int, results: dict[Hashable, Result]) -> None:
    """From the start its predecessors give to the finish its successors give; it never drives."""
    task = network.tasks[i]
    starts: list[int] = []
    ends: list[int] = []
    parts: list[Result] = []
    for relation in network.plan.relations:
        if relation.succ == task.id and (other := results.get(relation.pred)):
            parts.append(other)
            _meet(relation, other, starts, ends, at_start=relation.type in (LinkType.SS, LinkType.FS))
        elif relation.pred == task.id and (other := results.get(relation.succ)):
            parts.append(other)
            _meet(relation, other, starts, ends, at_start=relation.type in (LinkType.SS, LinkType.SF))
    if parts:
        span = _span(network, i, parts)
        first = min(starts, default=span.early_start)
        last = max(ends, default=span.early_finish)
        kind = type(span)
        results[task.id] = kind(first, last, span.late_start, span.late_finish, span.total_float, span.free_float, span.critical)


def _meet(relation: Relation, other: Result, starts: list[int], ends: list[int], *, at_start: bool) -> None:
    """Note the neighbour's end that the link touches, at the level of effort's start or finish."""
    neighbour_is_pred = relation.pred is not None and relation.type in (LinkType.FS, LinkType.FF)
    at = other.early_finish if neighbour_is_pred else other.early_start
    (starts if at_start else ends).append(at)
