"""A day typed for work whose date is worked out: what it may mean is offered with what it does, and takes one press."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from programs.models import Event, Milestone
from programs.queries import date_ways
from tests.cast import MONDAY, NINE
from tests.web.reading import analysed, words

if TYPE_CHECKING:
    from programs.models import Person
    from tests.web.plan import Plan

HTMX = {"HX-Request": "true"}
DOOR = "/p/atlas/m/SEC-1"
LATER = date(2027, 3, 12)  # design: five days, Mon 1 to Fri 5 or so; a week later


def forecast(row: Milestone) -> date:
    """The forecast as the plan has it."""
    found = Milestone.objects.select_related("timing").get(pk=row.pk).timing.forecast
    assert found is not None
    return found


def by_meaning(row: Milestone, day: date, *, may_plan: bool = True) -> dict[str, date_ways.Way]:
    return {str(way.meaning): way for way in date_ways.ways(row, day, at=NINE, may_plan=may_plan)}


def test_three_meanings_with_what_each_does_to_the_finish(atlas: Plan) -> None:
    found = by_meaning(atlas.design, LATER)
    late = (LATER - forecast(atlas.design)).days
    assert list(found) == ["work", "start", "promise"]
    assert {found["work"].forecast, found["start"].forecast} == {LATER}
    assert found["work"].finish_before == forecast(atlas.launch)
    assert found["work"].finish_after == found["start"].finish_after != found["work"].finish_before
    assert found["promise"].finish_after == found["promise"].finish_before
    assert found["promise"].late is not None
    assert found["promise"].late < 0
    assert late > 0
    assert Milestone.objects.get(pk=atlas.design.pk).duration_days == 5


@pytest.mark.parametrize("meaning", ["work", "start"])
def test_one_press_and_the_date_is_that_day(atlas: Plan, as_: Any, tess: Person, meaning: str) -> None:
    promised = by_meaning(atlas.design, LATER)[meaning]
    sent = {"date": "12 mar", "how": meaning, "seen": LATER.isoformat(), "from": "panel", "version": atlas.design.version}
    answer = as_(tess).post(f"{DOOR}/date", sent, headers=HTMX)
    assert answer.status_code == 200
    analysed(atlas.program)
    row = Milestone.objects.get(pk=atlas.design.pk)
    assert forecast(row) == LATER
    assert forecast(atlas.launch) == promised.finish_after
    assert row.said_on == MONDAY
    assert row.expected_date is None
    fields = set(Event.objects.filter(kind="milestone.changed", subject_id=row.pk).values_list("field", flat=True))
    assert ("duration_days" in fields) == (meaning == "work")
    assert ("constraint_date" in fields) == (meaning == "start")


def test_a_promise_moves_nothing_and_is_for_planners(atlas: Plan, as_: Any, tess: Person, eli: Person) -> None:
    Milestone.objects.filter(pk=atlas.design.pk).update(owner=eli)
    sent = {"date": "12 mar", "how": "promise", "seen": LATER.isoformat(), "from": "panel"}
    refused = as_(eli).post(f"{DOOR}/date", sent, headers=HTMX)
    assert refused.status_code == 422
    assert "no longer leads to that day" in words(refused)
    assert as_(tess).post(f"{DOOR}/date", sent, headers=HTMX).status_code == 200
    assert Milestone.objects.get(pk=atlas.design.pk).target_date == LATER


def test_sooner_than_it_can_begin_is_not_offered(atlas: Plan) -> None:
    assert list(by_meaning(atlas.build, MONDAY + timedelta(days=1))) == ["promise"]
    assert list(by_meaning(atlas.build, MONDAY + timedelta(days=1), may_plan=False)) == []
    sooner = by_meaning(atlas.build, date(2027, 3, 12))
    assert list(sooner) == ["work", "promise"]
    assert sooner["work"].forecast == date(2027, 3, 12)


def test_begun_work_changes_what_is_left(atlas: Plan) -> None:
    Milestone.objects.filter(pk=atlas.design.pk).update(status="in_progress", start_date=MONDAY, percent_done=40)
    row = Milestone.objects.get(pk=atlas.design.pk)
    found = by_meaning(row, LATER)
    assert list(found) == ["work", "promise"]  # what has begun cannot begin later
    assert list(found["work"].changes) == ["remaining_days"]
    assert found["work"].forecast == LATER


def test_calendar_days_are_counted_as_such(atlas: Plan) -> None:
    Milestone.objects.filter(pk=atlas.design.pk).update(duration_unit="cd", duration_days=4)
    found = by_meaning(Milestone.objects.get(pk=atlas.design.pk), date(2027, 3, 14))  # a Sunday
    assert found["work"].unit == "cd"
    assert found["work"].forecast == date(2027, 3, 14)


def test_a_point_in_time_can_only_be_held_back_or_promised(atlas: Plan) -> None:
    day = forecast(atlas.launch) + timedelta(days=7)
    found = by_meaning(atlas.launch, day)
    assert list(found) == ["start", "promise"]
    assert found["start"].forecast == day


def test_what_stands_on_its_own_date_has_no_choice(atlas: Plan) -> None:
    assert by_meaning(atlas.build, forecast(atlas.build)) == {}
    assert by_meaning(atlas.build, MONDAY - timedelta(days=3)) == {}
    Milestone.objects.filter(pk=atlas.design.pk).update(duration_days=None, expected_date=LATER)
    assert by_meaning(Milestone.objects.get(pk=atlas.design.pk), LATER + timedelta(days=3)) == {}


def test_they_stand_under_the_field_and_on_the_page_without_script(atlas: Plan, as_: Any, tess: Person) -> None:
    part = as_(tess).get(f"{DOOR}/moves", {"date": "12 mar"}, headers=HTMX)
    assert "What does the day mean?" in words(part)
    assert re.findall(r'name="how" value="(\w+)"', part.content.decode()) == ["work", "start", "promise"]
    assert words(part).count("The finish moves from") == 2
    page = as_(tess).post(f"{DOOR}/date", {"date": "12 mar"})
    assert (page.status_code, "What does the day mean?" in words(page)) == (200, True)
    saved = as_(tess).post(f"{DOOR}/date", {"date": "2027-03-12", "seen": "2027-03-12", "how": "work"})
    assert saved.status_code == 303
    assert Milestone.objects.get(pk=atlas.design.pk).duration_days != 5
    nonsense = as_(tess).post(f"{DOOR}/date", {"date": "2027-03-15", "seen": "2027-03-15", "how": "magic"})
    assert nonsense.status_code == 422
