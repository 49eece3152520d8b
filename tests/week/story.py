"""The demo program for a week on a stopped clock: people do things, the tick runs, mail goes to a real server.

What arrives is read as its reader would: when, from which kind, with which subject, and the whole text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Min
from django.test import Client

from programs import tasks
from programs.actions import blockers, demo, milestones, subscriptions
from programs.mail import nudge
from programs.models import Blocker, Membership, Milestone, Notice, OutboxMessage, Person, Program, Role, Subscription

if TYPE_CHECKING:
    from tests.provision.smtp import Mailbox

MONDAY = date(2027, 3, 1)
LOOKS = (time(0, 30), time(7), time(9), time(11), time(13), time(15), time(17))  # when the tick runs in any case
SPONSOR = "Sponsor in New York"


@dataclass(frozen=True, slots=True)
class Received:
    """One message as it arrived."""

    at: datetime
    who: str
    kind: str
    subject: str
    text: str


@dataclass
class Week:
    """The clock, the mailbox and what happened."""

    clock: Any
    mailbox: Mailbox
    received: list[Received] = field(default_factory=list)
    done: list[tuple[datetime, str]] = field(default_factory=list)

    # People and things

    def person(self, name: str) -> Person:
        """Somebody of the demo, by what they do."""
        return Person.objects.get(name=name)

    @property
    def program(self) -> Program:
        """The one full program of the demo."""
        return Program.objects.get(name="Payments platform migration")

    def milestone(self, key: str) -> Milestone:
        """One of its milestones."""
        return Milestone.objects.get(program=self.program, key=key)

    @property
    def now(self) -> datetime:
        """The moment the clock stands at."""
        return datetime.now(UTC)

    def did(self, what: str) -> None:
        """Write down what somebody did; its bell rings at once, as it does after every save."""
        self.done.append((self.now, what))
        self.tick()

    # Time

    def to(self, day: int, hour: int, minute: int = 0) -> None:
        """Let time pass until this moment, 0 being the first Monday; UTC. The tick runs whenever something may be due."""
        goal = datetime.combine(MONDAY + timedelta(days=day), time(hour, minute), tzinfo=UTC)
        while (following := min(self._next_due(), goal)) < goal:
            self.clock.move_to(following)
            self.tick()
        self.clock.move_to(goal)
        self.tick()

    def _next_due(self) -> datetime:
        """The next moment something is due: a summary, a notice, a mail; and a look around now and then."""
        found = [
            Subscription.objects.filter(active=True).aggregate(at=Min("next_at"))["at"],
            Notice.objects.filter(state=Notice.State.SETTLING).aggregate(at=Min("due_at"))["at"],
            Notice.objects.filter(message=None, state=Notice.State.TOLD).aggregate(at=Min("mail_at"))["at"],
        ]
        looks = [datetime.combine(self.now.date() + timedelta(days=day), LOOKS[0], tzinfo=UTC) for day in (0, 1)]
        looks += [datetime.combine(self.now.date(), look, tzinfo=UTC) for look in LOOKS]
        return min(at for at in [*found, *looks] if at is not None and at > self.now)

    def tick(self) -> None:
        """What the queue does, in this process; then read the mail."""
        tasks.sweep()
        kinds = dict(OutboxMessage.objects.values_list("message_id", "kind"))
        names = dict(Person.objects.values_list("email", "name"))
        for message in self.mailbox.messages:
            body = message.get_body(("plain",))
            assert body is not None
            who, kind = names[str(message["To"])], kinds[str(message["Message-ID"])]
            self.received.append(Received(self.now, who, kind, str(message["Subject"]), body.get_content()))
        self.mailbox.clear()

    # What is read

    def of(self, who: str, kind: str = "") -> list[Received]:
        """What one person received, perhaps of one kind."""
        return [one for one in self.received if one.who == who and kind in ("", one.kind)]

    def transcript(self) -> str:
        """Everything that happened, then every message by reader, in words."""
        lines = ["WHAT HAPPENED", ""]
        lines += [f"  {at:%a %d %b %H:%M}  {what}" for at, what in self.done]
        for who in sorted({one.who for one in self.received}):
            mine = self.of(who)
            lines += ["", "=" * 78, f"{who.upper()}: {len(mine)}", "=" * 78]
            for one in mine:
                lines += ["", f"--- {one.at:%a %d %b %H:%M} · {one.kind} · {one.subject}", "", one.text.rstrip()]
        return "\n".join(lines) + "\n"


def lived(clock: Any, mailbox: Mailbox) -> Week:
    """A slip, a blocker, a nudge and its answer, a clear, and the summaries around them."""
    week = Week(clock, mailbox)
    clock.move_to(datetime.combine(MONDAY, time(6), tzinfo=UTC))
    demo.load(today=MONDAY, at=week.now)
    _readers(week, week.person("Program TPM"))
    week.to(1, 10)
    _slip(week)
    week.to(2, 11, 20)
    made = _block(week)
    week.to(2, 15)
    asked = nudge.ask(week.program, by=week.person("Program TPM"), at=week.now)
    week.did(f"Program TPM nudges {', '.join(person.name for person in asked.people)}")
    week.to(3, 9, 10)
    _answer(week)
    week.to(4, 14)
    blockers.clear(
        blocker=Blocker.objects.get(pk=made.pk), resolution="New keys arrived", by=week.person("Network engineer"), at=week.now
    )
    week.did(f"Network engineer clears {made.key}")
    week.to(7, 15)
    return week


def _slip(week: Week) -> None:
    """Six weeks of work left instead of two: the second rehearsal and what follows it wait longer."""
    row = week.milestone("LED-5")
    assert row.owner is not None
    changes = {"remaining_days": 30}
    note = "The partitioning fix needs another review"
    milestones.edit(milestone=row, version=row.version, changes=changes, reason=note, by=row.owner, at=week.now)
    week.did(f"{row.owner.name} says {row.key} {row.name} needs 30 days more")


def _block(week: Week) -> Blocker:
    """Something outside stops the API; the network engineer can clear it."""
    row = week.milestone("API-4")
    assert row.owner is not None
    made = blockers.block(
        milestone=row,
        title="Sandbox keys of the card network have expired",
        by=row.owner,
        at=week.now,
        owner=week.person("Network engineer"),
        waiting_on="Card network",
        expected_clear=date(2027, 3, 9),
        kind="external",
    )
    week.did(f"{row.owner.name} says {row.key} {row.name} is blocked: {made.title}")
    return made


def _readers(week: Week, tess: Person) -> None:
    """A sponsor in New York, an engineer who wants the team's summary; the demo brings a leader and the program manager."""
    sponsor = Person.objects.create(name=SPONSOR, email="sponsor-in-new-york@example.test", time_zone="America/New_York")
    Membership.objects.create(program=week.program, person=sponsor, role=Role.VIEWER)
    Program.objects.filter(pk=week.program.pk).update(sponsor=sponsor)
    given = {"weekdays": [1], "local_time": time(8), "time_zone": "", "at": week.now}
    subscriptions.create(person=sponsor, program=None, audience="sponsor", by=sponsor, **given)
    engineer = week.person("Network engineer")
    subscriptions.create(person=engineer, program=week.program, audience="team", by=tess, **given)


def _answer(week: Week) -> None:
    """The first who was nudged answers through the link in the mail, without signing in."""
    letter = next(one for one in week.received if one.kind == "nudge" and "/a/" in one.text)
    found = re.search(r"https?://[^\s/]+(/a/\S+)", letter.text)
    assert found is not None
    page = Client().get(found[1])
    assert page.status_code == 200
    version = re.search(r'name="version" value="(\d+)"', page.content.decode())
    saved = Client().post(found[1], {"version": version[1] if version else ""})
    assert saved.status_code == 200, saved.content.decode()[:2000]
    week.did(f"{letter.who} answers through the link in the mail")
