"""The saved views of a program's milestones list that a person may choose from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from programs.models import SavedView
from programs.queries.prepared import prepared

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from programs.models import Person, Program


def offered(program: Program, person: Person) -> list[SavedView]:
    """One's own and those shared with the program, by name. One query."""
    return _offered(program.pk, person.pk)


@prepared
def _offered(program: int, person: int) -> QuerySet[SavedView]:
    rows = SavedView.objects.filter(Q(person=person) | Q(shared=True), program=program)
    return rows.select_related("person", "program").order_by("shared", "name", "pk")


def opening(views: Iterable[SavedView]) -> SavedView | None:
    """What the list opens with: one's own choice, else what the program opens with for everybody, else nothing."""
    return next((view for view in sorted(views, key=lambda view: view.shared) if view.first), None)
