"""A what-if draft on a real database, beside the obvious way: `python -m tests.bench.trying 2500`.

Runs in a process of its own (`tests.bench.goals.trying` starts it) and prints one line of JSON: medians of seconds of
processor time of the thread, and of the wall: `look` in a process that has not seen the plan, `kept` in one that has. The obvious
way reads the network and solves it anew for today, for each change and for all of them.
"""

# ruff: noqa: E402 - Django must be set up before its models are imported
from __future__ import annotations

import json
import os
import statistics
import sys
import time
from decimal import Decimal
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()


from programs.actions.drafting import changes, drafts
from programs.graph.diff import compare
from programs.graph.solution import solve
from programs.graph.trial import Trial
from programs.graph.ways_back import ways_back
from programs.graph.whatif import tried
from programs.models import Blocker, Dependency, Milestone, Person, PlanDraft, Program
from programs.queries import drafts as queries
from programs.queries import solved
from programs.queries.draft_ground import engine
from programs.queries.snapshots import cluster, network
from tests import cast
from tests.bench.ground import ground
from tests.bench.saved import AT, load
from tracker.run import memory


def made(program: Program, ids: list[int]) -> PlanDraft:
    """A draft with five changes: slips, less work, a dependency less, a blocker cleared."""
    by = program.owner
    assert by is not None
    rows = {pk: Milestone.objects.select_related("program").get(pk=pk) for pk in (ids[3], ids[40], ids[len(ids) // 2])}
    first, second, third = rows.values()
    who: dict[str, Any] = {"before": (), "by": by, "at": AT}
    link = Dependency.objects.select_related("predecessor", "successor").order_by("pk")[17]
    blocker = Blocker.objects.filter(program=program).select_related("program").order_by("pk").first()
    assert blocker is not None
    made = [
        changes.slip(milestone=first, days=7, forecast=None, **who),
        changes.slip(milestone=second, days=-1, forecast=None, **who),
        changes.work(milestone=third, days=Decimal(third.duration_days or 0) + 3, **who),
        changes.unlink(dependency=link),
        changes.clear(blocker=blocker, on=None, at=AT),
    ]
    return drafts.begin(program=program, name="Five changes", by=by, at=AT, changes=made)


def obvious(program: Program, draft: PlanDraft) -> dict[str, object]:
    """What a first version would do, on the same engine: everything anew for each question."""
    plan = network(cluster([program.pk]), as_of=cast.MONDAY).snapshot
    today = solve(plan)
    rows = list(draft.changes.order_by("place", "pk"))
    alone = [solve(tried(plan, engine(row, program.pk))).finishes[program.pk].at for row in rows]
    together = solve(tried(plan, [one for row in rows for one in engine(row, program.pk)]))
    return {"alone": alone, "moves": compare(today, together), "finish": together.finishes[program.pk].at}


def unseen(draft: PlanDraft, by: Person) -> queries.Look:
    """As a process does that looks at this plan for the first time."""
    solved.forget_all()
    return queries.look(draft, by=by, at=AT)


def measure(n: int, rounds: int) -> dict[str, float]:
    """Medians of seconds; both ways agree on what moves, or nothing is told."""
    program, ids = load(n, "Atlas")
    draft = made(program, ids)
    assert program.owner is not None
    look = queries.look(draft, by=program.owner, at=AT)
    theirs = obvious(program, draft)
    moves = {one.item: one.days for one in theirs["moves"] if one.before.forecast != one.after.forecast}  # type: ignore[attr-defined]
    assert look.count == len(moves)
    assert all(moves[one.move.item] == one.move.days for one in look.moved)
    taken: dict[str, list[float]] = {}
    memory.settle()  # as a server does that has loaded its pages
    for _ in range(rounds):
        for name, work in (
            ("look", lambda: unseen(draft, program.owner)),  # type: ignore[arg-type]
            ("kept", lambda: queries.look(draft, by=program.owner, at=AT)),  # type: ignore[arg-type]
            ("obvious", lambda: obvious(program, draft)),
        ):
            wall, own = time.perf_counter(), time.thread_time()
            work()
            taken.setdefault(name, []).append(time.thread_time() - own)
            taken.setdefault(f"{name}_wall", []).append(time.perf_counter() - wall)
    snapshot = network(cluster([program.pk]), as_of=cast.MONDAY).snapshot
    own = time.thread_time()
    solve(snapshot)
    taken["solve"] = [time.thread_time() - own]
    own = time.thread_time()
    found = ways_back(Trial(snapshot), program.pk, soft=set(Dependency.objects.values_list("pk", flat=True)))
    taken["search"] = [time.thread_time() - own]
    taken["tried"] = [float(found.tried if found else 0)]
    return {name: statistics.median(values) for name, values in taken.items()}


def main() -> None:
    """Measure one size on the database of DATABASE_URL."""
    with ground():
        print(json.dumps(measure(int(sys.argv[1]), rounds=9)))


if __name__ == "__main__":
    main()
