"""Send a crowd to an address and count: requests, errors, and what 95 of 100 answers stayed under."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

JOURNEY = Path(__file__).with_name("locustfile.py")


@dataclass(frozen=True)
class Figures:
    """One line: a kind of click. Times in milliseconds of wall time."""

    name: str
    requests: int
    errors: int
    p50: int
    p95: int


def share(times: dict[str, int], part: float) -> int:
    """What this share of the answers stayed under."""
    left = sum(times.values()) * part
    for took in sorted(times, key=float):
        left -= times[took]
        if left <= 0:
            return round(float(took))
    return 0


def together(times: list[dict[str, int]]) -> dict[str, int]:
    """All histograms as one."""
    found: dict[str, int] = {}
    for each in times:
        for took, many in each.items():
            found[took] = found.get(took, 0) + many
    return found


def drive(address: str, crowd: Path, *, people: int, seconds: int, think: float) -> list[Figures]:
    """Let them click; the last line is all of it. They arrive within a tenth of the time."""
    command = [
        *(sys.executable, "-m", "locust", "-f", str(JOURNEY), "--headless", "--host", address, "--json", "--loglevel", "WARNING"),
        *("--users", str(people), "--spawn-rate", str(max(1, people * 10 // seconds)), "--run-time", f"{seconds}s"),
    ]
    environment = {**os.environ, "CROWD": str(crowd), "THINK": str(think)}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=seconds + 120)
    if "[" not in done.stdout:
        raise RuntimeError(done.stderr)
    rows = json.loads(done.stdout[done.stdout.index("[") :])
    lines = [_figures(row["name"], [row]) for row in sorted(rows, key=lambda row: row["name"])]
    return [*lines, _figures("all", rows)]


def _figures(name: str, rows: list[dict]) -> Figures:  # type: ignore[type-arg]
    times = together([row["response_times"] for row in rows])
    requests, errors = (sum(row[field] for row in rows) for field in ("num_requests", "num_failures"))
    return Figures(name, requests, errors, share(times, 0.5), share(times, 0.95))
