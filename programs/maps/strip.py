"""The path strip: the critical path drawn to length, from today to the finish, in whole per cent of its width."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

ROOM_FOR_WORDS = 7  # per cent; narrower steps are named in the sentence above and in their title only
MOST_LENT = 15  # per cent of the strip that long steps lend to short ones, so that those can be named


@dataclass(frozen=True, slots=True)
class Step:
    """What the strip needs of one step of the path: when it starts, ends, and until when a blocker holds it."""

    start: date | None
    finish: date
    blocked_until: date | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """A step as drawn: an empty share before it, its own share, and how much of that is hatched. All in per cent."""

    gap: int
    width: int
    hatched: int = 0

    @property
    def narrow(self) -> bool:
        """Whether there is no room for its name."""
        return self.width < ROOM_FOR_WORDS


@dataclass(frozen=True, slots=True)
class Strip:
    """The segments in order, and where the target stands. `target_at` is None when it lies before today."""

    segments: tuple[Segment, ...]
    target_at: int | None
    target_passed: bool = False


def strip(steps: Sequence[Step], *, today: date, target: date | None) -> Strip:
    """Draw unfinished steps from today to the last finish.

    Every date becomes a whole per cent by the same rule, so the order of marks and ends is never upside down.
    A step that ends by the end of another is as wide as what it adds. A few short steps borrow the room for their names
    from long ones, and the target moves along: what lies left of it stays left of it.
    """
    last = max((step.finish for step in steps), default=today)
    if target is not None and target > last:
        last = min(target, last + (last - today) / 4) if last > today else target
    span = max((last - today).days, 1)

    def at(day: date) -> int:
        return round(100 * min(max((day - today).days, 0), span) / span)

    segments, here = [], 0
    for step in steps:
        begin = max(here, at(step.start)) if step.start else here
        end = max(begin, at(step.finish))
        held = at(step.blocked_until) if step.blocked_until else begin
        share = 0 if end == begin else round(100 * min(max(held - begin, 0), end - begin) / (end - begin))
        segments.append(Segment(gap=begin - here, width=end - begin, hatched=share))
        here = end
    passed = target is not None and target < today
    target_at = None if target is None or passed or target > last else at(target)
    return Strip(*_with_room(segments, target_at), passed)


def _with_room(segments: list[Segment], target_at: int | None) -> tuple[tuple[Segment, ...], int | None]:
    """Widen steps too narrow for a name at the cost of the wide ones, unless too many are; the sum stays."""
    lacking = [ROOM_FOR_WORDS - one.width if 0 < one.width < ROOM_FOR_WORDS else 0 for one in segments]
    spare = [max(0, one.width - 2 * ROOM_FOR_WORDS) for one in segments]
    needed, lent, seen = sum(lacking), 0, 0
    if not 0 < needed <= min(MOST_LENT, sum(spare)):
        return tuple(segments), target_at
    roomy = []
    for one, lacks, spares in zip(segments, lacking, spare, strict=True):
        seen += spares
        gives = needed * seen // sum(spare) - lent
        lent += gives
        roomy.append(Segment(one.gap, one.width + lacks - gives, one.hatched))
    return tuple(roomy), None if target_at is None else _moved(target_at, segments, roomy)


def _moved(mark: int, before: list[Segment], after: list[Segment]) -> int:
    """Where a mark stands once the segments under it changed their widths: at the same share of the same piece."""
    old = new = 0
    for was, now in zip(before, after, strict=True):
        if mark <= old + was.gap:
            return new + mark - old
        old, new = old + was.gap, new + now.gap
        if mark <= old + was.width:
            return new + round(now.width * (mark - old) / was.width)
        old, new = old + was.width, new + now.width
    return new + mark - old
