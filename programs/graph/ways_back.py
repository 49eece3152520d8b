"""Ways back to the target: small changes of the plan, each tried by the exact engine, and those that reach the target first.

What is tried is what can help and what the program itself can do: every blocker on its critical or near-critical work
cleared, alone and in pairs; every soft dependency inside it dropped that leads to work that drives the finish; every piece
of its work that drives it cut by a fifth; and pairs of the single changes that help most. The number of trials is bounded,
and the answer says whether anything was left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import chain, combinations

from programs.graph.days import working_days
from programs.graph.paths import driving_set
from programs.graph.solution import Solution, days
from programs.graph.trial import Trial
from programs.graph.types import Activity, State
from programs.graph.whatif import Change, Clear, Edit, Part

PART = 0.2  # of the work that is left, cut from one milestone
MOST_BLOCKERS = 12  # 66 pairs
MOST_LINKS = 40
MOST_WORK = 40
MOST_PAIRED = 8  # single changes that help most, tried in pairs


class Kind(StrEnum):
    """What one step does; the order is that of effort."""

    CLEAR = "clear"
    PART = "part"
    CUT = "cut"


EFFORT = {kind: place for place, kind in enumerate(Kind)}


@dataclass(frozen=True, slots=True)
class Step:
    """One change: the blocker, the dependency or the milestone with this id. `days` is the work cut, 0 for the others."""

    kind: Kind
    item: int
    change: Change
    field: str = ""  # which figure of the milestone is cut
    value: float = 0.0  # and to what
    days: float = 0.0


@dataclass(frozen=True, slots=True)
class Way:
    """Some steps together: the finish they lead to, in working days `sooner` than today and `late` after the target."""

    steps: tuple[Step, ...]
    finish: date
    sooner: int
    late: int

    @property
    def reaches(self) -> bool:
        """Whether the target holds then."""
        return self.late <= 0


@dataclass(frozen=True, slots=True)
class Ways:
    """What was found. `reaching` by the least change first; `helping` is what only comes closer, the closest first."""

    late: int  # working days after the target today
    reaching: tuple[Way, ...]
    helping: tuple[Way, ...]
    tried: int
    complete: bool  # nothing that could help was left out


def ways_back(trial: Trial, frame: int, *, soft: Collection[int], most: int = 6) -> Ways | None:
    """Search one program; None when it has no target, no finish, or reaches its target as it stands.

    `soft` are the dependencies that may be dropped. Of the ways that do no more with one step more, none is told.
    """
    described = trial.solution.built.frames[frame]
    today, target = trial.today.frames[frame].finish, described.target
    if target is None or today is None:
        return None
    late = working_days(target, today, described.calendar)
    if late <= 0:
        return None
    found = candidates(trial.solution, frame, soft)
    steps, complete = _bounded(found)

    def way(*these: Step) -> Way | None:
        then = trial.finish(frame, [step.change for step in these])
        if then is None or then >= today:
            return None
        sooner = working_days(then, today, described.calendar)
        return Way(these, then, sooner, working_days(target, then, described.calendar)) if sooner > 0 else None

    single = [one for one in (way(step) for step in steps) if one is not None]
    pairs = list(_pairs(steps, single))
    double = [one for one in (way(*pair) for pair in pairs) if one is not None]
    ways = _worth_it(single, double)
    reaching = sorted((one for one in ways if one.reaches), key=_least)
    helping = sorted((one for one in ways if not one.reaches), key=_closest)
    return Ways(late, tuple(reaching[:most]), tuple(helping[:most]), len(steps) + len(pairs), complete)


def candidates(solution: Solution, frame: int, soft: Collection[int]) -> dict[Kind, list[Step]]:
    """Every single step that is looked at, the most pressing first."""
    built, network = solution.built, solution.network
    driving = driving_set(solution, solution.finishes[frame].tied)
    band = built.frames[frame].near_critical_days
    far = float("inf")

    def room(i: int) -> float:
        left = days(solution.total[i])
        return far if left is None else left

    def pressing(i: int) -> tuple[bool, float, int]:
        return (i not in driving, room(i), i)

    mine = {activity.id for activity in built.activities if activity.frame == frame}
    blockers = [one for one in built.snapshot.obstacles if one.activity in mine and not one.decision]
    blocked = [(network.index[one.activity], one) for one in blockers]
    near = [(i, one) for i, one in blocked if solution.open[i] and (i in driving or room(i) <= band) and one.clear is not None]
    clears = [
        Step(Kind.CLEAR, one.id, Clear(one.id)) for _i, one in sorted(near, key=lambda pair: (*pressing(pair[0]), pair[1].id))
    ]
    links = (link for link in built.snapshot.links if link.id in soft and {link.predecessor, link.successor} <= mine)
    into = {link.id: network.index[link.successor] for link in links}
    parts = [Step(Kind.PART, key, Part(key)) for key, i in sorted(into.items()) if i in driving]
    own = sorted((i for i in driving if solution.frame[i] == frame), key=lambda i: (-solution.early.remaining[i], i))
    cuts = [step for step in (_cut(built.activities[i]) for i in own) if step is not None]
    return {Kind.CLEAR: clears, Kind.PART: parts, Kind.CUT: cuts}


def _cut(one: Activity) -> Step | None:
    """A fifth of the work that is left less, where somebody said how much work it is."""
    if one.remaining:
        field, value, left = "remaining", one.remaining, one.remaining
    elif one.remaining is None and one.duration:
        done = one.duration * (one.percent_done or 0) / 100 if one.state is State.STARTED else 0.0
        field, value, left = "duration", one.duration, one.duration - done
    else:
        return None
    less = round(left * PART, 2)
    if less <= 0:
        return None
    new = round(value - less, 2)
    return Step(Kind.CUT, one.id, Edit(one.id, ((field, new),)), field, new, less)


def _bounded(found: dict[Kind, list[Step]]) -> tuple[list[Step], bool]:
    most = {Kind.CLEAR: MOST_BLOCKERS, Kind.PART: MOST_LINKS, Kind.CUT: MOST_WORK}
    steps = [step for kind, some in found.items() for step in some[: most[kind]]]
    return steps, len(steps) == sum(len(some) for some in found.values())


def _pairs(steps: Collection[Step], single: Collection[Way]) -> Iterator[tuple[Step, Step]]:
    """Blockers two by two, whether one alone helps or not, and the best single steps two by two."""
    clears = [step for step in steps if step.kind is Kind.CLEAR]
    best = [way.steps[0] for way in sorted(single, key=_closest)[:MOST_PAIRED]]
    seen = set()
    for one, other in chain(combinations(clears, 2), combinations(best, 2)):
        key = frozenset({(one.kind, one.item), (other.kind, other.item)})
        if key not in seen:
            seen.add(key)
            yield one, other


def _worth_it(single: list[Way], double: list[Way]) -> list[Way]:
    """All single ways, and the pairs that come further than either of their steps alone."""
    alone = {way.steps[0]: way.finish for way in single}
    far = date.max
    return [*single, *(way for way in double if all(way.finish < alone.get(step, far) for step in way.steps))]


def _least(way: Way) -> tuple[object, ...]:
    """The least change first: fewer steps, the easier kind, less work cut, then the earlier finish."""
    effort = sum(EFFORT[step.kind] for step in way.steps)
    return (len(way.steps), effort, sum(step.days for step in way.steps), way.finish, _key(way))


def _closest(way: Way) -> tuple[object, ...]:
    return (way.finish, *_least(way))


def _key(way: Way) -> tuple[tuple[str, int], ...]:
    return tuple((str(step.kind), step.item) for step in way.steps)
