"""What-if drafts: which there are, and what each would do to the plan, worked out when somebody looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db.models import Count, Q

from programs.flags.health import program_health
from programs.flags.types import Item, Scene, Thresholds
from programs.graph.days import working_days
from programs.graph.diff import Move, Room, move, stirred
from programs.graph.trial import Side
from programs.graph.types import Activity, Analysis, FrameResult, Timing
from programs.graph.whatif import Change, Slip, Unknown
from programs.maps.strip import Step, Strip, strip
from programs.models import Milestone, Person, PlanChange, PlanDraft, Program
from programs.queries.chances import judged, runs_of
from programs.queries.draft_ground import NEW, Fit, Ground, engine, walk
from programs.queries.preview import told
from programs.queries.scenes import impediments_of
from programs.queries.snapshots import today_in
from programs.queries.solved import solved
from programs.queries.withheld import Sight

MOST_LISTED = 40  # milestones that move, named one by one
MOST_ROOMS = 12  # milestones that only get another room
MOST_COMPARED = 3
RESTORABLE = timedelta(hours=24)  # a discarded draft can be taken up again as long as anything can be undone


def of_program(program: Program, *, by: Person, at: datetime) -> list[PlanDraft]:
    """Drafts of one's own and those that are shared: open ones, the newest first, then those closed within a day. One query."""
    seen = Q(by=by) | Q(shared=True)
    recent = Q(state=PlanDraft.State.OPEN) | Q(closed_at__gte=at - RESTORABLE, by=by)
    rows = PlanDraft.objects.filter(seen, recent, program=program).select_related("by")
    return list(rows.annotate(size=Count("changes")).order_by("closed_at", "-saved_at", "-pk"))


def open_ones(program: Program, *, by: Person) -> list[PlanDraft]:
    """One's own drafts that can still be added to, the newest first."""
    return list(PlanDraft.objects.filter(program=program, by=by, state=PlanDraft.State.OPEN).order_by("-saved_at", "-pk")[:20])


@dataclass(frozen=True, slots=True)
class Tried:
    """One change of a draft. `alone`: working days the finish moves by this change only, negative sooner; None: not tried."""

    change: PlanChange
    fit: Fit
    alone: int | None


@dataclass(frozen=True, slots=True)
class Half:
    """One side of the comparison for the program itself."""

    finish: date | None
    late: int | None  # working days after the target
    health: str
    path: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """One milestone that moves. `milestone` is None for one the reader may not see."""

    milestone: Milestone | None
    move: Move


@dataclass(frozen=True, slots=True)
class PathStep:
    """One step of the path that leads then; `name` is what a draft calls a milestone that is not in the plan yet."""

    milestone: Milestone | None
    name: str
    finish: date | None
    days: int | None
    width: int
    thin: bool
    new: bool  # it does not lead today


@dataclass(frozen=True, slots=True)
class Look:
    """A draft beside the plan. `days` is what the finish moves, negative sooner."""

    draft: PlanDraft
    changes: tuple[Tried, ...]
    before: Half
    after: Half
    days: int | None
    moved: tuple[Moved, ...]  # those that get another date
    rooms: tuple[Moved, ...]  # those that keep theirs and get another class of float, the tightest first
    rooms_count: int
    count: int  # of those that get another date
    sooner: int
    later: int
    misses: int  # targets that hold today and would not
    makes: int  # the other way round
    path: tuple[PathStep, ...]
    told: tuple[str, ...]
    finish_name: str  # the milestone that ends the program; empty where its last work does
    loop: bool
    moved_on: bool  # the plan was changed since the draft was made

    @property
    def sound(self) -> bool:
        """Whether it could be applied as it stands."""
        return bool(self.changes) and not self.loop and all(one.fit.sound for one in self.changes)

    @property
    def more(self) -> int:
        """Milestones that move and are not listed."""
        return self.count - len(self.moved)

    @property
    def more_rooms(self) -> int:
        """Milestones whose room alone changes, and are not listed."""
        return self.rooms_count - len(self.rooms)


class Bench:
    """The network of one program, read and solved at most once (`solved`), on which any number of its drafts are looked at."""

    def __init__(self, program: Program, *, by: Person, at: datetime) -> None:
        self.by, self.at = by, at
        kept, programs = solved(program, as_of=today_in(program, at))
        self.program = programs[program.pk]
        self.trial, self.as_of = kept.trial, kept.net.snapshot.as_of
        self.frame = next(one for one in kept.net.snapshot.frames if one.id == program.pk)
        self.activities = {one.id: one for one in kept.net.snapshot.activities}
        self.sight = Sight(by, self.program)
        self.impediments = [one for _, one in impediments_of(Q(program=program))]
        self.runs = runs_of([program.pk])[program.pk]

    # -- single changes ------------------------------------------------------------------------------------------------------

    def changes_of(self, rows: Sequence[PlanChange]) -> list[Change]:
        """What the engine tries for these changes."""
        return [one for row in rows for one in engine(row, self.frame.id)]

    def alone(self, row: PlanChange) -> int | None:
        """Working days the finish moves by one change of today's plan; None for what takes no part in the network."""
        changes = self.changes_of([row])
        item = row.about.get("milestone")
        if row.kind == PlanChange.Kind.SLIP and item in self.trial.today.standings:
            changes = [Slip(item, row.values["days"], self.trial.today.standings[item].forecast)]
        try:
            return self._days(self.trial.finish(self.frame.id, changes)) or 0
        except Unknown:
            return None

    def _days(self, then: date | None) -> int | None:
        today = self.trial.today.frames[self.frame.id].finish
        return None if then is None or today is None else working_days(today, then, self.frame.calendar)

    # -- a whole draft -------------------------------------------------------------------------------------------------------

    def look(self, draft: PlanDraft) -> Look:
        """What a draft does: each change alone, and all of them together. What does not fit any more is left out of both."""
        rows = list(draft.changes.order_by("place", "pk"))
        ground, fits = walk(rows, draft.program_id)
        alone = {row.pk: self.alone(row) for row, fit in zip(rows, fits, strict=True) if not fit.gone}
        known = [row for row in rows if alone.get(row.pk) is not None]
        side = self.trial.side(self.changes_of(known))
        moves = self._moves(side, ground)
        dated = [one for one in moves if one.before.forecast != one.after.forecast]
        listed = sorted(dated, key=lambda one: (-abs(one.days), one.item))[:MOST_LISTED]
        listed.sort(key=lambda one: (one.after.forecast or date.max, one.item))
        rooms = sorted((one for one in moves if one.before.forecast == one.after.forecast), key=_tightest)
        now, then = self.trial.today.frames[self.frame.id], side.frames[self.frame.id]
        finish = self.frame.finish or 0
        shown = {one.item for one in (*listed, *rooms[:MOST_ROOMS])}
        names = self._milestones({*shown, *now.critical_path, *then.critical_path, finish})
        end = names.get(finish)
        return Look(
            draft=draft,
            changes=tuple(Tried(row, fit, alone.get(row.pk)) for row, fit in zip(rows, fits, strict=True)),
            before=self._half(self.trial.today, set()),
            after=self._half(side, {row.about["blocker"] for row in known if _clears(row)}),
            days=self._days(then.finish),
            moved=tuple(Moved(names.get(one.item), one) for one in listed),
            rooms=tuple(Moved(names.get(one.item), one) for one in rooms[:MOST_ROOMS]),
            rooms_count=len(rooms),
            count=len(dated),
            sooner=sum(one.after.forecast < one.before.forecast for one in dated),  # type: ignore[operator]
            later=sum(one.after.forecast > one.before.forecast for one in dated),  # type: ignore[operator]
            misses=sum(one.misses for one in moves),
            makes=sum(one.makes for one in moves),
            path=self._path(side, then, set(now.critical_path), names, known),
            told=told([one.item for one in moves], by=self.by, sight=self.sight),
            finish_name=end.name if end else "",
            loop=side.loop,
            moved_on=draft.based_on < self.program.revision,
        )

    def _moves(self, side: Side, ground: Ground) -> list[Move]:
        found = []
        for item, after in side.standings.items():
            before = self.trial.today.standings.get(item)
            if before is None or not stirred(before, after):
                continue
            one: Activity = ground.activity(self.activities[item])
            calendar = self.trial.solution.built.frames[one.frame].calendar
            moved = move(item, before, after, target=one.target, calendar=calendar)
            assert moved is not None
            found.append(moved)
        return found

    def _milestones(self, items: set[int]) -> dict[int, Milestone]:
        rows = Milestone.objects.select_related("program", "workstream").in_bulk([pk for pk in items if pk < NEW])
        return {pk: row for pk, row in rows.items() if self.sight.sees(row.program_id)}

    def _half(self, side: Side, cleared: set[int]) -> Half:
        result = side.frames[self.frame.id]
        late = None
        if result.finish is not None and self.frame.target is not None:
            late = working_days(self.frame.target, result.finish, self.frame.calendar)
        return Half(result.finish, late, self._health(side, result, cleared), result.critical_path)

    def _health(self, side: Side, result: FrameResult, cleared: set[int]) -> str:
        """As the rule judges it: only the finish, the room before the target, and blocked critical work count."""
        left = [one for one in self.impediments if one.id not in cleared and one.item in side.standings]
        timings, items = {}, {}
        for one in left:
            assert one.item is not None
            critical = side.standings[one.item].room is Room.CRITICAL
            timings[one.item] = Timing(one.item, None, None, None, None, None, None, None, critical=critical)
            items[one.item] = _item(self.activities[one.item])
        scene = Scene(
            program=self.frame.id,
            analysis=Analysis(self.as_of, timings, {self.frame.id: result}),
            calendar=self.frame.calendar,
            thresholds=Thresholds.of(self.program.thresholds),
            items=items,
            own=(),
            impediments=tuple(left),
        )
        scene = replace(scene, chance=judged(scene, self.runs, target=self.frame.target))
        return program_health(scene, target=self.frame.target, ended=self.program.ended).value

    def _path(
        self, side: Side, then: FrameResult, today: set[int], names: dict[int, Milestone], rows: Sequence[PlanChange]
    ) -> tuple[PathStep, ...]:
        """The path that leads then, drawn to length from today."""
        added = {NEW + row.pk: row.values["name"] for row in rows if row.kind == PlanChange.Kind.ADD}
        as_of, items = self.as_of, [item for item in then.critical_path if item in side.standings]
        ends = [side.standings[item].forecast or as_of for item in items]
        drawn: Strip = strip([Step(None, max(end, as_of)) for end in ends], today=as_of, target=None)
        starts = [as_of, *ends]
        return tuple(
            PathStep(
                milestone=names.get(item),
                name=added.get(item, ""),
                finish=end if item in names or item in added else None,
                days=working_days(max(begin, as_of), max(end, as_of), self.frame.calendar),
                width=segment.width,
                thin=segment.narrow,
                new=item not in today,
            )
            for item, begin, end, segment in zip(items, starts, ends, drawn.segments, strict=False)
        )


def _tightest(one: Move) -> tuple[bool, float, int]:
    room = one.after.total_float
    return (one.after.room is not Room.CRITICAL, float("inf") if room is None else room, one.item)


def _clears(row: PlanChange) -> bool:
    return row.kind == PlanChange.Kind.CLEAR and not row.values.get("expected_clear")


def _item(one: Activity) -> Item:
    return Item(id=one.id, name=one.name, key=one.key, state=one.state)


def look(draft: PlanDraft, *, by: Person, at: datetime) -> Look:
    """One draft beside the plan."""
    return Bench(draft.program, by=by, at=at).look(draft)


def forecast(program: Program, rows: Sequence[PlanChange], milestone: Milestone, *, by: Person, at: datetime) -> date | None:
    """The date a milestone has after these changes."""
    bench = Bench(program, by=by, at=at)
    _ground, fits = walk(rows, program.pk)
    known = [row for row, fit in zip(rows, fits, strict=True) if not fit.gone and bench.alone(row) is not None]
    standing = bench.trial.side(bench.changes_of(known)).standings.get(milestone.pk)
    return standing.forecast if standing else None


@dataclass(frozen=True, slots=True)
class Beside:
    """One milestone in several drafts: today, and its move in each; None where it stays."""

    milestone: Milestone
    today: date | None
    moves: tuple[Move | None, ...]


def side_by_side(looks: Sequence[Look]) -> list[Beside]:
    """Milestones that any of the drafts moves, by their date today. What the reader may not see is left out."""
    rows: dict[int, Milestone] = {}
    moves: list[dict[int, Move]] = []
    for one in looks:
        moves.append({moved.move.item: moved.move for moved in one.moved})
        rows.update({moved.milestone.pk: moved.milestone for moved in one.moved if moved.milestone})
    found = [
        Beside(row, next(each[pk].before.forecast for each in moves if pk in each), tuple(each.get(pk) for each in moves))
        for pk, row in rows.items()
    ]
    return sorted(found, key=lambda one: (one.today or date.max, one.milestone.pk))
