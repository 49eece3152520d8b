"""How sure a program's finish is, on one page: its odds, what they were made from, and what moves them most."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from programs.flags.types import Thresholds
from programs.graph import replay
from programs.graph.days import working_days
from programs.graph.forecast import DRIVERS
from programs.graph.spread import TRUST
from programs.maps.odds import Plot, plot
from programs.models import Analysis, Blocker, Dependency, LearnedSpreads, Milestone, Odds, Person, Program, ProgramForecast, Risk
from programs.queries import access
from programs.queries.calendars import calendars
from programs.queries.odds import Sure, grounded, sure_of
from programs.queries.overview_lists import standing
from programs.queries.slips import OWN_DATES, learned
from programs.queries.withheld import Sight

LEADING = 8  # milestones that lead most often


@dataclass(frozen=True, slots=True)
class Driver:
    """What brings the 80% date nearer by so many working days when it is taken away. Names are empty where withheld."""

    lever: str
    name: str
    key: str
    slug: str
    days: float
    date: date
    share: int  # of the largest, in whole per cent: how long its bar is
    to: str = ""  # of work handed over: what waits for it


@dataclass(frozen=True, slots=True)
class Leading:
    """A milestone that drives the finish in a share of the runs."""

    milestone: Milestone
    odds: Odds


@dataclass(frozen=True, slots=True)
class Alone:
    """When the finish would be done if it waited for nothing, as dates like its own held here: a second opinion."""

    milestone: Milestone
    own: date  # the date it names itself
    even: date
    by: date


@dataclass(frozen=True, slots=True)
class View:
    """The page. `grounded` is false when neither estimates nor history stand behind the figures."""

    program: Program
    row: ProgramForecast | None
    sure: Sure
    grounded: bool
    plot: Plot | None
    drivers: tuple[Driver, ...]
    drivers_behind: bool
    leading: tuple[Leading, ...]
    learned_from: int
    shared_luck: int
    may_plan: bool
    alone: Alone | None
    passed: int  # open milestones that are past their date

    @property
    def about(self) -> dict[str, int]:
        """How many of each kind of thing went in, with names a template can say."""
        return {key.replace(" ", "_"): value for key, value in (self.row.about if self.row else {}).items()}

    @property
    def open(self) -> int:
        """Unfinished milestones that were simulated."""
        return sum(self.about.get(how, 0) for how in ("range", "word", "learned", "nothing"))

    @property
    def behind(self) -> bool:
        """The plan has moved on since."""
        return self.sure.state == "behind"


def view(slug: str, *, by: Person) -> View:
    """Read the whole page. The number of queries does not depend on the size of the program."""
    program = access.program(slug, by=by, may="view")
    row: ProgramForecast | None = getattr(program, "odds", None)
    days = [(date.fromisoformat(day), count) for day, count in row.days] if row else []
    return View(
        program=program,
        row=row,
        sure=sure_of(program),
        grounded=row is not None and grounded(row.about),
        plot=plot(days, row.dates, target=row.target) if row and days else None,
        drivers=tuple(_drivers(row, Sight(by, program))) if row else (),
        drivers_behind=row is not None and row.drivers_revision < row.revision,
        leading=tuple(_leading(program)),
        learned_from=LearnedSpreads.objects.filter(team="").values_list("slips", flat=True).first() or 0,
        shared_luck=min(100, Thresholds.of(program.thresholds).shared_luck),
        may_plan=access.allows(access.role_in(program, by), "plan"),
        alone=_alone(program, row) if row else None,
        passed=standing(program, today=row.as_of).passed if row else 0,
    )


def _alone(program: Program, row: ProgramForecast) -> Alone | None:
    """Only where most of the odds are learned, for only then do they hold as dates do here; and where waiting makes it later."""
    if 2 * row.about.get("learned", 0) < sum(row.about.get(how, 0) for how in ("range", "word", "learned", "nothing")):
        return None
    stored = Analysis.objects.filter(program=program).select_related("finish_milestone__workstream").first()
    finish = stored.finish_milestone if stored else None
    own = next((day for name in OWN_DATES if (day := getattr(finish, name, None))), None)
    if finish is None or own is None or row.p80 is None:
        return None
    calendar = calendars([program], around=row.as_of)[program.pk]
    team = str(finish.team_id or (finish.workstream.team_id if finish.workstream else None) or "")
    found = learned([team]).spread(planned=working_days(row.as_of, own, calendar), team=team, kind=finish.kind)
    if found.all < TRUST:
        return None
    given = replay.dates(found, own, row.as_of, calendar, (50, 80))
    return Alone(finish, own, given[50], given[80]) if given[80] < row.p80 else None


def _leading(program: Program) -> list[Leading]:
    """What leads most often, most first. One query."""
    rows = Odds.objects.filter(program=program, criticality__gt=0).select_related("milestone__owner", "milestone__program")
    return [Leading(odds.milestone, odds) for odds in rows.order_by("-criticality", "p80", "milestone_id")[:LEADING]]


def _drivers(row: ProgramForecast, sight: Sight) -> list[Driver]:
    """Drivers by name, as far as the reader may know of them. Four queries at most."""
    ids: dict[str, set[int]] = {"estimate": set(), "risk": set(), "blocker": set(), "handover": set()}
    told = row.drivers[:DRIVERS]
    for one in told:
        ids[one["lever"]].add(one["id"])
    names: dict[tuple[str, int], tuple[str, str, str, str]] = {}
    for milestone in Milestone.objects.filter(pk__in=ids["estimate"]).select_related("program"):
        if sight.sees(milestone.program_id):
            names["estimate", milestone.pk] = (milestone.name, milestone.key, milestone.program.slug, "")
    for lever, model in (("risk", Risk), ("blocker", Blocker)):
        for thing in model.objects.filter(pk__in=ids[lever]).select_related("program"):  # type: ignore[attr-defined]
            if sight.sees(thing.program_id):
                names[lever, thing.pk] = (thing.title, thing.key, thing.program.slug, "")
    links = Dependency.objects.filter(pk__in=ids["handover"]).select_related("predecessor__program", "successor")
    for link in links:
        before, after = link.predecessor, link.successor
        if sight.sees(before.program_id) and sight.sees(after.program_id):
            names["handover", link.pk] = (before.name, before.key, before.program.slug, after.name)
    longest = max((one["days"] for one in told), default=0) or 1
    found = []
    for one in told:
        name, key, slug, to = names.get((one["lever"], one["id"]), ("", "", "", ""))
        share = max(1, round(100 * one["days"] / longest))
        found.append(Driver(one["lever"], name, key, slug, one["days"], date.fromisoformat(one["date"]), share, to))
    return found
