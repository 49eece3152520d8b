"""Start Redis, web, worker and beat, keep them, and stop them all: with Ctrl-C, with a signal, when this process is killed."""

from __future__ import annotations

import fcntl
import os
import select
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from environs import EnvError

from tracker import queue
from tracker.run import commands, embedded_redis, prepare, processes

STOP = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
PATIENCE = 10.0  # seconds a process gets to finish what it is doing
START = 300.0  # seconds the web server gets to answer for the first time, on however slow a machine
QUICK = 5.0  # seconds under which an end counts as a failure to start
TRIES = 5


class Trouble(Exception):
    """Longpole cannot start; the text says why, and what to do about it."""


@dataclass
class Child:
    """One process to keep alive."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes]
    started: float = field(default_factory=time.monotonic)
    failures: int = 0


class Supervisor:
    """One start of the whole product on one machine."""

    def __init__(self) -> None:
        try:
            self.var: Path = settings.VAR_DIR
        except (ImproperlyConfigured, EnvError) as error:
            raise Trouble(str(error)) from None
        self.settings: Any = settings
        self.port: int = settings.PORT
        self.host: str = settings.LISTEN
        self.redis: Child | None = None
        self.children: list[Child] = []
        self.lock = (self.var / "run.lock").open("a+")
        self.inbox, self.outbox = socket.socketpair()
        self.started = time.monotonic()

    def run(self) -> None:
        """Start everything, say where it is, and stay."""
        self.listen_to_signals()
        self.claim_folder()
        try:
            self.start_redis()
            django.setup()
            self.prepare()
            self.start_web()
            self.keep("worker", commands.worker())
            self.keep("beat", commands.beat(schedule=str(self.var / "beat")))
            self.greet()
            self.watch()
        except Stopped:
            pass
        finally:
            self.stop()

    # Starting

    def listen_to_signals(self) -> None:
        """Let signals arrive as bytes on a socket, so that nothing happens in the middle of something else."""
        for end in (self.inbox, self.outbox):
            end.setblocking(False)
        signal.set_wakeup_fd(self.outbox.fileno(), warn_on_full_buffer=False)
        for each in (*STOP, signal.SIGCHLD):
            signal.signal(each, lambda number, frame: None)
        if os.environ.get("MAKELEVEL"):
            processes.end_with_parent()

    def claim_folder(self) -> None:
        """Let only one start use this folder. The children hold the claim too, so the next start waits for the last of them."""
        os.set_inheritable(self.lock.fileno(), True)
        deadline, told = time.monotonic() + PATIENCE + 5, False
        while True:
            try:
                fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                if time.monotonic() > deadline:
                    raise Trouble(
                        f"Longpole already runs from this folder{self.holder()}. Stop that one first, "
                        "or give this one a folder of its own: `make run VAR_DIR=another`."
                    ) from None
                if not told and self.holder_lives():
                    deadline = time.monotonic()
                elif not told:
                    print("Waiting for the last run to stop", flush=True)
                    told = True
                self.wait(0.2)
            else:
                break
        self.lock.truncate(0)
        self.lock.write(str(os.getpid()))
        self.lock.flush()

    def holder(self) -> str:
        """Say which process has the claim, if it wrote itself down."""
        self.lock.seek(0)
        number = self.lock.read().strip()
        return f" (process {number})" if number.isdigit() else ""

    def holder_lives(self) -> bool:
        """Whether the supervisor that has the claim is still there, rather than only its children on their way out."""
        self.lock.seek(0)
        number = self.lock.read().strip()
        try:
            os.kill(int(number), 0)
        except (ValueError, ProcessLookupError):
            return False
        except PermissionError:
            return True
        return True

    def start_redis(self) -> None:
        """Start the embedded Redis, unless REDIS_URL names another."""
        if os.environ.get("REDIS_URL") or queue.local_url(self.var) != self.settings.REDIS_URL:
            print("Redis: the one that REDIS_URL names", flush=True)
            return
        try:
            server = embedded_redis.find_server()
        except embedded_redis.NoRedis as error:
            raise Trouble(str(error)) from None
        command = [str(server), *embedded_redis.server_arguments(self.var / "redis", socket=queue.socket_path(self.var))]
        self.redis = Child("redis", command, self.start(command))

    def prepare(self) -> None:
        """Bring database, demo and collected files up to date, in a copy of this process that has Django loaded already."""
        copy = os.fork()
        if copy == 0:
            for each in (*STOP, signal.SIGCHLD):
                signal.signal(each, signal.SIG_DFL)
            processes.end_with_parent()
            os._exit(prepare.run())
        try:
            while (ended := os.waitpid(copy, os.WNOHANG))[0] == 0:
                self.wait(1)
        except Stopped:
            os.kill(copy, signal.SIGTERM)
            raise
        if ended[1]:
            raise Trouble("Longpole did not start; the reason is above.")

    def start_web(self) -> None:
        """Start the web server and wait until it answers."""
        web = self.keep("web", commands.web(port=self.port, host=self.host, workers=self.settings.WEB_WORKERS))
        deadline = time.monotonic() + START
        while not self.answers():
            if web.process.poll() is not None:
                raise Trouble(
                    f"The web server did not start on port {self.port}; its words are above. "
                    "Is the port taken? `make run PORT=8001` uses another."
                )
            if time.monotonic() > deadline:
                raise Trouble(f"The web server runs, but did not answer within {START:.0f} seconds; its words are above.")
            self.wait(0.1)

    def answers(self) -> bool:
        """Whether a page comes."""
        everywhere = {"0.0.0.0", "::"}  # noqa: S104 - asked about, not bound
        host = "127.0.0.1" if self.host in everywhere else self.host
        try:
            with socket.create_connection((host, self.port), timeout=5) as visitor:
                visitor.sendall(b"GET /readyz HTTP/1.0\r\nHost: localhost\r\n\r\n")
                return visitor.recv(12).startswith(b"HTTP/")
        except OSError:
            return False

    def greet(self) -> None:
        """Say where it is and how to sign in."""
        took = time.monotonic() - self.started
        print(f"\nLongpole is at {self.settings.BASE_URL}  (ready in {took:.1f} s; Ctrl-C stops it)", flush=True)
        greeting = self.var / "greeting.txt"
        if greeting.is_file():
            print(greeting.read_text(encoding="utf-8"), flush=True)

    def start(self, command: list[str]) -> subprocess.Popen[bytes]:
        """Start one process that ends when this one does."""
        return processes.start(command, keep_open=[self.lock.fileno()])

    def keep(self, name: str, command: list[str]) -> Child:
        """Start one process that is started again when it ends by itself."""
        child = Child(name, command, self.start(command))
        self.children.append(child)
        return child

    # Staying

    def wait(self, seconds: float | None) -> None:
        """Wait for time to pass or a process to end; leave when told to stop."""
        select.select([self.inbox], [], [], seconds)
        try:
            heard = self.inbox.recv(4096)
        except BlockingIOError:
            return
        if any(number in STOP for number in heard):
            raise Stopped

    def watch(self) -> None:
        """Stay until told to stop; start again what ends by itself."""
        while True:
            ended = [each for each in (self.redis, *self.children) if each and each.process.poll() is not None]
            for child in ended:
                self.revive(child)
            if not ended:  # reviving waits too, and may have heard of another end: so look again before waiting
                self.wait(None)

    def revive(self, child: Child) -> None:
        """Start a process again that has ended, unless it keeps failing."""
        lived = time.monotonic() - child.started
        child.failures = child.failures + 1 if lived < QUICK else 0
        if child.failures >= TRIES:
            raise Trouble(f"{child.name} ended {TRIES} times right after its start; its words are above. Everything is stopped.")
        processes.end(child.process, patience=0)
        print(f"{child.name} ended ({reason(child.process.returncode)}); starting it again", flush=True)
        self.wait(min(child.failures, 3))
        child.process, child.started = self.start(child.command), time.monotonic()

    # Stopping

    def stop(self) -> None:
        """End every process; Redis last, so that the others can finish what they are doing."""
        for each in STOP:
            signal.signal(each, signal.SIG_DFL if each is not signal.SIGINT else signal.SIG_IGN)
        if self.children:
            print("\nStopping", flush=True)
        for child in self.children:
            processes.ask(child.process)
        deadline = time.monotonic() + PATIENCE
        for child in self.children:
            if not processes.end(child.process, patience=max(0, deadline - time.monotonic())):
                print(f"{child.name} did not stop in {PATIENCE:.0f} s and was killed", flush=True)
        if self.redis:
            processes.end(self.redis.process, patience=5)
        self.lock.close()


class Stopped(Exception):
    """Somebody asked us to stop."""


def reason(code: int | None) -> str:
    """Say how a process ended."""
    return f"signal {-code}" if code is not None and code < 0 else f"code {code}"
