"""Status updates that are sent: the facts a draft begins with, who gets one, and the archive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.paginator import Page, Paginator

from programs.models import Analysis, Report, Subscription
from programs.queries import access, summaries
from programs.summaries import report as texts
from programs.summaries import seen, slots
from programs.summaries.facts import Reader
from programs.summaries.write import program_summary

if TYPE_CHECKING:
    from datetime import date

    from programs.models import Person, Program

A_PAGE = 20


@dataclass(frozen=True, slots=True)
class Facts:
    """What a draft begins with: its texts by name, and what the next one will compare with."""

    texts: dict[str, str]
    seen: dict[str, object]


def facts(program: Program, *, by: Person, at: datetime) -> Facts:
    """The state of this moment in sentences, and what changed since the last update that was sent. Fixed queries.

    Say in which language with `words.spoken`.
    """
    today = at.astimezone(slots.zone(program.time_zone)).date()
    reader = Reader(
        name=by.name, audience="leader", today=today, now=at, zone=program.time_zone, weekdays=frozenset({today.isoweekday()})
    )
    sent = Report.objects.filter(program=program, sent_at__isnull=False).order_by("-sent_at")
    last = sent.values_list("seen", flat=True).first()
    known = summaries.read([program], person=by, reader=reader, stored=last or {})[0]
    summary = program_summary(reader, known)
    return Facts(texts.drafted(summary), seen.told([known], reader))


def followers(program: Program) -> list[Subscription]:
    """Who gets a status update: everybody who follows this program by mail and is still a member, once each, by name."""
    rows = Subscription.objects.filter(program=program, active=True, person__is_active=True, person__email__isnull=False)
    found: dict[int, Subscription] = {}
    for row in rows.select_related("person").order_by("person__name", "pk"):
        found.setdefault(row.person_id, row)
    members = set(access.people_in(program).filter(pk__in=found).values_list("pk", flat=True))
    return [row for row in found.values() if row.person_id in members or row.person.is_admin]


def archive(program: Program, *, page: str | int | None = 1) -> Page[Report]:
    """Sent updates, the latest first."""
    rows = (
        Report.objects.filter(program=program, sent_at__isnull=False)
        .select_related("author")
        .only("headline", "on", "address", "health", "sent_at", "sent_to", "author__name")
    )
    return Paginator(rows.order_by("-sent_at", "-pk"), A_PAGE).get_page(page)


def draft(program: Program) -> Report | None:
    """The one that is being written."""
    return Report.objects.filter(program=program, sent_at__isnull=True).select_related("author", "program").first()


def free_address(program: Program, day: date) -> str:
    """The address of an update sent on this day; from the second of a day on with a number: 2027-03-03-2.

    A program has one draft at a time, so nobody else can take it meanwhile.
    """
    taken = set(Report.objects.filter(program=program, address__startswith=day.isoformat()).values_list("address", flat=True))
    address, number = day.isoformat(), 2
    while address in taken:
        address, number = f"{day.isoformat()}-{number}", number + 1
    return address


def health(program: Program) -> str:
    """The computed health, as stored."""
    return Analysis.objects.filter(program=program).values_list("health", flat=True).first() or ""


def shown(row: Report, *, program: Program, on: date | None = None, state: str | None = None) -> texts.Report:
    """A row as everybody sees it; a draft as it would be, on this day and with this health."""
    return texts.Report(
        program=program.name,
        on=row.on or on or row.edited_at.date(),
        author=row.author.name if row.author else "",
        health=row.health if state is None else state,
        headline=row.headline,
        parts=texts.parts({name: getattr(row, name) for name in Report.TEXTS}),
    )
