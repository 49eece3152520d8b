"""Ask the silent: one letter each, written from what they own in this program."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext, ngettext

from programs.actions import nudges
from programs.actions.nudges import Asked
from programs.actions.outbox import Letter
from programs.mail.issue import language_of
from programs.mail.render import letter_mail, to_reader
from programs.models import MilestoneStatus, Person, Program
from programs.queries import hooks
from programs.queries.nudges import KIND, MILESTONES, Silent, silent_people
from programs.queries.snapshots import today_in
from programs.queries.withheld import Sight
from programs.summaries import nudge as letters
from programs.summaries import words
from programs.summaries.nudge import Quiet


def ask(program: Program, *, by: Person, at: datetime, person: int | None = None) -> Asked:
    """Queue a letter to everybody who is silent here, or to one of them. Nobody is left when they all spoke meanwhile."""
    silent = [one for one in silent_people(program, at=at) if person in (None, one.person.pk)]
    return ask_these(silent, program, by=by, at=at)


def ask_these(people: Sequence[Silent], program: Program, *, by: Person, at: datetime) -> Asked:
    """Queue a letter to each of these who has something to be asked about."""
    written = [(one.person, letters_to(one, program, by=by, at=at)) for one in people if one.milestones]
    return nudges.send(program=program, letters=written, by=by, at=at)


def letters_to(silent: Silent, program: Program, *, by: Person, at: datetime) -> list[Letter]:
    """The message to one person, by mail, in chat or both. It knows what it asks: once that is answered, it is not sent."""
    person = silent.person
    timings = [getattr(row, "timing", None) for row, _days in silent.milestones]
    sight = Sight(person, program)
    waiting = {pk: row.name if sight.sees(row.program_id) else "" for pk, row in silent.waiting.items()}
    told = sight.reasons(*(timing.critical_why if timing else {} for timing in timings))
    asks = [
        Quiet(
            milestone=row.pk,
            slug=program.slug,
            key=row.key,
            name=row.name,
            said=row.said,
            days=days,
            needed_by=timing.needed_by if timing else None,
            room=timing.total_float if timing else None,
            critical=bool(timing and timing.critical),
            why=why,
            begun=row.status != MilestoneStatus.NOT_STARTED,
            waits=waiting.get(row.pk),
        )
        for (row, days), timing, why in zip(silent.milestones, timings, told, strict=True)
    ]
    with translation.override(language_of(person)), words.spoken(gettext, ngettext):
        written = letters.nudge(program.name, asks, by=by.name, today=today_in(program, at))
        words_for_it = gettext("“still the same”, “done”, “blocked: why”, “clear”, or a new date")
        rendered = letter_mail(written, answered=words_for_it)
    hook, reach = hooks.reaches(person)
    about, asked = f"{program.pk}:{at.isoformat()}", {MILESTONES: [row.pk for row, _days in silent.milestones]}
    return to_reader(rendered, person, hook, reach.get(KIND), kind=KIND, about=about, program=program.pk, headers=asked)
