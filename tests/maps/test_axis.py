"""The shared axis: where days stand, and which months are named."""

from datetime import date, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from programs.maps.axis import FEW, MOST_MONTHS, Axis, axis_of, ticks

TODAY = date(2027, 3, 3)


def test_the_axis_of_the_mock_runs_from_march_to_july():
    axis = axis_of([date(2027, 6, 11), date(2027, 6, 21), date(2027, 7, 30)], today=TODAY)
    assert axis.first == date(2027, 3, 1)
    assert [day.month for day in axis.months()] == [3, 4, 5, 6, 7]


def test_a_date_years_away_stands_at_the_edge_and_squeezes_nobody():
    near = axis_of([date(2027, 6, 11)], today=TODAY)
    far = axis_of([date(2027, 6, 11), date(2019, 1, 1), date(2099, 1, 1)], today=TODAY)
    assert far == near
    assert far.share(date(2019, 1, 1)) == 0
    assert far.share(date(2099, 1, 1)) == 100
    assert not far.holds(date(2099, 1, 1))


def test_without_dates_there_is_still_an_axis_around_today():
    axis = axis_of([], today=TODAY)
    assert axis.holds(TODAY)
    assert axis.months()


def test_two_years_are_named_by_quarters_or_coarser():
    months = axis_of([TODAY + timedelta(days=700)], today=TODAY).months()
    assert 2 <= len(months) <= MOST_MONTHS
    assert all(day.day == 1 for day in months)


days = st.dates(date(2026, 1, 1), date(2030, 1, 1))


@settings(deadline=None)
@given(st.lists(days, max_size=8), days)
def test_shares_never_turn_round_and_stay_inside(dates, today):
    axis = axis_of(dates, today=today)
    shares = [axis.share(day) for day in sorted([*dates, today])]
    assert shares == sorted(shares)
    assert all(0 <= share <= 100 for share in shares)
    assert len(axis.months()) <= MOST_MONTHS


def test_five_weeks_are_named_by_weeks_and_half_a_year_by_months():
    weeks = ticks(TODAY, TODAY + timedelta(days=36), 7)
    assert [day.isoformat() for day in weeks] == ["2027-03-08", "2027-03-15", "2027-03-22", "2027-03-29", "2027-04-05"]
    assert [day.month for day in ticks(TODAY, TODAY + timedelta(days=180), 7)] == [4, 5, 6, 7, 8]


@settings(deadline=None)
@given(days, st.integers(0, 740), st.integers(4, 9))
@example(date(2026, 1, 1), 8, 4)  # one Monday is no axis
def test_every_range_is_named_often_enough_and_not_too_often(first, length, most):
    last = first + timedelta(days=length)
    found = ticks(first, last, most)
    assert found == sorted(set(found))
    assert all(first <= day <= last for day in found)
    assert len(found) <= most
    assert len(found) >= min(FEW, length + 1) - 1


def test_one_day_is_an_axis_too():
    assert Axis(TODAY, TODAY).share(TODAY) == 0
