"""A real Redis for tests, by the same look-up order as `make run`."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import redis

from tests.provision import processes
from tracker.run.embedded_redis import find_server, server_arguments

if TYPE_CHECKING:
    import subprocess


@dataclass
class RedisServer:
    """One Redis on a socket. Tests may kill it and start it again: `kill()`, `start()`."""

    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="longpole-redis-")))
    process: subprocess.Popen[bytes] | None = None

    @property
    def socket(self) -> Path:
        """Where it listens."""
        return self.folder / "redis.sock"

    @property
    def url(self) -> str:
        """What goes into REDIS_URL."""
        return f"redis+socket://{self.socket}"

    @property
    def client(self) -> redis.Redis:
        """A client of its own."""
        return redis.Redis(unix_socket_path=str(self.socket))

    def start(self) -> RedisServer:
        """Start it and wait until it answers."""
        command = [find_server(), *server_arguments(self.folder, socket=self.socket)]
        self.process = processes.start(command, log=self.folder / "redis.log")
        processes.wait_until(self.answers, what="Redis to answer")
        return self

    def answers(self) -> bool:
        """Whether it is there."""
        try:
            return bool(self.client.ping())
        except redis.RedisError:
            return False

    def kill(self) -> None:
        """End it as a power cut does."""
        if self.process:
            processes.kill(self.process)

    def stop(self) -> None:
        """End it in good order."""
        if self.process:
            processes.stop(self.process)
