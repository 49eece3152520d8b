"""The plan as the changes of a draft find it, one after the other: whether each still fits, and what the engine is to try."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from programs.graph.types import Activity, Link, LinkType, Unit
from programs.graph.whatif import Add, Change, Clear, Edit, Join, Part
from programs.models import OPEN_STATUSES, Blocker, BlockerStatus, Dependency, Milestone, PlanChange, Risk, RiskStatus, SetAside
from programs.queries.preview import FIELDS, as_engine

Kind = PlanChange.Kind
EDITS = frozenset({Kind.SLIP, Kind.WORK, Kind.DATES, Kind.DROP})  # these write fields of one milestone
NEW = 10**12  # numbers of what a draft adds: far above those the database gives
TABLES: dict[str, type[Any]] = {"milestone": Milestone, "dependency": Dependency, "blocker": Blocker, "risk": Risk}
SUBJECT = {
    **dict.fromkeys(EDITS, "milestone"),
    Kind.UNLINK: "dependency",
    Kind.CLEAR: "blocker",
    Kind.RISK: "risk",
}  # the table whose row a change is about


@dataclass(frozen=True, slots=True)
class Fit:
    """Whether a change still fits. `gone` says in one word what is in its way; `moved` are fields somebody changed since:
    (field, what the draft was made from, what it is now)."""

    gone: str = ""
    moved: tuple[tuple[str, Any, Any], ...] = ()

    @property
    def sound(self) -> bool:
        """Nothing is in its way."""
        return not self.gone and not self.moved


def typed(table: str, values: dict[str, Any]) -> dict[str, Any]:
    """Values of a row as its columns hold them, from JSON."""
    found = {}
    for name, value in values.items():
        field = TABLES[table]._meta.get_field(name)
        found[name] = value if value is None else field.to_python(value)
    return found


class Ground:
    """Rows of the database with what earlier changes of a draft made of them on top. Six queries at most.

    `home` is the program of the draft: what was moved to another program since is no longer for this draft to change.
    """

    def __init__(self, changes: Sequence[PlanChange], home: int) -> None:
        self.home = home
        numbers: dict[str, set[int]] = {table: set() for table in TABLES}
        for change in changes:
            for name, value in change.about.items():
                numbers[name if name in TABLES else "milestone"].update(value if isinstance(value, list) else [value])
        links = Dependency.objects.select_related("predecessor", "successor").in_bulk(numbers["dependency"])
        blockers = Blocker.objects.select_related("milestone").in_bulk(numbers["blocker"])
        ends = {end for link in links.values() for end in (link.predecessor_id, link.successor_id)}
        self.rows: dict[str, dict[int, Any]] = {
            "milestone": Milestone.objects.select_related("program").in_bulk(numbers["milestone"] | ends),
            "dependency": links,
            "blocker": blockers,
            "risk": Risk.objects.in_bulk(numbers["risk"]),
        }
        held = Blocker.objects.filter(status=BlockerStatus.OPEN, milestone__in=self.rows["milestone"])
        self.holding: dict[int, set[int]] = {}
        for pk, milestone in held.values_list("pk", "milestone_id"):
            self.holding.setdefault(milestone, set()).add(pk)
        firsts = [change.about["predecessor"] for change in changes if change.kind == Kind.LINK]
        there = Dependency.objects.filter(predecessor__in=firsts, set_aside=SetAside.NO) if firsts else Dependency.objects.none()
        self.links = {row[1:]: row[0] for row in there.values_list("pk", "predecessor_id", "successor_id", "type")}
        self.over: dict[tuple[str, int], dict[str, Any]] = {}
        self.gone: set[int] = set()  # dependencies an earlier change removes
        self.linked: set[tuple[int, int, str]] = set()

    def now(self, table: str, pk: int, name: str) -> Any:
        """What a field holds as the next change finds it."""
        return self.over.get((table, pk), {}).get(name, getattr(self.rows[table][pk], name))

    def activity(self, one: Activity) -> Activity:
        """A milestone of the network with what earlier changes made of it."""
        over = self.over.get(("milestone", one.id), {})
        return replace(one, **dict(as_engine(name, value) for name, value in over.items() if name in FIELDS))

    def fit(self, change: PlanChange) -> Fit:
        """Whether the change fits what it finds."""
        about = change.about
        if change.kind == Kind.LINK:
            return Fit(self._joins(about["predecessor"], about["successor"], change.values["type"]))
        if change.kind == Kind.ADD:
            ends = (*about.get("after", ()), *about.get("before", ()))
            return Fit("" if all(pk in self.rows["milestone"] for pk in ends) else "deleted")
        table = SUBJECT[Kind(change.kind)]
        row = self.rows[table].get(about[table])
        if row is None or getattr(row, "program_id", self.home) != self.home:
            return Fit("deleted")
        if gone := self._over(change, table, about[table]):
            return Fit(gone)
        seen = typed(table, change.seen)
        now = {name: self.now(table, about[table], name) for name in seen}
        return Fit(moved=tuple((name, seen[name], now[name]) for name in seen if seen[name] != now[name]))

    def _over(self, change: PlanChange, table: str, pk: int) -> str:
        """Why a row takes no such change any more, although it is there."""
        row = self.rows[table][pk]
        if table == "milestone" and self.now(table, pk, "status") not in OPEN_STATUSES:
            return "closed"
        if change.kind == Kind.DROP and self.holding.get(pk):
            return "blocked"
        if table == "dependency" and (row.set_aside or pk in self.gone):
            return "deleted"
        if table == "blocker" and self.now(table, pk, "status") != BlockerStatus.OPEN:
            return "cleared"
        return "closed" if table == "risk" and row.status == RiskStatus.CLOSED else ""

    def _joins(self, first: int, last: int, kind: str) -> str:
        if first not in self.rows["milestone"] or last not in self.rows["milestone"]:
            return "deleted"
        same = self.links.get((first, last, kind))
        return "exists" if (first, last, kind) in self.linked or (same is not None and same not in self.gone) else ""

    def take(self, change: PlanChange) -> None:
        """Let the next change find what this one makes."""
        about, kind = change.about, Kind(change.kind)
        if kind == Kind.LINK:
            self.linked.add((about["predecessor"], about["successor"], change.values["type"]))
        elif kind == Kind.UNLINK:
            self.gone.add(about["dependency"])
        elif kind == Kind.CLEAR:
            on = change.values.get("expected_clear")
            values = {"expected_clear": date.fromisoformat(on)} if on else {"status": BlockerStatus.RESOLVED}
            self.over.setdefault(("blocker", about["blocker"]), {}).update(values)
            milestone = self.rows["blocker"][about["blocker"]].milestone_id
            if not on and milestone in self.holding:
                self.holding[milestone].discard(about["blocker"])
        elif kind != Kind.ADD:
            table = SUBJECT[kind]
            self.over.setdefault((table, about[table]), {}).update(typed(table, change.values["fields"]))


def walk(changes: Sequence[PlanChange], home: int) -> tuple[Ground, list[Fit]]:
    """Look at the changes in their order, each on what those before it leave. What does not fit leaves nothing."""
    ground, fits = Ground(changes, home), []
    for change in changes:
        fit = ground.fit(change)
        fits.append(fit)
        if not fit.gone:
            ground.take(change)
    return ground, fits


def engine(change: PlanChange, frame: int) -> list[Change]:
    """The change as the engine tries it in the program `frame`. A risk moves no date of the plan, only the odds."""
    about, values, number = change.about, change.values, NEW + (change.pk or 0)
    match Kind(change.kind):
        case Kind.LINK:
            link = Link(number, about["predecessor"], about["successor"], LinkType(values["type"]), float(values["lag_days"]))
            return [Join(link)]
        case Kind.UNLINK:
            return [Part(about["dependency"])]
        case Kind.CLEAR:
            on = values.get("expected_clear")
            return [Clear(about["blocker"], date.fromisoformat(on) if on else None)]
        case Kind.ADD:
            return _added(number, frame, change)
        case Kind.RISK:
            return []
        case _:
            fields = typed("milestone", values["fields"])
            return [Edit(about["milestone"], tuple(as_engine(name, value) for name, value in fields.items()))]


def _added(number: int, frame: int, change: PlanChange) -> list[Change]:
    days, target = change.values.get("duration_days"), change.values.get("target_date")
    made = Activity(
        number,
        frame,
        name=change.values["name"],
        duration=None if days is None else float(days),
        target=date.fromisoformat(target) if target else None,
        unit=Unit.WORKING,
    )
    ends = [(first, number) for first in change.about.get("after", ())] + [
        (number, last) for last in change.about.get("before", ())
    ]
    return [Add(made), *(Join(Link(number * 100 + n, *pair)) for n, pair in enumerate(ends))]
