"""What a reader was told, kept small, so that the next issue can say what changed since *their* last one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from programs.summaries.facts import Before, Program, Reader

OVERLAP = timedelta(minutes=10)  # events this young are read again next time: a slow transaction may still add older ones
MOST_TOLD = 500


def told(facts: Sequence[Program], reader: Reader) -> dict[str, object]:
    """The facts this issue tells, as stored on the subscription."""
    return {
        "at": reader.now.isoformat(),
        "on": reader.today.isoformat(),
        "events": [event for fact in facts for event in fact.told][-MOST_TOLD:],
        "programs": {
            str(fact.id): {
                "finish": fact.finish.isoformat() if fact.finish else "",
                "target": fact.target.isoformat() if fact.target else "",
                "days_late": fact.days_late,
                "health": fact.health,
            }
            for fact in facts
        },
    }


def before(stored: Mapping[str, Any], program: int) -> Before | None:
    """What was last told about one program; None when it never was, or the stored facts cannot be read."""
    on, row = _day(stored.get("on")), (stored.get("programs") or {}).get(str(program))
    if on is None or not isinstance(row, Mapping):
        return None
    days_late = row.get("days_late")
    return Before(
        on=on,
        finish=_day(row.get("finish")),
        target=_day(row.get("target")),
        days_late=days_late if isinstance(days_late, int | float) else None,
        health=str(row.get("health") or ""),
    )


def told_at(stored: Mapping[str, Any]) -> datetime | None:
    """When the reader was last told anything."""
    try:
        return datetime.fromisoformat(str(stored.get("at")))
    except ValueError:
        return None


def told_events(stored: Mapping[str, Any]) -> frozenset[int]:
    """Events already told, among those that are read again."""
    rows = stored.get("events")
    return frozenset(row for row in rows if isinstance(row, int)) if isinstance(rows, list) else frozenset()


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value)) if value else None
    except ValueError:
        return None
