"""Move a milestone to another program: its links stay, what hangs on it goes along, and it gets a key of its new program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from programs.actions import deeds, events, milestones, removing, revisions, touched
from programs.actions.errors import Stale
from programs.actions.saving import Edit
from programs.models import (
    Analysis,
    Blocker,
    Dependency,
    Event,
    Flag,
    Hold,
    Membership,
    Milestone,
    Risk,
    StatusUpdate,
    Strike,
    Timing,
    Workstream,
)
from programs.queries import access

if TYPE_CHECKING:
    from datetime import datetime

    from programs.models import Person, Program

KIND = "milestone.moved"


@transaction.atomic(durable=True)
def move(
    *, milestone: Milestone, version: int, program: Program, workstream: Workstream | None, by: Person, at: datetime
) -> Milestone:
    """Give a milestone to another program; whoever does it plans both. Takes the lock of the whole graph, as links change hands.

    Blockers, risks and updates go along; its history stays with the program it was made in. Refused for what finishes its
    program, what has parts, and work of people who are no members there.
    """
    revisions.hold_graph()
    held = revisions.hold_all([milestone.program_id, program.pk])
    old, new = held[milestone.program_id], held[program.pk]
    for each in (old, new):
        access.require(each, by, "plan")
    change = Edit(milestone, version, {}, editable=())
    if change.stored_version != version:
        raise Stale(change.row, version)
    _require_fit(change, old, new, workstream)
    row, batch, was = change.row, events.new_batch(), str(change.row)
    for name, value in _there(row, new, workstream).items():
        change.set(name, value)
    change.set("key", milestones.take_key(new, workstream))
    former = change.changed["key"][0]
    saved = change.save()
    _take_along(saved, new)
    events.record(KIND, by=by, at=at, field="key", batch=batch, program=old, subject=saved, subject_name=was, old=former)
    notes = Event.objects.filter(program=old, milestone=saved)
    deeds.untied(saved, Event, "milestone", list(notes.values_list("pk", flat=True)))
    notes.update(milestone=None)
    events.record(KIND, by=by, at=at, field="key", batch=batch, program=new, subject=saved, new=saved.key)
    touched.everything()  # links and blockers change hands with it
    revisions.moved(old, new)
    return saved


def _require_fit(change: Edit[Milestone], old: Program, new: Program, workstream: Workstream | None) -> None:
    row = change.row
    if old.pk == new.pk:
        change.refuse("to", _("It is in this program already. Choose another one."), "same")
    if workstream is not None and workstream.program_id != new.pk:
        change.refuse("to", _("Choose one from the list."), "choice")
    if old.finish_milestone_id == row.pk:
        change.refuse("to", _("It finishes its program. Choose another finish in the settings first."), "finish")
    if parts := row.children.count():
        words = ngettext(
            "It has %(n)d part. Give it another whole first.", "It has %(n)d parts. Give them another whole first.", parts
        )
        change.refuse("to", words % {"n": parts}, "parts")
    strangers = _strangers(row, new)
    if strangers:
        words = _("Not members there: %(names)s. Let them in first, or hand over what they own here.")
        change.refuse("to", words % {"names": ", ".join(strangers)}, "not_a_member")
    arriving = Dependency.objects.filter(successor=row).count()
    most = settings.LIMITS.program_links
    if arriving and Dependency.objects.filter(successor__program=new).count() + arriving > most:
        change.refuse("to", _("That makes more than %(limit)d links, the most a program may have.") % {"limit": most}, "limit")
    change.raise_problems()
    milestones.require_room(new)


def _strangers(row: Milestone, new: Program) -> list[str]:
    """Who owns the milestone, or an open blocker on it, without being a member of the other program."""
    owners = {row.owner} | {blocker.owner for blocker in row.blockers.filter(status="open").select_related("owner")}
    inside = set(Membership.objects.filter(program=new).values_list("person", flat=True))
    return sorted(owner.name for owner in owners if owner is not None and owner.pk not in inside)


def _there(row: Milestone, new: Program, workstream: Workstream | None) -> dict[str, Any]:
    """Where it stands in its new program: nothing of it points into the old one."""
    team = row.team if row.team_id and access.teams_seen_in(new).filter(pk=row.team_id).exists() else None
    return {"program": new, "workstream": workstream, "team": team, "parent": None}


def _take_along(row: Milestone, new: Program) -> None:
    _part(row)
    for table in (Blocker, Risk):
        for each in table.objects.filter(milestone=row).order_by("number"):
            change: Edit[Any] = Edit(each, None, {}, editable=())
            change.set("program", new)
            change.set("number", revisions.next_number(new))
            if table is Risk:
                change.set("workstream", None)
            change.save()
    for update in StatusUpdate.objects.filter(milestone=row):
        deeds.changed(update, {"program": (update.program, new), "workstream": (update.workstream, None)})
    StatusUpdate.objects.filter(milestone=row).update(program=new, workstream=None)
    finish_moved = Analysis.objects.filter(program=new).values_list("finish_moved", flat=True).first() or 0
    Timing.objects.filter(milestone=row).update(program=new, finish_moved=finish_moved)
    Flag.objects.filter(milestone=row).delete()


def _part(row: Milestone) -> None:
    """No risk delays and no decision holds what is in another program: risks that go along strike only this milestone."""
    away = Q(dependency__predecessor=row) | Q(dependency__successor=row) | Q(milestone=row)
    for hold in Hold.objects.filter(milestone=row).order_by("pk"):
        removing.remove(hold)
    for strike in Strike.objects.filter(Q(risk__milestone=row) ^ away).order_by("pk"):
        removing.remove(strike)
