"""The answer to a change, from a plan in memory: what the change reached is computed, compared with what is stored, and written.

Dates, floats, flags, health, paths and the cost of blockers are all there before the action returns. Why each other milestone is
(not) critical, how many wait behind it and the day's row of forecasts are completed by the queue; until then
`Analysis.settled_revision` is behind, and pages leave those out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import Q

from programs.actions import results, shifts, touches, writing
from programs.actions.plans import WORKING, Moved, Plan
from programs.actions.touched import Touched
from programs.actions.touches import Since
from programs.flags.health import program_health
from programs.flags.raise_flags import raise_flags
from programs.flags.types import Owed
from programs.graph.edits import Unable
from programs.graph.types import Analysis, ObstacleCost
from programs.models import Analysis as StoredAnalysis
from programs.models import DailyAnalysis, Flag, Program, Timing
from programs.queries import chances, statements
from programs.queries.prepared import Prepared
from programs.queries.snapshots import today_in

_LATER = ("waiting_behind", "critical_why", "free_float")
_BEFORE = ("program_id", "revision", "finish_at", "finish_moved", "finish", "health", "days_late", "workstreams", "counts")
_LISTED = frozenset({"critical_path", "near_paths", "blockers"})  # kept as tuples here and as lists there
_NOW = [name for name in results.TIMING_FIELDS if name not in _LATER]
_PUT = [*_NOW, "finish_moved"]
_STATE = Program.objects.order_by("pk").values_list("pk", "revision", "analysed_revision", "odds__ground")
_FREE = Prepared(lambda keys: _STATE.select_for_update(no_key=True, of=("self",), skip_locked=True).filter(pk__in=keys))
_HELD = Prepared(lambda keys: _STATE.select_for_update(no_key=True, of=("self",)).filter(pk__in=keys))
_ANSWERS = Prepared(lambda keys: StoredAnalysis.objects.filter(pk__in=keys).values_list(*_BEFORE))
_TIMINGS = Prepared(lambda keys: Timing.objects.filter(pk__in=keys).values_list("pk", *_NOW))
_STANDING = Flag.objects.exclude(rule="loop_set_aside").values_list(*results.STANDING)
_FLAGS = Prepared(lambda keys: _STANDING.filter(milestone__in=keys))


class NotYet(Exception):
    """The stored answers are older than the plan in memory; the queue is about to write newer ones."""


@dataclass(frozen=True, slots=True)
class Mine:
    """What this process has just committed: the revisions that its programs have now, and what made them."""

    revisions: Mapping[int, int]
    touched: Touched

    def since(self, known: Mapping[int, int], now: Mapping[int, tuple[int, int]]) -> Since | None:
        """As `touches.since`, without asking, where nobody but this process did anything since."""
        for pk, pair in now.items():
            mine = self.revisions.get(pk) == known[pk] + 1
            if pair != (known[pk] + mine, known[pk]):
                return None
        return None if self.touched.everything else Since(self.touched.rows)


def step(plan: Plan, mine: Mine, *, at: datetime, patience: float | None = None) -> None:
    """Bring a plan in memory and the stored answers of its programs to what the database says now. Raises `Unable`.

    The programs are locked meanwhile, so that nobody answers beside; `patience` is how many seconds to wait for that. After
    `Unable` the plan is no longer to be used, and nothing was stored.
    """
    if today_in(plan.programs[plan.lead], at) != plan.as_of:
        raise Unable("another day")
    with transaction.atomic(durable=True), statements.together():
        held = _hold(plan.group, patience)
        now = {pk: (revision, analysed) for pk, revision, analysed, _ in held}
        if now.keys() != plan.group:
            raise Unable("other programs")
        if all((plan.revisions[pk],) * 2 == pair for pk, pair in now.items()):
            return
        if any(analysed < plan.revisions[pk] for pk, (_, analysed) in now.items()):
            raise NotYet
        since = mine.since(plan.revisions, now) or touches.since(plan.revisions, now)
        if since is None:
            raise Unable("others saved more than can be followed")
        plan.certain = False
        if {pk: ran.ground for pk, ran in plan.runs.items()} != {row[0]: row[-1] for row in held}:
            plan.runs, plan.answers = chances.runs_of(plan.group), {}  # health was judged again when the runs were in
        answers = _store(plan, plan.follow(since), now, at=at)
    plan.answers, plan.certain = answers, True
    plan.revisions = {pk: revision for pk, (revision, _) in now.items()}


def _hold(group: Collection[int], patience: float | None) -> list[tuple[Any, ...]]:
    """Lock programs and say where they stand. Nearly always they are free, and nothing has to be said of waiting."""
    held = _FREE.rows(group)
    if len(held) < len(group):
        statements.wait_at_most(patience)
        held = _HELD.rows(group)
    return held


def _store(plan: Plan, moved: Moved, now: dict[int, tuple[int, int]], *, at: datetime) -> dict[int, dict[str, Any]]:
    """Write what differs. Returns the answers as they are now."""
    for pk, (revision, _) in now.items():
        writing.put(Program, {"id": pk}, {"analysed_revision": revision})
    before = plan.answers
    if any(before.get(pk, {}).get("revision") != analysed for pk, (_, analysed) in now.items()):
        before = {row[0]: dict(zip(_BEFORE, row, strict=True)) for row in _ANSWERS.rows(plan.group)}
    if before.keys() != plan.group:
        raise Unable("there is no answer to start from")
    days = _finish_moved(plan, moved, before) if plan.live.uniform else 0.0
    if moved.finishes:
        moved.items |= _judged_by_float(plan)
    stored = _stored(moved.items)
    costs = plan.live.costs()
    by_program: dict[int, set[int]] = {pk: set() for pk in plan.group}
    for item in moved.items:
        by_program[plan.home[item]].add(item)
    finish_moved = {pk: row["finish_moved"] + days for pk, row in before.items()}
    put, wrote = _put_rows(plan, by_program, moved, stored, finish_moved, again=bool(days))
    shifts.record(
        put,
        {pk: replace(scene, items=plan.items) for pk, scene in plan.stage.items()},
        {pk: row["revision"] for pk, row in before.items()},
        {pk: revision for pk, (revision, _) in now.items()},
        at=at,
    )
    batch, answers = uuid4(), {}
    for pk, (revision, _) in now.items():
        answers[pk] = _answer(plan, pk, by_program[pk], costs, moved, before[pk])
        answers[pk] |= {"revision": revision, "finish_moved": finish_moved[pk]}
        _put_answer(plan.programs[pk], before[pk], answers[pk], at=at, batch=batch)
        touches.answered(pk, revision, wrote if revision != plan.revisions[pk] else (), again=revision == plan.revisions[pk])
    return answers


def _finish_moved(plan: Plan, moved: Moved, before: dict[int, dict[str, Any]]) -> float:
    """How many working days the finish lies behind the one that stored floats are measured to."""
    (pk,) = plan.group
    was, now = before[pk]["finish_at"], plan.live.solution.finishes[pk].at
    if was is None or now is None:
        raise Unable("there is no finish to measure from")
    days = plan.live.solution.built.calendars[pk].diff(was, now) / 86_400
    if days:
        moved.finishes.add(pk)
    return days


def _judged_by_float(plan: Plan) -> set[int]:
    """Milestones that are judged by their float, were, or should be."""
    judged = Timing.objects.filter(Q(critical=True) | Q(near_critical=True), program__in=plan.group)
    items = set(judged.values_list("pk", flat=True))
    for pk, frame in plan.frames.items():
        items.update(plan.live.near(pk, max(0.0, frame.near_critical_days)))
    return (items | plan.stopped.keys()) & plan.home.keys()


def _stored(items: set[int]) -> dict[int, tuple[Any, ...]]:
    return {row[0]: row[1:] for row in _TIMINGS.rows(items)}


def _put_rows(
    plan: Plan,
    by_program: dict[int, set[int]],
    moved: Moved,
    stored: dict[int, tuple[Any, ...]],
    finish_moved: Mapping[int, float],
    *,
    again: bool,
) -> tuple[list[results.Moved], list[int]]:
    """Write the timings and flags of these milestones where they differ, or all `again`, as they are measured to another finish.

    Returns what moved, and whose timing was written.
    """
    keys = sorted(moved.items)
    flags = _FLAGS.rows(keys)
    changed: dict[int, dict[str, Any]] = {}
    put, raised = [], {}
    for pk, own in by_program.items():
        if not own:
            continue
        held = {key for item in own for key in plan.holding(item)}
        here = {one.id: one for one in plan.at(own, pk)}
        here |= {key: one for key in held for home, one in [plan.impediments[key]] if home == pk}
        timings = {item: plan.timing(item, moved) for item in own if item in plan.live.network.index}
        scene = plan.scene(pk, own, here.values(), Analysis(plan.as_of, timings, {}))
        for item in scene.own:
            row = results.timing_row(scene, item, timings.get(item), plan.actual[item], blocked=item in plan.stopped)
            before, after = stored.get(item), tuple(row[name] for name in _NOW)
            if before != after or again:
                changed[item] = row | {"finish_moved": finish_moved[pk]}
                if before is not None and plan.items[item].state in WORKING:
                    put.append(results.Moved(item, dict(zip(_NOW, before, strict=True)), row))
        raised[pk] = [flag for flag in raise_flags(scene) if flag.item in own]
    made = [Timing(milestone_id=item, **{name: changed[item][name] for name in _PUT}) for item in changed.keys() - stored.keys()]
    results.put_timings(made, _PUT)
    writing.change_each(Timing, {item: row for item, row in changed.items() if item in stored}, _PUT)
    results.put_flags(raised, flags, since=plan.as_of)
    return put, list(changed)


def _answer(
    plan: Plan, pk: int, items: set[int], costs: tuple[ObstacleCost, ...], moved: Moved, before: dict[str, Any]
) -> dict[str, Any]:
    """The program's current answer, all but what the queue completes."""
    program, live = plan.programs[pk], plan.live
    urgent = plan.urgent()
    frame = live.frame(pk)
    analysis = Analysis(plan.as_of, {item: plan.timing(item, moved) for item in urgent}, {pk: frame})
    scene = plan.scene(pk, (), plan.at(urgent, pk), analysis)
    scene = replace(scene, chance=chances.judged(scene, plan.runs[pk], target=program.target_date))
    health = program_health(scene, target=program.target_date, ended=program.ended)
    return {
        "as_of": plan.as_of,
        "finish": frame.finish,
        "finish_at": frame.at,
        "finish_milestone_id": frame.finish_activity,
        "days_late": frame.days_late,
        "health": health.value,
        "health_why": results.why(health.why),
        "critical_path": frame.critical_path,
        "near_paths": frame.near_paths,
        "blockers": tuple(cost for cost in costs if plan.home[cost.activity] == pk),
        "workstreams": _lanes(plan, pk, items, moved, before["workstreams"], analysis),
        "counts": plan.count(pk),
    }


def _put_answer(program: Program, before: dict[str, Any], now: dict[str, Any], *, at: datetime, batch: Any) -> None:
    """Write what differs from the answer `before`, and a note where finish or health moved."""
    news = {name: value for name, value in now.items() if name not in before or before[name] != value}
    for name in _LISTED & news.keys():
        news[name] = results.plain(news[name])
    writing.put(StoredAnalysis, {"program_id": program.pk}, news | {"computed_at": at})
    day = {name: now[name] for name in ("finish", "health", "days_late", "counts")}
    if any(before[name] != value for name, value in day.items()):
        writing.put(DailyAnalysis, {"program_id": program.pk, "day": now["as_of"]}, day)
    results.note_moves(program, before, now["finish"], now["health"], at=at, batch=batch)


def _lanes(plan: Plan, pk: int, items: Iterable[int], moved: Moved, before: dict[str, Any], analysis: Analysis) -> dict[str, Any]:
    """Health of workstreams: again where something was reached, or stands blocked when a finish moved."""
    asked = {plan.items[item].workstream for item in items}
    if moved.finishes:
        asked |= {plan.items[item].workstream for item in plan.stopped if item in plan.items}
    found = dict(before)
    for lane in plan.lanes[pk]:
        if lane in asked or str(lane) not in found:
            owed = Owed.kept(found.get(str(lane), {}).get("owed"))
            found[str(lane)] = results.lane(plan.lane_health(pk, lane, owed, analysis, moved), owed)
    return found
