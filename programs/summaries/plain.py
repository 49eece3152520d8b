"""A summary as plain text, written for a mail window of 72 columns."""

from __future__ import annotations

import textwrap

from programs.summaries.summary import Line, Section, Summary
from programs.summaries.words import gettext as _

WIDTH = 72
SHORT = 12  # characters of a figure that still fits into a column


def text(summary: Summary, *, base: str, manage: str, stop: str, read: str = "") -> str:
    """The whole mail as text. `base` is the product's address; the others are whole addresses."""
    parts = [_head(summary), _figures(summary)]
    if summary.path:
        parts.append(_paragraph(_("Critical path"), summary.path))
    parts += [_section(section) for section in summary.sections]
    parts.append(f"{summary.open_label}: {base}{summary.open_path}")
    closing = "\n".join(
        [
            "-- ",
            *textwrap.wrap(summary.why, WIDTH),
            *([f"{_('Read it in the browser, or copy it')}: {read}"] if read else []),
            f"{summary.how_often}: {manage}",
            f"{summary.stop}: {stop}",
            summary.footnote,
        ]
    )
    return "\n\n".join(part for part in parts if part) + "\n\n" + closing + "\n"


def _head(summary: Summary) -> str:
    """Name and period at the two ends of a line, then the state in words."""
    name, room = summary.title.upper(), WIDTH - len(summary.title) - len(summary.period)
    first = f"{name}{' ' * room}{summary.period}" if room >= 2 else f"{name}\n{summary.period}"
    state, _comma, shift = summary.state.partition(", ")
    said = f"[{state.upper()}] {summary.headline}." + (f" {shift[:1].upper()}{shift[1:]}." if shift else "")
    paragraphs = [_wrap(said), _wrap(summary.lead), _wrap(summary.signed), _wrap(summary.as_of)]
    return first + "\n\n" + "\n".join(part for part in paragraphs if part)


def _figures(summary: Summary) -> str:
    wide = max((len(figure.label) for figure in summary.figures), default=0)
    return "\n".join(f"  {figure.label.ljust(wide)}  {figure.value}" for figure in summary.figures)


def _paragraph(title: str, body: str) -> str:
    return title.upper() + "\n" + _wrap(body, "  ", "  ")


def _section(section: Section) -> str:
    """Short figures stand in a column of their own on the left; longer ones, or a lone one, follow the words."""
    figures = [row.figure for row in section.lines if row.figure]
    wide = max((len(figure) for figure in figures), default=0)
    column = wide if wide <= SHORT and len(figures) * 2 > len(section.lines) else 0
    rows = [section.title.upper(), *(_row(row, column) for row in section.lines)]
    if section.more:
        rows.append(f"  {section.more}")
    return "\n".join(rows)


def _row(row: Line, column: int) -> str:
    """What, then the note under it, a little further in."""
    title = row.title if column or not row.figure else f"{row.title} ({row.figure})"
    indent = " " * (column + 4)
    lead = f"  {row.figure.rjust(column)}  " if column else "  "
    return "\n".join(
        part for part in (_wrap(title, lead, indent), _wrap(row.so_what, indent, indent), _wrap(row.note, indent, indent)) if part
    )


def _wrap(body: str, lead: str = "", indent: str = "") -> str:
    if not body:
        return ""
    return textwrap.fill(body, WIDTH, initial_indent=lead, subsequent_indent=indent, break_on_hyphens=False)
