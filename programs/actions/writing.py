"""Writes that happen with every save, as plain statements: Django's query builder costs several times what the database takes.

A statement is worded once for each set of columns; so is the way a column's values are handed over.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Field, Model

from programs.queries import statements

_AS_IT_IS = frozenset(
    {"CharField", "TextField", "BooleanField", "FloatField", "ForeignKey", "OneToOneField", "BigAutoField"}
    | {"IntegerField", "BigIntegerField", "PositiveIntegerField", "PositiveSmallIntegerField", "PositiveBigIntegerField"}
)


@cache
def _columns(model: type[Model]) -> dict[str, Field[Any, Any]]:
    return {field.attname: field for field in model._meta.concrete_fields}


@cache
def _fit(field: Field[Any, Any]) -> Callable[[Any], Any]:
    """How a value of this column is handed to the database."""
    kind = field.get_internal_type()
    if kind in _AS_IT_IS:
        return lambda value: value
    if kind == "JSONField":
        return lambda value: None if value is None else json.dumps(value)
    if kind == "DateField":
        return lambda value: None if value is None else str(value)
    return lambda value: field.get_db_prep_save(value, connection=connection)


def _fitted(model: type[Model], values: Mapping[str, Any]) -> list[Any]:
    columns = _columns(model)
    return [_fit(columns[name])(value) for name, value in values.items()]


def _quoted(model: type[Model], names: Sequence[str]) -> tuple[str, list[str]]:
    columns, quote = _columns(model), connection.ops.quote_name
    return quote(model._meta.db_table), [quote(str(columns[name].column)) for name in names]


@cache
def _update(_vendor: str, model: type[Model], names: tuple[str, ...], where: tuple[str, ...], empty: tuple[str, ...]) -> str:
    table, columns = _quoted(model, names)
    conditions = [f"{column} = %s" for column in _quoted(model, where)[1]]
    conditions += [f"{column} IS NULL" for column in _quoted(model, empty)[1]]
    sets = ", ".join(f"{column} = %s" for column in columns)
    return f"UPDATE {table} SET {sets} WHERE {' AND '.join(conditions)}"  # noqa: S608 - names of our own


@cache
def _insert(_vendor: str, model: type[Model], names: tuple[str, ...]) -> str:
    table, columns = _quoted(model, names)
    marks = ", ".join(["%s"] * len(columns))
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - names of our own


def change(model: type[Model], where: Mapping[str, Any], values: Mapping[str, Any]) -> int:
    """Write these values (by attname) to the rows that have exactly those; returns how many there were."""
    with statements.cursor() as cursor:
        _change(cursor, model, where, values)
        return statements.count(cursor)


def put(model: type[Model], where: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """The same where nobody asks how many there were, and so nobody waits among statements that are sent together."""
    with statements.cursor() as cursor:
        _change(cursor, model, where, values)


def _change(cursor: Any, model: type[Model], where: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    keys = {name: key for name, key in where.items() if key is not None}
    sql = _update(connection.vendor, model, tuple(values), tuple(keys), tuple(where.keys() - keys.keys()))
    cursor.execute(sql, statements.given([*_fitted(model, values), *_fitted(model, keys)]))


def change_each(model: type[Model], rows: Mapping[int, Mapping[str, Any]], names: Sequence[str]) -> None:
    """Write these columns of rows that are there, by primary key: a fifth of what instances cost.

    PostgreSQL takes them as one list in one statement, which costs it and this process half of a statement for each.
    """
    if not rows:
        return
    key, vendor = str(model._meta.pk.attname), connection.vendor
    with statements.cursor() as cursor:
        if vendor == "postgresql":
            listed = [{name: row[name] for name in names} | {key: pk} for pk, row in rows.items()]
            sql = _update_listed(model, tuple(names), key, _about(len(rows)))
            cursor.execute(sql, statements.given([json.dumps(listed, default=str)]))
        else:
            fits = [(name, _fit(_columns(model)[name])) for name in names]
            values = [[*(fit(row[name]) for name, fit in fits), pk] for pk, row in rows.items()]
            cursor.executemany(_update(vendor, model, tuple(names), (key,), ()), values)


def _about(count: int) -> int:
    """Few different statements: 8, 64, 512 and so on, whatever is the next."""
    most = 8
    while most < count:
        most *= 8
    return most


@cache
def _update_listed(model: type[Model], names: tuple[str, ...], key: str, most: int) -> str:
    """`most` tells the planner how many rows to expect."""
    table, (*columns, number) = _quoted(model, [*names, key])
    kinds = [_columns(model)[name].rel_db_type(connection) for name in (key,)]
    kinds += [_columns(model)[name].db_type(connection) for name in names]
    shape = ", ".join(f"{column} {kind}" for column, kind in zip([number, *columns], kinds, strict=True))
    sets = ", ".join(f"{column} = listed.{column}" for column in columns)
    listed = f"(SELECT * FROM json_to_recordset(%s) AS given({shape}) LIMIT {most}) AS listed"  # noqa: S608 - names of our own
    return f"UPDATE {table} SET {sets} FROM {listed} WHERE {table}.{number} = listed.{number}"  # noqa: S608 - names of our own


def insert(model: type[Model], *rows: Mapping[str, Any]) -> None:
    """Write new rows of the same columns; every column but the number has to be named."""
    if not rows:
        return
    sql, values = _insert(connection.vendor, model, tuple(rows[0])), statements.given_each([_fitted(model, row) for row in rows])
    with statements.cursor() as cursor:
        if len(values) == 1:
            cursor.execute(sql, values[0])
        else:
            cursor.executemany(sql, values)


def add(rows: Sequence[Model]) -> None:
    """Write new rows whose numbers nobody asks for."""
    if rows:
        columns = [name for name, field in _columns(type(rows[0])).items() if not field.primary_key]
        insert(type(rows[0]), *({name: getattr(row, name) for name in columns} for row in rows))


def count_up(model: type[Model], keys: Collection[int], name: str) -> dict[int, int]:
    """Raise a counter of these rows by one; returns the new numbers. One statement."""
    if not keys:
        return {}
    table, (column, key) = _quoted(model, [name, str(model._meta.pk.attname)])
    marks = ", ".join(["%s"] * len(keys))
    with statements.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {column} = {column} + 1 WHERE {key} IN ({marks}) RETURNING {key}, {column}",  # noqa: S608 - names of our own
            statements.given(sorted(keys)),
        )
        return dict(cursor.fetchall())
