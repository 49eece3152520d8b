"""Keep how sure the dates are beside the stored analysis: simulated by the queue, never by a save or a page.

A row is of one revision of one program; an older answer never takes the place of a newer one. The tick finds what is behind, so
running twice, late or in parallel is safe, and the same plan gives the same rows.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from hashlib import blake2b
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.db.models import F

from programs.actions import forecast_parts, judging
from programs.actions.results import plain
from programs.graph.calendars import finishing_day
from programs.graph.fast import compiled
from programs.graph.forecast import DRIVER_RUNS, SEED, Driver, Forecast, Outlook, ProgramOutlook, Simulation
from programs.graph.replay import Replay
from programs.graph.spread import LENGTHS, Spreads
from programs.graph.types import DayCalendar
from programs.models import DailyAnalysis, ForecastPart, LearnedSpreads, Milestone, Odds, Program, ProgramForecast
from programs.models.forecasts import PERCENTS
from programs.queries.freshness import forecasts_behind
from programs.queries.parts import parts
from programs.queries.slips import as_kept, records
from programs.queries.snapshots import Network, cluster, network, today_in
from programs.queries.uncertainty import About, about

if TYPE_CHECKING:
    from datetime import datetime

SLOW, SLOWER = 15_000_000, 500_000  # milestones times runs in some five seconds: with numpy alone, and without it
LEAST = 500  # runs, however large the plan
MOST_TRIED = 40  # things that are taken away to see what each costs, about
TOO_FEW = 100  # runs that rank nothing
_DATES = tuple(f"p{percent}" for percent in PERCENTS)
_ODDS = ("program_id", *_DATES, "target", "chance", "criticality", "source")
_CHUNK = 400


def find(*, program_id: int, at: datetime, alone: bool = False) -> bool:
    """Simulate and store a program with everything it hangs together with; False when that stands already or is not whole yet.

    What is large is simulated in parts by several workers, unless it is to be done `alone`, here and now.
    """
    if program_id not in forecasts_behind():
        return False
    learn(at=at)
    program = Program.objects.get(pk=program_id)
    net = network(cluster([program_id]), as_of=today_in(program, at))
    known = about(net)
    size, most = len(net.snapshot.activities), settings.FORECAST_RUNS
    runs = max(runs_for(size, most), min(most, LEAST))
    ground = ground_of(net, known, runs)
    if _stands(net, ground):
        return True
    tally = None
    if forecast_parts.large(size, runs) and not alone:
        tally = forecast_parts.gathered(net.programs, ground, runs, at=at)
        if tally is None:
            return False
    made = Simulation(net.snapshot, known.uncertainty, seed=SEED)
    answer = made.read(tally or made.tally(0, runs))
    finishes = {pk: finishing_day(end.at) for pk, end in made.solution.finishes.items() if end.at is not None}
    stored = _store(net, known, answer, ground, finishes, at=at)
    forecast_parts.drop(net.programs)
    runs = runs_for(size * MOST_TRIED, min(DRIVER_RUNS, most))
    for pk in stored:
        if pk in answer.programs and not net.programs[pk].ended and runs >= min(TOO_FEW, most):
            _keep_drivers(net, pk, made.drivers(pk, runs=runs))
    return True


def find_part(*, part_id: int, at: datetime) -> None:
    """Do the runs of one part, unless they are done or of a plan that has moved on: then its parts are dropped."""
    part = ForecastPart.objects.filter(pk=part_id, tally="").select_related("program").first()
    if part is None:
        return
    net = network(cluster([part.program_id]), as_of=today_in(part.program, at))
    known = about(net)
    if ground_of(net, known, part.of) != part.ground:
        forecast_parts.drop([part.program_id])
        return
    forecast_parts.keep(part, Simulation(net.snapshot, known.uncertainty, seed=SEED).tally(part.first, part.runs))


def find_behind(*, at: datetime) -> int:
    """The sweep, which needs no queue: everything that is behind. Returns how many programs were."""
    behind = forecasts_behind()
    for program_id in behind:
        find(program_id=program_id, at=at, alone=True)
    return len(behind)


def runs_for(milestones: int, most: int) -> int:
    """How many runs so many milestones get: `most`, and fewer only where nothing is compiled."""
    budget = SLOW if find_spec("numpy") else SLOWER
    return most if milestones * most <= budget or compiled.load() else min(most, budget // milestones)


def ground_of(net: Network, known: About, runs: int) -> str:
    """A digest of everything the runs are drawn from and counted by. What people call things is left out: no date hangs on it."""
    plan = net.snapshot
    rows: list[object] = [plan.as_of, runs, SEED, known.uncertainty, sorted(known.counts.items()), sorted(known.sources.items())]
    for frame in plan.frames:
        days = frame.calendar
        rows.append((sorted(days.weekdays), sorted(days.holidays), sorted(days.extra_days)))
        rows.append(replace(frame, name="", calendar=DayCalendar()))
    rows.append(sorted(pk for pk, program in net.programs.items() if program.ended))
    rows += [replace(one, name="", key="") for one in plan.activities]
    rows += [*plan.links, *(replace(one, decision=bool(one.decision) * "D") for one in plan.obstacles)]
    return blake2b(repr(rows).encode(), digest_size=16).hexdigest()


@transaction.atomic(durable=True)
def _stands(net: Network, ground: str) -> bool:
    """Whether what is stored was drawn from the same ground, in every program; then it is the answer for these revisions too."""
    rows = ProgramForecast.objects.filter(program__in=net.programs, ground=ground, drivers_revision=F("revision"))
    if rows.count() < len(net.programs):
        return False
    for pk, revision in net.revisions.items():
        rows.filter(program=pk, revision__lt=revision).update(revision=revision, drivers_revision=revision)
    return True


def learn(*, at: datetime) -> None:
    """Once a day, look again at what the history says of how long things take."""
    today = at.date()
    if LearnedSpreads.objects.filter(as_of__gte=today).exists():
        return
    replay = Replay(records(around=today))
    rows = as_kept(Spreads.of({step: replay.learning(today, step) for step in LENGTHS}), as_of=today)
    with transaction.atomic():
        LearnedSpreads.objects.all().delete()
        LearnedSpreads.objects.bulk_create(rows, batch_size=_CHUNK, ignore_conflicts=True)  # two at once learn the same


@transaction.atomic(durable=True)
def _store(net: Network, known: About, answer: Forecast, ground: str, finishes: dict[int, date], *, at: datetime) -> list[int]:
    """Write the odds of every program whose stored ones are not newer, and what they make of health; returns which."""
    fresh = [pk for pk in net.programs if _claim(net, known, answer, ground, pk, finishes.get(pk), at=at)]
    stored = {row[0]: row[1:] for row in Odds.objects.filter(program__in=fresh).values_list("milestone_id", *_ODDS)}
    home = {activity.id: activity.frame for activity in net.snapshot.activities}
    told = {pk for pk in fresh if not net.programs[pk].ended}
    own = [outlook for outlook in answer.milestones.values() if home[outlook.id] in told]
    rows = {outlook.id: _odds(outlook, home[outlook.id], known) for outlook in own}
    for gone in parts(sorted(stored.keys() - rows.keys()), _CHUNK):
        Odds.objects.filter(pk__in=gone).delete()
    changed = {item: row for item, row in rows.items() if stored.get(item) != tuple(row.values())}
    there = set(Milestone.objects.filter(program__in=fresh).values_list("pk", flat=True)) if changed else set()
    Odds.objects.bulk_create(
        [Odds(milestone_id=item, **row) for item, row in changed.items() if item in there],
        batch_size=_CHUNK,
        update_conflicts=True,
        unique_fields=["milestone"],
        update_fields=list(_ODDS),
    )
    judging.judge(net, fresh, at=at)
    return fresh


def _claim(net: Network, known: About, answer: Forecast, ground: str, pk: int, finish: date | None, *, at: datetime) -> bool:
    """Write one program's own row and the odds of the day, unless a newer one stands there."""
    found, revision = None if net.programs[pk].ended else answer.programs.get(pk), net.revisions[pk]
    row: dict[str, Any] = {
        **_dates(found),
        "target": net.programs[pk].target_date,
        "chance": found.chance if found else None,
        "revision": revision,
        "as_of": answer.as_of,
        "finish": finish,
        "computed_at": at,
        "runs": answer.runs,
        "seed": SEED,
        "ground": ground,
        "about": known.counts[pk],
        "days": plain(found.days) if found else [],
    }
    if net.programs[pk].ended:
        row |= {"drivers": [], "drivers_revision": revision}
    _stored, made = ProgramForecast.objects.get_or_create(program_id=pk, defaults=row)
    if not made and not ProgramForecast.objects.filter(program=pk, revision__lte=revision).update(**row):
        return False
    odds: dict[str, Any] = {"dates": plain(found.dates), "chance": found.chance} if found else {}
    if not net.programs[pk].ended and first_of_the_week(pk, answer.as_of):
        own = (one.id for one in net.snapshot.activities if one.frame == pk)
        odds["milestones"] = {
            str(item): packed(answer.milestones[item], answer.as_of) for item in own if item in answer.milestones
        }
    DailyAnalysis.objects.filter(program=pk, day=answer.as_of).update(odds=odds)
    return True


def first_of_the_week(program: int, day: date) -> bool:
    """Whether the odds of every milestone are kept with this day: once a week, to be judged when they have happened."""
    week = DailyAnalysis.objects.filter(program=program, day__gte=day - timedelta(days=day.weekday()), day__lt=day)
    return not week.filter(odds__has_key="milestones").exists()


def packed(found: Outlook, day: date) -> list[int | None]:
    """A milestone's odds as a day keeps them: days from it to the target, then to the date of each percentage."""
    return [(found.target - day).days if found.target else None, *((found.dates[percent] - day).days for percent in PERCENTS)]


def _dates(found: Outlook | ProgramOutlook | None) -> dict[str, Any]:
    return dict(zip(_DATES, [found.dates[percent] for percent in PERCENTS] if found else [None] * len(PERCENTS), strict=True))


def _odds(outlook: Outlook, program: int, known: About) -> dict[str, Any]:
    """The columns of one milestone's odds, in the order of `_ODDS`."""
    source = known.sources.get(outlook.id)
    return {
        "program_id": program,
        **_dates(outlook),
        "target": outlook.target,
        "chance": outlook.chance,
        "criticality": outlook.criticality,
        "source": source.kept() if source else {},
    }


def _keep_drivers(net: Network, pk: int, drivers: tuple[Driver, ...]) -> None:
    rows = [{"lever": str(one.lever), "id": one.id, "days": one.days, "date": plain(one.date)} for one in drivers]
    revision = net.revisions[pk]
    ProgramForecast.objects.filter(program=pk, revision=revision).update(drivers=rows, drivers_revision=revision)
