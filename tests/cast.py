"""The people and the program that most tests speak of, on a Monday that never changes.

Tess plans (TPM), Eli builds (engineer), Lena leads (viewer), Otto is an outsider, Ada administers.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from programs.models import Membership, Person, Program, Role, Workstream

MONDAY = date(2026, 3, 2)
NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PASSWORD = "a long enough password"


def person(name: str, **fields: object) -> Person:
    """Somebody who can sign in as <name>@example.test."""
    return Person.objects.create_user(f"{name.lower()}@example.test", PASSWORD, name=name, **fields)


def program(name: str = "Atlas", *, tpm: Person, engineer: Person | None = None, viewer: Person | None = None, **fields: object) -> Program:
    """Make a program with one workstream (key SEC) and the members that are named."""
    made = Program.objects.create(**{"slug": name.lower().replace(" ", "-"), "name": name, "owner": tpm, **fields})
    Workstream.objects.create(program=made, key="SEC", name="Security")
    for who, role in ((tpm, Role.TPM), (engineer, Role.ENGINEER), (viewer, Role.VIEWER)):
        if who:
            Membership.objects.create(program=made, person=who, role=role)
    return made
