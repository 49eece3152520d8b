"""Risks, assumptions and issues: what may stop or slow the work, how likely, how bad, and what is done about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from programs.actions import blockers, checks, events, removing, revisions, values
from programs.actions.errors import Refused
from programs.actions.saving import Draft, Edit
from programs.models import Dependency, Milestone, Risk, RiskStatus, Strike
from programs.queries.risks import struck_by

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date, datetime

    from programs.models import Blocker, Person, Program
    from programs.queries.risks import Struck

EDITABLE = frozenset(
    {
        *("title", "kind", "category", "status", "owner", "workstream", "milestone", "note", "so_what", "url"),
        *("probability", "impact", "chance", "days_low", "days_high"),
        *("raised_on", "review_on", "trigger", "trigger_on"),
        *("response", "response_text", "residual_probability", "residual_impact", "residual_chance"),
    }
)
STRIKES = "strikes"  # beside the fields: rows of their own
MOST_STRIKES = 50


@transaction.atomic(durable=True)
def create(*, program: Program, title: str, by: Person, at: datetime, strikes: Collection[Struck] = (), **fields: Any) -> Risk:
    """Write a risk down. It gets a number for life: R-17."""
    program = revisions.hold(program)
    day = checks.today(program, at)
    draft = Draft(Risk(program=program, number=0, raised_on=day))
    draft.put({"title": title, **fields}, EDITABLE)
    _judge(draft, program, day, EDITABLE)
    _require_own(draft, program, strikes)
    if draft.row.status == RiskStatus.CLOSED:
        draft.set("closed_on", day)
    draft.raise_problems()
    draft.row.number = revisions.next_number(program)
    made = draft.save()
    _strike(made, strikes)
    events.record("risk.created", by=by, at=at, program=program, subject=made, milestone=made.milestone)
    revisions.moved(program)
    return made


@transaction.atomic(durable=True)
def edit(
    *, risk: Risk, version: int, changes: Mapping[str, Any], by: Person, at: datetime, base: Mapping[str, Any] | None = None
) -> Risk:
    """Change a risk. Closing it keeps the day; opening it again takes the day away.

    `changes` and `base` may name `strikes` as well: the milestones and links it delays, each with what others added or took
    away meanwhile.
    """
    program = revisions.hold(risk.program_id)
    day = checks.today(program, at)
    fields = {name: value for name, value in changes.items() if name != STRIKES}
    change = Edit(risk, version, fields, editable=EDITABLE, base=base)
    _judge(change, program, day, set(change.changed))
    before = struck_by(change.row)
    chosen = values.merged(before, changes.get(STRIKES, before), (base or {}).get(STRIKES, before))
    _require_own(change, program, chosen, known=before)
    closing = "status" in change.changed and change.row.status == RiskStatus.CLOSED
    if "status" in change.changed:
        change.set("closed_on", day if closing else None)
        change.set("status_raw", "")
    if "response" in change.changed:
        change.set("response_raw", "")
    saved, changed = change.save(), dict(change.changed)
    if _keys(chosen) != _keys(before):
        _strike(saved, chosen)
        changed[STRIKES] = (_words(before), _words(chosen))
    if not changed:
        return saved
    batch = events.new_batch()
    about: dict[str, Any] = {
        "by": by,
        "at": at,
        "program": program,
        "subject": saved,
        "milestone": saved.milestone,
        "batch": batch,
    }
    if closing:
        events.record_changes("risk.closed", {"status": changed.pop("status")}, **about)
    events.record_changes("risk.changed", changed, **about)
    revisions.moved(program)
    return saved


@transaction.atomic(durable=True)
def happened(*, risk: Risk, version: int, by: Person, at: datetime, **facts: Any) -> Blocker:
    """A risk came true: the milestone it threatens is blocked, and the risk is closed. The blocker keeps where it came from."""
    program = revisions.hold(risk.program_id)
    change = Edit(risk, version, {}, editable=EDITABLE)
    milestone = change.row.milestone
    if milestone is None or change.row.status == RiskStatus.CLOSED:
        raise Refused(
            _("%(key)s threatens no milestone, or is closed. Reload the page.") % {"key": change.row.key}, code="settled"
        )
    change.set("status", RiskStatus.CLOSED)
    change.set("closed_on", checks.today(program, at))
    saved = change.save()
    about: dict[str, Any] = {"by": by, "at": at, "program": program, "subject": saved, "milestone": milestone}
    events.record("risk.closed", field="status", old=risk.status, new=saved.status, **about)
    return blockers.open_on(milestone, program, by=by, at=at, risk=saved, **facts)


def _judge(draft: Draft[Risk], program: Program, day: date, changed: set[str] | frozenset[str]) -> None:
    if "owner" in changed:
        checks.member(draft, program, "owner")
    for field in {"workstream", "milestone"} & changed:
        checks.same_program(draft, program, field)
    if "raised_on" in changed:
        checks.not_ahead(draft, "raised_on", day)
    if {"days_low", "days_high"} & changed:
        _judge_days(draft)


def _judge_days(draft: Draft[Risk]) -> None:
    low, high = draft.row.days_low, draft.row.days_high
    if low is not None and high is None:
        draft.refuse("days_high", _("Say also how many days at most."), "range")
    elif low is not None and high is not None and low > high:
        draft.refuse("days_high", _("At most is less than at least. Change one of the two."), "order")


def _require_own(draft: Draft[Risk], program: Program, chosen: Collection[Struck], known: Collection[Struck] = ()) -> None:
    """Refuse what belongs to another program, as if it did not exist."""
    fine = _keys(known)
    for one in chosen:
        homes = {one.program_id} if isinstance(one, Milestone) else {one.predecessor.program_id, one.successor.program_id}
        if homes != {program.pk} and (type(one), one.pk) not in fine:
            draft.refuse(STRIKES, _("Choose milestones and links of this program."), "choice")
    if len(_keys(chosen)) > MOST_STRIKES:
        draft.refuse(STRIKES, _("Name at most %(most)d milestones and links.") % {"most": MOST_STRIKES}, "limit")
    draft.raise_problems()


def _strike(risk: Risk, chosen: Collection[Struck]) -> None:
    """Let the risk delay exactly these."""
    wanted = {(type(one), one.pk): one for one in chosen}
    for strike in Strike.objects.filter(risk=risk).select_related("milestone", "dependency").order_by("pk"):
        hit = strike.milestone or strike.dependency
        if wanted.pop((type(hit), hit.pk), None) is None:  # type: ignore[union-attr, arg-type]
            removing.remove(strike)
    for one in wanted.values():
        name = "dependency" if isinstance(one, Dependency) else "milestone"
        Draft(Strike(risk=risk, **{name: one})).save()


def _keys(rows: Collection[Struck]) -> set[tuple[type, int]]:
    return {(type(row), row.pk) for row in rows}


def _words(rows: Collection[Struck]) -> str:
    return ", ".join(sorted(struck_words(row) for row in rows))


def struck_words(one: Struck) -> str:
    """A milestone by its key, a link by the keys it joins."""
    return one.key if isinstance(one, Milestone) else f"{one.predecessor.key} > {one.successor.key}"
