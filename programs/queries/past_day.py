"""One past day of a program, as it was: where each milestone stood, what was critical, what was flagged."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import Http404
from django.utils.translation import gettext as _

from programs.flags.kept import LINES, Kept, Noticed, Stood, What, facts_of, unpack, words_of
from programs.flags.types import RULES, Severity
from programs.graph.types import State
from programs.models import DailyAnalysis, Event, Flag, Milestone, MilestoneStatus, Person, Program, Timing
from programs.queries import access
from programs.queries.snapshots import STATE
from programs.queries.withheld import Sight, a_milestone

PAGE = 200
_STOOD = ("milestone_id", "milestone__status", "forecast", "total_float", "critical", "near_critical", "blocked")
_SHOWN = {
    State.OPEN: MilestoneStatus.NOT_STARTED,
    State.STARTED: MilestoneStatus.IN_PROGRESS,
    State.DONE: MilestoneStatus.DONE,
    State.DROPPED: MilestoneStatus.CANCELLED,
}
_ORDER = {severity: place for place, severity in enumerate(Severity)}

Names = Mapping[int, tuple[str, str]]  # milestone -> (key, name); the key is empty where it is gone
Facts = Mapping[What, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Line:
    """One milestone as it stood. `key` is empty where it is gone since."""

    key: str
    name: str
    stood: Stood

    @property
    def status(self) -> MilestoneStatus:
        """What the mark of its state shows."""
        return MilestoneStatus.BLOCKED if self.stood.blocked else _SHOWN[self.stood.state]


@dataclass(frozen=True, slots=True)
class Flagged:
    """One flag. `params` fill its sentence; they are empty where it is not kept, or names what the reader may not know."""

    key: str
    name: str
    rule: str
    severity: Severity
    params: Mapping[str, Any] = field(default_factory=dict)
    sentence = ""  # of a rule of another version

    @property
    def label(self) -> str:
        """What its rule is called, in English."""
        return RULES[self.rule].label if self.rule in RULES else self.rule


@dataclass(frozen=True, slots=True)
class PastDay:
    """The page of one day. Without `kept` only finish, target, health and counts are known of it."""

    program: Program
    asked: date
    row: DailyAnalysis  # the newest stored one that was true on the day asked for
    kept: Kept | None
    lines: Page[Line]  # open work first, by date
    flags: tuple[Flagged, ...]  # all but what is critical or nearly, which the lines say
    before: date | None  # the stored day before
    after: date | None

    @property
    def critical(self) -> int:
        """Open milestones that were critical."""
        return sum(one.open and one.critical for one in self.kept.stood.values()) if self.kept else 0


def past_day(slug: str, *, by: Person, on: str, page: int = 1) -> PastDay:
    """A day by its date as text. Raises Http404 where it is none, or nothing was stored by then. Ten queries at most."""
    program = access.program(slug, by=by, may="view")
    try:
        asked = date.fromisoformat(on)
    except ValueError:
        raise Http404 from None
    rows = DailyAnalysis.objects.filter(program=program)
    row = rows.filter(day__lte=asked).order_by("-day").first()
    if row is None:
        raise Http404
    days = rows.values_list("day", flat=True)
    kept = unpack(bytes(row.standing), row.day)
    outside = set(Milestone.objects.filter(program=program, external=True).values_list("pk", flat=True)) if kept else set()
    stood = {item: one for item, one in kept.stood.items() if item not in outside} if kept else {}
    noticed = [flag for flag in kept.noticed if flag.rule not in LINES] if kept else []
    own = {*stood, *(flag.item for flag in noticed if flag.item)}
    others = others_in(kept) if kept else set()
    known = named(program, own | others, others, Sight(by, program) if others else Sight.of(program))
    names = {pk: (key, name or _("a milestone that was deleted")) for pk, (key, name) in known.items()}
    return PastDay(
        program=program,
        asked=asked,
        row=row,
        kept=kept,
        lines=Paginator(_lines(stood, names), PAGE).get_page(page),
        flags=flagged(noticed, names, kept.facts if kept else {}),
        before=days.filter(day__lt=row.day).order_by("-day").first(),
        after=days.filter(day__gt=row.day).order_by("day").first(),
    )


def _lines(stood: Mapping[int, Stood], names: Names) -> list[Line]:
    found = [Line(*names[item], one) for item, one in stood.items()]
    return sorted(found, key=lambda one: (not one.stood.open, one.stood.forecast or date.max, one.key, one.name))


def flagged(noticed: Iterable[Noticed], names: Names, facts: Facts) -> tuple[Flagged, ...]:
    """Flags with the names of what they are about, the loudest first."""
    found = [
        Flagged(*names.get(flag.item or 0, ("", "")), flag.rule, flag.severity, _params(flag, names, facts.get(flag.what, {})))
        for flag in noticed
    ]
    return tuple(sorted(found, key=lambda one: (_ORDER[one.severity], one.rule, one.key, one.name)))


def others_in(kept: Kept) -> set[int]:
    """What the sentences of its flags name beside what they are about."""
    return {facts["other_id"] for facts in kept.facts.values() if "other_id" in facts}


def _params(flag: Noticed, names: Names, facts: Mapping[str, Any]) -> dict[str, Any]:
    """What its sentence says, with the names of today; nothing where part of that is not kept, or not to be known."""
    params = {**facts, "name": names.get(flag.item or 0, ("", ""))[1]}
    if "other_id" in facts:
        params["other"] = names.get(facts["other_id"], ("", ""))[1]
    hidden = flag.rule == "loop_set_aside" and params.get("other") == a_milestone()  # its steps would be named
    return params if not hidden and all(params.get(word) not in (None, "") for word in words_of(flag.rule)) else {}


def named(program: Program, ids: Collection[int], elsewhere: Collection[int], sight: Sight) -> dict[int, tuple[str, str]]:
    """Key and name of milestones; of what is gone its name as the history knows it, else none. Three queries at most.

    Those `elsewhere` may lie in other programs, and are named only to those who see these.
    """
    wanted = set(ids)
    rows = Milestone.objects.filter(program=program).values_list("pk", "key", "name")
    found = {pk: (key, name) for pk, key, name in rows if pk in wanted}
    if lost := wanted - found.keys():
        others = Milestone.objects.exclude(program=program).filter(pk__in=lost.intersection(elsewhere))
        for pk, name, owner in others.values_list("pk", "name", "program_id"):
            found[pk] = ("", name if sight.sees(owner) else a_milestone())
        told = Event.objects.filter(program=program, kind__in=("milestone.deleted", "milestone.moved"), subject_id__in=lost)
        for number, name in told.values_list("subject_id", "subject_name"):
            found.setdefault(number or 0, ("", name))
    return {pk: found.get(pk, ("", "")) for pk in wanted}


def standing(program: int) -> Kept:
    """Where everything stands by the stored answer, as a day keeps it. Two queries."""
    rows = Timing.objects.filter(program=program).values_list(*_STOOD)
    flags = Flag.objects.filter(program=program).values_list("rule", "milestone_id", "subject", "severity", "params")
    found = {Noticed(rule, item, subject, Severity(severity)): params for rule, item, subject, severity, params in flags}
    return Kept(
        {item: Stood(STATE[status], *rest) for item, status, *rest in rows},
        frozenset(found),
        {one.what: facts_of(one.rule, params) for one, params in found.items() if one.rule not in LINES},
    )
