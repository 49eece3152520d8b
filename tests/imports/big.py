"""A bundle of any size, always the same: chains of milestones in many workstreams, joined across programs.

`python -m tests.imports.big FOLDER [MILESTONES]` writes one to look at or to measure with.
"""

from __future__ import annotations

import csv
import json
import random
import sys
from datetime import date, timedelta
from pathlib import Path

START = date(2026, 1, 5)
LANES = 30
PROGRAMS = 5


def write(folder: Path, milestones: int = 15_000, *, seed: int = 7) -> Path:
    """Write the bundle: about two links per milestone, 200 owners, 20 teams, a tenth of the milestones inside others."""
    chance = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    manifest = {
        "format": "program-bundle",
        "version": "1",
        "name": f"big-{milestones}",
        "as_of": "2026-06-30",
        "day_unit": "working",
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    programs = [{"id": f"P{n}", "name": f"Program {n}", "status": "active", "owner": f"person-{n}"} for n in range(PROGRAMS)]
    lanes = [
        {
            "id": f"P{p}/W{n}",
            "program_id": f"P{p}",
            "name": f"Lane {chr(65 + n % 26)}{n} of program {p}",
            "team": f"team {n % 20}",
        }
        for p in range(PROGRAMS)
        for n in range(LANES // PROGRAMS)
    ]
    rows, links = [], []
    for n in range(milestones):
        lane = lanes[n % len(lanes)]
        due = START + timedelta(days=n // len(lanes))
        rows.append(
            {
                "id": f"M{n}",
                "program_id": lane["program_id"],
                "workstream_id": lane["id"],
                "parent_id": f"M{n - len(lanes)}" if n % 10 == 0 and n >= 300 else "",
                "name": f"Milestone {n}: {chance.choice(['design', 'build', 'review', 'launch'])} of part {n % 97}",
                "kind": "task",
                "owner": f"person-{chance.randrange(200)}",
                "team": lane["team"],
                "status": chance.choice(["not_started", "in_progress", "done"]),
                "due_date": due.isoformat(),
                "baseline_date": due.isoformat(),
                "duration_days": str(chance.randrange(1, 10)),
                "labels": "alpha;beta",
            }
        )
        if n >= len(lanes) and n % 10:
            links.append((f"M{n - len(lanes)}", f"M{n}"))
        if n > 100 and n % 10:
            links.append((f"M{chance.randrange(n - 100)}", f"M{n}"))
    links = [(one, two) for one, two in dict.fromkeys(links) if one != two]
    deps = [
        {"id": f"d{n}", "predecessor_id": one, "successor_id": two, "type": "FS", "relation": "requires"}
        for n, (one, two) in enumerate(links)
    ]
    for name, table in (("programs", programs), ("workstreams", lanes), ("milestones", rows), ("dependencies", deps)):
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, table[0].keys(), lineterminator="\n")
            writer.writeheader()
            writer.writerows(table)
    return folder


if __name__ == "__main__":
    print(write(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 15_000))
