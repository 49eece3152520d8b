"""The baselines of a program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from programs.models import Baseline

if TYPE_CHECKING:
    from programs.models import Program


def of_program(program: Program) -> list[tuple[Baseline, int]]:
    """Each with how many dates it holds, the newest first. One query."""
    rows = Baseline.objects.filter(program=program).select_related("by").order_by("-taken_at", "-pk")
    return [(row, len(row.dates)) for row in rows]
