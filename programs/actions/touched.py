"""What the running action has touched: gathered from its notes, and read once when its answer is computed.

Kept per thread, as the connection is. What an action touched that was rolled back may stay here until the next one: reading a
row again that did not change does no harm.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from programs.models import Event


@dataclass
class Touched:
    """Ids of rows whose change may move dates, the programs they belong to, and when it happened."""

    at: datetime | None = None
    programs: set[int] = field(default_factory=set)


class _Here(threading.local):
    """One collection a thread."""

    def __init__(self) -> None:
        self.now = Touched()


_here = _Here()


def note(event: Event) -> None:
    """Gather what a note is about."""
    _here.now.at = event.at


def moved(program_ids: set[int]) -> None:
    """Gather the programs whose stored answer no longer fits."""
    _here.now.programs |= program_ids


def take() -> Touched:
    """What was gathered; from here on nothing is."""
    found, _here.now = _here.now, Touched()
    return found
