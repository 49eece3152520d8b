"""One day's answer of one program, kept compactly: where each milestone stood, and what the rules noticed.

A column each for what milestones share (numbers as steps from the one before, dates as days from the day), deflated: three to
eight bytes a milestone. Of a flag its rule, its milestone, how loud it was and the facts of its sentence are kept; names are
read again, so that nobody is told one that they may not know.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

from programs.flags.types import RULES, Severity
from programs.graph.types import State

_STATES = {State.OPEN: "o", State.STARTED: "s", State.DONE: "d", State.DROPPED: "x"}
_READ = {letter: state for state, letter in _STATES.items()}
FRACTION = 4  # places of a float in working days: three seconds of a working day
LINES = frozenset({"critical", "near_critical"})  # rules that say no more than where the milestone stood
_NAMES = {"name": "", "other": "other_id"}  # what a sentence calls by name, and where the number of it is

What = tuple[str, int | None, str]  # rule, milestone and subject of a flag


class Stood(NamedTuple):
    """Where one milestone stood. `total_float` in working days; None where no finish waits for it."""

    state: State
    forecast: date | None
    total_float: float | None
    critical: bool = False
    near_critical: bool = False
    blocked: bool = False

    @property
    def open(self) -> bool:
        """Whether it was still to be done."""
        return self.state in {State.OPEN, State.STARTED}


class Noticed(NamedTuple):
    """One flag of that day; `subject` is what else it was about, a blocker's or link's number."""

    rule: str
    item: int | None
    subject: str
    severity: Severity

    @property
    def what(self) -> What:
        """What makes it the same flag on another day, however loud it is there."""
        return self.rule, self.item, self.subject


@dataclass(frozen=True, slots=True)
class Kept:
    """Everything that is kept of one day."""

    stood: Mapping[int, Stood]
    noticed: frozenset[Noticed]
    facts: Mapping[What, Mapping[str, Any]] = field(default_factory=dict)  # of the sentences, but for the names in them


def words_of(rule: str) -> list[str]:
    """The names of what fills the sentence of a rule."""
    return re.findall(r"%\((\w+)\)", RULES[rule].sentence) if rule in RULES else []


def facts_of(rule: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """What a flag's sentence says beside names: of its params, as a JSON column holds them, what is worth keeping.

    >>> import programs.flags.raise_flags
    >>> facts_of("blocked_upstream", {"name": "Launch", "other": "API", "other_id": 7, "count": 1})
    {'other_id': 7}
    """
    wanted = (_NAMES.get(word, word) for word in words_of(rule))
    return {word: params[word] for word in wanted if word in params}


def pack(kept: Kept, day: date) -> bytes:
    """As the table of days keeps it.

    >>> day = date(2027, 3, 1)
    >>> one = Kept({7: Stood(State.OPEN, day, 2.0)}, frozenset({Noticed("unowned", 7, "", Severity.NOTICE)}))
    >>> unpack(pack(one, day), day) == one
    True
    """
    items = sorted(kept.stood)
    rows = [kept.stood[item] for item in items]
    flags: dict[str, list[object]] = {}
    facts: dict[str, list[object]] = {}
    for rule, item, subject, severity in sorted(
        kept.noticed, key=lambda one: (one.rule, one.severity, one.item or 0, one.subject)
    ):
        flags.setdefault(f"{rule} {severity}", []).append([item, subject] if subject else item)
        if rule not in LINES:
            facts.setdefault(f"{rule} {severity}", []).append(kept.facts.get((rule, item, subject), {}))
    columns = [
        [after - before for before, after in pairwise([0, *items])],
        "".join(_STATES[row.state] for row in rows),
        "".join(str(row.critical | row.near_critical << 1 | row.blocked << 2) for row in rows),
        [None if row.forecast is None else (row.forecast - day).days for row in rows],
        [_short(row.total_float) for row in rows],
        flags,
        facts,
    ]
    return zlib.compress(json.dumps(columns, separators=(",", ":")).encode(), 9)


def unpack(data: bytes, day: date) -> Kept | None:
    """What `pack` made; None where nothing is kept of that day."""
    if not data:
        return None
    steps, states, marks, ahead, floats, flags, *more = json.loads(zlib.decompress(data))
    stood = {
        item: Stood(
            _READ[state],
            None if days is None else day + timedelta(days=days),
            room,
            critical=bool(int(mark) & 1),
            near_critical=bool(int(mark) & 2),
            blocked=bool(int(mark) & 4),
        )
        for item, state, mark, days, room in zip(accumulate(steps), states, marks, ahead, floats, strict=True)
    }
    noticed, facts = set[Noticed](), dict[What, Mapping[str, Any]]()
    for name, found in flags.items():
        rule, severity = name.split()
        about = (one if isinstance(one, list) else (one, "") for one in found)
        here = [Noticed(rule, item, subject, Severity(severity)) for item, subject in about]
        noticed.update(here)
        said = zip(here, more[0].get(name, ()), strict=False) if more else ()
        facts.update({one.what: words for one, words in said if words})
    return Kept(stood, frozenset(noticed), facts)


def _short(days: float | None) -> float | int | None:
    if days is None:
        return None
    short = round(days, FRACTION)
    return int(short) if short == int(short) else short
