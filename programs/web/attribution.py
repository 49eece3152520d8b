"""Why a date moved, in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext, ngettext

from programs.summaries import attribution_lines, words

if TYPE_CHECKING:
    from programs.summaries.attribution import Account, Cause


def sentence(account: Account | None) -> str:
    """All moves and their causes in one sentence; nothing where nothing moved."""
    with words.spoken(gettext, ngettext):
        return attribution_lines.sentence(account) if account else ""


def parts(account: Account | None) -> str:
    """The causes with their days, for a sentence that says the total itself; nothing where nothing moved."""
    with words.spoken(gettext, ngettext):
        return attribution_lines.parts(account) if account else ""


def cause(one: Cause) -> str:
    """One cause by itself."""
    with words.spoken(gettext, ngettext):
        return attribution_lines.full(one)
