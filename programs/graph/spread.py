"""What history says: the spread of estimates learned from slips, and whether forecasts came true.

A spread is learned by team and kind and shrunk towards the whole, so that three slips of one team do not speak for it. Everything
is pure: whoever calls turns events and dates into `Slip` and `Claim`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import product
from types import MappingProxyType

from programs.graph.uncertainty import SETTLING, Ratios

POINTS = 21  # quantiles of a learned spread
STEPS, FARTHEST = 2, 18  # lengths of time told apart for each doubling, on each side of today: to ten years
LENGTHS = range(-FARTHEST, FARTHEST + 1)
NEAR = 200  # ratios told apart for each factor of e where beliefs are kept
TRUST = 20  # slips after which a group counts as much as what it is part of
UNKNOWN = Ratios((0.8, 0.9, 1.0, 1.0, 1.5, 2.2))
"""The spread before anything was learned, as equally spaced quantiles: the plan in the middle, a fifth half as much again."""
SELDOM = 19.0  # times its age that overdue work takes at the longest, before anything was learned: one in twenty takes longer


@dataclass(frozen=True, slots=True)
class Slip:
    """One thing that came true: on some day so many working days were planned until its finish, and so many it took.

    `planned` is negative where its date had passed already. Not `seen`: it is still open, and took at least so long by now; to
    leave that out would learn from what was quick alone. Take one day for each milestone (or few, far apart): a milestone
    looked at every week would speak for many.
    """

    planned: float
    actual: float
    team: str = ""
    kind: str = ""
    seen: bool = True

    @property
    def ratio(self) -> float:
        """Actual to planned time, each with SETTLING days more; of what was overdue, to how long it was. At least a hundredth."""
        return max(0.01, (max(0.0, self.actual) + SETTLING) / (abs(self.planned) + SETTLING))

    def likeness(self, planned: float | None) -> float:
        """How much this says about work planned for so many days: all of it at the same length, half at twice or half of it."""
        return 1.0 if planned is None else 2.0 ** -((lead(self.planned) - lead(planned)) ** 2)


@lru_cache(maxsize=8192)
def lead(planned: float) -> float:
    """Time until a date on a scale where each step doubles it; what is overdue lies on the other side of today.

    >>> lead(5), lead(15), lead(-5)
    (1.0, 2.0, -1.0)
    """
    return math.copysign(math.log2(1 + abs(planned) / SETTLING), planned)


def step_of(planned: float) -> int:
    """The length of time that stands for so many working days: STEPS for each doubling.

    >>> step_of(5), step_of(6), step_of(15), step_of(-5), step_of(1e6)
    (2, 2, 4, -2, 18)
    """
    return max(-FARTHEST, min(FARTHEST, round(lead(planned) * STEPS)))


def days_of(step: int) -> float:
    """The working days that a length of time stands for.

    >>> days_of(2), days_of(-4)
    (5.0, -15.0)
    """
    return math.copysign(SETTLING * (2 ** abs(step / STEPS) - 1), step)


@dataclass(frozen=True, slots=True)
class Learned:
    """A spread and where it comes from: what finished of this team and kind, of the team, of the kind, and of everybody."""

    ratios: Ratios
    own: int
    team: int
    kind: int
    all: int


def unknown(planned: float | None) -> Masses:
    """The spread before anything was learned, of work planned for so many days, as a hundred equal masses.

    Work that is overdue takes as long as it is overdue by now in every second case, four times that in one of five: what is
    known of something is only how long it has lasted already (Gott, Nature 363, 1993). What is just due takes `UNKNOWN`, and
    the one turns into the other with the age.
    """
    age = max(0.0, -planned) if planned is not None else 0.0
    shares = [(step + 0.5) / 100 for step in range(100)]
    taken = [SETTLING * _at(UNKNOWN.quantiles, share) + age * min(SELDOM, share / (1 - share)) for share in shares]
    return [(days / (SETTLING + age), 0.01) for days in taken]


Group = tuple[str, str]  # team, kind; "" is anybody, any
Masses = list[tuple[float, float]]  # (ratio, how much speaks for it)
Marks = list[tuple[float, bool, float]]  # (ratio, whether it still runs, how much it says)


class Learning:
    """What slips say of every team and kind. All of them were looked at when planned for about so many working days (`planned`;
    None: lengths are alike).

    From the whole over the kind and the team to both, what was believed before counts as TRUST slips beside each group's own: the
    posterior mean of a Dirichlet process. So twenty slips of its own count half, and a group that keeps its dates to the day
    is believed to.
    """

    def __init__(self, history: Iterable[Slip], planned: float | None = None) -> None:
        self.groups: dict[Group, Marks] = {}
        for slip in history:
            mark = (slip.ratio, not slip.seen, slip.likeness(planned))
            for group in {("", ""), ("", slip.kind), (slip.team, ""), (slip.team, slip.kind)}:
                self.groups.setdefault(group, []).append(mark)
        self._finished = {group: sum(not runs for _, runs, _ in marks) for group, marks in self.groups.items()}
        self._beliefs: dict[tuple[Group, ...], Masses] = {(): unknown(planned)}
        self._age = max(0.0, -planned) if planned is not None else 0.0

    def spread(self, *, team: str = "", kind: str = "") -> Learned:
        """The spread of work of one team and kind. Groups count by what is finished in them."""
        told: list[Group] = []
        everybody, by_kind, by_team, own = groups = (("", ""), ("", kind), (team, ""), (team, kind))
        for group, within in zip(groups, ((), (everybody,), (everybody,), (by_kind, by_team)), strict=True):
            size = len(self.groups.get(group, ()))
            if size and size not in [len(self.groups[larger]) for larger in within]:  # all of a larger group has spoken already
                told.append(group)
        counts = [self._finished.get(group, 0) for group in (own, by_team, by_kind, everybody)]
        counts = [count if given else 0 for count, given in zip(counts, (team and kind, team, kind, True), strict=True)]
        found = _read(self._believed(tuple(told)))
        scale = (self._age + SETTLING) / SETTLING  # what is overdue is planned for no time at all, and takes its age's share
        return Learned(Ratios(tuple(ratio * scale for ratio in found)), *counts)

    def _believed(self, told: tuple[Group, ...]) -> Masses:
        """What is believed after these groups have spoken, the nearest last."""
        if told not in self._beliefs:
            self._beliefs[told] = _believed(self._believed(told[:-1]), self.groups[told[-1]])
        return self._beliefs[told]


class Spreads:
    """What was learned of every team, kind and length of time, to be looked up: (step, team, kind) -> the spread."""

    def __init__(self, found: Mapping[tuple[int, str, str], Learned] = MappingProxyType({})) -> None:
        self.found = found

    @classmethod
    def of(cls, lengths: Mapping[int, Learning]) -> Spreads:
        """Everything these say. Lengths are steps of `step_of`; a team or kind of which nothing is known is left out."""
        found = {}
        for step, learning in lengths.items():
            teams, kinds = ({group[place] for group in learning.groups} for place in (0, 1))
            for team, kind in product(sorted(teams), sorted(kinds)):
                found[step, team, kind] = learning.spread(team=team, kind=kind)
        return cls(found)

    def spread(self, *, planned: float, team: str = "", kind: str = "") -> Learned:
        """The spread of work of one team and kind with so many working days to go; the nearest of which something is known."""
        step = step_of(planned)
        known = ((step, *group) for group in ((team, kind), (team, ""), ("", kind), ("", "")))
        return next((self.found[place] for place in known if place in self.found), None) or learn((), planned=days_of(step))


def learn(history: Iterable[Slip], *, team: str = "", kind: str = "", planned: float | None = None) -> Learned:
    """The spread of work of one team and kind, planned to take so many working days (all lengths alike when it is not given).

    >>> learn([]).ratios.quantiles[POINTS // 2]
    1.0
    """
    return Learning(history, planned).spread(team=team, kind=kind)


def _believed(before: Masses, group: Marks) -> Masses:
    """What is believed after a group's slips: what still runs hands its weight to all that takes longer, as nobody knows more.

    This is the product-limit estimate (Kaplan and Meier), with the belief before as TRUST slips among the others. Ratios that
    lie within half a per cent are kept as one, so that a belief stays small; what took exactly as long as planned stays that.
    """
    whole = sum(mass for _, mass in before)
    marks = sorted([*((ratio, False, mass * TRUST / whole) for ratio, mass in before), *group])
    later = sum(mass for _, _, mass in marks)
    over = sum(mass for _, runs, mass in marks if not runs)
    grown = 1.0
    found: dict[int | None, tuple[float, float]] = {}
    for ratio, runs, mass in marks:
        later -= mass
        over -= 0.0 if runs else mass
        if runs and over > 1e-9:
            grown *= 1 + mass / later
            continue
        place = None if ratio == 1 else round(math.log(ratio) * NEAR)
        sums, masses = found.get(place, (0.0, 0.0))
        found[place] = (sums + ratio * mass * grown, masses + mass * grown)
    return [(sums / masses, masses) for sums, masses in found.values() if masses]


def _read(masses: Masses) -> list[float]:
    """POINTS equally spaced quantiles, the least and the most among them."""
    whole, told = sum(mass for _, mass in masses), 0.0
    found: list[float] = []
    for ratio, mass in sorted(masses):
        told += mass
        while len(found) < POINTS and len(found) / (POINTS - 1) * whole <= told + 1e-9:
            found.append(ratio)
    return found + [found[-1]] * (POINTS - len(found))


def quantiles(ordered: Sequence[float]) -> list[float]:
    """POINTS equally spaced quantiles of values in rising order, the least and the most among them."""
    return [_at(ordered, point / (POINTS - 1)) for point in range(POINTS)]


def _at(ordered: Sequence[float], share: float) -> float:
    at = share * (len(ordered) - 1)
    low = int(at)
    return ordered[low] + (at - low) * (ordered[min(low + 1, len(ordered) - 1)] - ordered[low])


@dataclass(frozen=True, slots=True)
class Claim:
    """One forecast that can be judged: the dates given by percent, the target then in force, and the day it happened.

    `item` says what it is about: all claims about one thing count as one together. Without `actual` it has not happened by the
    day of judging, and every date given has passed.
    """

    dates: Mapping[int, date]
    naive: date
    actual: date | None
    item: int = 0


@dataclass(frozen=True, slots=True)
class Reliability:
    """Of dates given as so many percent sure, the share that held; `low` to `high` is where it lies with 90% confidence.

    `shared` is the same where one day is given for many percentages, as when nearly everything happens on its very day: what
    happens on that day counts for each of them in its proportion (the probability integral transform for counts: Czado,
    Gneiting and Held 2009). A true forecast has `shared` near the percentage, and `held` near `whole`: what it said itself of
    the days given, taken whole. Where nine of ten things happen by their very day, that day is given as 80% sure, no day is
    nearer, and it holds nine times of ten.
    """

    percent: int
    claims: int
    held: float
    low: float
    high: float
    shared: float
    whole: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """How good forecasts were. Errors are calendar days; a positive bias means things came later than said."""

    claims: int
    items: int
    table: tuple[Reliability, ...]
    error: float  # mean distance of the 50% date from the day it happened, of what happened
    bias: float
    naive_error: float  # the same for the target that was in force
    naive_bias: float

    @property
    def beats_naive(self) -> bool:
        """Whether the forecast was nearer than the target."""
        return self.error < self.naive_error


def calibrate(claims: Iterable[Claim]) -> Calibration | None:
    """Judge forecasts by what happened; None when there is none.

    Each thing counts once, however many claims were made about it: a plan looked at every week is not more evidence for that.
    """
    judged = list(claims)
    if not judged:
        return None
    percents = sorted(set.intersection(*(set(claim.dates) for claim in judged)))
    number = Counter(claim.item for claim in judged)
    weights = [1 / number[claim.item] if claim.item else 1.0 for claim in judged]
    items = round(sum(weights))
    table = tuple(_reliability(percent, judged, weights, items) for percent in percents)
    happened = [(claim, claim.actual, weight) for claim, weight in zip(judged, weights, strict=True) if claim.actual]
    late = [((actual - claim.dates[50]).days, weight) for claim, actual, weight in happened]
    naive = [((actual - claim.naive).days, weight) for claim, actual, weight in happened]
    return Calibration(len(judged), items, table, _distance(late), _mean(late), _distance(naive), _mean(naive))


def _reliability(percent: int, claims: Sequence[Claim], weights: Sequence[float], n: int) -> Reliability:
    held = shared = said = 0.0
    for claim, weight in zip(claims, weights, strict=True):
        low, high = _chances(percent, claim.dates)
        said += weight * high / 100
        if claim.actual is not None and claim.actual <= claim.dates[percent]:
            held += weight
            shared += weight * ((percent - low) / (high - low) if claim.actual == claim.dates[percent] else 1.0)
    share, whole = held / sum(weights), sum(weights)
    z = 1.645  # Wilson's interval
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return Reliability(percent, n, share, max(0.0, middle - half), min(1.0, middle + half), shared / whole, said / whole)


def _chances(percent: int, dates: Mapping[int, date]) -> tuple[float, float]:
    """From which per cent to which the day given for one goes, when it is given for several: half way to the neighbours.

    >>> day, later = date(2027, 3, 1), date(2027, 3, 2)
    >>> _chances(50, {50: day, 80: later}), _chances(80, {20: day, 50: day, 80: day})
    ((0.0, 65.0), (0.0, 100.0))
    """
    same = [each for each, day in dates.items() if day == dates[percent]]
    before = max((each for each, day in dates.items() if day < dates[percent]), default=None)
    after = min((each for each, day in dates.items() if day > dates[percent]), default=None)
    low = 0.0 if before is None else (before + min(same)) / 2
    return low, 100.0 if after is None else (after + max(same)) / 2


def _mean(values: Sequence[tuple[int, float]]) -> float:
    return sum(value * weight for value, weight in values) / (sum(weight for _, weight in values) or 1)


def _distance(values: Sequence[tuple[int, float]]) -> float:
    return _mean([(abs(value), weight) for value, weight in values])
