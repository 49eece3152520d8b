"""The path strip: to length, in order, with the target where it belongs."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from programs.maps.strip import Step, strip

TODAY = date(2027, 3, 3)
FINISHES = [date(2027, 4, 2), date(2027, 4, 27), date(2027, 5, 21), date(2027, 6, 3), date(2027, 6, 8), date(2027, 6, 21)]


def of(*finishes, **last):
    return strip([Step(None, day) for day in finishes], today=TODAY, **{"target": date(2027, 6, 11), **last})


def test_the_payments_path_is_drawn_to_length_with_room_for_its_shortest_step():
    drawn = of(*FINISHES)
    assert [segment.width for segment in drawn.segments] == [26, 22, 21, 12, 7, 12], "true: 27, 23, 22, 12, 4, 12"
    assert drawn.target_at == 91
    assert not any(segment.narrow for segment in drawn.segments)


def test_the_target_moves_with_the_steps_it_lies_between():
    days = [TODAY + timedelta(days=n) for n in (30, 33, 63, 93, 100)]
    for target in range(101):
        drawn = of(*days, target=TODAY + timedelta(days=target))
        ends = [sum(segment.width for segment in drawn.segments[: n + 1]) for n in range(5)]
        assert sum(segment.width for segment in drawn.segments) == 100
        for day, end in zip((30, 33, 63, 93, 100), ends, strict=True):
            assert drawn.target_at is not None
            assert (target <= day) <= (drawn.target_at <= end)
            assert (target >= day) <= (drawn.target_at >= end)


def test_many_short_steps_stay_short():
    drawn = of(*[TODAY + timedelta(days=n) for n in (3, 6, 9, 12, 15, 100)])
    assert [segment.narrow for segment in drawn.segments] == [True] * 5 + [False]


def test_what_a_blocker_holds_is_hatched():
    drawn = strip([Step(None, date(2027, 4, 2), date(2027, 3, 10))], today=TODAY, target=None)
    assert drawn.segments[0].hatched == 23
    assert drawn.target_at is None


def test_a_blocker_that_nobody_dated_or_that_is_overdue_hatches_nothing():
    assert strip([Step(None, date(2027, 4, 2))], today=TODAY, target=None).segments[0].hatched == 0
    assert strip([Step(None, date(2027, 4, 2), date(2027, 2, 1))], today=TODAY, target=None).segments[0].hatched == 0


def test_waiting_for_a_date_leaves_a_gap():
    drawn = strip([Step(date(2027, 3, 23), date(2027, 4, 12))], today=TODAY, target=None)
    assert (drawn.segments[0].gap, drawn.segments[0].width) == (50, 50)


def test_a_target_in_the_past_is_said_not_drawn():
    drawn = of(*FINISHES, target=date(2027, 3, 1))
    assert drawn.target_at is None
    assert drawn.target_passed


def test_a_target_soon_after_the_finish_fits_and_a_far_one_does_not_shrink_the_path():
    assert of(date(2027, 6, 21), target=date(2027, 6, 30)).target_at == 100
    far = of(date(2027, 6, 21), target=date(2028, 6, 30))
    assert far.target_at is None
    assert far.segments[0].width == 80


def test_everything_today_is_still_a_strip():
    assert of(TODAY, TODAY, target=TODAY).segments[0].width == 0
    assert strip([], today=TODAY, target=None).segments == ()


@given(st.lists(st.integers(0, 400), min_size=1, max_size=20), st.integers(-50, 600))
def test_never_wider_than_the_page(finishes, target):
    drawn = strip([Step(None, TODAY + timedelta(days=n)) for n in finishes], today=TODAY, target=TODAY + timedelta(days=target))
    assert sum(segment.gap + segment.width for segment in drawn.segments) <= 100
    assert all(0 <= segment.hatched <= 100 for segment in drawn.segments)
    assert drawn.target_at is None or 0 <= drawn.target_at <= 100
