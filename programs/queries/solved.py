"""Networks read and solved for what-if drafts, kept in this process's memory until somebody changes the plan or the day is over.

Reading a plan of 2,500 milestones and solving it is four fifths of what looking at a draft takes, and both are the same for every
draft and every look. What is kept is used only for the very revisions, programs, working times and day it was read at; a
draft is tried on it and taken back (`graph.trial`), so it stays what it was.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from programs.graph.trial import Trial
from programs.graph.types import Frame
from programs.models import Program
from programs.queries.snapshots import Network, cluster, framed, network

MOST_ITEMS = 20_000  # milestones of all networks kept in one process

_kept: OrderedDict[frozenset[int], Solved] = OrderedDict()
_keeping = threading.Lock()


@dataclass(slots=True)
class Solved:
    """One network, and once somebody asked for it the same solved, to try changes on."""

    net: Network
    _trial: Trial | None = None
    _solving: threading.Lock = field(default_factory=threading.Lock)

    @property
    def trial(self) -> Trial:
        """Solved at the first call, and again after a change that could not be taken back."""
        with self._solving:
            if self._trial is None or self._trial.spent:
                self._trial = Trial(self.net.snapshot)
            return self._trial

    def fits(self, programs: Mapping[int, Program], frames: tuple[Frame, ...], as_of: date) -> bool:
        """Whether the plan is still what was read, by the programs as they are now."""
        revisions = {pk: program.revision for pk, program in programs.items()}
        return (self.net.revisions, self.net.snapshot.frames, self.net.snapshot.as_of) == (revisions, frames, as_of)


def solved(program: Program, *, as_of: date) -> tuple[Solved, dict[int, Program]]:
    """A program with everything it hangs together with, and the rows of the programs as they are now.

    Four queries where it is kept, three more where it is not. Whoever calls leaves it as it is.
    """
    group = frozenset(cluster([program.pk]))
    found = _kept.get(group)
    if found is not None:
        programs, frames = framed(group, as_of=as_of)
        if found.fits(programs, frames, as_of):
            _keep(group, found)
            return found, programs
    made = Solved(network(group, as_of=as_of))
    _keep(group, made)
    return made, made.net.programs


def _keep(group: frozenset[int], made: Solved) -> None:
    """Keep it as the one used last; those that were not used for longest go when there are too many."""
    with _keeping:
        for other in [each for each in _kept if each & group]:
            del _kept[other]
        _kept[group] = made
        while len(_kept) > 1 and sum(len(each.net.snapshot.activities) for each in _kept.values()) > MOST_ITEMS:
            _kept.popitem(last=False)


def forget_all() -> None:
    """Start from nothing, as a new process does."""
    with _keeping:
        _kept.clear()
