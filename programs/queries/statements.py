"""How a statement that is asked again and again reaches the database: planned once, and not waited for one by one.

Django fills the values into each statement's text, so PostgreSQL reads and plans every one anew. Here they travel beside it, all
as text of no known type, so that the server takes the type from the column, and one plan serves whatever is asked. psycopg
has the server keep that plan once a statement came `prepare_threshold` times (DATABASE_PREPARE_AFTER; none: as Django does).

Here the database is looked up once and held: `django.db.connection` looks it up at every dot, which takes 8 microseconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connections


class _Line(NamedTuple):
    """What statements are sent together on, and by."""

    pipeline: Any
    cursor: Any


_line: ContextVar[_Line | None] = ContextVar("line", default=None)


@contextmanager
def cursor() -> Iterator[Any]:
    """A cursor for statements of ours; see `given` for its values. What is sent together is sent by one."""
    if (line := _line.get()) is not None:
        yield line.cursor
        return
    with _cursor() as made:
        yield made


def _cursor() -> Any:
    database = connections[DEFAULT_DB_ALIAS]
    if not _planned(database):
        return database.cursor()
    from django.db.backends.postgresql.base import ServerBindingCursor  # takes psycopg along

    with database.wrap_database_errors:
        made: Any = ServerBindingCursor(database.connection)  # type: ignore[call-arg]
    return database.make_cursor(made)


def _planned(database: Any) -> bool:
    if database.vendor != "postgresql" or database.queries_logged:  # a log shows statements with their values
        return False
    database.ensure_connection()
    return database.connection.prepare_threshold is not None


def given(values: Sequence[Any]) -> Sequence[Any]:
    """Values as `cursor` wants them."""
    return given_each([values])[0]


def given_each(rows: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
    """The values of several rows as `cursor` wants them."""
    if not _planned(connections[DEFAULT_DB_ALIAS]):
        return rows
    return [[value if value is None else str(value) for value in values] for values in rows]


@contextmanager
def together() -> Iterator[None]:
    """Send what is written inside without waiting for each; an error in it is raised later, at the end. Reads do wait."""
    database = connections[DEFAULT_DB_ALIAS]
    if database.vendor != "postgresql":
        yield
        return
    database.ensure_connection()
    with database.wrap_database_errors, database.connection.pipeline() as line, _cursor() as made:
        token = _line.set(_Line(line, made))
        try:
            yield
        finally:
            _line.reset(token)


def count(made: Any) -> int:
    """How many rows the last statement of a cursor wrote; waits for it where statements are sent together."""
    if (line := _line.get()) is not None:
        line.pipeline.sync()
    return int(made.rowcount)


def wait_at_most(seconds: float | None) -> None:
    """Give up on a lock of this transaction after so long (None: as long as ever). SQLite has waited when it began."""
    database = connections[DEFAULT_DB_ALIAS]
    if database.vendor == "postgresql" and seconds is not None:
        with database.cursor() as asked:
            asked.execute(f"SET LOCAL lock_timeout = {int(seconds * 1000)}")
