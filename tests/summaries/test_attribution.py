"""Moves of a date shared out among their causes: parts sum to the total, whatever happened and in whatever order it was read."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from programs.graph.days import add_working_days, working_days
from programs.graph.types import DayCalendar
from programs.summaries.attribution import (
    TIME,
    UNKNOWN,
    Cause,
    Day,
    Happening,
    Kind,
    Step,
    Story,
    Wait,
    account,
    portions,
    split,
)
from programs.summaries.attribution_lines import sentence

FIRST = date(2027, 3, 1)  # a Monday
FINISH = date(2027, 6, 1)
CALENDAR = DayCalendar(holidays=frozenset({date(2027, 6, 9)}))
VENDOR, BILLING, SCOPE = Cause(Kind.BLOCKER, "Vendor X"), Cause(Kind.WORK, "Billing"), Cause(Kind.SCOPE)
CAUSES = [VENDOR, BILLING, SCOPE, Cause(Kind.CALENDAR), Cause(Kind.IMPORT)]


def moment(days, hour=12):
    return datetime.combine(FIRST + timedelta(days=days), time(hour), UTC)


def kept(days, later, path=(1, 2)):
    """A kept day: `later` working days after the first finish."""
    day = FIRST + timedelta(days=days)
    return Day(day, datetime.combine(day, time.max, UTC), add_working_days(FINISH, later, CALENDAR), frozenset(path))


def step(days, was, now, hour=12):
    dates = [add_working_days(FINISH, each, CALENDAR) for each in (was, now)]
    return Step(moment(days, hour), FIRST + timedelta(days=days), *dates)


def told(days, **story):
    return account(days, Story(**story), CALENDAR)


def test_one_change_has_the_whole_move():
    found = told([kept(0, 0), kept(1, 5)], happened=[Happening(moment(1), SCOPE, 1)])
    assert found.parts == ((SCOPE, 5),)
    assert (found.days, len(found.moves)) == (5, 1)


def test_each_step_of_a_day_belongs_to_what_came_before_it():
    happened = [Happening(moment(1, 9), VENDOR, 1), Happening(moment(1, 11), BILLING, 2, 30)]
    found = told([kept(0, 0), kept(1, 9)], happened=happened, steps=[step(1, 0, 7, 10), step(1, 7, 9, 12)])
    assert dict(found.parts) == {VENDOR: 7, BILLING: 2}  # as measured, whatever the edit said of itself


def test_known_sizes_come_first_and_the_others_share_the_rest():
    happened = [Happening(moment(1), BILLING, 1, 4), Happening(moment(1), SCOPE, 2), Happening(moment(1), VENDOR, 2)]
    assert dict(told([kept(0, 0), kept(1, 9)], happened=happened).parts) == {BILLING: 4, VENDOR: 3, SCOPE: 2}


def test_what_is_off_the_path_moved_nothing():
    found = told([kept(0, 0), kept(1, 1)], happened=[Happening(moment(1), SCOPE, 77)])
    assert found.parts == ((TIME, 1),)


def test_days_that_pass_belong_to_what_held_the_path():
    waits = [Wait(VENDOR, 1, FIRST), Wait(SCOPE, 1, last=FIRST), Wait(BILLING, 77)]  # over before, and elsewhere
    assert told([kept(0, 0), kept(4, 4)], waits=waits).parts == ((VENDOR, 4),)


def test_more_than_the_days_that_passed_is_not_known():
    assert dict(told([kept(0, 0), kept(1, 6)]).parts) == {TIME: 1, UNKNOWN: 5}
    assert told([kept(0, 6), kept(1, 0)]).parts == ((UNKNOWN, -6),)


def test_what_was_not_read_is_not_known():
    found = told([kept(0, 0), kept(1, 1), kept(2, 2)], since=moment(1, 18))
    assert dict(found.parts) == {UNKNOWN: 1, TIME: 1}


def test_work_was_cut_while_days_passed():
    assert split(3, {BILLING: -2}, (), {TIME}, 5) == {BILLING: -2, TIME: 5, UNKNOWN: 0}
    assert split(4, {BILLING: 6, VENDOR: 2, SCOPE: -3}, (), {TIME}, 0) == {BILLING: 3, VENDOR: 1}


def test_days_on_which_it_ended_where_it_began_are_no_move():
    found = told([kept(0, 0), kept(1, 0)], steps=[step(1, 0, 7, 10), step(1, 7, 0, 11)])
    assert (found.moves, found.days, found.parts) == ((), 0, ())


def test_the_sentence():
    days = [kept(0, 0), kept(1, 21), kept(2, 30), kept(3, 38)]
    happened = [Happening(moment(n), cause, 1) for n, cause in enumerate((VENDOR, SCOPE, Cause(Kind.CALENDAR)), 1)]
    said = sentence(told(days, happened=happened))
    assert said == "Moved 3 times, +38 working days: 21 from Vendor X, 9 from scope, 8 from the calendar."
    back = sentence(told([kept(0, 0), kept(1, 5), kept(2, 4)], happened=[Happening(moment(1), SCOPE, 1)]))
    assert back == "Moved 2 times, +4 working days: +5 from scope, −1 from causes not known."
    assert sentence(told([])) == ""


bounded = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
CAUSE = st.sampled_from(CAUSES)


@bounded
@given(
    st.integers(-60, 60),
    st.dictionaries(CAUSE, st.integers(-40, 40)),
    st.sets(CAUSE),
    st.sets(CAUSE, min_size=1),
    st.integers(0, 9),
)
def test_a_split_sums_to_what_is_split(days, sized, unsized, held, passed):
    assert sum(split(days, sized, unsized, held, passed).values()) == days


@bounded
@given(st.integers(-99, 99), st.dictionaries(CAUSE, st.integers(1, 40), min_size=1))
def test_portions_are_whole_and_fair(total, weights):
    found, whole = portions(total, weights), sum(weights.values())
    assert sum(found.values()) == total
    assert all(abs(days - total * weights[cause] / whole) < 1 for cause, days in found.items())


@st.composite
def histories(draw):
    """Kept days, the finish noted in between, changes and blockers, many of them at the same moment."""
    count = draw(st.integers(2, 6))
    lates = draw(st.lists(st.integers(-20, 40), min_size=count, max_size=count))
    paths = draw(st.lists(st.sets(st.integers(1, 4)), min_size=count, max_size=count))
    days = [kept(2 * n, late, path) for n, (late, path) in enumerate(zip(lates, paths, strict=True))]
    when = st.builds(moment, st.integers(-1, 2 * count), st.sampled_from([9, 12, 15]))
    size = st.none() | st.integers(-20, 20)
    happened = draw(st.lists(st.builds(Happening, when, CAUSE, st.none() | st.integers(1, 5), size), max_size=12))
    spans = st.builds(step, st.integers(0, 2 * count), st.integers(-20, 40), st.integers(-20, 40), st.sampled_from([9, 12, 15]))
    steps = draw(st.lists(spans, max_size=6))
    dates = st.none() | st.builds(lambda n: FIRST + timedelta(days=n), st.integers(-2, 12))
    waits = draw(st.lists(st.builds(Wait, CAUSE, st.integers(1, 5), dates, dates), max_size=4))
    return days, steps, happened, waits, draw(st.none() | when)


@bounded
@given(histories(), st.randoms(use_true_random=False))
def test_random_histories_sum_up_and_do_not_depend_on_the_order_read(history, chance):
    days, steps, happened, waits, since = history
    found = account(days, Story(steps, happened, waits, since), CALENDAR)
    assert found.days == working_days(days[0].finish, days[-1].finish, CALENDAR)
    assert sum(each for _cause, each in found.parts) == found.days
    assert all(sum(each for _cause, each in move.parts) == move.days for move in found.moves)
    for pile in (steps, happened, waits):
        chance.shuffle(pile)
    assert account(days, Story(steps, happened, waits, since), CALENDAR) == found


@pytest.mark.parametrize("count", [1, 0])
def test_too_little_to_move(count):
    assert account([kept(0, 0)][:count], Story(), CALENDAR).moves == ()
