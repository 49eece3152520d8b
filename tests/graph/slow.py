"""The slow obvious twin: the same semantics day by day, with loops nobody can get wrong.

An instant is a whole day boundary: `t` is the morning of ordinal day t (and the evening of day t - 1). Working time is
counted by looking at every day. Early dates are found by trying again until nothing moves; nothing is shared with the engine
but the types that cross its border.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from programs.graph.types import Activity, Constraint, DayCalendar, LinkType, Snapshot, State, Unit

FAR = 10**9


class Days:
    """A working calendar, asked one day at a time; `None` works every day."""

    def __init__(self, calendar: DayCalendar | None) -> None:
        self.calendar = calendar
        self.known: dict[int, bool] = {}

    def works(self, t: int) -> bool:
        if self.calendar is None:
            return True
        if t not in self.known:
            day, c = date.fromordinal(t), self.calendar
            self.known[t] = day in c.extra_days or (day.isoweekday() in c.weekdays and day not in c.holidays)
        return self.known[t]

    def add(self, t: int, n: int) -> int:
        while n > 0:
            n -= self.works(t)
            t += 1
        while n < 0:
            t -= 1
            n += self.works(t)
        return t

    def diff(self, a: int, b: int) -> int:
        return sum(self.works(t) for t in range(a, b)) if a <= b else -sum(self.works(t) for t in range(b, a))

    def next_start(self, t: int) -> int:
        while not self.works(t):
            t += 1
        return t

    def prev_finish(self, t: int) -> int:
        while not self.works(t - 1):
            t -= 1
        return t


@dataclass
class Row:
    """One activity on its way to an answer."""

    activity: Activity
    own: Days
    frame: Days
    duration: int
    remaining: int
    started: bool
    actual: int | None
    begun: int | None
    floor: int
    hold: int = 0
    date: int | None = None
    anchored: bool = True
    dated: bool = True
    es: int = 0
    ef: int = 0
    ls: int = FAR
    lf: int = FAR
    ins: list = field(default_factory=list)
    outs: list = field(default_factory=list)


class Slow:
    """Solve a snapshot without containment and loops."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.now = snapshot.as_of.toordinal() + 1
        self.frames = {frame.id: frame for frame in snapshot.frames}
        self.days = {frame.id: Days(frame.calendar) for frame in snapshot.frames}
        self.every = Days(None)
        rows = [a for a in snapshot.activities if a.state is not State.DROPPED]
        taking_part = {a.id for a in rows}
        preds = {link.successor for link in snapshot.links if link.predecessor in taking_part}
        self.rows = {a.id: self._row(a, a.id in preds) for a in rows}
        for link in snapshot.links:
            if link.predecessor in self.rows and link.successor in self.rows:
                self.rows[link.successor].ins.append(link)
                self.rows[link.predecessor].outs.append(link)
        self._forward()
        self._backward()

    # -- reading -----------------------------------------------------------------------------------------------------

    def _row(self, a: Activity, follows: bool) -> Row:
        duration = int(a.duration if a.duration is not None else a.remaining or 0)
        remaining = duration if a.remaining is None else int(a.remaining)
        if a.state is State.DONE:
            remaining = 0
        frame = self.days[a.frame]
        own = a.expected or a.target
        driven = own is not None and a.remaining is None and (a.duration is None or (a.duration == 0 and not follows))
        start = self.frames[a.frame].start
        started = a.state in (State.STARTED, State.DONE)
        floor = self.now if started or start is None else max(self.now, start.toordinal())
        actual = a.actual.toordinal() + 1 if a.state is State.DONE else None
        works = self.every if a.unit is Unit.ELAPSED and remaining else frame
        row = Row(a, works, frame, duration, remaining, started, actual, None, floor)
        if a.state is State.STARTED and a.start is not None:
            row.begun = a.start.toordinal()
        if a.state is State.DONE:
            begun = min(a.start, a.actual) if a.start is not None and a.start <= self.snapshot.as_of else a.actual
            row.begun = begun.toordinal() if a.duration or begun < a.actual else actual
            row.hold = actual if actual > self.now else 0
        for o in self.snapshot.obstacles:
            if o.activity == a.id and o.clear is not None and a.state is not State.DONE:
                row.hold = max(row.hold, o.clear.toordinal() + 1)
        row.date = own.toordinal() + 1 if driven and a.state is not State.DONE else None
        waits = self._not_before(row) if a.state is not State.DONE else None
        fixed = a.constraint is Constraint.MUST_FINISH or (a.constraint is Constraint.MUST_START and not started)
        row.anchored = bool(driven or actual or a.duration is not None or a.remaining is not None or row.hold or waits or fixed)
        return row

    def _not_before(self, row: Row) -> int | None:
        """The latest of planned start and constraints, as the earliest start they allow."""
        a, found = row.activity, []
        morning = 0 if row.remaining else 1
        if a.state is State.OPEN and a.start is not None and a.start.toordinal() + 1 > self.now:
            found.append(a.start.toordinal() + morning)
        if a.constraint_date is not None:
            c = a.constraint_date.toordinal()
            if a.constraint is Constraint.SNET and c + 1 > self.now and not row.started:
                found.append(c + morning)
            if a.constraint is Constraint.MUST_START and not row.started:
                found.append(c + morning)
            if a.constraint is Constraint.MUST_FINISH:
                found.append(row.own.add(c + 1, -row.remaining))
        return max(found, default=None)

    # -- early -------------------------------------------------------------------------------------------------------

    def _lag(self, link, pred: Row) -> tuple[Days, int]:
        return (self.every if link.unit is Unit.ELAPSED else pred.frame), int(link.lag)

    def _unexpired(self, link, pred: Row, back: bool) -> int:
        """The part of a lag that still counts, by how far the predecessor has come."""
        days, lag = self._lag(link, pred)
        if pred.actual is not None:
            left = max(0, lag - max(0, days.diff(pred.actual, self.now)))
            return left if back or link.type is LinkType.FS else lag
        if pred.started and link.type is LinkType.SS:
            worked = pred.frame.diff(pred.begun, self.now) if pred.begun is not None else 0
            return max(0, lag - worked)
        return lag

    def asks(self, link) -> int:
        """The earliest start a link allows its successor."""
        pred, succ = self.rows[link.predecessor], self.rows[link.successor]
        days, lag = self._lag(link, pred)
        if link.type is LinkType.SS and pred.actual is not None:
            held = days.add(pred.begun, lag)
            return held if held > self.now else days.next_start(pred.es)
        lag = self._unexpired(link, pred, back=False)
        if link.type is LinkType.FS:
            t = pred.ef
        elif link.type is LinkType.FF:
            t = pred.ef if pred.actual is None else pred.actual
        else:
            t = pred.es
        if link.type is LinkType.SS and lag == 0:
            return days.next_start(t)
        t = days.add(t, lag)
        if lag < 0:
            t = max(t, self.now)
        return succ.own.add(t, -succ.remaining) if link.type in (LinkType.FF, LinkType.SF) else t

    def _place(self, row: Row) -> None:
        asked = {link: self.asks(link) for link in row.ins if self.rows[link.predecessor].dated}
        row.dated = row.anchored or any(self._dates(link, at) for link, at in asked.items())
        es = max([row.floor, row.hold, row.date or 0, *asked.values()])
        if row.actual is None:
            es = max(es, self._not_before(row) or 0)
        row.es = row.own.next_start(es) if row.remaining else es
        row.ef = row.own.add(row.es, row.remaining)

    def _dates(self, link, at: int) -> bool:
        """Finished work says when only while its lag still runs."""
        pred = self.rows[link.predecessor]
        return pred.actual is None or self._lag(link, pred)[0].diff(self.now, at) > 0

    def _forward(self) -> None:
        while True:
            before = [(row.es, row.ef, row.dated) for row in self.rows.values()]
            for row in self.rows.values():
                self._place(row)
            if before == [(row.es, row.ef, row.dated) for row in self.rows.values()]:
                return

    # -- late --------------------------------------------------------------------------------------------------------

    def finish(self, frame: int) -> int | None:
        """The finish of a program."""
        named = self.rows.get(self.frames[frame].finish)
        if named is not None and named.dated and named.activity.frame == frame:
            return named.actual or named.ef
        ends = [row.actual or row.ef for row in self.rows.values() if row.activity.frame == frame and row.dated]
        return max(ends, default=None)

    def promised(self, frame: int) -> bool:
        """A program whose end matters to the others."""
        described = self.frames[frame]
        return described.target is not None or described.finish is not None or len(self.frames) == 1

    def cap(self, row: Row, everybody: bool) -> int:
        finish = self.finish(row.activity.frame)
        if finish is None or not (everybody or self.promised(row.activity.frame)):
            return FAR
        after = row.ef > finish and row.frame.diff(finish, row.ef) > 0
        return FAR if after and row.actual is None and row.dated else finish

    def allows(self, link) -> int:
        """The latest finish a link allows its predecessor."""
        pred, succ = self.rows[link.predecessor], self.rows[link.successor]
        days, _ = self._lag(link, pred)
        lag = self._unexpired(link, pred, back=True)
        t = days.add(succ.ls if link.type in (LinkType.FS, LinkType.SS) else succ.lf, -lag)
        if link.type in (LinkType.FS, LinkType.FF):
            return t
        return pred.own.add(pred.own.next_start(t), pred.remaining)

    def _backward(self) -> None:
        """An end nobody promised binds its own program only."""
        self._late_dates(everybody=True)
        whole = {key: (row.ls, row.lf) for key, row in self.rows.items()}
        self._late_dates(everybody=False)
        for key, row in self.rows.items():
            if not self.promised(row.activity.frame):
                row.ls, row.lf = whole[key]

    def _late_dates(self, everybody: bool) -> None:
        for row in self.rows.values():
            row.ls = row.lf = FAR
        settled: set[int] = set()
        while len(settled) < len(self.rows):
            for key, row in self.rows.items():
                if key not in settled and all(link.successor in settled for link in row.outs):
                    self._place_late(row, everybody)
                    settled.add(key)

    def _place_late(self, row: Row, everybody: bool) -> None:
        a = row.activity
        limits = [self.cap(row, everybody), *(self.allows(link) for link in row.outs if self.rows[link.successor].lf < FAR)]
        if a.constraint_date is not None and a.state is not State.DONE:
            c = a.constraint_date.toordinal()
            if a.constraint in (Constraint.FNLT, Constraint.MUST_FINISH):
                limits.append(c + 1)
            if a.constraint is Constraint.MUST_START and not row.started:
                limits.append(row.own.add(c if row.remaining else c + 1, row.remaining))
        lf = min(limits)
        if lf == FAR:
            return
        row.lf = row.own.prev_finish(lf) if row.remaining else lf
        row.ls = row.own.add(row.lf, -row.remaining)

    # -- the answer --------------------------------------------------------------------------------------------------

    def total_float(self, row: Row) -> int | None:
        if row.actual is not None or not row.dated or row.lf >= FAR:
            return None
        by_finish = row.frame.diff(row.ef, row.lf)
        return by_finish if row.started else min(by_finish, row.frame.diff(row.es, row.ls))

    def free_float(self, row: Row) -> int | None:
        if row.actual is not None or not row.dated:
            return None
        if not row.outs:
            total = self.total_float(row)
            return None if total is None else max(0, total)
        gaps = []
        for link in row.outs:
            succ = self.rows[link.successor]
            days, _ = self._lag(link, row)
            at = row.ef if link.type in (LinkType.FS, LinkType.FF) else row.es
            to = succ.ef if link.type in (LinkType.FF, LinkType.SF) else succ.es
            gaps.append(row.frame.diff(at, days.add(to, -self._unexpired(link, row, back=False))))
        return max(0, min(gaps))

    def answer(self) -> dict[int, tuple]:
        """Per id: early start, early finish, late start, late finish, total float, free float, as days."""
        found = {}
        for key, row in self.rows.items():
            es, ef, ls, lf = row.es, row.ef - 1, None, None
            if row.actual is None and row.lf < FAR:
                if row.remaining:
                    ls, lf = row.own.next_start(row.ls), row.own.prev_finish(row.lf) - 1
                else:
                    lf = (row.ef if row.dated and row.frame.diff(row.ef, row.lf) == 0 else row.frame.prev_finish(row.lf)) - 1
                    ls = lf
            if row.actual is not None:
                ef = row.actual - 1
                es = min(row.begun, ef)
            elif not row.dated:
                es = ef = None
            elif not row.remaining:
                es = es - 1
            found[key] = (
                *(None if t is None else date.fromordinal(t) for t in (es, ef, ls, lf)),
                self.total_float(row),
                self.free_float(row),
            )
        return found
