"""A letter that asks for one line: what a blocker or a risk means for those who pay or wait for the work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from programs.summaries import paths, words
from programs.summaries.letters import Answer, Item, Letter
from programs.summaries.words import day, line, ngettext
from programs.summaries.words import gettext as _

SHOWN = 5
NAMED = 2


@dataclass(frozen=True, slots=True)
class Untold:
    """A blocker with the working days it adds, or a risk with its score in words."""

    pk: int
    title: str
    program: str
    slug: str
    number: int
    days_added: float | None = None  # None: a risk
    score: str = ""


def letter(asks: Sequence[Untold], *, on: date, today: date, stop: str, manage: str) -> Letter:
    """Write the letter of one person about the summary of the day `on`."""
    count, when = len(asks), day(on, today)
    names = ", ".join(line(ask.title, 50) for ask in asks[:NAMED])
    title = ngettext(
        "One line is missing for the summary of %(day)s", "%(n)s lines are missing for the summary of %(day)s", count
    ) % {"n": count, "day": when}
    return Letter(
        subject=f"{title}: {names}",
        preheader=_("One sentence that somebody who cannot read a plan understands."),
        title=title,
        lead=_("So what? Say what it means for who pays or waits for it: money, customers, a promise."),
        items=tuple(_item(ask) for ask in asks[:SHOWN]),
        more=_("And %(n)s more.") % {"n": count - SHOWN} if count > SHOWN else "",
        how=_("The summary goes out in any case; without the line it only says what is late."),
        why=_("You wrote these down, or own them. Such a letter comes at most once a week."),
        stop=stop,
        manage=manage,
    )


def _item(ask: Untold) -> Item:
    kind = "r" if ask.days_added is None else "b"
    if ask.days_added is None:
        state, path = _("Risk, %(score)s") % {"score": ask.score}, paths.risk_edit(ask.slug, ask.number)
    elif ask.days_added >= 0.05:
        state = _("Blocker, adds %(days)s") % {"days": words.working_days(ask.days_added)}
        path = paths.blocker_edit(ask.slug, ask.number)
    else:
        state, path = _("Blocker, close to the critical path"), paths.blocker_edit(ask.slug, ask.number)
    return Item(
        mark="▲" if ask.days_added is None else "■",
        state=state,
        tone="warn" if ask.days_added is None else "bad",
        title=line(ask.title),
        path=path,
        why=line(ask.program),
        answers=(Answer(_("Write it"), paths.answer(kind, ask.pk, "so_what")),),
    )
