"""Decisions: put a question, say what it holds, decide, and look later whether what was expected came true."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from programs.actions import checks, events, notices, removing, revisions, values
from programs.actions.errors import Refused
from programs.actions.saving import Draft, Edit
from programs.models import Decision, DecisionStatus, Hold, PlanDraft
from programs.queries.decisions import held_by
from programs.summaries import weighing

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date, datetime

    from programs.models import Milestone, Person, Program

EDITABLE = frozenset(
    {
        *("title", "background", "owner", "decider", "due_on", "criteria", "options", "limits", "review_on"),
        *("outcome", "chosen"),
    }
)
HOLDS = "holds"  # beside the fields: rows of their own
MOST_HOLDS = 50


@transaction.atomic(durable=True)
def create(
    *, program: Program, title: str, by: Person, at: datetime, holds: Collection[Milestone] = (), **fields: Any
) -> Decision:
    """Put a question. It gets a number for life: D-12. Whoever puts it owns it unless somebody else is named."""
    program = revisions.hold(program)
    day = checks.today(program, at)
    draft = Draft(Decision(program=program, number=0, raised_on=day))
    draft.put({"title": title, **fields}, EDITABLE)
    _judge(draft, program, EDITABLE)
    if draft.row.due_on is not None:
        checks.not_past(draft, "due_on", day)
    _require_own(draft, program, holds)
    draft.raise_problems()
    draft.row.number = revisions.next_number(program)
    made = draft.save()
    _hold(made, holds)
    events.record("decision.created", by=by, at=at, program=program, subject=made)
    revisions.moved(program)
    return made


@transaction.atomic(durable=True)
def edit(
    *,
    decision: Decision,
    version: int,
    changes: Mapping[str, Any],
    by: Person,
    at: datetime,
    base: Mapping[str, Any] | None = None,
) -> Decision:
    """Change what is asked, by when, what can be chosen or what waits; `changes` and `base` may name `holds` as well."""
    program = revisions.hold(decision.program_id)
    fields = {name: value for name, value in changes.items() if name != HOLDS}
    change = Edit(decision, version, fields, editable=EDITABLE - {"outcome", "chosen"}, base=base)
    _judge(change, program, set(change.changed))
    if "due_on" in change.changed and change.row.is_open:
        checks.not_past(change, "due_on", checks.today(program, at))
    before = held_by(change.row)
    chosen = values.merged(before, changes.get(HOLDS, before), (base or {}).get(HOLDS, before))
    _require_own(change, program, chosen)
    saved, changed = change.save(), dict(change.changed)
    if {one.pk for one in chosen} != {one.pk for one in before}:
        _hold(saved, chosen)
        changed[HOLDS] = (_keys(before), _keys(chosen))
    events.record_changes("decision.changed", changed, by=by, at=at, program=program, subject=saved)
    if changed:
        revisions.moved(program)
    return saved


@transaction.atomic(durable=True)
def decide(
    *, decision: Decision, version: int, chosen: str, by: Person, at: datetime, outcome: str = "", **expected: Any
) -> Decision:
    """Decide: one of the options, or in words where there are none. What waited goes on.

    `expected` are `limits` and `review_on`.
    """
    program = revisions.hold(decision.program_id)
    change = Edit(decision, version, {"chosen": chosen, "outcome": outcome, **expected}, editable=EDITABLE)
    if not change.row.is_open:
        raise Refused(_("%(key)s is decided already. Reload the page.") % {"key": change.row.key}, code="settled")
    names = [option.name for option in weighing.options(change.row.options)]
    if names and change.row.chosen not in names:
        change.refuse("chosen", _("Choose one of the options."), "choice")
    elif not names and not change.row.outcome:
        change.refuse("outcome", _("Say what was decided."), "required")
    _judge(change, program, set(change.changed))
    day = checks.today(program, at)
    if change.row.limits and change.row.review_on is None:
        change.refuse("review_on", _("Say when to look at the expected values."), "required")
    for name, value in (("status", DecisionStatus.DECIDED), ("decided_on", day), ("decided_by", by)):
        change.set(name, value)
    saved = change.save()
    what = saved.chosen or saved.outcome
    note = saved.outcome if saved.chosen else ""
    events.record("decision.decided", by=by, at=at, program=program, subject=saved, field="chosen", new=what, note=note)
    revisions.moved(program)
    return saved


@transaction.atomic(durable=True)
def withdraw(*, decision: Decision, version: int, by: Person, at: datetime, outcome: str = "") -> Decision:
    """Say that nobody has to decide this any more."""
    program = revisions.hold(decision.program_id)
    change = Edit(decision, version, {"outcome": outcome}, editable=EDITABLE)
    if not change.row.is_open:
        raise Refused(_("%(key)s is decided already. Reload the page.") % {"key": change.row.key}, code="settled")
    for name, value in (("status", DecisionStatus.WITHDRAWN), ("decided_on", checks.today(program, at)), ("decided_by", by)):
        change.set(name, value)
    saved = change.save()
    events.record("decision.withdrawn", by=by, at=at, program=program, subject=saved, note=saved.outcome)
    revisions.moved(program)
    return saved


@transaction.atomic(durable=True)
def reopen(*, decision: Decision, version: int, by: Person, at: datetime, due_on: date | None = None) -> Decision:
    """Ask again. What held before holds again, until the new due date."""
    program = revisions.hold(decision.program_id)
    change = Edit(decision, version, {"due_on": due_on} if due_on else {}, editable=EDITABLE)
    if change.row.is_open:
        raise Refused(_("%(key)s is open. Reload the page.") % {"key": change.row.key}, code="settled")
    if due_on:
        checks.not_past(change, "due_on", checks.today(program, at))
    _open_again(change)
    saved = change.save()
    was = decision.status
    events.record("decision.reopened", by=by, at=at, program=program, subject=saved, field="status", old=was, new=saved.status)
    revisions.moved(program)
    return saved


@transaction.atomic(durable=True)
def check(
    *, decision: Decision, version: int, limits: Sequence[Mapping[str, Any]], by: Person, at: datetime, **when: Any
) -> Decision:
    """Say what came true of what was expected, and perhaps when to look again (`review_on`).

    A value outside its range opens the decision again and tells its owner.
    """
    program = revisions.hold(decision.program_id)
    change = Edit(decision, version, {"limits": list(limits), **when}, editable=EDITABLE)
    _judge(change, program, set(change.changed))
    if change.row.status != DecisionStatus.DECIDED:
        raise Refused(_("%(key)s is not decided. Reload the page.") % {"key": change.row.key}, code="settled")
    known = {one.name for one in weighing.limits(decision.limits)}
    broken = [one for one in weighing.limits(change.row.limits) if one.breached and one.name in known]
    if broken:
        _open_again(change)
    saved = change.save()
    if not change.changed:
        return saved
    batch = events.new_batch()
    about: dict[str, Any] = {"by": by, "at": at, "program": program, "subject": saved, "batch": batch}
    found = values.listed(_found(one) for one in weighing.limits(saved.limits))
    events.record("decision.checked", field="limits", new=found, **about)
    if broken:
        what = values.listed(map(_found, broken))
        events.record("decision.breached", field="status", old=DecisionStatus.DECIDED, new=what, **about)
        notices.breached(decision=saved, what=what, by=by, at=at)
    revisions.moved(program)
    return saved


def _open_again(change: Edit[Decision]) -> None:
    for name, value in (("status", DecisionStatus.OPEN), ("decided_on", None), ("decided_by", None)):
        change.set(name, value)


def _found(one: weighing.Limit) -> str:
    """ "p99 latency 230 ms": one value as it was found."""
    return " ".join(part for part in (one.name, values.readable(one.actual), one.unit) if part)


def _judge(draft: Draft[Decision], program: Program, changed: Collection[str]) -> None:
    for field in {"owner", "decider"} & set(changed):
        checks.member(draft, program, field)
    for field, most in weighing.MOST.items():
        if field in changed:
            _judge_rows(draft, field, most)
    if "options" in changed:
        drafts = {one.draft for one in weighing.options(draft.row.options) if one.draft}
        if PlanDraft.objects.filter(pk__in=drafts, program=program).count() != len(drafts):
            draft.refuse("options", _("Choose what-if drafts of this program."), "choice")
    if {"limits"} & set(changed):
        for one in weighing.limits(draft.row.limits):
            if one.low is not None and one.high is not None and one.low > one.high:
                draft.refuse("limits", _("%(name)s: at most is less than at least.") % {"name": one.name}, "order")


def _judge_rows(draft: Draft[Decision], field: str, most: int) -> None:
    """Each row has a name of its own, and there are not too many."""
    rows = getattr(draft.row, field)
    names = [row.get("name", "").casefold() for row in rows]
    if len(rows) > most:
        draft.refuse(field, _("Use at most %(most)d rows.") % {"most": most}, "limit")
    elif not all(names):
        draft.refuse(field, _("Give every row a name."), "required")
    elif len(set(names)) < len(names):
        draft.refuse(field, _("Two rows have the same name. Change one."), "duplicate")


def _require_own(draft: Draft[Decision], program: Program, chosen: Collection[Milestone]) -> None:
    """Refuse milestones of another program, as if they did not exist."""
    if any(one.program_id != program.pk for one in chosen):
        draft.refuse(HOLDS, _("Choose milestones of this program."), "choice")
    if len(chosen) > MOST_HOLDS:
        draft.refuse(HOLDS, _("Name at most %(most)d milestones.") % {"most": MOST_HOLDS}, "limit")
    draft.raise_problems()


def _keys(rows: Collection[Milestone]) -> str:
    return ", ".join(sorted(one.key for one in rows))


def _hold(decision: Decision, chosen: Collection[Milestone]) -> None:
    """Let exactly these wait."""
    wanted = {one.pk: one for one in chosen}
    for hold in Hold.objects.filter(decision=decision).order_by("pk"):
        if wanted.pop(hold.milestone_id, None) is None:
            removing.remove(hold)
    for one in wanted.values():
        Draft(Hold(decision=decision, milestone=one)).save()
