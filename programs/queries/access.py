"""Fetching is permission: the only way doors get an object.

A stranger gets 404, as if the thing did not exist; a member whose role is too low gets 403.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.http import Http404

from programs.models import (
    ApiKey,
    Baseline,
    Blocker,
    Decision,
    Dependency,
    Event,
    Follow,
    ImportRun,
    Membership,
    Milestone,
    Person,
    PlanDraft,
    Program,
    Report,
    Risk,
    Role,
    SavedView,
    ShareLink,
    Subscription,
    Team,
    TeamMember,
    Template,
    Workstream,
)
from programs.queries.prepared import prepared

if TYPE_CHECKING:
    from uuid import UUID

May = Literal["view", "update", "plan", "manage"]
Row = TypeVar("Row", bound=Model)

_ALLOWED: dict[str, frozenset[str]] = {
    Role.VIEWER: frozenset({"view"}),
    Role.ENGINEER: frozenset({"view", "update"}),
    Role.TPM: frozenset({"view", "update", "plan", "manage"}),
}


def programs_for(person: Person) -> QuerySet[Program]:
    """Every program this person may see."""
    if not person.is_authenticated:
        return Program.objects.none()
    if person.is_admin:
        return Program.objects.all()
    return Program.objects.filter(memberships__person=person)


def milestones_for(person: Person) -> QuerySet[Milestone]:
    """Every milestone of a program this person may see."""
    return Milestone.objects.filter(program__in=programs_for(person))


def manager_of(program: Program, *, mailable: bool = False) -> Person | None:
    """Who manages a program, of those with an address if asked for: its owner if they do, else whoever does so longest."""
    rows = Membership.objects.filter(program=program, role=Role.TPM, person__is_active=True).select_related("person")
    found = [row.person for row in rows.order_by("pk") if row.person.email or not mailable]
    return next((person for person in found if person.pk == program.owner_id), found[0] if found else None)


def role_in(program: Program, person: Person) -> str | None:
    """This person's role in the program; administrators act as program managers; None for strangers, and once it is deleted."""
    if program.deleted_at is not None:
        return None
    return role_even_if_deleted(program, person)


def role_even_if_deleted(program: Program, person: Person) -> str | None:
    """The role that counts for taking a deletion back."""
    if person.is_admin:
        return Role.TPM
    return next((role for (role,) in _role(program.pk, person.pk)), None)


@prepared
def _role(program: int, person: int) -> QuerySet[Membership, Any]:
    return Membership.objects.filter(program=program, person=person).values_list("role")


def roles(person: Person) -> dict[int, str]:
    """This person's role in each of their programs, by its number. Administrators have none and need none. One query."""
    return dict(Membership.objects.filter(person=person).values_list("program_id", "role"))


def allows(role: str | None, may: May) -> bool:
    """Whether a role permits an act."""
    return role is not None and may in _ALLOWED[role]


def can(program: Program, person: Person, may: May) -> bool:
    """Whether this person may do that in this program."""
    return allows(role_in(program, person), may)


def require(program: Program, person: Person, may: May) -> Program:
    """Return the program, or raise 404 to strangers and 403 to members whose role is too low."""
    role = role_in(program, person)
    if role is None:
        raise Http404
    if not allows(role, may):
        raise PermissionDenied
    return program


def _found(rows: QuerySet[Row]) -> Row:
    """The one there is; 404 when there is none."""
    return _there(rows.first())


def _there(row: Row | None) -> Row:
    if row is None:
        raise Http404
    return row


def program(slug: str, *, by: Person, may: May = "view") -> Program:
    """The program at this address."""
    return require(_there(_program.first(slug)), by, may)


@prepared
def _program(slug: str) -> QuerySet[Program]:
    return Program.objects.filter(slug=slug)


def milestone(slug: str, key: str, *, by: Person, may: May = "view") -> Milestone:
    """A milestone through the program in its address; `followed` says whether this person follows it."""
    owner = program(slug, by=by, may=may)
    return _there(_milestone.first(owner.pk, key, by.pk))


@prepared
def _milestone(program: int, key: str, by: int) -> QuerySet[Milestone]:
    followed = Exists(Follow.objects.filter(person=by, milestone=OuterRef("pk")))
    rows = Milestone.objects.filter(program=program, key=key).annotate(followed=followed)
    rows = rows.select_related("program__odds", "workstream", "owner", "team", "parent", "timing", "odds")
    return rows.defer("program__odds__days", "program__odds__drivers")


def milestone_anywhere(pk: int, *, by: Person, may: May = "view") -> Milestone:
    """A milestone by number, wherever it is: for links across programs and search."""
    found = _found(Milestone.objects.filter(pk=pk).select_related("program", "workstream", "owner"))
    require(found.program, by, may)
    return found


def workstream(slug: str, key: str, *, by: Person, may: May = "view") -> Workstream:
    """A workstream through its program."""
    owner = program(slug, by=by, may=may)
    return _found(Workstream.objects.filter(program=owner, key=key).select_related("program", "lead", "team"))


def dependency(slug: str, pk: int, *, by: Person, may: May = "plan") -> Dependency:
    """A dependency through the program of either end."""
    owner = program(slug, by=by, may=may)
    return _found(
        Dependency.objects.filter(Q(predecessor__program=owner) | Q(successor__program=owner), pk=pk).select_related(
            "predecessor__program", "successor__program"
        )
    )


_AROUND_A_RISK = ("program", "milestone", "owner")
_AROUND_A_DECISION = ("program", "owner", "decider", "decided_by")
_AROUND_A_BLOCKER = (
    *("program__owner", "milestone__owner", "milestone__timing", "owner", "asked_of", "waiting_person", "waiting_team__lead"),
)


def blocker(slug: str, number: int, *, by: Person, may: May = "update") -> Blocker:
    """A blocker through its program."""
    owner = program(slug, by=by, may=may)
    return _found(Blocker.objects.filter(program=owner, number=number).select_related(*_AROUND_A_BLOCKER))


def blocker_anywhere(pk: int, *, by: Person, may: May = "view") -> Blocker:
    """A blocker by number, wherever it is: for links out of mails."""
    found = _found(Blocker.objects.filter(pk=pk).select_related("program", "milestone", "owner"))
    require(found.program, by, may)
    return found


def risk(slug: str, number: int, *, by: Person, may: May = "plan") -> Risk:
    """A risk through its program."""
    owner = program(slug, by=by, may=may)
    return _found(Risk.objects.filter(program=owner, number=number).select_related(*_AROUND_A_RISK))


def watched_risk(slug: str, number: int, *, by: Person) -> Risk:
    """A risk for whoever plans its program, and for who owns it: its review is theirs to answer, whatever their role."""
    found = risk(slug, number, by=by, may="view")
    if found.owner_id != by.pk:
        require(found.program, by, "plan")
    return found


def risk_anywhere(pk: int, *, by: Person, may: May = "plan") -> Risk:
    """A risk by number, wherever it is: for links out of mails."""
    found = _found(Risk.objects.filter(pk=pk).select_related(*_AROUND_A_RISK))
    require(found.program, by, may)
    return found


def decision(slug: str, number: int, *, by: Person, may: May = "view") -> Decision:
    """A decision through its program."""
    owner = program(slug, by=by, may=may)
    return _found(Decision.objects.filter(program=owner, number=number).select_related(*_AROUND_A_DECISION))


def decision_anywhere(pk: int, *, by: Person, may: May = "view") -> Decision:
    """A decision by number, wherever it is: for links out of mails."""
    found = _found(Decision.objects.filter(pk=pk).select_related(*_AROUND_A_DECISION))
    require(found.program, by, may)
    return found


def report(slug: str, address: str, *, by: Person) -> Report:
    """A sent status update, by its day, through its program."""
    owner = program(slug, by=by)
    return _found(
        Report.objects.filter(program=owner, address=address, sent_at__isnull=False).select_related("program", "author")
    )


def report_draft(slug: str, *, by: Person) -> Report:
    """The status update that is being written, for those who may send it."""
    owner = program(slug, by=by, may="manage")
    return _found(Report.objects.filter(program=owner, sent_at__isnull=True).select_related("program", "author"))


def report_by_number(slug: str, number: int, *, by: Person) -> Report:
    """A status update, sent or not, for those who may send it."""
    owner = program(slug, by=by, may="manage")
    return _found(Report.objects.filter(program=owner, pk=number).select_related("program", "author"))


def change(batch: UUID, *, by: Person) -> Event:
    """The note that names a change: one's own, or of a program one may see. Who may take it back is for the undo to say."""
    notes = Event.objects.filter(batch=batch).select_related("by", "program").order_by("pk")
    for note in notes[:50]:
        if note.by_id == by.pk or (note.program is not None and role_even_if_deleted(note.program, by) is not None):
            return note
    raise Http404


def saved_view(slug: str, pk: int, *, by: Person, change: bool = False) -> SavedView:
    """A view of one's own, or one that is shared; a shared one is changed by whoever made it while they plan, and by planners."""
    owner = program(slug, by=by)
    found = _found(SavedView.objects.filter(Q(person=by) | Q(shared=True), program=owner, pk=pk).select_related("program"))
    if change and found.shared:
        require(owner, by, "plan")
    return found


def plan_draft(slug: str, pk: int, *, by: Person, change: bool = False) -> PlanDraft:
    """A what-if draft: one's own or one that is shared. It is changed by whoever made it, while they may update the program."""
    owner = program(slug, by=by)
    found = _found(PlanDraft.objects.filter(Q(by=by) | Q(shared=True), program=owner, pk=pk).select_related("program", "by"))
    if change:
        require(owner, by, "update")
        if found.by_id != by.pk:
            raise PermissionDenied
    return found


def baseline(slug: str, pk: int, *, by: Person) -> Baseline:
    """A baseline, for those who plan its program."""
    owner = program(slug, by=by, may="plan")
    return _found(Baseline.objects.filter(program=owner, pk=pk).select_related("program"))


def share_link(slug: str, pk: int, *, by: Person) -> ShareLink:
    """A link for people without an account, for those who manage its program."""
    owner = program(slug, by=by, may="manage")
    return _found(ShareLink.objects.filter(program=owner, pk=pk).select_related("program"))


def api_key(slug: str, pk: int, *, by: Person) -> ApiKey:
    """A key of the API, for those who manage its program."""
    owner = program(slug, by=by, may="manage")
    return _found(ApiKey.objects.filter(program=owner, pk=pk).select_related("program"))


def subscription(pk: int, *, by: Person) -> Subscription:
    """A subscription of one's own, or of a program one manages."""
    found = _found(Subscription.objects.filter(pk=pk).select_related("program", "person", "hook"))
    if found.person_id != by.pk:
        if found.program is None:
            raise Http404
        require(found.program, by, "manage")
    return found


def require_admin(person: Person) -> None:
    """Accounts belong to no program: only administrators close and open them."""
    if not person.is_admin:
        raise PermissionDenied


def team(slug: str, pk: int, *, by: Person) -> Team:
    """A team through a program in which it may be seen, for those who manage that program."""
    owner = program(slug, by=by, may="manage")
    return _found(teams_seen_in(owner).filter(pk=pk).select_related("lead"))


def teams_seen_in(program: Program) -> QuerySet[Team]:
    """Teams that own work here, and idle ones made of members of this program alone: nobody learns of anybody else.

    An idle team of nobody is seen by nobody, for nothing says whose it is.
    """
    own = Q(workstreams__program=program) | Q(milestones__program=program)
    at_work = Team.objects.filter(own).values("pk")
    inside = Membership.objects.filter(program=program).values("person")
    strangers = TeamMember.objects.exclude(person__in=inside).values("team")
    of_somebody = Q(lead__in=inside) | Q(lead=None, pk__in=TeamMember.objects.values("team"))
    known = of_somebody & ~Q(pk__in=strangers) & Q(workstreams=None) & Q(milestones=None)
    idle = Team.objects.filter(known).values("pk")
    return Team.objects.filter(Q(pk__in=at_work) | Q(pk__in=idle))


def template(pk: int, *, by: Person, may: Literal["use", "change"] = "use") -> Template:
    """A template of one's own, or one saved for everybody, which only its maker and administrators change."""
    found = Template.objects.filter(pk=pk).select_related("by").first()
    if found is None or not (by.is_admin or found.by_id == by.pk or found.shared):
        raise Http404
    if may == "change" and not (by.is_admin or found.by_id == by.pk):
        raise PermissionDenied
    return found


def import_run(pk: int, *, by: Person) -> ImportRun:
    """An import of one's own; administrators see all."""
    found = ImportRun.objects.filter(pk=pk).first()
    if found is None or not (by.is_admin or found.by_id == by.pk):
        raise Http404
    return found


def oneself(*, by: Person) -> Person:
    """The signed-in person's own row, fresh."""
    return Person.objects.get(pk=by.pk)


def people_in(program: Program) -> QuerySet[Person]:
    """Members who may own work here."""
    return Person.objects.filter(memberships__program=program, is_active=True)
