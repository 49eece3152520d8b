"""What is said in Slack, or in a chat that takes the same: blocks within its limits, as plain data.

Slack reads `&`, `<` and `>` as markup, so all three are escaped in whatever people typed. A section holds 3,000 characters, a
header 150, a message 50 blocks and about 13,200 characters in all. `text` says the same without blocks, for chats that know none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from programs.summaries.letters import Item, Letter
from programs.summaries.report import Report
from programs.summaries.summary import Line, Section, Summary
from programs.summaries.words import gettext as _

SECTION = 3_000
HEADER = 150
BLOCKS = 50
MESSAGE = 13_000
FIELDS = 10
CUT = "…"

Block = dict[str, Any]


def escaped(text: str) -> str:
    """Text that mentions nobody and links nowhere, whatever was typed.

    >>> escaped("<!channel> R&D")
    '&lt;!channel&gt; R&amp;D'
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def link(address: str, label: str) -> str:
    """An address with its label, which may hold anything.

    >>> link("https://longpole.example/p/atlas/m/SEC-1", "SEC-1 | <Vault>")
    '<https://longpole.example/p/atlas/m/SEC-1|SEC-1 ¦ &lt;Vault&gt;>'
    """
    return f"<{address}|{escaped(label).replace('|', '¦')}>"


def only_to_you(lines: Sequence[str]) -> Block:
    """An answer that only whoever typed the command sees: one block a line, escaped already."""
    shown = [section(line) for line in lines[:BLOCKS] if line]
    return {"response_type": "ephemeral", "text": _cut("\n".join(lines)), "blocks": shown}


def letter(one: Letter, *, base: str) -> Block:
    """A letter of a few items: a nudge, or what somebody is told. Its links lead to pages that ask who is there."""
    foot = [escaped(one.why), link(base + one.home, one.home_label or _("My work"))]
    foot += [link(one.manage, _("Change how often"))] if one.manage else []
    body = [section(escaped(one.lead))] if one.lead else []
    return _message(one.title, body + [section(_item(item, base)) for item in one.items], foot, more=one.more)


def summary(one: Summary, *, base: str, manage: str) -> Block:
    """One issue of a status summary."""
    said = f"{one.mark} *{escaped(one.state)}* {escaped(one.headline)}."
    rest = [escaped(each) for each in (one.lead, one.as_of) if each]
    body = [section("\n".join([said, *rest]))]
    if one.figures:
        fields = [_words(f"*{escaped(each.label)}*\n{escaped(each.value)}", 2_000) for each in one.figures[:FIELDS]]
        body.append({"type": "section", "fields": fields})
    if one.path:
        body.append(section(f"*{_('Critical path')}*\n{escaped(one.path)}"))
    body += [block for part in one.sections for block in _part(part, base)]
    foot = [escaped(one.why), link(manage, one.how_often), escaped(one.footnote)]
    return _message(one.subject, body, foot, opens=link(base + one.open_path, one.open_label))


def report(one: Report, *, address: str, why: str, manage: str) -> Block:
    """A status update somebody sends."""
    body = [section(f"{one.mark} *{escaped(one.state)}*, {escaped(one.program)}, {escaped(one.day)}")]
    for part in one.parts:
        bullet = "" if part.id == "summary" else "• "
        body += _packed([f"*{escaped(part.title)}*", *(bullet + escaped(each) for each in part.lines)])
    return _message(
        one.headline, body, [escaped(why), link(manage, _("Change how often"))], opens=link(address, _("Read it here"))
    )


def _message(title: str, body: Sequence[Block], foot: Sequence[str], *, more: str = "", opens: str = "") -> Block:
    """A whole message: what does not fit is left out and said to be, and how to stop it is always in it."""
    closing = [section(opens)] if opens else []
    closing.append({"type": "context", "elements": [_words(" · ".join(foot), SECTION)]})
    left = MESSAGE - HEADER - sum(map(_length, closing)) - 200  # room for the sentence that says what is missing
    shown: list[Block] = []
    for block in body:
        left -= _length(block)
        if left < 0 or len(shown) + len(closing) + 2 >= BLOCKS:
            more = _("The rest does not fit here.")
            break
        shown.append(block)
    shown += [section(escaped(more))] if more else []
    said = [f"*{escaped(title)}*", *(_text(block) for block in shown), opens, foot[0]]
    header = {"type": "header", "text": {"type": "plain_text", "text": _cut(escaped(title), HEADER)}}
    return {"text": _cut("\n".join(each for each in said if each)), "blocks": [header, *shown, *closing]}


def _item(item: Item, base: str) -> str:
    """One thing with its answers as links in a row."""
    mark = f"{item.mark} " if item.mark else ""
    state = f"{item.state}." if item.state else ""
    rows = [f"{mark}*{link(base + item.path, item.title)}*", " ".join(escaped(each) for each in (state, item.why) if each)]
    rows.append(" · ".join(link(base + answer.path, answer.label) for answer in item.answers))
    return "\n".join(row for row in rows if row)


def _part(part: Section, base: str) -> list[Block]:
    rows = [f"*{escaped(part.title)}*", *(_row(row, base) for row in part.lines)]
    return _packed([*rows, escaped(part.more)] if part.more else rows)


def _row(row: Line, base: str) -> str:
    title = link(base + row.path, row.title) if row.path else escaped(row.title)
    figure = f" ({escaped(row.figure)})" if row.figure else ""
    note = f"\n   {escaped(row.note)}" if row.note else ""
    return f"• {title}{figure}{note}"


def _packed(rows: Iterable[str]) -> list[Block]:
    """Lines in as few sections as hold them."""
    texts: list[str] = []
    for row in rows:
        if texts and len(texts[-1]) + len(row) < SECTION:
            texts[-1] += f"\n{row}"
        else:
            texts.append(row)
    return [section(text) for text in texts]


def _text(block: Block) -> str:
    """The words of a section."""
    return str(block["text"]["text"]) if "text" in block else "\n".join(str(one["text"]) for one in block["fields"])


def _length(block: Block) -> int:
    return sum(len(str(one["text"])) for one in (block.get("elements") or block.get("fields") or [block["text"]]))


def _words(text: str, limit: int) -> Block:
    return {"type": "mrkdwn", "text": _cut(text, limit)}


def section(text: str) -> Block:
    """One block of text."""
    return {"type": "section", "text": _words(text, SECTION)}


def _cut(text: str, limit: int = SECTION) -> str:
    """As much as fits; an escape or a link is not cut in half."""
    if len(text) <= limit:
        return text
    kept = text[: limit - 1]
    for opens, closes in (("&", ";"), ("<", ">")):
        start = kept.rfind(opens)
        if start > kept.rfind(closes):
            kept = kept[:start]
    return kept + CUT
