"""The drift chart: weekly points, nothing drawn outside, labels that can be read."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from programs.maps.drift import BOTTOM, HEIGHT, LEFT, RIGHT, drift, weekly

HISTORY = [
    (date(2027, 1, 6), date(2027, 6, 7)),
    (date(2027, 1, 13), date(2027, 6, 8)),
    (date(2027, 1, 20), date(2027, 6, 10)),
    (date(2027, 1, 27), date(2027, 6, 10)),
    (date(2027, 2, 3), date(2027, 6, 11)),
    (date(2027, 2, 10), date(2027, 6, 14)),
    (date(2027, 2, 17), date(2027, 6, 15)),
    (date(2027, 2, 24), date(2027, 6, 16)),
    (date(2027, 3, 3), date(2027, 6, 21)),
]
TARGET = date(2027, 6, 11)


def test_the_payments_history_crosses_its_target_in_february():
    chart = drift(HISTORY, target=TARGET)
    assert chart.weeks == 8
    assert chart.crossed == date(2027, 2, 10)
    assert (chart.first.finish, chart.last.finish) == (date(2027, 6, 7), date(2027, 6, 21))
    assert chart.last.y < chart.target_y < chart.first.y, "later dates stand higher"
    assert (chart.first.x, chart.last.x) == (LEFT, RIGHT)


def test_one_answer_is_no_drift():
    assert drift([], target=TARGET) is None
    assert drift(HISTORY[:1], target=TARGET) is None


def test_daily_rows_become_weekly_ones_and_keep_the_newest():
    daily = [(date(2027, 2, 1) + timedelta(days=n), TARGET + timedelta(days=n)) for n in range(31)]
    kept = weekly(daily)
    assert kept[-1] == daily[-1]
    assert [(daily[-1][0] - day).days for day, _ in kept] == [28, 21, 14, 7, 0]


def test_a_move_of_a_day_looks_small():
    chart = drift([(date(2027, 1, 6), TARGET), (date(2027, 1, 13), date(2027, 6, 12))], target=None)
    assert 0 < chart.first.y - chart.last.y < 12


def test_a_flat_line_and_no_target_are_drawn():
    chart = drift([(date(2027, 1, 6), TARGET), (date(2027, 1, 13), TARGET)], target=None)
    assert chart.target_y is None
    assert chart.crossed is None
    assert chart.first.y == chart.last.y


@given(
    st.lists(st.tuples(st.integers(0, 180), st.integers(-400, 400)), min_size=2, max_size=40),
    st.none() | st.integers(-3000, 3000),
)
def test_everything_stays_inside_the_drawing(rows, target):
    start = date(2027, 1, 6)
    rows = sorted({day: (start + timedelta(days=day), TARGET + timedelta(days=move)) for day, move in rows}.values())
    chart = drift(rows, target=TARGET + timedelta(days=target) if target is not None else None)
    if chart is None:
        assert len(weekly(rows)) < 2
        return
    assert all(LEFT <= spot.x <= RIGHT and 0 <= spot.y <= BOTTOM for spot in chart.spots)
    assert 0 <= chart.finish_label_y <= HEIGHT
    if chart.target_y is not None:
        assert 0 <= chart.target_y <= BOTTOM
        assert abs(chart.finish_label_y - chart.target_label_y) >= 13.9
