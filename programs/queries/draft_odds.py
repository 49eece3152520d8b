"""How sure the dates of a draft are, beside those of the plan: both simulated with the same luck, so only the draft differs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from programs.graph.fast import compiled
from programs.graph.forecast import DRIVER_RUNS, SEED, Forecast, Outlook, ProgramOutlook, forecast
from programs.graph.types import Activity, Snapshot
from programs.graph.uncertainty import Estimate, ThreePoint, Uncertainty
from programs.graph.whatif import Unknown, tried
from programs.models import Milestone, Person, PlanChange, PlanDraft
from programs.queries.draft_ground import NEW, engine, walk
from programs.queries.snapshots import Network, today_in
from programs.queries.solved import solved
from programs.queries.uncertainty import about
from programs.queries.withheld import Sight

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MOST_LISTED = 12
LEAST = 200  # runs, however large the network
BUDGET, SLOWER = 15_000_000, 500_000  # milestones times runs of one side, with numpy and without


@dataclass(frozen=True, slots=True)
class Sure:
    """One side: the chance of the target in per cent (None: no target) and the day by which it is done in 80% of the runs."""

    chance: int | None
    p50: date | None
    p80: date | None

    @classmethod
    def of(cls, outlook: Outlook | ProgramOutlook | None) -> Sure:
        """What the simulation said."""
        if outlook is None:
            return cls(None, None, None)
        chance = None if outlook.chance is None else round(100 * outlook.chance)
        return cls(chance, outlook.dates.get(50), outlook.dates.get(80))


@dataclass(frozen=True, slots=True)
class Row:
    """One milestone with a target whose chance changes."""

    milestone: Milestone
    before: Sure
    after: Sure


@dataclass(frozen=True, slots=True)
class Odds:
    """The program on both sides, and the promised milestones whose chance changes most. `runs` of each side."""

    before: Sure
    after: Sure
    rows: tuple[Row, ...]
    runs: int


def odds(draft: PlanDraft, *, by: Person, at: datetime) -> Odds:
    """Simulate the plan and the draft. Nothing is kept."""
    program = draft.program
    kept, programs = solved(program, as_of=today_in(program, at))
    net = replace(kept.net, programs=programs)
    rows = list(draft.changes.order_by("place", "pk"))
    _ground, fits = walk(rows, program.pk)
    known = [row for row, fit in zip(rows, fits, strict=True) if not fit.gone]
    plan = _tried(net.snapshot, known, program.pk)
    runs = _runs(len(plan.activities))
    before = forecast(net.snapshot, about(net).uncertainty, runs=runs, seed=SEED)
    unsure = about(Network(plan, net.programs, net.revisions), answers=_answers(known)).uncertainty
    after = forecast(plan, _moved(unsure, net.snapshot, plan), runs=runs, seed=SEED)
    return Odds(
        before=Sure.of(before.programs.get(program.pk)),
        after=Sure.of(after.programs.get(program.pk)),
        rows=_rows(before, after, Sight(by, program)),
        runs=runs,
    )


def _tried(plan: Snapshot, rows: Sequence[PlanChange], frame: int) -> Snapshot:
    for row in rows:
        try:
            plan = tried(plan, engine(row, frame))
        except Unknown:
            continue
    return plan


def _runs(size: int) -> int:
    budget = BUDGET if compiled.load() or find_spec("numpy") else SLOWER
    return max(LEAST, min(DRIVER_RUNS, budget // max(1, size)))


def _answers(rows: Sequence[PlanChange]) -> Mapping[int, Mapping[str, Any]]:
    """What becomes of risks, by number."""
    found: dict[int, dict[str, Any]] = {}
    for row in rows:
        if row.kind == PlanChange.Kind.RISK:
            found.setdefault(row.about["risk"], {}).update(row.values["fields"])
    return found


def _moved(unsure: Uncertainty, before: Snapshot, after: Snapshot) -> Uncertainty:
    """Estimates in three numbers move along with the work of their milestone: they were made for what it was."""
    was = {one.id: _work(one) for one in before.activities}
    more = {one.id: _work(one) - was[one.id] for one in after.activities if one.id in was}
    return replace(unsure, estimates=tuple(_shifted(one, more.get(one.activity, 0.0)) for one in unsure.estimates))


def _work(one: Activity) -> float:
    return float(one.remaining if one.remaining is not None else one.duration or 0.0)


def _shifted(one: Estimate, days: float) -> Estimate:
    spread = one.spread
    if not days or not isinstance(spread, ThreePoint):
        return one
    low, likely, high = (max(0.0, value + days) for value in (spread.low, spread.likely, spread.high))
    return replace(one, spread=ThreePoint(low, likely, high, spread.shape))


def _rows(before: Forecast, after: Forecast, sight: Sight) -> tuple[Row, ...]:
    changes = []
    for pk, then in after.milestones.items():
        now = before.milestones.get(pk)
        if pk < NEW and now is not None and now.chance is not None and then.chance is not None and now.chance != then.chance:
            changes.append((-abs(then.chance - now.chance), pk))
    pks = [pk for _, pk in sorted(changes)[:MOST_LISTED]]
    found = Milestone.objects.select_related("program").in_bulk(pks)
    shown = [found[pk] for pk in pks if pk in found and sight.sees(found[pk].program_id)]
    return tuple(Row(one, Sure.of(before.milestones[one.pk]), Sure.of(after.milestones[one.pk])) for one in shown)
