"""The geometry of the timeline: what holds for every plan."""

import re
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from programs.maps.timeline import End, Work, draw, elbow, frame_of, months, scale_for, weeks

TODAY = date(2027, 3, 3)
near = st.integers(-900, 900).map(lambda n: TODAY + timedelta(days=n))
days = st.one_of(near, st.sampled_from([date.min, date.max, date(1970, 1, 1), date(2400, 1, 1)]))
maybe = st.one_of(st.none(), days)
works = st.builds(Work, maybe, maybe, maybe, maybe, maybe)
scales = st.sampled_from(["week", "month", "fit"])


def frames(given_days, scale, mirrored):
    return frame_of(given_days, today=TODAY, scale=scale, mirrored=mirrored)


def spans(bar):
    return [span for span in (bar.bar, bar.ghost, bar.room, bar.hatch) if span is not None]


@given(st.lists(days, max_size=8), works, scales, st.booleans())
def test_nothing_ends_before_it_starts_and_nothing_leaves_the_frame(given_days, work, scale, mirrored):
    frame = frames(given_days, scale, mirrored)
    bar = draw(frame, work, TODAY)
    for span in spans(bar):
        assert span.width >= 0
        assert span.x >= 0
        assert span.x + span.width <= frame.width + 0.2
    assert bar.end is None or 0 <= bar.end <= frame.width
    assert frame.holds(TODAY)


@given(st.lists(days, max_size=8), works, scales)
def test_the_same_plan_gives_the_same_picture_and_its_mirror_image(given_days, work, scale):
    frame, turned = frames(given_days, scale, False), frames(given_days, scale, True)
    assert (frame.first, frame.last, frame.width) == (turned.first, turned.last, turned.width)
    plain, mirror = draw(frame, work, TODAY), draw(turned, work, TODAY)
    assert plain == draw(frames(list(reversed(given_days)), scale, False), work, TODAY)
    for one, other in zip(spans(plain), spans(mirror), strict=True):
        assert abs(one.width - other.width) < 0.2
        assert abs(other.x - (frame.width - one.x - one.width)) < 0.3
    if plain.end is not None:
        assert abs(mirror.end - (frame.width - plain.end)) < 0.2


@given(st.lists(near, min_size=1, max_size=8), scales, st.booleans(), st.integers(0, 60), st.integers(0, 60), near, near)
def test_links_run_forward(given_days, scale, mirrored, top, bottom, start, end):
    frame = frames([*given_days, start, end], scale, mirrored)
    source, target = End(top, frame.along(start)), End(bottom + 100, frame.along(end))
    for one, other in ((source, target), (target._replace(along=source.along), source._replace(along=target.along))):
        path = elbow(frame, one, other)
        xs = [float(x) for x in re.findall(r"[ML](-?[\d.]+) ", path)]
        assert xs == sorted(xs, reverse=mirrored)
        assert all(0 <= x <= frame.width for x in xs)


@given(st.lists(near, max_size=8), scales)
def test_ticks_are_in_the_frame_in_order_and_apart(given_days, scale):
    frame = frames(given_days, scale, False)
    for ticks, apart in ((weeks(frame), 33), (months(frame), 52)):
        assert [tick.day for tick in ticks] == sorted({tick.day for tick in ticks})
        assert all(0 <= tick.x <= frame.width for tick in ticks)
        named = [tick.x for tick in ticks if tick.named]
        assert all(after - before >= apart - 5 for before, after in pairwise(named))
    assert all(tick.day.weekday() == 0 for tick in weeks(frame))
    assert all(tick.day.day == 1 for tick in months(frame))


def test_float_a_blocker_and_a_baseline_stand_where_their_days_are():
    frame = frame_of([date(2027, 6, 1)], today=TODAY, scale="week")
    bar = draw(frame, Work(date(2027, 3, 8), date(2027, 3, 22), date(2027, 3, 15), date(2027, 4, 5), date(2027, 3, 10)), TODAY)
    assert bar.bar.width == 14 * 7
    assert bar.room_end - bar.end == 14 * 7
    assert bar.hatch == (frame.x(frame.along(TODAY)), 7 * 7)
    assert bar.ghost.width == bar.bar.width
    assert bar.end - bar.ghost_end == 7 * 7
    assert not bar.inside


def test_what_began_before_the_frame_starts_at_its_edge_and_what_has_no_date_is_not_drawn():
    frame = frame_of([], today=TODAY, scale="month")
    assert draw(frame, Work(date(2020, 1, 1), date(2027, 3, 9)), TODAY).bar.x == 0
    assert spans(draw(frame, Work(date(2027, 3, 1), None), TODAY)) == []


def test_a_long_plan_gets_a_coarser_scale():
    assert [scale_for(days) for days in (100, 800, 4000)] == ["week", "month", "fit"]
