"""The letter that tells somebody they were let into a program: what it is, what they may do, how they get in."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from programs.summaries import paths
from programs.summaries.words import gettext as _
from programs.summaries.words import line

WIDTH = 72


@dataclass(frozen=True, slots=True)
class Invitation:
    """The whole letter. `path` is an address inside the product."""

    subject: str
    title: str
    lead: str
    role: str
    how: str
    action: str
    path: str
    why: str


def invitation(program: str, slug: str, role: str, *, by: str, address: str, new: bool) -> Invitation:
    """Tell one person. Somebody new chooses a password first; no link in the letter signs anybody in.

    `role` is the word for it, already in the reader's language.
    """
    name, who = line(program), line(by)
    may = {
        "viewer": _("You may read everything in it."),
        "engineer": _("You may read everything in it, say how your work stands, and clear what blocks it."),
        "tpm": _("You may plan it, change its settings, and let others in."),
    }
    how = _("Choose a password first: ask for a link with the address %(address)s. It comes by mail and works for an hour.")
    return Invitation(
        subject=line(_("%(who)s let you into %(name)s") % {"who": who, "name": name}, 150),
        title=name,
        lead=_("%(who)s made you a member of this program.") % {"who": who},
        role=may[role],
        how=how % {"address": address} if new else _("Sign in as always."),
        action=_("Choose a password") if new else _("Open the program"),
        path=paths.password() if new else paths.program(slug),
        why=_("You get this once, because %(who)s entered your address. Nothing more comes unless you subscribe.") % {"who": who},
    )


def text(letter: Invitation, *, base: str) -> str:
    """The mail as text."""
    wrapped = ["\n".join(textwrap.wrap(part, WIDTH)) for part in (letter.lead, letter.role, letter.how)]
    parts = [letter.title.upper(), *wrapped, f"{letter.action}: {base}{letter.path}"]
    return "\n\n".join(parts) + "\n\n-- \n" + "\n".join(textwrap.wrap(letter.why, WIDTH)) + "\n"
