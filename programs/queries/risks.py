"""The risk register: the heat map over all open risks, and the rows that are asked for."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, F, Q

from programs.flags.types import Thresholds
from programs.graph.forecast import DRIVERS, TRIED, Lever
from programs.models import OPEN_STATUSES, Dependency, Event, Milestone, ProgramForecast, Risk, RiskKind, RiskStatus, Strike
from programs.queries.overview_lists import level
from programs.queries.snapshots import today_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import QuerySet

    from programs.models import Program

Struck = Milestone | Dependency  # what a risk delays when it happens
MOST = 500
LATELY = timedelta(days=30)  # how far back a new judgement makes a risk rising or easing
NEW = timedelta(days=7)
REVIEW_SOON = timedelta(days=2)
OPEN, ALL = "active", "all"
STATUSES = dict(RiskStatus.choices)
SORTS = {
    "score": (F("product").desc(nulls_last=True), F("number").asc()),
    "name": (F("title").asc(),),
    "owner": (F("owner__name").asc(nulls_last=True),),
    "review": (F("review_on").asc(nulls_last=True),),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What the reader asked for; all of it in the address."""

    q: str = ""
    kind: str = ""
    status: str = OPEN
    ws: str = ""
    owner: str = ""
    likelihood: int | None = None
    impact: int | None = None
    sort: str = "score"


@dataclass(frozen=True, slots=True)
class Cell:
    """One square of the heat map with the numbers of its risks. `level` is the step of the colour ramp, 1 to 5."""

    likelihood: int
    impact: int
    numbers: tuple[int, ...]
    level: int
    chosen: bool = False

    @property
    def shown(self) -> tuple[int, ...]:
        """As many numbers as fit."""
        return self.numbers[:4]

    @property
    def more(self) -> int:
        """Those that do not."""
        return len(self.numbers) - len(self.shown)


@dataclass(frozen=True, slots=True)
class Register:
    """The map, the rows, and what the filters offer."""

    cells: list[list[Cell]]
    rows: Sequence[Risk]
    matching: int
    total: int
    unjudged: int
    workstreams: list[tuple[str, str]]
    owners: list[tuple[str, str]]
    kinds: list[tuple[str, int]]  # how many of each kind are open


def register(program: Program, filters: Filters, *, at: datetime) -> Register:
    """Read the register. Eight queries, whatever its size."""
    everything = Risk.objects.filter(program=program)
    placed = list(
        everything.filter(kind=RiskKind.RISK)
        .exclude(status=RiskStatus.CLOSED)
        .order_by("number")
        .values_list("number", "probability", "impact")
    )
    chosen = _chosen(everything, filters)
    order = SORTS[filters.sort]
    rows = list(
        chosen.annotate(product=F("probability") * F("impact"))
        .select_related("owner", "milestone", "workstream", "program")
        .order_by(*order, "pk")[: MOST + 1]
    )
    bounds = Thresholds.of(program.thresholds).heat
    turns, today, sure = trends(program, at=at), today_in(program, at), costs(program)
    for row in rows:
        row.level = level(row.score, bounds) if row.score else 0  # type: ignore[attr-defined]
        row.sure = sure.days.get(row.pk, 0.0)  # type: ignore[attr-defined]
        row.free = not row.sure and sure.whole and _counts(row)  # type: ignore[attr-defined]
        row.trend = turns.get(row.pk, 0)  # type: ignore[attr-defined]
        row.is_new = row.raised_on is not None and row.raised_on > today - NEW  # type: ignore[attr-defined]
        row.review_soon = row.review_on is not None and row.review_on <= today + REVIEW_SOON  # type: ignore[attr-defined]
    owners = everything.filter(owner__isnull=False).order_by("owner__name").values_list("owner_id", "owner__name").distinct()
    counts: dict[str, int] = defaultdict(int)
    active: dict[str, int] = defaultdict(int)
    for kind, state, n in everything.order_by().values_list("kind", "status").annotate(n=Count("pk")):
        counts[kind] += n
        active[kind] += n if state != RiskStatus.CLOSED else 0
    return Register(
        kinds=[(kind, active[kind]) for kind in RiskKind.values],
        cells=cells(placed, filters, bounds),
        rows=rows[:MOST],
        matching=len(rows) if len(rows) <= MOST else chosen.count(),
        total=sum(counts.values()),
        unjudged=sum(1 for _number, likelihood, impact in placed if likelihood is None or impact is None),
        workstreams=list(program.workstreams.order_by("position", "name").values_list("key", "name")),
        owners=[(str(pk), name) for pk, name in owners],
    )


@dataclass(frozen=True, slots=True)
class Costs:
    """Working days by which the date that is 80% sure would be sooner without each risk, as far as that moves it.

    `whole`: what counts and is not among them moves nothing.
    """

    days: dict[int, float]
    whole: bool


def costs(program: Program) -> Costs:
    """What each risk costs. One query."""
    row = ProgramForecast.objects.filter(program=program, p80__isnull=False).only("drivers", "drivers_revision", "about").first()
    if row is None:
        return Costs({}, whole=False)
    found = {one["id"]: one["days"] for one in row.drivers if one["lever"] == Lever.RISK and one["days"] > 0}
    return Costs(found, whole=row.drivers_revision == program.revision and row.about.get("risks", 0) <= DRIVERS * TRIED)


def _counts(row: Risk) -> bool:
    """Whether the odds reckon with it by the milestone it threatens: it is judged, and that is still to be done."""
    risk = row.kind == RiskKind.RISK and row.status != RiskStatus.CLOSED
    judged = row.odds is not None and (row.days is not None or row.impact is not None)
    return risk and judged and row.milestone is not None and row.milestone.status in OPEN_STATUSES


def scores(risk: Risk) -> list[tuple[datetime, int]]:
    """How the score changed, the oldest first, the last as it is now. One query."""
    notes = Event.objects.filter(
        kind="risk.changed", subject_type="risk", subject_id=risk.pk, field__in=("probability", "impact")
    )
    now: dict[str, int | None] = {"probability": risk.probability, "impact": risk.impact}
    found: list[tuple[datetime, int]] = []
    for at, field, old in notes.order_by("-at", "-pk").values_list("at", "field", "old")[:60]:
        if now["probability"] and now["impact"]:
            found.append((at, now["probability"] * now["impact"]))
        now[field] = int(old) if old.isdecimal() else None
    if now["probability"] and now["impact"]:
        found.append((risk.created_at, now["probability"] * now["impact"]))
    return found[::-1]


def struck_by(risk: Risk) -> list[Struck]:
    """What the risk delays beside the milestone it threatens first: milestones, then links, as they were named. One query."""
    ends = ("dependency__predecessor", "dependency__successor")
    rows = Strike.objects.filter(risk=risk).select_related("milestone", *ends).order_by("pk")
    return [hit for row in rows if (hit := row.milestone or row.dependency) is not None]


def struck_named(program: Program, words: Sequence[str]) -> dict[str, Struck]:
    """Milestones and links by what people write for them, in capitals: "API-3", "API-1 > APP-2". At most two queries."""
    keys = {part for word in words for part in word.upper().split(" > ") if part.isprintable()}
    milestones = {each.key: each for each in Milestone.objects.filter(program=program, key__in=keys)}
    found: dict[str, Struck] = {key: each for key, each in milestones.items() if key in {word.upper() for word in words}}
    if any(" > " in word for word in words):
        ends = list(milestones.values())
        links = Dependency.objects.filter(predecessor__in=ends, successor__in=ends).select_related("predecessor", "successor")
        found |= {f"{each.predecessor.key} > {each.successor.key}".upper(): each for each in links.order_by("-pk")}
    return found


def trends(program: Program, *, at: datetime) -> dict[int, int]:
    """Steps of likelihood and impact by which risks were judged higher, or lower, in the last month. One query."""
    found = Event.objects.filter(program=program, kind="risk.changed", field__in=("probability", "impact"), at__gt=at - LATELY)
    turns: dict[int, int] = {}
    for risk, old, new in found.values_list("subject_id", "old", "new"):
        if risk is not None and old.isdecimal() and new.isdecimal():
            turns[risk] = turns.get(risk, 0) + int(new) - int(old)
    return turns


def _chosen(rows: QuerySet[Risk], filters: Filters) -> QuerySet[Risk]:
    if filters.q:
        rows = rows.filter(Q(title__icontains=filters.q) | Q(note__icontains=filters.q) | _numbered(filters.q))
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.status == OPEN:
        rows = rows.exclude(status=RiskStatus.CLOSED)
    elif filters.status != ALL:
        rows = rows.filter(status=filters.status)
    if filters.ws:
        rows = rows.filter(Q(workstream__key=filters.ws) | Q(workstream=None, milestone__workstream__key=filters.ws))
    if filters.owner:
        rows = rows.filter(owner=None) if filters.owner == "none" else rows.filter(owner=int(filters.owner))
    if filters.likelihood is not None:
        rows = rows.filter(probability=filters.likelihood)
    return rows if filters.impact is None else rows.filter(impact=filters.impact)


def _numbered(text: str) -> Q:
    """ "R-17" means the line of that number, whatever its letter is now."""
    number = text.strip().upper().removeprefix("R-").removeprefix("A-").removeprefix("I-")
    return Q(number=int(number)) if number.isascii() and number.isdigit() and len(number) < 10 else Q(pk=None)


def cells(placed: list[tuple[int, int | None, int | None]], filters: Filters, bounds: Iterable[int]) -> list[list[Cell]]:
    """Five rows, likelihood 5 on top."""
    found: dict[tuple[int, int], list[int]] = {}
    for number, likelihood, impact in placed:
        if likelihood and impact:
            found.setdefault((likelihood, impact), []).append(number)
    wanted = (filters.likelihood, filters.impact)
    return [
        [
            Cell(row, column, tuple(found.get((row, column), ())), level(row * column, bounds), wanted == (row, column))
            for column in range(1, 6)
        ]
        for row in range(5, 0, -1)
    ]
