"""Ways back to the target, read from the stored search: pages name them, nothing is worked out for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from programs.graph.days import working_days
from programs.graph.forecast import Lever
from programs.graph.types import DayCalendar
from programs.models import PlanDraft, Program, ProgramForecast, Risk, RiskStatus, WaysBack
from programs.queries.calendars import calendars
from programs.queries.prepared import prepared

if TYPE_CHECKING:
    from django.db.models import QuerySet

SHORT = 3
DRAFT = "draft"  # the kind of the one step of a way that is a draft already


@dataclass(frozen=True, slots=True)
class Step:
    """One change of a way: "clear" a blocker, "part" a dependency, "cut" `days` off the work of a milestone to `value`.

    A way of one "draft" is what somebody tried already and shared.
    """

    kind: str
    item: int
    name: str
    value: float
    days: float


@dataclass(frozen=True, slots=True)
class Way:
    """Some changes together and the finish they lead to. `number` is its place in the stored list."""

    number: int
    reaches: bool
    finish: date
    sooner: int  # working days sooner than today
    late: int  # working days after the target then
    steps: tuple[Step, ...]

    @property
    def draft(self) -> int | None:
        """The number of the draft that this way is."""
        return self.steps[0].item if self.steps and self.steps[0].kind == DRAFT else None


@dataclass(frozen=True, slots=True)
class View:
    """What a page shows of one late program."""

    stored: WaysBack
    reaching: tuple[Way, ...]
    helping: tuple[Way, ...]
    behind: bool  # the plan has moved on since

    @property
    def every(self) -> tuple[Way, ...]:
        """What reaches the target first, then what comes closer."""
        return (*self.reaching, *self.helping)

    @property
    def short(self) -> tuple[Way, ...]:
        """The few an overview has room for."""
        return self.every[:SHORT]

    @property
    def nothing(self) -> bool:
        """Nothing that was tried comes even closer."""
        return not self.reaching and not self.helping


@dataclass(frozen=True, slots=True)
class Bought:
    """One open risk bought down: by how many working days the 80% date comes earlier if it does not happen, and that date."""

    risk: Risk
    days: float
    date: date
    late: int | None  # working days after the target; None without one


def bought(program: Program) -> tuple[Bought, ...]:
    """What the newest simulation says of each risk of the program, most days first. Two queries and the calendar's."""
    stored = ProgramForecast.objects.filter(program=program).first()
    costs = [row for row in (stored.drivers if stored else ()) if row["lever"] == Lever.RISK and row["days"] >= 1]
    rows = Risk.objects.filter(program=program, pk__in=[row["id"] for row in costs]).exclude(status=RiskStatus.CLOSED)
    found, target = rows.select_related("program").in_bulk(), program.target_date
    calendar = calendars([program], around=stored.as_of)[program.pk] if stored and costs else DayCalendar()
    told = []
    for row in costs:
        if row["id"] in found:
            day = date.fromisoformat(row["date"])
            late = None if target is None else working_days(target, day, calendar)
            told.append(Bought(found[row["id"]], row["days"], day, late))
    return tuple(sorted(told, key=lambda one: (-one.days, one.risk.number)))


def ways(program: Program) -> View | None:
    """The ways of a program that is late; None for one that is not, or was not searched yet. One query, and one for drafts."""
    stored = _stored.first(program.pk)
    if stored is None or stored.late is None:
        return None
    every = [_way(number, row) for number, row in enumerate(stored.ways)]
    if any(way.draft for way in every):
        still = set(shared_drafts(program).filter(saved_at__lte=stored.computed_at).values_list("pk", flat=True))
        every = [way for way in every if way.draft is None or way.draft in still]
    return View(
        stored=stored,
        reaching=tuple(way for way in every if way.reaches),
        helping=tuple(way for way in every if not way.reaches),
        behind=stored.revision < program.revision,
    )


def shared_drafts(program: Program) -> QuerySet[PlanDraft]:
    """Open drafts that everybody sees, the newest first."""
    rows = PlanDraft.objects.filter(program=program, shared=True, state=PlanDraft.State.OPEN)
    return rows.order_by("-saved_at", "-pk")


@prepared
def _stored(program: int) -> QuerySet[WaysBack]:
    return WaysBack.objects.filter(program=program)


def _way(number: int, row: dict[str, Any]) -> Way:
    steps = tuple(Step(**step) for step in row["steps"])
    return Way(number, row["reaches"], date.fromisoformat(row["finish"]), row["sooner"], row["late"], steps)
