"""What matters to this reader, and how much of it. The rest is counted, never silently dropped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from programs.flags.types import Thresholds
from programs.summaries.facts import Blocker, Change, Decision, Program, Reader

MOST = 20  # rows of any section, whatever happened
HIGH_RISK = Thresholds().high_risk  # likelihood times impact, from 1 to 25; a program may say otherwise


@dataclass(frozen=True, slots=True)
class Room:
    """How many rows each section may take for one audience."""

    asks: int
    decisions: int
    blockers: int
    at_risk: int
    risks: int
    changes: int
    upcoming: int


ROOM = {
    "leader": Room(asks=5, decisions=5, blockers=5, at_risk=5, risks=3, changes=MOST, upcoming=6),
    "sponsor": Room(asks=5, decisions=8, blockers=5, at_risk=5, risks=3, changes=10, upcoming=6),
    "team": Room(asks=MOST, decisions=0, blockers=MOST, at_risk=MOST, risks=5, changes=MOST, upcoming=MOST),
}

_T = TypeVar("_T")


def room(reader: Reader) -> Room:
    """The room this reader's audience gives."""
    return ROOM.get(reader.audience, ROOM["leader"])


def first(rows: Sequence[_T], most: int, count: int) -> tuple[Sequence[_T], int]:
    """The first rows and how many are left out; a single row is never left out alone."""
    if count == most + 1 and len(rows) > most:
        most += 1
    shown = rows[:most]
    return shown, max(0, count - len(shown))


def blockers_for(reader: Reader, fact: Program) -> list[Blocker]:
    """Those that matter: for leaders what costs days or is close to it, for a team with a list of its own theirs."""
    if reader.audience == "team" and reader.has_list:
        return [blocker for blocker in fact.blockers if blocker.mine]
    if reader.leads:
        decided = {decision.key for decision in decisions_for(reader, fact)}
        rest = [blocker for blocker in fact.blockers if blocker.key not in decided]
        return [blocker for blocker in rest if matters(blocker, fact.near)] or rest[:1]
    return list(fact.blockers)


def decisions_for(reader: Reader, fact: Program) -> list[Decision]:
    """What waits for somebody's decision, for those who read to decide; what only the reader can answer is asked of them."""
    asked = {ask.key for ask in fact.asks}
    return [decision for decision in fact.decisions if decision.key not in asked] if reader.leads else []


def matters(blocker: Blocker, near: float) -> bool:
    """Whether a blocker costs days, or would soon."""
    return blocker.days_added >= 0.05 or (blocker.total_float is not None and blocker.total_float <= near)


def own_only(reader: Reader) -> bool:
    """Whether lists are cut down to the reader's own work."""
    return reader.audience == "team" and reader.has_list


_WEIGHT = {"wrote": 1, "blocked": 2, "cleared": 3, "done": 4, "said_off_track": 5, "said_at_risk": 6, "risk": 7, "target": 8}
_WEIGHT |= {"decided": 3, "risk_closed": 9, "expected": 10, "removed": 11, "added": 12, "imported": 13}
KINDS = frozenset(_WEIGHT)


def rank(change: Change) -> tuple[object, ...]:
    """The order of changes: one's own and critical ones first within their kind, the latest first."""
    return (_WEIGHT[change.kind], not change.mine, not change.critical, -change.on.toordinal(), change.name)
