"""`make bench`: every goal of the engine measured, one table; exit code 1 when one is missed.

`python -m tests.bench slips growth` measures some.
"""

from __future__ import annotations

import os
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

from programs.graph.fast import compiled
from tests.bench import pages
from tests.bench.clock import Row
from tests.bench.goals import GOALS
from tests.bench.peer import available


def line(row: Row) -> str:
    """One line: what, goal, measured, whether it is met."""
    goal = "" if row.goal is None else f"{'≥' if row.at_least else '≤'} {row.goal:,g}"
    verdict = "" if row.goal is None else "pass" if row.met else "MISSED"
    measured = f"{row.measured:,.0f}" if row.measured >= 100 else f"{row.measured:.2f}"
    return f"{row.what:<72}{goal:>10}{measured:>12}  {verdict:<8}{row.note}".rstrip()


def main(names: list[str]) -> int:
    """Measure, print, judge."""
    if not compiled.load():
        print("numba is not installed, so nothing is compiled: python -m pip install 'longpole[fast]'")
        return 1
    if not available():
        print("MPXJ is not measured: it wants a Java machine and `pip install mpxj`.")
    print(f"{'what':<72}{'goal':>10}{'measured':>12}", flush=True)
    missed = 0
    for goal in (*GOALS, pages.rows):
        if not names or goal.__name__ in names:
            for row in goal():
                print(line(row), flush=True)
                missed += not row.met
    print(f"{missed} missed" if missed else "every goal met")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
