"""Somebody needs help with a milestone: who leads is told once, and it stands there until it is answered or taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from programs.actions import deeds, events, hints, milestone_rules, outbox
from programs.actions.errors import Refused
from programs.actions.notices import MOST_NOTE, Reader, drafted
from programs.models import Membership, Milestone, Notice, NoticeKind, NoticeRole, Person, Posting
from programs.queries import access
from programs.queries.help import ANSWERED, ASKED, OVER

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

FIELD = "help_at"  # what a call is kept as, with `help_by`
State = Notice.State


@transaction.atomic(durable=True)
def ask(*, milestone: Milestone, by: Person, at: datetime) -> list[Person]:
    """Say that one needs help, and return who is told. Until it is answered, a second call tells nobody."""
    held = _held(milestone)
    milestone_rules.require_open(held)
    if held.help_at is not None:
        return []
    events.record(ASKED, by=by, at=at, program=held.program, subject=held, field=FIELD)
    _keep(held, by, at)
    return tell(held, since=at, asker=by, by=by, at=at)


@transaction.atomic(durable=True)
def answer(*, milestone: Milestone, note: str, by: Person, at: datetime) -> None:
    """Say what will be done. Whoever asked is told, and nothing stands any more."""
    held = _held(milestone)
    since, asker = _standing(held)
    said = note.strip()
    if not said:
        raise Refused(_("Say what will be done, and by whom."), "note", "required")
    if len(said) > MOST_NOTE:
        words = _("Use at most %(limit)d characters; this has %(length)d.") % {"limit": MOST_NOTE, "length": len(said)}
        raise Refused(words, "note", "limit")
    events.record(ANSWERED, by=by, at=at, program=held.program, subject=held, field=FIELD, note=said)
    _keep(held, None, None)
    _call_off(_said_since(held, since))
    if asker is not None and asker.pk != by.pk and _reachable([asker], held):
        reader, facts = Reader(NoticeRole.ASKER, held.program_id), {"by": by.pk, "note": said}
        _tell([drafted(NoticeKind.HELP, held.pk, asker.pk, reader, facts, at=at)])


@transaction.atomic(durable=True)
def take_back(*, milestone: Milestone, by: Person, at: datetime) -> None:
    """No help is needed any more. Whoever heard of the call hears that it is over; who did not, hears of neither."""
    held = _held(milestone)
    since, asker = _standing(held)
    events.record(OVER, by=by, at=at, program=held.program, subject=held, field=FIELD)
    _keep(held, None, None)
    tell(held, since=since, asker=asker, by=by, at=at)


def tell(milestone: Milestone, *, since: datetime, asker: Person | None, by: Person, at: datetime) -> list[Person]:
    """Tell each person whether the call from `since` stands, if that is not what they heard last; returns who is told.

    What nobody has heard yet is called off first: asked and taken back at once is told to nobody.
    """
    stands = milestone.help_at is not None
    own: dict[Person, str] = {asker: NoticeRole.ASKER} if asker is not None else {}
    said = _call_off(_said_since(milestone, since))
    heard = dict.fromkeys(own, True) | {notice.person: _says_so(notice) for notice in said}
    roles = {notice.person: notice.role for notice in said} | (_leading(milestone) if stands else {}) | own
    wanted = [person for person in roles if heard.get(person, False) != stands and person.pk != by.pk]
    told = _reachable(wanted, milestone)
    fresh = []
    for person in told:
        who = asker if stands and asker is not None and person != asker else by
        facts = {"by": who.pk, "note": "", "stands": stands}
        fresh.append(drafted(NoticeKind.HELP, milestone.pk, person.pk, Reader(roles[person], milestone.program_id), facts, at=at))
    _tell(fresh)
    return told


def _standing(held: Milestone) -> tuple[datetime, Person | None]:
    if held.help_at is None:
        raise Refused(_("Nobody waits for help with %(key)s. Reload the page.") % {"key": held.key}, code="settled")
    return held.help_at, held.help_by


def _held(milestone: Milestone) -> Milestone:
    rows = Milestone.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("program", "workstream__lead", "help_by").get(pk=milestone.pk)


def _keep(held: Milestone, by: Person | None, at: datetime | None) -> None:
    """A call is no change of the plan: whoever edits the milestone at the same time is not asked which of both holds."""
    deeds.changed(held, {"help_at": (held.help_at, at), "help_by": (held.help_by, by)})
    held.help_at, held.help_by = at, by
    Milestone.objects.filter(pk=held.pk).update(help_at=at, help_by=by)


def _said_since(milestone: Milestone, since: datetime) -> list[Notice]:
    rows = Notice.objects.select_for_update(no_key=True, of=("self",)).filter(
        kind=NoticeKind.HELP, milestone=milestone, created_at__gte=since
    )
    return list(rows.exclude(state=State.CANCELLED).select_related("person").order_by("pk"))


def _says_so(notice: Notice) -> bool:
    """Whether its reader last heard that help is needed."""
    return not notice.facts["note"] and bool(notice.facts.get("stands", True))


def _call_off(said: Collection[Notice]) -> list[Notice]:
    """Take back what nobody has read and no mail has carried yet; returns what was heard."""
    unread = {notice.pk: notice.message_id for notice in said if notice.read_at is None}
    carriers = {message for message in unread.values() if message}
    if carriers:  # a mail that says something else as well goes out
        others = Notice.objects.filter(message__in=carriers).exclude(pk__in=unread).values_list("message_id", flat=True)
        carriers = outbox.withdraw(carriers - set(others), reason=_("The call for help was settled before this was sent."))
    gone = {pk for pk, message in unread.items() if message is None or message in carriers}
    Notice.objects.filter(pk__in=gone).update(state=State.CANCELLED, mail_at=None)
    Posting.objects.filter(notice__in=gone).delete()
    return [notice for notice in said if notice.pk not in gone]


def _leading(milestone: Milestone) -> dict[Person, str]:
    """Who leads the workstream, and who manages the program."""
    manager = access.manager_of(milestone.program, mailable=True)
    lead = milestone.workstream.lead if milestone.workstream else None
    leading: dict[Person, str] = {lead: NoticeRole.LEAD} if lead is not None else {}
    return leading | ({manager: NoticeRole.PLANNER} if manager is not None else {})


def _reachable(people: Iterable[Person], milestone: Milestone) -> list[Person]:
    """Those of them who are here, have an address, and may know of the program."""
    asked = list(people)
    members = set(Membership.objects.filter(program=milestone.program_id, person__in=asked).values_list("person_id", flat=True))
    return [who for who in asked if who.is_active and who.email and (who.is_admin or who.pk in members)]


def _tell(fresh: list[Notice]) -> None:
    Notice.objects.bulk_create(fresh, ignore_conflicts=True)
    transaction.on_commit(hints.tell, robust=True)
