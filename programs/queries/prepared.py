"""Reads of every save and every page, compiled once: for a few rows the query builder costs ten times what the database takes.

The query is written as any other; what is kept is its SQL, by the kinds of values it is asked with, and how its columns are read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property, update_wrapper
from typing import Any, Generic, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.query import ModelIterable, get_related_populators

from programs.queries import statements
from programs.queries.parts import parts

PART = 512  # keys one statement names at most
UTC = ZoneInfo("UTC")

Row = TypeVar("Row", bound=Model)
Given = ParamSpec("Given")
Answer = TypeVar("Answer")


def columns(model: type[Model]) -> list[str]:
    """Every column of a model, as `from_db` wants them."""
    return [field.attname for field in model._meta.concrete_fields]


def _mark(value: Any, number: int) -> Any:
    """What stands for a value while its query is compiled; nothing in a database looks like it."""
    if isinstance(value, str):
        return f"\ue000{number}"
    if isinstance(value, datetime):
        return datetime(9000, 1, 1, tzinfo=UTC) + timedelta(days=number)
    if isinstance(value, date):
        return date(9000, 1, 1) + timedelta(days=number)
    return (1 << 62) + number


def _written(value: Any) -> Any:
    """The value as a statement of this database carries it."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value


class Statement:
    """One compiled query: its SQL, which of its values are asked for, and how its rows are read."""

    def __init__(self, rows: QuerySet[Any, Any], marks: Sequence[Any], *, keyed: bool = False, listed: bool = False) -> None:
        self._keyed = keyed  # asked with keys of columns alone, so that the server knows every value's type
        self._compiler = rows.query.get_compiler(connection=connection)
        self._sql, self._fixed = self._compiler.as_sql()
        if listed:
            assert self._sql.count("IN (%s)") == 1, "names its keys once"
            self._sql = self._sql.replace("IN (%s)", "= ANY(%s)")
        place_of = {_written(mark): n for n, mark in enumerate(marks)}
        self._places = [(n, place_of[one]) for n, one in enumerate(self._fixed) if _hashable(one) and one in place_of]
        self._converters = self._compiler.get_converters([column for column, _, _ in self._compiler.select])
        self._of_model = rows._iterable_class is ModelIterable
        if self._of_model:
            assert not rows._prefetch_related_lookups, "a prepared query joins what it needs"  # type: ignore[attr-defined]
            shape = self._compiler.klass_info
            first, self._end = shape["select_fields"][0], shape["select_fields"][-1] + 1
            self._own, self._model = slice(first, self._end), shape["model"]
            self._names = [column.target.attname for column, _, _ in self._compiler.select[self._own]]
            self._related = get_related_populators(shape, self._compiler.select, connection.alias)  # type: ignore[call-arg]

    def run(self, values: Sequence[Any]) -> list[Any]:
        """The rows for these values, in the order of the marks."""
        given = list(self._fixed)
        for place, key in self._places:
            given[place] = _written(values[key])
        with statements.cursor() if self._keyed else connection.cursor() as cursor:
            cursor.execute(self._sql, statements.given(given) if self._keyed else given)
            rows = cursor.fetchall()
        if self._converters and rows:
            rows = self._converted(rows)
        return list(self._instances(rows)) if self._of_model else [tuple(row) for row in rows]

    def _converted(self, rows: Sequence[Any]) -> list[tuple[Any, ...]]:
        """The same as the compiler's `apply_converters`, column by column: what a column repeats is read once."""
        found = list(zip(*rows, strict=True))
        for place, (converters, expression) in self._converters.items():
            found[place] = tuple(_read(found[place], converters, expression))
        return list(zip(*found, strict=True))

    def _instances(self, rows: Sequence[Any]) -> Iterator[Model]:
        notes = self._compiler.annotation_col_map or {}
        for row in rows:
            made = self._model.from_db(connection.alias, self._names, row[self._own])
            for populator in self._related:
                populator.populate(row, made)
            for name, place in notes.items():
                setattr(made, name, row[place])
            yield made


def _read(column: Sequence[Any], converters: Sequence[Callable[..., Any]], expression: Any) -> Iterator[Any]:
    known: dict[Any, Any] = {}
    for value in column:
        if value in known:
            yield known[value]
            continue
        made = value
        for convert in converters:
            made = convert(made, expression, connection)
        if not isinstance(made, list | dict):  # those are the row's own: whoever reads it may change them
            known[value] = made
        yield made


def _hashable(value: Any) -> bool:
    return isinstance(value, int | str | date)


class Prepared:
    """A `values_list` query that is asked by keys. `query` gets a list of keys and names each of them as it is."""

    def __init__(self, query: Callable[[Sequence[int]], QuerySet[Any, Any]]) -> None:
        self.query = query
        self._made: dict[tuple[str, int], Statement] = {}

    def rows(self, keys: Collection[int]) -> list[tuple[Any, ...]]:
        """The rows of these keys. PostgreSQL takes them as one list, so that one plan serves however many there are."""
        wanted, found = sorted(keys), []
        if connection.vendor == "postgresql":
            return self._listed.run([f"{{{','.join(map(str, wanted))}}}"]) if wanted else []
        for part in parts(wanted, PART):
            found += self._run(_padded(part))
        return found

    def ask(self, *keys: int) -> list[tuple[Any, ...]]:
        """The rows where each key has a place of its own."""
        return self._run(list(keys))

    def instances(self, model: type[Row], keys: Collection[int]) -> list[Row]:
        """The same as rows of a model, for a query that reads its `columns`."""
        names = columns(model)
        return [model.from_db(connection.alias, names, row) for row in self.rows(keys)]

    @cached_property
    def _listed(self) -> Statement:
        return Statement(self.query([_mark(0, 0)]), [_mark(0, 0)], keyed=True, listed=True)

    def _run(self, keys: list[int]) -> list[tuple[Any, ...]]:
        shape = (connection.vendor, len(keys))
        if shape not in self._made:
            marks = [_mark(key, n) for n, key in enumerate(keys)]
            self._made[shape] = Statement(self.query(marks), marks, keyed=True)
        return self._made[shape].run(keys)


def _padded(keys: Sequence[int]) -> list[int]:
    """Few different statements: the last key is named again until there is a power of two of them."""
    return [*keys, *[keys[-1]] * ((1 << (len(keys) - 1).bit_length()) - len(keys))]


class prepared(Generic[Given, Answer]):  # noqa: N801 - reads as the decorator it is
    """Make a function that writes a query one that answers it, compiled once for each kind of values it is called with.

    The function uses each number, word or day only as a value in the query: what decides the query's form is a truth value or
    None. Lists are of numbers, for `__in`. Rows of a model come with what `select_related` and `annotate` name.
    """

    def __init__(self, query: Callable[Given, QuerySet[Any, Answer]]) -> None:
        self.query = query
        self._made: dict[tuple[Any, ...], Statement] = {}
        update_wrapper(self, query)

    def __call__(self, *args: Given.args, **_none: Given.kwargs) -> list[Answer]:
        """The rows for these values."""
        values: list[Any] = []
        value: Any
        shape: list[Any] = [connection.vendor]
        for value in args:
            if value is None or isinstance(value, bool):
                shape.append(value)
            elif isinstance(value, int | str | date):
                shape.append("word" if isinstance(value, str) else type(value))
                values.append(value)
            else:
                if not value:
                    return []
                keys = _padded(sorted(value))
                shape.append((list, len(keys)))
                values += keys
        made = self._made.get(tuple(shape))
        if made is None:
            made = self._made[tuple(shape)] = self._compile(args, shape[1:])
        return made.run(values)

    def first(self, *args: Given.args, **none: Given.kwargs) -> Answer | None:
        """The first row for these values; None when there is none. The query says how many it reads."""
        return next(iter(self(*args, **none)), None)

    def _compile(self, args: Sequence[Any], shape: Sequence[Any]) -> Statement:
        marks: list[Any] = []
        given: list[Any] = []
        for value, kind in zip(args, shape, strict=True):
            if value is None or isinstance(value, bool):
                given.append(value)
            elif isinstance(kind, tuple):
                given.append([_mark(0, len(marks) + n) for n in range(kind[1])])
                marks += given[-1]
            else:
                given.append(_mark(value, len(marks)))
                marks.append(given[-1])
        return Statement(self.query(*given), marks)  # type: ignore[call-arg]
