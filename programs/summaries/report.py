"""A status update as people write and send it: drafted from a summary, then text. One line is one point.

Page, both bodies of the mail and the Markdown to copy show the same `Report`.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from programs.summaries import words
from programs.summaries.lines import sentence
from programs.summaries.plain import WIDTH
from programs.summaries.summary import Line, Summary
from programs.summaries.words import gettext as _

# What each text is drafted from: a section of the summary. The lead stands above them.
SECTIONS = {"decisions": "decisions", "changed": "changes", "at_risk": "at-risk", "blockers": "blockers", "upcoming": "upcoming"}
_BULLET = re.compile(r"^\s*(?:[-*•–]|\d+[.)])\s+")
_MEANING = re.compile(r"([\\`*\[\]<>]|(?<![^\W_])_|_(?![^\W_]))")
_START = re.compile(r"^(#|\+|\d+(?=[.)]))")


@dataclass(frozen=True, slots=True)
class Part:
    """A heading with its points."""

    id: str
    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """One status update, ready to be shown."""

    program: str
    on: date
    author: str
    health: str
    headline: str
    parts: tuple[Part, ...]

    @property
    def mark(self) -> str:
        """The state as a character."""
        return words.mark(self.health)

    @property
    def state(self) -> str:
        """The state in words."""
        return words.health(self.health)

    @property
    def day(self) -> str:
        """The day, with its year."""
        return words.full_day(self.on)


def titles() -> dict[str, str]:
    """The heading of each text, in the order in which they are shown."""
    return {
        "summary": _("Where it stands"),
        "decisions": _("Decisions needed"),
        "blockers": _("Blockers"),
        "at_risk": _("At risk"),
        "changed": _("What changed"),
        "upcoming": _("Next two weeks"),
    }


def drafted(summary: Summary) -> dict[str, str]:
    """The texts a draft begins with, by name, and its headline: the facts, to be put in one's own words."""
    found = {
        "headline": summary.subject,
        "summary": "\n".join(filter(None, [sentence(summary.headline, summary.lead), summary.as_of])),
    }
    for name, section in SECTIONS.items():
        given = summary.section(section)
        found[name] = "\n".join([*map(point, given.lines), *([given.more] if given.more else [])]) if given else ""
    return found


def point(row: Line) -> str:
    """One fact as a line of text.

    >>> point(Line("Vendor cannot reach the vault", note="Eli. No clear date yet.", figure="+3 days"))
    'Vendor cannot reach the vault (+3 days). Eli. No clear date yet.'
    """
    title = f"{row.title} ({row.figure})" if row.figure else row.title
    return sentence(title, row.so_what, row.note) if row.note or row.so_what else title


def parts(texts: Mapping[str, str]) -> tuple[Part, ...]:
    """What was written, text by text; an empty one is left out."""
    return tuple(Part(name, title, found) for name, title in titles().items() if (found := tuple(points(texts.get(name, "")))))


def points(text: str) -> Iterable[str]:
    """The lines of a text without what stands for a bullet.

    >>> list(points("- One\\n\\n  * Two"))
    ['One', 'Two']
    """
    return (bare for each in text.splitlines() if (bare := _BULLET.sub("", each).strip()))


def markdown(report: Report, *, address: str) -> str:
    """The whole update as Markdown; what was typed reads as it was typed.

    >>> markdown(Report("Atlas", date(2027, 3, 3), "Tess", "", "Atlas: *late*", ()), address="https://x.test/u")
    '# Atlas: \\\\*late\\\\*\\n\\nWed 3 Mar 2027, Tess. No forecast yet.\\n\\n[Read it here](https://x.test/u)\\n'
    """
    blocks = [
        f"# {plainly(report.headline)}",
        plainly(f"{', '.join(filter(None, [report.day, report.author]))}. {report.state}."),
    ]
    for part in report.parts:
        bullet = "" if part.id == "summary" else "- "
        between = "\n" if bullet else "\n\n"
        blocks += [f"## {part.title}", between.join(bullet + plainly(each) for each in part.lines)]
    return "\n\n".join([*blocks, f"[{_('Read it here')}]({address})"]) + "\n"


def plainly(text: str) -> str:
    """Text in which nothing is Markdown.

    >>> plainly("[x](javascript:1) a_b _c_ 2. d"), plainly("1. e"), plainly("# f")
    ('\\\\[x\\\\](javascript:1) a_b \\\\_c\\\\_ 2. d', '1\\\\. e', '\\\\# f')
    """
    escaped = _MEANING.sub(r"\\\1", text)
    return re.sub(r"^(\d+)(?=[.)])", r"\1\\", escaped) if escaped[:1].isdigit() else _START.sub(r"\\\1", escaped)


def plain_text(report: Report, *, address: str, closing: Sequence[str]) -> str:
    """The mail as text, written for a window of 72 columns."""
    head = f"{report.program.upper()}\n{report.day}"
    said = f"[{report.state.upper()}] {report.headline}"
    blocks = [head, _wrap(said)]
    for part in report.parts:
        lead, indent = ("  ", "  ") if part.id == "summary" else ("  - ", "    ")
        blocks.append("\n".join([part.title.upper(), *(_wrap(each, lead, indent) for each in part.lines)]))
    blocks.append(f"{_('Read it here')}: {address}")
    return "\n\n".join([*blocks, "\n".join(["-- ", *(_wrap(each) for each in closing)])]) + "\n"


def _wrap(text: str, lead: str = "", indent: str = "") -> str:
    return textwrap.fill(
        text, WIDTH, initial_indent=lead, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False
    )
