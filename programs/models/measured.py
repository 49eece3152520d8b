"""Columns that are measured to the finish: stored as they were when their row was written, read with what it moved since.

A finish that moves gives float to every milestone that was not reached, and other late dates. No row is written for that: each
says to which finish it was measured (`Timing.finish_moved`), the program's answer says where the finish is now
(`Analysis.finish_moved`, working days moved in all), and whatever reads such a column, in a list, a filter or an order, has the
difference added by the database.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models.expressions import Col

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.sql.compiler import SQLCompiler, _AsSqlType

NOW = "(SELECT a.finish_moved FROM programs_analysis a WHERE a.program_id = {row}.program_id)"


class _Measured(Col):
    """Such a column as it reads today: worded by the stored value, its row, and where the finish is now."""

    wording: ClassVar[str]

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> _AsSqlType:
        stored, values = super().as_sql(compiler, connection)
        row = compiler.quote_name_unless_alias(self.alias)
        return self.wording.format(stored=stored, row=row, now=NOW.format(row=row)), values


class _Float(_Measured):
    wording = "({stored} + COALESCE({now} - {row}.finish_moved, 0))"


class _LateDate(_Measured):
    wording = "(CASE WHEN {now} <> {row}.finish_moved THEN NULL ELSE {stored} END)"


class _MeasuredField(models.Field):  # type: ignore[type-arg]
    """A field that is read otherwise than it is stored. To migrations it is the plain column it is."""

    reads: ClassVar[type[_Measured]]

    def get_col(self, alias: str, output_field: models.Field[Any, Any] | None = None) -> Col:
        return self.reads(alias, self, output_field)

    @property
    def cached_col(self) -> Col:  # type: ignore[override]
        return self.get_col(self.model._meta.db_table)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, _, given, named = super().deconstruct()
        return name, f"django.db.models.{self.get_internal_type()}", given, named


class FloatToTheFinish(_MeasuredField, models.FloatField):  # type: ignore[type-arg]
    """Working days until the finish moves: as many more as the finish moved since it was stored."""

    reads = _Float


class LateDate(_MeasuredField, models.DateField):  # type: ignore[type-arg]
    """The latest date that moves no finish; once the finish moved, not known until it is computed anew."""

    reads = _LateDate
