"""The database is a real one that other processes share; figures are printed for the note."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.chaos.lab import Mails, sink

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.chaos.lab import Figures
    from tests.stack import Stack


@pytest.fixture
def mails(tmp_path: Path) -> Iterator[Mails]:
    """A mail server that keeps a record and outlives every worker."""
    with sink(tmp_path, pause=0.005) as found:
        yield found


@pytest.fixture
def told(mails: Mails) -> dict[str, str]:
    """What the processes of a stack are told: this server, its record as evidence, and a short lease."""
    return {"EMAIL_URL": mails.url, "MAIL_RELAY_LOG": str(mails.log), "MAIL_LEASE_SECONDS": "4"}


@pytest.fixture
def alone(live_stack: Stack) -> dict[str, str]:
    """The environment of a process on this test's database, without a queue."""
    return live_stack.environment() | {"MAIL_LEASE_SECONDS": "4", "LOG_LEVEL": "WARNING"}


@pytest.fixture
def say(request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]) -> Callable[[Figures], None]:
    """Print one line of figures, also when all is well."""

    def print_line(figures: Figures) -> None:
        with capsys.disabled():
            print(f"\n  {request.node.name}: {figures}")

    return print_line
