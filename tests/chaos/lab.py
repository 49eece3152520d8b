"""What the chaos tests and the long run share: the sink, messages, subscriptions due soon, the killer, the count."""

from __future__ import annotations

import contextlib
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.timezone import now

from programs.actions import outbox, subscriptions
from programs.actions.outbox import Letter
from programs.models import Blocker, Membership, OutboxMessage, Person, Role, Slot, Subscription
from tests import cast
from tests.mail.world import furnished
from tests.provision import processes
from tests.stack import free_port

State = OutboxMessage.State
PATIENCE = 90  # seconds for a process to start and send its first mail; on a busy machine that is long
ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Mails:
    """The sink as seen from outside: where it is and what it took."""

    log: Path
    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        """What goes into EMAIL_URL."""
        return f"smtp://127.0.0.1:{self.port}"

    def taken(self) -> Counter[str]:
        """How often each Message-ID was accepted."""
        if not self.log.exists():
            return Counter()
        return Counter(line.split()[0] for line in self.log.read_text().splitlines())


@contextlib.contextmanager
def sink(folder: Path, *, pause: float = 0.01) -> Iterator[Mails]:
    """A mail server in a process of its own."""
    log, port = folder / "relay.log", free_port()
    log.unlink(missing_ok=True)
    log.touch()
    process = processes.start(
        [sys.executable, str(Path(__file__).with_name("sink.py")), str(port), str(log), str(pause)], log=folder / "sink.out"
    )
    try:
        processes.wait_until(lambda: "up" in (folder / "sink.out").read_text(), what="the sink to listen", every=0.05)
        yield Mails(log, port, process)
    finally:
        processes.kill(process)
        (folder / "sink.out").unlink(missing_ok=True)


@dataclass
class Figures:
    """What was meant to arrive and what did."""

    intended: int
    arrived: int
    lost: int
    doubled: int
    unplanned: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    states: dict[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        killed = f"{sum(self.kills.values())} kills ({', '.join(f'{n} {what}' for what, n in sorted(self.kills.items()))})"
        return (
            f"{self.intended} mails intended, {self.arrived} arrived, {self.lost} lost, {self.doubled} doubled, "
            f"{self.unplanned} unplanned, {killed}, {self.seconds:.0f} s, states {self.states}"
        )


def counted(wanted: Iterable[str], mails: Mails, **more: Any) -> Figures:
    """Compare what was meant with what the server took."""
    taken, wanted = mails.taken(), set(wanted)
    states = Counter(OutboxMessage.objects.values_list("state", flat=True))
    return Figures(
        intended=len(wanted),
        arrived=sum(taken.values()),
        lost=len(wanted - set(taken)),
        doubled=sum(1 for times in taken.values() if times > 1),
        unplanned=len(set(taken) - wanted),
        states=dict(states),
        **more,
    )


def write_letters(count: int) -> set[str]:
    """Queue many letters, each to its own reader, and return their Message-IDs."""
    OutboxMessage.objects.all().delete()
    reader = Person.objects.filter(email="reader@example.test").first() or cast.person("Reader")
    at = now()
    rows = []
    for n in range(count):
        key = f"note:chaos:{at.isoformat()}:{n}"
        rows.append(
            OutboxMessage(
                key=key,
                kind="note",
                person=reader,
                to=reader.email,
                subject=f"Weekly status {n}",
                text="All on track",
                message_id=outbox.message_id(key),
                created_at=at + timedelta(microseconds=n),
            )
        )
    OutboxMessage.objects.bulk_create(rows, batch_size=500)
    return {row.message_id for row in rows}


def subscribe_soon(count: int, *, start: datetime, seconds: float) -> list[Subscription]:
    """Subscriptions whose slots are spread over the next seconds, each a true wall-clock time of its reader."""
    tess = Person.objects.filter(email="tess@example.test").first() or cast.person("Tess")
    program = cast.program(f"Chaos {start:%H%M%S}", tpm=tess)
    furnished(program)
    Blocker.objects.filter(program=program).update(so_what="Two banks wait")  # so that nobody is asked for it meanwhile
    zones = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Chatham")
    made = []
    for n in range(count):
        reader = cast.person(f"Reader{start:%H%M%S}x{n}")
        Membership.objects.create(program=program, person=reader, role=Role.VIEWER)
        zone = zones[n % len(zones)]
        local = (start + timedelta(seconds=seconds * n / count)).astimezone(ZoneInfo(zone)).replace(microsecond=0)
        made.append(
            subscriptions.create(
                person=reader,
                program=program,
                audience="leader",
                weekdays=[1, 2, 3, 4, 5, 6, 7],
                local_time=local.time(),
                time_zone=zone,
                by=reader,
                at=start - timedelta(seconds=2),
            )
        )
    return made


def wanted_of(rows: Iterable[Subscription]) -> set[str]:
    """The Message-IDs of each subscription's coming slot."""
    return {
        outbox.message_id(f"summary:{row.pk}.{row.edition}:{row.next_at.isoformat()}:{row.person.email}")
        for row in rows
        if row.next_at
    }


def slots_fired(rows: Iterable[Subscription]) -> Counter[int]:
    """How many slot rows each subscription has."""
    return Counter(Slot.objects.filter(subscription__in=list(rows)).values_list("subscription_id", flat=True))


def naive_letter(row: Subscription) -> OutboxMessage:
    """What a program without an outbox sends for a slot; never stored."""
    assert row.next_at is not None
    letter = Letter(
        key=f"summary:{row.pk}.{row.edition}:{row.next_at.isoformat()}:{row.person.email}",
        kind="note",
        to=row.person.email or "",
        subject="Status",
        text="All on track",
        html="",
        person=row.person_id,
    )
    return OutboxMessage(
        to=letter.to,
        subject=letter.subject,
        text=letter.text,
        kind="note",
        message_id=outbox.message_id(letter.key),
        created_at=now(),
    )


class Pumps:
    """Some processes that send; one of them is killed again and again while it works."""

    def __init__(
        self, way: str, *, mails: Mails, folder: Path, environment: dict[str, str], many: int = 2, seed: int = 4
    ) -> None:
        self.mails, self.random, self.kills = mails, random.Random(seed), 0
        command = [sys.executable, "-m", "tests.chaos.pump", way, str(many)]
        environment = environment | {"EMAIL_URL": mails.url, "PYTHONPATH": str(ROOT)}
        self.keeper = processes.start(command, log=folder / f"pump-{way}.log", environment=environment)

    def strike(self) -> None:
        """Kill the oldest in the middle of its work, at a moment nobody chose; the keeper starts another."""
        before = self.mails.log.stat().st_size
        with contextlib.suppress(TimeoutError):
            processes.wait_until(lambda: self.mails.log.stat().st_size > before, what="a mail", seconds=PATIENCE, every=0.005)
        time.sleep(self.random.random() * 0.15)
        for oldest in processes.family(self.keeper)[1:2]:
            oldest.kill()
            oldest.wait(PATIENCE)
            self.kills += 1

    def stop(self) -> None:
        """End all of them."""
        processes.kill(self.keeper)


def waiting() -> int:
    """Messages not settled yet."""
    return OutboxMessage.objects.filter(state__in=(State.QUEUED, State.SENDING)).count()


def kill_and_count(
    way: str,
    *,
    count: int,
    kills: int,
    folder: Path,
    environment: dict[str, str],
    patience: float = 900,
    pause: float = 0.01,
    seed: int = 4,
) -> Figures:
    """Write letters, send them with two pumps, kill one of them now and then, and count what arrived."""
    wanted, started = write_letters(count), time.monotonic()
    with sink(folder, pause=pause) as mails:
        pumps = Pumps(way, mails=mails, folder=folder, environment=environment, seed=seed)
        try:
            while waiting() and time.monotonic() - started < patience:
                if pumps.kills < kills:
                    pumps.strike()
                else:
                    time.sleep(0.2)
            time.sleep(0.3)
        finally:
            pumps.stop()
        took = time.monotonic() - started
        return counted(wanted, mails, kills=Counter({way: pumps.kills}), seconds=took)


def number(name: str, default: int) -> int:
    """A count from the environment: CHAOS_MAILS, CHAOS_KILLS, …"""
    return int(os.environ.get(f"CHAOS_{name}", default))
