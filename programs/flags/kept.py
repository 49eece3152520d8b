"""One day's answer of one program, kept compactly: where each milestone stood, and what the rules noticed.

A column each for what milestones share (numbers as steps from the one before, dates as days from the day), deflated: three to
eight bytes a milestone. What a flag said in words is not kept, only which rule spoke of which milestone, and how loudly.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate, pairwise
from typing import NamedTuple

from programs.flags.types import Severity
from programs.graph.types import State

_STATES = {State.OPEN: "o", State.STARTED: "s", State.DONE: "d", State.DROPPED: "x"}
_READ = {letter: state for state, letter in _STATES.items()}
FRACTION = 4  # places of a float in working days: three seconds of a working day


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
    def what(self) -> tuple[str, int | None, str]:
        """What makes it the same flag on another day, however loud it is there."""
        return self.rule, self.item, self.subject


@dataclass(frozen=True, slots=True)
class Kept:
    """Everything that is kept of one day."""

    stood: Mapping[int, Stood]
    noticed: frozenset[Noticed]


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
    for rule, item, subject, severity in sorted(
        kept.noticed, key=lambda one: (one.rule, one.severity, one.item or 0, one.subject)
    ):
        flags.setdefault(f"{rule} {severity}", []).append([item, subject] if subject else item)
    columns = [
        [after - before for before, after in pairwise([0, *items])],
        "".join(_STATES[row.state] for row in rows),
        "".join(str(row.critical | row.near_critical << 1 | row.blocked << 2) for row in rows),
        [None if row.forecast is None else (row.forecast - day).days for row in rows],
        [_short(row.total_float) for row in rows],
        flags,
    ]
    return zlib.compress(json.dumps(columns, separators=(",", ":")).encode(), 9)


def unpack(data: bytes, day: date) -> Kept | None:
    """What `pack` made; None where nothing is kept of that day."""
    if not data:
        return None
    steps, states, marks, ahead, floats, flags = json.loads(zlib.decompress(data))
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
    noticed = (
        Noticed(rule, item, subject, Severity(severity))
        for name, found in flags.items()
        for rule, severity in [name.split()]
        for item, subject in (one if isinstance(one, list) else (one, "") for one in found)
    )
    return Kept(stood, frozenset(noticed))


def _short(days: float | None) -> float | int | None:
    if days is None:
        return None
    short = round(days, FRACTION)
    return int(short) if short == int(short) else short
