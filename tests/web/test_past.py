"""Looking back: how dates moved, any two days side by side, how good the forecasts were."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programs.actions import analysis, forecasts
from programs.models import DailyAnalysis, Milestone, Program
from programs.models.forecasts import PERCENTS
from programs.queries import past, quality, sides
from tests import cast
from tests.web.reading import words

pytestmark = pytest.mark.usefixtures("monday")
HISTORY, COMPARE, FORECASTS = "/p/atlas/history", "/p/atlas/history/compare", "/p/atlas/forecasts"
WORDS = {"planned": "Planned", "done": "Done"}


def at(days_ago):
    return cast.NINE - timedelta(days=days_ago)


def day(days_ago):
    return (cast.MONDAY - timedelta(days=days_ago)).isoformat()


def looked_at(program, days_ago):
    analysis.recompute(program_id=program.pk, at=at(days_ago), force=True)


@pytest.fixture
def told(program):
    """Three weeks of a plan: a week in, the scan grew by four days; then a review was added, and a page dropped from the plan."""
    made = cast.sketch("scan(3) > build(5) > launch(2); page(2)", program)
    Program.objects.filter(pk=program.pk).update(finish_milestone=made["launch"], target_date=cast.MONDAY + timedelta(days=30))
    program.refresh_from_db()
    looked_at(program, 21)
    Milestone.objects.filter(pk=made["scan"].pk).update(duration_days=7)
    looked_at(program, 14)
    more = cast.sketch("review(4)", program)
    Milestone.objects.filter(pk=made["page"].pk).update(status="cancelled")
    looked_at(program, 7)
    looked_at(program, 0)
    return made | more


def test_every_day_is_kept_with_its_path(told, program):
    rows = DailyAnalysis.objects.order_by("day")
    path = [told[name].pk for name in ("scan", "build", "launch")]
    assert [row.path for row in rows] == [path] * 4
    assert [row.counts["milestones"] for row in rows] == [4, 4, 5, 5]


def test_the_trend_and_the_burn_up(told, program, tess):
    found = past.past("atlas", by=tess, today=cast.MONDAY, words=WORDS)
    assert found.trends[0].key == told["launch"].key
    assert {one.name for one in found.trends} >= {"scan", "build", "launch"}
    assert [moment.planned for moment in found.moments] == [4, 4, 5, 5]
    assert found.trend.guide or found.trend.lines
    assert [line.name for line in found.burn.lines] == ["Planned", "Done"]
    assert (found.first.isoformat(), found.stored) == (day(21), 4)


def test_two_days_side_by_side(told, program, tess):
    found = sides.compare("atlas", by=tess, today=cast.MONDAY, before=day(21), after=day(14))
    launch = next(row for row in found.moved if row.name == "launch")
    stored = {row.day.isoformat(): row for row in DailyAnalysis.objects.all()}
    pk = str(told["launch"].pk)
    assert launch.before.isoformat() == stored[day(21)].forecasts[pk]
    assert launch.after.isoformat() == stored[day(14)].forecasts[pk]
    assert found.finish_moved == launch.days == 9  # a week of five passed, four more days of work
    assert not found.added
    later = sides.compare("atlas", by=tess, today=cast.MONDAY, before=day(14), after="now")
    assert [row.name for row in later.added] == ["review"]
    assert [row.name for row in later.settled] == ["page"]
    assert later.before.finish == stored[day(14)].finish


def test_a_day_between_stands_for_the_one_before(told, program, tess):
    found = sides.compare("atlas", by=tess, today=cast.MONDAY, before=day(18), after=day(14))
    assert found.before.about == day(21)


def test_what_was_deleted_keeps_its_name(told, program, tess, client):
    from programs.actions import milestones

    client.force_login(tess)
    milestones.delete(milestone=told["review"], version=told["review"].version, by=tess, at=cast.NINE)
    looked_at(program, 0)
    found = sides.compare("atlas", by=tess, today=cast.MONDAY, before=day(7), after="now")
    assert len(found.removed) == 1
    assert "review" in found.removed[0].name


def test_pages_say_it(told, client, lena):
    client.force_login(lena)
    page = client.get(HISTORY)
    assert page.status_code == 200
    assert page.content.decode().count('<svg class="drift') == 3
    said = words(client.get(COMPARE, {"from": day(21), "to": day(14)}))
    assert "The finish moved by +9 d." in said
    assert "Critical path: scan → build → launch" in said
    assert client.get(COMPARE).status_code == 200
    assert client.get(COMPARE, {"from": "yesterday"}).status_code == 404
    assert client.get(COMPARE, {"from": "2001-01-01"}).status_code == 404


@pytest.mark.parametrize("url", [HISTORY, COMPARE, FORECASTS])
def test_strangers_see_nothing_and_nobody_posts(url, told, client, otto):
    client.force_login(otto)
    assert client.get(url).status_code == 404
    assert client.post(url).status_code == 405


def test_a_program_without_a_past(program, client, tess):
    client.force_login(tess)
    assert "Nothing to look back on yet" in words(client.get(HISTORY))
    assert "Nothing to look back on yet" in words(client.get(COMPARE))


def test_odds_of_every_milestone_are_kept_once_a_week(told, program):
    assert forecasts.find(program_id=program.pk, at=at(0))
    row = DailyAnalysis.objects.get(day=cast.MONDAY)
    aim, *offsets = row.odds["milestones"][str(told["launch"].pk)]
    assert aim is None
    assert offsets == sorted(offsets)
    assert len(offsets) == len(PERCENTS)
    assert forecasts.first_of_the_week(program.pk, cast.MONDAY)
    assert not forecasts.first_of_the_week(program.pk, cast.MONDAY + timedelta(days=3))
    assert forecasts.first_of_the_week(program.pk, cast.MONDAY + timedelta(days=7))


def foretold(program, count, *, late):
    """Weekly odds of milestones that were all due on Friday last week; every second was done on time, the others late."""
    due = cast.MONDAY - timedelta(days=10)
    rows = cast.sketch("; ".join(f"m{n}(1)" for n in range(count)), program)
    for number, row in enumerate(rows.values()):
        done = due + timedelta(days=late if number % 2 else 0)
        Milestone.objects.filter(pk=row.pk).update(status="done", actual_date=done)
    for weeks in (3, 4):
        on = cast.MONDAY - timedelta(weeks=weeks)
        until = (due - on).days
        dates = [until + step for step in range(len(PERCENTS))]
        DailyAnalysis.objects.create(
            program=program, day=on, odds={"milestones": {str(row.pk): [until, *dates] for row in rows.values()}}
        )


def test_what_was_said_is_judged_by_what_happened(program, tess, client):
    foretold(program, 24, late=3)
    found = quality.quality("atlas", by=tess, today=cast.MONDAY)
    assert (found.happened, found.found.claims, found.enough) == (24, 48, True)
    held = {row.percent: row.held for row in found.found.table}
    assert (held[10], held[40], held[95]) == (0.5, 1.0, 1.0)
    assert found.found.naive_error == pytest.approx(1.5)
    client.force_login(tess)
    said = words(client.get(FORECASTS))
    assert "80% 100%" in said
    assert "24 things" in said
    assert "24 things" in words(client.get("/forecasts"))


def test_too_few_are_said_to_be_too_few(program, client, tess, otto):
    foretold(program, 6, late=0)
    client.force_login(tess)
    said = words(client.get(FORECASTS))
    assert "Too little has happened yet" in said
    assert "6 things that were forecast have been decided so far" in said
    client.force_login(otto)
    assert "0 things" in words(client.get("/forecasts"))


def test_queries_do_not_grow(told, program, tess):
    def count(read):
        with CaptureQueriesContext(
            connection,
        ) as caught:
            read()
        return len(caught)

    pages = {
        "past": lambda: past.past("atlas", by=tess, today=cast.MONDAY, words=WORDS),
        "compare": lambda: sides.compare("atlas", by=tess, today=cast.MONDAY),
        "quality": lambda: quality.quality("atlas", by=tess, today=cast.MONDAY),
    }
    before = {name: count(read) for name, read in pages.items()}
    cast.sketch("; ".join(f"n{n}(2)" for n in range(12)), program)
    looked_at(program, 5)
    looked_at(program, 0)
    assert {name: count(read) for name, read in pages.items()} == before
    assert max(before.values()) <= 11
