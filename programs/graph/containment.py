"""What containment means for dates: a parent ends no earlier than its children, and what holds a parent holds them all.

The relations made here are implied, not given: they have tuple ids, come after every given link when a loop is looked
for, and are left out (and reported) when they would close one.
"""

from __future__ import annotations

from collections.abc import Sequence

from programs.graph.calendars import DAY
from programs.graph.plan import Relation
from programs.graph.types import Activity, Link, LinkType, State, Unit


class Containment:
    """The tree of parents over the activities that take part."""

    def __init__(self, activities: Sequence[Activity]) -> None:
        self.activities = {activity.id: activity for activity in activities}
        self.children: dict[int, list[int]] = {}
        for activity in activities:
            if activity.parent in self.activities and activity.parent != activity.id:
                self.children.setdefault(activity.parent, []).append(activity.id)
        self._below: dict[int, tuple[int, ...]] = {}

    def below(self, parent: int) -> tuple[int, ...]:
        """Every descendant, nearest first; a ring of parents is walked once."""
        if parent not in self._below:
            found, seen = list(self.children.get(parent, ())), {parent}
            for node in found:
                if node not in seen:
                    seen.add(node)
                    found.extend(child for child in self.children.get(node, ()) if child not in seen)
            self._below[parent] = tuple(dict.fromkeys(node for node in found if node != parent))
        return self._below[parent]

    def redundant(self, link: Link) -> bool:
        """Whether a link says only what containment says already: work waiting to be part of its own parent."""
        return link.successor in self.children and link.predecessor in self.below(link.successor)

    def implied(self, links: Sequence[Link]) -> list[Relation]:
        """Child to parent, then every link into a parent again for each of its open descendants."""
        relations = []
        for parent in sorted(self.children):
            kind = LinkType.FF if has_work(self.activities[parent]) else LinkType.FS
            relations += [Relation(("in", child), child, parent, kind) for child in self.children[parent]]
        for link in links:
            if link.successor not in self.children or self.redundant(link):
                continue
            inside = self.below(link.successor)
            if link.predecessor in inside or link.predecessor == link.successor:
                continue
            relations += [
                Relation(
                    (link.id, child), link.predecessor, child, link.type, round(link.lag * DAY), None, link.unit is Unit.ELAPSED
                )
                for child in inside
                if self.activities[child].state is not State.DONE
            ]
        return relations


def has_work(activity: Activity) -> bool:
    """Whether a parent has work of its own, so that it may overlap that of its children."""
    return activity.state is not State.DONE and bool(activity.duration or activity.remaining)
