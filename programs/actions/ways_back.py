"""Keep the ways back to each late program's target beside its stored analysis: searched by the queue, never by a save or a page.

A row is of one revision of one program. The tick finds those that are behind; running twice or in parallel is safe, for an
older answer never takes the place of a newer one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from programs.graph.days import working_days
from programs.graph.trial import Trial
from programs.graph.ways_back import Kind, Step, Way, Ways, ways_back
from programs.graph.whatif import Unknown
from programs.models import Analysis, Blocker, Dependency, Milestone, Program, SetAside, Strength, WaysBack
from programs.queries.draft_ground import engine, walk
from programs.queries.freshness import ways_behind
from programs.queries.snapshots import cluster, network, today_in
from programs.queries.ways_back import DRAFT, shared_drafts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from programs.graph.types import DayCalendar

MOST_DRAFTS = 5
MOST_SIZE = 10_000  # milestones of a network that is searched; each of some 150 trials looks at what it reaches


def find(*, program_id: int, at: datetime) -> bool:
    """Search and store one program's ways back; False when they stand already, or nothing is analysed yet."""
    if program_id not in ways_behind():
        return False
    program = Program.objects.get(pk=program_id)
    answer = Analysis.objects.get(program=program)
    found, shared = _search(program, answer, at=at)
    return _store(program, answer, found, shared, at=at)


def find_behind(*, at: datetime) -> int:
    """The sweep: everything that is behind. Returns how many programs were."""
    return sum(find(program_id=program_id, at=at) for program_id in ways_behind())


def _search(program: Program, answer: Analysis, *, at: datetime) -> tuple[Ways | None, list[dict[str, Any]]]:
    """What helps, and shared drafts that reach the target; nothing is read for a program that is not late."""
    if program.target_date is None or answer.finish is None or answer.finish <= program.target_date:
        return None, []
    net = network(cluster([program.pk]), as_of=today_in(program, at))
    if len(net.snapshot.activities) > MOST_SIZE:
        return None, []
    rows = Dependency.objects.filter(successor__program=program, strength=Strength.SOFT, set_aside=SetAside.NO)
    soft = set(rows.values_list("pk", flat=True))
    trial = Trial(net.snapshot)
    calendar = next(frame.calendar for frame in net.snapshot.frames if frame.id == program.pk)
    return ways_back(trial, program.pk, soft=soft), list(_shared(program, trial, calendar))


def _shared(program: Program, trial: Trial, calendar: DayCalendar) -> Iterator[dict[str, Any]]:
    """Open drafts that everybody sees and that reach the target, the newest first, as ways of one step."""
    finish = trial.today.frames[program.pk].finish
    assert program.target_date is not None
    assert finish is not None
    for draft in shared_drafts(program)[:MOST_DRAFTS]:
        rows = list(draft.changes.order_by("place", "pk"))
        if not rows or not all(fit.sound for fit in walk(rows, program.pk)[1]):
            continue
        try:
            then = trial.side([one for row in rows for one in engine(row, program.pk)])
        except Unknown:
            continue
        day = then.frames[program.pk].finish
        if not then.loop and day is not None and day <= program.target_date:
            step = {"kind": DRAFT, "item": draft.pk, "name": draft.name, "value": 0.0, "days": 0.0}
            days = {"sooner": working_days(day, finish, calendar), "late": working_days(program.target_date, day, calendar)}
            yield {"reaches": True, "finish": day.isoformat(), **days, "steps": [step]}


@transaction.atomic(durable=True)
def _store(program: Program, answer: Analysis, found: Ways | None, shared: list[dict[str, Any]], *, at: datetime) -> bool:
    ways = [*found.reaching, *found.helping] if found else []
    names = _names(ways)
    row: dict[str, Any] = {
        "revision": answer.revision,
        "as_of": answer.as_of,
        "computed_at": at,
        "late": found.late if found else None,
        "ways": [*shared, *(_kept(way, names) for way in ways)],
        "tried": found.tried if found else 0,
        "complete": found.complete if found else True,
    }
    _stored, made = WaysBack.objects.get_or_create(program=program, defaults=row)
    return made or bool(WaysBack.objects.filter(program=program, revision__lte=answer.revision).update(**row))


def _names(ways: list[Way]) -> dict[tuple[Kind, int], str]:
    """What people call everything the steps are about: rows of the program itself, so every reader may know. Three queries."""
    wanted = {(step.kind, step.item) for way in ways for step in way.steps}
    found: dict[tuple[Kind, int], str] = {}
    for blocker in Blocker.objects.filter(pk__in=[item for kind, item in wanted if kind is Kind.CLEAR]):
        found[Kind.CLEAR, blocker.pk] = f"{blocker.key} {blocker.title}"
    rows = Dependency.objects.filter(pk__in=[item for kind, item in wanted if kind is Kind.PART])
    for pk, before, after in rows.values_list("pk", "predecessor__name", "successor__name"):
        found[Kind.PART, pk] = f"{before} → {after}"
    cut = [item for kind, item in wanted if kind is Kind.CUT]
    found |= {(Kind.CUT, pk): name for pk, name in Milestone.objects.filter(pk__in=cut).values_list("pk", "name")}
    return found


def _kept(way: Way, names: dict[tuple[Kind, int], str]) -> dict[str, Any]:
    return {
        "reaches": way.reaches,
        "finish": way.finish.isoformat(),
        "sooner": way.sooner,
        "late": way.late,
        "steps": [_step(step, names.get((step.kind, step.item), "")) for step in way.steps],
    }


def _step(step: Step, name: str) -> dict[str, Any]:
    return {"kind": str(step.kind), "item": step.item, "name": name, "value": step.value, "days": step.days}
