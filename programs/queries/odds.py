"""How sure a finish is, as far as it is known, ready to be shown: of a program, and of one milestone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet

from programs.models import Odds, Program, ProgramForecast
from programs.queries.prepared import prepared

GROUNDED = ("range", "word", "learned")  # spreads somebody gave, or that finished work gave
SIGHT = timedelta(days=730)  # an 80% date this long after the finish that the dates give is none to plan by


@dataclass(frozen=True, slots=True)
class Sure:
    """What may be said of a finish. `state` is known, guessed (nothing stands behind the figures), far (they lie out of
    sight), behind, closed, or empty.

    Figures are only there when they are known: a precise number that nobody's estimate and no history stands behind would
    be believed.
    """

    state: str = ""
    chance: float | None = None  # of the target; None: there is no target
    even: date | None = None  # the day that is as likely missed as met
    by: date | None = None  # the day we are 80% sure of
    runs: int = 0

    @property
    def known(self) -> bool:
        """Whether there are figures to show."""
        return self.state == "known"

    @property
    def percent(self) -> int | None:
        """The chance of the target as a whole per cent."""
        return None if self.chance is None else round(100 * self.chance)


NOTHING = Sure()


def grounded(about: dict[str, int]) -> bool:
    """Whether estimates or history stand behind at least half of the unfinished work."""
    backed = sum(about.get(how, 0) for how in GROUNDED)
    return backed > 0 and backed >= about.get("nothing", 0)


def in_sight(about: dict[str, int], finish: date | None, by: date | None) -> bool:
    """Whether an 80% date is one to plan by. What people estimated is believed; spreads learned from other work, all of which one
    finish waits for, can add up to years: then the plan lacks what was left out of those before, and no date is honest."""
    return not about.get("learned") or finish is None or by is None or by - finish <= SIGHT


def forecast_of(program: Program) -> ProgramForecast | None:
    """The stored forecast; read once, and not at all where it was read along."""
    kept = program._state.fields_cache
    if "odds" not in kept:
        kept["odds"] = _stored.first(program.pk)
    return getattr(program, "odds", None)


def sure_of(program: Program) -> Sure:
    """How sure a program's finish is. No query where `odds` was read along."""
    return sure_from(forecast_of(program), program)


def sure_from(row: ProgramForecast | None, program: Program) -> Sure:
    """The same from a row that was read."""
    if program.ended:
        return Sure("closed")
    if row is None or row.p80 is None:
        return NOTHING
    if row.revision < program.revision:
        return Sure("behind", row.chance, row.p50, row.p80, row.runs)
    if not grounded(row.about):
        return Sure("guessed")
    if not in_sight(row.about, row.finish, row.p80):
        return Sure("far", runs=row.runs)
    return Sure("known", row.chance, row.p50, row.p80, row.runs)


@prepared
def _stored(program: int) -> QuerySet[ProgramForecast]:
    return ProgramForecast.objects.filter(program=program).defer("days", "drivers")


def sure_of_milestone(odds: Odds | None, program: Program) -> Sure:
    """How sure one milestone's date is. `program` has its own odds read along."""
    whole, row = sure_of(program), forecast_of(program)
    if odds is None or odds.p80 is None or whole.state in {"", "guessed", "closed"}:
        return whole if odds is not None else NOTHING
    if row and not in_sight(row.about, row.finish, odds.p80):
        return Sure("far", runs=whole.runs)
    return Sure("known" if whole.state == "far" else whole.state, odds.chance, odds.p50, odds.p80, whole.runs)
