"""What a plan is made of: the rows a bundle wants, the rows that are here, and the difference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from programs.intake.findings import Finding
from programs.intake.manifest import Manifest

CREATE, UPDATE, SAME = "create", "update", "same"


@dataclass(slots=True)
class Want:
    """One row as the bundle wants it. References are ids of the bundle; `row` is None when links or rows made it necessary."""

    table: str
    id: str
    values: dict[str, Any]
    row: int | None = None
    line: int | None = None
    step: str = CREATE
    before: dict[str, Any] = field(default_factory=dict)  # old values of the fields that change
    pk: int | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Have:
    """One row that is here already, in the same terms as a Want. `by_hand`: no bundle brought it."""

    pk: int
    version: int
    values: dict[str, Any]
    by_hand: bool = False


class ActiveLink(NamedTuple):
    """A link here that is not set aside: `id` when the bundle may speak of it. Ends are ids, or numbers of foreign rows."""

    id: str | None
    predecessor: Hashable
    successor: Hashable
    type: str
    relation: str


class Note(NamedTuple):
    """One recorded change of a milestone; when its day could not be read, `on` is None and `said` is what was written."""

    milestone: str
    on: date | None
    field: str
    old: str
    new: str
    said: str


@dataclass(slots=True)
class Existing:
    """What the database holds that a bundle may touch, loop with or be counted against."""

    rows: dict[str, dict[str, Have]] = field(default_factory=dict)
    links: list[ActiveLink] = field(default_factory=list)
    history: Counter[Note] = field(default_factory=Counter)
    milestones_in: Counter[str] = field(default_factory=Counter)  # by program id
    links_in: Counter[str] = field(default_factory=Counter)
    total_milestones: int = 0
    foreign: dict[str, int] = field(default_factory=dict)  # ids of milestones of other bundles, in Longpole's own spelling

    def have(self, table: str, ident: str) -> Have | None:
        """The row of this id, if it is here."""
        return self.rows.get(table, {}).get(ident)


@dataclass(slots=True)
class Figures:
    """What a bundle contains, counted on its rows alone: the same before and after an import."""

    milestones: int = 0
    dependencies_rows: int = 0
    by_relation: Counter[str] = field(default_factory=Counter)
    scheduling_edges_distinct: int = 0
    self_links: int = 0
    dangling_references: int = 0
    loops: list[list[str]] = field(default_factory=list)


@dataclass(slots=True)
class Plan:
    """Everything an import would do, and everything it has to say."""

    manifest: Manifest
    wants: dict[str, list[Want]] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)  # history that is not here yet
    notes_here: int = 0
    day: date | None = None  # stands in for days that could not be read
    owners: dict[str, str] = field(default_factory=dict)  # owner text -> name
    findings: list[Finding] = field(default_factory=list)
    figures: Figures = field(default_factory=Figures)
    ways: dict[str, list[Hashable]] = field(default_factory=dict)  # id of a link set aside -> the loop it would close
    rows: int = 0
    left_out: int = 0
    ignored: tuple[str, ...] = ()

    def of(self, table: str, step: str) -> list[Want]:
        """The rows of a table with this step."""
        return [each for each in self.wants.get(table, ()) if each.step == step]

    @property
    def changes(self) -> bool:
        """Whether applying it would write anything."""
        return bool(self.notes) or any(each.step != SAME for rows in self.wants.values() for each in rows)
