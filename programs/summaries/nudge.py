"""A letter that asks one person for a word about their own work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from programs.summaries import paths, reasons, words
from programs.summaries.letters import Answer, Item, Letter
from programs.summaries.words import day, line, ngettext
from programs.summaries.words import gettext as _

SHOWN = 5  # questions in one letter; My work has the rest
NAMED = 2  # milestones named in the subject
_SAID = {"on_track": "●", "at_risk": "▲", "off_track": "◆", "blocked": "■"}
_TONE = {"on_track": "ok", "at_risk": "warn", "off_track": "bad", "blocked": "bad"}


@dataclass(frozen=True, slots=True)
class Quiet:
    """What is known of a milestone nobody spoke of: `days` without a word, why it is or is not critical, or else its room."""

    milestone: int
    slug: str
    key: str
    name: str
    said: str
    days: int
    needed_by: date | None
    room: float | None
    critical: bool
    why: Mapping[str, Any] = field(default_factory=dict)  # the engine's reason, as far as the reader may know it
    begun: bool = True
    waits: str | None = None  # what of the asker's waits for it; "" when the reader may not know of that


def nudge(program: str, asks: Sequence[Quiet], *, by: str, today: date) -> Letter:
    """Write the letter of one person. No blame: what is asked, who waits for it, and how to answer in two clicks."""
    count = len(asks)
    names = [line(ask.name, 50) for ask in asks[:NAMED]]
    return Letter(
        subject=ngettext("%(n)s thing needs an answer: %(names)s", "%(n)s things need an answer: %(names)s", count)
        % {"n": count, "names": ", ".join(names)},
        preheader=_("%(who)s asks how it stands. One answer takes a moment.") % {"who": line(by)},
        title=ngettext("%(n)s thing needs an answer from you", "%(n)s things need an answer from you", count) % {"n": count},
        lead=_("%(program)s. About a minute, and you can undo it.") % {"program": line(program)},
        items=tuple(_question(ask, today, by) for ask in asks[:SHOWN]),
        more=_("And %(n)s more on My work.") % {"n": count - SHOWN} if count > SHOWN else "",
        how=_("The links open a page with your answer filled in; nothing is saved until you confirm there."),
        why=_("%(who)s asked for this. Such a letter comes at most once a week, and never when you said a word since.")
        % {"who": line(by)},
    )


def _question(ask: Quiet, today: date, by: str) -> Item:
    said = {"on_track": _("On track"), "at_risk": _("At risk"), "off_track": _("Off track"), "blocked": _("Blocked")}
    quiet = (
        ngettext("no word for %(n)s day", "no word for %(n)s days", ask.days) % {"n": ask.days} if ask.days else _("no word yet")
    )
    if ask.waits:
        waits = _("%(who)s waits for it, for %(name)s.") % {"who": line(by), "name": line(ask.waits)}
    else:
        waits = "" if ask.waits is None else _("%(who)s waits for it.") % {"who": line(by)}
    needed = _("To keep the target it is needed by %(day)s.") % {"day": day(ask.needed_by, today)} if ask.needed_by else ""
    if told := reasons.sentence(ask.why, today):
        room = told
    elif ask.critical:
        room = _("It is critical: each day moves the finish.")
    else:
        room = _("There are %(days)s of float.") % {"days": words.working_days(ask.room)} if ask.room else ""
    return Item(
        mark=_SAID.get(ask.said, "○"),
        state=_("%(said)s, %(quiet)s")
        % {"said": said.get(ask.said, _("In progress") if ask.begun else _("Not started")), "quiet": quiet},
        tone=_TONE.get(ask.said, "mu"),
        title=line(ask.name),
        path=paths.milestone(ask.slug, ask.key),
        why=" ".join(part for part in (waits, needed, room, _("Still right?") if ask.said else _("How does it stand?")) if part),
        answers=_answers(ask),
    )


def _answers(ask: Quiet) -> tuple[Answer, ...]:
    """What may be said of it in one click: that it still holds, when anything was said before, or something else."""
    first = ("same", _("Still the same")) if ask.said else ("on_track", _("On track"))
    others = (("at_risk", _("At risk")), ("blocked", _("Blocked")), ("done", _("Done")))
    codes = [first, *(pair for pair in others if pair[0] != ask.said)]
    return tuple(Answer(label, paths.answer("m", ask.milestone, code)) for code, label in codes)
