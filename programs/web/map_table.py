"""The map as a table: every milestone on it and aside of it, with the same facts, in any order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.translation import gettext as _

from programs.web import map_cards
from programs.web.map_asked import SORTS
from programs.web.map_choice import Choice, lane_keys, matches, state

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from programs.queries.map import Node

PAGE = 200  # rows
USUAL = "date"  # the order nobody asked for
NAMED = 6  # links named in a cell; the others are counted


class Line(NamedTuple):
    """One row."""

    card: map_cards.Shown
    node: Node
    state: str
    lane: str
    waits_for: list[map_cards.Shown]
    waits_more: int
    feeds: list[map_cards.Shown]
    feeds_more: int


class Head(NamedTuple):
    """One column head: its words, the address that sorts by it, and what aria-sort says."""

    words: str
    url: str
    order: str


@dataclass(frozen=True, slots=True)
class Table:
    """A page of rows."""

    heads: list[Head]
    lines: list[Line]
    total: int
    first: int
    previous_url: str
    next_url: str
    left: int


def table(choice: Choice, today: date, *, most: int | None = PAGE) -> Table:
    """The rows of one page, sorted; all of them when there is no `most`."""
    asked, nodes = choice.asked, ordered(choice)
    most = most or max(len(nodes), 1)
    first = min((asked.page - 1) * PAGE, max(len(nodes) - 1, 0) // PAGE * PAGE)
    page = first // PAGE + 1
    left = max(0, len(nodes) - first - most)
    return Table(
        heads=_heads(choice, asked.sort.removeprefix("-") or USUAL),
        lines=[_line(choice, node, today) for node in nodes[first : first + most]],
        total=len(nodes),
        first=first + 1,
        previous_url=asked.url(page=page - 1) if page > 1 else "",
        next_url=asked.url(page=page + 1) if left else "",
        left=left,
    )


def ordered(choice: Choice) -> list[Node]:
    """Everything on the map and aside of it that filters and presets leave, in the order that was asked for."""
    asked = choice.asked
    nodes = [*choice.nodes.values(), *choice.islands]
    if asked.filtered:
        nodes = [node for node in nodes if matches(node, asked)]
    elif choice.lit is not None:
        nodes = [node for node in nodes if node.id in choice.lit]
    return sorted(nodes, key=_rank(choice, asked.sort.removeprefix("-") or USUAL), reverse=asked.sort.startswith("-"))


def _line(choice: Choice, node: Node, today: date) -> Line:
    plan = choice.plan
    before, after = plan.before.get(node.id, []), plan.after.get(node.id, [])
    return Line(
        card=map_cards.shown(choice, node, today),
        node=node,
        state=state(node),
        lane=node.program or map_cards.lane_name(choice, node.lane),
        waits_for=[map_cards.shown(choice, plan.nodes[one], today) for one in before[:NAMED]],
        waits_more=max(0, len(before) - NAMED),
        feeds=[map_cards.shown(choice, plan.nodes[one], today) for one in after[:NAMED]],
        feeds_more=max(0, len(after) - NAMED),
    )


def _rank(choice: Choice, name: str) -> Callable[[Node], Any]:
    far = float("inf")
    lanes = {lane: at for at, lane in enumerate(lane_keys(choice.plan))}
    keys: dict[str, Callable[[Node], Any]] = {
        "key": lambda node: (len(node.key), node.key),
        "name": lambda node: node.name.casefold(),
        "lane": lambda node: lanes[node.lane],
        "status": state,
        "date": lambda node: (node.day is None, node.day),
        "float": lambda node: far if node.total_float is None or not node.is_open else node.total_float,
        "waits": lambda node: len(choice.plan.before.get(node.id, ())),
        "feeds": lambda node: len(choice.plan.after.get(node.id, ())),
    }
    return lambda node: (keys[name](node), node.id)


def _heads(choice: Choice, name: str) -> list[Head]:
    words = (_("Key"), _("Milestone"), _("Workstream"), _("Status"), _("Date"), _("Float"), _("Waits for"), _("Feeds"))
    found = []
    for sort, label in zip(SORTS, words, strict=True):
        down = choice.asked.sort.startswith("-")
        order = "" if sort != name else "descending" if down else "ascending"
        turned = f"-{sort}" if sort == name and not down else sort
        found.append(Head(label, choice.asked.url(sort=turned, page=1), order))
    return found
