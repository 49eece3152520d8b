"""The people and the program that most tests speak of, on a Monday that never changes.

Tess plans (TPM), Eli builds (engineer), Lena leads (viewer), Otto is an outsider, Ada administers. `sketch` draws a plan in
one line, straight into the tables, so that a test of an action starts from rows no action made.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

from programs.models import Dependency, LinkType, Membership, Milestone, Person, Program, Role, Workstream

MONDAY = date(2027, 3, 1)
NINE = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
PASSWORD = "a long enough password"

_ITEM = re.compile(r"(?P<name>[A-Za-z][\w.-]*)(?:\((?P<days>\d+(?:\.\d+)?)\))?(?P<blocked>!)?")


def person(name: str, **fields: object) -> Person:
    """Somebody who can sign in as <name>@example.test."""
    return Person.objects.create_user(f"{name.lower()}@example.test", PASSWORD, name=name, **fields)


def program(
    name: str = "Atlas", *, tpm: Person, engineer: Person | None = None, viewer: Person | None = None, **fields: object
) -> Program:
    """Make a program with one workstream (key SEC) and the members that are named."""
    made = Program.objects.create(**{"slug": name.lower().replace(" ", "-"), "name": name, "owner": tpm, **fields})
    Workstream.objects.create(program=made, key="SEC", name="Security")
    for who, role in ((tpm, Role.TPM), (engineer, Role.ENGINEER), (viewer, Role.VIEWER)):
        if who:
            Membership.objects.create(program=made, person=who, role=role)
    return made


def milestone(program: Program, name: str = "Cut over", **fields: Any) -> Milestone:
    """Make a milestone with the next free key SK-1, SK-2, …"""
    taken = Milestone.objects.filter(program=program).count()
    return Milestone.objects.create(**{"program": program, "key": f"SK-{taken + 1}", "name": name, **fields})


def sketch(drawing: str, program: Program, **fields: Any) -> dict[str, Milestone]:
    """Draw milestones and the links between them: `sketch("api(3)! > app(2) > launch; legal > launch", program)`.

    `api(3)` takes three working days, `api!` is blocked (status only), `a > b` says that b waits for a, and `;` or a new line
    starts another chain. A name means one milestone however often it is drawn. Returns the milestones by name; `fields` go to
    each of them.
    """
    made: dict[str, Milestone] = {}
    for chain in re.split(r"[;\n]", drawing):
        before: Milestone | None = None
        for item in filter(None, (each.strip() for each in chain.split(">"))):
            found = _ITEM.fullmatch(item)
            if found is None:
                raise ValueError(f"{item!r} is not an item such as api, api(3) or api(3)!")
            name = found["name"]
            if name not in made:
                made[name] = milestone(program, name, **_as_drawn(found), **fields)
            if before is not None:
                Dependency.objects.create(predecessor=before, successor=made[name], type=LinkType.FS)
            before = made[name]
    return made


def _as_drawn(found: re.Match[str]) -> dict[str, Any]:
    return {"duration_days": found["days"], "status": "blocked" if found["blocked"] else "not_started"}
