"""Many rows, some at a time: what fits into one statement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

Row = TypeVar("Row")


def parts(rows: Sequence[Row], size: int) -> Iterator[Sequence[Row]]:
    """These rows in order, at most `size` at once.

    >>> list(parts([1, 2, 3], 2))
    [[1, 2], [3]]
    """
    return (rows[start : start + size] for start in range(0, len(rows), size))
