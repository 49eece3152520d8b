"""What a measurement stands on: an empty database of its own, no queue, and no line in the terminal for every request."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.test import override_settings

from programs.actions import hints


@contextmanager
def ground(**changes: Any) -> Iterator[None]:
    """Measure the product alone, in this process, with these settings changed. Django is set up before."""
    logging.getLogger().setLevel(logging.ERROR)
    for bell in hints.BELLS:
        bell.ring = bell.postpone = lambda _program: None  # type: ignore[method-assign]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        with override_settings(**changes):
            yield
    finally:
        connection.creation.destroy_test_db(":memory:", verbosity=0)
