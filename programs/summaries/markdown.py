"""A summary as Markdown, to paste into a wiki: headings, lists and links, and nothing that was typed is markup."""

from __future__ import annotations

from programs.summaries.lines import sentence
from programs.summaries.report import plainly
from programs.summaries.summary import Line, Section, Summary
from programs.summaries.words import gettext as _


def markdown(summary: Summary, *, base: str) -> str:
    """The whole issue; `base` is the product's address."""
    head = plainly(sentence(f"{summary.state}: {summary.headline}"))
    blocks = [f"# {plainly(summary.title)}", plainly(summary.period), f"**{head}** {plainly(summary.lead)}".strip()]
    blocks += [f"*{plainly(said)}*" for said in (summary.signed, summary.as_of) if said]
    blocks.append("\n".join(f"- {plainly(figure.label)}: {plainly(figure.value)}" for figure in summary.figures))
    if summary.path:
        blocks.append(f"{plainly(_('Critical path'))}: {plainly(summary.path)}")
    blocks += [_section(section, base) for section in summary.sections]
    blocks += [f"[{plainly(summary.open_label)}]({base}{summary.open_path})", plainly(summary.footnote)]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _section(section: Section, base: str) -> str:
    rows = [f"## {plainly(section.title)}", "", *(_row(row, base) for row in section.lines)]
    return "\n".join([*rows, *([f"- {plainly(section.more)}"] if section.more else [])])


def _row(row: Line, base: str) -> str:
    """- [Vendor cannot reach the vault](…) (+3 days). Two banks cannot be billed. Eli, open 9 days."""
    title = f"[{plainly(row.title)}]({base}{row.path})" if row.path else plainly(row.title)
    said = plainly(sentence(row.so_what, row.note))
    figure = f" {plainly(f'({row.figure})')}" if row.figure else ""
    return f"- {title}{figure}{f'. {said}' if said else ''}"
