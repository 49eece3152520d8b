"""What is not certain about a plan: estimates as ranges, events that may happen, blockers that may clear late, shared causes.

Amounts are working days of the program's calendar, counted from the data date (the end of `Snapshot.as_of`). Nothing here knows
a database; whoever calls turns rows into these.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

SETTLING = 5.0  # working days added to planned and to actual time before they are compared: what is due tomorrow may slip a week


class Shape(StrEnum):
    """How likely the values between the ends of a range are."""

    PERT = "pert"  # a beta distribution that leans on the likely value (weight 4): what estimates in practice look like
    TRIANGULAR = "triangular"


class Confidence(StrEnum):
    """How sure somebody is, in a word instead of three numbers; `CONFIDENCE` says what each means."""

    SURE = "sure"
    FAIR = "fair"
    ROUGH = "rough"
    GUESS = "guess"


CONFIDENCE: dict[Confidence, tuple[float, float, float]] = {
    Confidence.SURE: (0.95, 1.0, 1.1),
    Confidence.FAIR: (0.9, 1.0, 1.3),
    Confidence.ROUGH: (0.8, 1.0, 1.7),
    Confidence.GUESS: (0.6, 1.0, 2.5),
}
"""Optimistic, likely and pessimistic remaining work of each word, as multiples of the plan's."""


@dataclass(frozen=True, slots=True)
class ThreePoint:
    """Remaining work in working days: if all goes well, likely, if much goes wrong.

    >>> ThreePoint(4, 5, 12).mean
    6.0
    """

    low: float
    likely: float
    high: float
    shape: Shape = Shape.PERT

    def __post_init__(self) -> None:
        if not self.low <= self.likely <= self.high:
            given = f"{self.low}, {self.likely}, {self.high}"
            raise ValueError(f"A range goes from optimistic over likely to pessimistic, not {given}.")

    @property
    def mean(self) -> float:
        """The mean in working days."""
        weight = 4 if self.shape is Shape.PERT else 1
        return (self.low + weight * self.likely + self.high) / (2 + weight)


@dataclass(frozen=True, slots=True)
class Ratios:
    """A spread learned from what came true: equally spaced quantiles (first the least, last the most) of

        (working days it took + SETTLING) / (working days planned + SETTLING).

    Applies to remaining work, and to the time until its date for a milestone that has only a date. See `spread.learn`.
    """

    quantiles: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.quantiles) < 2 or any(b < a for a, b in pairwise(self.quantiles)):
            raise ValueError("Quantiles of a spread are at least two, in rising order.")


Spread = ThreePoint | Confidence | Ratios


@dataclass(frozen=True, slots=True)
class Estimate:
    """How uncertain one activity is. `cause` names who or what it shares its luck with: a team, a vendor."""

    activity: int
    spread: Spread
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Risk:
    """An event that may happen: with `probability` it adds its impact to every activity's work and every link it strikes.

    The impact is one draw for all of them, triangular around `likely` or, without it, even between `low` and `high`. A link is
    struck on its successor's side: it asks for a start so many of the successor's working days later. What is struck counts on
    the working days of its program, a milestone without work too.
    """

    id: int
    probability: float
    low: float
    high: float
    likely: float | None = None
    activities: tuple[int, ...] = ()
    links: tuple[int, ...] = ()
    cause: str = ""  # risks of one category may share their luck: the cause counts for whether they happen

    def __post_init__(self) -> None:
        if not 0 <= self.probability <= 1:
            raise ValueError(f"The probability of risk {self.id} is not between 0 and 1.")
        if not self.low <= (self.likely if self.likely is not None else self.low) <= self.high:
            raise ValueError(f"The impact of risk {self.id} goes from least over likely to most.")


@dataclass(frozen=True, slots=True)
class Clearing:
    """When an open blocker may clear, in working days from the data date. Without one, its clear date is taken as certain."""

    obstacle: int
    days: ThreePoint
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """Everything uncertain about one snapshot. What is not named is certain, unless `default` says otherwise.

    `correlation` is one number for all shared causes: the rank correlation between any two estimates (or risks) of one cause.
    `handovers` are links from one team to another, asked for as drivers.
    """

    estimates: tuple[Estimate, ...] = ()
    risks: tuple[Risk, ...] = ()
    clearings: tuple[Clearing, ...] = ()
    default: Ratios | None = None  # for open work and dates that nobody estimated
    causes: dict[int, str] = field(default_factory=dict)  # of activities without an estimate of their own
    correlation: float = 0.3
    handovers: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.correlation <= 1:
            raise ValueError("A correlation of shared causes lies between 0 and 1.")
