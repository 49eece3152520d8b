"""Undo of an import: possible while nobody has touched, or built on, what it brought."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from programs.actions.errors import Refused
from programs.actions.importing.people import CHUNK
from programs.actions.importing.writer import replace_exceptions, replace_strikes
from programs.models import Event, ImportRun, Membership, Person, Program, Team
from programs.queries.imports import MODELS
from programs.queries.parts import parts

ORDER = (
    "updates",
    "blockers",
    "risks",
    "dependencies",
    "milestones",
    "workstreams",
    "programs",
)  # what refers, before what is referred to


def require_untouched(run: ImportRun) -> None:
    """Raise Refused, with what was touched, when taking the import back would lose somebody's work."""
    for table in MODELS:
        model = MODELS[table]
        versions = dict.fromkeys(run.undo["created"].get(table, ()), 1)
        versions |= {int(pk): row["version"] for pk, row in run.undo["changed"].get(table, {}).items()}
        if table == "updates":
            continue
        for some in parts(sorted(versions), CHUNK):
            now = dict(model.objects.filter(pk__in=some).values_list("pk", "version"))
            for pk in some:
                if now.get(pk) != versions[pk]:
                    row = model.objects.filter(pk=pk).first()
                    _refuse(str(row) if row is not None else _("a row that was deleted"))
    _require_nothing_built(run)


# What may hang on rows of an import: table, field, and the table the field points at.
HANGS: tuple[tuple[str, str, str], ...] = (
    ("dependencies", "predecessor", "milestones"),
    ("dependencies", "successor", "milestones"),
    ("blockers", "milestone", "milestones"),
    ("risks", "milestone", "milestones"),
    ("updates", "milestone", "milestones"),
    ("milestones", "parent", "milestones"),
    ("milestones", "workstream", "workstreams"),
    ("milestones", "program", "programs"),
    ("workstreams", "program", "programs"),
    ("blockers", "program", "programs"),
    ("risks", "program", "programs"),
    ("updates", "program", "programs"),
)


def _require_nothing_built(run: ImportRun) -> None:
    """Rows made by people on what the import brought would go with it."""
    created = run.undo["created"]
    for table, field, on in HANGS:
        model, ours = MODELS[table], set(created.get(table, ()))
        for some in parts(sorted(created.get(on, ())), CHUNK):
            for pk in model.objects.filter(**{f"{field}__in": some}).order_by("pk").values_list("pk", flat=True):
                if pk not in ours:
                    _refuse(str(model.objects.get(pk=pk)))


def _refuse(what: str) -> None:
    words = _("This import cannot be undone any more: %(what)s was changed or added since.")
    raise Refused(words % {"what": what}, code="touched")


def take_back(run: ImportRun) -> None:
    """Put old values back, then delete what was made. Call under the graph lock, after `require_untouched`."""
    for table, rows in run.undo["changed"].items():
        model = MODELS[table]
        for pk, row in rows.items():
            values = {column: _restored(model, column, value) for column, value in row["fields"].items()}
            if table != "updates":
                values["version"] = F("version") + 1
            model.objects.filter(pk=int(pk)).update(**values)
    for pk, days in run.undo["exceptions"].items():
        replace_exceptions(int(pk), days)
    for pk, struck in run.undo.get("strikes", {}).items():
        replace_strikes(int(pk), struck)
    created = run.undo["created"]
    for some in parts(sorted(created.get("history", ())), CHUNK):
        Event.objects.filter(pk__in=some).delete()
    for table in ORDER:
        for some in parts(sorted(created.get(table, ())), CHUNK):
            MODELS[table].objects.filter(pk__in=some).delete()
    Membership.objects.filter(pk__in=created.get("memberships", ())).delete()
    idle = Person.objects.filter(pk__in=created.get("people", ()), email=None, memberships=None)
    idle.filter(milestones=None, blockers=None, risks=None, owned_programs=None, led_workstreams=None, updates=None).delete()
    Team.objects.filter(pk__in=created.get("teams", ()), milestones=None, workstreams=None).delete()


def _restored(model: Any, column: str, value: Any) -> Any:
    field = model._meta.get_field(column.removesuffix("_id") if column.endswith("_id") else column)
    return value if value is None or field.is_relation or column == "labels" else field.to_python(value)


def still_here(run: ImportRun) -> list[int]:
    """Programs of the import that are there after it was taken back."""
    return list(Program.objects.filter(pk__in=run.undo["programs"]).order_by("pk").values_list("pk", flat=True))
