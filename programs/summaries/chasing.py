"""One kind word to somebody who has not answered: what still waits, in one message."""

from __future__ import annotations

from collections.abc import Sequence

from programs.summaries.letters import Item, Letter
from programs.summaries.words import gettext as _
from programs.summaries.words import line, ngettext

SHOWN = 12


def reminder(items: Sequence[Item], *, stop: str, manage: str) -> Letter:
    """Write it. No blame: it may have been overlooked, and one word is enough."""
    count = len(items)
    title = ngettext("%(n)s thing still waits for a word", "%(n)s things still wait for a word", count) % {"n": count}
    return Letter(
        subject=f"{title}: {line(items[0].title, 60)}",
        preheader=_("It may have been overlooked. One answer takes a moment."),
        title=title,
        lead=_("It may have been overlooked. One answer takes a moment."),
        items=tuple(items[:SHOWN]),
        more=_("And %(n)s more on My work.") % {"n": count - SHOWN} if count > SHOWN else "",
        how=_("The links open a page with your answer filled in; nothing is saved until you confirm there."),
        why=_("You were asked, or told, two working days ago. This comes once for each thing, and never more than once a week."),
        stop=stop,
        manage=manage,
    )
