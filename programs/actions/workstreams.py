"""Workstreams: the lanes of a program. Their keys begin the keys of their milestones."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from programs.actions import checks, events, revisions
from programs.actions.saving import Draft, Edit
from programs.models import Event, Milestone, Workstream

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from programs.models import Person, Program, Team

EDITABLE = frozenset({"key", "name", "lead", "team", "status", "declared_health", "url", "position"})
KEY = re.compile(r"[A-Z][A-Z0-9]{1,11}")


@transaction.atomic(durable=True)
def create(
    *,
    program: Program,
    name: str,
    by: Person,
    at: datetime,
    key: str = "",
    lead: Person | None = None,
    team: Team | None = None,
    **fields: Any,
) -> Workstream:
    """Add a workstream at the end. Without a key it gets one of three letters from its name: Security becomes SEC."""
    program = revisions.hold(program)
    last = Workstream.objects.filter(program=program).aggregate(last=Max("position"))["last"]
    draft = Draft(Workstream(program=program, position=0 if last is None else last + 1))
    draft.put({"name": name, "lead": lead, "team": team, **fields}, EDITABLE)
    require_own_name(draft, program)
    checks.member(draft, program, "lead")
    if key:
        draft.put({"key": key.upper() if isinstance(key, str) else key}, EDITABLE)
        _key(draft, program)
    else:
        draft.row.key = _free_key(draft.row.name, program)
    draft.raise_problems()
    draft.row.next_number = _first_number(program, draft.row.key)
    made = draft.save()
    events.record("workstream.created", by=by, at=at, program=program, subject=made)
    revisions.moved(program)
    return made


@transaction.atomic(durable=True)
def edit(
    *,
    workstream: Workstream,
    version: int | None,
    changes: Mapping[str, Any],
    by: Person,
    at: datetime,
    base: Mapping[str, Any] | None = None,
) -> Workstream:
    """Change a workstream. A new key is for milestones to come: those there are keep theirs for life."""
    program = revisions.hold(workstream.program_id)
    if isinstance(key := changes.get("key"), str):
        changes = {**changes, "key": key.upper()}
    change = Edit(workstream, version, changes, editable=EDITABLE, base=base)
    if "name" in change.changed:
        require_own_name(change, program)
    if "lead" in change.changed:
        checks.member(change, program, "lead")
    if "status" in change.changed:
        change.set("status_raw", "")
    if "declared_health" in change.changed:
        change.set("declared_health_raw", "")
    if "key" in change.changed:
        _key(change, program)
        change.set("next_number", _first_number(program, change.row.key))
    saved = change.save()
    if change.changed:
        change.changed.pop("next_number", None)
        events.record_changes("workstream.changed", change.changed, by=by, at=at, program=program, subject=saved)
        revisions.moved(program)
    return saved


@transaction.atomic(durable=True)
def move(*, workstream: Workstream, up: bool, by: Person, at: datetime) -> Workstream:
    """Move a workstream one place up or down in the order that every page shows. At the end it stays where it is."""
    program = revisions.hold(workstream.program_id)
    order = list(Workstream.objects.filter(program=program).order_by("position", "name", "pk"))
    here = next((place for place, row in enumerate(order) if row.pk == workstream.pk), None)
    there = None if here is None else here + (-1 if up else 1)
    if here is None or there is None or not 0 <= there < len(order):
        return workstream
    order[here], order[there] = order[there], order[here]
    for position, row in enumerate(order):
        change = Edit(row, None, {"position": position}, editable={"position"})
        if change.changed:
            order[position] = change.save()
        if change.changed and row.pk == workstream.pk:
            events.record_changes("workstream.changed", change.changed, by=by, at=at, program=program, subject=order[position])
    revisions.moved(program)
    return order[there]


def require_own_name(draft: Draft[Workstream], program: Program) -> None:
    """Refuse a name that another workstream of the program has."""
    others = Workstream.objects.filter(program=program).exclude(pk=draft.row.pk).values_list("name", flat=True)
    if draft.row.name.casefold() in {each.casefold() for each in others}:
        draft.refuse("name", _("There is a workstream of this name already. Choose another."), "duplicate")


def _key(draft: Draft[Workstream], program: Program) -> None:
    key = draft.row.key
    if not KEY.fullmatch(key):
        draft.refuse("key", _("Use 2 to 12 capital letters and digits, a letter first, such as SEC."), "key")
    elif Workstream.objects.filter(program=program, key=key).exclude(pk=draft.row.pk).exists():
        draft.refuse("key", _("Another workstream has this key. Choose another."), "duplicate")


def _free_key(name: str, program: Program) -> str:
    """Initials of two words or more, else the first letters; a digit behind it when that is taken."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().upper()
    words = re.findall(r"[A-Z][A-Z0-9]*", plain)
    base = "".join(word[0] for word in words)[:3] if len(words) > 1 else "".join(words)[:3]
    base = base if len(base) > 1 else "WS"
    taken = set(Workstream.objects.filter(program=program).values_list("key", flat=True))
    key, number = base, 2
    while key in taken:
        key, number = f"{base}{number}", number + 1
    return key


def _first_number(program: Program, key: str) -> int:
    """After every number that this key has had, those that left too, so that there is ever only one SEC-7."""
    prefix = f"{key}-"
    keys = set(Milestone.objects.filter(program=program, key__startswith=prefix).values_list("key", flat=True))
    left = ("milestone.deleted", "milestone.moved")
    gone = Event.objects.filter(program=program, kind__in=left, subject_name__startswith=prefix)
    keys |= {name.split(" ", 1)[0] for name in gone.values_list("subject_name", flat=True)}
    return 1 + max((int(number) for each in keys if (number := each[len(prefix) :]).isdecimal()), default=0)
