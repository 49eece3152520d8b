"""The exact plan the engine computes: instants and working seconds, frozen, free of any product word.

Everything a scheduling tool can say about an activity has a field here (the oracle corpus is the measure); `None` and
`False` mean "not set". The native plan is made by `build.py`, the others by whoever reads a file.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from enum import StrEnum

from programs.graph.calendars import ELAPSED, Calendar
from programs.graph.types import LinkType


class Dialect(StrEnum):
    """Whose rules: our own, Microsoft Project's or Primavera P6's."""

    NATIVE = "native"
    MSPROJECT = "msproject"
    P6 = "p6"


class Kind(StrEnum):
    """What an activity is. Summaries and levels of effort take their dates from others and never drive."""

    TASK = "task"
    MILESTONE = "milestone"
    START_MILESTONE = "start_milestone"
    FINISH_MILESTONE = "finish_milestone"
    SUMMARY = "summary"
    LOE = "loe"
    WBS_SUMMARY = "wbs_summary"


ROLLED_UP = frozenset({Kind.SUMMARY, Kind.WBS_SUMMARY, Kind.LOE})


class Rule(StrEnum):
    """Date constraints by their usual short names."""

    ALAP = "ALAP"
    SNET = "SNET"
    SNLT = "SNLT"
    FNET = "FNET"
    FNLT = "FNLT"
    MSO = "MSO"
    MFO = "MFO"
    START_ON = "START_ON"
    FINISH_ON = "FINISH_ON"


class LagCalendar(StrEnum):
    """Whose working time a lag is counted in."""

    PREDECESSOR = "predecessor"
    SUCCESSOR = "successor"
    DEFAULT = "default"
    ELAPSED = "24h"


class Progress(StrEnum):
    """What out-of-sequence progress means: the remaining work still waits, or it no longer does."""

    RETAINED_LOGIC = "retained_logic"
    PROGRESS_OVERRIDE = "progress_override"


class FloatRule(StrEnum):
    """Which pair of dates total float is measured between."""

    FINISH = "finish"
    START = "start"
    SMALLEST = "smallest"


@dataclass(frozen=True, slots=True)
class Bound:
    """One date constraint."""

    rule: Rule
    at: int = 0


@dataclass(frozen=True, slots=True)
class Task:
    """One activity, exactly. `floor`, `hold` and `own_date` are native: program start, blocker, date-driven milestone."""

    id: Hashable
    kind: Kind = Kind.TASK
    calendar: Calendar = ELAPSED
    float_calendar: Calendar | None = None
    duration: int = 0
    remaining: int = 0
    actual_duration: int = 0
    parent: Hashable | None = None
    bounds: tuple[Bound, ...] = ()
    deadline: int | None = None
    expected_finish: int | None = None
    external_early_start: int | None = None
    external_late_finish: int | None = None
    actual_start: int | None = None
    actual_finish: int | None = None
    stop: int | None = None
    resume: int | None = None
    leveling_delay: int = 0
    manual: bool = False
    external: bool = False
    fixed_start: int | None = None
    fixed_finish: int | None = None
    floor: int | None = None
    hold: int | None = None
    own_date: int | None = None
    group: Hashable = None  # whose finish bounds it when it is as late as possible
    anchored: bool = True  # False: only a dated predecessor can date it

    @property
    def finished(self) -> bool:
        """Whether it is over."""
        return self.actual_finish is not None

    @property
    def started(self) -> bool:
        """Whether it has begun (finished work has, too)."""
        return self.actual_start is not None or self.actual_finish is not None


@dataclass(frozen=True, slots=True)
class Relation:
    """A link between two tasks (or summaries). `lag_percent` is a share of the predecessor's duration."""

    id: Hashable
    pred: Hashable
    succ: Hashable
    type: LinkType = LinkType.FS
    lag: int = 0
    lag_percent: float | None = None
    lag_elapsed: bool = False


@dataclass(frozen=True, slots=True)
class Options:
    """The settings of a schedule; the defaults are the native ones (section 5 of the semantics)."""

    dialect: Dialect = Dialect.NATIVE
    start: int = 0
    data_date: int = 0
    must_finish: int | None = None
    default_calendar: Calendar = ELAPSED
    lag_calendar: LagCalendar = LagCalendar.PREDECESSOR
    progress: Progress = Progress.RETAINED_LOGIC
    float_rule: FloatRule = FloatRule.SMALLEST
    critical_limit: int = 0
    longest_path: bool = False
    use_expected_finish: bool = True
    multiple_critical_paths: bool = False
    honor_constraints: bool = True
    round_to: int = 1  # seconds; P6 rounds every date to the minute

    @property
    def floor(self) -> int:
        """The earliest instant at which remaining work may start."""
        return max(self.data_date, self.start)


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole schedule before it is computed."""

    tasks: tuple[Task, ...]
    relations: tuple[Relation, ...] = ()
    options: Options = Options()
