"""The rows of a summary: blockers by their price, milestones at risk, risks, what comes next, and what waits for the reader."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q

from programs.flags.types import Thresholds
from programs.models import (
    OPEN_STATUSES,
    Analysis,
    Blocker,
    BlockerKind,
    BlockerStatus,
    Flag,
    Milestone,
    MilestoneKind,
    Person,
    Program,
    Risk,
    RiskKind,
    RiskStatus,
)
from programs.queries.decisions import open_of
from programs.summaries import facts
from programs.summaries.choose import MOST

TWO_WEEKS = timedelta(days=14)
DECIDE_WITHIN = timedelta(days=28)  # a decision further off is not asked for yet
MOST_ROWS = 2000  # rows of one kind read for a whole portfolio
_MILESTONE = (
    *("pk", "program_id", "program__slug", "key", "name", "owner__name", "timing__forecast", "target_date", "timing__late"),
    *("said", "timing__critical", "timing__blocked", "disagrees"),
)
_WORST_FIRST = (
    *(F("timing__on_path").desc(nulls_last=True), F("timing__critical").desc(nulls_last=True)),
    *(F("timing__late").desc(nulls_last=True), F("timing__slip").desc(nulls_last=True), "pk"),
)
_TROUBLE = Q(timing__late__gt=0) | Q(said__in=("at_risk", "off_track")) | Q(disagrees=True)


def mine(person: Person) -> Q:
    """Milestones this person owns, or that belong to a workstream or team they lead."""
    return Q(owner=person) | Q(workstream__lead=person) | Q(team__lead=person) | Q(workstream__team__lead=person)


def days(value: object) -> float:
    """A stored number of days; nothing counts as none."""
    return float(value) if isinstance(value, int | float) else 0.0


@dataclass
class Rows:
    """What was read for all programs at once, by program."""

    blockers: dict[int, list[facts.Blocker]] = field(default_factory=lambda: defaultdict(list))
    at_risk: dict[int, list[facts.Milestone]] = field(default_factory=lambda: defaultdict(list))
    risks: dict[int, list[facts.Risk]] = field(default_factory=lambda: defaultdict(list))
    upcoming: dict[int, list[facts.Milestone]] = field(default_factory=lambda: defaultdict(list))
    decisions: dict[int, list[facts.Decision]] = field(default_factory=lambda: defaultdict(list))
    asks: dict[int, list[facts.Ask]] = field(default_factory=lambda: defaultdict(list))
    at_risk_count: Counter[int] = field(default_factory=Counter)
    upcoming_count: Counter[int] = field(default_factory=Counter)
    priced: dict[int, facts.Blocker] = field(default_factory=dict)  # open blockers by id
    scores: dict[int, str] = field(default_factory=dict)  # high risks by id

    @classmethod
    def read(
        cls, programs: Sequence[Program], answers: Mapping[int, Analysis], *, person: Person, today: date, at: datetime
    ) -> Rows:
        """Fourteen queries at most, however many programs."""
        rows, ids = cls(), [program.pk for program in programs]
        own = set(Milestone.objects.filter(mine(person), program__in=ids).values_list("pk", flat=True))
        rows._read_blockers(ids, answers, person, own, today)
        disagrees = Exists(Flag.objects.filter(milestone=OuterRef("pk"), rule="disagree"))
        open_work = Milestone.objects.filter(program__in=ids, status__in=OPEN_STATUSES, external=False).annotate(
            disagrees=disagrees
        )
        finishes = [answer.finish_milestone_id for answer in answers.values() if answer.finish_milestone_id]
        trouble = open_work.filter(_TROUBLE).exclude(pk__in=finishes)  # the headline speaks of those
        rows._read_milestones(trouble.order_by(*_WORST_FIRST), own, rows.at_risk, rows.at_risk_count)
        soon = open_work.filter(timing__forecast__gte=today, timing__forecast__lte=today + TWO_WEEKS)
        rows._read_milestones(soon.order_by("timing__forecast", "pk"), own, rows.upcoming, rows.upcoming_count)
        rows._read_decisions(open_work, today)
        rows._read_questions(programs, today, at)
        rows._read_risks(programs, person)
        rows._read_silent(ids, person)
        return rows

    def into(self, fact: facts.Program) -> facts.Program:
        """One program's facts with its rows."""
        risks = self.risks[fact.id]
        return replace(
            fact,
            blockers=tuple(self.blockers[fact.id]),
            at_risk=tuple(self.at_risk[fact.id]),
            at_risk_count=self.at_risk_count[fact.id],
            risks=tuple(risks),
            risk_count=len(risks),
            upcoming=tuple(self.upcoming[fact.id]),
            upcoming_count=self.upcoming_count[fact.id],
            decisions=tuple(self.decisions[fact.id]),
            asks=tuple(self.asks[fact.id]),
        )

    def _read_blockers(self, ids: list[int], answers: Mapping[int, Analysis], person: Person, own: set[int], today: date) -> None:
        """Open blockers, those that add most days first; what the analysis has not priced yet comes last."""
        prices = {price["id"]: price for answer in answers.values() for price in answer.blockers if isinstance(price, dict)}
        found = Blocker.objects.filter(program__in=ids, status=BlockerStatus.OPEN).order_by("pk")
        for row in found.select_related("program", "milestone", "owner", "milestone__workstream", "waiting_person"):
            price: dict[str, Any] = prices.get(row.pk, {})
            fact = facts.Blocker(
                key=row.key,
                title=row.title,
                slug=row.program.slug,
                milestone=row.milestone.name if row.milestone else "",
                milestone_key=row.milestone.key if row.milestone else "",
                owner=row.owner.name if row.owner else "",
                waiting_on=row.waiting_on,
                raised=row.raised_on,
                clear=row.expected_clear,
                next_step=row.next_step,
                so_what=row.so_what,
                days_added=days(price.get("days_added")),
                total_float=days(price["total_float"]) if price.get("total_float") is not None else None,
                waiting_behind=int(days(price.get("waiting_behind"))),
                mine=row.owner_id == person.pk or row.milestone_id in own,
                number=row.number,
            )
            self.priced[row.pk] = fact
            self.blockers[row.program_id].append(fact)
            if row.kind == BlockerKind.DECISION:
                decision = facts.Decision(fact.key, fact.title, fact.slug, fact.milestone_key, _who_decides(row), fact.clear)
                self.decisions[row.program_id].append(
                    replace(decision, days_added=fact.days_added, so_what=fact.so_what, blocker=row.number)
                )
            if row.owner_id == person.pk:
                self.asks[row.program_id].append(_blocker_ask(fact, today))
        for rows in self.blockers.values():
            rows.sort(
                key=lambda one: (-one.days_added, one.total_float if one.total_float is not None else 1e9, -one.waiting_behind)
            )

    def _read_milestones(self, found: Any, own: set[int], into: dict[int, list[facts.Milestone]], counts: Counter[int]) -> None:
        """Rows in their order, cut at the limit, with the true number of each program. One's own are never cut away."""
        counts.update(dict(found.order_by().values_list("program_id").annotate(Count("pk"))))
        for row in found.values_list(*_MILESTONE)[:MOST_ROWS]:
            (pk, program, slug, key, name, owner, forecast, target, late, said, critical, blocked, disagrees) = row
            if len(into[program]) <= MOST or pk in own:
                into[program].append(
                    facts.Milestone(
                        *(key, name, slug, owner or "", forecast, target, late, said),
                        critical=bool(critical),
                        blocked=bool(blocked),
                        mine=pk in own,
                        disagrees=bool(disagrees),
                    )
                )

    def _read_decisions(self, open_work: Any, today: date) -> None:
        """Milestones that are decisions and are due within four weeks, or overdue."""
        due = today + DECIDE_WITHIN
        soon = Q(timing__forecast__lte=due) | Q(timing=None, target_date__lte=due)
        rows = open_work.filter(soon, kind=MilestoneKind.DECISION).order_by("timing__forecast", "pk")
        columns = ("program_id", "program__slug", "key", "name", "owner__name", "timing__forecast", "target_date")
        for program, slug, key, name, owner, forecast, target in rows.values_list(*columns)[:MOST_ROWS]:
            self.decisions[program].append(facts.Decision(key, name, slug, key, owner or "", forecast or target))

    def _read_questions(self, programs: Sequence[Program], today: date, at: datetime) -> None:
        """Open decisions that are due within four weeks, overdue, or without a day, the dearest first."""
        for line in open_of(programs, at=at):
            row = line.decision
            if row.due_on is not None and row.due_on > today + DECIDE_WITHIN:
                continue
            who = row.decider.name if row.decider else ""
            fact = facts.Decision(row.key, row.title, row.program.slug, who=who, by=row.due_on, days_added=line.costs)
            options = tuple((option.name, float(option.days)) for option in line.options if option.days is not None)
            held = tuple(
                milestone.name for milestone in line.held if milestone.is_open and milestone.program_id == row.program_id
            )
            self.decisions[row.program_id].append(replace(fact, number=row.number, options=options, held=held, gist=line.gist))

    def _read_risks(self, programs: Sequence[Program], person: Person) -> None:
        """Open risks with a score that is high by their program's own threshold, the highest first."""
        limits = {program.pk: Thresholds.of(program.thresholds).high_risk for program in programs}
        least = min(limits.values(), default=0)
        found = Risk.objects.filter(
            kind=RiskKind.RISK, program__in=limits, probability__isnull=False, impact__isnull=False
        ).exclude(status=RiskStatus.CLOSED)
        high = found.annotate(points=F("probability") * F("impact")).filter(points__gte=least).order_by("-points", "pk")
        for row in high.select_related("program", "owner")[:MOST_ROWS]:
            if (row.score or 0) < limits[row.program_id]:
                continue
            owner = row.owner.name if row.owner else ""
            fact = facts.Risk(row.key, row.title, row.program.slug, row.probability or 0, row.impact or 0, owner, row.note)
            fact = replace(fact, mine=row.owner_id == person.pk, so_what=row.so_what)
            self.risks[row.program_id].append(fact)
            self.scores[row.pk] = f"{fact.likelihood} × {fact.impact}"

    def _read_silent(self, ids: list[int], person: Person) -> None:
        """The reader's own work that is overdue, or that nobody has said a word about."""
        found = Flag.objects.filter(program__in=ids, milestone__owner=person, rule__in=("silent", "overdue"))
        for flag in found.select_related("milestone", "program").order_by("rule", "milestone__target_date", "pk")[:MOST_ROWS]:
            milestone = flag.milestone
            if milestone is None or any(ask.key == milestone.key for ask in self.asks[flag.program_id]):
                continue
            kind = "finish" if flag.rule == "overdue" else "word"
            self.asks[flag.program_id].append(
                facts.Ask(
                    kind=kind,
                    name=milestone.name,
                    slug=flag.program.slug,
                    key=milestone.key,
                    milestone_key=milestone.key,
                    days=int(days(flag.params.get("days"))),
                    on=milestone.target_date if kind == "finish" else None,
                )
            )


def _who_decides(row: Blocker) -> str:
    """The person it waits for, else whoever is named in words, else its owner."""
    return next((str(who) for who in (row.waiting_person, row.waiting_on, row.owner) if who), "")


def _blocker_ask(fact: facts.Blocker, today: date) -> facts.Ask:
    """Clear it, or say when: a date that is missing or has passed is asked for."""
    kind = "date" if fact.clear is None or fact.clear < today else "clear"
    return facts.Ask(kind, fact.title, fact.slug, fact.key, milestone_key=fact.milestone_key, blocker=fact.number, on=fact.clear)
