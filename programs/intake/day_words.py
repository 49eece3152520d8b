"""Dates in words: "12 mar", "12/3", "fri", "in 9 days", "+3d", "2027-03-12". What people type and what they paste."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

LOOK_BACK = 92  # days: a date without a year is the next one, unless it was less than about three months ago
_UNITS = {"d": 1, "day": 1, "days": 1, "w": 7, "week": 7, "weeks": 7}
_MONTHS = ("january february march april may june july august september october november december").split()
_DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_NUMBERS = re.compile(r"(\d{1,2})[/.](\d{1,2})(?:[/.](\d{4}))?\.?")
_DAY_MONTH = re.compile(r"(?:[a-z]{3,9}\.?,? )?(\d{1,2})(?:st|nd|rd|th)?\.? ([a-z]{3,9})\.?,?(?: (\d{4}))?")
_MONTH_DAY = re.compile(r"(?:[a-z]{3,9}\.?,? )?([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,?(?: (\d{4}))?")
_AWAY = re.compile(r"(?:in )?(\+|-)?\s?(\d{1,4})\s?(d|days?|w|weeks?)( ago)?")


@dataclass(frozen=True, slots=True)
class Words:
    """What another language calls things. English is always read as well."""

    months: Sequence[str] = ()
    weekdays: Sequence[str] = ()
    short_weekdays: Sequence[str] = ()
    others: Mapping[str, str] = field(default_factory=dict)  # e.g. "heute" -> "today", "tagen" -> "days", "vor" -> "ago"


def in_english(text: str, words: Words) -> str:
    """The same with the words of English; accents and full stops behind a word do not matter.

    >>> in_english("Fr 12. Mär", Words(("Januar", "Februar", "März"), (), ("Mo", "Di", "Mi", "Do", "Fr")))
    'friday 12. march'
    """
    months, weekdays = [plain(each) for each in words.months], [plain(each) for each in words.weekdays]
    short = [plain(each) for each in words.short_weekdays]
    others = {plain(there): here for there, here in words.others.items()}

    def translated(match: re.Match[str]) -> str:
        word = match[0]
        if word in others:
            return others[word]
        if (found := _named(word, months)) is not None:
            return _MONTHS[found]
        if (found := _named(word, weekdays)) is not None:
            return _DAYS[found]
        return _DAYS[short.index(word)] if word in short else word

    found = re.sub(r"[^\W\d_]+", translated, plain(text))
    return re.sub(r"^ago (.+)$", r"\1 ago", found)


def plain(text: str) -> str:
    """Small letters without accents, one blank between words, no full stop behind a short name."""
    letters = "".join(each for each in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(each))
    return " ".join(re.sub(r"(?<=[^\W\d_])\.", "", letters).split())


def read(text: str, today: date) -> date | None:
    """The day that is meant, seen from `today`; None for what says no day.

    Days come before months ("12/3" is 12 March). Without a year the nearest date is meant that is not more than about three
    months past; a weekday is the next one after today.

    >>> read("12 mar", date(2027, 3, 3)), read("fri", date(2027, 3, 3)), read("+3d", date(2027, 3, 3))
    (datetime.date(2027, 3, 12), datetime.date(2027, 3, 5), datetime.date(2027, 3, 6))
    """
    words = " ".join(text.lower().split())
    try:
        return _read(words, today) if len(words) <= 40 else None
    except (ValueError, OverflowError):
        return None


def _read(words: str, today: date) -> date | None:
    if words in {"today", "tomorrow", "yesterday"}:
        return today + timedelta(days={"today": 0, "tomorrow": 1, "yesterday": -1}[words])
    if match := _ISO.fullmatch(words):
        return date(*(int(part) for part in match.groups()))
    if match := _NUMBERS.fullmatch(words):
        day, month, year = match.groups()
        return dated(int(day), int(month), year, today)
    if match := _AWAY.fullmatch(words):
        return _away(match, today)
    if (weekday := _named(words.removeprefix("next "), _DAYS)) is not None:
        return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
    if match := _DAY_MONTH.fullmatch(words):
        day, name, year = match.groups()
    elif match := _MONTH_DAY.fullmatch(words):
        name, day, year = match.groups()
    else:
        return None
    month_number = _named(name, _MONTHS)
    return None if month_number is None else dated(int(day), month_number + 1, year, today)


def _away(match: re.Match[str], today: date) -> date | None:
    sign, number, unit, ago = match.groups()
    if not sign and not ago and not match.string.startswith("in "):
        return None
    days = int(number) * _UNITS[unit]
    return today + timedelta(days=-days if ago or sign == "-" else days)


def dated(day: int, month: int, year: str | None, today: date) -> date:
    """The day of this month; without a year the nearest one. Raises ValueError for a day that no month has."""
    if year:
        return date(int(year), month, day)
    for candidate in (today.year - 1, today.year, today.year + 1):
        try:
            found = date(candidate, month, day)
        except ValueError:
            continue
        if (today - found).days <= LOOK_BACK:
            return found
    return date(today.year, month, day)


def month_word(day: date) -> str:
    """The short English name of its month.

    >>> month_word(date(2027, 3, 12))
    'Mar'
    """
    return _MONTHS[day.month - 1][:3].title()


def _named(word: str, names: list[str]) -> int | None:
    """The place of a weekday or month that this word begins, by at least three letters."""
    return next((index for index, name in enumerate(names) if len(word) >= 3 and name.startswith(word)), None)
