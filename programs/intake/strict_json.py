"""JSON as the standard means it: no NaN, no key twice, no bottomless nesting. Python's own reader lets these through."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from programs.intake.beginnings import UTF16
from programs.intake.findings import Unreadable, shown
from programs.intake.limits import Limits

MOST_DIGITS = 400


def load(name: str, data: bytes, limits: Limits) -> Any:
    """The value in these bytes. Raises Unreadable, with line and column where there is one."""
    text = decode(name, data)

    def number(word: str) -> Any:
        if len(word) > MOST_DIGITS:
            raise Unreadable.because("json_number", name=name, limit=MOST_DIGITS)
        return Decimal(word) if set(word) & set(".eE") else int(word)

    def constant(word: str) -> Any:
        raise Unreadable.because("json_constant", name=name, value=word)

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            seen: set[str] = set()
            twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
            raise Unreadable.because("json_key_twice", name=name, key=shown(twice))
        return found

    try:
        value = json.loads(text, parse_int=number, parse_float=number, parse_constant=constant, object_pairs_hook=unique)
    except json.JSONDecodeError as error:
        raise Unreadable.because("json", name=name, detail=error.msg, line=error.lineno, at=error.colno) from None
    except RecursionError:
        raise Unreadable.because("json_deep", name=name, limit=limits.nesting) from None
    _not_too_deep(name, value, limits)
    return value


def decode(name: str, data: bytes) -> str:
    """UTF-8 with or without a byte order mark. Raises Unreadable with the position of the first wrong byte."""
    if data[:2] in UTF16:
        raise Unreadable.because("utf16", name=name)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable.because(
            "not_utf8", name=name, byte=error.start + 1, line=data.count(b"\n", 0, error.start) + 1
        ) from None


def _not_too_deep(name: str, value: Any, limits: Limits) -> None:
    """Walk down level by level; a level is only as wide as what holds lists and objects."""
    level = [value]
    for _ in range(limits.nesting):
        level = [
            child
            for parent in level
            for child in (parent.values() if isinstance(parent, dict) else parent if isinstance(parent, list) else ())
            if isinstance(child, dict | list)
        ]
        if not level:
            return
    raise Unreadable.because("json_deep", name=name, limit=limits.nesting)
