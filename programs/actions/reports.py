"""Status updates that are sent: begin one from the facts, keep what is typed, send it once, or throw the draft away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from programs.actions import checks, events, outbox, revisions
from programs.actions.errors import Refused
from programs.actions.saving import Draft, Edit
from programs.models import Report
from programs.queries import reports as queries

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from programs.actions.outbox import Letter
    from programs.models import Person, Program

EDITABLE = frozenset({"headline", *Report.TEXTS})


@transaction.atomic(durable=True)
def begin(*, program: Program, texts: Mapping[str, str], seen: Mapping[str, object], by: Person, at: datetime) -> Report:
    """Start a draft with these texts; where one is being written already, that one is gone on with."""
    program = revisions.hold(program)
    standing = Report.objects.filter(program=program, sent_at__isnull=True).first()
    if standing is not None:
        return standing
    draft = Draft(Report(program=program, author=by, seen=dict(seen), edited_at=at))
    draft.put(texts, EDITABLE)
    made = draft.save()
    events.record("report.begun", by=by, at=at, program=program, subject=made)
    return made


@transaction.atomic(durable=True)
def edit(
    *, report: Report, version: int, changes: Mapping[str, Any], by: Person, at: datetime, base: Mapping[str, Any] | None = None
) -> Report:
    """Keep what was typed. Leaves no note of its own: it happens every few seconds, and nobody reads a draft but its writers."""
    change = Edit(report, version, changes, editable=EDITABLE, base=base)
    _still_a_draft(change.row)
    if change.changed:
        change.set("edited_at", at)
        change.set("author", by)
    return change.save()


@transaction.atomic(durable=True)
def send(*, report: Report, version: int, letters: Sequence[Letter], by: Person, at: datetime) -> Report:
    """Put the update into the archive and its letters into the outbox, once. Refused when it changed since it was looked at."""
    program = revisions.hold(report.program_id)
    change = Edit(report, None, {}, editable=())
    row = change.row
    _still_a_draft(row)
    if row.version != version:
        raise Refused(_("Somebody changed this after you looked at it. Look again, then send it."), code="changed")
    if not row.headline:
        change.refuse("headline", _("Write a headline: it is the subject of the mail."), "blank")
    if not any(getattr(row, name).strip() for name in Report.TEXTS):
        change.refuse("summary", _("Write at least one sentence."), "blank")
    day = checks.today(program, at)
    change.set("on", day)
    change.set("address", queries.free_address(program, day))
    change.set("health", queries.health(program))
    change.set("sent_at", at)
    change.set("sent_to", sum(letter.hook is None for letter in letters))
    change.set("author", by)
    saved = change.save()
    for letter in letters:
        outbox.put(letter, at=at)
    events.record("report.sent", by=by, at=at, program=program, subject=saved, field="address", new=saved.address)
    outbox.ring_for(letters)
    return saved


@transaction.atomic(durable=True)
def discard(*, report: Report, by: Person, at: datetime) -> None:
    """Throw a draft away. Its text stays readable in the history, so that nothing typed is lost."""
    row = Edit(report, None, {}, editable=()).row
    _still_a_draft(row)
    text = "\n\n".join(filter(None, (getattr(row, name) for name in Report.TEXTS)))
    events.record("report.discarded", by=by, at=at, program=row.program, subject=row, note=text)
    Report.objects.filter(pk=row.pk, sent_at__isnull=True).delete()


def _still_a_draft(row: Report) -> None:
    if row.sent_at is not None:
        raise Refused(_("This update was sent. It stays as it is; the next one can be written now."), code="sent")
