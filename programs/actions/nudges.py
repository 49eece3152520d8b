"""Ask people for a word by mail: kindly, one letter each, at most once a week whoever asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from programs.actions import events, outbox
from programs.actions.outbox import Letter
from programs.models import Person, Program
from programs.queries.nudges import asked_lately


@dataclass(frozen=True, slots=True)
class Asked:
    """Who gets a letter now, and who had one within a week and is left alone."""

    people: tuple[Person, ...]
    spared: tuple[Person, ...]


@transaction.atomic(durable=True)
def send(*, program: Program, letters: Sequence[tuple[Person, Letter]], by: Person | None, at: datetime) -> Asked:
    """Queue these letters. Two managers who press at once ask a person once: the second waits for the first, then looks."""
    everybody = [person.pk for person, _letter in letters]
    list(Person.objects.select_for_update(no_key=True).filter(pk__in=everybody).order_by("pk").values_list("pk"))
    lately = asked_lately(everybody, at=at)
    batch = events.new_batch()
    asked = [(person, letter) for person, letter in letters if person.pk not in lately]
    for person, letter in asked:
        outbox.put(letter, at=at)
        events.record(
            "nudge.sent", by=by, at=at, program=program, subject=person, subject_name=person.name, batch=batch, new=letter.subject
        )
    if asked and settings.MAIL_LEAVES:
        transaction.on_commit(outbox.ring, robust=True)
    return Asked(tuple(person for person, _ in asked), tuple(person for person, _ in letters if person.pk in lately))
