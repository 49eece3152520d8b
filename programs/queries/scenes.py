"""What people said, beside what the network computed: the scene the flag rules read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.db.models import Q

from programs.flags.types import Edge, Impediment, Item, Scene, Thresholds
from programs.graph.types import Activity, Analysis
from programs.models import SCHEDULING_RELATIONS, Blocker, BlockerStatus, Dependency, Milestone, MilestoneStatus
from programs.queries import holding
from programs.queries.prepared import Prepared
from programs.queries.snapshots import ACTIVITY, STATE, Network, activity

MOST_BLOCKERS_KEPT = 20


def scenes(net: Network, analysis: Analysis) -> dict[int, Scene]:
    """One scene per program of the network. Three queries, whatever the size."""
    items, own = items_of(Q(program__in=net.programs))
    edges = edges_of(Q(successor__program__in=net.programs))
    impediments: dict[int, list[Impediment]] = defaultdict(list)
    for program, impediment in impediments_of(Q(program__in=net.programs)):
        impediments[program].append(impediment)
    blocked_by = held_by(edges, items, [i for those in impediments.values() for i in those])
    return staged(net, analysis, items, own, edges, impediments, blocked_by)


def staged(
    net: Network,
    analysis: Analysis,
    items: dict[int, Item],
    own: Mapping[int, Collection[int]],
    edges: tuple[Edge, ...],
    impediments: Mapping[int, Collection[Impediment]],
    blocked_by: dict[int, tuple[int, ...]],
) -> dict[int, Scene]:
    """One scene per program from what was read."""
    calendars = {frame.id: frame.calendar for frame in net.snapshot.frames}
    return {
        pk: Scene(
            program=pk,
            analysis=analysis,
            calendar=calendars[pk],
            thresholds=Thresholds.of(program.thresholds),
            items=items,
            own=tuple(own.get(pk, ())),
            impediments=tuple(impediments.get(pk, ())),
            edges=edges,
            blocked_by=blocked_by,
        )
        for pk, program in net.programs.items()
    }


_ITEM = (
    *("pk", "program_id", "name", "key", "status", "owner_id", "owner__name", "team_id", "workstream_id"),
    *("said", "said_on", "updated_on", "start_date", "baseline_date", "target_date", "expected_date"),
    *("duration_days", "external", "parent_id"),
)
_SAVED = Prepared(lambda keys: Milestone.objects.filter(pk__in=keys).values_list(*ACTIVITY, *_ITEM[4:]))


def saved(keys: Collection[int]) -> Iterator[tuple[Activity, Item]]:
    """Single milestones as the engine and the rules need them; nobody says here which are parents. One query."""
    for row in sorted(_SAVED.rows(keys)):
        yield activity(row[: len(ACTIVITY)]), _item((*row[:4], *row[len(ACTIVITY) :]), is_parent=False)


def items_of(which: Q) -> tuple[dict[int, Item], dict[int, list[int]]]:
    """(facts by id, ids by program) of milestones. One query."""
    items: dict[int, Item] = {}
    own: dict[int, list[int]] = defaultdict(list)
    rows = list(Milestone.objects.filter(which).order_by("pk").values_list(*_ITEM))
    parents = {row[-1] for row in rows if row[-1]}
    for row in rows:
        items[row[0]] = _item(row, is_parent=row[0] in parents)
        own[row[1]].append(row[0])
    return items, own


def _item(row: tuple[Any, ...], *, is_parent: bool) -> Item:
    (pk, _program, name, key, status, owner, owner_name, team, workstream) = row[:9]
    (said, said_on, updated_on, start, baseline, target, expected, duration, external, _parent) = row[9:]
    words = [day for day in (said_on, updated_on) if day]
    return Item(
        id=pk,
        name=name,
        key=key,
        state=STATE[status],
        owner=owner_name or "",
        owned=bool(owner or team),
        workstream=workstream,
        said=said,
        last_word=max(words) if words else None,
        since=start,
        baseline=baseline,
        target=target,
        expected=expected,
        duration=None if duration is None else float(duration),
        external=external,
        is_parent=is_parent,
        known=status != MilestoneStatus.UNKNOWN,
    )


def edges_of(which: Q) -> tuple[Edge, ...]:
    """Dependencies, those that are set aside or only shown too. One query."""
    rows = (
        Dependency.objects.filter(which)
        .order_by("pk")
        .values_list("pk", "predecessor_id", "successor_id", "set_aside", "type", "relation")
    )
    return tuple(Edge(*row[:5], schedules=row[5] in SCHEDULING_RELATIONS) for row in rows)


def impediments_of(which: Q) -> list[tuple[int, Impediment]]:
    """(program, open blocker) in the order of their numbers. One query."""
    rows = (
        Blocker.objects.filter(which, status=BlockerStatus.OPEN)
        .order_by("pk")
        .values_list("program_id", "pk", "milestone_id", "title", "waiting_on", "owner__name")
    )
    return [(row[0], Impediment(*row[1:5], row[5] or "")) for row in rows]


def held_by(edges: Collection[Edge], items: dict[int, Item], impediments: Collection[Impediment]) -> dict[int, tuple[int, ...]]:
    """Which open blockers upstream hold each item, the first few of each. A finished step ends the chain behind it."""
    keys = holding.in_order(impediments)
    found = holding.rows(edges, items, impediments)
    return {item: holding.first(bits, keys, MOST_BLOCKERS_KEPT) for item, bits in found.items()}
