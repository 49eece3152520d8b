"""`make calibrate`: do dates given as 80% sure hold in 80% of the cases? Replays recorded histories; exit code 1 when not.

`python -m tests.calibrate FOLDER…` replays bundles (folders, zips or JSON files); without one, the real programs in ../shared.
Each is imported into an empty database and read as the product reads it (`queries.slips.records`), so what is judged is what
an installation learns and says. What was dropped is left out, as no bundle says on which day it was.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
if __name__ == "__main__":
    django.setup()

from programs.actions import imports
from programs.graph.replay import WEEK, Record, Replay
from programs.graph.spread import Calibration, calibrate
from programs.intake import files
from programs.queries import slips
from tests.bench.ground import ground

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
OURS = ("kubernetes-enhancements", "python-releases")
SHOWN = (10, 20, 50, 80, 90, 95)
GOOD = (0.70, 0.90)  # of dates given as 80% sure


def records(path: Path) -> tuple[list[Record], date]:
    """The milestones of a bundle as an installation knows them once it is imported, and the day it is of."""
    at = datetime.now(UTC)
    prepared = imports.prepare(source=files.from_path(path, imports.limits()), by=None, at=at)
    imports.apply(prepared=prepared, by=None, at=at)
    found = slips.records(around=at.date())
    return found, prepared.bundle.manifest.as_of or max((one.done for one in found if one.done), default=date.min)


def judge(known: Iterable[Record], until: date, *, every: timedelta = WEEK) -> Calibration | None:
    """Replay, and compare with what happened."""
    return calibrate(Replay(known).claims(until, every=every))


def table(title: str, found: Calibration) -> str:
    """What is printed for one history."""
    lines = [
        f"{title}: {found.claims:,} forecasts of {found.items:,} milestones, one a week each; each milestone counts once",
        f"  {'given as':>8} {'held':>7} {'with 90% confidence':>20} {'of the day itself':>18} {'days shared':>12}",
    ]
    for row in found.table:
        if row.percent in SHOWN:
            interval = f"{row.low:.1%} to {row.high:.1%}"
            lines.append(f"  {row.percent:>7}% {row.held:>7.1%} {interval:>20} {row.whole:>18.1%} {row.shared:>12.1%}")
    lines.append(f"  error of the 50% date {found.error:.2f} days (later than said by {found.bias:+.2f})")
    lines.append(f"  the current target    {found.naive_error:.2f} days (later than said by {found.naive_bias:+.2f})")
    held = next(row for row in found.table if row.percent == 80)
    lines.append(
        f"  80% means {held.shared:.0%} ({_verdict(within(held.shared))}), nearer than the target: {_verdict(found.beats_naive)}"
    )
    return "\n".join(lines)


def within(share: float) -> bool:
    """Whether what was given as 80% sure held often enough, and not too often."""
    return GOOD[0] <= share <= GOOD[1]


def _verdict(good: bool) -> str:
    return "pass" if good else "MISSED"


def main(names: list[str]) -> int:
    """Replay, print, judge."""
    paths = [Path(name) for name in names] or [DATA / name for name in OURS]
    missed = 0
    for path in paths:
        if not path.exists():
            print(f"{path.name} is not replayed: there is no {path}.")
            missed += bool(names)
            continue
        begun = time.process_time()
        with ground():
            found = judge(*records(path))
        if found is None:
            print(f"{path.name}: no promise on record that was kept or broken.")
            continue
        print(table(path.name, found), f"  ({time.process_time() - begun:.0f} s of processor)", sep="\n", flush=True)
        held = next(row for row in found.table if row.percent == 80)
        missed += not (within(held.shared) and found.beats_naive)
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
