"""Words about a chat itself: a test, and that it takes nothing any more."""

from __future__ import annotations

from programs.summaries.letters import Item, Letter
from programs.summaries.words import gettext as _
from programs.summaries.words import line


def trial(*, who: str, about: str, path: str) -> Letter:
    """A message that only shows that messages arrive."""
    said = _("%(who)s tried whether messages arrive here. They do.") % {"who": line(who)}
    return Letter(
        subject=_("A test from Longpole"),
        preheader=said,
        title=_("A test from Longpole"),
        lead=said,
        items=(),
        more="",
        how="",
        why=_("This is where %(about)s is told.") % {"about": line(about)},
        home=path,
        home_label=_("Settings of this chat"),
    )


def gone(*, label: str, about: str, error: str, path: str) -> Letter:
    """To whoever owns it: nothing is posted any more, why, and what to do."""
    title = _("Your chat takes no messages any more")
    return Letter(
        subject=title,
        preheader=line(error),
        title=title,
        lead=_("%(label)s answered: %(error)s. Nothing more is posted there for %(about)s; what was for you alone comes by mail.")
        % {"label": label, "error": line(error, 300), "about": line(about)},
        items=(Item("", "", "mu", _("Paste a new address, or remove it"), path, "", ()),),
        more="",
        how="",
        why=_("You get this because the webhook is yours or your program's."),
        home=path,
        home_label=_("Settings of this chat"),
    )
