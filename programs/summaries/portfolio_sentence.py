"""What a leader should hear first about all programs: which clauses, in which order. Pages and mails have the words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

NAMED = 3  # programs named in one clause; beyond that they are counted


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one program stands. `late` is in working days after the target, `moved` in working days since last week."""

    name: str
    health: str
    subject: str = ""  # the milestone that finishes it
    finish: date | None = None
    target: date | None = None
    late: float | None = None
    moved: int | None = None
    chance: int | None = None  # per cent of the simulated runs that meet the target
    blocked: str = ""  # the blocker on its way to the finish
    asked: date | None = None  # the day by which somebody must decide something, when it has come or is near


@dataclass(frozen=True, slots=True)
class Clause:
    """One part of the sentence. `code` chooses the words; `first` is the program it speaks of, or the worst of several."""

    code: str
    programs: tuple[Standing, ...]
    strong: bool = False
    unnamed: int = 0  # further programs, counted

    @property
    def first(self) -> Standing:
        """The program the clause is about, or the worst of several."""
        return self.programs[0]

    @property
    def count(self) -> int:
        """How many programs it covers."""
        return len(self.programs) + self.unnamed


def opening(standings: Sequence[Standing]) -> list[Clause]:
    """Choose the clauses for programs given worst first.

    What is off track is named with the worst forecast, then what is at risk with its reason, then what
    recovers; everything that needs no word of its own is counted in one last clause. A decision that is due
    is told where one program is spoken of, before what blocks it: a leader can do something about it.
    """
    if not standings:
        return []
    by_health = {
        code: [one for one in standings if one.health == code] for code in ("off_track", "at_risk", "on_track", "no_target", "")
    }
    off, tight, fine = by_health["off_track"], by_health["at_risk"], by_health["on_track"]
    aimless, unknown = by_health["no_target"], by_health[""]
    clauses: list[Clause] = []
    if off:
        clauses += [_several("off_track", off), Clause("forecast", (off[0],), unnamed=len(off) - 1)]
        if len(off) == 1 and off[0].asked:
            clauses.append(Clause("asked", (off[0],), strong=True))
    recovering = [one for one in tight if (one.moved or 0) < 0]
    tight = [one for one in tight if one not in recovering]
    if tight:
        clauses.append(_several("at_risk", tight))
        if len(tight) == 1 and tight[0].asked:
            clauses.append(Clause("asked", (tight[0],), strong=True))
        elif len(tight) == 1 and (tight[0].blocked or tight[0].late is not None):
            clauses.append(Clause("blocked" if tight[0].blocked else "room", (tight[0],)))
    if recovering:
        clauses.append(_several("recovering", recovering, strong=False))
    if fine:
        rest = bool(aimless or unknown)
        clauses.append(_rest(fine, alone=not clauses and not rest, last=not rest))
    if aimless:
        clauses.append(Clause("no_target", tuple(aimless[:1]), unnamed=len(aimless) - 1))
    if unknown:
        clauses.append(Clause("no_forecast", tuple(unknown[:1]), unnamed=len(unknown) - 1))
    return clauses


def _several(code: str, those: Sequence[Standing], *, strong: bool = True) -> Clause:
    named = those if len(those) <= NAMED else those[: NAMED - 1]
    return Clause(code, tuple(named), strong, unnamed=len(those) - len(named))


def _rest(fine: Sequence[Standing], *, alone: bool, last: bool) -> Clause:
    """Everything on track in one clause; when nothing else is to be said, it leads and names the tightest."""
    if alone:
        return Clause("all_on_track", tuple(fine[:1]), strong=True, unnamed=len(fine) - 1)
    if len(fine) <= 2:
        return Clause("on_track", tuple(fine))
    return Clause("others_on_track" if last else "some_on_track", tuple(fine[:1]), unnamed=len(fine) - 1)
