"""The calendar across the map."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from programs.maps.periods import Span, periods, placed

TODAY = date(2027, 3, 3)


def test_the_first_fortnight_begins_with_the_week_of_today():
    first, second = periods([TODAY, date(2027, 3, 16)], today=TODAY)
    assert (first.first, first.last) == (date(2027, 3, 1), date(2027, 3, 14))
    assert second.first == date(2027, 3, 15)


def test_periods_get_longer_when_there_would_be_too_many():
    days = [TODAY + timedelta(days=14 * n) for n in range(14)]
    assert periods(days, today=TODAY)[0].span is Span.MONTH
    assert periods([date(2027 + n // 12, n % 12 + 1, 5) for n in range(3, 40)], today=TODAY)[0].span is Span.QUARTER
    assert periods([date(2030 + n, 1, 5) for n in range(30)], today=TODAY)[-1].span is Span.YEAR


def test_a_few_days_in_the_past_share_one_head_and_many_have_their_own():
    few = periods([date(2026, 1, 5), date(2026, 6, 5), TODAY], today=TODAY)
    assert [period.span for period in few] == [Span.BEFORE, Span.FORTNIGHT]
    many = periods([date(2026, 1, 1) + timedelta(days=20 * n) for n in range(20)], today=TODAY)
    assert Span.BEFORE not in {period.span for period in many}


@given(st.lists(st.integers(-3000, 3000).map(lambda n: TODAY + timedelta(days=n)), max_size=60), st.booleans())
def test_every_day_has_its_place_and_the_order_of_days_is_kept(days, undated):
    found = periods(days, today=TODAY, undated=undated)
    places = [placed(found, day) for day in sorted(days)]
    assert places == sorted(places)
    assert all(found[at].holds(day) for at, day in zip(places, sorted(days), strict=True))
    if undated:
        at = placed(found, None)
        assert found[at].span is Span.UNDATED
        assert at not in places
