"""The timeline: where bars, baselines, floats, ticks and links stand, in pixels of a frame of days.

Everything is measured from the start of time. A frame that is mirrored, for languages that run from right to left, gives the same
picture turned round: callers never turn anything themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROW = 32  # pixels of a row
MIDDLE = 14  # of a bar and of its glyph, below the top of the row
HALF = 5  # of a bar's height
GLYPH = 8  # half of a glyph's width
TURN = 14  # after the end of a bar a link turns down or up
DROP = 34  # what begins nearer is met from above or below
LABEL = 44  # pixels that the number of days after a float takes
ROOM = 21  # days kept free after the last date
BEHIND = 14  # days shown before today, at least
FAR = 366 * 10  # days around today that a frame may hold
PIXELS = {"week": 7.0, "month": 2.6}  # of a day
FIT = 920  # pixels of everything, when everything is to be seen
WIDEST = 3000  # pixels a frame takes when nobody chose how wide


@dataclass(frozen=True, slots=True)
class Frame:
    """Days from `first` to `last`; `day` is how many pixels one of them takes."""

    first: date
    last: date
    day: float
    mirrored: bool = False

    @property
    def width(self) -> int:
        """Pixels."""
        return max(1, round((self.last - self.first).days * self.day))

    def holds(self, day: date) -> bool:
        """Whether the day is in the frame, not only at its edge."""
        return self.first <= day <= self.last

    def along(self, day: date) -> float:
        """How far from the start of time a day stands; what lies outside stands at the edge."""
        return min(float(self.width), max(0.0, (day - self.first).days * self.day))

    def x(self, along: float) -> float:
        """The same from the left of the picture."""
        return round(self.width - along if self.mirrored else along, 1)

    def span(self, start: float, end: float) -> Span:
        """From one place to another, however they are given: never negative."""
        low, high = min(start, end), max(start, end)
        return Span(self.x(high if self.mirrored else low), round(high - low, 1))


class Span(NamedTuple):
    """A stretch of a row, from its left."""

    x: float
    width: float


class Work(NamedTuple):
    """What a row has to show. `clear` is when a blocker is expected to be gone."""

    start: date | None
    end: date | None
    baseline: date | None = None
    latest: date | None = None  # it may end without moving the finish
    clear: date | None = None
    sure: date | None = None  # the day we are 80% sure of
    begun: date | None = None  # where the baseline begins, if it says so


class Bar(NamedTuple):
    """A row drawn. None is what there is nothing to draw of."""

    bar: Span | None
    end: float | None  # where the glyph stands, from the left
    ghost: Span | None
    ghost_end: float
    room: Span | None
    room_end: float
    label: float  # where the days of float are written, towards the end of time unless `inside`
    inside: bool
    hatch: Span | None
    sure: Span | None = None  # from the end to the day we are 80% sure of
    sure_end: float = 0


class Tick(NamedTuple):
    """A day with a line, and with words when there is room for them."""

    x: float
    day: date
    named: bool


class End(NamedTuple):
    """One end of a link: a row, and how far from the start of time."""

    row: int
    along: float


def frame_of(days: Iterable[date], *, today: date, scale: str, mirrored: bool = False) -> Frame:
    """A frame with today, these days and a little room. What lies decades away stands at the edge."""
    low, high = today - timedelta(days=FAR), today + timedelta(days=FAR)
    near = [min(max(day, low), high) for day in days]
    first = min([today - timedelta(days=BEHIND), *near])
    first -= timedelta(days=first.weekday())
    last = max([today + timedelta(days=BEHIND), *near]) + timedelta(days=ROOM)
    length = (last - first).days
    return Frame(first, last, PIXELS.get(scale) or min(PIXELS["week"] * 2, FIT / length), mirrored)


def scale_for(days: int) -> str:
    """The scale nobody chose: weeks, unless that would be too wide."""
    return next((scale for scale, pixels in PIXELS.items() if days * pixels <= WIDEST), "fit")


def draw(frame: Frame, work: Work, today: date) -> Bar:
    """Draw one row."""
    end = work.end
    if end is None:
        ghost = _ghost(frame, work)
        return Bar(None, None, ghost, _far(frame, ghost), None, 0, 0, False, None)
    start = min(work.start or end, end)
    at, to = frame.along(start), frame.along(end)
    bar = frame.span(at, to) if frame.holds(end) or frame.holds(start) else None
    ghost, room = _ghost(frame, work), None
    late = frame.along(work.latest) if work.latest and work.latest > end else to
    if late > to + GLYPH:
        room = frame.span(to + GLYPH, late)
    inside = late + LABEL > frame.width
    hatch = frame.span(frame.along(today), frame.along(work.clear)) if work.clear and work.clear > today else None
    return Bar(
        bar=bar,
        end=frame.x(to) if frame.holds(end) else None,
        ghost=ghost,
        ghost_end=_far(frame, ghost),
        room=room,
        room_end=frame.x(late),
        label=frame.x(late - 4 if inside else late + 5),
        inside=inside,
        hatch=hatch,
        sure=frame.span(to, frame.along(work.sure)) if work.sure and work.sure > end else None,
        sure_end=frame.x(frame.along(work.sure)) if work.sure else 0,
    )


def _ghost(frame: Frame, work: Work) -> Span | None:
    """The baseline from its own start; where it has none, as long as the work is today."""
    if work.baseline is None or not frame.holds(work.baseline):
        return None
    begin, end = (work.begun, work.baseline) if work.begun else (work.start, work.end)
    length = end - begin if begin and end and end > begin else timedelta(0)
    return frame.span(frame.along(work.baseline - min(length, timedelta(days=FAR))), frame.along(work.baseline))


def _far(frame: Frame, span: Span | None) -> float:
    """The end of a stretch in time, from the left."""
    if span is None:
        return 0
    return span.x if frame.mirrored else round(span.x + span.width, 1)


# -- ticks -----------------------------------------------------------------------------------------------------------


def weeks(frame: Frame, *, apart: float = 34) -> list[Tick]:
    """Mondays, while they are not too close together; named where there is room for a number."""
    if frame.day * 7 < 12:
        return []
    step = next(step for step in (1, 2, 4) if frame.day * 7 * step >= apart)
    found: list[Tick] = []
    monday = frame.first + timedelta(days=-frame.first.weekday() % 7)
    while monday <= frame.last:
        found.append(Tick(frame.x(frame.along(monday)), monday, len(found) % step == 0))
        monday += timedelta(days=7)
    return found


def months(frame: Frame, *, apart: float = 66) -> list[Tick]:
    """First days of months; when there are too many, of every third, sixth or twelfth."""
    step = next((step for step in (1, 3, 6, 12, 24) if step * 30 * frame.day >= apart), 60)
    chosen = (day for day in _firsts(frame.first, frame.last) if (day.month - 1 + 12 * day.year) % step == 0)
    return [Tick(frame.x(frame.along(day)), day, frame.along(day) + apart * 0.7 <= frame.width) for day in chosen]


def _firsts(first: date, last: date) -> Iterator[date]:
    whole = first.year * 12 + first.month - 1 + (first.day > 1)
    while (day := date(whole // 12, whole % 12 + 1, 1)) <= last:
        yield day
        whole += 1


# -- links -----------------------------------------------------------------------------------------------------------


def elbow(frame: Frame, source: End, target: End) -> str:
    """A link from one row to another. It never runs back in time: what is dated against it is met straight above or below."""
    top, bottom = source.row * ROW + MIDDLE, target.row * ROW + MIDDLE
    down = 1 if bottom > top else -1
    far = target.along > source.along + DROP
    out = min(source.along + TURN if far else max(source.along + TURN, target.along + 4), max(float(frame.width), source.along))
    if far:
        points = [(source.along + GLYPH, top), (out, top), (out, bottom), (target.along - 1, bottom)]
    else:
        points = [(source.along + GLYPH, top), (out, top), (out, bottom - down * (HALF + 3))]
    points[0] = (min(points[0][0], out), top)
    moves = [f"{frame.x(x):g} {y}" for x, y in points]
    return "M" + "L".join(moves)
