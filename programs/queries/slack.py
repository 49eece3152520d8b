"""Who a Slack user is, and what the key in a command means to them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from programs.models import Blocker, Milestone, Person, SlackUser
from programs.queries import access

_BLOCKER = re.compile(r"[Bb]-([1-9]\d{0,8})", re.ASCII)


def person_of(team: str, user: str) -> Person | None:
    """The person who linked this Slack user, while their account is open."""
    if not team or not user:
        return None
    row = SlackUser.objects.filter(team=team, user=user, person__is_active=True).select_related("person").first()
    return row.person if row else None


def linked(person: Person) -> SlackUser | None:
    """The Slack user this person is; None without one."""
    return SlackUser.objects.filter(person=person).exclude(user="").first()


@dataclass(frozen=True, slots=True)
class Named:
    """What a key named: one row this person may change, or why none. `several` are names that tell them apart."""

    row: Milestone | Blocker | None = None
    several: tuple[str, ...] = ()
    only_read: bool = False


def milestone(written: str, *, by: Person) -> Named:
    """The milestone of that key, such as SEC-3 or atlas:SEC-3, as far as this person may see."""
    slug, key = _parts(written)
    rows = access.milestones_for(by).filter(key__iexact=key).select_related("program", "owner")
    return _one(rows.filter(program__slug=slug) if slug else rows, by)


def blocker(written: str, *, by: Person) -> Named | None:
    """The blocker of that key, such as B-31; None when it is no key of a blocker."""
    slug, key = _parts(written)
    found = _BLOCKER.fullmatch(key)
    if found is None:
        return None
    rows = Blocker.objects.filter(program__in=access.programs_for(by), number=int(found[1]))
    rows = rows.select_related("program", "milestone", "owner")
    return _one(rows.filter(program__slug=slug) if slug else rows, by)


def _parts(written: str) -> tuple[str, str]:
    slug, _colon, key = written.rpartition(":")
    return slug.lower(), key


def _one(rows, by: Person) -> Named:  # type: ignore[no-untyped-def]  # noqa: ANN001 - a queryset of milestones or blockers
    found = list(rows.order_by("program__slug")[:10])
    mine = [row for row in found if access.can(row.program, by, "update")]
    if len(mine) == 1:
        return Named(mine[0])
    return Named(several=tuple(f"{row.program.slug}:{row.key}" for row in mine), only_read=bool(found) and not mine)
