"""Store an analysis: only rows that changed are written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from programs.actions import writing
from programs.flags.health import Health
from programs.flags.raise_flags import raise_flags, say
from programs.flags.types import Flag as Raised
from programs.flags.types import Owed, Scene
from programs.graph.days import working_days
from programs.graph.types import Analysis, ObstacleCost, State, Why
from programs.graph.types import Timing as Computed
from programs.models import Analysis as StoredAnalysis
from programs.models import Event, Flag, Milestone, Program, Timing
from programs.queries.parts import parts
from programs.queries.snapshots import Network

TIMING_FIELDS = [
    *("program_id", "early_start", "forecast", "late_start", "late_finish", "needed_by", "total_float", "free_float"),
    *("slip", "late", "critical", "near_critical", "on_path", "dated", "blocked", "blocked_by", "drivers"),
    *("waiting_behind", "start_why", "critical_why"),
]
STANDING = ("pk", "program_id", "rule", "milestone_id", "subject", "severity", "params")
_CHUNK = 400
_PLAIN = frozenset({str, int, float, bool, type(None)})


@dataclass(frozen=True, slots=True)
class Moved:
    """One milestone whose stored answer changed: the row as it was and as it is."""

    item: int
    before: Mapping[str, Any]
    after: Mapping[str, Any]


def plain(value: Any) -> Any:
    """Dates as ISO text, tuples as lists: what a JSON column can hold."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, ObstacleCost):
        return {name: getattr(value, name) for name in ObstacleCost.__slots__}
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return value


def why(reason: Why | None) -> dict[str, Any]:
    """A reason as the tables keep it."""
    return {} if reason is None else {"code": reason.code, "params": plain(reason.params)}


def save_timings(
    net: Network, analysis: Analysis, stage: dict[int, Scene], *, programs: list[int]
) -> tuple[list[Moved], list[int]]:
    """Write the timing of every milestone whose answer changed; returns what moved of those that had one before, and all ids."""
    stored = {row[0]: row[1:] for row in Timing.objects.filter(program__in=programs).values_list("milestone_id", *TIMING_FIELDS)}
    finish_moved = dict(StoredAnalysis.objects.filter(pk__in=programs).values_list("pk", "finish_moved"))
    changed, moved = [], []
    actuals = {activity.id: activity.actual for activity in net.snapshot.activities}
    for pk in programs:
        scene = stage[pk]
        stuck = {impediment.item for impediment in scene.impediments}
        for item in scene.own:
            row = timing_row(scene, item, analysis.timings.get(item), actuals[item], blocked=item in stuck)
            before, after = stored.get(item), tuple(row[name] for name in TIMING_FIELDS)
            if before != after:
                changed.append(Timing(milestone_id=item, finish_moved=finish_moved.get(pk, 0), **row))
                if before is not None and scene.items[item].state in {State.OPEN, State.STARTED}:
                    moved.append(Moved(item, dict(zip(TIMING_FIELDS, before, strict=True)), row))
    put_timings(changed, [*TIMING_FIELDS, "finish_moved"])
    return moved, [row.milestone_id for row in changed]


def put_timings(rows: list[Timing], fields: list[str]) -> None:
    """Write these fields of these rows, new or not."""
    Timing.objects.bulk_create(rows, batch_size=_CHUNK, update_conflicts=True, unique_fields=["milestone"], update_fields=fields)


def timing_row(scene: Scene, item: int, timing: Computed | None, actual: date | None, *, blocked: bool) -> dict[str, Any]:
    """The columns of one milestone's timing."""
    facts = scene.items[item]
    timing = timing or Computed(item, None, None, None, None, None, None, None, dated=False)
    done, working = facts.state is State.DONE, facts.state in {State.OPEN, State.STARTED}
    reached = (actual or timing.early_finish) if done else timing.early_finish
    return {
        "program_id": scene.program,
        "early_start": timing.early_start,
        "forecast": timing.early_finish,
        "late_start": timing.late_start,
        "late_finish": timing.late_finish,
        "needed_by": timing.needed_by,
        "total_float": timing.total_float,
        "free_float": timing.free_float,
        "slip": _after(facts.baseline, reached, scene),
        "late": _after(facts.target, reached, scene),
        "critical": timing.critical,
        "near_critical": timing.near_critical,
        "on_path": timing.on_path,
        "dated": timing.dated,
        "blocked": blocked and working,
        "blocked_by": list(scene.blocked_by.get(item, ())),
        "drivers": list(timing.drivers),
        "waiting_behind": timing.waiting_behind,
        "start_why": why(timing.start_why),
        "critical_why": why(timing.critical_why),
    }


def _after(promise: date | None, reached: date | None, scene: Scene) -> float | None:
    if promise is None or reached is None:
        return None
    return float(working_days(promise, reached, scene.calendar))


def save_flags(analysis: Analysis, stage: dict[int, Scene], *, programs: list[int]) -> dict[int, list[Raised]]:
    """Write new flags, keep the age of standing ones, drop those that no longer hold. Returns those of each program."""
    stored = Flag.objects.filter(program__in=programs).values_list(*STANDING)
    raised = {pk: raise_flags(stage[pk]) for pk in programs}
    put_flags(raised, stored, since=analysis.as_of)
    return raised


def put_flags(raised: Mapping[int, Iterable[Raised]], rows: Iterable[tuple[Any, ...]], *, since: date) -> None:
    """Make the stored flags, given by their columns `STANDING`, say what is `raised` by program, and no more."""
    stored = {row[1:5]: (row[0], *row[5:]) for row in rows}
    fresh, changed = [], {}
    for pk, flags in raised.items():
        for one in flags:
            standing = stored.pop((pk, one.rule, one.item, one.subject), None)
            now = str(one.severity), plain(one.params)
            if standing is None:
                fresh.append(_flag(pk, one, since=since))
            elif standing[1:] != now:
                sentence = say(one.rule, one.params)[:1000]
                changed[standing[0]] = {"severity": now[0], "params": now[1], "sentence": sentence}
    gone = [standing[0] for standing in stored.values()]
    for some in parts(gone, _CHUNK):
        Flag.objects.filter(pk__in=some).delete()
    writing.add(fresh)
    writing.change_each(Flag, changed, ["severity", "params", "sentence"])


def _flag(program: int, raised: Raised, *, since: date) -> Flag:
    sentence = say(raised.rule, raised.params)[:1000]
    return Flag(
        program_id=program,
        milestone_id=raised.item,
        rule=raised.rule,
        severity=raised.severity,
        params=plain(raised.params),
        sentence=sentence,
        subject=raised.subject,
        since=since,
    )


def lane(health: Health, owed: Owed | None) -> dict[str, Any]:
    """A workstream's health as the table keeps it, with what the runs said of it, which holds until there are new ones."""
    kept = {"health": health.value, "why": why(health.why)}
    return kept | ({"owed": owed.as_kept()} if owed else {})


def save_analysis(
    program: Program,
    scene: Scene,
    health: Health,
    streams: dict[int, Health],
    counts: dict[str, int],
    *,
    revision: int,
    at: datetime,
    batch: UUID,
) -> None:
    """Write the program's current answer, and a note when finish or health moved."""
    analysis, result = scene.analysis, scene.analysis.frames[program.pk]
    before = StoredAnalysis.objects.filter(program=program).values("finish", "health").first()
    own = scene.own_set
    StoredAnalysis.objects.update_or_create(
        program=program,
        defaults={
            "revision": revision,
            "settled_revision": revision,
            "as_of": analysis.as_of,
            "computed_at": at,
            "finish": result.finish,
            "finish_at": result.at,
            "finish_milestone_id": _existing(result.finish_activity),
            "days_late": result.days_late,
            "health": health.value,
            "health_why": why(health.why),
            "critical_path": list(result.critical_path),
            "near_paths": plain(result.near_paths),
            "blockers": [plain(cost) for cost in analysis.obstacles if cost.activity in own],
            "workstreams": {str(pk): lane(one, scene.owed.get(pk)) for pk, one in streams.items()},
            "counts": counts,
        },
    )
    if before is not None:
        note_moves(program, before, result.finish, health.value, at=at, batch=batch)


def _existing(milestone: int | None) -> int | None:
    """The id, if the milestone was not deleted while the analysis ran."""
    return milestone if milestone and Milestone.objects.filter(pk=milestone).exists() else None


def count(scene: Scene) -> dict[str, int]:
    """How many milestones the program has, and how many are done, open, critical, blocked, late."""
    items = [scene.items[item] for item in scene.own if not scene.items[item].external]
    working = [facts for facts in items if facts.state in {State.OPEN, State.STARTED}]
    timings = scene.analysis.timings
    stuck = {impediment.item for impediment in scene.impediments}
    return {
        "milestones": len(items),
        "done": sum(facts.state is State.DONE for facts in items),
        "open": len(working),
        "dropped": sum(facts.state is State.DROPPED for facts in items),
        "critical": sum(facts.id in timings and timings[facts.id].critical for facts in working),
        "blocked": sum(facts.id in stuck for facts in working),
        "undated": sum(facts.id not in timings or not timings[facts.id].dated for facts in working),
        "blockers": len(scene.impediments),
    }


def note_moves(
    program: Program, before: Mapping[str, Any], finish: date | None, health: str, *, at: datetime, batch: UUID
) -> None:
    """Write a note where finish or health are not what they were."""
    moves = [
        ("analysis.finish_moved", "finish", before["finish"], finish),
        ("analysis.health_changed", "health", before["health"], health),
    ]
    notes = [
        Event(
            at=at,
            kind=kind,
            program=program,
            subject_type="program",
            subject_id=program.pk,
            subject_name=program.name,
            field=field,
            old=_text(old),
            new=_text(new),
            batch=batch,
        )
        for kind, field, old, new in moves
        if old != new
    ]
    writing.add(notes)


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or "")
