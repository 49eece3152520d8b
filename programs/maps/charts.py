"""Line charts drawn on the server: lines over time or over a scale, with axes, direct labels and no colour that matters.

Only geometry: whoever draws knows the words. A chart is 440 wide, so that its text is readable on a phone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

WIDTH, HEIGHT = 440, 216
LEFT, RIGHT, TOP, BOTTOM = 46.0, 372.0, 10.0, 184.0  # the drawing's own edges
FAR, WIDER = 300, 22.0  # days from the last one seen from which dates are written with their year, and the room it needs
LABEL = 13.0  # the least distance between two lines of text
WAYS = 6  # lines are told apart by six ways of drawing them


@dataclass(frozen=True, slots=True)
class Tick:
    """A value written at an axis: a date where the axis counts days."""

    at: float
    value: float
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line: where it goes, its points, its name, and where that stands. `way` says how it is drawn."""

    name: str
    path: str
    points: tuple[tuple[float, float], ...]
    label_y: float
    way: int


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything a template draws. `guide` is a line to compare with, such as "on time"."""

    lines: tuple[Line, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    guide: str = ""
    bars: tuple[tuple[float, float, float], ...] = ()  # x, from y, to y: how sure a point is
    left: float = LEFT

    width = WIDTH
    height = HEIGHT
    right, top, bottom = RIGHT, TOP, BOTTOM

    @property
    def beside(self) -> float:
        """Where the words of the axis that goes up end."""
        return self.left - 6


Points = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Scale:
    """From values to places."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Where a value stands."""
        span = (self.high - self.low) or 1.0
        return round(self.start + (value - self.low) / span * (self.end - self.start), 1)


def over_days(series: Iterable[tuple[str, Sequence[tuple[date, date]]]], *, on_time: bool = False) -> Chart | None:
    """Dates as they were seen on days (a milestone trend). `on_time` draws where a date is reached; None without two days."""
    rows = [(name, [(float(x.toordinal()), float(y.toordinal())) for x, y in points]) for name, points in series if points]
    days = sorted({x for _, points in rows for x, _ in points})
    if len(days) < 2:
        return None
    values = [y for _, points in rows for _, y in points]
    low, high = min(values), max(values)
    pad = max(3.0, (high - low) * 0.06)
    left = LEFT + (WIDER if max(abs(low - days[-1]), abs(high - days[-1])) + pad >= FAR else 0)
    x, y = Scale(days[0], days[-1], left, RIGHT), Scale(low - pad, high + pad, BOTTOM, TOP)
    begin, end = max(days[0], y.low), min(days[-1], y.high)
    guide = f"M{x(begin)} {y(begin)}L{x(end)} {y(end)}" if on_time and begin < end else ""
    return Chart(_lines(rows, x, y), _day_ticks(x, 3), _day_ticks(y, 4), guide, left=left)


def counts(series: Iterable[tuple[str, Sequence[tuple[date, int]]]]) -> Chart | None:
    """Numbers over days, from zero (a burn-up); None without two days."""
    rows = [(name, [(float(x.toordinal()), float(y)) for x, y in points]) for name, points in series if points]
    days = sorted({x for _, points in rows for x, _ in points})
    if len(days) < 2:
        return None
    x = Scale(days[0], days[-1], LEFT, RIGHT)
    y = Scale(0, max(1.0, *(y for _, points in rows for _, y in points)) * 1.05, BOTTOM, TOP)
    steps = sorted({0, round(y.high / 2.1), int(y.high / 1.05)})
    return Chart(_lines(rows, x, y), _day_ticks(x, 3), tuple(Tick(y(step), step) for step in steps))


def curve(name: str, points: Points, ranges: Iterable[tuple[float, float, float]] = ()) -> Chart:
    """Shares of a hundred against shares of a hundred, with the diagonal where both agree, and how sure each point is."""
    x, y = Scale(0, 100, LEFT, RIGHT), Scale(0, 100, BOTTOM, TOP)
    steps = (0, 20, 40, 60, 80, 100)
    bars = tuple((x(at), y(low), y(high)) for at, low, high in ranges)
    across, up = tuple(Tick(x(step), step) for step in steps), tuple(Tick(y(step), step) for step in steps)
    return Chart(_lines([(name, points)], x, y), across, up, f"M{x(0)} {y(0)}L{x(100)} {y(100)}", bars)


def _lines(rows: Sequence[tuple[str, Points]], x: Scale, y: Scale) -> tuple[Line, ...]:
    placed = [(name, tuple((x(a), y(b)) for a, b in points)) for name, points in rows]
    labels = spread([points[-1][1] + 4 for _, points in placed])
    return tuple(
        Line(name, "M" + "L".join(f"{a} {b}" for a, b in points), points, label, number % WAYS)
        for number, ((name, points), label) in enumerate(zip(placed, labels, strict=True))
    )


def spread(wanted: Sequence[float]) -> list[float]:
    """Move lines of text apart until each can be read, none farther than it must.

    >>> spread([50, 50, 120])
    [43.5, 56.5, 120.0]
    """
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    groups: list[tuple[list[int], float]] = []  # texts that stand one below the other, and the place of the middle
    for i in order:
        group, middle = [i], wanted[i]
        while groups and middle - groups[-1][1] < (len(group) + len(groups[-1][0])) / 2 * LABEL:
            before, _ = groups.pop()
            group = before + group
            middle = sum(wanted[each] for each in group) / len(group)
        groups.append((group, middle))
    found = [0.0] * len(wanted)
    for group, middle in groups:
        for place, i in enumerate(group):
            found[i] = round(middle + (place - (len(group) - 1) / 2) * LABEL, 1)
    return found


def _day_ticks(scale: Scale, count: int) -> tuple[Tick, ...]:
    """Whole days at equal distances, the first and the last among them."""
    low, high = round(scale.low + 0.4), round(scale.high - 0.4)
    days = sorted({low + round((high - low) * step / (count - 1)) for step in range(count)})
    return tuple(Tick(scale(day), day, date.fromordinal(day)) for day in days)
