"""manifest.json: what the bundle is called, on which day it was true, and what a day means in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from programs.intake import text as texts
from programs.intake.findings import Finding, Level, Unreadable, shown
from programs.intake.values import Unusable, read_date

WEEKDAYS = {name: number for number, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), start=1)}
UNITS = {"calendar": "cd", "working": "wd"}


@dataclass(frozen=True, slots=True)
class Manifest:
    """What holds for every row. `calendar` has only what the manifest sets: weekdays, holidays, time_zone."""

    name: str
    title: str = ""
    as_of: date | None = None
    day_unit: str = "wd"
    says_unit: bool = False
    calendar: dict[str, Any] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)  # Longpole's own: owner text -> name
    guarded: bool = False  # Longpole's own: texts like formulas carry an apostrophe


class _Reader:
    """Takes values out of the manifest and remarks on the ones it cannot use."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data
        self.findings: list[Finding] = []

    def remark(self, code: str, key: str, value: object = "", level: Level = Level.CHECK, **params: Any) -> None:
        self.findings.append(Finding(code, "manifest", None, key, shown(value), level, params=params))

    def take(self, key: str, usable: Callable[[Any], Any], *, expected: bool = False) -> Any:
        """The value of a key, or None; `usable` raises for what it cannot read."""
        value = self.data.get(key)
        if value in (None, ""):
            if expected:
                self.remark("manifest_missing", key)
            return None
        try:
            return usable(value)
        except (Unusable, ValueError, TypeError, KeyError, OSError):
            self.remark("manifest_value", key, value, Level.FIX)
            return None


def read(data: Any, label: str) -> tuple[Manifest, list[Finding]]:
    """The manifest and what is odd about it. `label` is the name of the file, used when nothing else names the bundle.

    Raises Unreadable when it says that the bundle is of another format or version.
    """
    if data is None:
        return Manifest(name=label), [Finding("no_manifest", "manifest", value=label, params={"name": label})]
    if not isinstance(data, dict):
        raise Unreadable.because("not_an_object", "manifest", name="manifest.json")
    _refuse_others(data)
    reader = _Reader(data)
    for key in ("format", "version"):
        reader.take(key, str, expected=True)
    name = reader.take("name", _name)
    if not name:
        reader.remark("manifest_name", "name", data.get("name", ""), name=label)
    unit = reader.take("day_unit", lambda value: UNITS[value], expected=True)
    calendar = reader.take("calendar", _object) or {}
    inside = _Reader(calendar)
    found = {
        "weekdays": inside.take("working_weekdays", _weekdays),
        "holidays": inside.take("holidays", _holidays),
        "time_zone": inside.take("timezone", _time_zone),
    }
    manifest = Manifest(
        name=name or label,
        title=reader.take("title", _line) or "",
        as_of=reader.take("as_of", lambda value: read_date(_text(value))[0], expected=True),
        day_unit=unit or "wd",
        says_unit=bool(unit),
        calendar={key: value for key, value in found.items() if value is not None},
        counts=reader.take("counts", _counts) or {},
        people=reader.take("x_people", _people) or {},
        guarded=data.get("x_guarded") is True,
    )
    return manifest, reader.findings + inside.findings


def _refuse_others(data: dict[str, Any]) -> None:
    if data.get("format") not in (None, "", "program-bundle"):
        raise Unreadable.because("format", "manifest", column="format", value=shown(data["format"]))
    if str(data.get("version") or "1").strip() not in {"1", "1.0"}:
        raise Unreadable.because("version", "manifest", column="version", value=shown(data["version"]))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _line(value: Any) -> str:
    return texts.on_one_line(texts.without_control(_text(value))).strip()[:300]


def _name(value: Any) -> str:
    name = texts.opaque_id(_text(value)).strip()
    if not texts.is_visible(name):
        raise ValueError
    return name


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError
    return value


def _weekdays(value: Any) -> list[int]:
    """ISO numbers (1 is Monday) or names."""
    days = value.split(";") if isinstance(value, str) else value
    found = {each if type(each) is int else WEEKDAYS.get(_text(each).strip().lower()[:3]) or int(each) for each in days}
    if not found or not found <= set(range(1, 8)):
        raise ValueError
    return sorted(found)


def _holidays(value: Any) -> list[tuple[str, str]]:
    """Dates, or objects with a date and a name."""
    days = value.split(";") if isinstance(value, str) else value
    found: dict[str, str] = {}
    for each in days:
        day = each["date"] if isinstance(each, dict) else each
        found[read_date(_text(day))[0].isoformat()] = _line(each.get("name", "")) if isinstance(each, dict) else ""
    return sorted(found.items())


def _time_zone(value: Any) -> str:
    return ZoneInfo(_text(value)).key


def _counts(value: Any) -> dict[str, int]:
    return {str(table): rows for table, rows in _object(value).items() if type(rows) is int}


def _people(value: Any) -> dict[str, str]:
    return {_text(each["id"]): _line(each["name"])[:200] for each in value}
