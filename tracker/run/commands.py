"""The command line of each process: one place for `make run`, the Procfile, the container and the tests."""

from __future__ import annotations

import os
import sys


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def web(*, port: int, host: str = "127.0.0.1", workers: int | None = None) -> list[str]:
    """Serve the pages: one process a core, each doing one thing at a time, since the pages wait for nobody."""
    options = {
        "--interface": "wsgi",
        "--host": host,
        "--port": str(port),
        "--workers": str(workers or cores()),
        "--blocking-threads": "1",
        "--workers-kill-timeout": "10",
        "--log-level": "warning",
    }
    flat = [part for pair in options.items() for part in pair]
    return [sys.executable, "-m", "granian", *flat, "tracker.wsgi:application"]


def celery() -> list[str]:
    """Celery without its banner, and without its warning about root, which is what containers and demos run as."""
    return [sys.executable, "-W", "ignore:You're running the worker", "-m", "celery", "--quiet", "-A", "tracker"]


def worker(*, concurrency: int | None = None) -> list[str]:
    """Do what is too long for a page: recompute, render, send."""
    many = str(concurrency or cores())
    return [
        *(*celery(), "worker", "--concurrency", many),
        *("--loglevel", "WARNING", "--without-gossip", "--without-mingle"),
    ]


def beat(*, schedule: str) -> list[str]:
    """Ring the tick. Two of these do no harm: what happens at a tick is claimed in the database."""
    return [*celery(), "beat", "--loglevel", "WARNING", "--schedule", schedule, "--pidfile", ""]
