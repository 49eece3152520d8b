"""Seeded random plans of every kind the engine must get right."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from programs.graph.types import Activity, Constraint, DayCalendar, Frame, Link, LinkType, Obstacle, Snapshot, State, Unit

AS_OF = date(2027, 3, 3)
OFFICE = DayCalendar()
CALENDARS = (
    OFFICE,
    DayCalendar(frozenset({1, 2, 3, 4, 5, 6})),
    DayCalendar(frozenset(range(1, 8))),
    DayCalendar(frozenset({7, 1, 2, 3, 4}), frozenset({date(2027, 3, 9), date(2027, 3, 10)}), frozenset({date(2027, 3, 12)})),
)


def plain(rng: Random, size: int = 12, kinds: tuple[LinkType, ...] = (LinkType.FS,), lags: bool = False) -> Snapshot:
    """One program, one calendar, work and links only; the last activity ends it, or whatever ends last."""
    activities = tuple(
        Activity(n, 1, name=f"A{n}", key=f"A-{n}", duration=float(rng.choice((0, 1, 1, 2, 3, 5, 8)))) for n in range(1, size + 1)
    )
    frame = Frame(1, "Plan", finish=None if rng.random() < 0.5 else size)
    return Snapshot(AS_OF, (frame,), activities, _links(rng, size, kinds, lags))


def anything(rng: Random, size: int = 10) -> Snapshot:
    """Several programs and calendars, all links, lags, constraints, progress, blockers, date-driven milestones."""
    frames = tuple(
        Frame(
            n, f"Program {n}", _day(rng, 0.3), _day(rng, 0.6, 40), rng.choice((None, rng.randint(1, size))), rng.choice(CALENDARS)
        )
        for n in range(1, rng.randint(1, 3) + 1)
    )
    activities = tuple(_activity(rng, n, rng.choice(frames).id) for n in range(1, size + 1))
    obstacles = tuple(Obstacle(n, rng.randint(1, size), _day(rng, 0.8)) for n in range(1, rng.randint(0, 3) + 1))
    return Snapshot(AS_OF, frames, activities, _links(rng, size, tuple(LinkType), lags=True), obstacles)


def _links(rng: Random, size: int, kinds: tuple[LinkType, ...], lags: bool) -> tuple[Link, ...]:
    links = []
    order = list(range(1, size + 1))
    for b in order[1:]:
        for a in rng.sample(order[: b - 1], min(b - 1, rng.choice((0, 1, 1, 2, 3)))):
            lag = float(rng.choice((0, 0, 0, 1, 2, 5, -1, -3))) if lags else 0.0
            unit = rng.choice((Unit.WORKING, Unit.WORKING, Unit.ELAPSED)) if lags else Unit.WORKING
            links.append(Link(len(links) + 1, a, b, rng.choice(kinds), lag, unit))
    return tuple(links)


def _activity(rng: Random, n: int, frame: int) -> Activity:
    state = rng.choice(
        (State.OPEN, State.OPEN, State.OPEN, State.STARTED, State.DONE, State.DROPPED if rng.random() < 0.3 else State.OPEN)
    )
    duration = rng.choice((None, 0.0, 1.0, 2.0, 3.0, 5.0, 9.0))
    constraint = rng.choice(
        (Constraint.NONE,) * 6 + (Constraint.SNET, Constraint.MUST_START, Constraint.MUST_FINISH, Constraint.FNLT)
    )
    actual = _day(rng, 1.0, -10, 12) if state is State.DONE else None
    start = _day(rng, 0.4, -12, 20)
    if state is State.STARTED:
        start = _day(rng, 0.7, -12, 12)
    if actual is not None:
        start = actual - timedelta(days=rng.randint(0, 6)) if rng.random() < 0.5 else None
    return Activity(
        id=n, frame=frame, name=f"A{n}", key=f"A-{n}", state=state, duration=duration,
        remaining=float(rng.randint(0, 6)) if state is State.STARTED and rng.random() < 0.5 else None,
        unit=rng.choice((Unit.WORKING, Unit.WORKING, Unit.WORKING, Unit.ELAPSED)),
        start=start, target=_day(rng, 0.5), expected=_day(rng, 0.2), actual=actual,
        constraint=constraint, constraint_date=_day(rng, 1.0) if constraint else None,
    )  # fmt: skip


def _day(rng: Random, chance: float, first: int = -8, spread: int = 36) -> date | None:
    return AS_OF + timedelta(days=first + rng.randint(0, spread)) if rng.random() < chance else None
