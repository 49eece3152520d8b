"""Line charts: every point inside the frame, lines told apart, labels that can be read."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from random import Random

from programs.maps import charts

START = date(2027, 1, 4)


def days(count, step=7):
    return [START + timedelta(days=step * n) for n in range(count)]


def test_points_lie_inside_and_in_order():
    rng = Random(4)
    for _ in range(50):
        series = [(f"m{n}", [(day, day + timedelta(days=rng.randrange(400))) for day in days(12)]) for n in range(6)]
        chart = charts.over_days(series, on_time=True)
        for line in chart.lines:
            assert all(chart.left <= x <= chart.right and chart.top <= y <= chart.bottom for x, y in line.points)
            assert [x for x, _ in line.points] == sorted(x for x, _ in line.points)
        labels = sorted(line.label_y for line in chart.lines)
        assert all(b - a >= charts.LABEL - 0.11 for a, b in pairwise(labels))


def test_a_later_date_stands_higher_and_more_work_too():
    trend = charts.over_days([("a", [(day, START + timedelta(days=100 + 10 * n)) for n, day in enumerate(days(3))])])
    ys = [y for _, y in trend.lines[0].points]
    assert ys == sorted(ys, reverse=True)
    burn = charts.counts(
        [("planned", [(day, 10 + n) for n, day in enumerate(days(3))]), ("done", [(day, n) for n, day in enumerate(days(3))])]
    )
    assert burn.lines[0].points[0][1] < burn.lines[1].points[0][1]
    assert burn.up[0].value == 0


def test_one_day_is_no_chart():
    assert charts.over_days([("a", [(START, START)])]) is None
    assert charts.counts([]) is None


def test_the_curve_of_a_true_forecast_is_its_diagonal():
    chart = charts.curve("", [(p, p) for p in (10, 50, 90)], [(50, 40, 60)])
    for x, y in chart.lines[0].points:
        assert abs((x - chart.left) / (chart.right - chart.left) - (chart.bottom - y) / (chart.bottom - chart.top)) < 0.01
    ((x, low, high),) = chart.bars
    assert high < chart.lines[0].points[1][1] < low
    assert x == chart.lines[0].points[1][0]


def test_dates_far_away_have_room_for_their_year():
    near = charts.over_days([("a", [(day, START + timedelta(days=90)) for day in days(3)])])
    far = charts.over_days([("a", [(day, START + timedelta(days=900)) for day in days(3)])])
    assert far.left == near.left + charts.WIDER
    assert far.beside < far.left
    assert min(x for x, _ in far.lines[0].points) == far.left
