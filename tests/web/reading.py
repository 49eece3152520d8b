"""Programs to read about: planned, analysed, with blockers, risks and a history."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from programs.actions import analysis
from programs.models import Blocker, DailyAnalysis, Milestone, Program, Risk
from tests import cast


def analysed(program: Program) -> Program:
    """Compute the program's answers, as the worker would."""
    analysis.recompute(program_id=program.pk, at=cast.NINE, force=True)
    program.refresh_from_db()
    return program


def atlas(program: Program, **fields: Any) -> dict[str, Milestone]:
    """Pentest, evidence and launch, the first blocked, late for a target three weeks away; a shorter path beside it."""
    made = cast.sketch("pentest(8)! > evidence(6) > launch(2); api(3) > launch", program)
    for name, facts in {"pentest": {"name": "Penetration test passed"}, "launch": {"name": "Launch"}}.items():
        Milestone.objects.filter(pk=made[name].pk).update(owner=program.owner, **facts)
    Milestone.objects.filter(pk=made["api"].pk).update(
        said="on_track", status="in_progress", said_on=cast.MONDAY - timedelta(days=20)
    )
    Program.objects.filter(pk=program.pk).update(
        **{"target_date": cast.MONDAY + timedelta(days=14), "finish_milestone": made["launch"], **fields}
    )
    Blocker.objects.create(
        program=program,
        milestone=made["pentest"],
        number=31,
        title="Vendor cannot reach the vault",
        waiting_on="Firewall change",
        raised_on=cast.MONDAY - timedelta(days=9),
        expected_clear=cast.MONDAY + timedelta(days=4),
    )
    Risk.objects.create(program=program, number=17, title="Sale freeze overlaps launch", probability=4, impact=4)
    program.refresh_from_db()
    analysed(program)
    return made


def remember(program: Program, *, days_ago: int, finish_days: int, health: str = "at_risk") -> DailyAnalysis:
    """A stored day of the past: the forecast was `finish_days` after Monday."""
    return DailyAnalysis.objects.create(
        program=program,
        day=cast.MONDAY - timedelta(days=days_ago),
        finish=cast.MONDAY + timedelta(days=finish_days),
        target=program.target_date,
        health=health,
    )


def words(response: Any) -> str:
    """The text of a page, without its tags and line breaks."""
    import html
    import re

    body = response.content.decode()
    main = body[body.find("<main") : body.find("</main>")] if "<main" in body else body
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", main).split()))
