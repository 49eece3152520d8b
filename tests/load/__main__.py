"""`make load`: 200 people click for two minutes; exit code 1 when there is an error or the p95 is not under 300 ms.

The product as it is deployed: granian with a process for each core, PostgreSQL, Redis, a worker. `python -m tests.load 50 30 10`
sends 50 people for 30 seconds who click every 10 seconds on average.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.load.drive import Figures, drive
from tests.provision import processes
from tests.provision.postgres import PostgresServer
from tests.provision.redis import RedisServer
from tests.stack import free_port
from tracker.run import commands

LIMIT = 300  # milliseconds
WARM = 20  # seconds in which a few people wake what was just started


def table(lines: list[Figures]) -> str:
    """The figures, a line for each kind of click."""
    head = f"{'click':<16}{'requests':>10}{'errors':>8}{'p50 ms':>8}{'p95 ms':>8}"
    return "\n".join([head, *(f"{x.name:<16}{x.requests:>10,}{x.errors:>8}{x.p50:>8,}{x.p95:>8,}" for x in lines)])


def environment(folder: Path, database: str, redis: str, port: int) -> dict[str, str]:
    """What every process of the product is told."""
    return {
        "DJANGO_SETTINGS_MODULE": "tracker.settings",
        "ENV_FILE": os.devnull,
        "VAR_DIR": str(folder),
        "SECRET_KEY": "for this load only " * 3,
        "DATABASE_URL": database,
        "REDIS_URL": redis,
        "PORT": str(port),
        "BASE_URL": f"http://localhost:{port}",
        "LOAD_DEMO": "off",
        "LOG_LEVEL": "WARNING",
    }


def main(people: int = 200, seconds: int = 120, think: int = 10) -> int:
    """Start everything, send them, tell, and end everything."""
    folder, port = Path(tempfile.mkdtemp(prefix="longpole-load-")), free_port()
    database, redis, running = PostgresServer().start(), RedisServer().start(), []
    try:
        told = environment(folder, database.url, redis.url, port)
        everything = {**os.environ, **told}
        subprocess.run([sys.executable, "-m", "tracker.run.prepare"], env=everything, check=True)
        crowd = folder / "crowd.json"
        with crowd.open("w") as file:
            subprocess.run([sys.executable, "-m", "tests.load.crowd", str(people)], env=everything, stdout=file, check=True)
        for name, command in (("web", commands.web(port=port)), ("worker", commands.worker())):
            running.append((name, processes.start(command, log=folder / f"{name}.log", environment=told)))
        address = f"http://localhost:{port}"
        processes.wait_until(lambda: _answers(address), what="the web server to answer", seconds=60, every=0.1)
        drive(address, crowd, people=8, seconds=WARM, think=1)  # a server that has been running for a while: nobody's figures
        lines = drive(address, crowd, people=people, seconds=seconds, think=think)
    finally:
        took = {name: _ended(each) for name, each in running}
        redis.stop()
        database.stop()
    print(f"{people} people for {seconds} s, a click every {think} s each\n{table(lines)}")
    print("processor time: " + ", ".join(f"{name} {seconds:.0f} s" for name, seconds in took.items()))
    met = not lines[-1].errors and lines[-1].p95 < LIMIT
    print("no error and p95 under 300 ms: " + ("pass" if met else "MISSED"))
    return int(not met)


def _ended(process: subprocess.Popen[bytes]) -> float:
    """Stop it; the seconds of processor it and its children took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    processes.stop(process)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _answers(address: str) -> bool:
    """Whether it is up."""
    import urllib.request

    try:
        urllib.request.urlopen(f"{address}/accounts/login/", timeout=5).close()
    except OSError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
