"""The path strip: the critical path drawn to length, from today to the finish, in whole per cent of its width."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

ROOM_FOR_WORDS = 7  # per cent; narrower steps are named in the sentence above and in their title only


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
    A step that ends by the end of another is as wide as what it adds.
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
    return Strip(tuple(segments), None if target is None or passed or target > last else at(target), passed)
