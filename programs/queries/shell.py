"""What the frame around every page shows: the reader's programs with their health, and the counts on a program's tabs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, F, IntegerField, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from programs.models import Decision, Milestone, Notice, Person, PlanDraft, Program, Risk, Role
from programs.models.choices import DecisionStatus, Health, ProgramStatus, RiskStatus
from programs.queries import access
from programs.queries.prepared import prepared

LISTED = 12  # programs in the sidebar; the portfolio has them all

WORST_FIRST = Case(
    When(analysis__health=Health.OFF_TRACK, then=Value(0)),
    When(analysis__health=Health.AT_RISK, then=Value(1)),
    When(analysis__health=Health.ON_TRACK, then=Value(2)),
    default=Value(3),
    output_field=IntegerField(),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One program in the sidebar."""

    slug: str
    name: str
    health: str
    role: str

    @property
    def may_manage(self) -> bool:
        """Whether the reader may change the program itself."""
        return access.allows(self.role, "manage")

    @property
    def may_plan(self) -> bool:
        """Whether the reader may change its plan."""
        return access.allows(self.role, "plan")

    @property
    def may_update(self) -> bool:
        """Whether the reader may say how work stands."""
        return access.allows(self.role, "update")


@dataclass(frozen=True, slots=True)
class Shell:
    """The sidebar's programs, worst first, and the one whose page is open."""

    programs: tuple[Entry, ...]
    more: bool
    current: Entry | None
    unread: int = 0  # notices in the inbox that nobody looked at yet
    decisions: int = 0  # open ones, of every program this person sees


def shell_for(person: Person, slug: str = "") -> Shell:
    """Return the sidebar of this person. One query; a second only when the open program is not among those listed."""
    fetched = _listed(person.pk, person.is_admin)
    entries = [_entry(row, person) for row in fetched]
    listed = tuple(entries[:LISTED])
    current = next((entry for entry in entries if entry.slug == slug), None)
    if slug and current is None:
        current = next((_entry(row, person) for row in _one(person.pk, person.is_admin, slug)), None)
    unread, decisions = fetched[0][-2:] if fetched else (0, 0)
    return Shell(programs=listed, more=len(entries) > LISTED, current=current, unread=unread, decisions=decisions)


def _rows(person: Person):  # type: ignore[no-untyped-def]  # noqa: ANN202 - a values queryset has no name worth writing
    mine = Notice.objects.filter(person=person, state=Notice.State.TOLD, read_at=None, program__in=access.programs_for(person))
    unread = Coalesce(Subquery(mine.order_by().values("person").annotate(n=Count("pk")).values("n")), 0)
    asked = Decision.objects.filter(program__in=access.programs_for(person), status=DecisionStatus.OPEN)
    decisions = Coalesce(Subquery(asked.order_by().values("status").annotate(n=Count("pk")).values("n")), 0)
    found = access.programs_for(person).order_by(WORST_FIRST, F("analysis__days_late").desc(nulls_last=True), "name")
    if person.is_admin:
        return found.values_list("slug", "name", "analysis__health", unread, decisions)
    return found.values_list("slug", "name", "analysis__health", "memberships__role", unread, decisions)


@prepared
def _listed(person: int, admin: bool):  # type: ignore[no-untyped-def]  # noqa: ANN202
    over = [ProgramStatus.DONE, ProgramStatus.CANCELLED]
    return _rows(Person(pk=person, is_admin=admin)).exclude(status__in=over)[: LISTED + 1]


@prepared
def _one(person: int, admin: bool, slug: str):  # type: ignore[no-untyped-def]  # noqa: ANN202
    return _rows(Person(pk=person, is_admin=admin)).filter(slug=slug)[:1]


def _entry(row: tuple[Any, ...], person: Person) -> Entry:
    return Entry(row[0], row[1], row[2] or "", Role.TPM if person.is_admin else row[3])


@prepared
def _counts(slug: str, person: int):  # type: ignore[no-untyped-def]  # noqa: ANN202
    milestones = Milestone.objects.filter(program=OuterRef("pk"), external=False).order_by().values("program")
    open_risks = Risk.objects.filter(program=OuterRef("pk")).exclude(status=RiskStatus.CLOSED).order_by().values("program")
    asked = Decision.objects.filter(program=OuterRef("pk"), status=DecisionStatus.OPEN).order_by().values("program")
    drafts = PlanDraft.objects.filter(Q(by=person) | Q(shared=True), program=OuterRef("pk"), state=PlanDraft.State.OPEN)
    return Program.objects.filter(slug=slug).values_list(
        Coalesce(Subquery(milestones.annotate(n=Count("pk")).values("n")), 0),
        Coalesce(Subquery(open_risks.annotate(n=Count("pk")).values("n")), 0),
        Coalesce(Subquery(asked.annotate(n=Count("pk")).values("n")), 0),
        Coalesce(Subquery(drafts.order_by().values("program").annotate(n=Count("pk")).values("n")), 0),
    )


def tab_counts(slug: str, person: Person) -> dict[str, int]:
    """The figures on a program's tabs: milestones, open risks and decisions, and what-if drafts this person sees. One query."""
    rows = _counts(slug, person.pk)
    return dict(zip(("milestones", "risks", "decisions", "drafts"), rows[0], strict=True)) if rows else {}
