"""A timeline on paper: which rows share a page, and the lines that page shows.

A browser cuts one tall drawing wherever a page ends, but moves a row that does not fit to the next one: from the second page on
lines and rows would drift apart. So a long timeline breaks at rows that are known here, and every page has its lines drawn anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from programs.maps.timeline import ROW

if TYPE_CHECKING:
    from collections.abc import Sequence

    from programs.web.timeline_picture import Path

HIGH = 700  # pixels of a landscape page between its margins: those of A4, which are fewer than those of Letter
HEAD = 140  # pixels the first page needs for the name of the program and the days along the top


class Sheet(NamedTuple):
    """The rows of one page, from the top of all rows, in pixels."""

    top: int
    height: int
    links: list[Path]


def sheets(rows: int, fit: int, links: Sequence[Path]) -> dict[int, Sheet]:
    """By the number of their first row: the pages of so many rows, printed at `fit` per cent. Nothing when one page is enough."""
    each = HIGH * 100 // (ROW * fit)
    first = max(1, (HIGH - HEAD) * 100 // (ROW * fit))
    if rows <= first:
        return {}
    drawn = [link for link in links if {"c", "on"} & set(link.css.split())]
    ends = [*range(first, rows, each), rows]
    return {
        start: Sheet(start * ROW, (end - start) * ROW, [link for link in drawn if link.rows[0] < end and link.rows[1] >= start])
        for start, end in zip([0, *ends], ends, strict=False)
    }
