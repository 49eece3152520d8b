"""Notices on their way out: everything of one kind that one reader is to be told now, in one mail."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError
from django.utils import translation
from django.utils.translation import gettext, ngettext

from programs.actions import notices as actions
from programs.actions import outbox
from programs.actions.notices import Written
from programs.actions.outbox import Letter
from programs.mail import rounds
from programs.mail.issue import language_of
from programs.mail.links import STOP_LINK, notices_url
from programs.mail.render import Rendered, letter_mail, to_reader
from programs.mail.rounds import LONGEST, Clock
from programs.models import CLEARED, Answer, Hook, Notice, NoticeKind, NoticeRole, Person
from programs.queries import hooks
from programs.queries import notices as queries
from programs.queries.outbox import PROGRAMS
from programs.summaries import letters, paths, slots, words
from programs.summaries import notices as wording
from programs.summaries.notices import Said

log = logging.getLogger("longpole.mail")
MOST = 500  # readers of one round
TOGETHER = 50  # readers whose mails are queued in one transaction
SIDE_BY_SIDE = 4  # deliveries asked for when many mails wait


def mail_due(*, clock: Clock, longest: timedelta = LONGEST) -> Counter[str]:
    """Write the mails of everybody who has notices due. One reader whose mail cannot be written never holds the others."""
    at = clock()
    due = queries.due_by_mail(at=at, limit=MOST)
    if not due:
        return Counter()
    desk = Desk([waiting[0].person for waiting in due.values()], [each for waiting in due.values() for each in waiting], at=at)
    groups = (list(due.values())[n : n + TOGETHER] for n in range(0, len(due), TOGETHER))
    happened = rounds.each(
        groups,
        lambda group, at: _queued(desk, group, at=at),
        named=lambda group: f"the notices of {len(group)} people",
        clock=clock,
        longest=longest,
    )
    if happened["mails"] > TOGETHER:
        _ring(SIDE_BY_SIDE)
    if len(due) >= MOST:
        happened["more"] = 1
    return happened


def _queued(desk: Desk, group: Sequence[Sequence[Notice]], *, at: datetime) -> Counter[str]:
    """Queue the mails of a few readers at once; where that fails, of each by itself."""
    happened: Counter[str] = Counter()
    written: list[Written] = []
    for waiting in group:
        try:
            written += desk.written(waiting, at=at)
        except Exception:
            log.exception("notices of person %s could not be written", waiting[0].person_id)
            happened["error"] += 1
    try:
        happened["mails"] += actions.mailed(written, at=at)
    except DatabaseError:
        for one in written:
            try:
                happened["mails"] += actions.mailed([one], at=at)
            except DatabaseError:
                log.exception("a mail about notices %s could not be queued", list(one.notices))
                happened["error"] += 1
    if happened["mails"] and not desk.rung:
        desk.rung = True
        _ring()  # whoever sends begins while the rest is written
    return happened


def _ring(times: int = 1) -> None:
    """Ask for deliveries, if anything leaves here at all: a few for thousands, so that the queue has room for other work."""
    if settings.MAIL_LEAVES or Hook.objects.exists():
        outbox.ring(times)


class Desk:
    """Where the mails of one round are written: what many readers share is read once, and rendered once in each language."""

    def __init__(self, people: Sequence[Person], notices: Sequence[Notice], *, at: datetime) -> None:
        self.ground = queries.Ground.of(notices, today=at.date())
        self.eyes, self.reaches = queries.eyes_of(people), hooks.reaches_all(people)
        self.rung = False
        self.rendered: dict[tuple[str, str, letters.Letter], Rendered] = {}

    def written(self, waiting: Sequence[Notice], *, at: datetime) -> list[Written]:
        """One message of each kind for one reader, or two for a mail and a chat."""
        person = waiting[0].person
        today = at.astimezone(slots.zone(person.time_zone)).date()
        kinds: dict[str, list[queries.Row]] = {}
        asked = [each for each in waiting if not each.over(today)]
        with translation.override(language_of(person)), words.spoken(gettext, ngettext):
            for row in queries.worded_on(self.ground, asked, self.eyes[person.pk], today=today):
                kinds.setdefault(row.notice.told_as, []).append(row)
            done = [Written(self._letters(person, kind, rows), [row.notice.pk for row in rows]) for kind, rows in kinds.items()]
        actions.unmailed({each.pk for each in waiting} - {pk for one in done for pk in one.notices})
        return done

    def _letters(self, person: Person, kind: str, rows: list[queries.Row]) -> list[Letter]:
        of = len(rows)
        if kind == NoticeKind.CLEARED:
            rows = sorted(rows, key=_first_what_goes_on)
            of = len({row.notice.blocker_id or row.notice.facts[CLEARED]["blocker"] for row in rows})
        by_place = [said(row, number=place) for place, row in enumerate(rows)]
        letter = wording.letter(by_place, kind=kind, of=of, stop=STOP_LINK, manage=notices_url())
        key = (language_of(person), kind, letter)
        if key not in self.rendered:
            self.rendered[key] = letter_mail(letter, answered=_answered(kind, rows))
        rendered = self.rendered[key].renumbered([row.notice.pk for row in rows])
        hook, reach = self.reaches[person.pk]
        headers = {PROGRAMS: sorted({row.notice.program_id for row in rows})}
        return to_reader(rendered, person, hook, reach.get(kind), kind=kind, about=str(rows[0].notice.pk), headers=headers)


def _answered(kind: str, rows: Sequence[queries.Row]) -> str:
    """The words this kind may be answered with by mail."""
    if kind in {NoticeKind.ESCALATION, NoticeKind.UNBLOCK, NoticeKind.ROOM}:
        return gettext("“clear”, “still the same”, or a new date")
    return gettext("“seen”, “cannot hold: why”, or a date") if any(row.may_answer for row in rows) else ""


def _first_what_goes_on(row: queries.Row) -> tuple[int, bool, int]:
    """What was cleared by itself, then what can go on, then what else moved by it."""
    with_it = row.notice.facts.get(CLEARED)
    return bool(with_it), bool(with_it) and with_it["goes_on"] != row.notice.milestone_id, row.notice.pk


def said(row: queries.Row, *, answers: bool = True, number: int | None = None) -> Said:
    """One notice for a message; with the answers its reader may give, unless many read it. `number` stands for it in them."""
    notice = row.notice
    return Said(
        notice=notice.pk if number is None else number,
        told=row.told,
        program=notice.program.name,
        role=str(NoticeRole(notice.role).label),
        path=_path(notice),
        answers=_answers(row, notice.pk if number is None else number) if answers else (),
        tone="bad" if row.told.urgent else "mu",
    )


def _answers(row: queries.Row, number: int) -> tuple[letters.Answer, ...]:
    notice = row.notice
    if row.may_answer:
        offered = ((Answer.ACKNOWLEDGED, gettext("I have seen it")), (Answer.CONTESTED, gettext("It cannot hold")))
        return tuple(letters.Answer(label, paths.answer("n", number, code)) for code, label in offered)
    ladder = {NoticeKind.ESCALATION, NoticeKind.UNBLOCK}
    if notice.kind in ladder and notice.blocker is not None and notice.blocker.owner_id == notice.person_id:
        about = (("cleared", gettext("Cleared")), ("same", gettext("Still the same")), ("date", gettext("New date")))
        return tuple(letters.Answer(label, paths.answer("b", notice.blocker.pk, code)) for code, label in about)
    if notice.kind == NoticeKind.REVIEW:
        return _looks(row)
    if notice.kind == NoticeKind.DUE and notice.decision is not None:
        return (letters.Answer(gettext("Decide"), paths.answer("d", notice.decision.pk, "decide")),)
    return ()


def _looks(row: queries.Row) -> tuple[letters.Answer, ...]:
    """What may be said of something that is to be looked at again, if its reader may say so."""
    notice = row.notice
    if notice.risk is not None and notice.risk.owner_id == notice.person_id:
        what = notice.topic.partition(":")[0]
        label = gettext("Not yet") if what == "trigger" else gettext("Say how it stands")
        found = [letters.Answer(label, paths.answer("r", notice.risk.pk, what))]
        if notice.risk.milestone_id is not None:
            found.append(letters.Answer(gettext("It happened"), paths.answer("r", notice.risk.pk, "happened")))
        return tuple(found)
    if notice.decision is not None and (row.may_plan or notice.decision.decider_id == notice.person_id):
        return (letters.Answer(gettext("It holds"), paths.answer("d", notice.decision.pk, "review")),)
    return ()


def _path(notice: Notice) -> str:
    """Where what it is about stands."""
    slug = notice.program.slug
    if notice.decision is not None:
        return paths.decision(slug, notice.decision.number)
    if notice.blocker is not None and notice.kind in {NoticeKind.ESCALATION, NoticeKind.UNBLOCK, NoticeKind.ROOM}:
        return paths.blocker(slug, notice.blocker.number)
    if notice.risk is not None:
        return paths.risks(slug)
    return paths.milestone(slug, notice.milestone.key) if notice.milestone else paths.program(slug)
