"""The columns of the milestones list: which there are, which are shown, and which give way when there is little room."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# In the order they stand in, after the key and the name, which are always there.
ALL = (
    *("status", "workstream", "owner", "start", "left", "target", "baseline", "forecast", "slip", "needed", "float"),
    *("chance", "links", "word"),
)
EXTRA = ("start", "left", "baseline", "needed")  # shown only when somebody asks for them
USUAL = tuple(name for name in ALL if name not in EXTRA)
NONE = "none"  # in an address: the key and the name alone

# Who keeps its place when there is little room. What was asked for comes before what is there by itself.
_IMPORTANCE = ("status", "forecast", *EXTRA, "float", "slip", "owner", "word", "workstream", "chance", "links", "target")
# What each needs at least, in pixels, after the box, the key and the name; a float has a bar where there is room to draw it.
_NEEDS = {"status": 106, "workstream": 166, "owner": 140, "slip": 53, "float": 50, "chance": 61, "links": 77, "word": 64}
_OTHER, _FIRST, _SPARE, _DRAWN, _ROOM_TO_DRAW = 129, 258, 30, 56, 900
_RUNG = 80  # the steps there are classes for: n560, n640, ...; see milestones.css
_ON_A_PHONE = 5


def normal(names: Iterable[str]) -> str:
    """A choice in its one way of writing: "" for the usual columns, "none" for no column but the key and the name.

    >>> normal(["owner", "status", "owner", "password"])
    'status,owner'
    >>> normal(USUAL), normal(["none"]), normal(["nonsense"])
    ('', 'none', '')
    """
    given = set(names)
    chosen = tuple(name for name in ALL if name in given)
    if not chosen:
        return NONE if NONE in given else ""
    return "" if chosen == USUAL else ",".join(chosen)


def shown(choice: str) -> tuple[str, ...]:
    """The columns behind a choice, in the order they stand in."""
    if not choice:
        return USUAL
    return () if choice == NONE else tuple(choice.split(","))


def places(choice: str) -> dict[str, str]:
    """The class of each column shown: how wide the list must be for it to be there, and whether a phone has it.

    Each one taken away makes room for another.

    >>> places("")["target"], places("status,owner,target")["target"]
    ('n1360 not-m', 'n720')
    """
    found, width = {}, _FIRST + _SPARE
    for at, name in enumerate(sorted(shown(choice), key=_IMPORTANCE.index)):
        width += _NEEDS.get(name, _OTHER)
        drawn = _DRAWN if width > _ROOM_TO_DRAW else 0
        rung = -(-(width + drawn) // _RUNG) * _RUNG
        found[name] = f"n{rung}" + (" not-m" if at >= _ON_A_PHONE else "")
    return found
