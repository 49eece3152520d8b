"""A small plan for the doors: Atlas with three milestones in a row, a blocker, a risk and links."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from programs.actions import analysis, blockers, dependencies, milestones, risks
from programs.models import Blocker, Dependency, Milestone, Person, Program, Risk
from tests import cast

AT = cast.NINE
DAY = timedelta(days=1)


@dataclass
class Plan:
    """Atlas: design → build → launch. Eli owns build, which is blocked; launch ends the program."""

    program: Program
    design: Milestone
    build: Milestone
    launch: Milestone
    blocker: Blocker
    risk: Risk
    link: Dependency


def plan(program: Program, *, tess: Person, eli: Person) -> Plan:
    """Make the plan with the product's own actions, and analyse it."""
    lane = program.workstreams.get()
    by = {"by": tess, "at": AT}

    def add(name: str, **fields: Any) -> Milestone:
        return milestones.create(program=program, name=name, workstream=lane, **by, **fields)

    design = add("Design agreed", owner=tess, duration_days=5)
    build = add("Build finished", owner=eli, duration_days=10, baseline_date=cast.MONDAY + 11 * DAY)
    launch = add("Launch", owner=tess, duration_days=0, target_date=cast.MONDAY + 21 * DAY)
    link = dependencies.link(predecessor=design, successor=build, **by)
    dependencies.link(predecessor=build, successor=launch, **by)
    blocker = blockers.block(
        milestone=build,
        title="No test bench",
        waiting_on="the lab",
        owner=eli,
        expected_clear=cast.MONDAY + 3 * DAY,
        by=eli,
        at=AT,
    )
    risk = risks.create(program=program, title="The lab moves house", probability=4, impact=4, milestone=build, owner=eli, **by)
    Program.objects.filter(pk=program.pk).update(finish_milestone=launch, target_date=cast.MONDAY + 18 * DAY)
    analysis.recompute(program_id=program.pk, at=AT)
    program.refresh_from_db()
    for row in (design, build, launch, blocker, risk, link):
        row.refresh_from_db()
    return Plan(program, design, build, launch, blocker, risk, link)


def elsewhere(owner: Person, *, name: str = "Zephyr", milestone: str = "Secret codename") -> Milestone:
    """A milestone in a program nobody of Atlas belongs to."""
    other = cast.program(name, tpm=owner)
    return milestones.create(program=other, name=milestone, by=owner, at=AT, duration_days=3)
