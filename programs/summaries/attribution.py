"""Why a date moved: each move shared out among its causes in whole working days, so that the parts sum to the total.

A move lies between two days whose answer was kept. Within it the finish may have been noted more often: every such step is shared
out by itself, among what happened since the step before on the path that drove the date before or after it. Nothing here
guesses: what no cause explains is called time that passed, as far as time did pass, and otherwise not known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import groupby, pairwise

from programs.graph.days import working_days
from programs.graph.types import DayCalendar

LISTED = 40  # moves that a page lists; the account holds all


class Kind(StrEnum):
    """What kind of thing moves a date."""

    BLOCKER = "blocker"
    WORK = "work"
    SCOPE = "scope"
    CALENDAR = "calendar"
    DECISION = "decision"
    IMPORT = "import"
    ELSEWHERE = "elsewhere"
    TIME = "time"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, order=True)
class Cause:
    """A kind, and whom or what it is about: the party waited for, the workstream or team, the other program."""

    kind: Kind
    who: str = ""


TIME, UNKNOWN = Cause(Kind.TIME), Cause(Kind.UNKNOWN)
Parts = Mapping[Cause, int]


@dataclass(frozen=True, slots=True)
class Day:
    """A day whose answer was kept, as it was at its end. `path` are the items that drove the date; empty: not kept."""

    day: date
    end: datetime
    finish: date
    path: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Step:
    """A note that the date moved from `old` to `new`, written when the change that moved it had been computed."""

    at: datetime
    day: date
    old: date | None
    new: date | None


@dataclass(frozen=True, slots=True)
class Happening:
    """One change. `item` is the milestone it touched, None the whole plan; `days` is what it moved by itself, if known."""

    at: datetime
    cause: Cause
    item: int | None = None
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """Something that held a milestone from one day to another. Without a first day since ever, without a last day still."""

    cause: Cause
    item: int
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """What is known of the time. `since`: what happened before was not read, so nothing is said of it."""

    steps: Collection[Step] = ()
    happened: Collection[Happening] = ()
    waits: Collection[Wait] = ()
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """The date on one kept day that was not what it was on the one before. `days` are working days, later is more."""

    day: date
    before: date
    after: date
    days: int
    parts: tuple[tuple[Cause, int], ...]  # the largest first; they sum to `days`


@dataclass(frozen=True, slots=True)
class Account:
    """All moves of one date, and what they come to together."""

    moves: tuple[Move, ...] = ()
    days: int = 0
    parts: tuple[tuple[Cause, int], ...] = ()

    @property
    def latest(self) -> tuple[Move, ...]:
        """The newest moves, newest first, as many as a page lists."""
        return self.moves[: -LISTED - 1 : -1]

    @property
    def older(self) -> int:
        """How many moves are not listed."""
        return max(len(self.moves) - LISTED, 0)


def account(days: Sequence[Day], story: Story, calendar: DayCalendar) -> Account:
    """Share out every move between kept days, which come oldest first. Parts sum to the total, move by move and in all."""
    moves = [move for one, other in pairwise(days) if (move := _move(one, other, story, calendar)) is not None]
    total = Counter[Cause]()
    for move in moves:
        _add(total, dict(move.parts))
    return Account(tuple(moves), sum(move.days for move in moves), _ordered(total))


def _move(one: Day, other: Day, story: Story, calendar: DayCalendar) -> Move | None:
    days = working_days(one.finish, other.finish, calendar)
    if one.finish == other.finish or not days:
        return None
    parts = Counter[Cause]()
    for before, after in pairwise(_stations(one, other, story.steps)):
        _add(parts, _shared(before, after, one.path | other.path, story, calendar))
    return Move(other.day, one.finish, other.finish, days, _ordered(parts))


def _stations(one: Day, other: Day, steps: Iterable[Step]) -> list[tuple[datetime, date, date]]:
    """When the date was known to be what: the two days and every step between them, as (moment, day, date)."""
    between = sorted((step for step in steps if one.end < step.at < other.end), key=lambda step: step.at)
    found = [(one.end, one.day, one.finish)]
    for at, together in groupby(between, key=lambda step: step.at):
        group = list(together)
        if (end := _end(group)) is not None:
            found.append((at, group[0].day, end))
    return [*found, (other.end, other.day, other.finish)]


def _end(steps: Sequence[Step]) -> date | None:
    """Where steps of one moment lead, in whatever order they were read."""
    left = Counter(step.new for step in steps if step.new) - Counter(step.old for step in steps if step.old)
    return max(left, default=None)


def _shared(
    before: tuple[datetime, date, date],
    after: tuple[datetime, date, date],
    path: frozenset[int],
    story: Story,
    calendar: DayCalendar,
) -> Parts:
    days = working_days(before[2], after[2], calendar)
    if not days:
        return {}
    if story.since is not None and before[0] < story.since:
        return {UNKNOWN: days}
    sized, unsized = Counter[Cause](), set[Cause]()
    for one in story.happened:
        if before[0] < one.at <= after[0] and (one.item is None or not path or one.item in path):
            if one.days is None:
                unsized.add(one.cause)
            else:
                sized[one.cause] += one.days
    held = {one.cause for one in story.waits if one.item in path and _held(one, before[1], after[1])}
    passed = max(working_days(before[1], after[1], calendar), 0)
    return split(days, sized, unsized, held or {TIME}, passed)


def _held(wait: Wait, first: date, last: date) -> bool:
    return (wait.first is None or wait.first < last) and (wait.last is None or wait.last > first)


def split(days: int, sized: Parts, unsized: Collection[Cause], held: Collection[Cause], passed: int) -> Parts:
    """Share out `days`: `sized` causes get what they moved; what is left goes to those of which nobody knows how much they moved,
    else to what `held` the work while `passed` working days went by, else it is not known. Where the changes together moved more
    than the date did, those of its direction share it in proportion.

    >>> vendor, scope = Cause(Kind.BLOCKER, "Vendor X"), Cause(Kind.SCOPE)
    >>> sorted(split(8, {vendor: 5}, {scope}, {TIME}, 0).values())
    [3, 5]
    """
    rest = days - sum(sized.values())
    parts = Counter(dict(sized))
    if rest and rest * days < 0 and not (0 < rest <= passed):
        return portions(days, {cause: size for cause, size in sized.items() if size * days > 0})
    if rest and unsized and rest * days > 0:
        return _add(parts, portions(rest, dict.fromkeys(unsized, 1)))
    waited = min(max(rest, 0), passed)
    _add(parts, portions(waited, dict.fromkeys(held, 1)))
    return _add(parts, {UNKNOWN: rest - waited})


def portions(total: int, weights: Parts) -> dict[Cause, int]:
    """Whole parts of `total` in proportion to the weights, by largest remainder; of equal remainders the first cause goes first.

    >>> a, b, c = (Cause(Kind.WORK, name) for name in "abc")
    >>> list(portions(-5, {a: 1, b: 1, c: 1}).values())
    [-2, -2, -1]
    """
    whole = sum(abs(weight) for weight in weights.values())
    if not total or not whole:
        return {}
    sign = 1 if total > 0 else -1
    exact = {cause: divmod(abs(total * weights[cause]), whole) for cause in sorted(weights)}
    left = abs(total) - sum(given for given, _ in exact.values())
    first = set(sorted(exact, key=lambda cause: (-exact[cause][1], cause))[:left])
    return {cause: sign * (given + (cause in first)) for cause, (given, _) in exact.items()}


def _add(parts: Counter[Cause], more: Parts) -> Counter[Cause]:
    """Add signed parts; `Counter.__add__` would drop what is negative."""
    for cause, days in more.items():
        parts[cause] += days
    return parts


def _ordered(parts: Parts) -> tuple[tuple[Cause, int], ...]:
    return tuple(sorted(((cause, days) for cause, days in parts.items() if days), key=lambda one: (-abs(one[1]), one[0])))
