"""Writes that happen with every save, as plain statements: Django's query builder costs several times what the database takes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Field, Model


@cache
def _columns(model: type[Model]) -> dict[str, Field[Any, Any]]:
    return {field.attname: field for field in model._meta.concrete_fields}


def _named(model: type[Model], values: Mapping[str, Any]) -> tuple[list[str], list[Any]]:
    """(quoted columns, values as the database takes them)."""
    columns, quote = _columns(model), connection.ops.quote_name
    fit = [columns[name].get_db_prep_save(value, connection=connection) for name, value in values.items()]
    return [quote(str(columns[name].column)) for name in values], fit


def change(model: type[Model], where: Mapping[str, Any], values: Mapping[str, Any]) -> int:
    """Write these values (by attname) to the rows that have exactly those; returns how many there were."""
    set_columns, new = _named(model, values)
    columns, keys = _named(model, where)
    sets = ", ".join(f"{column} = %s" for column in set_columns)
    found = " AND ".join(
        f"{column} = %s" if key is not None else f"{column} IS NULL" for column, key in zip(columns, keys, strict=True)
    )
    with connection.cursor() as cursor:
        table = connection.ops.quote_name(model._meta.db_table)
        cursor.execute(f"UPDATE {table} SET {sets} WHERE {found}", [*new, *(key for key in keys if key is not None)])  # noqa: S608 - names of our own
        return int(cursor.rowcount)


def insert(model: type[Model], values: Mapping[str, Any]) -> None:
    """Write one new row; every column but the number has to be named."""
    columns, new = _named(model, values)
    marks = ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        table = connection.ops.quote_name(model._meta.db_table)
        cursor.execute(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", new)  # noqa: S608 - names of our own
