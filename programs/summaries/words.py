"""Dates, days and names as people read them. English unless a door says which language speaks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from programs.summaries.slots import zone as zone_of

Plural = Callable[[str, str, int], str]


def _english(one: str, many: str, count: int) -> str:
    return one if count == 1 else many


_translate: ContextVar[Callable[[str], str]] = ContextVar("translate", default=str)
_pluralise: ContextVar[Plural] = ContextVar("pluralise", default=_english)


@contextmanager
def spoken(gettext: Callable[[str], str], ngettext: Plural) -> Iterator[None]:
    """Say everything inside in the language of these two functions."""
    one, many = _translate.set(gettext), _pluralise.set(ngettext)
    try:
        yield
    finally:
        _translate.reset(one)
        _pluralise.reset(many)


def gettext(text: str) -> str:
    """One phrase in the reader's language."""
    return _translate.get()(text)


def ngettext(one: str, many: str, count: int) -> str:
    """One phrase with a number in it."""
    return _pluralise.get()(one, many, count)


_ = gettext
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
NAME = 120  # characters of a name in a line
NOTE = 240
PARAGRAPH = 1000


def line(text: str, limit: int = NAME) -> str:
    """Text on one line, without what breaks mails, cut at `limit` with an ellipsis.

    >>> line("Hi\\r\\nBcc: evil@x.test")
    'Hi Bcc: evil@x.test'
    """
    plain = " ".join(_UNSAFE.sub(" ", text).split())
    if len(plain) <= limit:
        return plain
    cut = plain[: limit - 1]
    while cut and unicodedata.combining(cut[-1]):
        cut = cut[:-1]
    return cut.rstrip() + "…"


def day(value: date, today: date) -> str:
    """A date: Mon 21 Jun, with the year only when it is not this year.

    >>> day(date(2027, 6, 21), date(2027, 3, 3)), day(date(2028, 1, 3), date(2027, 3, 3))
    ('Mon 21 Jun', 'Mon 3 Jan 2028')
    """
    text = f"{_weekday(value)} {value.day} {_month(value)}"
    return text if value.year == today.year else f"{text} {value.year}"


def full_day(value: date) -> str:
    """A date with its year: Wed 3 Mar 2027."""
    return f"{_weekday(value)} {value.day} {_month(value)} {value.year}"


def moment(value: datetime, zone: str, today: date) -> str:
    """An instant at the reader's place: Tue 2 Mar, 16:20."""
    local = value.astimezone(zone_of(zone))
    return f"{day(local.date(), today)}, {local:%H:%M}"


def _weekday(value: date) -> str:
    return (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))[value.weekday()]


def _month(value: date) -> str:
    first = (_("Jan"), _("Feb"), _("Mar"), _("Apr"), _("May"), _("Jun"))
    second = (_("Jul"), _("Aug"), _("Sep"), _("Oct"), _("Nov"), _("Dec"))
    return (*first, *second)[value.month - 1]


def weekday_names(days: frozenset[int]) -> str:
    """How often somebody hears from us: every Wednesday, every working day, every day.

    >>> weekday_names(frozenset({3})), weekday_names(frozenset({1, 4})), weekday_names(frozenset({1, 2, 3, 4, 5}))
    ('every Wednesday', 'every Monday and Thursday', 'every day from Monday to Friday')
    """
    if len(days) == 7:
        return _("every day")
    if days == frozenset({1, 2, 3, 4, 5}):
        return _("every day from Monday to Friday")
    names = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))
    return _("every %(days)s") % {"days": joined([names[n - 1] for n in sorted(days)])}


def joined(names: list[str]) -> str:
    """Names in a sentence: a, b and c."""
    if len(names) < 2:
        return "".join(names)
    return _("%(most)s and %(last)s") % {"most": ", ".join(names[:-1]), "last": names[-1]}


def number(value: float) -> str:
    """A number of days without needless decimals.

    >>> number(6.0), number(2.5)
    ('6', '2.5')
    """
    return f"{round(value, 1):g}"


def working_days(value: float) -> str:
    """6 working days."""
    return ngettext("%(n)s working day", "%(n)s working days", 1 if round(abs(value), 1) == 1 else 2) % {"n": number(value)}


def short_days(value: float) -> str:
    """3 days: for figures under the note that days are working days."""
    return ngettext("%(n)s day", "%(n)s days", 1 if round(abs(value), 1) == 1 else 2) % {"n": number(value)}


def late(value: float | None) -> str:
    """6 working days late, on time, 2 working days early; nothing when there is no target."""
    if value is None:
        return ""
    if abs(value) < 0.05:
        return _("on time")
    if value > 0:
        return _("%(days)s late") % {"days": working_days(value)}
    return _("%(days)s early") % {"days": working_days(-value)}


def short_late(value: float | None) -> str:
    """6 days late, on time, 2 days early: the same where room is scarce and a note says which days.

    >>> short_late(6.0), short_late(0.0), short_late(-1.0), short_late(None)
    ('6 days late', 'on time', '1 day early', '')
    """
    if value is None or abs(value) < 0.05:
        return late(value)
    phrase = _("%(days)s late") if value > 0 else _("%(days)s early")
    return phrase % {"days": short_days(abs(value))}


def moved(value: float) -> str:
    """3 days later, 2 days sooner."""
    if value > 0:
        return _("%(days)s later") % {"days": short_days(value)}
    return _("%(days)s sooner") % {"days": short_days(-value)}


def inside(name: str) -> str:
    """A finish's name inside a sentence: a single plain word loses its capital, anything else stays as written.

    >>> inside("Cutover"), inside("API v2 live"), inside("GA")
    ('cutover', 'API v2 live', 'GA')
    """
    single = name.isalpha() and name[:1].isupper() and name[1:].islower()
    return name.lower() if single else name


def health(value: str) -> str:
    """The state in words."""
    said = {"on_track": _("On track"), "at_risk": _("At risk"), "off_track": _("Off track"), "no_target": _("No target")}
    return said.get(value, _("No forecast yet"))


MARKS = {"on_track": "●", "at_risk": "▲", "off_track": "◆"}


def chance(value: float) -> str:
    """A share of runs as a whole per cent; never quite none or all, which no simulation can promise.

    >>> chance(0.104), chance(0.001), chance(1.0)
    ('10%', 'under 1%', 'over 99%')
    """
    whole = round(100 * value)
    if whole < 1:
        return _("under 1%")
    return _("over 99%") if whole > 99 else _("%(n)s%%") % {"n": whole}


def mark(value: str) -> str:
    """The state as a character, beside its words: it survives plain text and no colour."""
    return MARKS.get(value, "○")
