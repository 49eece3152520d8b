"""A large portfolio, always the same: 40 programs of 500 milestones unless told otherwise, written in bulk and analysed once."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random

from programs.actions import analysis
from programs.models import Blocker, Dependency, Membership, Milestone, Person, Program, Risk, Role, Workstream
from tests import cast

PEOPLE = 200
LANES = 8
BATCH = 400
STATES = ("not_started", "not_started", "in_progress", "in_progress", "done")


def people(count: int = PEOPLE) -> list[Person]:
    """Those who work on it. All have the password of the cast, hashed once."""
    first = cast.person("Worker-0")
    rows = [Person(email=f"worker-{n}@example.test", name=f"Worker {n}", password=first.password) for n in range(1, count)]
    return [first, *Person.objects.bulk_create(rows, batch_size=BATCH)]


def program(number: int, size: int, *, staff: list[Person], today: date) -> Program:
    """One program: lanes of chains, one link in four across them, a blocker on every fortieth milestone, ten risks."""
    chance = Random(number)
    owner = staff[number % len(staff)]
    made = Program.objects.create(
        slug=f"program-{number}",
        name=f"Program {number}",
        owner=owner,
        start_date=today - timedelta(days=90),
        target_date=today + timedelta(days=200),
        next_number=size,
    )
    Membership.objects.bulk_create(
        [Membership(program=made, person=each, role=Role.TPM if each == owner else Role.ENGINEER) for each in staff],
        batch_size=BATCH,
    )
    lanes = Workstream.objects.bulk_create(
        [Workstream(program=made, key=f"W{n}", name=f"Stream {n}", position=n) for n in range(LANES)]
    )
    rows = Milestone.objects.bulk_create(
        [_milestone(made, n, lanes[n % LANES], size, staff, today, chance) for n in range(size)], batch_size=BATCH
    )
    _links(rows, chance)
    blocked = rows[size // 2 :: 40]
    Milestone.objects.filter(pk__in=[row.pk for row in blocked]).update(status="blocked")
    Blocker.objects.bulk_create(
        [
            Blocker(
                program=made, milestone=row, number=n + 1, title=f"Waits for the lab, {n}", owner=row.owner,
                raised_on=today - timedelta(days=n % 20), expected_clear=today + timedelta(days=chance.randint(1, 40)),
            )
            for n, row in enumerate(blocked)
        ]
    )  # fmt: skip
    Risk.objects.bulk_create(
        [
            Risk(
                program=made, number=len(blocked) + n + 1, title=f"The lab may move, {n}", owner=chance.choice(staff),
                probability=chance.randint(1, 5), impact=chance.randint(1, 5), milestone=chance.choice(rows),
            )
            for n in range(10)
        ]
    )  # fmt: skip
    Program.objects.filter(pk=made.pk).update(finish_milestone=rows[-1])
    return made


def _milestone(made: Program, n: int, lane: Workstream, size: int, staff: list[Person], today: date, chance: Random) -> Milestone:
    """Early ones are done or at work, late ones wait."""
    status = chance.choice(STATES) if n < size // 2 else "not_started"
    return Milestone(
        program=made,
        key=f"{lane.key}-{n}",
        name=f"Step {n} of {lane.name}",
        workstream=lane,
        owner=chance.choice(staff) if chance.random() < 0.9 else None,
        duration_days=chance.randint(1, 9),
        status=status,
        said="on_track" if status == "in_progress" else "",
        said_on=today - timedelta(days=chance.randint(0, 30)) if status == "in_progress" else None,
        actual_date=today - timedelta(days=chance.randint(1, 60)) if status == "done" else None,
        target_date=today + timedelta(days=n * 200 // size),
        baseline_date=today + timedelta(days=n * 190 // size),
    )


def _links(rows: list[Milestone], chance: Random) -> None:
    """Each waits for the one before it in its lane, and every fourth for one of another lane."""
    ends = {(n - LANES, n) for n in range(LANES, len(rows))}
    ends |= {(chance.randint(max(0, n - 5 * LANES), n - 1), n) for n in range(1, len(rows), 4)}
    links = [Dependency(predecessor=rows[a], successor=rows[b]) for a, b in sorted(ends)]
    Dependency.objects.bulk_create(links, batch_size=BATCH)


def load(*, at: datetime, programs: int = 40, each: int = 500, staff: int = PEOPLE) -> list[Program]:
    """Write all of it and analyse it once."""
    workers = people(staff)
    made = [program(n, each, staff=workers, today=at.date()) for n in range(programs)]
    analysis.recompute_stale(at=at)
    return made
