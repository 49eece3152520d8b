"""The list of a program's milestones: filtered, sorted, 200 rows at a time, as plain values."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Count, DecimalField, F, Q
from django.db.models.functions import Coalesce, Length

from programs.flags.types import Thresholds
from programs.models import OPEN_STATUSES, Dependency, Milestone, MilestoneStatus, Program, Said, Workstream
from programs.queries.odds import sure_of
from programs.queries.prepared import prepared

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from django.db.models import QuerySet

PAGE = 200
OPEN, ALL = "open", "all"
SPOKEN = (Said.ON_TRACK, Said.AT_RISK, Said.OFF_TRACK)
_BLOCKED = Q(status=MilestoneStatus.BLOCKED) | Q(timing__blocked=True, status__in=OPEN_STATUSES)
_WORKING = Q(status__in=[MilestoneStatus.IN_PROGRESS, MilestoneStatus.UNKNOWN])
_AT_WORK = frozenset({MilestoneStatus.IN_PROGRESS, MilestoneStatus.BLOCKED})
_CLOSED = frozenset({MilestoneStatus.DONE, MilestoneStatus.CANCELLED, MilestoneStatus.DEFERRED})

# What a glyph shows -> the rows that show it. The order of telling is that of `shown_state`.
STATES: dict[str, Q] = {
    OPEN: Q(status__in=OPEN_STATUSES),
    "blocked": _BLOCKED,
    "on_track": _WORKING & Q(said=Said.ON_TRACK),
    "at_risk": Q(said=Said.AT_RISK) & (_WORKING | Q(status=MilestoneStatus.NOT_STARTED)),
    "off_track": _WORKING & Q(said=Said.OFF_TRACK),
    "in_progress": Q(status=MilestoneStatus.IN_PROGRESS) & ~Q(said__in=SPOKEN),
    "not_started": Q(status=MilestoneStatus.NOT_STARTED) & ~Q(said=Said.AT_RISK),
    "unknown": Q(status=MilestoneStatus.UNKNOWN) & ~Q(said__in=SPOKEN),
    **{status: Q(status=status) for status in _CLOSED},
}
SORTS: dict[str, tuple[str, ...]] = {
    "key": ("workstream__key", "key_length", "key"),
    "name": ("name",),
    "status": ("status", "said"),
    "workstream": ("workstream__position", "workstream__name"),
    "owner": ("owner__name",),
    "target": ("target_date",),
    "forecast": ("timing__forecast",),
    "slip": ("timing__slip",),
    "float": ("timing__total_float",),
    "chance": ("odds__chance", "odds__p80"),
    "word": ("said_on",),
    "start": ("timing__early_start",),
    "left": ("work_left",),
    "baseline": ("baseline_date",),
    "needed": ("timing__needed_by",),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What the reader asked for. Every part is in the address; unknown values were dropped on the way in."""

    q: str = ""
    status: str = OPEN
    ws: str = ""
    owner: str = ""  # a person's number, or "none"
    float_lt: int | None = None
    critical: bool = False
    blocked: bool = False
    quiet: bool = False  # nobody spoke of it for as long as the program's threshold says
    late: bool = False  # forecast or finished after its target
    doubtful: bool = False  # less likely than not to meet its target
    dated: str = ""  # "yes" with a forecast, "no" without
    outside: bool = False  # what lies outside every program here, instead of the program's own
    sort: str = "forecast"
    descending: bool = False
    page: int = 1
    cols: str = ""  # the columns shown, by name, with commas; "" for the usual ones
    view: str = ""  # the number of the saved view this came from; "0" for none although one would open by itself


class Row(NamedTuple):
    """One line of the list."""

    id: int
    key: str
    name: str
    status: str
    said: str
    blocked: bool
    external: bool
    workstream: str
    owner: str
    target: date | None
    forecast: date | None
    slip: float | None
    total_float: float | None
    chance: float | None
    sure_by: date | None
    critical: bool
    said_on: date | None
    updated_on: date | None
    actual: date | None
    start: date | None
    left: Decimal | None  # days of work left, in the unit of the duration
    unit: str
    baseline: date | None
    needed_by: date | None
    waits_for: int
    feeds: int


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of rows, how many match, how many there are, and what the filters offer."""

    rows: list[Row]
    matching: int
    total: int
    left: int
    thresholds: Thresholds
    workstreams: list[tuple[str, str]] = field(default_factory=list)
    owners: list[tuple[str, str]] = field(default_factory=list)

    @property
    def shown(self) -> int:
        """Rows up to and including this page."""
        return self.matching - self.left


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The place in the list, from 1, of how many; the keys before and after. All empty for what is not in it."""

    place: int = 0
    count: int = 0
    before: str = ""
    after: str = ""


_COLUMNS = (
    *("pk", "key", "name", "status", "said", "timing__blocked", "external", "workstream__name", "owner__name", "target_date"),
    *(
        "timing__forecast",
        "timing__slip",
        "timing__total_float",
        "odds__chance",
        "odds__p80",
        "timing__critical",
        "said_on",
        "updated_on",
        "actual_date",
    ),
    *("timing__early_start", "work_left", "duration_unit", "baseline_date", "timing__needed_by"),
)
# Days of work that remain: as given, else what is not done of the duration.
_LEFT = Coalesce(
    "remaining_days",
    F("duration_days") * (100 - Coalesce("percent_done", 0, output_field=DecimalField())) * Decimal("0.01"),
    output_field=DecimalField(max_digits=12, decimal_places=4),
)


def listing(program: Program, filters: Filters, today: date) -> Listing:
    """Read one page of the list. Eight queries, whatever the size of the program."""
    everything = Milestone.objects.filter(program=program, external=filters.outside)
    thresholds = Thresholds.of(program.thresholds)
    chosen = _chosen(everything, filters, thresholds, today)
    matching = chosen.count()
    first = (filters.page - 1) * PAGE
    raw = list(_sorted(chosen, filters).values_list(*_COLUMNS)[first : first + PAGE])
    links, odds = _links([row[0] for row in raw]), _figures(program)
    return Listing(
        rows=[_row(row, links, odds=odds) for row in raw],
        matching=matching,
        total=everything.count(),
        left=max(0, matching - first - PAGE),
        thresholds=thresholds,
        workstreams=_workstreams(program.pk),
        owners=[(str(pk), name) for pk, name in _owners(program.pk, filters.outside)],
    )


def matching(program: Program, filters: Filters, today: date) -> QuerySet[Milestone]:
    """Every row that matches, not only those of one page: what "select all" means."""
    rows = Milestone.objects.filter(program=program, external=filters.outside)
    return _chosen(rows, filters, Thresholds.of(program.thresholds), today)


def some(program: Program, ids: Iterable[int]) -> list[Row]:
    """These lines of the list as they are now; what is gone is left out. Four queries."""
    rows = Milestone.objects.filter(program=program, pk__in=ids).annotate(work_left=_LEFT)
    raw = list(rows.order_by("pk").values_list(*_COLUMNS))
    links = _links([row[0] for row in raw])
    odds = _figures(program)
    return [_row(row, links, odds=odds) for row in raw]


def ids_of(program: Program, keys: Iterable[str]) -> list[int]:
    """The numbers behind the keys people know; what is gone is left out."""
    return list(Milestone.objects.filter(program=program, key__in=keys).order_by("pk").values_list("pk", flat=True))


def neighbours(milestone: Milestone, today: date) -> Neighbours:
    """Where an open milestone stands in the list as it opens, and what is before and after it. One query."""
    rows = matching(milestone.program, Filters(), today)
    keys = list(_sorted(rows, Filters()).values_list("key", flat=True))
    if milestone.key not in keys:
        return Neighbours()
    place = keys.index(milestone.key)
    following = keys[place + 1] if place + 1 < len(keys) else ""
    return Neighbours(place + 1, len(keys), keys[place - 1] if place else "", following)


def _chosen(rows: QuerySet[Milestone], filters: Filters, thresholds: Thresholds, today: date) -> QuerySet[Milestone]:
    if filters.q:
        rows = rows.filter(Q(key__istartswith=filters.q) | Q(name__icontains=filters.q))
    if filters.status != ALL:
        rows = rows.filter(STATES[filters.status])
        if filters.status not in {OPEN, "blocked", *_CLOSED}:
            rows = rows.exclude(_BLOCKED)
    if filters.ws:
        rows = rows.filter(workstream=None) if filters.ws == "none" else rows.filter(workstream__key=filters.ws)
    if filters.owner:
        rows = rows.filter(owner=None) if filters.owner == "none" else rows.filter(owner=int(filters.owner))
    if filters.float_lt is not None:
        rows = rows.filter(timing__total_float__lt=filters.float_lt)
    if filters.critical:
        rows = rows.filter(timing__critical=True)
    if filters.quiet:
        since = today - timedelta(days=thresholds.silent_days)
        heard = Q(said_on__gt=since) | Q(updated_on__gt=since) | Q(said_on=None, updated_on=None)
        rows = rows.filter(status__in=_AT_WORK).exclude(heard)
    if filters.late:
        rows = rows.filter(timing__late__gt=0)
    if filters.doubtful:
        rows = rows.filter(odds__chance__lt=0.5)
    if filters.dated:
        rows = rows.filter(timing__forecast__isnull=filters.dated == "no")
    return rows.filter(_BLOCKED) if filters.blocked else rows


def _sorted(rows: QuerySet[Milestone], filters: Filters) -> QuerySet[Milestone]:
    """Rows without a value come last either way; equal rows keep the order they were made in."""
    rows = rows.annotate(work_left=_LEFT)
    if filters.sort == "key":
        rows = rows.annotate(key_length=Length("key"))
    order = [
        F(name).desc(nulls_last=True) if filters.descending else F(name).asc(nulls_last=True) for name in SORTS[filters.sort]
    ]
    return rows.order_by(*order, "pk")


def _links(ids: list[int]) -> dict[int, list[int]]:
    """How many active links lead in and out of each row, in two queries."""
    found: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for place, inwards in enumerate((True, False)):
        for row, count in _counted(ids, inwards):
            found[row][place] = count
    return found


@prepared
def _counted(ids: Collection[int], inwards: bool) -> QuerySet[Dependency, Any]:
    end = "successor_id" if inwards else "predecessor_id"
    return Dependency.objects.filter(set_aside="", **{f"{end}__in": ids}).values_list(end).annotate(Count("pk")).order_by()


def _figures(program: Program) -> bool:
    """Whether there is something behind the odds of its milestones. One query."""
    return sure_of(program).by is not None


def _row(raw: tuple[Any, ...], links: dict[int, list[int]], *, odds: bool) -> Row:
    row = Row(*raw, *links.get(raw[0], (0, 0)))
    if not odds:
        row = row._replace(chance=None, sure_by=None)
    return row._replace(
        blocked=bool(row.blocked), workstream=row.workstream or "", owner=row.owner or "", critical=bool(row.critical)
    )


@prepared
def _owners(program: int, outside: bool) -> QuerySet[Milestone, Any]:
    rows = Milestone.objects.filter(program=program, external=outside, owner__isnull=False)
    return rows.order_by("owner__name").values_list("owner_id", "owner__name").distinct()


@prepared
def _workstreams(program: int) -> QuerySet[Workstream, Any]:
    return Workstream.objects.filter(program=program).order_by("position", "name").values_list("key", "name")


def last_word(row: Row) -> date | None:
    """The day somebody last spoke of it."""
    words = [day for day in (row.said_on, row.updated_on) if day]
    return max(words) if words else None


def silent(row: Row, thresholds: Thresholds, today: date) -> bool:
    """Whether work in progress went without a word for too long."""
    word = last_word(row)
    return row.status in _AT_WORK and word is not None and today - word >= timedelta(days=thresholds.very_silent_days)
