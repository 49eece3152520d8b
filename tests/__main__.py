"""Everything that proves Longpole works: `python -m tests`, which is what `make test` runs.

`python -m tests --postgresql tests/flows -k block` runs some on PostgreSQL; `--sqlite` on SQLite. The rest goes to pytest.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass

from tests.provision import browser
from tests.provision.postgres import NoPostgres, PostgresServer
from tracker.run.processes import die_with_parent

NOTHING_TO_RUN = 5
PARALLEL = ["-n", os.environ.get("TEST_PROCESSES", "2"), "--dist", "loadgroup"]


@dataclass
class Section:
    """One run of pytest: its title, what it is given, and how it went."""

    title: str
    arguments: list[str]
    database_url: str = ""
    failed: bool = False
    seconds: float = 0.0
    last_line: str = ""

    def run(self) -> Section:
        """Run it, showing what it says."""
        print(f"\n━━ {self.title} ━━", flush=True)
        environment = {**os.environ, "DATABASE_URL": self.database_url}
        if not self.database_url:
            del environment["DATABASE_URL"]
        started = time.monotonic()
        command = [sys.executable, "-m", "pytest", *self.arguments]
        pytest = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, text=True, bufsize=1, preexec_fn=die_with_parent(signal.SIGINT)
        )
        try:
            assert pytest.stdout
            for line in pytest.stdout:
                print(line, end="", flush=True)
                self.last_line = line.strip(" =\n") or self.last_line
        finally:
            if pytest.poll() is None:
                pytest.send_signal(signal.SIGINT)
            pytest.wait(30)
        self.failed = pytest.returncode not in {0, NOTHING_TO_RUN}
        self.seconds = time.monotonic() - started
        return self


def everything() -> int:
    """Run the whole suite on SQLite, and what touches the database again on PostgreSQL."""
    os.environ["CHROMIUM"] = str(browser.provide())
    print(f"Browser: {os.environ['CHROMIUM']}", flush=True)
    given = os.environ.get("DATABASE_URL", "")
    server = None if given.startswith("postgres") else PostgresServer().start()
    try:
        url = server.url if server else given
        print(f"PostgreSQL: {server.programs if server else 'the one that DATABASE_URL names'}", flush=True)
        sections = [
            Section("On SQLite: pure, database, pages, browser", [*PARALLEL, "-m", "not chaos and not bench"]).run(),
            Section("On SQLite: real worker, beat, Redis and mail server", [*PARALLEL, "-m", "chaos"]).run(),
            Section(
                "On PostgreSQL: what touches the database", [*PARALLEL, "-m", "database and not chaos and not browser"], url
            ).run(),
            Section(
                "On PostgreSQL: real worker, beat, Redis and mail server", [*PARALLEL, "-m", "chaos and not sqlite"], url
            ).run(),
        ]
    finally:
        if server:
            server.stop()
    print("\n━━ Together ━━")
    for section in sections:
        print(f"{'FAILED' if section.failed else 'passed'}  {section.seconds:6.0f} s  {section.title}: {section.last_line}")
    return int(any(section.failed for section in sections))


def some(database: str, arguments: list[str]) -> int:
    """Run what was asked for on one of the two databases."""
    if database == "--sqlite":
        return int(Section("On SQLite", arguments).run().failed)
    server = PostgresServer().start()
    try:
        return int(Section("On PostgreSQL", arguments, server.url).run().failed)
    finally:
        server.stop()


def main() -> int:
    """Read the command line. Being told to end, end what was started too."""
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    try:
        if len(sys.argv) > 1:
            if sys.argv[1] not in {"--sqlite", "--postgresql"}:
                sys.exit(__doc__)
            return some(sys.argv[1], sys.argv[2:])
        return everything()
    except (NoPostgres, browser.NoBrowser) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    sys.exit(main())
