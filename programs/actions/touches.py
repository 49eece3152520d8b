"""What each revision touched, for processes that keep a plan in memory; see `models.Touch`."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from django.db import connection

from programs.actions import writing
from programs.actions.touched import PLAN, Touched
from programs.models import Touch
from programs.queries import statements
from programs.queries.prepared import Prepared

KEPT = 500  # revisions a process may be behind and still follow
MOST = 20_000  # milestones one answer may rewrite before the others look at everything

_RAISE = "UPDATE programs_program SET revision = revision + 1 WHERE id IN"
_NOTE = 'INSERT INTO programs_touch (program_id, revision, "rows", whole, wrote) SELECT id, revision, %s, %s, NULL FROM'
_TELL = "RETURNING program_id, revision"
_BETWEEN = Prepared(
    lambda k: Touch.objects.filter(program=k[0], revision__gt=k[1], revision__lte=k[2]).values_list(
        "program_id", "revision", "rows", "whole", "wrote"
    )
)


@dataclass
class Since:
    """What happened between two states of some programs. `wrote`: rewritten by whoever answered meanwhile."""

    rows: dict[str, set[int]] = field(default_factory=lambda: {table: set() for table in PLAN})
    wrote: set[int] = field(default_factory=set)


def noted(programs: Collection[int], found: Touched) -> dict[int, int]:
    """Raise the revision of programs and keep what it touched; SQLite takes two statements for it."""
    if not programs:
        return {}
    keys = sorted(programs)
    marks = ", ".join(["%s"] * len(keys))
    news = [json.dumps(found.named()), found.everything]
    with statements.cursor() as cursor:
        if connection.vendor == "postgresql":
            raised = f"WITH raised AS ({_RAISE} ({marks}) RETURNING id, revision) {_NOTE} raised {_TELL}"
            cursor.execute(raised, statements.given([*keys, *news]))
        else:
            cursor.execute(f"{_RAISE} ({marks})", keys)
            cursor.execute(f"{_NOTE} programs_program WHERE id IN ({marks}) {_TELL}", [*news, *keys])
        return dict(cursor.fetchall())


def answered(program_id: int, revision: int, wrote: Iterable[int], *, again: bool = True) -> None:
    """Note which timings were rewritten for the answer at this revision, `again` if it may have been answered before."""
    ids = set(wrote)
    if again:
        for earlier in Touch.objects.filter(program=program_id, revision=revision).values_list("wrote", flat=True):
            ids.update(earlier or ())
    news: dict[str, object] = {"whole": True} if len(ids) > MOST else {"wrote": sorted(ids)}
    writing.put(Touch, {"program_id": program_id, "revision": revision}, news)
    if revision % 50 == 0:
        Touch.objects.filter(program=program_id, revision__lt=revision - KEPT).delete()


def since(known: Mapping[int, int], now: Mapping[int, tuple[int, int]]) -> Since | None:
    """What happened to programs from the `known` revisions to `now` (revision, analysed); None when that cannot be told."""
    found, rows = Since(), []
    for pk, (revision, _) in now.items():
        if revision != known[pk]:
            rows += _BETWEEN.ask(pk, known[pk], revision)
    if len(rows) != sum(revision - known[pk] for pk, (revision, _) in now.items()) or any(row[3] for row in rows):
        return None
    answers = {(pk, revision): wrote for pk, revision, _, _, wrote in rows if wrote is not None}
    if any(known[pk] > analysed or (analysed > known[pk] and (pk, analysed) not in answers) for pk, (_, analysed) in now.items()):
        return None
    for wrote in answers.values():
        found.wrote.update(wrote)
    for _, _, touched, _, _ in rows:
        for table, ids in touched.items():
            found.rows[table].update(ids)
    return found
