"""The product as real processes on a test's database: web, worker, beat, with a real Redis and a real mail server."""

from __future__ import annotations

import os
import socket
import tempfile
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from tests.provision import processes
from tracker.run import commands

if TYPE_CHECKING:
    import signal
    import subprocess

    from tests.provision.redis import RedisServer
    from tests.provision.smtp import Mailbox


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def database_url() -> str:
    """Where this test's database is, for another process."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    who = quote(str(values["USER"]), safe="") + (f":{quote(str(values['PASSWORD']), safe='')}" if values["PASSWORD"] else "")
    where = quote(str(values["HOST"]), safe="") + (f":{values['PORT']}" if values["PORT"] else "")
    return f"postgresql://{who}@{where}/{values['NAME']}"


class Stack:
    """Starts processes, kills them, and cleans up behind them. Their words are in `stack.words()`."""

    def __init__(self, *, redis: RedisServer, mailbox: Mailbox) -> None:
        self.redis = redis
        self.mailbox = mailbox
        self.folder = Path(tempfile.mkdtemp(prefix="longpole-stack-"))
        self.running: list[subprocess.Popen[bytes]] = []
        self.port = free_port()

    @property
    def address(self) -> str:
        """Where the pages are, once `web()` runs."""
        return f"http://localhost:{self.port}"

    def environment(self) -> dict[str, str]:
        """What every process is told."""
        return {
            "DJANGO_SETTINGS_MODULE": "tracker.settings",
            "ENV_FILE": os.devnull,
            "VAR_DIR": str(self.folder),
            "SECRET_KEY": settings.SECRET_KEY,
            "DATABASE_URL": database_url(),
            "REDIS_URL": self.redis.url,
            "EMAIL_URL": self.mailbox.url,
            "PORT": str(self.port),
            "BASE_URL": self.address,
            "DEBUG": "on",  # pages find their files without collecting them
            "LOG_LEVEL": "INFO",
        }

    def start(self, name: str, command: list[str], **more: str) -> subprocess.Popen[bytes]:
        """Start one process."""
        process = processes.start(command, log=self.folder / f"{name}.log", environment=self.environment() | more)
        self.running.append(process)
        return process

    def worker(self, *, processes_each: int = 2, **more: str) -> subprocess.Popen[bytes]:
        """Start a Celery worker."""
        return self.start("worker", commands.worker(concurrency=processes_each), **more)

    def beat(self, *, every: float | None = None) -> subprocess.Popen[bytes]:
        """Start beat; `every` makes it tick faster than in real life. Two beats are two calls."""
        schedule = str(self.folder / f"beat-{len(self.running)}")
        more = {"TICK_SECONDS": str(every)} if every else {}
        return self.start("beat", commands.beat(schedule=schedule), **more)

    def web(self) -> str:
        """Start the web server, wait until it answers, and return its address."""
        self.start("web", commands.web(port=self.port, workers=1))
        processes.wait_until(self.answers, what="the web server to answer", seconds=90, every=0.05)
        return self.address

    def answers(self) -> bool:
        """Whether pages come."""
        try:
            urllib.request.urlopen(f"{self.address}/accounts/login/", timeout=5).close()
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True

    def kill(self, process: subprocess.Popen[bytes], *, whole_family: bool = True) -> None:
        """Kill -9: the process and all it started, or only itself."""
        processes.kill(process, whole_family=whole_family)

    def end(self, process: subprocess.Popen[bytes], how: signal.Signals) -> None:
        """Ask one process to end."""
        processes.stop(process, how=how)

    def words(self) -> str:
        """Everything the processes said, for the message of a failed test."""
        return "\n".join(f"--- {log.name}\n{log.read_text(errors='replace')}" for log in sorted(self.folder.glob("*.log")))

    def stop(self) -> None:
        """End everything that was started here."""
        for process in self.running:
            processes.kill(process)
