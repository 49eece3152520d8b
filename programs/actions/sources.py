"""The names a bundle gives its rows: set free while a program is deleted, taken again when it comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Left, Substr
from django.utils.translation import gettext as _

from programs.actions.errors import Refused
from programs.models import Blocker, Dependency, Milestone, Program, Risk, StatusUpdate, Workstream

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet

LENGTH = 200


def set_free(program: int) -> None:
    """Let the same bundle be imported anew while this program waits to be purged."""
    mark = _mark(program)
    for rows in _rows(program):
        rows.exclude(source_id=None).update(source=Left(Concat(Value(mark), F("source")), LENGTH))


def take_again(program: int) -> None:
    """Undo `set_free`. Raises `Refused` when the bundle was imported again meanwhile."""
    mark = _mark(program)
    try:
        with transaction.atomic():
            for rows in _rows(program):
                rows.filter(source__startswith=mark).update(source=Substr("source", len(mark) + 1))
    except IntegrityError as error:
        words = _("What this program was imported from was imported again since. Delete that program first.")
        raise Refused(words, code="imported_again") from error


def _mark(program: int) -> str:
    return f"deleted {program}: "


def _rows(program: int) -> Iterator[QuerySet]:  # type: ignore[type-arg]
    yield Program.every.filter(pk=program)
    for model in (Workstream, Milestone, Blocker, Risk, StatusUpdate):
        yield model.objects.filter(program=program)
    yield Dependency.objects.filter(successor__program=program)
