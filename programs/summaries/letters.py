"""A letter of a few items, each with its answers as buttons: what page and mail window show, and the plain text."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from programs.summaries import paths
from programs.summaries.words import gettext as _

WIDTH = 72


@dataclass(frozen=True, slots=True)
class Answer:
    """One button: what it says and the address, inside the product, of the page on which it is confirmed."""

    label: str
    path: str


@dataclass(frozen=True, slots=True)
class Item:
    """One thing in words. `tone` picks the colour of its state."""

    mark: str
    state: str
    tone: str
    title: str
    path: str
    why: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """The whole letter."""

    subject: str
    preheader: str
    title: str
    lead: str
    items: tuple[Item, ...]
    more: str
    how: str
    why: str  # they get it
    home: str = paths.my_work()  # the page that has everything
    home_label: str = ""
    stop: str = ""  # the address of its one-click stop; "" for what cannot be stopped
    manage: str = ""  # where its reader chooses how often


def text(letter: Letter, *, base: str) -> str:
    """The letter as plain text for a mail window of 72 columns."""
    parts = [f"{letter.title}.\n{_wrap(letter.lead)}"]
    parts += [_item(number, item, base) for number, item in enumerate(letter.items, 1)]
    parts += [letter.more, _wrap(letter.how), f"{letter.home_label or _('My work')}: {base}{letter.home}"]
    foot = [_wrap(letter.why)]
    if letter.stop:
        foot += [f"{_('Change how often')}: {letter.manage}", f"{_('Stop')}: {letter.stop}"]
    return "\n\n".join(part for part in parts if part) + "\n\n-- \n" + "\n".join(foot) + "\n"


def _item(number: int, item: Item, base: str) -> str:
    lead = f"{number}. "
    indent = " " * len(lead)
    wide = max((len(answer.label) for answer in item.answers), default=0) + 1
    rows = [
        _wrap(f"{item.mark} {item.title}", lead, indent),
        *([_wrap(said, indent, indent)] if (said := f"{item.state}. {item.why}" if item.state else item.why) else []),
    ]
    rows += [""] if item.answers else [f"{indent}{base}{item.path}"]
    rows += [f"{indent}{(answer.label + ':').ljust(wide)}  {base}{answer.path}" for answer in item.answers]
    return "\n".join(rows)


def _wrap(body: str, lead: str = "", indent: str = "") -> str:
    return textwrap.fill(body, WIDTH, initial_indent=lead, subsequent_indent=indent, break_on_hyphens=False)
