"""Programs and workstreams as blueprints, and the templates somebody may start from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from programs.graph.days import next_working_day, working_days
from programs.intake.blueprint import DATES, KEPT, KEPT_OF_LINKS, KEPT_OF_PROGRAM, Blueprint
from programs.models import CalendarException, Dependency, Milestone, MilestoneStatus, Program, Template, Workstream
from programs.queries.calendars import calendars

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from programs.graph.types import DayCalendar
    from programs.models import Person

_COLUMNS = {"team": "team__name"}


def of_program(program: Program, *, people: bool) -> Blueprint:
    """A program without its days, statuses, blockers and risks. What was cancelled is left out. Five queries."""
    lanes = list(Workstream.objects.filter(program=program).select_related("team").order_by("position", "pk"))
    items = list(_items(Milestone.objects.filter(program=program)))
    calendar = _calendar(program, items)
    start = program.start_date or _first_day(items)
    ids = {item["pk"]: item["key"] for item in items}
    found = _laid(items, ids, lanes, calendar=calendar, start=start, people=people)
    found["links"] = _links(Dependency.objects.filter(predecessor__program=program, successor__program=program), ids)
    settings = {name: getattr(program, name) for name in KEPT_OF_PROGRAM if name != "exceptions"}
    settings["exceptions"] = _exceptions(program)
    return {
        "name": program.name,
        **settings,
        "target": _away(program.target_date, start, calendar),
        "finish": ids.get(program.finish_milestone_id or 0),
        **found,
    }


def of_workstream(lane: Workstream, *, people: bool, links: bool) -> Blueprint:
    """One workstream; with `links` also those from and to the rest of its program, which go by their keys."""
    items = list(_items(Milestone.objects.filter(workstream=lane)))
    program = lane.program
    calendar = _calendar(program, items)
    ids = {item["pk"]: f"copy of {item['key']}" for item in items}
    found = _laid(items, ids, [lane], calendar=calendar, start=_first_day(items), people=people)
    found["lanes"][0].pop("key")
    own = Q(predecessor__workstream=lane) | Q(successor__workstream=lane)
    around = Dependency.objects.filter(own, predecessor__program=program, successor__program=program)
    found["links"] = _links(around, ids, rest=links)
    return found


def first_day(program: Program, lane: Workstream | None = None) -> date | None:
    """The day every date of a copy is counted from; None when nothing has a date."""
    rows = Milestone.objects.filter(workstream=lane) if lane else Milestone.objects.filter(program=program)
    return (None if lane else program.start_date) or _first_day(list(_items(rows)))


def _items(rows: QuerySet[Milestone]) -> Iterable[dict[str, Any]]:
    columns = {_COLUMNS.get(name, name) for name in KEPT} | set(DATES.values())
    rows = rows.exclude(status=MilestoneStatus.CANCELLED).order_by("pk")
    return rows.values("pk", "key", "workstream_id", "parent_id", "owner_id", "owner__is_active", *columns)


def _first_day(items: list[dict[str, Any]]) -> date | None:
    return min((item[name] for item in items for name in ("start_date", "target_date") if item[name]), default=None)


def _calendar(program: Program, items: list[dict[str, Any]]) -> DayCalendar:
    return calendars([program], around=program.start_date or _first_day(items) or program.created_at.date())[program.pk]


def _away(day: date | None, start: date | None, calendar: DayCalendar) -> int | None:
    """Working days from the start to a day; a day off counts as the working day before it."""
    return None if day is None or start is None else working_days(next_working_day(start, calendar), day, calendar)


def _laid(
    items: list[dict[str, Any]],
    ids: dict[int, str],
    lanes: list[Workstream],
    *,
    calendar: DayCalendar,
    start: date | None,
    people: bool,
) -> Blueprint:
    known = {lane.pk for lane in lanes}
    milestones = []
    for item in items:
        said = {name: _plain(item[_COLUMNS.get(name, name)]) for name in KEPT}
        said |= {name: _away(item[field], start, calendar) for name, field in DATES.items()}
        said |= {
            "id": ids[item["pk"]],
            "lane": f"lane {item['workstream_id']}" if item["workstream_id"] in known else None,
            "parent": ids.get(item["parent_id"]),
            "owner": item["owner_id"] if people and item["owner__is_active"] else None,
        }
        milestones.append({name: value for name, value in said.items() if value not in (None, "", [])})
    return {"milestones": milestones, "lanes": [_lane(lane, people) for lane in lanes], "links": []}


def _lane(lane: Workstream, people: bool) -> dict[str, Any]:
    said = {"id": f"lane {lane.pk}", "key": lane.key, "name": lane.name, "team": lane.team.name if lane.team else None}
    return {**said, "lead": lane.lead_id} if people else said


def _links(rows: QuerySet[Dependency], ids: dict[int, str], *, rest: bool = False) -> list[dict[str, Any]]:
    """Active links between these milestones; with `rest` also those that lead out, to the key of the other end.

    One that is set aside is a question somebody has to answer there, not here.
    """
    ends = [(end, f"{end}_id", f"{end}__key", f"{end}__status") for end in ("predecessor", "successor")]
    columns = [name for _end, *names in ends for name in names]
    found = []
    for row in rows.filter(set_aside="").order_by("pk").values(*columns, *KEPT_OF_LINKS):
        outside = [rest and row[status] != MilestoneStatus.CANCELLED for _end, _pk, _key, status in ends]
        names = [
            ids.get(row[pk]) or (row[key] if out else "") for (_end, pk, key, _status), out in zip(ends, outside, strict=True)
        ]
        if all(names):
            said = {name: _plain(row[name]) for name in KEPT_OF_LINKS if row[name] not in (None, "")}
            found.append({"from": names[0], "to": names[1], **said})
    return found


def _plain(value: Any) -> Any:
    """A value that JSON keeps."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value


def _exceptions(program: Program) -> list[list[Any]]:
    rows = CalendarException.objects.filter(program=program).order_by("day")
    return [[day.isoformat(), working, name] for day, working, name in rows.values_list("day", "working", "name")]


def templates_for(person: Person) -> QuerySet[Template]:
    """The saved templates this person may start from: their own, and those saved for everybody."""
    rows = Template.objects.select_related("by").order_by("name", "pk")
    return rows if person.is_admin else rows.filter(Q(shared=True) | Q(by=person))
