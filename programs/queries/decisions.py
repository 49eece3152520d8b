"""Decisions: those that are open by what waiting costs, those that are made, and one with everything about it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Prefetch, Q

from programs.graph.days import working_days
from programs.models import Analysis, Decision, DecisionStatus, Event, Hold, Milestone, PlanDraft
from programs.queries import access
from programs.queries.calendars import calendars
from programs.queries.drafts import Bench
from programs.queries.snapshots import today_in
from programs.summaries import weighing
from programs.summaries.event_lines import Entry, entries

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from programs.models import Person, Program

MOST = 200
ENTRIES, EVENTS_READ = 20, 100
_WAITED = Prefetch("holds", Hold.objects.select_related("milestone").defer("milestone__description").order_by("pk"))
SOON = timedelta(days=3)  # from then on a due date stands out


@dataclass(frozen=True, slots=True)
class Line:
    """One decision in a list. `overdue` and `costs` are working days.

    What waiting costs: before the due date the days by which the finish would be sooner if it were decided today; after it the
    days that went by since, when something it holds has no float.
    """

    decision: Decision
    held: tuple[Milestone, ...] = ()
    overdue: int = 0
    costs: float = 0.0
    soon: bool = False
    options: tuple[weighing.Option, ...] = ()
    may_decide: bool = False
    may_plan: bool = False

    @property
    def gist(self) -> str:
        """The first line of why it is asked, for where nothing is computed about it."""
        return self.decision.background.partition("\n")[0].strip()

    @property
    def drafted(self) -> bool:
        """Whether an option names a what-if draft, so that its effect can be worked out."""
        return any(option.draft for option in self.options)

    @property
    def best(self) -> weighing.Option | None:
        """The option that brings the finish forward most; None when none does."""
        sooner = [option for option in self.options if option.days is not None and option.days < 0]
        return min(sooner, key=lambda option: option.days or 0, default=None)


@dataclass(frozen=True, slots=True)
class Decisions:
    """The page of one program, or of all."""

    open: list[Line] = field(default_factory=list)
    settled: list[Decision] = field(default_factory=list)
    more: int = 0
    may_plan: bool = False  # in this one program

    @property
    def overdue(self) -> int:
        """How many are past their day."""
        return sum(1 for line in self.open if line.overdue)


def held_by(decision: Decision) -> list[Milestone]:
    """What waits for a decision. One query."""
    holds = Hold.objects.filter(decision=decision).select_related("milestone__program", "milestone__timing").order_by("pk")
    return [hold.milestone for hold in holds]


def of_program(program: Program, *, by: Person, at: datetime) -> Decisions:
    """All decisions of one program. Seven queries at most."""
    rows = Decision.objects.filter(program=program)
    settled = rows.exclude(status=DecisionStatus.OPEN).select_related("decided_by", "decider", "program")
    found = list(settled.prefetch_related(_WAITED).order_by("-decided_on", "-pk")[: MOST + 1])
    role = access.role_in(program, by)
    lines = _with_rights(_lines(rows, at=at), by=by, roles={program.pk: role})
    return Decisions(lines, found[:MOST], max(0, len(found) - MOST), access.allows(role, "plan"))


def all_of(program: Program) -> list[tuple[Decision, list[str]]]:
    """Every decision with the keys of what waits for it: open ones by day, then the others, latest first. Two queries."""
    rows = Decision.objects.filter(program=program).select_related("decider", "decided_by", "program")
    found = [(row, [hold.milestone.key for hold in row.holds.all()]) for row in rows.prefetch_related(_WAITED).order_by("pk")]
    still = sorted((one for one in found if one[0].is_open), key=lambda one: one[0].due_on or date.max)
    settled = sorted((one for one in found if not one[0].is_open), key=lambda one: one[0].decided_on or date.min, reverse=True)
    return still + settled


def open_of(programs: Iterable[Program], *, at: datetime, decider: Person | None = None, most: int | None = None) -> list[Line]:
    """Open decisions of these programs, perhaps only those one person decides. Five queries at most."""
    rows = Decision.objects.filter(program__in=programs)
    found = _lines(rows.filter(decider=decider) if decider else rows, at=at)
    return found[:most]


def of_everything(person: Person, *, at: datetime) -> Decisions:
    """Open decisions of every program this person may see."""
    return Decisions(_with_rights(open_of(access.programs_for(person), at=at), by=person, roles=access.roles(person)))


def _with_rights(lines: Iterable[Line], *, by: Person, roles: Mapping[int, str | None]) -> list[Line]:
    """Say of each what this person, who may see them all, may do about it."""
    found = []
    for line in lines:
        plans = by.is_admin or access.allows(roles.get(line.decision.program_id), "plan")
        found.append(replace(line, may_plan=plans, may_decide=plans or line.decision.decider_id == by.pk))
    return found


def _lines(rows, *, at: datetime) -> list[Line]:  # type: ignore[no-untyped-def]  # noqa: ANN001 - a queryset of decisions
    """Open ones: the dearest first, then the earliest due."""
    found = list(rows.filter(status=DecisionStatus.OPEN).select_related("program", "owner", "decider").order_by("pk")[:MOST])
    if not found:
        return []
    held: dict[int, list[Hold]] = defaultdict(list)
    holds = Hold.objects.filter(decision__in=found).select_related("milestone__program", "milestone__timing")
    for hold in holds.defer("milestone__description").order_by("pk"):
        held[hold.decision_id].append(hold)
    programs = {row.program_id: row.program for row in found}
    costs = Analysis.objects.filter(program__in=programs).values_list("blockers", flat=True)
    prices = {cost["id"]: cost.get("days_added") or 0.0 for some in costs for cost in some}
    weeks = calendars(programs.values(), around=at.date())
    lines = []
    for row in found:
        today = today_in(row.program, at)
        overdue = max(0, working_days(row.due_on, today, weeks[row.program_id])) if row.due_on and row.due_on < today else 0
        adds = max((prices.get(-hold.pk, 0.0) for hold in held[row.pk]), default=0.0)
        lines.append(
            Line(
                decision=row,
                held=tuple(hold.milestone for hold in held[row.pk]),
                overdue=overdue,
                costs=max(adds, float(overdue) if _presses(held[row.pk]) else 0.0),
                soon=row.due_on is not None and row.due_on <= today + SOON,
                options=tuple(weighing.options(row.options)),
            )
        )
    return sorted(lines, key=lambda line: (-line.costs, line.decision.due_on or date.max, line.decision.pk))


def _presses(holds: Sequence[Hold]) -> bool:
    """Whether something that waits moves the finish with each day."""
    return any(
        hold.milestone.is_open and (timing := getattr(hold.milestone, "timing", None)) and timing.critical for hold in holds
    )


@dataclass(frozen=True, slots=True)
class Choice:
    """One option with its score and, where it names a draft this reader may see, that draft."""

    option: weighing.Option
    score: int | None
    draft: PlanDraft | None
    chosen: bool

    @property
    def best(self) -> bool:
        """Whether it earned everything there is to earn."""
        return self.score == weighing.BEST


@dataclass(frozen=True, slots=True)
class Page:
    """One decision."""

    line: Line
    criteria: list[weighing.Criterion]
    choices: list[Choice]
    limits: list[weighing.Limit]
    held: list[Milestone]
    history: list[Entry]
    review_due: bool
    may_plan: bool
    may_decide: bool

    @property
    def compared(self) -> list[tuple[weighing.Criterion, list[object]]]:
        """Each criterion with the value of every option."""
        return [(one, [choice.option.values[i] for choice in self.choices]) for i, one in enumerate(self.criteria)]

    @property
    def drafts(self) -> list[PlanDraft]:
        """What-if drafts of the options."""
        return [choice.draft for choice in self.choices if choice.draft is not None]


def page(decision: Decision, *, by: Person, at: datetime) -> Page:
    """Everything the page of a decision shows. Its drafts are worked out apart, by `effects`."""
    criteria = weighing.criteria(decision.criteria)
    options = weighing.options(decision.options, criteria)
    drafts = seen_drafts(decision.program, by=by, only=[one.draft for one in options if one.draft])
    scores = weighing.scores(options, criteria)
    lines = _lines(Decision.objects.filter(pk=decision.pk), at=at)
    may_plan = access.can(decision.program, by, "plan")
    today = today_in(decision.program, at)
    return Page(
        line=lines[0] if lines else Line(decision),
        criteria=criteria,
        choices=[
            Choice(one, score, drafts.get(one.draft or 0), one.name == decision.chosen and not decision.is_open)
            for one, score in zip(options, scores, strict=True)
        ],
        limits=weighing.limits(decision.limits),
        held=held_by(decision),
        history=entries(_notes(decision), most=ENTRIES),
        review_due=decision.status == DecisionStatus.DECIDED and decision.review_on is not None and decision.review_on <= today,
        may_plan=may_plan,
        may_decide=may_decide(decision, by),
    )


def _notes(decision: Decision) -> list[Event]:
    """What happened to it, the newest first."""
    notes = Event.objects.filter(subject_type="decision", subject_id=decision.pk).select_related("by").order_by("-at", "-pk")
    return list(notes[:EVENTS_READ])


def may_decide(decision: Decision, person: Person) -> bool:
    """Whoever plans the program, and who is asked to decide as long as they may see it."""
    return access.can(decision.program, person, "plan") or (
        decision.decider_id == person.pk and access.can(decision.program, person, "view")
    )


def seen_drafts(program: Program, *, by: Person, only: Sequence[int] | None = None) -> dict[int, PlanDraft]:
    """Open what-if drafts of the program this person may see."""
    rows = PlanDraft.objects.filter(Q(by=by) | Q(shared=True), program=program, state=PlanDraft.State.OPEN)
    rows = rows if only is None else rows.filter(pk__in=only)
    return {row.pk: row for row in rows.order_by("-saved_at", "-pk")[:50]}


@dataclass(frozen=True, slots=True)
class Effect:
    """Where an option leads by its draft: the finish then, and the working days it moves, negative sooner."""

    option: weighing.Option
    finish: date | None
    days: int | None


def effects(decision: Decision, *, by: Person, at: datetime) -> list[Effect]:
    """Work out the drafts of the options on the plan as it is now; the network is read and solved once."""
    options = [one for one in weighing.options(decision.options) if one.draft]
    drafts = seen_drafts(decision.program, by=by, only=[one.draft for one in options if one.draft])
    if not drafts:
        return []
    bench = Bench(decision.program, by=by, at=at)
    found = []
    for one in options:
        if (draft := drafts.get(one.draft or 0)) is not None:
            look = bench.look(draft)
            found.append(Effect(one, look.after.finish, look.days))
    return found
