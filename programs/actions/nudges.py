"""Ask people for a word by mail: kindly, one letter each, at most once a week whoever asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from programs.actions import events, outbox
from programs.actions.outbox import Letter
from programs.models import Person, Program
from programs.queries.nudges import asked_lately, reminded_lately


@dataclass(frozen=True, slots=True)
class Asked:
    """Who gets a letter now, and who had one within a week and is left alone."""

    people: tuple[Person, ...]
    spared: tuple[Person, ...]


@transaction.atomic(durable=True)
def send(*, program: Program, letters: Sequence[tuple[Person, Sequence[Letter]]], by: Person | None, at: datetime) -> Asked:
    """Queue these letters, each by mail, in chat or both.

    Two managers who press at once ask a person once: the second waits for the first, then looks.
    """
    everybody = [person.pk for person, _same in letters]
    list(Person.objects.select_for_update(no_key=True).filter(pk__in=everybody).order_by("pk").values_list("pk"))
    lately = asked_lately(everybody, at=at)
    batch = events.new_batch()
    asked = [(person, same) for person, same in letters if person.pk not in lately]
    for person, same in asked:
        for letter in same:
            outbox.put(letter, at=at)
        asks = same[0].subject
        events.record(
            "nudge.sent", by=by, at=at, program=program, subject=person, subject_name=person.name, batch=batch, new=asks
        )
    outbox.ring_for(letter for _person, same in asked for letter in same)
    return Asked(tuple(person for person, _ in asked), tuple(person for person, _ in letters if person.pk in lately))


@transaction.atomic(durable=True)
def remind(*, person: Person, letters: Sequence[Letter], at: datetime) -> bool:
    """Queue one reminder. False when this person had one within a week, whoever looked at the same moment."""
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if reminded_lately([person.pk], at=at):
        return False
    for letter in letters:
        outbox.put(letter, at=at)
    outbox.ring_for(letters)
    return True
