"""A letter that asks one person for a word about their own work: what page and mail window show, and the plain text."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from programs.summaries import paths, words
from programs.summaries.words import day, line, ngettext
from programs.summaries.words import gettext as _

SHOWN = 5  # questions in one letter; My work has the rest
WIDTH = 72
NAMED = 2  # milestones named in the subject
_SAID = {"on_track": "●", "at_risk": "▲", "off_track": "◆", "blocked": "■"}
_TONE = {"on_track": "ok", "at_risk": "warn", "off_track": "bad", "blocked": "bad"}


@dataclass(frozen=True, slots=True)
class Quiet:
    """What is known of a milestone nobody spoke of: `days` without a word, and its room in working days."""

    slug: str
    key: str
    name: str
    said: str
    days: int
    needed_by: date | None
    room: float | None
    critical: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """One button: what it says and the address, inside the product, of the page on which it is confirmed."""

    label: str
    path: str


@dataclass(frozen=True, slots=True)
class Question:
    """One milestone in words. `tone` picks the colour of its state."""

    mark: str
    state: str
    tone: str
    title: str
    path: str
    why: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Nudge:
    """The whole letter."""

    subject: str
    preheader: str
    title: str
    lead: str
    questions: tuple[Question, ...]
    more: str
    how: str
    why: str


def nudge(program: str, asks: Sequence[Quiet], *, by: str, today: date) -> Nudge:
    """Write the letter of one person. No blame: what is asked, who waits for it, and how to answer in two clicks."""
    count = len(asks)
    names = [line(ask.name, 50) for ask in asks[:NAMED]]
    return Nudge(
        subject=ngettext("%(n)s thing needs an answer: %(names)s", "%(n)s things need an answer: %(names)s", count)
        % {"n": count, "names": ", ".join(names)},
        preheader=_("%(who)s asks how it stands. One answer takes a moment.") % {"who": line(by)},
        title=ngettext("%(n)s thing needs an answer from you", "%(n)s things need an answer from you", count) % {"n": count},
        lead=_("%(program)s. About a minute, and you can undo it.") % {"program": line(program)},
        questions=tuple(_question(ask, today) for ask in asks[:SHOWN]),
        more=_("And %(n)s more on My work.") % {"n": count - SHOWN} if count > SHOWN else "",
        how=_("The links open a page with your answer filled in; nothing is saved until you confirm there."),
        why=_("%(who)s asked for this. Such a letter comes at most once a week, and never when you said a word since.")
        % {"who": line(by)},
    )


def _question(ask: Quiet, today: date) -> Question:
    said = {"on_track": _("On track"), "at_risk": _("At risk"), "off_track": _("Off track"), "blocked": _("Blocked")}
    quiet = ngettext("no word for %(n)s day", "no word for %(n)s days", ask.days) % {"n": ask.days}
    needed = _("It is needed by %(day)s.") % {"day": day(ask.needed_by, today)} if ask.needed_by else ""
    if ask.critical:
        room = _("It is critical: each day moves the finish.")
    else:
        room = _("There are %(days)s of float.") % {"days": words.working_days(ask.room)} if ask.room else ""
    return Question(
        mark=_SAID.get(ask.said, "○"),
        state=_("%(said)s, %(quiet)s") % {"said": said.get(ask.said, _("In progress")), "quiet": quiet},
        tone=_TONE.get(ask.said, "mu"),
        title=line(ask.name),
        path=paths.milestone(ask.slug, ask.key),
        why=" ".join(part for part in (needed, room, _("Still right?")) if part),
        answers=_answers(ask),
    )


def _answers(ask: Quiet) -> tuple[Answer, ...]:
    """What may be said of it in one click: that it still holds, when anything was said before, or something else."""
    first = ("same", _("Still the same")) if ask.said else ("on_track", _("On track"))
    others = (("at_risk", _("At risk")), ("blocked", _("Blocked")), ("done", _("Done")))
    codes = [first, *(pair for pair in others if pair[0] != ask.said)]
    return tuple(Answer(label, paths.answer(ask.slug, ask.key, code)) for code, label in codes)


def text(letter: Nudge, *, base: str) -> str:
    """The letter as plain text for a mail window of 72 columns."""
    parts = [f"{letter.title}.\n{_wrap(letter.lead)}"]
    parts += [_asked(number, question, base) for number, question in enumerate(letter.questions, 1)]
    parts += [letter.more, _wrap(letter.how), f"{_('My work')}: {base}{paths.my_work()}"]
    return "\n\n".join(part for part in parts if part) + "\n\n-- \n" + _wrap(letter.why) + "\n"


def _asked(number: int, question: Question, base: str) -> str:
    lead = f"{number}. "
    indent = " " * len(lead)
    wide = max(len(answer.label) for answer in question.answers) + 1
    rows = [
        _wrap(f"{question.mark} {question.title}", lead, indent),
        _wrap(f"{question.state}. {question.why}", indent, indent),
        "",
    ]
    rows += [f"{indent}{(answer.label + ':').ljust(wide)}  {base}{answer.path}" for answer in question.answers]
    return "\n".join(rows)


def _wrap(body: str, lead: str = "", indent: str = "") -> str:
    return textwrap.fill(body, WIDTH, initial_indent=lead, subsequent_indent=indent, break_on_hyphens=False)
