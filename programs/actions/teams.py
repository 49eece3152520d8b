"""Teams: groups that own work across programs. What they own here is said by a program's manager."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from programs.actions import events, removing, revisions, values
from programs.actions.errors import Refused
from programs.actions.saving import Draft, Edit
from programs.models import Membership, Team, TeamMember, Workstream
from programs.queries import access, teams

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime
    from uuid import UUID

    from programs.models import Person, Program

EDITABLE = frozenset({"name", "lead"})
MOST_MEMBERS = 200


@transaction.atomic(durable=True)
def create(
    *,
    program: Program,
    name: str,
    by: Person,
    at: datetime,
    lead: Person | None = None,
    members: Iterable[Person] = (),
    lanes: Iterable[Workstream] = (),
) -> Team:
    """Make a team of members of this program, and give it workstreams. One of nobody and without work is refused."""
    program, people, lanes = revisions.hold(program), list(members), list(lanes)
    access.require(program, by, "manage")
    draft = Draft(Team())
    draft.put({"name": name, "lead": lead}, EDITABLE)
    _require_own_name(draft)
    _require_known(draft, program, people, known=())
    _require_somebody(draft, people, works=bool(lanes))
    made = draft.save()
    _seat(made, people)
    batch = events.new_batch()
    events.record("team.created", by=by, at=at, program=program, subject=made, batch=batch)
    _own(made, program, lanes, by=by, at=at, batch=batch)
    return made


@transaction.atomic(durable=True)
def edit(
    *,
    team: Team,
    program: Program,
    version: int,
    changes: Mapping[str, Any],
    members: Collection[Person],
    lanes: Collection[Workstream],
    by: Person,
    at: datetime,
    base: Mapping[str, Any] | None = None,
) -> Team:
    """Change its name, lead and members, and which workstreams of this program it owns.

    A team that also works in programs this person does not manage keeps its name and people: those are not theirs to change.
    """
    program = revisions.hold(program)
    access.require(program, by, "manage")
    change = Edit(team, version, changes, editable=EDITABLE, base=base)
    before, owned = list(teams.members(change.row)), list(change.row.workstreams.filter(program=program))
    people = values.merged(before, members, (base or {}).get("members", before))
    lanes = values.merged(owned, lanes, (base or {}).get("lanes", owned))
    fields: dict[str, tuple[Any, Any]] = dict(change.changed)
    if {one.pk for one in before} != {one.pk for one in people}:
        fields["members"] = (before, people)
    if fields and teams.works_elsewhere(team, by):
        words = _("This team also works in programs you do not manage. Whoever manages them all may change its name and people.")
        raise Refused(words, "name", "elsewhere")
    if "name" in change.changed:
        _require_own_name(change)
    _require_known(change, program, people, known=before)
    elsewhere = team.workstreams.exclude(program=program).exists() or team.milestones.exists()
    _require_somebody(change, people, works=bool(lanes) or elsewhere)
    saved = change.save()
    if "members" in fields:
        _seat(saved, people)
    fields = {name: _readable(pair) for name, pair in fields.items()}
    batch = events.record_changes("team.changed", fields, by=by, at=at, program=program, subject=saved)
    _own(saved, program, lanes, by=by, at=at, batch=batch)
    return saved


@transaction.atomic(durable=True)
def delete(*, team: Team, program: Program, by: Person, at: datetime) -> None:
    """Dissolve a team. What it owned belongs to no team then."""
    program = revisions.hold(program)
    access.require(program, by, "manage")
    if teams.works_elsewhere(team, by):
        words = _("This team also works in programs you do not manage. Take its workstreams here away instead.")
        raise Refused(words, code="elsewhere")
    events.record("team.deleted", by=by, at=at, program=program, subject=team)
    removing.remove(team)


def _seat(team: Team, people: Collection[Person]) -> None:
    """Let exactly these people be in the team."""
    wanted = {one.pk: one for one in people}
    for place in TeamMember.objects.filter(team=team).order_by("pk"):
        if wanted.pop(place.person_id, None) is None:
            removing.remove(place)
    for person in wanted.values():
        Draft(TeamMember(team=team, person=person)).save()


def _readable(pair: tuple[Any, Any]) -> tuple[Any, Any]:
    old, new = (", ".join(sorted(str(one) for one in side)) if isinstance(side, list) else side for side in pair)
    return old, new


def _own(team: Team, program: Program, lanes: Iterable[Workstream], *, by: Person, at: datetime, batch: UUID) -> None:
    """Let the team own exactly these workstreams of this program."""
    wanted = {lane.pk for lane in lanes if lane.program_id == program.pk}
    for lane in Workstream.objects.filter(program=program).order_by("pk"):
        owner = team if lane.pk in wanted else (None if lane.team_id == team.pk else lane.team)
        change = Edit(lane, None, {"team": owner}, editable={"team"})
        if change.changed:
            saved = change.save()
            events.record_changes("workstream.changed", change.changed, by=by, at=at, program=program, subject=saved, batch=batch)


def _require_own_name(draft: Draft[Team]) -> None:
    if Team.objects.exclude(pk=draft.row.pk).filter(name__iexact=draft.row.name).exists():
        draft.refuse("name", _("There is a team of this name already. Choose another."), "duplicate")


def _require_known(draft: Draft[Team], program: Program, people: list[Person], *, known: Iterable[Person]) -> None:
    """Refuse people who are no members here, without saying who they would be."""
    if len(people) > MOST_MEMBERS:
        draft.refuse("members", _("Choose at most %(most)d people.") % {"most": MOST_MEMBERS}, "limit")
    fine = {one.pk for one in known} | set(Membership.objects.filter(program=program).values_list("person", flat=True))
    before = getattr(draft, "changed", {}).get("lead", (draft.row.lead, None))[0]
    fine |= {before.pk} if before is not None and isinstance(draft, Edit) else set()
    words = _("Not a member of this program. Choose members only, or add the person to the program first.")
    if draft.row.lead is not None and draft.row.lead.pk not in fine:
        draft.refuse("lead", words, "not_a_member")
    if any(one.pk not in fine for one in people):
        draft.refuse("members", words, "not_a_member")


def _require_somebody(draft: Draft[Team], people: Collection[Person], *, works: bool) -> None:
    """Refuse a team of nobody that owns nothing: no program could say that it is its own."""
    if draft.row.lead is None and not people and not works:
        draft.refuse("members", _("Choose members, a lead or a workstream. A team of nobody would be seen by nobody."), "nobody")
