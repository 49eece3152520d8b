"""A whole plan as one packed value in the database: where a process starts that has none in memory.

Written with every whole answer and never changed afterwards, so it costs a save nothing: whoever reads it solves it as it was
at its revision and follows what was saved since (`touches`), as any plan in memory does. It holds what engine and rules read.
Its digest covers the revisions and the shape of the classes it was packed from: what does not fit is not looked at.
"""

from __future__ import annotations

import json
import logging
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import date, datetime
from enum import Enum
from hashlib import blake2b
from operator import attrgetter
from typing import Any, get_args, get_type_hints

from programs.flags.types import Edge, Impediment, Item, Scene
from programs.graph.types import Activity, Analysis, Link, Obstacle, Snapshot
from programs.models import PackedPlan
from programs.queries.scenes import staged
from programs.queries.snapshots import Network, cluster, framed, today_in

log = logging.getLogger("longpole.packing")

_KINDS: tuple[type[Any], ...] = (Activity, Link, Obstacle, Item, Edge, Impediment)
_NAMES = {kind: [field.name for field in fields(kind)] for kind in _KINDS}
_SHAPE = json.dumps([[kind.__name__, str(get_type_hints(kind))] for kind in _KINDS])


def keep(net: Network, stage: Mapping[int, Scene]) -> None:
    """Write the plan of these revisions, instead of an older one."""
    data = _pack(net, next(iter(stage.values())), {pk: each.impediments for pk, each in stage.items()})
    revisions = {str(pk): revision for pk, revision in net.revisions.items()}
    lead, as_of = min(net.programs), net.snapshot.as_of
    row = PackedPlan(program_id=lead, revisions=revisions, as_of=as_of, milestones=len(net.snapshot.activities), data=data)
    row.digest = _digest(row)
    columns = ["revisions", "as_of", "milestones", "digest", "data"]
    PackedPlan.objects.bulk_create([row], update_conflicts=True, unique_fields=["program"], update_fields=columns)


def load(program_id: int, *, at: datetime, most: int) -> tuple[Network, dict[int, Scene]] | None:
    """The plan that holds a program, as it was when it was kept; None when there is none that can be followed to today."""
    group = cluster([program_id])
    row = PackedPlan.objects.filter(pk=min(group), milestones__lte=most).first()
    if row is None or {int(pk) for pk in row.revisions} != group or row.digest != _digest(row):
        return None
    programs, frames = framed(group, as_of=row.as_of)
    if programs.keys() != group or any(today_in(each, at) != row.as_of for each in programs.values()):
        return None
    try:
        activities, links, obstacles, items, edges, impediments = _unpack(bytes(row.data))
    except (zlib.error, ValueError, TypeError, KeyError, IndexError) as why:
        log.warning("The packed plan of program %s cannot be read and will be made anew: %s", program_id, why)
        return None
    revisions = {int(pk): revision for pk, revision in row.revisions.items()}
    net = Network(Snapshot(row.as_of, frames, activities, links, obstacles), programs, revisions)
    own: dict[int, list[int]] = {pk: [] for pk in group}
    for each in activities:
        own[each.frame].append(each.id)
    return net, staged(net, Analysis(row.as_of, {}, {}), {one.id: one for one in items}, own, edges, impediments, {})


def _digest(row: PackedPlan) -> str:
    head = json.dumps([_SHAPE, row.program_id, row.revisions, row.as_of.isoformat(), row.milestones], sort_keys=True)
    return blake2b(head.encode() + bytes(row.data), digest_size=32).hexdigest()


def _pack(net: Network, scene: Scene, impediments: Mapping[int, Iterable[Impediment]]) -> bytes:
    snapshot = net.snapshot
    parts = [snapshot.activities, snapshot.links, snapshot.obstacles, scene.items.values(), scene.edges]
    tables = [_rows(kind, part) for kind, part in zip(_KINDS, parts, strict=False)]
    tables.append([(pk, *row) for pk, each in impediments.items() for row in _rows(Impediment, each)])
    return zlib.compress(json.dumps(tables, default=date.isoformat, separators=(",", ":")).encode(), 1)


def _rows(kind: type[Any], found: Iterable[Any]) -> list[tuple[Any, ...]]:
    values = attrgetter(*_NAMES[kind])
    return [values(one) for one in found]


def _unpack(data: bytes) -> tuple[Any, ...]:
    *tables, stopped = json.loads(zlib.decompress(data))
    made = [tuple(_made(kind, table)) for kind, table in zip(_KINDS, tables, strict=False)]
    impediments: dict[int, list[Impediment]] = {}
    for (pk, *_), one in zip(stopped, _made(Impediment, [row[1:] for row in stopped]), strict=True):
        impediments.setdefault(pk, []).append(one)
    return *made, impediments


def _made(kind: type[Any], table: list[list[Any]]) -> Iterator[Any]:
    readers = list(_readers(kind))
    for row in table:
        for n, read in readers:
            if row[n] is not None:
                row[n] = read(row[n])
        yield kind(*row)


def _readers(kind: type[Any]) -> Iterator[tuple[int, Callable[[Any], Any]]]:
    """How the columns are read that JSON has no words for."""
    hints = get_type_hints(kind)
    for n, name in enumerate(_NAMES[kind]):
        for hint in get_args(hints[name]) or (hints[name],):
            if hint is date:
                yield n, date.fromisoformat
            elif isinstance(hint, type) and issubclass(hint, Enum):
                yield n, {each.value: each for each in hint}.__getitem__
