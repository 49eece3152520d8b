"""The working day before a summary: ask whoever wrote a blocker or a risk down what it means, in one letter each."""

from __future__ import annotations

from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext, ngettext

from programs.actions import nudges
from programs.actions.outbox import Letter
from programs.mail import rounds
from programs.mail.issue import language_of
from programs.mail.links import STOP_LINK, notices_url
from programs.mail.render import letter_mail, to_reader
from programs.queries import hooks
from programs.queries.nudges import BLOCKERS, KIND, RISKS
from programs.queries.outbox import PROGRAMS
from programs.queries.so_what import Missing, missing
from programs.summaries import slots, so_what, words
from programs.summaries.so_what import Untold


def ask(*, at: datetime) -> int:
    """Queue what is to be asked now; returns how many letters. Safe to run twice: a person is asked once a week."""

    def write(one: Missing, at: datetime) -> dict[str, int]:
        sent = nudges.send(program=one.programs[0], letters=[(one.person, letters_to(one, at=at))], by=None, at=at)
        return {"asked": len(sent.people)}

    named = "what person {0.person.pk} is asked".format
    return rounds.each(missing(at=at), write, named=named, clock=lambda: at)["asked"]


def letters_to(one: Missing, *, at: datetime) -> list[Letter]:
    """The message to one person, by mail, in chat or both. It knows what it asks, so that it is not sent once that is written."""
    asks = [
        Untold(row.pk, row.title, row.program.name, row.program.slug, row.number, days_added=adds) for row, adds in one.blockers
    ]
    asks += [
        Untold(row.pk, row.title, row.program.name, row.program.slug, row.number, score=f"{row.probability} × {row.impact}")
        for row in one.risks
    ]
    today = at.astimezone(slots.zone(one.person.time_zone)).date()
    with translation.override(language_of(one.person)), words.spoken(gettext, ngettext):
        written = so_what.letter(asks, on=one.on, today=today, stop=STOP_LINK, manage=notices_url())
        rendered = letter_mail(written)
    hook, reach = hooks.reaches(one.person)
    return to_reader(
        rendered,
        one.person,
        hook,
        reach.get(KIND),
        kind=KIND,
        about=one.key,
        program=one.programs[0].pk,
        headers={
            PROGRAMS: [program.pk for program in one.programs],
            BLOCKERS: [row.pk for row, _adds in one.blockers],
            RISKS: [row.pk for row in one.risks],
        },
    )
