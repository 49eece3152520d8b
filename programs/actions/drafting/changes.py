"""Making out one change of a draft: what it is about, what becomes of it, and what the plan says there now.

Nothing is written to the plan; but what the plan would refuse anyway is refused here, with the same words.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from programs.actions import checks, dependencies, milestone_rules, risks
from programs.actions.deeds import stored
from programs.actions.drafting import drafts
from programs.actions.errors import Refused
from programs.actions.loops import refuse_loop
from programs.actions.milestones import EDITABLE
from programs.actions.saving import Draft, Edit
from programs.graph.whatif import slipped
from programs.models import Dependency, Milestone, MilestoneStatus, PlanChange
from programs.queries.calendars import calendars
from programs.queries.draft_ground import Fit, Ground, walk
from programs.queries.snapshots import ACTIVITY, activity

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from programs.models import Blocker, Person, PlanDraft, Program, Risk, Workstream

Kind = PlanChange.Kind
MOST_DAYS = 3650
WORK = ("remaining_days", "duration_days")
DATES = frozenset({"start_date", "target_date", "expected_date"})


@transaction.atomic(durable=True)
def add(*, draft: PlanDraft, change: PlanChange, at: datetime) -> PlanChange:
    """Put a change that was made out behind the others."""
    row = drafts.held(draft)
    _ground, fits = walk([*row.changes.order_by("place", "pk"), change], row.program_id)
    _refuse(fits[-1], change)
    return drafts.add_last(row, change, at=at)


@transaction.atomic(durable=True)
def follow(*, draft: PlanDraft, at: datetime) -> int:
    """Let every change that collides stand on what the plan says now; returns how many did. What is gone stays marked."""
    row = drafts.held(draft)
    rows = list(row.changes.order_by("place", "pk"))
    ground, moved = Ground(rows, row.program_id), 0
    for change in rows:
        fit = ground.fit(change)
        if fit.moved:
            _follow(change, fit, ground, row.program)
            change.save(update_fields=["seen", "values"])
            moved += 1
        if not fit.gone:
            ground.take(change)
    row.based_on = type(row.program).objects.values_list("revision", flat=True).get(pk=row.program_id)
    drafts.saved(row, at=at)
    return moved


def _follow(change: PlanChange, fit: Fit, ground: Ground, program: Program) -> None:
    change.seen = {**change.seen, **{name: stored(now) for name, _seen, now in fit.moved}}
    if change.kind == Kind.SLIP:  # so many days on top of what is there now
        one = _activity(ground, change.about["milestone"])
        change.values = {**change.values, "fields": _slip(one, change.values["days"], program, None)}


# -- one function for each kind ----------------------------------------------------------------------------------------------


def slip(
    *, milestone: Milestone, days: int, before: Sequence[PlanChange], forecast: date | None, by: Person, at: datetime
) -> PlanChange:
    """So many working days more, or fewer when negative. `before` are the draft's other changes; `forecast` is its date now."""
    if not days or abs(days) > MOST_DAYS:
        raise Refused(_("Write by how many days, such as 5 or -3; at most 3,650."), "days", "days")
    ground = _standing(milestone, before)
    fields = _slip(_activity(ground, milestone.pk), days, milestone.program, forecast)
    if not fields:
        words = _("Nothing dates %(milestone)s yet, so it cannot come in earlier.")
        raise Refused(words % {"milestone": milestone.key}, "days", "nothing")
    return _edit(Kind.SLIP, milestone, fields, ground, at=at, by=by, shown="days", days=days)


def work(*, milestone: Milestone, days: Decimal | None, before: Sequence[PlanChange], by: Person, at: datetime) -> PlanChange:
    """Another amount of work: what is left where somebody said how much that is, else the duration."""
    ground = _standing(milestone, before)
    name = WORK[0] if ground.now("milestone", milestone.pk, WORK[0]) is not None else WORK[1]
    return _edit(Kind.WORK, milestone, {name: stored(days)}, ground, at=at, by=by, shown="work")


def dates(
    *, milestone: Milestone, field: str, day: date | None, before: Sequence[PlanChange], by: Person, at: datetime
) -> PlanChange:
    """Set one date, or clear it."""
    if field not in DATES:
        raise Refused(_("Choose which date."), "which", "choice")
    return _edit(Kind.DATES, milestone, {field: stored(day)}, _standing(milestone, before), at=at, by=by, shown="day")


def drop(*, milestone: Milestone, before: Sequence[PlanChange], by: Person, at: datetime) -> PlanChange:
    """Give the milestone up: it is cancelled, and nothing waits for it."""
    return _edit(Kind.DROP, milestone, {"status": MilestoneStatus.CANCELLED.value}, _standing(milestone, before), at=at, by=by)


def link(*, predecessor: Milestone, successor: Milestone, type: str, lag_days: Decimal, by: Person) -> PlanChange:
    """One more dependency. A loop is refused as in the plan."""
    draft = Draft(Dependency(predecessor=predecessor, successor=successor))
    draft.put({"type": type, "lag_days": lag_days}, dependencies.EDITABLE)
    draft.raise_problems()
    dependencies.require_sound(draft.row, by)
    return PlanChange(
        kind=Kind.LINK,
        about={"predecessor": predecessor.pk, "successor": successor.pk},
        values={"type": type, "lag_days": stored(draft.row.lag_days)},
        subject=f"{predecessor.name} → {successor.name}"[:600],
    )


def unlink(*, dependency: Dependency) -> PlanChange:
    """One dependency less."""
    names = f"{dependency.predecessor.name} → {dependency.successor.name}"
    seen = {name: stored(getattr(dependency, name)) for name in ("type", "lag_days", "lag_unit")}
    return PlanChange(kind=Kind.UNLINK, about={"dependency": dependency.pk}, seen=seen, subject=names[:600])


def milestone(
    *,
    program: Program,
    name: str,
    days: Decimal | None,
    after: Milestone | None,
    before: Milestone | None,
    workstream: Workstream | None,
    by: Person,
) -> PlanChange:
    """One more milestone, behind one and in front of another."""
    draft = Draft(Milestone(program=program, key="-"))
    draft.put({"name": name, "duration_days": days, "workstream": workstream}, EDITABLE)
    checks.same_program(draft, program, "workstream")
    draft.raise_problems()
    if after is not None and before is not None:
        refuse_loop(after.pk, before.pk, by=by, field="before")
    return PlanChange(
        kind=Kind.ADD,
        about={"after": [after.pk] if after else [], "before": [before.pk] if before else []},
        values={
            "name": draft.row.name,
            "duration_days": stored(draft.row.duration_days),
            "workstream": workstream.pk if workstream else None,
        },
        subject=draft.row.name,
    )


def clear(*, blocker: Blocker, on: date | None, at: datetime) -> PlanChange:
    """The blocker is cleared now, or on another day."""
    if on is not None:
        draft = Draft(type(blocker)(program=blocker.program, expected_clear=on))
        checks.not_past(draft, "expected_clear", checks.today(blocker.program, at))
        if draft.problems:
            raise Refused(draft.problems[0].message, "day", "past")
    return PlanChange(
        kind=Kind.CLEAR,
        about={"blocker": blocker.pk},
        values={"expected_clear": stored(on)},
        seen={"expected_clear": stored(blocker.expected_clear)},
        subject=f"{blocker.key} {blocker.title}"[:600],
    )


def risk(*, risk: Risk, response: str, probability: int | None, impact: int | None) -> PlanChange:
    """Another answer to a risk, and what is left of it then: likelihood and impact, and the numbers that go with them."""
    draft = Draft(type(risk)(program=risk.program))
    draft.put({"response": response, "probability": probability, "impact": impact}, risks.EDITABLE)
    draft.raise_problems()
    fields = {"response": response, "probability": probability, "impact": impact}
    changed = {name: value for name, value in fields.items() if value != getattr(risk, name)}
    if not changed:
        raise Refused(_("This is how it is already. Choose another answer, likelihood or impact."), "response", "nothing")
    changed = {name: value for name, value in risk.answered(changed).items() if value != getattr(risk, name)}
    seen = {name: stored(getattr(risk, name)) for name in changed}
    values = {"fields": changed}
    return PlanChange(kind=Kind.RISK, about={"risk": risk.pk}, values=values, seen=seen, subject=f"{risk.key} {risk.title}"[:600])


# -- what they share ---------------------------------------------------------------------------------------------------------


def _standing(milestone: Milestone, before: Sequence[PlanChange]) -> Ground:
    """The milestone as the draft's other changes leave it."""
    probe = PlanChange(kind=Kind.WORK, about={"milestone": milestone.pk}, values={"fields": {}})
    ground, _fits = walk([*before, probe], milestone.program_id)
    return ground


def _activity(ground: Ground, pk: int) -> Any:
    return ground.activity(activity(Milestone.objects.values_list(*ACTIVITY).get(pk=pk)))


def _slip(one: Any, days: int, program: Program, forecast: date | None) -> dict[str, Any]:
    calendar = calendars([program], around=forecast or one.expected or one.target or program.created_at.date())[program.pk]
    then = slipped(one, days, calendar, forecast)
    pairs = {"remaining_days": "remaining", "duration_days": "duration", "expected_date": "expected"}
    changed = {name: getattr(then, field) for name, field in pairs.items() if getattr(then, field) != getattr(one, field)}
    return {name: stored(Decimal(str(value)) if isinstance(value, float) else value) for name, value in changed.items()}


def _edit(
    kind: Kind,
    milestone: Milestone,
    fields: dict[str, Any],
    ground: Ground,
    *,
    at: datetime,
    by: Person,
    shown: str = "",
    **values: Any,
) -> PlanChange:
    """A change of some fields of one milestone, judged by the rules of the plan; a problem is told at the field `shown`."""
    seen = {name: stored(ground.now("milestone", milestone.pk, name)) for name in fields}
    change = PlanChange(
        kind=kind,
        about={"milestone": milestone.pk},
        values={"fields": fields, **values},
        seen=seen,
        subject=f"{milestone.key} {milestone.name}"[:600],
    )
    _refuse(ground.fit(change), change)
    if kind is not Kind.DROP:
        row = ground.rows["milestone"][milestone.pk]
        trial = Edit(row, None, fields, editable=EDITABLE, held=True)
        milestone_rules.apply(trial, trial.changed, program=row.program, by=by, day=checks.today(row.program, at))
        if trial.problems:
            raise Refused(trial.problems[0].message, shown or trial.problems[0].field, trial.problems[0].code)
        if not trial.changed:
            raise Refused(_("This is how it is already."), shown or "", "nothing")
    return change


def _refuse(fit: Fit, change: PlanChange) -> None:
    if fit.gone:
        raise Refused(why_gone(fit.gone) % {"subject": change.subject}, code=fit.gone)


def why_gone(word: str) -> str:
    """What is in the way of a change, as a sentence about `%(subject)s`."""
    return {
        "deleted": _("%(subject)s is no longer in the plan."),
        "closed": _("%(subject)s is done or given up already."),
        "cleared": _("%(subject)s is cleared already."),
        "exists": _("%(subject)s is there already."),
        "blocked": _("%(subject)s is blocked. Clear its blockers in this draft first."),
    }[word]
