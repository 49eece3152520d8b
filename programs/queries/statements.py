"""How a statement that is asked again and again reaches the database: planned once, and not waited for one by one.

Django fills the values into each statement's text, so PostgreSQL reads and plans every one anew. Here they travel beside it, all
as text of no known type, so that the server takes the type from the column, and one plan serves whatever is asked. psycopg
has the server keep that plan once a statement came `prepare_threshold` times (DATABASE_PREPARE_AFTER; none: as Django does).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connection

_line: ContextVar[Any] = ContextVar("line", default=None)  # what statements are sent together on


@contextmanager
def cursor() -> Iterator[Any]:
    """A cursor for statements of ours; see `given` for its values."""
    with _cursor() as made:
        yield made


def _cursor() -> Any:
    if not _planned():
        return connection.cursor()
    from django.db.backends.postgresql.base import ServerBindingCursor  # takes psycopg along

    with connection.wrap_database_errors:
        made: Any = ServerBindingCursor(connection.connection)  # type: ignore[call-arg]
    return connection.make_cursor(made)


def _planned() -> bool:
    if connection.vendor != "postgresql" or connection.queries_logged:  # a log shows statements with their values
        return False
    connection.ensure_connection()
    return connection.connection.prepare_threshold is not None


def given(values: Sequence[Any]) -> Sequence[Any]:
    """Values as `cursor` wants them."""
    return [value if value is None else str(value) for value in values] if _planned() else values


@contextmanager
def together() -> Iterator[None]:
    """Send what is written inside without waiting for each; an error in it is raised later, at the end. Reads do wait."""
    if connection.vendor != "postgresql":
        yield
        return
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline() as line:
        token = _line.set(line)
        try:
            yield
        finally:
            _line.reset(token)


def count(made: Any) -> int:
    """How many rows the last statement of a cursor wrote; waits for it where statements are sent together."""
    if (line := _line.get()) is not None:
        line.sync()
    return int(made.rowcount)


def wait_at_most(seconds: float | None) -> None:
    """Give up on a lock of this transaction after so long (None: as long as ever). SQLite has waited when it began."""
    if connection.vendor == "postgresql" and seconds is not None:
        with connection.cursor() as asked:
            asked.execute(f"SET LOCAL lock_timeout = {int(seconds * 1000)}")
