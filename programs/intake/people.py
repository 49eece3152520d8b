"""Owners as bundles write them: a pseudonym or name, `role:…` for a role, `team:…` for a team."""

from __future__ import annotations

import re

from programs.intake.text import as_name, opaque_id

_ADDRESS = re.compile(r"[^\s@:]+@[^\s@:]+")
TEAM, ROLE = "team:", "role:"


def name_of(text: str) -> str:
    """The name a screen shows for an owner.

    >>> name_of("role:Docs Lead"), name_of("team:oslo"), name_of("person-0012")
    ('Docs Lead', 'Team oslo', 'person-0012')
    """
    shown = text
    if text.startswith(ROLE) and text[len(ROLE) :].strip():
        shown = text[len(ROLE) :]
    elif text.startswith(TEAM) and text[len(TEAM) :].strip():
        shown = f"Team {text[len(TEAM) :].strip()}"
    return as_name(shown)


def owner_id(text: str | None) -> str | None:
    """The identity of an owner inside one bundle; None for nobody. Addresses are the same in capitals and small letters."""
    if not text:
        return None
    return opaque_id(text.lower() if _ADDRESS.fullmatch(text) else text)


def team_in(text: str | int | None) -> str | None:
    """The team an owner text names, if it names one."""
    if isinstance(text, str) and text.startswith(TEAM):
        return text[len(TEAM) :].strip()[:200] or None
    return None
