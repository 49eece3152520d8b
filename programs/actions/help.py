"""Somebody needs help with a milestone: who leads is told once, and it stands there until it is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from programs.actions import events, hints, milestone_rules
from programs.actions.errors import Refused
from programs.actions.notices import MOST_NOTE, Reader, drafted
from programs.models import Membership, Milestone, Notice, NoticeKind, NoticeRole
from programs.queries import access
from programs.queries.help import ANSWERED, ASKED, called_for

if TYPE_CHECKING:
    from datetime import datetime

    from programs.models import Person


@transaction.atomic(durable=True)
def ask(*, milestone: Milestone, by: Person, at: datetime) -> list[Person]:
    """Say that one needs help, and return who is told. Until it is answered, a second call tells nobody."""
    held = _held(milestone)
    milestone_rules.require_open(held)
    if called_for(held.pk) is not None:
        return []
    events.record(ASKED, by=by, at=at, program=held.program, subject=held, milestone=held)
    readers = {person: role for role, person in _leading(held).items() if person.pk != by.pk}
    facts = {"by": by.pk, "note": ""}
    _tell(
        [drafted(NoticeKind.HELP, held.pk, who.pk, Reader(role, held.program_id), facts, at=at) for who, role in readers.items()]
    )
    return list(readers)


@transaction.atomic(durable=True)
def answer(*, milestone: Milestone, note: str, by: Person, at: datetime) -> None:
    """Say what will be done. Whoever asked is told, and nothing stands any more."""
    held = _held(milestone)
    call = called_for(held.pk)
    if call is None:
        raise Refused(_("Nobody waits for help with %(key)s. Reload the page.") % {"key": held.key}, code="settled")
    said = note.strip()
    if not said:
        raise Refused(_("Say what will be done, and by whom."), "note", "required")
    if len(said) > MOST_NOTE:
        words = _("Use at most %(limit)d characters; this has %(length)d.") % {"limit": MOST_NOTE, "length": len(said)}
        raise Refused(words, "note", "limit")
    events.record(ANSWERED, by=by, at=at, program=held.program, subject=held, milestone=held, note=said)
    asker = call.by
    if asker is not None and asker.pk != by.pk and _reachable(asker, held):
        reader, facts = Reader(NoticeRole.ASKER, held.program_id), {"by": by.pk, "note": said}
        _tell([drafted(NoticeKind.HELP, held.pk, asker.pk, reader, facts, at=at)])


def _held(milestone: Milestone) -> Milestone:
    rows = Milestone.objects.select_for_update(no_key=True, of=("self",)).select_related("program", "workstream__lead")
    return rows.get(pk=milestone.pk)


def _leading(milestone: Milestone) -> dict[str, Person]:
    """Who leads the workstream, and who manages the program."""
    manager = access.manager_of(milestone.program, mailable=True)
    found = {NoticeRole.PLANNER: manager} if manager else {}
    lead = milestone.workstream.lead if milestone.workstream else None
    if lead is not None and _reachable(lead, milestone) and lead not in found.values():
        found[NoticeRole.LEAD] = lead
    return {str(role): person for role, person in found.items()}


def _reachable(person: Person, milestone: Milestone) -> bool:
    member = person.is_admin or Membership.objects.filter(program=milestone.program_id, person=person).exists()
    return bool(person.is_active and person.email and member)


def _tell(fresh: list[Notice]) -> None:
    Notice.objects.bulk_create(fresh, ignore_conflicts=True)
    transaction.on_commit(hints.tell, robust=True)
