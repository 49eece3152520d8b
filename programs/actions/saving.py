"""The one path on which an action keeps a row: values made clean, everything wrong told at once, nothing overwritten unseen.

SQLite would take a NUL, 200 characters in a column of 80 and a 31 February that PostgreSQL refuses; so every row goes through
`full_clean()` and the sentences of `remedies` first, and both databases refuse the same input with the same words.
"""

from __future__ import annotations

from contextlib import nullcontext
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.validators import MinValueValidator
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from programs.actions import deeds, remedies, values, writing
from programs.actions.errors import Problem, Refused, Stale
from programs.models import Event
from programs.queries.prepared import Prepared, columns

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

Row = TypeVar("Row", bound=models.Model)
Change = tuple[Any, Any]  # (old, new)


class Draft(Generic[Row]):
    """A new row on its way into the database. Problems are gathered, so that a form shows every one of them at once."""

    def __init__(self, row: Row) -> None:
        self.row = row
        self.problems: list[Problem] = []

    def put(self, given: Mapping[str, Any], editable: Collection[str]) -> None:
        """Set fields by name; a name that is not in `editable` is a problem of its own."""
        for name, value in given.items():
            clean = self.clean(name, value, editable)
            if clean is not values.BAD:
                self.set(name, clean)

    def clean(self, name: str, value: Any, editable: Collection[str]) -> Any:
        """The value as the column keeps it, or `values.BAD` with the problem noted."""
        if name not in editable:
            self.refuse(name, _("“%(field)s” cannot be set here.") % {"field": name}, "unknown_field")
            return values.BAD
        field: Any = self.row._meta.get_field(name)
        try:
            clean = values.clean(field, value)
            return clean if field.is_relation else field.clean(clean, self.row)
        except ValidationError as error:
            self._note(name, error)
            return values.BAD

    def set(self, name: str, value: Any) -> None:
        """Set one field to a clean value."""
        setattr(self.row, name, value)

    def refuse(self, field: str, message: str, code: str = "") -> None:
        """Note a problem; the row will not be saved. One problem a field is enough for a person."""
        if all(each.field != field for each in self.problems):
            self.problems.append(Problem(field, message, code))

    def raise_problems(self) -> None:
        """Stop here when something is wrong already."""
        if self.problems:
            raise Refused.for_problems(self.problems)

    def check(self, leave_out: Collection[str] = (), *, constraints: bool = True) -> None:
        """Run the model's own checks over every field but some, and stop when anything is wrong."""
        known = {each.field for each in self.problems}
        try:
            self.row.full_clean(exclude={*leave_out, *known}, validate_constraints=constraints)
        except ValidationError as error:
            for name, found in error.error_dict.items():
                self._note(name, ValidationError(found))
        self.raise_problems()

    def save(self, leave_out: Collection[str] = ()) -> Row:
        """Check and insert the row; `leave_out` names fields the action itself has just looked up under its locks."""
        self.check(leave_out)
        try:
            with transaction.atomic():
                self.row.save(force_insert=True)
        except IntegrityError as error:
            raise same_moment() from error
        deeds.made(self.row)
        return self.row

    def _note(self, name: str, error: ValidationError) -> None:
        field = None if name == NON_FIELD_ERRORS else self.row._meta.get_field(name)
        for problem in remedies.problems(field, error.error_list):
            self.refuse(name, *problem)


class Edit(Draft[Row]):
    """A change of a stored row. Locks the row, merges with what others saved, and writes only if it is still that version.

    `version` is the one the page showed; None when the change does not depend on what was shown. With `base`, the values the
    page was made from, fields that only the other side changed merge without asking. The same field changed on both sides
    raises `Stale`. `held` says that the action has just read the row under its lock. Afterwards `row` carries the new values
    and `changed` says which fields differ from the stored ones.
    """

    def __init__(
        self,
        row: Row,
        version: int | None,
        changes: Mapping[str, Any],
        *,
        editable: Collection[str],
        base: Mapping[str, Any] | None = None,
        held: bool = False,
    ) -> None:
        super().__init__(row if held else stored(row, version))
        self.stored_version: int = self.row.version  # type: ignore[attr-defined]
        self.changed: dict[str, Change] = {}
        if version is not None:
            _plausible(version)
        yours = {name: self.clean(name, value, editable) for name, value in changes.items()}
        yours = {name: value for name, value in yours.items() if value is not values.BAD}
        if version is not None and version != self.stored_version:
            yours = self._merge(version, yours, base)
        for name, value in yours.items():
            self.set(name, value)

    def set(self, name: str, value: Any) -> None:
        """Set one field to a clean value; what is already so is not a change."""
        old = self.changed[name][0] if name in self.changed else getattr(self.row, name)
        setattr(self.row, name, value)
        if values.same(old, value):
            self.changed.pop(name, None)
        else:
            self.changed[name] = (old, value)

    def save(self, leave_out: Collection[str] = ()) -> Row:
        """Check the changed fields and store them; nothing is written when nothing changed."""
        self.check_changed(leave_out)
        if not self.changed:
            return self.row
        model = type(self.row)
        new = {deeds.column(self.row, name): getattr(value, "pk", value) for name, (_old, value) in self.changed.items()}
        same_row = {str(model._meta.pk.attname): self.row.pk, "version": self.stored_version}
        try:
            with nullcontext() if constrained(model).isdisjoint(self.changed) else transaction.atomic():
                written = writing.change(model, same_row, new | {"version": self.stored_version + 1})
        except IntegrityError as error:
            raise same_moment() from error
        if not written:
            raise Stale(self.row, self.stored_version)
        self.row.version = self.stored_version + 1  # type: ignore[attr-defined]
        deeds.changed(self.row, self.changed)
        return self.row

    def check_changed(self, leave_out: Collection[str] = ()) -> None:
        """Run the model's own checks over the changed fields but some; constraints only where one speaks of such a field."""
        others = {field.name for field in self.row._meta.fields} - set(self.changed) | set(leave_out)
        self.check(others, constraints=not constrained(type(self.row)).isdisjoint(self.changed))

    def _merge(self, version: int, yours: dict[str, Any], base: Mapping[str, Any] | None) -> dict[str, Any]:
        """Drop what you did not change; ask about what both sides did."""
        kept, conflicts, bases = {}, [], {}
        for name, value in yours.items():
            theirs = getattr(self.row, name)
            if values.same(theirs, value):
                continue
            if base is not None and name in base:
                bases[name] = values.lenient(self.row._meta.get_field(name), base[name])
                if values.same(bases[name], value):
                    continue
                if values.same(bases[name], theirs):
                    kept[name] = value
                    continue
            conflicts.append(name)
        if conflicts:
            raise Stale(
                self.row,
                version,
                fields=conflicts,
                base=bases,
                theirs={name: getattr(self.row, name) for name in yours},
                yours=yours,
            )
        return kept


@lru_cache(maxsize=64)
def constrained(model: type[models.Model]) -> frozenset[str]:
    """The fields that only the database can judge: unique ones and those of constraints, less ranges that validators hold."""
    found = {field.name for field in model._meta.concrete_fields if field.unique and not field.primary_key}
    for constraint in model._meta.constraints:
        condition = getattr(constraint, "condition", None)
        fields = set(getattr(constraint, "fields", ())) | set(condition.referenced_base_fields if condition else ())
        if not (isinstance(constraint, models.CheckConstraint) and all(_has_range(model, name) for name in fields - {"pk"})):
            found |= fields
    return frozenset(found)


def _has_range(model: type[models.Model], name: str) -> bool:
    return any(isinstance(each, MinValueValidator) for each in model._meta.get_field(name).validators)  # type: ignore[union-attr]


def stored(row: Row, version: int | None = None) -> Row:
    """The row as it is in the database now, locked until the transaction ends; `Stale` when it was deleted meanwhile."""
    found = _locked(type(row)).instances(type(row), [row.pk])
    if not found:
        notes = Event.objects.filter(kind=f"{row._meta.model_name}.deleted", subject_id=row.pk).select_related("by")
        note = notes.order_by("-pk").first()
        raise Stale(None, version, deleted_by=note.by.name if note and note.by else "")
    return found[0]


@cache
def _locked(model: type[models.Model]) -> Prepared:
    rows = model._base_manager.select_for_update(no_key=True)
    return Prepared(lambda keys: rows.filter(pk__in=keys).values_list(*columns(model)))


def same_moment() -> Refused:
    """Two people did the same thing at the same moment, and the database let one of them."""
    return Refused(_("Somebody else saved the same at this moment. Reload the page and look first."), code="same_moment")


def _plausible(version: object) -> None:
    if isinstance(version, bool) or not isinstance(version, int) or not 0 < version < 2**31:
        raise Refused(_("The form is incomplete: its version is missing. Reload the page."), "version", "version")
