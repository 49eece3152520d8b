"""What a change of a draft says: its name, what was and what is then, what it does alone, and what is in its way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from programs.actions.drafting.changes import why_gone
from programs.models import PlanChange, RiskResponse
from programs.queries.draft_ground import SUBJECT, typed
from programs.web import wording

if TYPE_CHECKING:
    from programs.queries.drafts import Look, Tried

Kind = PlanChange.Kind
ICONS = {
    Kind.SLIP: "clock",
    Kind.WORK: "timeline",
    Kind.DATES: "flag",
    Kind.LINK: "link",
    Kind.UNLINK: "split",
    Kind.ADD: "plus",
    Kind.CLEAR: "check",
    Kind.DROP: "x",
    Kind.RISK: "risk",
}
FIELDS: Mapping[str, Any] = {
    "remaining_days": gettext_lazy("Work left"),
    "duration_days": gettext_lazy("Duration"),
    "expected_date": gettext_lazy("Owner's own date"),
    "target_date": gettext_lazy("Target"),
    "start_date": gettext_lazy("Start"),
    "expected_clear": gettext_lazy("Clears"),
    "response": gettext_lazy("Response"),
    "probability": gettext_lazy("Likelihood"),
    "impact": gettext_lazy("Impact"),
    "chance": gettext_lazy("Probability in percent"),
    "days_low": gettext_lazy("Adds at least"),
    "days_high": gettext_lazy("Adds at most"),
    "status": gettext_lazy("Status"),
    "type": gettext_lazy("Type"),
    "lag_days": gettext_lazy("Days between"),
    "lag_unit": gettext_lazy("Days are"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing a change says: `was` struck through, `now` marked; either may be empty."""

    label: str
    was: str = ""
    now: str = ""


@dataclass(frozen=True, slots=True)
class Worded:
    """A change as a card shows it."""

    pk: int
    icon: str
    title: str
    lines: tuple[Line, ...]
    alone: str
    days: int | None
    problem: str
    moved: tuple[Line, ...]  # what the draft was made from, beside what the plan says now


def worded(one: Tried, today: date) -> Worded:
    """One change in words."""
    change = one.change
    return Worded(
        pk=change.pk,
        icon=ICONS[Kind(change.kind)],
        title=change.subject,
        lines=tuple(_lines(change, today)),
        alone=alone(one.alone) if one.alone is not None else "",
        days=one.alone,
        problem=_problem(one),
        moved=tuple(Line(str(FIELDS[name]), _value(seen, today), _value(now, today)) for name, seen, now in one.fit.moved),
    )


def alone(days: int) -> str:
    """What one change does to the finish."""
    if not days:
        return _("On its own: no change to the finish")
    return _("On its own: %(days)s") % {"days": shift(days)}


def shift(days: int) -> str:
    """ "6 working days sooner"."""
    words = _("%(days)s later") if days > 0 else _("%(days)s sooner")
    return words % {"days": wording.working_days(days)}


def _problem(one: Tried) -> str:
    if one.fit.gone:
        return why_gone(one.fit.gone) % {"subject": one.change.subject}
    if one.fit.moved:
        return _("Somebody changed this since.")
    return _("It takes no part in the dates.") if one.alone is None else ""


def _lines(change: PlanChange, today: date) -> list[Line]:
    values, kind = change.values, Kind(change.kind)
    if kind == Kind.LINK:
        lag = Decimal(str(values["lag_days"]))
        between = [Line(_("Days between"), "", wording.number(lag))] if lag else []
        return [Line(_("New dependency"), "", values["type"]), *between]
    if kind == Kind.UNLINK:
        return [Line(_("Dependency removed"))]
    if kind == Kind.DROP:
        return [Line(_("Dropped from scope"))]
    if kind == Kind.ADD:
        days = values.get("duration_days")
        return [Line(_("New milestone"), "", "" if days is None else wording.days_short(float(days)))]
    if kind == Kind.CLEAR:
        on = typed("blocker", values)["expected_clear"]
        was = typed("blocker", change.seen)["expected_clear"]
        return [Line(_("Clears"), _value(was, today), _value(on, today) if on else _("today"))]
    table = SUBJECT[kind]
    seen, now = typed(table, change.seen), typed(table, values["fields"])
    lines = [Line(str(FIELDS[name]), _value(seen.get(name), today), _value(value, today)) for name, value in now.items()]
    if kind == Kind.SLIP:
        days = values["days"]
        words = _("Slips by %(days)s") if days > 0 else _("Comes in by %(days)s")
        lines.insert(0, Line(words % {"days": wording.working_days(days)}))
    return lines


def _value(value: Any, today: date) -> str:
    if value is None or value == "":
        return _("none")
    if isinstance(value, date):
        return wording.day(value, today)
    if isinstance(value, Decimal):
        return wording.days_short(float(value))
    return str(dict(RiskResponse.choices).get(value, value))


def sentence(look: Look, finish: str, today: date) -> str:
    """What the draft does to the finish and the targets, in one or two sentences."""
    facts = {
        "finish": finish,
        "before": wording.day(look.before.finish, today),
        "after": wording.day(look.after.finish, today),
        "shift": shift(look.days) if look.days else "",
    }
    if look.before.finish is None or look.after.finish is None:
        said = _("Nothing dates %(finish)s, so there is no finish to compare.") % facts
    elif not look.days:
        said = _("%(finish)s stays on %(before)s.") % facts
    else:
        said = _("%(finish)s moves from %(before)s to %(after)s: %(shift)s.") % facts
    return " ".join([said, *_targets(look)])


def _targets(look: Look) -> list[str]:
    said = []
    if look.after.late is not None:
        said.append(room(look.after.late))
    if look.misses:
        said.append(targets_moved(look.misses, missed=True))
    if look.makes:
        said.append(targets_moved(look.makes, missed=False))
    return said


def room(late: int) -> str:
    """How the finish then stands to its target."""
    if late > 0:
        return _("That is %(days)s after the target.") % {"days": wording.working_days(late)}
    if late < 0:
        return _("That is %(days)s before the target.") % {"days": wording.working_days(late)}
    return _("That is on target, with no room to spare.")


def targets_moved(count: int, *, missed: bool) -> str:
    """How many targets change sides."""
    if missed:
        words = ngettext("%(n)s target that holds today is missed then.", "%(n)s targets that hold today are missed then.", count)
    else:
        words = ngettext("%(n)s target that is missed today holds then.", "%(n)s targets that are missed today hold then.", count)
    return words % {"n": count}
