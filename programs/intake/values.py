"""Dates and numbers as people write them. What can be read only one way is read; the rest is named, never guessed."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

FIRST, LAST = date(1970, 1, 1), date(2100, 12, 31)
FIRST_SERIAL, LAST_SERIAL = 25_569, 73_415  # spreadsheet day numbers of FIRST and LAST
EPOCH = date(1899, 12, 30)  # day 0 of a spreadsheet
MONTHS = {name: number for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1)}

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_ISO_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}.*", re.ASCII)
_LOOSE_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII)
_SLASHED = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", re.ASCII)
_NAMED = re.compile(r"(\d{1,2})[ -]([A-Za-z]{3})[a-z]*\.?,?[ -](\d{4})", re.ASCII)
_NAMED_FIRST = re.compile(r"([A-Za-z]{3})[a-z]*\.? (\d{1,2}),? (\d{4})", re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,2})?", re.ASCII)
_COMMA = re.compile(r"[+-]?\d+,(\d{1,2}|\d{4,})", re.ASCII)


class Unusable(Exception):
    """A value that cannot be kept as one of its column; the code is that of a finding."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def read_date(text: str) -> tuple[date, bool]:
    """The date, and whether it was written as YYYY-MM-DD. Raises Unusable.

    >>> read_date("2026-12-31")
    (datetime.date(2026, 12, 31), True)
    >>> read_date("31/12/2026")
    (datetime.date(2026, 12, 31), False)
    """
    text = text.strip()
    exact = _ISO.fullmatch(text)
    found = _date(*map(int, exact.groups())) if exact else _other_date(text)
    if not FIRST <= found <= LAST:
        raise Unusable("date_range")
    return found, bool(exact)


def _date(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise Unusable("date") from None


def _other_date(text: str) -> date:
    if match := _ISO_MOMENT.fullmatch(text):
        return _date(*map(int, match[1].split("-")))
    if match := _LOOSE_ISO.fullmatch(text):
        return _date(*map(int, match.groups()))
    if match := _SLASHED.fullmatch(text):
        return _either_way(int(match[1]), int(match[2]), int(match[3]))
    if match := _NAMED.fullmatch(text):
        return _date(int(match[3]), MONTHS.get(match[2].lower(), 0), int(match[1]))
    if match := _NAMED_FIRST.fullmatch(text):
        return _date(int(match[3]), MONTHS.get(match[1].lower(), 0), int(match[2]))
    if text.isascii() and text.isdigit() and len(text) == 5 and FIRST_SERIAL <= int(text) <= LAST_SERIAL:
        return EPOCH + timedelta(days=int(text))
    raise Unusable("date")


def _either_way(one: int, two: int, year: int) -> date:
    """Day and month in an order that only the calendar can tell."""
    if one <= 12 and two <= 12 and one != two:
        raise Unusable("date_ambiguous", one=_date(year, two, one).isoformat(), two=_date(year, one, two).isoformat())
    return _date(year, two, one) if one > 12 or one == two else _date(year, one, two)


def read_number(text: str, low: int, high: int, places: int) -> tuple[Decimal, str]:
    """The number, and the code of a remark (empty when it was written plainly). Raises Unusable.

    >>> read_number("1,5", 0, 10, 4)
    (Decimal('1.5'), 'number_comma')
    """
    text = text.strip()
    remark = ""
    if _COMMA.fullmatch(text):
        text, remark = text.replace(",", "."), "number_comma"
    if not _NUMBER.fullmatch(text):
        raise Unusable("number")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise Unusable("number") from None
    if not low <= number <= high:
        raise Unusable("number_range", low=low, high=high)
    kept = round(number, places)
    if kept != number:
        remark = "number_rounded"
    return (kept.normalize() if kept else Decimal(0)), remark


def plain(number: Decimal) -> str:
    """A number as a table shows it: no exponent, no trailing zeros.

    >>> plain(Decimal("10.0"))
    '10'
    """
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def as_word(text: str) -> str:
    """A word as lists of allowed values spell theirs.

    >>> as_word(" In-Progress ")
    'in_progress'
    """
    return re.sub(r"[\s_-]+", "_", text.strip()).lower()
