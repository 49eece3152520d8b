"""Causes of moves as words: one sentence for a caption, a phrase for each row of a table."""

from __future__ import annotations

from programs.summaries.attribution import Account, Cause, Kind
from programs.summaries.words import gettext as _
from programs.summaries.words import ngettext

SHOWN = 3  # causes named in a sentence; the rest is summed


def sentence(account: Account) -> str:
    """What moved a date, with its days, in one sentence; the days in it sum to the total. Nothing where nothing moved.

    >>> from datetime import date
    >>> from programs.summaries.attribution import Move
    >>> moves = (Move(date(2027, 3, 1), date(2027, 4, 1), date(2027, 4, 5), 2, ()),) * 2
    >>> sentence(Account(moves, 4, ((Cause(Kind.BLOCKER, "Vendor X"), 3), (Cause(Kind.SCOPE), 1))))
    'Moved 2 times, +4 working days: 3 from Vendor X, 1 from scope.'
    """
    if not account.moves:
        return ""
    often = ngettext("Moved {n} time", "Moved {n} times", len(account.moves)).format(n=len(account.moves))
    total = ngettext("{days} working day", "{days} working days", abs(account.days)).format(days=signed(account.days))
    if not account.parts:
        return _("{often}, {total}.").format(often=often, total=total)
    return _("{often}, {total}: {parts}.").format(often=often, total=total, parts=parts(account))


def parts(account: Account) -> str:
    """The causes alone, each with its days: 3 from Vendor X, 1 from scope. Signs only where they differ."""
    one_way = all((days > 0) == (account.days > 0) for _cause, days in account.parts)
    named = account.parts if len(account.parts) == SHOWN + 1 else account.parts[:SHOWN]
    told = [(short(cause), days) for cause, days in named]
    if rest := sum(days for _cause, days in account.parts[len(named) :]):
        told.append((_("other causes"), rest))
    return ", ".join(
        _("{days} from {cause}").format(days=abs(days) if one_way else signed(days), cause=cause) for cause, days in told
    )


def signed(days: int) -> str:
    """Days with their sign: +5, −2, 0."""
    return f"{'+' if days > 0 else '−' if days < 0 else ''}{abs(days)}"


def short(cause: Cause) -> str:
    """A cause within a sentence: the party itself where there is one."""
    if cause.who:
        return cause.who
    return {
        Kind.BLOCKER: _("blockers"),
        Kind.WORK: _("changed dates or work"),
        Kind.SCOPE: _("scope"),
        Kind.CALENDAR: _("the calendar"),
        Kind.DECISION: _("decisions"),
        Kind.IMPORT: _("imports"),
        Kind.ELSEWHERE: _("other programs"),
        Kind.TIME: _("time that passed"),
        Kind.UNKNOWN: _("causes not known"),
    }[cause.kind]


def full(cause: Cause) -> str:
    """A cause by itself: what it is, and whose."""
    if not cause.who:
        return short(cause)
    if cause.kind == Kind.BLOCKER:
        return _("{who} (blocker)").format(who=cause.who)
    return _("dates or work of {who}").format(who=cause.who)
