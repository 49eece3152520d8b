"""The rows of a timeline: groups with their milestones, folded or open, one page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from programs.maps.timeline import Work
from programs.queries.map import ELSEWHERE, NONE, OUTSIDE
from programs.queries.odds import sure_of
from programs.web import wording
from programs.web.map_choice import matches, state
from programs.web.timeline_asked import FOLDED, Asked

if TYPE_CHECKING:
    from collections.abc import Iterable

    from programs.queries.map import Node, Plan

PAGE = 200  # rows of milestones
OPEN_AT_ONCE = 150  # milestones with which every group starts open
EMPTY = "~none"  # the key of the group of what has no workstream, owner or date


class Group(NamedTuple):
    """Milestones that belong together. `nodes` are its rows, `all` includes what is done and not asked for."""

    key: str
    name: str
    nodes: tuple[Node, ...]
    all: tuple[Node, ...]
    is_open: bool
    toggle: str  # the address that folds or unfolds it

    @property
    def done(self) -> int:
        """How many are finished or given up."""
        return sum(not node.is_open for node in self.all)

    @property
    def end(self) -> date | None:
        """When the last of its open milestones is forecast."""
        return max((node.forecast for node in self.all if node.is_open and node.forecast), default=None)

    @property
    def dots(self) -> tuple[Node, ...]:
        """What its own row shows by date: all of it while folded, what has no row of its own while open."""
        rows = {node.id for node in self.nodes} if self.is_open else set()
        return tuple(node for node in self.all if node.day and node.id not in rows)


class Piece(NamedTuple):
    """A group as far as it is on one page."""

    group: Group
    nodes: tuple[Node, ...]
    continued: bool


@dataclass(frozen=True)
class Rows:
    """Everything in its groups, and the page that was asked for."""

    plan: Plan
    asked: Asked
    groups: tuple[Group, ...]
    page: int

    @cached_property
    def total(self) -> int:
        """Rows of milestones, on all pages."""
        return sum(len(group.nodes) for group in self.groups if group.is_open)

    @cached_property
    def pages(self) -> int:
        """At least one."""
        return max(1, -(-self.total // PAGE))

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """The groups of this page. A folded one is on the page where it would begin."""
        first, last, at, found = (self.page - 1) * PAGE, self.page * PAGE, 0, []
        for group in self.groups:
            count = len(group.nodes) if group.is_open else 0
            rows = group.nodes[max(0, first - at) : max(0, last - at)] if count else ()
            begins = first <= at < last or (at == self.total and self.page == self.pages)
            if rows or (not count and begins):
                found.append(Piece(group, rows, at < first))
            at += count
        return tuple(found)


def rows(plan: Plan, asked: Asked) -> Rows:
    """Sort a plan into groups. Milestones of other programs are no rows: their own timeline has them."""
    own = [node for node in plan.nodes.values() if node.lane != ELSEWHERE]
    there = [node for node in own if (node.is_open or asked.done or node.id == asked.focus) and matches(node, asked)]
    if asked.focus in plan.nodes and plan.nodes[asked.focus] not in there and plan.nodes[asked.focus].lane != ELSEWHERE:
        there.append(plan.nodes[asked.focus])
    shown = [node for node in own if matches(node, asked)] if asked.filtered else own
    named = _groups(plan, asked, shown if asked.group != "date" else there)
    members: dict[str, list[Node]] = {key: [] for key, _name in named}
    everything: dict[str, list[Node]] = {key: [] for key, _name in named}
    for node in there:
        members[group_of(node, asked)].append(node)
    for node in shown:
        everything.get(group_of(node, asked), []).append(node)
    opened = _opened(asked, members)
    groups = tuple(
        Group(
            key,
            name,
            tuple(sorted(members[key], key=_order)),
            tuple(everything[key]) or tuple(members[key]),
            key in opened,
            asked.url(open=_folded(opened ^ {key}), page=1),
        )
        for key, name in named
    )
    found = Rows(plan, asked, groups, 1)
    return Rows(plan, asked, groups, min(_page_of(found) or asked.page, found.pages))


def _page_of(found: Rows) -> int:
    """The page with the milestone in focus, unless another one was asked for."""
    if not found.asked.focus or found.asked.page > 1:
        return 0
    ids = [node.id for group in found.groups if group.is_open for node in group.nodes]
    return ids.index(found.asked.focus) // PAGE + 1 if found.asked.focus in ids else 0


def _order(node: Node) -> tuple[bool, date, date, str]:
    day = node.day or date.max
    return (node.day is None, day, min(node.early_start or day, day), node.id)


def group_of(node: Node, asked: Asked) -> str:
    """The key of the group a milestone is in."""
    if asked.group == "owner":
        return str(node.owner_id or EMPTY)
    if asked.group == "date":
        return f"{node.day:%Y-%m}" if node.day else EMPTY
    return node.lane or EMPTY


def _groups(plan: Plan, asked: Asked, nodes: Iterable[Node]) -> list[tuple[str, str]]:
    """Key and name of every group, in order; what belongs nowhere comes last."""
    used = {group_of(node, asked): node for node in nodes}
    if asked.group == "owner":
        found = sorted(((key, node.owner) for key, node in used.items() if key != EMPTY), key=lambda pair: pair[1].casefold())
        rest = {EMPTY: _("Nobody yet")}
    elif asked.group == "date":
        days = sorted((key, node.day) for key, node in used.items() if node.day)
        found = [(key, wording.written(day, pgettext("date format", "F Y"))) for key, day in days if day]
        rest = {EMPTY: _("No date")}
    else:
        found = [(key, name) for key, name in plan.lanes if key in used]
        rest = {NONE or EMPTY: _("No workstream"), OUTSIDE: _("Outside every program")}
    return found + [pair for pair in rest.items() if pair[0] in used]


def _opened(asked: Asked, members: dict[str, list[Node]]) -> frozenset[str]:
    """The open groups: those of the address; by itself all of a small plan, of a large one what is critical or blocked."""
    count = sum(len(nodes) for nodes in members.values())
    focus = {key for key, nodes in members.items() if any(node.id == asked.focus for node in nodes)}
    if asked.opened is not None:
        return (asked.opened & members.keys()) | focus
    if count <= OPEN_AT_ONCE or asked.filtered:
        return frozenset(members)
    urgent = {key for key, nodes in members.items() if any(node.leads or state(node) == "blocked" for node in nodes)}
    few = frozenset(key for key in urgent if len(members[key]) <= PAGE)
    return few | focus or _first_few(members)


def _first_few(members: dict[str, list[Node]]) -> frozenset[str]:
    """Where nothing is urgent: the first groups that have rows, as many as fit one page, or the first of them."""
    total = 0
    found: list[str] = []
    for key, nodes in members.items():
        if nodes and (not found or total + len(nodes) <= PAGE):
            total += len(nodes)
            found.append(key)
    return frozenset(found)


def _folded(opened: Iterable[str]) -> str:
    """Open groups as the address says it."""
    return ",".join(sorted(opened)) or FOLDED


def all_folded(found: Rows) -> bool:
    """Whether no group is open."""
    return not any(group.is_open for group in found.groups)


def every_key(found: Rows) -> str:
    """The address part that opens everything."""
    return _folded(group.key for group in found.groups)


def work(plan: Plan, node: Node, asked: Asked) -> Work:
    """What a row draws of a milestone. Blocked work of which nobody says when it will be clear is hatched to its end."""
    if not node.is_open:
        return Work(None, node.day, node.baseline, begun=node.baseline_start)
    dates = [one.expected_clear for one in plan.blockers.get(node.pk, ()) if one.expected_clear]
    latest = node.late_finish if node.total_float else None
    until = max(dates, default=node.forecast if state(node) == "blocked" else None)
    sure = node.sure_by if asked.sure == "1" and sure_of(plan.program).by else None
    return Work(node.early_start, node.forecast, node.baseline, latest, until, sure, node.baseline_start)
