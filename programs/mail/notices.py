"""Notices on their way out: everything of one kind that one reader is to be told now, in one mail."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, ngettext

from programs.actions import notices as actions
from programs.actions import outbox
from programs.actions.outbox import Letter
from programs.mail.issue import language_of
from programs.mail.links import STOP_LINK, notices_url
from programs.mail.render import letter_mail, to_reader
from programs.models import CLEARED, Answer, Hook, Notice, NoticeKind, NoticeRole, Person
from programs.queries import hooks
from programs.queries import notices as queries
from programs.queries.outbox import PROGRAMS
from programs.summaries import letters, paths, slots, words
from programs.summaries import notices as wording
from programs.summaries.notices import Said

log = logging.getLogger("longpole.mail")
Clock = Callable[[], datetime]
MOST = 500  # readers of one round
LONGEST = timedelta(seconds=15)  # one round; the rest follows in the next


def mail_due(*, clock: Clock, longest: timedelta = LONGEST) -> Counter[str]:
    """Write the mails of everybody who has notices due. One reader whose mail cannot be written never holds the others."""
    happened: Counter[str] = Counter()
    start = clock()
    due = queries.due_by_mail(at=start, limit=MOST)
    happened["more"], rung = int(len(due) >= MOST), False
    for person_id, waiting in due.items():
        if clock() - start > longest:
            happened["more"] = 1
            break
        try:
            happened["mails"] += mail_to(waiting[0].person, waiting, at=clock())
            if happened["mails"] and not rung:
                rung = _ring()  # whoever sends begins while the rest is written
        except Exception:
            log.exception("notices of person %s could not be written", person_id)
            happened["error"] += 1
    if happened["mails"] > 1:
        _ring()
    return +happened


def _ring() -> bool:
    """Ask for a delivery, if anything leaves here at all: once for thousands, so that the queue has room for other work."""
    if settings.MAIL_LEAVES or Hook.objects.exists():
        outbox.ring()
    return True


def mail_to(person: Person, waiting: Sequence[Notice], *, at: datetime) -> int:
    """Put one message of each kind into the outbox, or two for a mail and a chat; returns how many."""
    today = at.astimezone(slots.zone(person.time_zone)).date()
    kinds: dict[str, list[queries.Row]] = {}
    with translation.override(language_of(person)), words.spoken(gettext, ngettext):
        for row in queries.worded(waiting, person, today=today):
            kinds.setdefault(row.notice.told_as, []).append(row)
        hook, reach = hooks.reaches(person)
        written = {kind: _letters(person, kind, rows, hook, reach.get(kind)) for kind, rows in kinds.items()}
    unspoken = {each.pk for each in waiting} - {row.notice.pk for rows in kinds.values() for row in rows}
    actions.unmailed(unspoken)
    return sum(actions.mailed(letters, [row.notice.pk for row in kinds[kind]], at=at) for kind, letters in written.items())


def _letters(person: Person, kind: str, rows: Sequence[queries.Row], hook: Hook | None, reach: str | None) -> list[Letter]:
    of = len(rows)
    if kind == NoticeKind.CLEARED:
        rows.sort(key=_first_what_goes_on)
        of = len({row.notice.blocker_id or row.notice.facts[CLEARED]["blocker"] for row in rows})
    to_dates = gettext("“seen”, “cannot hold: why”, or a date")
    answered = {
        NoticeKind.SLIP: to_dates,
        NoticeKind.CLEARED: to_dates if any(row.may_answer for row in rows) else "",
        NoticeKind.ESCALATION: gettext("“clear”, “still the same”, or a new date"),
        NoticeKind.ROOM: gettext("“clear”, “still the same”, or a new date"),
    }
    letter = wording.letter([said(row) for row in rows], kind=kind, of=of, stop=STOP_LINK, manage=notices_url())
    rendered = letter_mail(letter, answered=answered.get(NoticeKind(kind), ""))
    headers = {PROGRAMS: sorted({row.notice.program_id for row in rows})}
    return to_reader(rendered, person, hook, reach, kind=kind, about=str(rows[0].notice.pk), headers=headers)


def _first_what_goes_on(row: queries.Row) -> tuple[int, bool, int]:
    """What was cleared by itself, then what can go on, then what else moved by it."""
    with_it = row.notice.facts.get(CLEARED)
    return bool(with_it), bool(with_it) and with_it["goes_on"] != row.notice.milestone_id, row.notice.pk


def said(row: queries.Row, *, answers: bool = True) -> Said:
    """One notice for a message; with the answers its reader may give, unless many read it."""
    notice = row.notice
    return Said(
        notice=notice.pk,
        told=row.told,
        program=notice.program.name,
        role=str(NoticeRole(notice.role).label),
        path=_path(notice),
        answers=_answers(row) if answers else (),
        tone="bad" if row.told.urgent else "mu",
    )


def _answers(row: queries.Row) -> tuple[letters.Answer, ...]:
    notice = row.notice
    if row.may_answer:
        offered = ((Answer.ACKNOWLEDGED, gettext("I have seen it")), (Answer.CONTESTED, gettext("It cannot hold")))
        return tuple(letters.Answer(label, paths.answer("n", notice.pk, code)) for code, label in offered)
    if notice.kind == NoticeKind.ESCALATION and notice.blocker is not None and notice.blocker.owner_id == notice.person_id:
        about = (("cleared", gettext("Cleared")), ("same", gettext("Still the same")), ("date", gettext("New date")))
        return tuple(letters.Answer(label, paths.answer("b", notice.blocker.pk, code)) for code, label in about)
    return ()


def _path(notice: Notice) -> str:
    """Where what it is about stands."""
    slug = notice.program.slug
    if notice.decision is not None:
        return paths.decision(slug, notice.decision.number)
    if notice.risk is not None:
        return paths.risks(slug)
    return paths.milestone(slug, notice.milestone.key) if notice.milestone else paths.program(slug)
