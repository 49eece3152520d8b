"""Ratios from one run: everything compared is timed in turns, round after round, and medians are divided.

The machine may be shared, so seconds mean nothing and no test asserts any; ratios of what ran side by side hold. Time is that of
the thread on the processor: what others do meanwhile does not count.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One line of the table. `goal` is met when measured >= goal (`at_least`) or <= goal; None: told, not judged."""

    what: str
    measured: float
    goal: float | None = None
    at_least: bool = True
    note: str = ""  # figures that are told beside it and not judged

    @property
    def met(self) -> bool:
        if self.goal is None:
            return True
        return self.measured >= self.goal if self.at_least else self.measured <= self.goal


def _once(work: Callable[[], object], times: int) -> float:
    gc.collect()
    gc.disable()
    begun = time.thread_time()
    for _ in range(times):
        work()
    spent = time.thread_time() - begun
    gc.enable()
    return spent / times


def side_by_side(
    works: Mapping[str, Callable[[], object]], rounds: int = 7, budget: float = 40.0, least: float = 0.004
) -> dict[str, float]:
    """The median time of each, taken in turns. Whatever is shorter than `least` seconds is repeated until it is not."""
    times: dict[str, int] = {}
    for name, work in works.items():
        work()
        times[name] = max(1, min(3000, int(least / max(_once(work, 1), 1e-7))))
    taken: dict[str, list[float]] = {name: [] for name in works}
    begun = time.perf_counter()
    for _ in range(rounds):
        for name, work in works.items():
            taken[name].append(_once(work, times[name]))
        if time.perf_counter() - begun > budget:
            break
    return {name: statistics.median(values) for name, values in taken.items()}
