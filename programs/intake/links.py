"""Dependencies: both ends found or made external, and the ones that cannot take part set aside, in the order of their rows."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

from programs.intake.findings import Level
from programs.intake.loops import closing, components
from programs.intake.reading import Row
from programs.intake.references import References
from programs.intake.tables import SCHEDULING
from programs.intake.text import fingerprint
from programs.intake.wants import ActiveLink, Want

SHOWN_OF_A_LOOP = 9
KEY = ("predecessor", "successor", "type", "relation")
DEFAULTS = {"type": "FS", "relation": "requires"}
ENDS = (("predecessor", "predecessor_id"), ("successor", "successor_id"))


@dataclass(slots=True)
class _Link:
    """A row, its want, and the four things that make two links the same."""

    row: Row
    want: Want
    key: tuple[Hashable, Hashable, str, str]
    settled: bool  # it is here already with the same ends, so its state is for people to change

    @property
    def pair(self) -> tuple[Hashable, Hashable]:
        return self.key[0], self.key[1]


class Links:
    """Takes the dependencies of a bundle into the plan."""

    def __init__(self, references: References) -> None:
        self.at = references
        self.plan, self.existing = references.plan, references.existing
        self.known = references.known

    def take(self) -> None:
        """Every row becomes a link; self links, doubles and links that close a loop are set aside."""
        links = [self._link(row) for row in self.at.bundle.rows.get("dependencies", ())]
        self._count(links)
        self._set_aside(links)
        self._kin(links)

    # Ends

    def _link(self, row: Row) -> _Link:
        values = dict(row.values)
        named = {field: values.get(field) or "" for field, _ in ENDS}
        for field, column in ENDS:
            if field in values or self.existing.have("dependencies", row.id) is None:
                other = next(named[each] for each, _ in ENDS if each != field)
                values[field] = self._end(row, field, column, named[field], other)
        have = self.existing.have("dependencies", row.id)
        kept = {**DEFAULTS, **(have.values if have else {}), **values}
        key = tuple(kept[each] for each in KEY)
        settled = have is not None and tuple(have.values[each] for each in KEY) == key
        return _Link(row, self.at.want(row, values), key, settled)

    def _end(self, row: Row, field: str, column: str, ident: str, other: str) -> Hashable:
        """The milestone at one end; what is not there is kept as an external item of the program at the other end."""
        if ident in self.known:
            return ident
        places = self.at.program_of["milestones"]
        if not ident:
            ident = "~" + fingerprint("dependencies", row.id, field)
            self.at.external(ident, places.get(other), "?")
            self.at.say("no_end", row, column)
            return ident
        have = self.existing.have("milestones", ident)
        if (have and not have.values["external"]) or ident in self.existing.foreign:
            self.at.say("dangling_here", row, column, ident, Level.CHECK)
            return ident if have else self.existing.foreign[ident]
        self.at.external(ident, places.get(other))
        self.at.say("dangling", row, column, ident)
        return ident

    # Counting

    def _count(self, links: list[_Link]) -> None:
        """What the rows say, whatever is here already."""
        figures, pairs = self.plan.figures, set()
        figures.dependencies_rows = len(links)
        for link in links:
            values = link.row.values
            one, two = values.get("predecessor") or "", values.get("successor") or ""
            relation = values.get("relation_raw") or link.key[3]
            figures.by_relation[relation] += 1
            figures.dangling_references += (one not in self.known) + (two not in self.known)
            if one == two and one:
                figures.self_links += 1
            elif relation in SCHEDULING and one in self.known and two in self.known:
                pairs.add((one, two))
        figures.scheduling_edges_distinct = len(pairs)

    # Setting aside

    def _set_aside(self, links: list[_Link]) -> None:
        """Decide in the order of the rows, on top of every active link here that the bundle does not change."""
        open_rows = {link.row.id for link in links if not link.settled or self._reopens(link)}
        here = [each for each in self.existing.links if each.id is None or each.id not in open_rows]
        first_row: dict[tuple[Hashable, ...], int | None] = {(*each[1:],): None for each in here}
        first_seen: dict[tuple[Hashable, ...], int] = {}
        candidates: list[_Link] = []
        for link in links:
            asked = link.want.values.pop("set_aside", "")
            if link.row.id not in open_rows:
                self._still_aside(link, first_seen.setdefault(link.key, link.row.number))
            elif link.key[0] == link.key[1]:
                self._aside(link, "self", "self_link", link.key[0])
            elif asked and asked != "self":
                link.want.values["set_aside"] = asked
            elif link.key in first_row:
                first = first_row[link.key]
                code = "duplicate_link_here" if first is None else "duplicate_link"
                self._aside(link, "duplicate", code, link.key[1], first=first)
            else:
                first_row[link.key] = first_seen[link.key] = link.row.number
                link.want.values["set_aside"] = ""
                candidates.append(link)
        self._loops(links, candidates, here)

    def _reopens(self, link: _Link) -> bool:
        """An export of Longpole says otherwise than what is here."""
        have = self.existing.have("dependencies", link.row.id)
        return have is not None and link.want.values.get("set_aside", have.values["set_aside"]) != have.values["set_aside"]

    def _still_aside(self, link: _Link, first: int) -> None:
        """Say again what an earlier import set aside."""
        stored = self._stored(link)
        if stored == "self":
            self.at.say("self_link", link.row, "successor_id", link.key[0])
        elif stored == "duplicate":
            code = "duplicate_link" if first < link.row.number else "duplicate_link_here"
            self.at.say(code, link.row, "successor_id", link.key[1], first=first)

    def _loops(self, links: list[_Link], candidates: list[_Link], here: list[ActiveLink]) -> None:
        settled = [(each.predecessor, each.successor) for each in here if each.relation in SCHEDULING]
        added = [each for each in candidates if each.key[3] in SCHEDULING]
        closed = closing(settled, [each.pair for each in added])
        for position, way in closed.items():
            self.plan.ways[added[position].row.id] = way
            self._aside(added[position], "loop", "loop_link", added[position].key[1], loop=self._said(way))
        written = [each.pair for each in links if each.key[3] in SCHEDULING and each.key[0] != each.key[1]]
        rings = components([*settled, *written]) if closed or self._any_aside(links) else []
        self.plan.figures.loops = [[_label(each) for each in ring] for ring in rings]
        home = {node: ring for ring in rings for node in ring}
        for link in links:
            have = self.existing.have("dependencies", link.row.id)
            if link.settled and have and have.values["set_aside"] == "loop" and link.key[0] in home:
                self.at.say("loop_link", link.row, "successor_id", link.key[1], loop=self._said(home[link.key[0]]))

    def _any_aside(self, links: list[_Link]) -> bool:
        aside = (link.want.values.get("set_aside") or self._stored(link) for link in links)
        return any(each in {"loop", "by_hand"} for each in aside)

    def _stored(self, link: _Link) -> str:
        have = self.existing.have("dependencies", link.row.id)
        return str(have.values["set_aside"]) if have else ""

    def _said(self, way: list[Hashable]) -> str:
        shown = [_label(each) for each in [*way, way[0]]]
        if len(shown) > SHOWN_OF_A_LOOP:
            shown = [*shown[: SHOWN_OF_A_LOOP - 1], f"… ({len(way)})", shown[-1]]
        return " → ".join(shown)

    def _aside(self, link: _Link, why: str, code: str, value: object, **params: Any) -> None:
        link.want.values["set_aside"] = why
        self.at.say(code, link.row, "successor_id", value, **params)

    # Families

    def _kin(self, links: list[_Link]) -> None:
        """Say where a parent must be reached before its own part: dates cannot hold that."""
        parents = {want.id: want.values.get("parent") for want in self.plan.wants.get("milestones", ())}
        for link in links:
            if link.key[3] not in SCHEDULING or link.key[0] == link.key[1]:
                continue
            node, steps = parents.get(str(link.key[1])), 0
            while node is not None and steps < 50:
                if node == link.key[0]:
                    self.at.say("family_link", link.row, "predecessor_id", node, Level.CHECK)
                    break
                node, steps = parents.get(node), steps + 1


def _label(node: Hashable) -> str:
    """A milestone by its id; one of other programs, whose name may be nobody's business here, by its number."""
    return node if isinstance(node, str) else f"(elsewhere #{node})"
