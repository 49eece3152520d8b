"""Why dates moved, as the history tells it: a plan that is really changed day by day, and the pages that say so."""

import random
from collections import Counter
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programs.actions import analysis, blockers, calendars, dependencies, milestones
from programs.graph.days import working_days
from programs.graph.types import DayCalendar
from programs.models import Analysis, Blocker, CalendarException, DailyAnalysis, Milestone, Program, Timing, Workstream
from programs.queries import attribution, milestone
from programs.queries.calendars import calendars as calendars_of
from programs.summaries.attribution import Cause, Kind
from tests import cast
from tests.web.reading import words

pytestmark = pytest.mark.usefixtures("monday")
VENDOR, SECURITY, SCOPE = Cause(Kind.BLOCKER, "Vendor X"), Cause(Kind.WORK, "Security"), Cause(Kind.SCOPE)
TIME, CALENDAR = Cause(Kind.TIME), Cause(Kind.CALENDAR)
WEEK = DayCalendar()
DAYS = 14  # that are replayed, until today


def account_of(program, rows=None):
    calendar = calendars_of([program], around=cast.MONDAY)[program.pk]
    kept = DailyAnalysis.objects.filter(program=program).order_by("day").values_list("day", "finish", "path")
    return attribution.of_program(program, list(kept) if rows is None else rows, calendar)


class Replay:
    """A plan that somebody works on, its answer brought up to date after every change and every night."""

    def __init__(self, program, tess):
        self.program, self.tess = program, tess
        self.at = cast.NINE - timedelta(days=DAYS, hours=8)
        self.rows = cast.sketch("scan(8) > build(9) > launch(4)", program, workstream=Workstream.objects.get(program=program))
        Program.objects.filter(pk=program.pk).update(finish_milestone=self.rows["launch"])
        self.truth, self.marks = Counter(), []
        self.look()

    def look(self):
        analysis.recompute(program_id=self.program.pk, at=self.at, force=True)
        return Analysis.objects.get(program=self.program).finish

    def does(self, cause, change):
        """Make a change, and note by which dates it moved the finish."""
        self.at += timedelta(hours=1)
        before = Analysis.objects.get(program=self.program).finish
        change()
        self.marks.append((cause, before, self.look()))

    def night(self, cause):
        self.at = (self.at + timedelta(days=1)).replace(hour=1)
        self.does(cause, lambda: None)

    def fresh(self, name):
        return Milestone.objects.get(pk=self.rows[name].pk)

    def longer(self, name, days):
        row = self.fresh(name)
        changes = {"duration_days": row.duration_days + days}
        milestones.edit(milestone=row, version=row.version, changes=changes, by=self.tess, at=self.at)

    def block(self, name, days):
        until = self.at.date() + timedelta(days=days)
        blockers.block(
            milestone=self.fresh(name), title="No parts", waiting_on="Vendor X", expected_clear=until, by=self.tess, at=self.at
        )

    def clear(self):
        for row in Blocker.objects.filter(program=self.program, status="open"):
            blockers.clear(blocker=row, by=self.tess, at=self.at)

    def added(self, number):
        made = cast.milestone(self.program, f"more {number}", duration_days=30)
        dependencies.link(predecessor=made, successor=self.fresh("launch"), by=self.tess, at=self.at)

    def closed(self, day):
        program = Program.objects.get(pk=self.program.pk)
        known = CalendarException.objects.filter(program=program).values_list("day", flat=True)
        off = [(each, False, "Shut") for each in sorted({*known, day})]
        calendars.set_calendar(
            program=program, version=program.version, weekdays=[1, 2, 3, 4, 5], exceptions=off, by=self.tess, at=self.at
        )

    def true_parts(self):
        calendar = calendars_of([self.program], around=cast.MONDAY)[self.program.pk]
        for cause, before, after in self.marks:
            self.truth[cause] += working_days(before, after, calendar)
        return {cause: days for cause, days in self.truth.items() if days}


def test_every_change_gets_what_it_moved(program, tess):
    plan = Replay(program, tess)
    plan.does(SECURITY, lambda: plan.longer("scan", 3))
    plan.night(TIME)
    plan.does(VENDOR, lambda: plan.block("scan", 20))
    plan.does(SCOPE, lambda: plan.added(1))
    plan.night(VENDOR)
    plan.does(CALENDAR, lambda: plan.closed(date(2027, 3, 10)))
    plan.does(SECURITY, lambda: plan.longer("launch", -2))
    plan.night(VENDOR)
    plan.does(VENDOR, plan.clear)
    found = account_of(program)
    first = DailyAnalysis.objects.order_by("day").first()
    of_first_day = next(mark for mark in plan.marks)  # before the first day ended, so no move between days
    plan.marks.remove(of_first_day)
    assert dict(found.parts) == plan.true_parts()
    assert first.finish == of_first_day[2]


@pytest.mark.parametrize("seed", range(4))
def test_random_histories_sum_up(program, tess, seed):
    chance, plan = random.Random(seed), Replay(program, tess)
    deeds = [
        lambda: plan.longer(chance.choice(["scan", "build", "launch"]), chance.choice([-1, 2, 5])),
        lambda: plan.block(chance.choice(["scan", "build"]), chance.randint(5, 30)),
        lambda: plan.added(len(plan.marks)),
        lambda: plan.closed(cast.MONDAY + timedelta(days=chance.randint(1, 20))),
        plan.clear,
    ]
    for _day in range(6):
        for deed in chance.sample(deeds, k=chance.randint(0, 2)):
            plan.does(SCOPE, deed)
        plan.night(TIME)
    rows = list(DailyAnalysis.objects.order_by("day").values_list("day", "finish", "path"))
    calendar = calendars_of([program], around=cast.MONDAY)[program.pk]
    found = account_of(program)
    assert len(found.moves) > 1
    assert sum(days for _cause, days in found.parts) == found.days == working_days(rows[0][1], rows[-1][1], calendar)
    assert all(sum(days for _cause, days in move.parts) == move.days for move in found.moves)


def test_the_page_says_why(program, tess, client, lena):
    plan = Replay(program, tess)
    plan.night(TIME)
    plan.does(VENDOR, lambda: plan.block("scan", 20))
    client.force_login(lena)
    said = words(client.get("/p/atlas/history"))
    found = account_of(program)
    assert f"from Vendor X, {dict(found.parts)[TIME]} from time that passed." in said
    assert "Vendor X (blocker)" in said


def test_another_program_is_not_named(program, tess, client, lena):
    other = cast.program("Secret", tpm=tess)
    source = cast.sketch("hidden(3)", other)["hidden"]
    plan = Replay(program, tess)
    dependencies.link(predecessor=source, successor=plan.fresh("scan"), by=tess, at=plan.at)
    plan.night(TIME)
    milestones.edit(milestone=source, version=source.version, changes={"duration_days": 30}, by=tess, at=plan.at)
    plan.look()
    found = account_of(program)
    assert Cause(Kind.ELSEWHERE) in dict(found.parts)
    client.force_login(lena)
    said = words(client.get("/p/atlas/history"))
    assert "other programs" in said
    assert "hidden" not in said


def test_the_overview_and_a_milestone_say_it_shortly(program, tess, client, lena):
    plan = Replay(program, tess)
    plan.does(VENDOR, lambda: plan.block("scan", 25))
    plan.at = cast.NINE - timedelta(days=7)
    plan.look()
    plan.added(1)
    plan.look()
    plan.at = cast.NINE
    plan.longer("launch", 40)
    plan.look()
    client.force_login(lena)
    said = words(client.get("/p/atlas/"))
    assert "44 working days later than on Mon 22 Feb. 40 from Security, 4 from Vendor X." in said
    moved = milestone.page("atlas", plan.rows["launch"].key, by=lena, at=plan.at).moved
    assert moved.days == sum(days for _cause, days in moved.parts)
    assert dict(moved.parts)[SECURITY] == 40
    with CaptureQueriesContext(connection) as caught:
        attribution.of_milestone(plan.rows["launch"], Timing.objects.get(milestone=plan.rows["launch"]), WEEK, today=cast.MONDAY)
    assert len(caught) == 7  # the timing, which days are kept, those of each week, and four about their path
    said = words(client.get(f"/p/atlas/m/{plan.rows['launch'].key}"))
    assert "Moved 1 time, +44 working days: 40 from Security, 4 from Vendor X." in said


def test_queries_do_not_grow(program, tess):
    plan = Replay(program, tess)

    def count():
        with CaptureQueriesContext(connection) as caught:
            account_of(program)
        return len(caught)

    assert count() == 2  # the calendar and the rows: nothing moved
    plan.night(TIME)
    assert count() == 6
    for _day in range(3):
        plan.does(VENDOR, lambda: plan.block("build", 30))
        plan.does(SCOPE, lambda: plan.added(len(plan.marks)))
        plan.night(TIME)
    assert count() == 6
