"""Make the plan what a draft says: every change by the action that makes it anywhere else, all in one transaction or none.

The locks are those of any change, taken first and in the usual order. What somebody changed since the draft was made collides,
and then nothing is made; whatever else happened meanwhile is kept, and the changes are made on top of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

from django.db import transaction
from django.utils.translation import gettext as _

from programs.actions import blockers, deeds, dependencies, events, milestone_rules, milestones, revisions, risks
from programs.actions.drafting.changes import WORK, why_gone
from programs.actions.drafting.drafts import held
from programs.actions.errors import Refused
from programs.actions.saving import Edit
from programs.models import Blocker, Dependency, Milestone, PlanChange, PlanDraft, Program, Risk, Workstream
from programs.queries.draft_ground import typed, walk

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from uuid import UUID

    from programs.models import Person

P = ParamSpec("P")
R = TypeVar("R")
Kind = PlanChange.Kind


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of it: the batch that takes all of it back, how many changes, and whether the plan had moved on meanwhile."""

    draft: PlanDraft
    batch: UUID
    changes: int
    rebased: bool


def inside(action: Callable[P, R]) -> Callable[P, R]:
    """An action as a part of a larger transaction, which holds the locks already: its body without a transaction of its own."""
    return cast("Callable[P, R]", action.__wrapped__)  # type: ignore[attr-defined]


@transaction.atomic(durable=True)
def apply(*, draft: PlanDraft, version: int, by: Person, at: datetime, reason: str = "") -> Applied:
    """Make every change of the draft, under one batch. Raises `Stale` when the draft is not the one that was shown.

    Raises `Refused` with the code "moved_on" when changes collide with what others did since, and otherwise with the reason why
    the plan does not take one of them.
    """
    revisions.hold_graph()
    program = revisions.hold(draft.program_id)
    row = held(draft, version)
    rows = list(row.changes.order_by("place", "pk"))
    if not rows:
        raise Refused(_("This draft changes nothing yet. Add a change first."), code="nothing")
    _require_fit(rows, program)
    rebased = row.based_on < program.revision
    with deeds.opened(at=at) as deed:
        events.record("draft.applied", by=by, at=at, program=program, subject=row, subject_name=row.name, note=reason.strip())
        for change in rows:
            _make(change, program, by=by, at=at, why=reason.strip() or row.name)
        edit: Edit[PlanDraft] = Edit(row, None, {"reason": reason}, editable={"reason"}, held=True)
        edit.raise_problems()
        edit.set("state", PlanDraft.State.APPLIED)
        edit.set("closed_at", at)
        edit.set("batch", deed.batch)
        return Applied(edit.save(), deed.batch, len(rows), rebased)


def _require_fit(rows: Sequence[PlanChange], program: Program) -> None:
    _ground, fits = walk(rows, program.pk)
    if all(fit.sound for fit in fits):
        return
    words = [why_gone(fit.gone) % {"subject": row.subject} for row, fit in zip(rows, fits, strict=True) if fit.gone]
    moved = [row.subject for row, fit in zip(rows, fits, strict=True) if fit.moved]
    words += [_("Somebody changed %(subject)s since this draft was made.") % {"subject": subject} for subject in moved]
    raise Refused(" ".join(words), code="moved_on")


def _make(change: PlanChange, program: Program, *, by: Person, at: datetime, why: str) -> None:
    """One change by its own action; a refusal says which change it is about."""
    try:
        MAKERS[Kind(change.kind)](change, program, {"by": by, "at": at}, why)
    except Refused as refused:
        raise Refused(f"{change.subject}: {refused.message}", code=refused.code, detail=refused.detail) from refused


def _edit(change: PlanChange, _program: Program, who: dict[str, Any], why: str) -> None:
    row = Milestone.objects.select_related("program").get(pk=change.about["milestone"])
    fields = typed("milestone", change.values["fields"])
    fields |= _estimate(row, fields)
    inside(milestones.edit)(milestone=row, version=row.version, changes=fields, reason=why, **who)


def _estimate(row: Milestone, fields: dict[str, Any]) -> dict[str, Decimal]:
    """Three numbers move along with the work they were made for, as the odds of the draft said they would."""
    given = {name: getattr(row, name) for name in milestone_rules.ESTIMATE}
    if None in given.values():
        return {}
    was, then = (_work(row, changed) for changed in ({}, fields))
    return {name: max(Decimal(0), days + then - was) for name, days in given.items()} if then != was else {}


def _work(row: Milestone, changed: dict[str, Any]) -> Decimal:
    """What is left, else the whole."""
    left, whole = (changed.get(name, getattr(row, name)) for name in WORK)
    return Decimal(left if left is not None else whole or 0)


def _link(change: PlanChange, _program: Program, who: dict[str, Any], _why: str) -> None:
    ends = Milestone.objects.in_bulk([change.about["predecessor"], change.about["successor"]])
    inside(dependencies.link)(
        predecessor=ends[change.about["predecessor"]],
        successor=ends[change.about["successor"]],
        type=change.values["type"],
        lag_days=typed("dependency", {"lag_days": change.values["lag_days"]})["lag_days"],
        **who,
    )


def _unlink(change: PlanChange, _program: Program, who: dict[str, Any], _why: str) -> None:
    inside(dependencies.unlink)(dependency=Dependency.objects.get(pk=change.about["dependency"]), **who)


def _add(change: PlanChange, program: Program, who: dict[str, Any], _why: str) -> None:
    lane = Workstream.objects.filter(pk=change.values.get("workstream"), program=program).first()
    days = typed("milestone", {"duration_days": change.values["duration_days"]})
    made = inside(milestones.create)(program=program, name=change.values["name"], workstream=lane, **days, **who)
    ends = Milestone.objects.in_bulk([*change.about["after"], *change.about["before"]])
    for pk in change.about["after"]:
        inside(dependencies.link)(predecessor=ends[pk], successor=made, **who)
    for pk in change.about["before"]:
        inside(dependencies.link)(predecessor=made, successor=ends[pk], **who)


def _clear(change: PlanChange, _program: Program, who: dict[str, Any], why: str) -> None:
    row = Blocker.objects.select_related("program", "milestone").get(pk=change.about["blocker"])
    on: date | None = typed("blocker", {"expected_clear": change.values["expected_clear"]})["expected_clear"]
    if on is None:
        inside(blockers.clear)(blocker=row, resolution=why[:500], **who)
    else:
        inside(blockers.new_date)(blocker=row, expected_clear=on, **who)


def _risk(change: PlanChange, _program: Program, who: dict[str, Any], _why: str) -> None:
    row = Risk.objects.get(pk=change.about["risk"])
    inside(risks.edit)(risk=row, version=row.version, changes=typed("risk", change.values["fields"]), **who)


MAKERS: dict[Kind, Callable[[PlanChange, Program, dict[str, Any], str], None]] = {
    Kind.SLIP: _edit,
    Kind.WORK: _edit,
    Kind.DATES: _edit,
    Kind.DROP: _edit,
    Kind.LINK: _link,
    Kind.UNLINK: _unlink,
    Kind.ADD: _add,
    Kind.CLEAR: _clear,
    Kind.RISK: _risk,
}
