"""What history says: the spread of estimates learned from slips, and whether forecasts came true.

A spread is learned by team and kind and shrunk towards the whole, so that three slips of one team do not speak for it. Everything
is pure: whoever calls turns events and dates into `Slip` and `Claim`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from programs.graph.uncertainty import SETTLING, Ratios

POINTS = 21  # quantiles of a learned spread
TRUST = 20  # slips after which a group counts as much as what it is part of
UNKNOWN = Ratios((0.8, 0.9, 1.0, 1.15, 1.5, 2.2))
"""The spread before anything was learned, as equally spaced quantiles: half of all work takes at most 8% longer."""


@dataclass(frozen=True, slots=True)
class Slip:
    """One thing that came true: on some day so many working days were planned until its finish, and so many it took.

    Take one day for each milestone (or few, far apart): a milestone looked at every week would speak for many.
    """

    planned: float
    actual: float
    team: str = ""
    kind: str = ""

    @property
    def ratio(self) -> float:
        """Actual to planned time, each with SETTLING days more; at least a hundredth."""
        return max(0.01, (max(0.0, self.actual) + SETTLING) / (max(0.0, self.planned) + SETTLING))


@dataclass(frozen=True, slots=True)
class Learned:
    """A spread and where it comes from: slips of this team and kind, of the team, of the kind, and of everybody."""

    ratios: Ratios
    own: int
    team: int
    kind: int
    all: int


@dataclass(frozen=True, slots=True)
class Learning:
    """What slips say, by group: (team, kind) -> how many there are, and the logarithms of their quantiles; "" is anybody, any.

    Small enough to be kept: what it says of any team and kind needs the slips no more.
    """

    groups: Mapping[tuple[str, str], tuple[int, Sequence[float]]]

    @classmethod
    def of(cls, history: Iterable[Slip]) -> Learning:
        """Group slips by everybody, kind, team, and both."""
        ratios: dict[tuple[str, str], list[float]] = {}
        for slip in history:
            for group in {("", ""), ("", slip.kind), (slip.team, ""), (slip.team, slip.kind)}:
                ratios.setdefault(group, []).append(slip.ratio)
        return cls({group: (len(found), [math.log(x) for x in quantiles(sorted(found))]) for group, found in ratios.items()})

    def spread(self, *, team: str = "", kind: str = "") -> Learned:
        """The spread of work of one team and kind.

        From the whole over the kind and the team to both, each group's quantiles (their logarithms) are mixed with what was
        learned before, by n to TRUST: twenty slips of its own count half.
        """
        wanted = [("", ""), ("", kind) if kind else None, (team, "") if team else None, (team, kind) if team and kind else None]
        found = [math.log(x) for x in quantiles(UNKNOWN.quantiles)]
        counts = []
        for group in wanted:
            count, mine = self.groups.get(group, (0, ())) if group else (0, ())
            counts.append(count)
            if count:
                share = count / (count + TRUST)
                found = [share * x + (1 - share) * y for x, y in zip(mine, found, strict=True)]
        everybody, by_kind, by_team, own = counts
        return Learned(Ratios(tuple(map(math.exp, found))), own, by_team, by_kind, everybody)


def learn(history: Iterable[Slip], *, team: str = "", kind: str = "") -> Learned:
    """The spread of work of one team and kind, straight from slips.

    >>> learn([]).ratios == Ratios(tuple(quantiles(UNKNOWN.quantiles)))
    True
    """
    return Learning.of(history).spread(team=team, kind=kind)


def quantiles(ordered: Sequence[float]) -> list[float]:
    """POINTS equally spaced quantiles of values in rising order, the least and the most among them."""
    last = len(ordered) - 1
    found = []
    for point in range(POINTS):
        at = point * last / (POINTS - 1)
        low = int(at)
        found.append(ordered[low] + (at - low) * (ordered[min(low + 1, last)] - ordered[low]))
    return found


@dataclass(frozen=True, slots=True)
class Claim:
    """One forecast that can be judged: the dates given by percent, the target then in force, and the day it happened."""

    dates: Mapping[int, date]
    naive: date
    actual: date


@dataclass(frozen=True, slots=True)
class Reliability:
    """Of dates given as so many percent sure, the share that held; `low` to `high` is where it lies with 90% confidence."""

    percent: int
    claims: int
    held: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """How good forecasts were. Errors are calendar days; a positive bias means things came later than said."""

    claims: int
    table: tuple[Reliability, ...]
    error: float  # mean distance of the 50% date from the day it happened
    bias: float
    naive_error: float  # the same for the target that was in force
    naive_bias: float

    @property
    def beats_naive(self) -> bool:
        """Whether the forecast was nearer than the target."""
        return self.error < self.naive_error


def calibrate(claims: Iterable[Claim]) -> Calibration | None:
    """Judge forecasts by what happened; None when there is none."""
    judged = list(claims)
    if not judged:
        return None
    percents = sorted(set.intersection(*(set(claim.dates) for claim in judged)))
    late = [(claim.actual - claim.dates[50]).days for claim in judged]
    naive = [(claim.actual - claim.naive).days for claim in judged]
    table = tuple(_reliability(percent, judged) for percent in percents)
    return Calibration(len(judged), table, _distance(late), _mean(late), _distance(naive), _mean(naive))


def _reliability(percent: int, claims: Sequence[Claim]) -> Reliability:
    n = len(claims)
    share = sum(claim.actual <= claim.dates[percent] for claim in claims) / n
    z = 1.645  # Wilson's interval
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return Reliability(percent, n, share, max(0.0, middle - half), min(1.0, middle + half))


def _mean(values: Sequence[int]) -> float:
    return sum(values) / len(values)


def _distance(values: Sequence[int]) -> float:
    return sum(map(abs, values)) / len(values)
