"""A round of writing: what is due one after another, until the time is up. One that cannot be written never holds the others."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import TypeVar

log = logging.getLogger("longpole.mail")
Clock = Callable[[], datetime]
Due = TypeVar("Due")
LONGEST = timedelta(seconds=15)  # the rest follows in the next


def each(
    due: Iterable[Due],
    write: Callable[[Due, datetime], Mapping[str, int]],
    *,
    named: Callable[[Due], str],
    clock: Clock,
    longest: timedelta = LONGEST,
) -> Counter[str]:
    """Write each at its moment and count what happened; `named` says in the log which could not be written.

    "more" is counted when the time was up before everything was written.
    """
    happened: Counter[str] = Counter()
    start = clock()
    for one in due:
        at = clock()
        if at - start > longest:
            happened["more"] = 1
            break
        try:
            happened.update(write(one, at))
        except Exception:
            log.exception("%s could not be written", named(one))
            happened["error"] += 1
    return +happened
