"""Bundles with damage: every answer is a plan or a refusal, nothing is half saved, and the active graph never has a loop."""

import json
import os
import random

import networkx as nx
import pytest

from programs.intake.findings import Unreadable
from programs.models import Blocker, Dependency, Milestone, Program, Risk, StatusUpdate, Workstream
from tests.imports.bundles import apply, prepare

NASTY = [
    "",
    " ",
    "\x00",
    "a\x00b",
    "2026-02-30",
    "0000-00-00",
    "31/12/26",
    "03/04/2026",
    "9999-12-31",
    "45000",
    "five",
    "-1",
    "101",
    "1e9",
    "NaN",
    "1.5e308",
    "50%",
    "1,5",
    "true",
    "=HYPERLINK(1)",
    "@SUM",
    "-2+3",
    "\t=1",
    "x" * 600,
    "y" * 30_000,
    "\ud800",
    "\u202e",
    "\u200b",
    "a\nb",
    "ünïcødé / with # and ~",
    "../../etc/passwd",
    "KEP-1",
    "PEP-573",
    "<script>",
    None,
    5,
    5.5,
    True,
    [1, 2],
    {"a": 1},
    [],
    -0.0,
    2**40,
    "javascript:alert(1)",
    "https://example.org/x",
    "role:",
    "team:",
    "team:lang",
    "done",
    "Done",
    "blocked",
    "FS",
    "loop",
    "wd",
]


def damaged(data: dict, chance: random.Random) -> dict:
    """The bundle with some of everything that goes wrong."""
    data = json.loads(json.dumps(data))
    tables = [name for name in data if name != "manifest"]
    for _ in range(chance.randrange(1, 60)):
        table = chance.choice(tables)
        rows = data[table]
        if not isinstance(rows, list) or not rows:
            continue
        row = chance.choice(rows)
        what = chance.random()
        if not isinstance(row, dict):
            continue
        if what < 0.5 and row:
            row[chance.choice(list(row))] = chance.choice(NASTY)
        elif what < 0.6 and row:
            row.pop(chance.choice(list(row)))
        elif what < 0.7:
            rows.append(json.loads(json.dumps(row)))
        elif what < 0.75:
            rows.remove(row)
        elif what < 0.8:
            row[chance.choice(["surprise", "due_date", "parent_id", "constraint", "x_key", "x_number", "x_set_aside"])] = (
                chance.choice(NASTY)
            )
        elif what < 0.85:
            rows.insert(0, chance.choice(NASTY))
        elif what < 0.95 and table == "dependencies":
            other = chance.choice(rows)
            if isinstance(other, dict):
                row["predecessor_id"], row["successor_id"] = other.get("successor_id"), other.get("predecessor_id")
        elif table == "milestones":
            other = chance.choice(rows)
            if isinstance(other, dict):
                row["parent_id"] = other.get("id")
    for table in list(tables):
        if chance.random() < 0.04:
            del data[table]
    if chance.random() < 0.3:
        data["manifest"][chance.choice(list(data["manifest"]))] = chance.choice(NASTY)
    return data


def active_graph() -> nx.DiGraph:
    graph = nx.DiGraph()
    rows = Dependency.objects.filter(set_aside="", relation__in=("requires", "blocks"))
    graph.add_edges_from(rows.values_list("predecessor", "successor"))
    return graph


def rows_here() -> list[int]:
    return [model.objects.count() for model in (Program, Workstream, Milestone, Dependency, Risk, Blocker, StatusUpdate)]


@pytest.mark.parametrize("seed", range(int(os.environ.get("DAMAGE_FROM", "0")), int(os.environ.get("DAMAGE_TO", "12"))))
def test_a_damaged_bundle_is_imported_with_findings_or_refused_whole(seed, db, shared):
    chance = random.Random(seed)
    name = chance.choice(["python-releases", "rust-goals-2024-2025"])
    data = damaged(json.loads((shared / "data" / name / "bundle.json").read_text()), chance)
    before = rows_here()
    try:
        run = apply(json.dumps(data).encode("utf-8", "surrogatepass") if chance.random() < 0.5 else json.dumps(data).encode())
    except Unreadable as refused:
        refusal = refused
    else:
        refusal = None
    if refusal:
        assert all(each.reason for each in refusal.problems)
        assert rows_here() == before
        return
    tables = {table: rows for table, rows in data.items() if table != "manifest" and isinstance(rows, list)}
    read = sum(map(len, tables.values()))
    assert run.report["rows"] + run.report["left_out"] == read
    created = run.report["created"]
    assert sum(created.values()) >= run.report["rows"]
    assert nx.is_directed_acyclic_graph(active_graph())
    for each in Milestone.objects.order_by("?")[:20]:
        each.full_clean(exclude=["labels"])
    for each in [*Program.objects.all(), *Workstream.objects.all(), *Risk.objects.all(), *Blocker.objects.all()]:
        assert each.full_clean() is None, vars(each)
    again = prepare(json.dumps(data).encode())
    assert not again.plan.changes, [
        (w.table, w.id, w.before, w.step) for r in again.plan.wants.values() for w in r if w.step != "same"
    ][:5]
