"""The chat a program or a person is told things in: give its address, try it, take it away; and what happens when it is gone."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from programs.actions import events, outbox
from programs.actions.errors import Refused
from programs.actions.outbox import Letter
from programs.models import Hook, Notice, OutboxMessage, Person, Posting, PostKind, Program
from programs.queries.hooks import TEST
from programs.summaries.words import line

State = OutboxMessage.State
MOST_FAILURES = 20  # tries in a row that come to nothing, then nothing more is posted there
TEST_PAUSE = timedelta(minutes=1)


@transaction.atomic(durable=True)
def save(
    *, program: Program | None, person: Person | None, address: str, label: str, kinds: Collection[str], by: Person, at: datetime
) -> Hook:
    """Post to this address from now on; without one, to the one that is known, which begins anew when it was gone."""
    row = Hook.objects.select_for_update().filter(program=program, person=person).first()
    if row is None:
        row = Hook(program=program, person=person, created_at=at)
    if not (address or row.address):
        raise Refused(_("Paste the address of the webhook."), "address", "required")
    if not set(kinds) <= set(PostKind.values):
        raise Refused(_("Choose from the list."), "kinds", "choice")
    old = row.label
    if address:
        row.address, row.label = address, label
    row.kinds = [kind for kind in PostKind.values if kind in kinds]
    row.by, row.failures, row.gone_at, row.error, row.told_at = by, 0, None, "", None
    row.save()
    new = ", ".join([row.label, *row.kinds])
    events.record("hook.saved", by=by, at=at, program=program, subject=row, field="hook", old=old, new=new)
    return row


@transaction.atomic(durable=True)
def remove(*, hook: Hook, by: Person, at: datetime) -> None:
    """Post nothing there any more. What one person waits for comes by mail."""
    outbox.call_off(hook.pk, reason=_("The webhook was removed."))
    events.record("hook.removed", by=by, at=at, program=hook.program, subject=hook, field="hook", old=hook.label)
    hook.delete()


@transaction.atomic(durable=True)
def try_out(letter: Letter, *, hook: Hook, at: datetime) -> OutboxMessage:
    """Queue a test to a hook, one a minute."""
    Hook.objects.select_for_update().filter(pk=hook.pk).first()
    if OutboxMessage.objects.filter(kind=TEST, hook=hook, created_at__gt=at - TEST_PAUSE).exists():
        raise Refused(_("A test went there less than a minute ago. Wait a moment, then try again."), code="too_soon")
    made = outbox.put(letter, at=at)
    outbox.ring_for([letter])
    return made


def post(told: Collection[Notice]) -> None:
    """Let what people are told be posted to the channels of its programs too, each thing once. Inside their transaction."""
    hooks = {hook.program_id: hook for hook in Hook.objects.filter(program__in={one.program_id for one in told}, gone_at=None)}
    first = {
        (one.program_id, one.topic): one
        for one in told
        if one.program_id in hooks and {one.kind, one.told_as} & set(hooks[one.program_id].kinds)
    }
    fresh = [Posting(hook=hooks[program], notice=one) for (program, _topic), one in first.items()]
    Posting.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=400)


@transaction.atomic(durable=True)
def posted(letter: Letter | None, postings: Collection[int], *, at: datetime) -> int:
    """Queue the message that says these things to a channel; 0 when somebody else did, or there is nothing to say."""
    if Posting.objects.filter(pk__in=postings).delete()[0] < len(postings):
        transaction.set_rollback(True)
        return 0
    if letter is None:
        return 0
    outbox.put(letter, at=at)
    outbox.ring_for([letter])
    return 1


def well(hook: Hook) -> None:
    """It took a message; with a test, one that was gone begins anew."""
    if hook.failures or not hook.works:
        Hook.objects.filter(pk=hook.pk).update(failures=0, gone_at=None, error="", told_at=None)


def failed(hook: Hook, *, error: str, at: datetime) -> None:
    """A try came to nothing; after many in a row nothing more is tried."""
    Hook.objects.filter(pk=hook.pk).update(failures=F("failures") + 1)
    if Hook.objects.filter(pk=hook.pk, failures__gte=MOST_FAILURES).exists():
        gone(hook, error=_("Stopped after %(n)s tries in a row: %(error)s") % {"n": MOST_FAILURES, "error": error}, at=at)


def rest(hook: Hook, *, until: datetime) -> None:
    """It asked for a pause: what waits for it waits until then."""
    waiting = OutboxMessage.objects.filter(hook=hook, channel=OutboxMessage.Channel.CHAT, state=State.QUEUED)
    waiting.exclude(retry_at__gt=until).update(retry_at=until)


@transaction.atomic(durable=True)
def gone(hook: Hook, *, error: str, at: datetime) -> None:
    """The chat takes nothing any more: nothing more is posted, whoever owns it is told, what one person waits for is mailed."""
    if not Hook.objects.filter(pk=hook.pk, gone_at=None).update(gone_at=at, error=line(error, 500)):
        return
    outbox.call_off(hook.pk, reason=error)
    Posting.objects.filter(hook=hook).delete()
    events.record(
        "hook.gone", by=None, at=at, program=hook.program, subject=hook, field="hook", old=hook.label, note=line(error, 500)
    )


@transaction.atomic(durable=True)
def told(hook: Hook, letters: Collection[Letter], *, at: datetime) -> int:
    """Queue the word to whoever owns a hook that is gone, once."""
    if not Hook.objects.filter(pk=hook.pk, told_at=None, gone_at__isnull=False).update(told_at=at):
        return 0
    for letter in letters:
        outbox.put(letter, at=at)
    outbox.ring_for(letters)
    return len(letters)
