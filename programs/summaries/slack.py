"""What is said in Slack: blocks within its limits, as plain data.

Slack reads `&`, `<` and `>` as markup, so all three are escaped in whatever people typed; a section holds 3,000 characters.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

SECTION = 3_000
BLOCKS = 50
CUT = "…"


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


def only_to_you(lines: Sequence[str]) -> dict[str, Any]:
    """An answer that only whoever typed the command sees: one block a line, escaped already."""
    shown = [section(line) for line in lines[:BLOCKS] if line]
    return {"response_type": "ephemeral", "text": _cut("\n".join(lines)), "blocks": shown}


def section(text: str) -> dict[str, Any]:
    """One block of text."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": _cut(text)}}


def _cut(text: str) -> str:
    """As much as fits; an escape or a link is not cut in half."""
    if len(text) <= SECTION:
        return text
    kept = text[: SECTION - 1]
    for opens, closes in (("&", ";"), ("<", ">")):
        start = kept.rfind(opens)
        if start > kept.rfind(closes):
            kept = kept[:start]
    return kept + CUT
