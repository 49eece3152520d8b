"""Seeded networks shaped like programs, of any size: `plain` for the passes, `whole` with everything a native plan can say.

Shapes: wide (chains of about 40 in as many workstreams as it takes), deep (30 workstreams however large), random (50 layers).
Two links an activity unless said; ids are shuffled, as database keys would be. Times of plain networks are working minutes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

import numpy as np

from programs.graph.types import Activity, Constraint, DayCalendar, Frame, Link, LinkType, Obstacle, Snapshot, State, Unit

DAY = 480  # working minutes
SIZES = (300, 3_000, 30_000, 300_000)
SHAPES = ("wide", "deep", "random")
KINDS = (LinkType.FS, LinkType.SS, LinkType.FF, LinkType.SF)


@dataclass(frozen=True)
class PlainNetwork:
    """Parallel arrays: the work of each activity; source, target, kind (0 FS, 1 SS, 2 FF, 3 SF) and lag of each link."""

    work: np.ndarray
    src: np.ndarray
    dst: np.ndarray
    kind: np.ndarray
    lag: np.ndarray

    @property
    def n(self) -> int:
        return len(self.work)

    @property
    def m(self) -> int:
        return len(self.src)

    @property
    def parts(self):
        return self.work, self.src, self.dst, self.kind, self.lag


def _places(n: int, shape: str):
    """(workstreams, workstream of each activity, place in it, activity at each place)."""
    streams = {"wide": max(4, round(n / 40)), "deep": min(30, max(1, n // 3)), "random": max(1, n // 50)}[shape]
    stream, place = np.arange(n) % streams, np.arange(n) // streams
    at = np.full((streams, place.max() + 1), -1, np.int64)
    at[stream, place] = np.arange(n)
    return streams, stream, place, at


def _links(rng: np.random.Generator, n: int, links: float, shape: str) -> np.ndarray:
    streams, stream, place, at = _places(n, shape)
    length, made = place.max() + 1, np.empty((0, 2), np.int64)
    if shape != "random":
        a, b = at[:, :-1].ravel(), at[:, 1:].ravel()
        keep = (a >= 0) & (b >= 0) & (rng.random(len(a)) < 0.92)
        made = np.stack([a[keep], b[keep]], 1)
    for _ in range(8):
        if len(made) >= int(links * n):
            break
        more = int((links * n - len(made)) * 1.25) + 64
        source = rng.integers(0, n, more)
        step = rng.integers(1, 4 if shape == "random" else 7, more)
        near = rng.random(more) < 0.7
        to = (stream[source] + np.where(near, rng.integers(-4, 5, more), rng.integers(0, streams, more))) % streams
        there = place[source] + step
        inside = there < length
        source, target = source[inside], at[to[inside], there[inside]]
        made = np.unique(np.concatenate([made, np.stack([source, target], 1)[target >= 0]]), axis=0)
    rng.shuffle(made)
    return made[: max(int(links * n), 1)]


def plain(n: int, links: float = 2.0, shape: str = "wide", seed: int = 7, mix=(0.80, 0.12, 0.078, 0.002)) -> PlainNetwork:
    """Work, links and lags in one working time; 30% of the links carry a lag or a lead."""
    rng = np.random.default_rng(seed + n)
    ends = _links(rng, n, links, shape)
    names, m = rng.permutation(n), len(ends)
    chance = rng.random(m)
    lag = np.where(chance < 0.70, 0, np.where(chance < 0.95, rng.integers(1, 6, m), -rng.integers(1, 4, m)))
    return PlainNetwork(
        work=(np.round(rng.triangular(1, 5, 20, n)) * DAY).astype(np.int32),
        src=names[ends[:, 0]].astype(np.int32),
        dst=names[ends[:, 1]].astype(np.int32),
        kind=rng.choice(4, m, p=list(mix)).astype(np.int8),
        lag=(lag * DAY).astype(np.int32),
    )


AS_OF = date(2027, 3, 1)
OFFICE = DayCalendar(
    holidays=frozenset(date(year, month, day) for year in range(2020, 2045) for month, day in ((1, 1), (5, 1), (12, 25)))
)
CALENDARS = (
    OFFICE,
    DayCalendar(frozenset({1, 2, 3, 4, 5, 6})),
    DayCalendar(frozenset({7, 1, 2, 3, 4}), frozenset({date(2027, 3, 9), date(2027, 3, 10)}), frozenset({date(2027, 3, 12)})),
    DayCalendar(frozenset(range(1, 8))),
)


def whole(n: int, links: float = 2.0, shape: str = "wide", seed: int = 7) -> Snapshot:
    """Everything a native plan can say: programs with calendars of their own, all links and lags, progress, blockers, dates."""
    network, rng = plain(n, links, shape, seed), Random(seed + n)
    programs = max(1, min(8, n // 400))
    frames = tuple(
        Frame(
            p + 1, f"Program {p + 1}", date(2026, 9, 1), AS_OF + timedelta(days=400 + 30 * p), None, CALENDARS[p % len(CALENDARS)]
        )
        for p in range(programs)
    )
    activities = tuple(_activity(rng, i + 1, i * programs // n + 1, float(network.work[i] // DAY)) for i in range(n))
    ends = zip(network.src.tolist(), network.dst.tolist(), network.kind.tolist(), network.lag.tolist(), strict=True)
    rows = tuple(
        Link(e + 1, a + 1, b + 1, KINDS[k], float(lag // DAY), Unit.ELAPSED if rng.random() < 0.05 else Unit.WORKING)
        for e, (a, b, k, lag) in enumerate(ends)
    )
    held = rng.sample(range(1, n + 1), max(1, n // 50))
    obstacles = tuple(Obstacle(e + 1, i, AS_OF + timedelta(days=rng.randint(1, 40))) for e, i in enumerate(held))
    return Snapshot(AS_OF, frames, activities, rows, obstacles)


def _activity(rng: Random, n: int, frame: int, work: float) -> Activity:
    chance = rng.random()
    state = State.DONE if chance < 0.15 else State.STARTED if chance < 0.30 else State.OPEN
    constraint = (
        rng.choice((Constraint.SNET, Constraint.MUST_START, Constraint.MUST_FINISH, Constraint.FNLT))
        if rng.random() < 0.06
        else Constraint.NONE
    )
    day = AS_OF + timedelta(days=rng.randint(5, 300))
    begun = AS_OF - timedelta(days=rng.randint(1, 30)) if state is State.STARTED else None
    return Activity(
        id=n, frame=frame, name=f"Milestone {n}", key=f"M-{n}", state=state,
        duration=0.0 if rng.random() < 0.05 else work,
        remaining=float(rng.randint(1, int(work))) if state is State.STARTED else None,
        unit=Unit.ELAPSED if rng.random() < 0.03 else Unit.WORKING,
        start=begun, target=day if rng.random() < 0.4 else None,
        actual=AS_OF - timedelta(days=rng.randint(1, 90)) if state is State.DONE else None,
        constraint=constraint, constraint_date=day if constraint else None,
    )  # fmt: skip
