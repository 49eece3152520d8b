"""Read an `oracle-schedule/1` object into a plan, and write a computed schedule in the form the checker wants."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from programs.graph.calendars import ELAPSED, HOUR, Calendar, instant, moment, union
from programs.graph.plan import Bound, Dialect, FloatRule, Kind, LagCalendar, Options, Plan, Progress, Relation, Rule, Task
from programs.graph.schedule import Result, Schedule
from programs.graph.types import LinkType

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DIALECTS = {
    "msproject": Dialect.MSPROJECT,
    "p6": Dialect.P6,
    "protrack": Dialect.MSPROJECT,
    "cpm": Dialect.P6,
    "native": Dialect.NATIVE,
}


def read(data: dict[str, Any]) -> Plan:
    """Everything the file says that moves a date; `expected` and `project.finish` are never looked at."""
    project = data["project"]
    first = at(project.get("start")) or at(project.get("data_date")) or 0
    calendars = {c["id"]: _calendar(c, first // 86_400) for c in data["calendars"]}
    default = calendars.get(project.get("default_calendar"), ELAPSED)
    options = _options(data["dialect"], project, default)
    tasks = tuple(_task(row, calendars, default) for row in data["activities"] if not row.get("inactive"))
    relations = tuple(_relation(n, row) for n, row in enumerate(data["relations"]))
    return Plan(tasks, relations, options)


def at(text: str | None) -> int | None:
    """The instant of an ISO date-time, `24:00` included; empty means not set."""
    if not text:
        return None
    day, _, clock = text.partition("T")
    if clock.startswith("24:00"):
        return instant(datetime.fromisoformat(day)) + 24 * HOUR
    return instant(datetime.fromisoformat(text.replace("Z", "")).replace(tzinfo=None))


def seconds(hours: float | None) -> int:
    """Hours as whole seconds."""
    return round((hours or 0) * HOUR)


def _calendar(row: dict[str, Any], around: int) -> Calendar:
    week = [_hours(row["week"].get(day, ())) for day in WEEK]
    exceptions = {}
    for entry in row.get("exceptions", ()):
        hours = _hours(entry.get("hours") or ())
        low, high = date.fromisoformat(entry["from"]).toordinal(), date.fromisoformat(entry["to"]).toordinal()
        exceptions |= dict.fromkeys(range(low, high + 1), hours)
    return Calendar(week, exceptions, around)


def _hours(pairs: Any) -> list[tuple[int, int]]:
    return [(_clock(a), _clock(b)) for a, b in pairs]


def _clock(text: str) -> int:
    parts = [int(part) for part in text.split(":")]
    return parts[0] * HOUR + parts[1] * 60 + (parts[2] if len(parts) > 2 else 0)


def _options(dialect: str, project: dict[str, Any], default: Calendar) -> Options:
    start = at(project.get("start")) or 0
    kind = DIALECTS[dialect]
    usual = LagCalendar.SUCCESSOR if kind is Dialect.MSPROJECT else LagCalendar.PREDECESSOR
    return Options(
        dialect=kind,
        start=start,
        data_date=at(project.get("data_date")) or start,
        must_finish=at(project.get("must_finish_by")),
        default_calendar=default,
        lag_calendar=LagCalendar(project["lag_calendar"]) if project.get("lag_calendar") in set(LagCalendar) else usual,
        progress=Progress(project["progress_rule"]) if project.get("progress_rule") in set(Progress) else Progress.RETAINED_LOGIC,
        float_rule=FloatRule(project["total_float_rule"])
        if project.get("total_float_rule") in set(FloatRule)
        else FloatRule.SMALLEST,
        critical_limit=seconds(project.get("critical_float_limit_hours")),
        longest_path=project.get("critical_rule") == "longest_path",
        use_expected_finish=bool(project.get("use_expected_finish")),
        multiple_critical_paths=bool(project.get("multiple_critical_paths") or project.get("open_ends_critical")),
        honor_constraints=project.get("honor_constraints", True),
        round_to=60 if dialect == "p6" else 1,
    )


def _task(row: dict[str, Any], calendars: dict[str, Calendar], default: Calendar) -> Task:
    own = measured = calendars.get(row.get("calendar"), default)
    if row.get("multi_resource_calendars"):
        own = union(list(calendars.values()))  # people on different calendars: work goes on while any of them works
    finished = row.get("actual_finish") is not None
    bounds = tuple(
        Bound(Rule(row[key]["type"]), at(row[key].get("date")) or 0)
        for key in ("constraint", "constraint2")
        if row.get(key) and row[key]["type"] in set(Rule)
    )
    duration = seconds(row.get("duration_hours"))
    return Task(
        id=row["id"],
        kind=Kind(row["kind"]) if row.get("kind") in set(Kind) else Kind.TASK,
        calendar=ELAPSED if row.get("elapsed") else own,
        float_calendar=calendars.get(row.get("float_calendar"), measured),
        duration=duration,
        remaining=0 if finished else seconds(row.get("remaining_duration_hours", row.get("duration_hours"))),
        actual_duration=seconds(row.get("actual_duration_hours")),
        parent=row.get("parent"),
        bounds=bounds,
        deadline=at(row.get("deadline")),
        expected_finish=at(row.get("expected_finish")),
        external_early_start=at(row.get("external_early_start")),
        external_late_finish=at(row.get("external_late_finish")),
        actual_start=at(row.get("actual_start")),
        actual_finish=at(row.get("actual_finish")),
        stop=at(row.get("stop")),
        resume=at(row.get("resume")),
        leveling_delay=seconds(row.get("leveling_delay_hours")),
        manual=bool(row.get("manual")),
        external=bool(row.get("external")),
        fixed_start=at(row.get("fixed_start")),
        fixed_finish=at(row.get("fixed_finish")),
        hold=at(row.get("resume")) if row.get("suspend") and not finished else None,
    )


def _relation(number: int, row: dict[str, Any]) -> Relation:
    return Relation(
        number, row["pred"], row["succ"], LinkType(row.get("type") or "FS"), seconds(row.get("lag_hours")),
        row.get("lag_percent"), bool(row.get("lag_elapsed")),
    )  # fmt: skip


def write(computed: Schedule) -> dict[str, Any]:
    """One result object per activity, dates as ISO date-times, floats in hours."""
    return {str(key): _result(result) for key, result in computed.results.items()}


def _result(result: Result) -> dict[str, Any]:
    row: dict[str, Any] = {
        "early_start": moment(result.early_start).isoformat(),
        "early_finish": moment(result.early_finish).isoformat(),
        "late_start": moment(result.late_start).isoformat(),
        "late_finish": moment(result.late_finish).isoformat(),
        "critical": result.critical,
    }
    if result.total_float is not None:
        row["total_float_hours"] = result.total_float / HOUR
    if result.free_float is not None:
        row["free_float_hours"] = result.free_float / HOUR
    return row
