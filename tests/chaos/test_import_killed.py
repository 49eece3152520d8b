"""kill -9 in the middle of an import: all of it is there afterwards, or nothing."""

import os
import signal
import sqlite3
import subprocess
import sys
import time

import pytest
from django.conf import settings

from tests.imports import big

pytestmark = pytest.mark.sqlite

MILESTONES = 3000
KILLS = 4


def test_a_killed_import_leaves_nothing_or_everything(tmp_path):
    folder = big.write(tmp_path / "bundle", MILESTONES)
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tracker.settings",
        "VAR_DIR": str(tmp_path / "var"),
        "ENV_FILE": os.devnull,
        "SECRET_KEY": "only for this test " * 4,
        "DATABASE_URL": "",
    }
    command = [sys.executable, "manage.py"]
    subprocess.run([*command, "migrate", "--verbosity", "0"], cwd=settings.BASE_DIR, env=env, check=True)
    database = tmp_path / "var" / "longpole.sqlite3"
    started = time.monotonic()
    seen = []
    for kill in range(KILLS):
        running = subprocess.Popen(
            [*command, "import_bundle", str(folder)], cwd=settings.BASE_DIR, env=env, start_new_session=True
        )
        _wait_until_it_writes(database, running)
        time.sleep(0.3 * kill)
        if running.poll() is None:
            os.killpg(running.pid, signal.SIGKILL)
        running.wait()
        seen.append(_rows(database))
        assert seen[-1] in [(0, 0, 0), (5, MILESTONES, 1)], seen
        if seen[-1][0]:
            break
        assert time.monotonic() - started < 240
    assert (0, 0, 0) in seen, "no kill came in the middle"
    subprocess.run([*command, "import_bundle", str(folder)], cwd=settings.BASE_DIR, env=env, check=True, capture_output=True)
    assert _rows(database) == (5, MILESTONES, 1)


def _wait_until_it_writes(database, running):
    """The write-ahead log grows when the transaction spills its first pages."""
    log = database.with_name(database.name + "-wal")
    deadline = time.monotonic() + 60
    while running.poll() is None and time.monotonic() < deadline:
        if log.exists() and log.stat().st_size > 0:
            return
        time.sleep(0.02)


def _rows(database):
    with sqlite3.connect(database, timeout=30) as connection:
        count = "SELECT (SELECT count(*) FROM programs_program), (SELECT count(*) FROM programs_milestone), "
        return connection.execute(count + "(SELECT count(*) FROM programs_importrun)").fetchone()
