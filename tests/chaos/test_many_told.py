"""One slip that concerns thousands: the save is no slower for it, and everybody is mailed once."""

from __future__ import annotations

import statistics
import time
from collections import Counter
from datetime import timedelta

from django.utils.timezone import now

from programs.actions import analysis, milestones
from programs.models import Follow, Membership, OutboxMessage, Person, Program, Role
from tests import cast
from tests.chaos.lab import number
from tests.provision import processes

State = OutboxMessage.State
EDITS = 15


def edit(row, by, days):
    """Save a date, and how long that took."""
    row.refresh_from_db()
    started = time.monotonic()
    milestones.edit(milestone=row, version=row.version, changes={"duration_days": days}, by=by, at=now())
    return time.monotonic() - started


def plan(name, tpm):
    """A program whose launch waits for its API."""
    program = cast.program(name, tpm=tpm)
    made = cast.sketch("api(3) > launch(0)", program)
    Program.objects.filter(pk=program.pk).update(finish_milestone=made["launch"])
    analysis.recompute(program_id=program.pk, at=now(), force=True)
    return program, made


def followers(program, milestone, many):
    made = Person.objects.bulk_create(Person(email=f"p{n}@example.test", name=f"P{n}", password="!") for n in range(many))
    Membership.objects.bulk_create(Membership(program=program, person=one, role=Role.VIEWER) for one in made)
    Follow.objects.bulk_create(Follow(person=one, milestone=milestone) for one in made)
    return made


def test_a_slip_of_thousands_slows_no_save_and_is_told_once(live_stack, mails, told, say):
    many = number("RECIPIENTS", 300)
    tess = cast.person("Tess")
    program, made = plan("Atlas", tess)
    _, quiet = plan("Boreas", tess)
    people = followers(program, made["launch"], many)
    took = [(edit(quiet["api"], tess, 4 + n), edit(made["api"], tess, 4 + n)) for n in range(1 + EDITS)]  # in turns
    alone, crowded = map(statistics.median, zip(*took[1:], strict=True))
    say(f"a save takes {crowded / alone:.2f} times as long with {many} followers as with none")
    assert crowded < 2 * alone, "a save waits for those who are told of it"

    started = time.monotonic()
    environment = told | {"NOTICE_SETTLE_SECONDS": "1"}
    worker = live_stack.worker(processes_each=2, **environment)
    live_stack.beat(every=1.0)

    def everybody() -> bool:
        return OutboxMessage.objects.filter(kind="slip", state=State.SENT).count() >= many

    processes.wait_until(everybody, what=f"{many} mails\n{live_stack.words()[-4000:]}", seconds=120 + many / 4, every=0.5)
    took = timedelta(seconds=round(time.monotonic() - started))
    mailed = Counter(OutboxMessage.objects.filter(kind="slip").values_list("to", flat=True))
    spent = sum(sum(one.cpu_times()[:2]) for one in processes.family(worker))
    say(f"{many} people told of one slip in {took}, with {spent:.0f} s of the worker's processor time")
    assert set(mailed) == {one.email for one in people}
    assert set(mailed.values()) == {1}
