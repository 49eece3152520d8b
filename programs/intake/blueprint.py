"""A plan without its days: workstreams, milestones and links, every date as working days from a start.

A copy of a program, a saved template and a template that comes with Longpole are all this. Laid out from a start it becomes a
bundle, and the plan and the writer of an import take it from there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from programs.intake.manifest import Manifest
from programs.intake.reading import Bundle, Row

Blueprint = dict[str, Any]  # name, description, target, finish, lanes, milestones, links and what a program sets
DATES = {"start": "start_date", "target": "target_date", "constraint_day": "constraint_date"}
NUMBERS = ("duration_days", "lag_days")
KEPT = (
    *("name", "description", "kind", "kind_raw", "team", "external", "priority", "labels", "url", "constraint"),
    *("duration_days", "duration_unit"),
)
KEPT_OF_LINKS = ("type", "lag_days", "lag_unit", "strength", "relation", "relation_raw", "note")
KEPT_OF_PROGRAM = (
    "description",
    "url",
    "time_zone",
    "day_unit",
    "weekdays",
    "country",
    "subdivision",
    "thresholds",
    "exceptions",
)


def lay_out(plan: Blueprint, *, into: str, day: Callable[[int], date], program: Mapping[str, Any] | None = None) -> Bundle:
    """The rows of a blueprint, with every date so many working days from the start that `day` knows.

    `into` is the id of the program; `program` has its values when it is to be made. Owners are numbers of people.
    """
    made = Bundle(Manifest(name="", day_unit=plan.get("day_unit", "wd")))
    if program is not None:
        made.rows["programs"] = [Row("programs", 1, None, into, {**program, "finish_milestone": plan.get("finish")})]
    made.rows["workstreams"] = [
        Row("workstreams", number, None, lane["id"], _lane(lane, into)) for number, lane in enumerate(plan["lanes"], start=1)
    ]
    inside: list[Row] = []
    outside: list[Row] = []
    for number, item in enumerate(plan["milestones"], start=1):
        table = "x_externals" if item.get("external") else "milestones"
        (outside if item.get("external") else inside).append(Row(table, number, None, item["id"], _item(item, into, day)))
    made.rows["milestones"], made.rows["x_externals"] = inside, outside
    made.rows["dependencies"] = [
        Row("dependencies", number, None, f"link {number}", _link(link)) for number, link in enumerate(plan["links"], start=1)
    ]
    return made


def _lane(lane: Mapping[str, Any], into: str) -> dict[str, Any]:
    values = {"program": into, "name": lane["name"], "team": lane.get("team"), "owner": lane.get("lead")}
    return values | {name: lane[name] for name in ("key", "position") if lane.get(name) is not None}


def _item(item: Mapping[str, Any], into: str, day: Callable[[int], date]) -> dict[str, Any]:
    values = {name: _number(name, item[name]) for name in KEPT if item.get(name) not in (None, "")}
    values |= {"program": into, "workstream": item.get("lane"), "parent": item.get("parent"), "owner": item.get("owner")}
    for name, field in DATES.items():
        if item.get(name) is not None:
            values[field] = day(int(item[name]))
    return values


def _link(link: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: _number(name, link[name]) for name in KEPT_OF_LINKS if link.get(name) not in (None, "")}
    return {"relation": "requires", "type": "FS", **values, "predecessor": link["from"], "successor": link["to"]}


def _number(name: str, value: Any) -> Any:
    return Decimal(str(value)) if name in NUMBERS else value


def size(plan: Blueprint) -> dict[str, int]:
    """How much it holds."""
    return {"lanes": len(plan["lanes"]), "milestones": len(plan["milestones"]), "links": len(plan["links"])}
