"""Baselines: keep the plan as it is agreed today, and choose which of them slips are measured against."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from programs.actions import bulk, events, removing, revisions
from programs.actions.errors import Refused
from programs.actions.saving import Draft, Edit
from programs.models import Analysis, Baseline, Milestone, MilestoneStatus

if TYPE_CHECKING:
    from datetime import date, datetime

    from programs.models import Person, Program

MOST = 100  # baselines of one program
_READ = ("pk", "key", "name", "status", "start_date", "actual_date", "baseline_start", "baseline_date")
LEFT_OUT = (MilestoneStatus.CANCELLED, MilestoneStatus.DEFERRED)


@transaction.atomic(durable=True)
def take(*, program: Program, name: str, show: bool, by: Person, at: datetime) -> Baseline:
    """Keep every date as it is now: forecasts of what is open, the days the rest was done. `show` measures slips from it."""
    program = revisions.hold(program)
    made = _keep(program, name, _as_planned(program), by=by, at=at)
    if show:
        _show(program, made, by=by, at=at)
    return made


@transaction.atomic(durable=True)
def choose(*, baseline: Baseline, by: Person, at: datetime) -> Baseline:
    """Measure slips, ghosts and "late" from this one. What came into the plan after it has no baseline."""
    program = revisions.hold(baseline.program_id)
    _show(program, baseline, by=by, at=at)
    return baseline


@transaction.atomic(durable=True)
def delete(*, baseline: Baseline, by: Person, at: datetime) -> None:
    """Forget a baseline. Where it is the one shown, milestones keep its dates until another is chosen."""
    program = revisions.hold(baseline.program_id)
    events.record("baseline.deleted", by=by, at=at, program=program, subject=baseline)
    removing.remove(baseline)


def _keep(program: Program, name: str, dates: dict[str, list[Any]], *, by: Person, at: datetime) -> Baseline:
    if Baseline.objects.filter(program=program).count() >= MOST:
        raise Refused(
            _("There are %(limit)d baselines, the most there may be. Delete one first.") % {"limit": MOST}, code="limit"
        )
    found = Analysis.objects.filter(program=program).first()
    draft = Draft(Baseline(program=program, by=by, taken_at=at, dates=dates, target=program.target_date))
    draft.row.finish = found.finish if found else None
    draft.put({"name": name}, {"name"})
    taken = Baseline.objects.filter(program=program).values_list("name", flat=True)
    if draft.row.name.casefold() in {each.casefold() for each in taken}:
        draft.refuse("name", _("There is a baseline of this name already. Choose another."), "duplicate")
    draft.raise_problems()
    made = draft.save(leave_out=("program", "by", "taken_at", "dates", "target", "finish", "shown"))
    events.record("baseline.taken", by=by, at=at, program=program, subject=made)
    return made


def _as_planned(program: Program) -> dict[str, list[Any]]:
    """Milestone -> [start, finish, name], as the stored answer and the days things happened say."""
    rows = Milestone.objects.filter(program=program, external=False).exclude(status__in=LEFT_OUT)
    found = {}
    for pk, key, name, status, start, actual, *_old, early, forecast in rows.values_list(
        *_READ, "timing__early_start", "timing__forecast"
    ):
        done = status == MilestoneStatus.DONE
        begin, end = (start, actual or forecast) if done else (start or early, forecast)
        if end:
            found[str(pk)] = [_text(min(begin, end) if begin else None), _text(end), f"{key} {name}"]
    return found


def _agreed(program: Program) -> dict[str, list[Any]]:
    """The same of the dates that are shown as baseline now."""
    rows = Milestone.objects.filter(program=program, baseline_date__isnull=False).values_list(*_READ)
    return {str(pk): [_text(start), _text(end), f"{key} {name}"] for pk, key, name, _s, _b, _a, start, end in rows}


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _show(program: Program, chosen: Baseline, *, by: Person, at: datetime) -> None:
    """Give milestones the dates of a baseline. Dates that no baseline holds are kept as one before they go."""
    others = Baseline.objects.filter(program=program)
    if not others.filter(shown=True).exists() and (agreed := _agreed(program)):
        _keep(program, _("Before %(name)s") % {"name": chosen.name}, agreed, by=by, at=at)
    for row in [*others.filter(shown=True).exclude(pk=chosen.pk), *others.filter(pk=chosen.pk, shown=False)]:
        Edit(row, None, {"shown": row.pk == chosen.pk}, editable={"shown"}).save()
    bulk.rebase(program, {int(item): (start, end) for item, (start, end, _name) in chosen.dates.items()}, by=by, at=at)
    events.record("baseline.chosen", by=by, at=at, program=program, subject=chosen)
