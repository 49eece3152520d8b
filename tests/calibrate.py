"""`make calibrate`: do dates given as 80% sure hold in 80% of the cases? Replays recorded histories; exit code 1 when not.

`python -m tests.calibrate FOLDER…` replays bundles (folders, zips or JSON files); without one, the real programs in ../shared.
A milestone is replayed if its first promise is on record: a baseline date, or a change of its target. It is known from its own
start on, else its parent's, else its program's. What was dropped is left out, as no bundle says on which day it was.

Judged as well, in one line that fails nothing: the plainer learning that installations feed their forecasts with (`AsInstalled`).
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from programs.graph.days import working_days
from programs.graph.replay import WEEK, Record, Replay, dates
from programs.graph.spread import Calibration, Claim, Learning, Slip, calibrate
from programs.intake import files, reading
from programs.intake.limits import Limits
from programs.intake.values import Unusable, read_date

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
OURS = ("kubernetes-enhancements", "python-releases")
SHOWN = (10, 20, 50, 80, 90, 95)
GOOD = (0.70, 0.90)  # of dates given as 80% sure
DROPPED = {"cancelled", "deferred"}


def records(bundle: reading.Bundle) -> list[Record]:
    """The milestones of a bundle that promised something, with every promise on record."""
    rows = {row.id: row.values for row in bundle.rows["milestones"]}
    programs = {row.id: row.values for row in bundle.rows["programs"]}
    changes: dict[str, list[tuple[date, dict[str, Any]]]] = defaultdict(list)
    for change in bundle.rows.get("history", ()):
        if change.values.get("changed_on"):
            changes[change.values["milestone"]].append((change.values["changed_on"], change.values))
    found = []
    for number, (ident, row) in enumerate(rows.items(), 1):
        if row.get("status") in DROPPED:
            continue
        moves = [(day, each) for day, each in sorted(changes[ident], key=lambda pair: pair[0]) if _tells(each, programs)]
        first = row.get("baseline_date") or (_target(moves[0][1].get("old"), programs) if moves else None)
        known = _known(row, rows, programs)
        if first is None or known is None:
            continue
        promises = [(known, first), *((max(known, day), _target(each.get("new"), programs)) for day, each in moves)]
        found.append(Record(number, tuple(promises), row.get("actual_date"), row.get("team") or "", row.get("kind") or ""))
    return found


def _known(row: dict[str, Any], rows: dict[str, dict[str, Any]], programs: dict[str, dict[str, Any]]) -> date | None:
    """The day a milestone was planned at the latest, as far as a bundle tells."""
    for one in (row, rows.get(row.get("parent") or ""), programs.get(row.get("program") or "")):
        if one and (begun := one.get("start_date")):
            return begun if isinstance(begun, date) else None
    return None


def _tells(change: dict[str, Any], programs: dict[str, Any]) -> bool:
    """Whether a change is one of the target: by its field, or because it names the program that delivers."""
    field = str(change.get("field") or "")
    return "due" in field or "target" in field or str(change.get("new") or "") in programs


def _target(value: Any, programs: dict[str, dict[str, Any]]) -> date | None:
    named = programs.get(str(value or ""))
    return named.get("target_date") if named else _day(value)


def _day(value: Any) -> date | None:
    try:
        return read_date(str(value or ""))[0]
    except Unusable:
        return None


class AsInstalled(Replay):
    """The same past, learned from as `queries.slips` does: finished work alone, from its first promise on, all lengths alike."""

    def claims(self, until: date, *, every: timedelta = WEEK) -> Iterator[Claim]:
        """What would have been said on every day, as far as it is decided by the day of judging."""
        on = min((record.known for record in self.records), default=until)
        while on < until:
            learning = Learning.of(slip for record in self.records if (slip := self._finished(record, on)))
            for record in self.records:
                target = record.target(on)
                if target is None or not record.open(on):
                    continue
                given = dates(learning.spread(team=record.team, kind=record.kind), target, on, self.calendar)
                done = record.done if record.done and record.done <= until else None
                if done is not None or given[max(given)] < until:
                    yield Claim(given, target, done, record.id)
            on += every

    def _finished(self, record: Record, on: date) -> Slip | None:
        look, promised = record.promises[0]
        if promised is None or record.done is None or not look < record.done <= on:
            return None
        planned, took = working_days(look, promised, self.calendar), working_days(look, record.done, self.calendar)
        return Slip(planned, took, record.team, record.kind)


def judge(
    known: Iterable[Record], until: date, *, every: timedelta = WEEK, replayed: type[Replay] = Replay
) -> Calibration | None:
    """Replay, and compare with what happened."""
    return calibrate(replayed(known).claims(until, every=every))


def table(title: str, found: Calibration) -> str:
    """What is printed for one history."""
    lines = [
        f"{title}: {found.claims:,} forecasts of {found.items:,} milestones, one a week each; each milestone counts once",
        f"  {'given as':>8} {'held':>7} {'with 90% confidence':>20} {'days shared':>12}",
    ]
    for row in found.table:
        if row.percent in SHOWN:
            interval = f"{row.low:.1%} to {row.high:.1%}"
            lines.append(f"  {row.percent:>7}% {row.held:>7.1%} {interval:>20} {row.shared:>12.1%}")
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
        bundle = reading.read(files.from_path(path, Limits()), Limits())
        known = records(bundle)
        until = bundle.manifest.as_of or max((one.done for one in known if one.done), default=date.min)
        found = judge(known, until)
        if found is None:
            print(f"{path.name}: no promise on record that was kept or broken.")
            continue
        print(table(path.name, found), f"  ({time.process_time() - begun:.0f} s of processor)", sep="\n", flush=True)
        if plain := judge(known, until, replayed=AsInstalled):
            share = next(row.shared for row in plain.table if row.percent == 80)
            print(
                f"  as installations learn today: 80% means {share:.0%}, error of the 50% date {plain.error:.2f} days", flush=True
            )
        held = next(row for row in found.table if row.percent == 80)
        missed += not (within(held.shared) and found.beats_naive)
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
