"""Members of a program by what a spreadsheet calls them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Member(NamedTuple):
    """Somebody who may own work here."""

    number: int
    name: str
    email: str


def find_member(said: str, members: Sequence[Member]) -> list[Member]:
    """Everybody a text may mean: by address or full name, else by a first or last name that only one of them has.

    >>> tess, tom = Member(1, "Tess Young", "tess@example.test"), Member(2, "Tom Young", "tom@example.test")
    >>> [len(find_member(word, [tess, tom])) for word in ("tess", "TOM@example.test", "Young", "Tess Young", "Eli")]
    [1, 1, 2, 1, 0]
    """
    word = " ".join(said.casefold().split())
    exact = [each for each in members if word in {each.name.casefold(), each.email.casefold()}]
    return exact or [each for each in members if word in each.name.casefold().split()]
