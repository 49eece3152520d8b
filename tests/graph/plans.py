"""Small plans for the graph tests: one line draws a network, and the reference files become snapshots."""

from __future__ import annotations

import csv
import json
import re
from datetime import date
from functools import cache
from pathlib import Path

from programs.graph.types import Activity, Frame, Link, LinkType, Obstacle, Snapshot, State, Unit

SHARED = Path(__file__).resolve().parents[3] / "shared"
MONDAY = date(2027, 3, 1)  # the data date of drawn plans; work starts on Tuesday


def sketch(text: str, as_of: date = MONDAY, target: date | None = None, **changes: dict) -> Snapshot:
    """Draw a network: `a(3) > b(2), c(1) > d` are days of work and finish-to-start links.

    The last name of the first clause is the finish. A clause after `;` starts a new chain; `x >SS+2 y` gives type and lag.
    `changes` replaces fields of activities by name.
    """
    ids: dict[str, int] = {}
    days: dict[str, float] = {}
    links: list[Link] = []
    finish = 0
    for clause in text.split(";"):
        parts = re.split(r">\s*((?:FS|SS|FF|SF)?(?:[+-]\d+)?)(?=\s)", clause.strip())
        groups = [parts[0], *parts[2::2]]
        kinds = parts[1::2]
        before: list[int] = []
        for number, group in enumerate(groups):
            now = []
            for name, work in re.findall(r"([\w-]+)(?:\(([\d.]+)\))?", group):
                now.append(ids.setdefault(name, len(ids) + 1))
                if work:
                    days[name] = float(work)
            kind = kinds[number - 1] if number else ""
            link = LinkType(kind[:2]) if kind[:2].isalpha() and kind[:2] else LinkType.FS
            lag = float(re.sub("[A-Z]", "", kind) or 0)
            links += [Link(len(links) + 1 + n, a, b, link, lag) for n, (a, b) in enumerate((a, b) for a in before for b in now)]
            before = now
        finish = finish or before[-1]
    rows = {name: {"id": n, "frame": 1, "name": name, "key": name, "duration": days.get(name, 1.0)} for name, n in ids.items()}
    for name, fields in changes.items():
        rows[name] |= fields
    frame = Frame(1, "Plan", target=target, finish=finish)
    return Snapshot(as_of, (frame,), tuple(Activity(**row) for row in rows.values()), tuple(links))


def number(snapshot: Snapshot, name: str) -> int:
    """The id of an activity by name."""
    return next(a.id for a in snapshot.activities if a.name == name)


@cache
def demo() -> tuple[Snapshot, dict[str, int], dict]:
    """The demo program as a snapshot, its ids by key, and what it is expected to give; None of it if the file is absent."""
    data = json.loads((SHARED / "design" / "demo-data.json").read_text(encoding="utf-8"))
    day = date.fromisoformat
    ids = {row["id"]: n for n, row in enumerate(data["milestones"], 1)}
    activities, links = [], []
    for row in data["milestones"]:
        state = State.DONE if "done" in row else State.STARTED if "days_left" in row else State.OPEN
        activities.append(
            Activity(
                id=ids[row["id"]], frame=1, name=row["title"], key=row["id"], state=state, duration=row["baseline_days"],
                remaining=row.get("days_left"), actual=day(row["done"]) if "done" in row else None,
            )
        )  # fmt: skip
        for before in row["waits_for"]:
            links.append(Link(len(links) + 1, ids[before], ids[row["id"]]))
    program = data["program"]
    frame = Frame(1, program["name"], day(program["start"]), day(program["target"]), ids[program["finish"]])
    obstacles = tuple(Obstacle(int(b["id"][2:]), ids[b["milestone"]], day(b["expected_clear"])) for b in data["blockers"])
    return Snapshot(day(data["today"]), (frame,), tuple(activities), tuple(links), obstacles), ids, data["expected"]


STATES = {
    "done": State.DONE,
    "in_progress": State.STARTED,
    "blocked": State.STARTED,
    "cancelled": State.DROPPED,
    "deferred": State.DROPPED,
}


def bundle(name: str, copies: int = 1) -> Snapshot:
    """A data set of the bundle format as a snapshot, several times over for size."""
    folder = SHARED / "data" / name
    rows = _table(folder / "milestones.csv")
    ids = {row["id"]: n for n, row in enumerate(rows)}
    programs = {row["id"]: (n, row) for n, row in enumerate(_table(folder / "programs.csv"))}
    deps = [
        (ids[d["predecessor_id"]], ids[d["successor_id"]], d)
        for d in _table(folder / "dependencies.csv")
        if d["relation"] in ("requires", "blocks") and d["predecessor_id"] in ids and d["successor_id"] in ids
    ]
    blockers = [b for b in _table(folder / "blockers.csv") if b["milestone_id"] in ids]
    activities, links, frames, obstacles = [], [], [], []
    for copy in range(copies):
        base, frame_base = copy * len(rows) + 1, copy * len(programs) + 1
        for n, row in programs.values():
            frames.append(Frame(frame_base + n, row["name"], _day(row["start_date"]), _day(row["target_date"])))
        activities += [_milestone(row, base, ids, frame_base + programs[row["program_id"]][0]) for row in rows]
        for a, b, row in deps:
            unit = Unit(row["lag_unit"] or "cd")
            links.append(
                Link(len(links) + 1, base + a, base + b, LinkType(row["type"] or "FS"), float(row["lag_days"] or 0), unit)
            )
        for row in blockers:
            obstacles.append(Obstacle(len(obstacles) + 1, base + ids[row["milestone_id"]], None))
    as_of = date.fromisoformat(json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["as_of"])
    return Snapshot(as_of, tuple(frames), tuple(activities), tuple(links), tuple(obstacles))


def _milestone(row: dict[str, str], base: int, ids: dict[str, int], frame: int) -> Activity:
    return Activity(
        id=base + ids[row["id"]], frame=frame, name=row["name"], key=row["id"], state=STATES.get(row["status"], State.OPEN),
        parent=base + ids[row["parent_id"]] if row["parent_id"] else None, start=_day(row["start_date"]),
        baseline=_day(row["baseline_date"]), target=_day(row["due_date"]), expected=_day(row["forecast_date"]),
        actual=_day(row["actual_date"]),
    )  # fmt: skip


def _table(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
