"""Names that rows get here: addresses for programs, short prefixes for workstreams. Given once, kept for life."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Container, Iterable

SHORT, LONG = 3, 12
SLUG = 70


def _plain(text: str) -> str:
    """What is left of a text in plain letters and digits."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def slug(name: str, ident: str, taken: Container[str]) -> str:
    """A free address, from the name, else from the id.

    >>> slug("Kubernetes v1.19", "v1.19", {"kubernetes-v1-19"})
    'kubernetes-v1-19-2'
    """
    base = ""
    for text in (name, ident, "program"):
        base = base or re.sub(r"[^a-z0-9]+", "-", _plain(text).lower())[:SLUG].strip("-")
    return _numbered(base, taken, "-")


def _numbered(base: str, taken: Container[str], joint: str) -> str:
    found, number = base, 2
    while found in taken:
        found, number = f"{base}{joint}{number}", number + 1
    return found


def _words(name: str) -> list[str]:
    return re.findall(r"[A-Z][A-Z0-9]*", _plain(name).upper())


def prefixes(names: Iterable[tuple[str, str]], taken: Iterable[str]) -> dict[str, str]:
    """A free prefix for each (id, name) of one program: from the word that tells the names apart, three letters if they do.

    >>> prefixes([("1", "sig-auth"), ("2", "sig-apps"), ("3", "Release team"), ("4", "sig-autoscaling")], [])
    {'1': 'AUTH', '2': 'APPS', '3': 'REL', '4': 'AUT'}
    """
    rows = [(ident, _words(name)) for ident, name in names]
    common = Counter(word for _, words in rows for word in set(words))
    used = set(taken)
    found: dict[str, str] = {}
    for ident, words in rows:
        word = min(words, key=lambda each: common[each]) if words else ""
        found[ident] = _prefix(word, used)
        used.add(found[ident])
    return found


def _prefix(word: str, used: set[str]) -> str:
    """Three letters (four when that is the whole word), more when those are taken, a number when all are."""
    if len(word) < 2:
        return _numbered("WS", used, "")
    first = len(word) if len(word) <= SHORT + 1 else SHORT
    for length in range(first, min(len(word), LONG) + 1):
        if word[:length] not in used:
            return word[:length]
    return _numbered(word[: min(first, LONG - 4)], used, "")
