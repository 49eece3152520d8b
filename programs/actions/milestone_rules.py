"""What must hold between the fields of a milestone, whoever changes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from programs.actions import checks
from programs.actions.errors import Refused
from programs.actions.loops import refuse_loop
from programs.actions.values import listed
from programs.models import Blocker, BlockerStatus, ConstraintKind, MilestoneStatus, Said
from programs.queries import access

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from programs.actions.saving import Draft, Edit
    from programs.models import Milestone, Person, Program

WITHOUT_DATE = frozenset({ConstraintKind.NONE, ConstraintKind.ALAP})
ESTIMATE = ("optimistic_days", "likely_days", "pessimistic_days")
NOT_BEGUN = frozenset({MilestoneStatus.NOT_STARTED, MilestoneStatus.UNKNOWN})


def apply(draft: Draft[Milestone], changed: Mapping[str, Any], *, program: Program, by: Person, day: date) -> None:
    """Note every broken rule on the draft, and fill in what follows from the new values.

    Only changed fields are judged: a row that came broken from an import can still be renamed.
    """
    if "owner" in changed:
        checks.member(draft, program, "owner")
    if "workstream" in changed:
        checks.same_program(draft, program, "workstream")
    if "parent" in changed:
        _part_of(draft, by)
    if "status" in changed:
        _status(draft, changed["status"][0], set(changed), day)
    elif "actual_date" in changed and draft.row.actual_date is not None and draft.row.status != MilestoneStatus.DONE:
        draft.refuse("actual_date", _("An actual date means that it is done. Set the status to Done as well."), "status")
    _dates(draft, changed, day)
    if {"constraint", "constraint_date"} & set(changed):
        _constraint(draft)
    if set(ESTIMATE) & set(changed):
        _estimate(draft)


def require_open(milestone: Milestone) -> None:
    """Refuse a word about something that is over."""
    if not milestone.is_open:
        words = _("%(milestone)s is %(status)s. Set its status to In progress first.")
        status = milestone.get_status_display().lower()
        raise Refused(words % {"milestone": milestone.key, "status": status}, "status", "closed")


def require_sayable(said: str) -> None:
    """Refuse a word nobody can say of a milestone by itself."""
    if said == Said.BLOCKED:
        raise Refused(_("Say what blocks it: add a blocker with its reason."), "said", "blocked")
    if said not in Said.values:
        raise Refused(_("Choose one of: On track, At risk, Off track, Done."), "said", "choice")


def speak(change: Edit[Milestone], said: str, *, program: Program, by: Person, day: date) -> str:
    """Put a word on a milestone whose `said` is changed already, with what follows from it; returns the word before."""
    require_open(change.row)
    change.set("said_on", day)
    change.set("updated_on", day)
    was: str = change.changed.pop("said", (said, said))[0]
    if said == Said.DONE:
        change.set("status", MilestoneStatus.DONE)
        apply(change, change.changed, program=program, by=by, day=day)
    elif change.row.status == MilestoneStatus.BLOCKED and not open_blockers(change.row):
        change.set("status", MilestoneStatus.IN_PROGRESS)
    change.changed["said"] = (was, said)
    return was


def open_blockers(milestone: Milestone) -> list[Blocker]:
    """The blockers that hold this milestone, in order of their numbers; none for one that is not stored yet."""
    if milestone.pk is None:
        return []
    return list(Blocker.objects.filter(milestone=milestone, status=BlockerStatus.OPEN).order_by("number"))


def _status(draft: Draft[Milestone], before: str | None, given: set[str], day: date) -> None:
    row = draft.row
    if row.status == MilestoneStatus.BLOCKED:
        draft.refuse("status", _("Say what blocks it: add a blocker with its reason."), "blocked")
        return
    if holding := open_blockers(row):
        words = _("It is blocked by %(blockers)s. Clear that first.")
        draft.refuse("status", words % {"blockers": listed(each.key for each in holding)}, "open_blockers")
        return
    if row.status == MilestoneStatus.DONE:
        if row.actual_date is None:
            draft.set("actual_date", day)
        draft.set("percent_done", 100)
        draft.set("said", Said.DONE)
        draft.set("said_on", day)
    elif before == MilestoneStatus.DONE:
        draft.set("actual_date", None)
        if row.percent_done == 100 and "percent_done" not in given:
            draft.set("percent_done", None)
        draft.set("said", "")
    elif row.said == Said.BLOCKED:
        draft.set("said", "")
    draft.set("status_raw", "")


def _dates(draft: Draft[Milestone], changed: Mapping[str, Any], day: date) -> None:
    row = draft.row
    if "actual_date" in changed:
        checks.not_ahead(draft, "actual_date", day)
    if "expected_date" in changed and row.is_open:
        checks.not_past(draft, "expected_date", day)
    for end in ("actual_date", "target_date", "expected_date"):
        if not {"start_date", end} & set(changed):
            continue
        if end == "target_date" and row.status not in NOT_BEGUN:
            continue  # work that began after its target is late, not mistaken
        checks.in_order(draft, "start_date", end, _("This is before the start. Choose a later day, or an earlier start."))


def _constraint(draft: Draft[Milestone]) -> None:
    if draft.row.constraint not in WITHOUT_DATE and draft.row.constraint_date is None:
        draft.refuse("constraint_date", _("This constraint needs a date."), "required")


def _estimate(draft: Draft[Milestone]) -> None:
    """Three numbers in rising order, or none: a range with one end says nothing of how far it reaches."""
    low, likely, high = given = [getattr(draft.row, name) for name in ESTIMATE]
    missing = [name for name, value in zip(ESTIMATE, given, strict=True) if value is None]
    if missing and len(missing) < len(ESTIMATE):
        for name in missing:
            draft.refuse(name, _("An estimate is three numbers: optimistic, likely, pessimistic. Add this one, or empty all."))
    elif not missing and likely < low:
        draft.refuse("likely_days", _("Likely cannot be less than optimistic. Enter %(days)s or more.") % {"days": f"{low:g}"})
    elif not missing and high < likely:
        draft.refuse(
            "pessimistic_days", _("Pessimistic cannot be less than likely. Enter %(days)s or more.") % {"days": f"{likely:g}"}
        )


def _part_of(draft: Draft[Milestone], by: Person) -> None:
    """A parent may sit in another program, which takes the right to plan there; it cannot be among its own parts."""
    row, parent = draft.row, draft.row.parent
    if parent is None:
        return
    if parent.program_id != row.program_id:
        access.require(parent.program, by, "plan")
    if row.pk is not None:
        refuse_loop(row.pk, parent.pk, by=by, field="parent")
