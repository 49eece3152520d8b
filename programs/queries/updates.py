"""The status updates of a program, newest first, and what the network says beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator

from programs.models import Analysis, Person, Program, StatusUpdate, Workstream
from programs.queries import access

A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Updates:
    """Everything the page shows. `health` and `why` are computed; what people said is in each update."""

    program: Program
    page: Page[StatusUpdate]
    health: str
    why: dict[str, Any]
    may_update: bool
    may_manage: bool


def updates(slug: str, *, by: Person, page: str | int | None = 1) -> Updates:
    """A page of updates. An unusable page number shows the nearest page there is."""
    program = access.program(slug, by=by, may="view")
    role = access.role_in(program, by)
    found = (
        StatusUpdate.objects.filter(program=program)
        .select_related("author", "workstream", "milestone")
        .defer("milestone__description")
        .order_by("-on", "-pk")
    )
    stored = Analysis.objects.filter(program=program).values_list("health", "health_why").first()
    return Updates(
        program=program,
        page=Paginator(found, A_PAGE).get_page(page),
        health=stored[0] if stored else "",
        why=stored[1] if stored else {},
        may_update=access.allows(role, "update"),
        may_manage=access.allows(role, "manage"),
    )


def workstreams(program: Program) -> list[Workstream]:
    """What an update may be about, besides the whole program."""
    return list(Workstream.objects.filter(program=program).order_by("position", "key"))
