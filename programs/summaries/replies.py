"""What is said back to somebody who answered by mail."""

from __future__ import annotations

from collections.abc import Sequence

from programs.summaries.letters import Item, Letter
from programs.summaries.words import gettext as _
from programs.summaries.words import line


def understood(told: Sequence[tuple[str, str]], *, subject: str) -> Letter:
    """One sentence for each thing that was done, or was not, with the page behind it."""
    bare = subject.strip()
    while bare[:3].lower() in {"re:", "aw:"}:
        bare = bare[3:].strip()
    return Letter(
        subject=f"Re: {line(bare, 140)}",
        preheader=told[0][0],
        title=_("This is what was understood"),
        lead="",
        items=tuple(Item("", "", "mu", line(said, 400), path, "", ()) for said, path in told),
        more="",
        how=_("Not what you meant? Answer again, or take it back under Recent changes within a day."),
        why=_("You get this because you answered by mail."),
    )
