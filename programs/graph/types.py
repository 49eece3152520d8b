"""What crosses the border of the core: a frozen plan in, a frozen analysis out.

Dates are calendar dates in the plan's own time zone, meaning the end of that working day (starts: its
beginning). Floats and slips are working days of the named calendar. Nothing here knows a database.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any


class LinkType(StrEnum):
    """How a predecessor holds its successor (PMBOK): the first letter is the predecessor's end."""

    FS = "FS"
    SS = "SS"
    FF = "FF"
    SF = "SF"


class Unit(StrEnum):
    """The unit of a duration or lag: working days of a calendar, or elapsed calendar days."""

    WORKING = "wd"
    ELAPSED = "cd"


class State(StrEnum):
    """How far an activity has come, as the schedule sees it. Cancelled and deferred work takes no part."""

    OPEN = "open"
    STARTED = "started"
    DONE = "done"
    DROPPED = "dropped"


class Constraint(StrEnum):
    """Date constraints people may set; deadlines bound only the backward pass."""

    NONE = ""
    ALAP = "alap"
    SNET = "start_no_earlier"
    MUST_START = "must_start"
    MUST_FINISH = "must_finish"
    FNLT = "finish_no_later"


@dataclass(frozen=True, slots=True)
class DayCalendar:
    """Working days of a program: ISO weekdays (1 = Monday), minus holidays, plus extra working days."""

    weekdays: frozenset[int] = frozenset({1, 2, 3, 4, 5})
    holidays: frozenset[date] = frozenset()
    extra_days: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Frame:
    """One program inside the network: its calendar, its promise and the milestone that ends it."""

    id: int
    name: str = ""
    start: date | None = None
    target: date | None = None
    finish: int | None = None  # activity id; None: the latest finish of the program's own work
    calendar: DayCalendar = DayCalendar()
    near_critical_days: float = 5.0


@dataclass(frozen=True, slots=True)
class Activity:
    """One milestone as the engine needs it. All dates optional; ids are unique in the snapshot."""

    id: int
    frame: int
    name: str = ""
    key: str = ""
    state: State = State.OPEN
    parent: int | None = None  # containment: the parent finishes no earlier than its children
    duration: float | None = None  # None: not given, so date-driven; 0: a point in time
    remaining: float | None = None  # None: duration less percent done
    unit: Unit = Unit.WORKING
    percent_done: float | None = None
    start: date | None = None  # planned start (open) or actual start (started, done)
    baseline: date | None = None
    target: date | None = None
    expected: date | None = None  # the owner's own forecast
    actual: date | None = None
    constraint: Constraint = Constraint.NONE
    constraint_date: date | None = None
    external: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A dependency that schedules. `set_aside` links and other relations never reach the engine."""

    id: int
    predecessor: int
    successor: int
    type: LinkType = LinkType.FS
    lag: float = 0.0
    unit: Unit = Unit.WORKING


@dataclass(frozen=True, slots=True)
class Obstacle:
    """An open blocker, or an open decision: it holds the activity's remaining work until the end of its clear (or due) date.

    `decision` is what people call the decision; empty for a blocker. Ids of the two are apart: those of decisions are negative.
    """

    id: int
    activity: int
    clear: date | None = None  # None: nobody said; it holds until the end of the data date
    decision: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A whole network at one moment. `as_of` is the data date: remaining work starts the next working day."""

    as_of: date
    frames: tuple[Frame, ...]
    activities: tuple[Activity, ...]
    links: tuple[Link, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()


@dataclass(frozen=True, slots=True)
class Why:
    """One reason as data: a code with its parameters; `phrases.say` turns it into a sentence."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Timing:
    """What the engine says about one activity."""

    id: int
    early_start: date | None
    early_finish: date | None  # the forecast
    late_start: date | None
    late_finish: date | None
    total_float: float | None  # working days until the program's finish (or a hard deadline) moves
    free_float: float | None
    needed_by: date | None  # latest finish that still makes the program's target
    critical: bool = False
    near_critical: bool = False
    on_path: bool = False  # on the driving path to the program's finish
    dated: bool = True  # False: nothing gives it a date (no own date, no duration, nothing unfinished and dated before it)
    drivers: tuple[int, ...] = ()  # driving predecessors, tightest first
    start_why: Why | None = None
    critical_why: Why | None = None
    waiting_behind: int = 0  # open activities downstream, counted once


@dataclass(frozen=True, slots=True)
class ObstacleCost:
    """The price of one blocker: days it adds to its program's finish, its float, and who waits behind it."""

    id: int
    activity: int
    days_added: float
    total_float: float | None
    waiting_behind: int


@dataclass(frozen=True, slots=True)
class FrameResult:
    """One program's answer."""

    id: int
    finish: date | None
    finish_activity: int | None
    days_late: float | None  # working days after the target; negative: early
    critical_path: tuple[int, ...] = ()
    near_paths: tuple[tuple[float, tuple[int, ...]], ...] = ()  # (float, chain) next in line, unfinished work only
    at: int | None = None  # the finish as an instant, see `calendars`


@dataclass(frozen=True, slots=True)
class Finding:
    """Something the plan says that cannot hold, with both sides named (`promised_early`, `loop`, `conflict`, …)."""

    code: str
    activity: int | None
    other: int | None = None
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Analysis:
    """The whole answer for a snapshot."""

    as_of: date
    timings: dict[int, Timing]
    frames: dict[int, FrameResult]
    obstacles: tuple[ObstacleCost, ...] = ()  # by days added, then float
    findings: tuple[Finding, ...] = ()
