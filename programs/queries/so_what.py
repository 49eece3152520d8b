"""Who is asked, the working day before a summary goes, what a blocker or a risk in it means: whoever wrote it down."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import F, QuerySet

from programs.flags.types import Thresholds
from programs.graph.days import is_working
from programs.graph.types import DayCalendar
from programs.models import (
    Analysis,
    Audience,
    Blocker,
    BlockerKind,
    BlockerStatus,
    Event,
    Frequency,
    Membership,
    OutboxMessage,
    Person,
    Preference,
    Program,
    Risk,
    RiskStatus,
    Role,
    Subscription,
)
from programs.queries import summaries
from programs.queries.calendars import calendars
from programs.queries.nudges import KIND, asked_lately
from programs.summaries.choose import ROOM
from programs.summaries.slots import instant, zone

AHEAD = timedelta(days=6)  # a summary after a long weekend is asked about before it
MORNING = time(9)  # of the one who is asked
_MOST = 500
Row = Blocker | Risk


@dataclass
class Missing:
    """What one person is asked: their blockers and risks that stand without the line in the next summaries."""

    person: Person
    on: date  # the first of those summaries
    blockers: list[tuple[Blocker, float]] = field(default_factory=list)  # with the working days each adds
    risks: list[Risk] = field(default_factory=list)

    @property
    def key(self) -> str:
        """What makes the letter unique for its reader."""
        return f"so-what:{self.on.isoformat()}"

    @property
    def programs(self) -> list[Program]:
        """Those it is about, each once."""
        rows: list[Row] = [*(row for row, _adds in self.blockers), *self.risks]
        return list({row.program_id: row.program for row in rows}.values())


def missing(*, at: datetime) -> list[Missing]:
    """Everybody who is to be asked now. Three queries while nothing is missing or no summary is near."""
    blockers, risks = _blockers(), _risks()
    rows: list[Row] = [*blockers, *risks]
    programs = {row.program_id: row.program for row in rows}
    due = _due(programs, at=at) if programs else {}
    if not due:
        return []
    shown = _shown(blockers, due)
    high = _high(risks, due)
    asked: dict[int, Missing] = {}
    authors = _Authors([row for row, _adds in shown], high)
    working = calendars(programs.values(), around=at.date())
    named: list[tuple[Row, float]] = [*shown, *((risk, 0.0) for risk in high)]
    for row, adds in named:
        author = authors.of(row)
        if author is None or not _time_has_come(author, due[row.program_id], working[row.program_id], at):
            continue
        mine = asked.setdefault(author.pk, Missing(author, due[row.program_id]))
        mine.on = min(mine.on, due[row.program_id])
        if isinstance(row, Blocker):
            mine.blockers.append((row, adds))
        else:
            mine.risks.append(row)
    return _willing(asked, at=at)


def _blockers() -> list[Blocker]:
    found = Blocker.objects.filter(status=BlockerStatus.OPEN, so_what="", program__deleted_at=None)
    return list(found.select_related("program", "raised_by", "owner").order_by("pk")[:_MOST])


def _risks() -> list[Risk]:
    found = Risk.objects.filter(
        kind="risk", so_what="", program__deleted_at=None, probability__isnull=False, impact__isnull=False
    )
    rows = found.exclude(status=RiskStatus.CLOSED).annotate(points=F("probability") * F("impact"))
    return list(rows.select_related("program", "owner").order_by("-points", "pk")[:_MOST])


def _due(programs: Iterable[int], *, at: datetime) -> dict[int, date]:
    """The day of the next summary that leaders or sponsors of each of these programs get."""
    rows = Subscription.objects.filter(
        active=True, next_at__gt=at, next_at__lte=at + AHEAD, audience__in=(Audience.LEADER, Audience.SPONSOR)
    )
    found: dict[int, date] = {}
    wanted = set(programs)
    for row in rows.select_related("person", "program").order_by("next_at", "pk")[:_MOST]:
        if row.next_at is None:
            continue
        day = row.next_at.astimezone(zone(row.time_zone)).date()
        spoken = [row.program_id] if row.program_id else [program.pk for program in summaries.followed(row)]
        for pk in spoken:
            if pk in wanted:
                found.setdefault(pk, day)
    return found


def _shown(blockers: Sequence[Blocker], due: dict[int, date]) -> list[tuple[Blocker, float]]:
    """Those a leader would read: what waits for a decision, and what costs days or nearly does, the dearest first."""
    prices = {
        cost["id"]: cost
        for costs in Analysis.objects.filter(program__in=due).values_list("blockers", flat=True)
        for cost in costs
        if isinstance(cost, dict)
    }
    found: dict[int, list[tuple[Blocker, float]]] = defaultdict(list)
    for row in blockers:
        cost = prices.get(row.pk, {})
        adds, room = float(cost.get("days_added") or 0.0), cost.get("total_float")
        near = room is not None and room <= Thresholds.of(row.program.thresholds).near_critical_days
        if row.program_id in due and (row.kind == BlockerKind.DECISION or adds >= 0.05 or near):
            found[row.program_id].append((row, adds))
    most = ROOM["leader"].blockers
    return [pair for pairs in found.values() for pair in sorted(pairs, key=lambda pair: -pair[1])[:most]]


def _high(risks: Sequence[Risk], due: dict[int, date]) -> list[Risk]:
    found: dict[int, list[Risk]] = defaultdict(list)
    for row in risks:
        if row.program_id in due and (row.score or 0) >= Thresholds.of(row.program.thresholds).high_risk:
            found[row.program_id].append(row)
    return [row for rows in found.values() for row in rows[: ROOM["leader"].risks]]


class _Authors:
    """Who wrote something down, if they may still change it; else its owner; else the owner of the program."""

    def __init__(self, blockers: Sequence[Blocker], risks: Sequence[Risk]) -> None:
        programs = {row.program_id for row in blockers} | {row.program_id for row in risks}
        rows = Membership.objects.filter(program__in=programs, person__is_active=True, person__email__isnull=False)
        self.roles = {(row.program_id, row.person_id): row for row in rows.select_related("person")}
        created = Event.objects.filter(kind="risk.created", subject_id__in=[row.pk for row in risks], by__isnull=False)
        self.created = dict(created.values_list("subject_id", "by_id"))

    def of(self, row: Row) -> Person | None:
        """The first of them who may write the line."""
        first = row.raised_by_id if isinstance(row, Blocker) else self.created.get(row.pk)
        enough = (Role.ENGINEER, Role.TPM) if isinstance(row, Blocker) else (Role.TPM,)
        for person in (first, row.owner_id, row.program.owner_id):
            member = self.roles.get((row.program_id, person or 0))
            if member is not None and member.role in enough:
                return member.person
        return None


def _time_has_come(author: Person, day: date, calendar: DayCalendar, at: datetime) -> bool:
    """From nine in the author's morning until midnight of the last working day before the summary."""
    before = day - timedelta(days=1)
    while not is_working(before, calendar) and day - before < AHEAD:
        before -= timedelta(days=1)
    place = zone(author.time_zone)
    return instant(before, MORNING, place) <= at and at.astimezone(place).date() == before


def _willing(asked: dict[int, Missing], *, at: datetime) -> list[Missing]:
    """Not those who want no such letters, had one within a week, or had this one."""
    unwanted = set(
        Preference.objects.filter(person__in=asked, kind=KIND, frequency=Frequency.NEVER).values_list("person", flat=True)
    )
    lately = asked_lately(asked, at=at)
    written = _written(asked.values()).values_list("person", "key")
    had = {person for person, key in written if asked[person].key in key}
    return [one for pk, one in asked.items() if pk not in unwanted and pk not in lately and pk not in had]


def _written(asked: Iterable[Missing]) -> QuerySet[OutboxMessage]:
    keys = [f"{KIND}:{one.key}:{one.person.email}" for one in asked]
    return OutboxMessage.objects.filter(key__in=keys, person__isnull=False)
