"""Remind those who have not answered, once and kindly: one message for everything that waits for their word."""

from __future__ import annotations

from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext, ngettext

from programs.actions import nudges as actions
from programs.actions.outbox import Letter
from programs.mail import rounds
from programs.mail.issue import language_of
from programs.mail.links import STOP_LINK, notices_url
from programs.mail.notices import said
from programs.mail.render import letter_mail, to_reader
from programs.models import Milestone
from programs.queries import hooks, nudges
from programs.queries.chasing import Silence, silences
from programs.queries.notices import Row, worded
from programs.queries.outbox import PROGRAMS
from programs.summaries import chasing, paths, slots, words
from programs.summaries.letters import Answer, Item


def remind(*, at: datetime) -> int:
    """Queue every reminder that is due; returns how many people. Safe to run twice. One that fails holds up no other."""

    def write(one: Silence, at: datetime) -> dict[str, int]:
        letters = letters_to(one, at=at)
        return {"reminded": bool(letters) and actions.remind(person=one.person, letters=letters, at=at)}

    named = "the reminder of person {0.person.pk}".format
    return rounds.each(silences(at=at), write, named=named, clock=lambda: at)["reminded"]


def letters_to(one: Silence, *, at: datetime) -> list[Letter]:
    """The message to one person; none when nothing of it says anything any more."""
    person = one.person
    today = at.astimezone(slots.zone(person.time_zone)).date()
    with translation.override(language_of(person)), words.spoken(gettext, ngettext):
        rows = worded(one.notices, person, today=today)
        items = [_asked(row) for row in one.milestones] + [_told(row) for row in rows]
        if not items:
            return []
        letter = chasing.reminder(items, stop=STOP_LINK, manage=notices_url())
        rendered = letter_mail(letter, answered=gettext("“still the same”, “done”, “blocked: why”, “clear”, or a new date"))
    hook, reach = hooks.reaches(person)
    headers = {
        PROGRAMS: sorted({row.program_id for row in one.milestones} | {row.notice.program_id for row in rows}),
        nudges.MILESTONES: [row.pk for row in one.milestones],
        nudges.NOTICES: [notice.pk for notice in one.notices],
    }
    return to_reader(rendered, person, hook, reach.get(nudges.KIND), kind=nudges.REMINDER, about=at.isoformat(), headers=headers)


def _asked(row: Milestone) -> Item:
    labels = {
        "same": gettext("Still the same"),
        "at_risk": gettext("At risk"),
        "blocked": gettext("Blocked"),
        "done": gettext("Done"),
    }
    if not row.said:
        labels = {"on_track": gettext("On track")} | {code: label for code, label in labels.items() if code != "same"}
    answers = tuple(Answer(label, paths.answer("m", row.pk, code)) for code, label in labels.items())
    why = gettext("Still right?") if row.said else gettext("How does it stand?")
    return Item(
        "○", words.line(row.program.name), "mu", words.line(row.name), paths.milestone(row.program.slug, row.key), why, answers
    )


def _told(row: Row) -> Item:
    told = said(row)
    return Item("", words.line(told.program), told.tone, told.told.title, told.path, told.told.means, told.answers)
