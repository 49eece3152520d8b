"""What a summary may speak of: frozen facts about programs, read for one reader at one moment.

Lists are already in the order of importance and may be cut short; the number beside each says how many there are.
Late and added days are working days of the program; negative is early.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from programs.graph.types import DayCalendar
from programs.summaries.attribution import Account


@dataclass(frozen=True, slots=True)
class Milestone:
    """One dated item with what the network says of it."""

    key: str
    name: str
    slug: str
    owner: str = ""
    forecast: date | None = None
    target: date | None = None
    late: float | None = None
    said: str = ""
    critical: bool = False
    blocked: bool = False
    mine: bool = False
    disagrees: bool = False  # said on track, but the forecast is late


@dataclass(frozen=True, slots=True)
class Blocker:
    """An open impediment and its price."""

    key: str
    title: str
    slug: str
    milestone: str = ""  # the name of what it stops
    milestone_key: str = ""
    owner: str = ""
    waiting_on: str = ""
    raised: date | None = None
    clear: date | None = None
    next_step: str = ""
    so_what: str = ""
    days_added: float = 0.0
    total_float: float | None = None
    waiting_behind: int = 0
    mine: bool = False
    number: int | None = None  # of its page


@dataclass(frozen=True, slots=True)
class Decision:
    """Something that waits for a decision, and by when: a question, a blocker of that kind, or a milestone that is one."""

    key: str
    title: str
    slug: str
    milestone_key: str = ""
    who: str = ""
    by: date | None = None
    days_added: float = 0.0
    so_what: str = ""
    number: int | None = None  # of a question, which has a page of its own
    blocker: int | None = None  # of a blocker, likewise
    options: tuple[tuple[str, float], ...] = ()  # of which it is known by how many working days each moves the finish
    held: tuple[str, ...] = ()  # milestones that wait for it
    gist: str = ""  # why it is asked


@dataclass(frozen=True, slots=True)
class Risk:
    """Something that may happen, with likelihood and impact from 1 to 5."""

    key: str
    title: str
    slug: str
    likelihood: int
    impact: int
    owner: str = ""
    note: str = ""
    so_what: str = ""
    mine: bool = False

    @property
    def score(self) -> int:
        """Likelihood times impact."""
        return self.likelihood * self.impact


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that happened since the reader was last told. `kind` decides the words; see write.CHANGES."""

    kind: str
    name: str
    slug: str
    on: date
    key: str = ""
    by: str = ""
    owner: str = ""
    old: str = ""
    new: str = ""
    note: str = ""
    late: float | None = None
    figure: str = ""
    critical: bool = False
    mine: bool = False
    count: int = 1


@dataclass(frozen=True, slots=True)
class Ask:
    """Something only this reader can answer: `clear` a blocker, give a `date`, say a `word`, or `finish` what is overdue."""

    kind: str
    name: str
    slug: str
    key: str
    milestone_key: str = ""
    blocker: int | None = None  # its number, when it is about one
    days: int = 0
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Before:
    """What this reader was last told about a program."""

    on: date
    finish: date | None = None
    target: date | None = None
    days_late: float | None = None
    health: str = ""
    first: bool = False  # never told anything: this is the state of a week ago


@dataclass(frozen=True, slots=True)
class Opening:
    """The paragraph somebody wrote for the head of this summary, and what was known when they did."""

    text: str
    by: str
    on: date
    finish: date | None = None
    target: date | None = None
    health: str = ""
    blockers: tuple[str, ...] = ()  # keys of those that cost days


@dataclass(frozen=True, slots=True)
class Program:
    """Everything known about one program, for one reader."""

    id: int
    name: str
    slug: str
    calendar: DayCalendar = field(default_factory=DayCalendar)
    finish_name: str = ""
    finish: date | None = None
    target: date | None = None
    days_late: float | None = None
    sure_by: date | None = None  # the day we are 80% sure of
    chance: float | None = None  # of the target
    guessed: bool = False  # neither estimates nor history stand behind any figure
    far: bool = False  # what the figures say lies out of sight
    health: str = ""
    done: int = 0
    total: int = 0
    near: float = 5.0  # working days of float still called near-critical
    path: tuple[str, ...] = ()
    behind: datetime | None = None  # newer edits are not in the forecast yet: when it was computed
    before: Before | None = None
    moved: Account = field(default_factory=Account)  # why the finish moved since then; nothing where that is not known in full
    blockers: tuple[Blocker, ...] = ()
    at_risk: tuple[Milestone, ...] = ()
    at_risk_count: int = 0
    risks: tuple[Risk, ...] = ()
    risk_count: int = 0
    upcoming: tuple[Milestone, ...] = ()
    upcoming_count: int = 0
    changes: tuple[Change, ...] = ()
    change_count: int = 0
    decisions: tuple[Decision, ...] = ()
    asks: tuple[Ask, ...] = ()
    opening: Opening | None = None
    told: tuple[int, ...] = ()  # events read just now that a later reading might meet again

    @property
    def troubled(self) -> bool:
        """Whether anything is at risk or blocked."""
        return self.health in {"at_risk", "off_track"} or bool(self.blockers or self.at_risk_count or self.risk_count)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, how, and how often."""

    name: str
    audience: str  # leader, team or sponsor
    today: date
    now: datetime
    zone: str
    weekdays: frozenset[int]
    has_list: bool = False  # owns or leads work here, so a team summary shows that work alone
    preview: bool = False

    @property
    def leads(self) -> bool:
        """Reads to decide, not to do: decisions come first."""
        return self.audience != "team"
