"""Reads of every save, compiled once: for a few rows the query builder costs ten times what the database takes.

The query is written as any other; what is kept is its SQL, by the number of keys it is asked for, and how its columns are read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet

from programs.queries.parts import parts

PART = 512  # keys one statement names at most
_MARK = 1 << 62  # stands for the first key while a query is compiled; no row has such a number

Row = TypeVar("Row", bound=Model)


def columns(model: type[Model]) -> list[str]:
    """Every column of a model, as `from_db` wants them."""
    return [field.attname for field in model._meta.concrete_fields]


class Prepared:
    """A `values_list` query that is asked by keys. `query` gets a list of keys and names each of them as it is."""

    def __init__(self, query: Callable[[Sequence[int]], QuerySet[Any, Any]]) -> None:
        self.query = query
        self._made: dict[tuple[str, int], tuple[str, tuple[Any, ...], list[tuple[int, int]], Any, Any]] = {}

    def rows(self, keys: Collection[int]) -> list[tuple[Any, ...]]:
        """The rows of these keys."""
        wanted, found = sorted(keys), []
        for part in parts(wanted, PART):
            width = 1 << (len(part) - 1).bit_length()  # few different statements: the last key is named again
            found += self._run([*part, *[part[-1]] * (width - len(part))])
        return found

    def ask(self, *keys: int) -> list[tuple[Any, ...]]:
        """The rows where each key has a place of its own."""
        return self._run(list(keys))

    def instances(self, model: type[Row], keys: Collection[int]) -> list[Row]:
        """The same as rows of a model, for a query that reads its `columns`."""
        names = columns(model)
        return [model.from_db(connection.alias, names, row) for row in self.rows(keys)]

    def _run(self, keys: list[int]) -> list[tuple[Any, ...]]:
        shape = (connection.vendor, len(keys))
        if shape not in self._made:
            self._made[shape] = self._compile(len(keys))
        sql, fixed, places, compiler, converters = self._made[shape]
        values = list(fixed)
        for place, key in places:
            values[place] = keys[key]
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            rows = cursor.fetchall()
        if converters:
            rows = compiler.apply_converters(rows, converters)
        return [tuple(row) for row in rows]

    def _compile(self, width: int) -> tuple[str, tuple[Any, ...], list[tuple[int, int]], Any, Any]:
        query = self.query([_MARK + key for key in range(width)]).query
        compiler = query.get_compiler(connection=connection)
        sql, fixed = compiler.as_sql()
        places = [(n, one - _MARK) for n, one in enumerate(fixed) if isinstance(one, int) and one >= _MARK]
        converters = compiler.get_converters([column for column, _, _ in compiler.select])
        return sql, tuple(fixed), places, compiler, converters
