"""Replies by mail: what somebody answers to a mail of ours is done as they would on the page, and said back in the same thread.

The address carries a token of the mail that is answered, and the sender must be whom that was written to: with one of them wrong
nothing is done and nothing is said. Machines that answer (absences, bounces, lists) are not answered.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import translation
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext as _

from programs.actions import deeds
from programs.actions import replies as actions
from programs.actions.errors import Refused, Stale
from programs.actions.outbox import Letter
from programs.intake import bounces as reports
from programs.intake import replies as reading
from programs.intake import said
from programs.intake.said import Word
from programs.mail import bounces
from programs.mail.answering import Done, act
from programs.mail.issue import language_of
from programs.mail.render import letter_mail
from programs.models import OutboxMessage, Person, Reply
from programs.queries import date_words
from programs.queries import replies as queries
from programs.queries.answer_links import Gone
from programs.queries.replies import Item
from programs.queries.snapshots import today_in
from programs.summaries import replies as wording
from programs.summaries import words

log = logging.getLogger("longpole.mail")
HOUR = timedelta(hours=1)
EACH = frozenset({"same", "seen"})  # said once of everything a mail asks about; all else needs to say of which


def take(raw: bytes, *, at: datetime) -> str:
    """Do what a mail says, once. Returns what became of it, in a word for logs."""
    if len(raw) > settings.LIMITS.webhook_bytes:
        return "too big"
    if report := reports.read(raw):
        return bounces.take(report, at=at)
    mail = reading.read(raw)
    message = queries.addressed(mail.to)
    if message is None:
        return "not for us"
    if mail.automatic:
        return "automatic"
    if mail.doubted or not queries.is_theirs(message, mail.sender):
        log.warning("a reply to message %s did not come from its reader", message.pk)
        return "forged"
    gone = queries.gone(message, at=at)
    if gone is Gone.REVOKED:
        return "revoked"
    digest = hashlib.sha256(mail.message_id.encode() if mail.message_id else raw).hexdigest()
    taken = actions.take(digest=digest, message=message, at=at)
    if taken is None:
        return "seen"
    row, new = taken
    done_before = not new and queries.done_already(row, _reader(message))
    letter = None if done_before else _answer(message, mail, row, expired=gone is Gone.EXPIRED)
    wanted = queries.may_answer(_reader(message), since=at - HOUR)
    actions.done(row, letter=letter if wanted else None, at=at)
    return "done"


def _reader(message: OutboxMessage) -> Person:
    assert message.person is not None  # is_theirs asked
    return message.person


def _answer(message: OutboxMessage, mail: reading.Received, row: Reply, *, expired: bool) -> Letter:
    """Do it, and write what was understood."""
    person = _reader(message)
    with translation.override(language_of(person)), words.spoken(gettext, ngettext):
        if expired:
            told: list[Done] = [Done(_("This mail is too old to be answered. Nothing was saved."))]
        else:
            with deeds.opened(at=row.at):
                told = _do(queries.items(message), _without_name(mail.words, person), person, at=row.at)
        letter = wording.understood([Done.line(each) for each in told], subject=message.subject)
        rendered = letter_mail(letter)
    first = message.headers.get(queries.ANSWERS, message.pk) if message.kind == queries.KIND else message.pk
    thread = {"In-Reply-To": mail.message_id, "References": f"{message.message_id} {mail.message_id}"} if mail.message_id else {}
    headers = {queries.ANSWERS: first, **{name: words.line(value, 500) for name, value in thread.items()}}
    return rendered.to(person, kind=queries.KIND, about=str(row.pk), program=message.program_id, headers=headers)


def _do(items: Sequence[Item], text: str, person: Person, *, at: datetime) -> list[Done]:
    """Everything that is said, one after another; what cannot be done says why and holds nothing up."""
    if not items:
        return [Done(_("What this mail was about is not there any more. Nothing was saved."))]
    if not text:
        return [Done(_("No words of yours were found in it. Nothing was saved."))]
    names = _names(items)
    parts = said.each(text, lambda name: name.casefold() in names)
    told: list[Done] = []
    for name, written in parts:
        about = [names[name.casefold()]] if name else list(items)
        told += _said_of(about, written, person, at=at, names=sorted({item.key for item in items}))
    return told


def _names(items: Sequence[Item]) -> dict[str, Item]:
    """What each may be called: its key, its program and key, its place in the mail. A key that two share names neither."""
    found: dict[str, Item] = {}
    twice: set[str] = set()
    for number, item in enumerate(items, 1):
        for name in (item.key.casefold(), f"{item.row.program.slug}/{item.key}".casefold(), str(number)):
            twice |= {name} & found.keys()
            found[name] = item
    return {name: item for name, item in found.items() if name not in twice}


def _said_of(about: Sequence[Item], written: str, person: Person, *, at: datetime, names: Sequence[str]) -> list[Done]:
    word = said.understood(written, _days(about[0], at))
    if len(about) > 1 and word.code not in EACH:
        which = _("This mail was about several things: begin each line with its key (%(names)s). Nothing was saved of: %(text)s")
        return [Done(which % {"names": ", ".join(names[:10]), "text": words.line(written, 200)})]
    return [_one(item, word, person, at=at) for item in about]


def _days(item: Item, at: datetime) -> Callable[[str], date | None]:
    today = today_in(item.row.program, at)
    return lambda text: date_words.read(text, today)


def _one(item: Item, word: Word, person: Person, *, at: datetime) -> Done:
    """One thing done to one item, or why not."""
    try:
        return act(item, word, by=person, at=at)
    except Refused as refused:
        sentences = dict.fromkeys([refused.message, *(problem.message for problem in refused.problems)])
        return Done(f"{item.key}: {' '.join(sentences)}", item.row)
    except PermissionDenied:
        return Done(_("You may read %(key)s, not change it.") % {"key": item.key}, item.row)
    except (Http404, Stale):
        return Done(_("%(key)s is not there any more. Nothing was saved.") % {"key": item.key})


def _without_name(text: str, person: Person) -> str:
    """The words without the name people put below them."""
    lines = text.rstrip().split("\n")
    own = {person.name.casefold(), person.name.split(" ")[0].casefold()}
    while len(lines) > 1 and (not lines[-1].strip() or lines[-1].strip(" -–—,.").casefold() in own):
        lines.pop()
    return "\n".join(lines).strip()
