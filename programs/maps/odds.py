"""Plots of how sure a finish is: how often each day came out, and how sure each day is. Pure geometry in one frame of days."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from programs.maps.axis import ticks

WIDTH, HEIGHT = 720, 220
LEFT, RIGHT, TOP, BOTTOM = 52.0, 704.0, 26.0, 186.0
MOST_BARS = 48
DAILY = 28  # days that are drawn one by one; beyond, a bar is of whole weeks, so that weekends draw no teeth
TAIL = 0.005  # share of the runs at either end that is gathered into the last bar
MONTHS, YEARS = 9, 5  # days named along the foot; fewer where each has its year
FAR = 300  # days from which they have
APART = 74.0  # units two words beside one another need


Place = Callable[[date], float]


@dataclass(frozen=True, slots=True)
class Bar:
    """Runs that ended from `first` to `last`, as a share of all; `late` when that is after the target."""

    first: date
    last: date
    share: float
    x: float
    y: float
    width: float
    height: float
    late: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """A day with a line and its word; `label_x` keeps it readable beside its neighbour. `end`: the word stands before it."""

    day: date
    x: float
    end: bool = False


@dataclass(frozen=True, slots=True)
class Plot:
    """Both plots share the days along the width. A target far outside is left out and told in words."""

    bars: tuple[Bar, ...]
    curve: str
    dots: tuple[tuple[float, float, int], ...]  # of the dates given: x, y, per cent
    target: Mark | None
    target_y: float | None  # how sure the target is, on the curve
    sure: Mark
    months: tuple[Mark, ...]
    levels: tuple[tuple[float, int], ...]  # y and per cent of the lines across
    tallest: float


def plot(days: Sequence[tuple[date, int]], dates: dict[int, date], *, target: date | None) -> Plot | None:
    """Draw runs by finishing day; None when there are none, or they all end on one day, for then there is no doubt to draw."""
    total = sum(count for _, count in days)
    if len(days) < 2:
        return None
    first, last = _between(days, total)
    inside = target is not None and first - (last - first) <= target <= last + (last - first)
    near = [first, last, *([target] if target and inside else [])]
    low, high = min(near) - timedelta(days=1), max(near) + timedelta(days=1)
    length = (high - low).days

    def x(day: date) -> float:
        return round(LEFT + (RIGHT - LEFT) * min(max((day - low).days, 0), length) / length, 1)

    bars = _bars(days, first, last, total, x, target)
    steps = [(day, count / total) for day, count in days]
    target_at = Mark(target, x(target), x(target) > RIGHT - 2 * APART) if target and inside else None
    sure = Mark(dates[80], x(dates[80]), x(dates[80]) > RIGHT - 2 * APART)
    if target_at and abs(target_at.x - sure.x) < 2 * APART:  # one word to each side
        before = target_at.x <= sure.x
        target_at, sure = Mark(target_at.day, target_at.x, before), Mark(sure.day, sure.x, not before)
    met = sum(share for day, share in steps if target and day <= target)
    return Plot(
        bars=bars,
        curve=_curve(steps, x),
        dots=tuple((x(day), _y(percent / 100), percent) for percent, day in dates.items()),
        target=target_at,
        target_y=_y(met) if target_at else None,
        sure=sure,
        months=_months(low, high, x),
        levels=tuple((_y(percent / 100), percent) for percent in (0, 20, 50, 80, 100)),
        tallest=max(bar.share for bar in bars),
    )


def _y(share: float) -> float:
    return round(BOTTOM - (BOTTOM - TOP) * share, 1)


def _between(days: Sequence[tuple[date, int]], total: int) -> tuple[date, date]:
    """The days between which nearly all runs end."""
    seen, first, last = 0, days[0][0], days[-1][0]
    for day, count in days:
        if seen <= TAIL * total:
            first = day
        if seen < (1 - TAIL) * total:
            last = day
        seen += count
    return first, max(last, first + timedelta(days=1))


def _bars(
    days: Sequence[tuple[date, int]], first: date, last: date, total: int, x: Place, target: date | None
) -> tuple[Bar, ...]:
    """Days side by side, several to a bar when there would be too many; whole bars end with the target."""
    length = (last - first).days + 1
    step = 1 if length <= DAILY else 7 * -(-length // (7 * MOST_BARS))
    begin = first
    if target and first <= target <= last and step > 1:
        begin = first - timedelta(days=(step - ((target - first).days + 1) % step) % step)
    found: dict[int, int] = {}
    for day, count in days:
        place = (min(max(day, first), last) - begin).days // step
        found[place] = found.get(place, 0) + count
    most = max(found.values())
    bars = []
    for place, count in sorted(found.items()):
        start = begin + timedelta(days=place * step)
        end = start + timedelta(days=step - 1)
        left, right = x(start - timedelta(days=1)), x(end)
        height = round((BOTTOM - TOP) * count / most, 1)
        width = max(1.0, round(right - left - 1, 1))
        late = target is not None and start > target
        bars.append(Bar(start, end, count / total, left, round(BOTTOM - height, 1), width, height, late))
    return tuple(bars)


def _curve(steps: Sequence[tuple[date, float]], x: Place) -> str:
    """How sure each day is, as a line of steps."""
    total, points = 0.0, [f"M{LEFT} {BOTTOM}"]
    for day, share in steps:
        points.append(f"H{x(day)}")
        total += share
        points.append(f"V{_y(min(1.0, total))}")
    return "".join([*points, f"H{RIGHT}"])


def _months(low: date, high: date, x: Place) -> tuple[Mark, ...]:
    """Days along the foot: of months, of weeks where those would be too few."""
    return tuple(
        Mark(day, x(day)) for day in ticks(low, high, MONTHS if (high - low).days < FAR else YEARS) if x(day) <= RIGHT - 20
    )
