"""English for every reason: one template per code, one plain sentence each. The web translates the same templates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from programs.graph.types import Why

TEMPLATES: dict[str, str] = {
    # why it starts when it does
    "done": "Finished on {date}.",
    "done_undated": "Finished; nobody wrote the day, so {date} is taken.",
    "undated": "Nothing dates it: no date of its own, no duration, nothing dated before it.",
    "link_fs": "Starts {date} because {by} finishes on {on}.",
    "link_ss": "Starts {date} because {by} starts on {on}.",
    "link_ff": "Starts {date} so that it ends no earlier than {by}, which finishes on {on}.",
    "link_sf": "Starts {date} so that it ends no earlier than {by} starts on {on}.",
    "point_link_fs": "Falls on {date} because {by} finishes on {on}.",
    "point_link_ss": "Falls on {date} because {by} starts on {on}.",
    "point_link_ff": "Falls on {date} because {by} finishes on {on}.",
    "point_link_sf": "Falls on {date} because {by} starts on {on}.",
    "links": "Starts {date}; {names} all hold it until then.",
    "point_links": "Falls on {date}; {names} all hold it until then.",
    "link_fs_gap": "Starts {date}: {by} finishes on {on}, and nobody works in between.",
    "links_same": "Starts {date}; {by} holds it until then in more than one way.",
    "point_links_same": "Falls on {date}; {by} holds it until then in more than one way.",
    "blocker": "Waits until its blocker clears on {clear}.",
    "decision": "Waits for decision {decision}, due on {clear}.",
    "own_date": "Stands on its own date, {date}; everything it waits for is expected by then.",
    "overdue": "Its own date, {date}, has passed, so it can be reached on {as_of} at the earliest.",
    "planned_start": "Starts {date}, its planned start.",
    "constraint_start_no_earlier": "Starts {date}, no earlier than its constraint allows.",
    "constraint_must_start": "Starts {date}, the day it must start.",
    "constraint_must_finish": "Starts {date}, just in time for the day it must finish.",
    "as_late_as_possible": "Starts {date}, as late as possible without delaying anything.",
    "program_start": "Starts {date}, when {program} starts.",
    "remaining": "Its remaining {days} continue on {date}, the next working day.",
    "can_start": "Can start on {date}, the next working day; nothing holds it.",
    "ready": "Everything it waits for is reached, so it can be reached on {as_of}.",
    # why it is or is not critical
    "finished": "Finished, so it holds nothing up.",
    "undated_critical": "Not critical as far as anyone can tell: nothing dates it.",
    "critical_finish": "Critical: it ends {program}; each day here moves the finish.",
    "critical_direct": "Critical: {finish} waits for it; each day here moves {finish}.",
    "critical_through": "Critical: {finish} waits for it, through {via}; each day here moves {finish}.",
    "critical_calendar": "Critical: it drives {finish}, although the calendars leave {days} before {finish} moves.",
    "late_before": "Critical: {days} later than {by} can wait.",
    "late_finish": "Critical: {days} too late for {program}.",
    "no_float_before": "Critical: no float left before {by} needs it.",
    "no_float_finish": "Critical: no float left before the finish of {program}.",
    "critical_deadline": "Critical: no float left before the deadline of {deadline}.",
    "critical_deadline_own": "Critical: no float left before its own deadline.",
    "late_for_deadline": "Critical: {days} too late for the deadline of {deadline}.",
    "late_for_deadline_own": "Critical: {days} too late for its own deadline.",
    "float_before": "Not critical: {days} of float before {by} needs it.",
    "float_finish": "Not critical: {days} of float before the finish of {program} moves.",
    "float_deadline": "Not critical: {days} of float before the deadline of {deadline}.",
    "float_deadline_own": "Not critical: {days} of float before its own deadline.",
    "nothing_waits": "Not critical: the finish of {program} does not wait for it.",
    "target_itself": "It is {finish} itself.",
    "not_before": "Not critical: {finish} does not wait for it.",
    # what it would take
    "becomes_critical": "A slip of {days} makes it critical; any more moves the finish.",
    "saves": "Up to {days} can be saved here, and all of it brings {finish} forward.",
    "saves_until": "Up to {days} can be saved here; after that, work starting with {by} decides {finish}.",
    "nothing_to_save": "Doing this faster does not bring {finish} forward.",
}

LAGS = {
    "lag": "{lag} after",
    "lead": "{lag} before",
    "lag_cd": "{elapsed} after",
    "lead_cd": "{elapsed} before",
}
LAGGED = {
    "link_fs": "Starts {date}, %s {by} finishes on {on}.",
    "link_ss": "Starts {date}, %s {by} starts on {on}.",
    "link_ff": "Starts {date} so that it ends %s {by}, which finishes on {on}.",
    "link_sf": "Starts {date} so that it ends %s {by} starts on {on}.",
    "point_link_fs": "Falls on {date}, %s {by} finishes on {on}.",
    "point_link_ss": "Falls on {date}, %s {by} starts on {on}.",
    "point_link_ff": "Falls on {date}, %s {by} finishes on {on}.",
    "point_link_sf": "Falls on {date}, %s {by} starts on {on}.",
}
TEMPLATES |= {f"{code}_{kind}": text % words for code, text in LAGGED.items() for kind, words in LAGS.items()}


def say(why: Why, day: Callable[[date], str] | None = None) -> str:
    """Return the reason as one English sentence; `day` words dates (ISO when not given).

    >>> say(Why("float_before", {"days": 6.0, "by": "App"}))
    'Not critical: 6 working days of float before App needs it.'
    """
    worded = {key: word(key, value, day or date.isoformat) for key, value in why.params.items()}
    return TEMPLATES[why.code].format(**worded)


def word(key: str, value: Any, day: Callable[[date], str]) -> str:
    """One parameter as English."""
    if isinstance(value, date):
        return day(value)
    if key in ("days", "lag") and value is not None:
        return working_days(value)
    if key == "elapsed" and value is not None:
        return calendar_days(value)
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, dict):
        return listed(value["names"], value["more"])
    return "" if value is None else str(value)


def stored_day(value: Any) -> date | None:
    """The day a parameter means, also where it was stored as text; None for anything else.

    >>> stored_day("2027-03-05"), stored_day("App")
    (datetime.date(2027, 3, 5), None)
    """
    if isinstance(value, date):
        return value
    if isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-":
        try:
            return date.fromisoformat(value)
        except ValueError:
            return None
    return None


def working_days(value: float) -> str:
    """
    >>> working_days(1), working_days(2.5), working_days(-3)
    ('1 working day', '2.5 working days', '-3 working days')
    """
    number = f"{round(value, 2):g}"
    return f"{number} working day" if number == "1" else f"{number} working days"


def calendar_days(value: float) -> str:
    """
    >>> calendar_days(1), calendar_days(3)
    ('1 calendar day', '3 calendar days')
    """
    return working_days(value).replace("working", "calendar")


def listed(names: list[str], more: int = 0) -> str:
    """
    >>> listed(["API"]), listed(["API", "App"]), listed(["API", "App", "Web"], 2)
    ('API', 'API and App', 'API, App, Web and 2 more')
    """
    if not names:
        return ""
    if more:
        return ", ".join(names) + f" and {more} more"
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
