"""Text as the tables keep it: no control characters, no half characters, no direction overrides."""

from __future__ import annotations

import hashlib
import re

ID_LIMIT = 200
GUARD = "'"  # before a text that a spreadsheet would run
GUARDED = ("=", "+", "-", "@", "\t", "\r", "\n", GUARD)
KEPT_OF_A_LONG_ID = 180

_HALVES = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]|[\ud800-\udfff]")
_BREAKS = re.compile(r"[\r\n\t]+")
_ANY_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]|[\ud800-\udfff]")


def without_control(text: str) -> str:
    """Take out what databases and mail headers choke on; line breaks and tabs stay."""
    if text.isascii() and text.isprintable():
        return text
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def on_one_line(text: str) -> str:
    """Line breaks and tabs become one blank each."""
    return _BREAKS.sub(" ", text)


def opaque_id(text: str) -> str:
    """An id as it is kept: exactly as written, unless no database could keep it.

    >>> opaque_id("a b/c#1")
    'a b/c#1'
    >>> len(opaque_id("x" * 300))
    193
    """
    if not (text.isascii() and text.isprintable()):
        text = _ANY_CONTROL.sub("\ufffd", text)
    if len(text) > ID_LIMIT:
        return f"{text[:KEPT_OF_A_LONG_ID]}~{fingerprint(text)}"
    return text


def fingerprint(*parts: str) -> str:
    """Twelve characters that stand for these texts, the same on every day and machine."""
    packed = "\x1f".join(_HALVES.sub("\ufffd", part) for part in parts).encode()
    return hashlib.sha256(packed).hexdigest()[:12]


def is_visible(text: str) -> bool:
    """Whether anything of it can be seen: not only blanks and characters without width."""
    return any(not ch.isspace() and ch.isprintable() and ch not in _WIDTHLESS for ch in text)


def as_name(text: str) -> str:
    """A text that stands in for a name: one line that can be seen, at most 200 characters.

    >>> as_name("a\\tb"), as_name("\\u200b")
    ('a b', '?')
    """
    shown = on_one_line(without_control(text.replace("\ufffd", " "))).strip()[:ID_LIMIT]
    return shown if is_visible(shown) else "?"


_WIDTHLESS = frozenset(
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\u3164\ufeff\uffa0"
)
