"""What a rule may look at, and what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum
from typing import Any

from programs.graph.types import Analysis, DayCalendar, State


class Severity(StrEnum):
    """How loudly a flag speaks; the order is the order on screens."""

    CRITICAL = "critical"
    WARNING = "warning"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Documented defaults; a program may override each (Program.thresholds, docs/guide/flags.md)."""

    near_critical_days: float = 5.0  # working days of float still called near-critical
    silent_days: int = 7  # calendar days without a word on work in progress
    very_silent_days: int = 14
    escalate_hours: int = 16  # working hours a blocker may stand still before the next step of the ladder; 0: never
    disagree_days: float = 5.0  # said on track, but the forecast is this many working days after baseline
    high_risk: int = 12  # likelihood times impact, from 1 to 25, from which a risk counts as high
    heat_2: int = 4  # likelihood times impact from which the risk map's colour is the second of five, and so on
    heat_3: int = 8
    heat_4: int = 12
    heat_5: int = 15
    shared_luck: int = 30  # percent: how alike the luck of one team's estimates, or of risks of one category, is

    @property
    def heat(self) -> tuple[int, ...]:
        """The scores from which a cell of the risk map is the second to the fifth colour."""
        return (self.heat_2, self.heat_3, self.heat_4, self.heat_5)

    @classmethod
    def of(cls, overrides: dict[str, Any]) -> Thresholds:
        """Read a program's overrides; unknown names and unusable values fall back to the default."""
        usable: dict[str, Any] = {}
        for known in fields(cls):
            value = overrides.get(known.name)
            if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 365:
                usable[known.name] = int(value) if isinstance(known.default, int) else float(value)
        return cls(**usable)


@dataclass(frozen=True, slots=True)
class Item:
    """What people said of one milestone, beside what the network computed."""

    id: int
    name: str
    key: str
    state: State
    owner: str = ""
    owned: bool = False
    workstream: int | None = None
    said: str = ""
    last_word: date | None = None
    since: date | None = None  # when work in progress began, if nobody ever said a word
    baseline: date | None = None
    target: date | None = None
    expected: date | None = None
    duration: float | None = None
    external: bool = False
    is_parent: bool = False
    known: bool = True  # False: an import gave a status nobody could read, so it may long be done


@dataclass(frozen=True, slots=True)
class Impediment:
    """An open blocker on an item of the program."""

    id: int
    item: int | None
    title: str
    waiting_on: str = ""
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """A stored link of the program, active or set aside."""

    id: int
    predecessor: int
    successor: int
    set_aside: str = ""
    type: str = "FS"
    schedules: bool = True  # False: shown only, such as "relates to"


@dataclass(frozen=True, slots=True)
class Owed:
    """What a workstream owes the target and is least sure of: in how many of a hundred runs it is there when it is needed."""

    percent: int
    name: str
    needed: date

    def as_kept(self) -> list[Any]:
        """As a JSON column holds it."""
        return [self.percent, self.name, self.needed.isoformat()]

    @classmethod
    def kept(cls, row: list[Any] | None) -> Owed | None:
        """From a JSON column."""
        return cls(row[0], row[1], date.fromisoformat(row[2])) if row else None


@dataclass(frozen=True, slots=True)
class Scene:
    """One program with everything a rule may read. `items` holds neighbours in other programs too."""

    program: int
    analysis: Analysis
    calendar: DayCalendar
    thresholds: Thresholds
    items: dict[int, Item]
    own: tuple[int, ...]  # ids of the program's own items
    impediments: tuple[Impediment, ...] = ()
    edges: tuple[Edge, ...] = ()
    blocked_by: dict[int, tuple[int, ...]] = field(default_factory=dict)  # item -> open blockers upstream
    chance: int | None = None  # how many of a hundred runs meet the program's target; None: nobody can say
    owed: dict[int, Owed] = field(default_factory=dict)  # by workstream, as far as the runs say

    @property
    def as_of(self) -> date:
        """The day the analysis speaks of."""
        return self.analysis.as_of

    @property
    def own_set(self) -> frozenset[int]:
        """The program's own items, for membership tests."""
        return frozenset(self.own)


@dataclass(frozen=True, slots=True)
class Flag:
    """One thing noticed: rule, severity, the milestone it sits on, and the facts for its sentence."""

    rule: str
    severity: Severity
    item: int | None
    params: dict[str, Any] = field(default_factory=dict)
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A registered rule: its name, its words and its function."""

    name: str
    severity: Severity
    label: str
    sentence: str  # an English template; params fill it
    find: Callable[[Scene], Iterator[Flag]]

    @property
    def meaning(self) -> str:
        """What the rule notices, in one sentence."""
        return (self.find.__doc__ or "").strip().split("\n")[0]


RULES: dict[str, Rule] = {}


def rule(*, severity: Severity, label: str, sentence: str) -> Callable[[Callable[[Scene], Iterator[Flag]]], Callable[..., Any]]:
    """Register a rule under its function's name."""

    def register(find: Callable[[Scene], Iterator[Flag]]) -> Callable[[Scene], Iterator[Flag]]:
        RULES[find.__name__] = Rule(name=find.__name__, severity=severity, label=label, sentence=sentence, find=find)
        return find

    return register
