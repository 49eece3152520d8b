"""The opening paragraphs people wrote for coming summaries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from programs.models import Opening
from programs.summaries import facts, slots


def standing(programs: Iterable[int], *, at: datetime) -> dict[int, facts.Opening]:
    """What was written for these programs and still counts. One query."""
    rows = Opening.objects.filter(program__in=programs, until__gt=at, written_at__lte=at).exclude(text="")
    return {row.program_id: _fact(row) for row in rows.select_related("author", "program")}


def _fact(row: Opening) -> facts.Opening:
    kept: Mapping[str, Any] = row.facts if isinstance(row.facts, dict) else {}
    assert row.written_at is not None
    return facts.Opening(
        text=row.text,
        by=row.author.name if row.author else "",
        on=row.written_at.astimezone(slots.zone(row.program.time_zone)).date(),
        finish=_day(kept.get("finish")),
        target=_day(kept.get("target")),
        health=str(kept.get("health") or ""),
        blockers=tuple(str(key) for key in kept.get("blockers", ())),
    )


def _day(value: object) -> date | None:
    return date.fromisoformat(str(value)) if value else None
