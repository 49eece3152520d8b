"""Keep what each program hangs on beside its stored analysis: worked out by the queue, never by a save or a page.

A row is of one revision of one program. The tick finds those that are behind; running twice or in parallel is safe, for an
older answer never takes the place of a newer one.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db import transaction

from programs.graph.fragility import Fragility, Holder, Point, Web, ends, fragile, web_of
from programs.models import OPEN_STATUSES, Analysis, FragilePoints, Milestone, Program, Timing
from programs.queries.freshness import fragility_behind
from programs.queries.snapshots import cluster, network, today_in

if TYPE_CHECKING:
    from datetime import datetime

MOST = 12  # points of each kind
LISTED = 60  # milestones named with each
TARGETS = 5  # ends of the plan, beside its finish


def find(*, program_id: int, at: datetime) -> bool:
    """Work out and store one program's fragile points; False when they stand already, or nothing is analysed yet."""
    if program_id not in fragility_behind():
        return False
    program = Program.objects.get(pk=program_id)
    answer = Analysis.objects.get(program=program)
    web = _web(program, answer, at=at)
    return _store(program, answer, web, fragile(web, most=MOST, listed=LISTED), at=at)


def find_behind(*, at: datetime) -> int:
    """The sweep: everything that is behind. Returns how many programs were."""
    return sum(find(program_id=program_id, at=at) for program_id in fragility_behind())


def _web(program: Program, answer: Analysis, *, at: datetime) -> Web:
    snapshot = network(cluster([program.pk]), as_of=today_in(program, at)).snapshot
    tight = Timing.objects.filter(program=program, critical=True) | Timing.objects.filter(program=program, near_critical=True)
    pressing = tight.values_list("milestone_id", flat=True)
    finish = [pk for pk in (program.finish_milestone_id or answer.finish_milestone_id,) if pk]
    web = web_of(snapshot, program=program.pk, targets=finish, holders=_holders(program), pressing=pressing)
    others = (one for one in ends(web, TARGETS) if one not in web.targets)
    return Web(web.work, web.links, (*web.targets, *others), web.holders, web.counted, web.pressing)


def _holders(program: Program) -> list[Holder]:
    """Who holds unfinished work of the program: owners, teams, and what lies outside. One query."""
    work: dict[tuple[str, int], list[int]] = defaultdict(list)
    rows = Milestone.objects.filter(program=program, status__in=OPEN_STATUSES).order_by("pk")
    for pk, owner, team, lane_team, external in rows.values_list(
        *("pk", "owner_id", "team_id", "workstream__team_id", "external")
    ):
        if external:
            work["external", pk].append(pk)
            continue
        if owner:
            work["person", owner].append(pk)
        if team or lane_team:
            work["team", team or lane_team].append(pk)
    return [Holder(kind, one, tuple(held)) for (kind, one), held in work.items()]


@transaction.atomic(durable=True)
def _store(program: Program, answer: Analysis, web: Web, found: Fragility, *, at: datetime) -> bool:
    row = {
        "revision": answer.revision,
        "as_of": answer.as_of,
        "computed_at": at,
        "counted": found.counted,
        "pressing": found.pressing,
        "targets": list(web.targets),
        "points": {kind: [_kept(point) for point in points] for kind, points in found.points.items()},
    }
    _stored, made = FragilePoints.objects.get_or_create(program=program, defaults=row)
    return made or bool(FragilePoints.objects.filter(program=program, revision__lte=answer.revision).update(**row))


def _kept(point: Point) -> dict[str, Any]:
    return {
        "id": point.id,
        "strands": point.strands,
        "stranded": list(point.stranded),
        "targets": list(point.targets),
        "only_way": sorted(point.only_way.items()),
        "parts": point.parts,
        "pressing": point.pressing,
        "work": point.work,
    }
