"""Bring the database, the demo and the collected files up to date, saying what takes time."""

from __future__ import annotations

import hashlib
import io
import os
import sys
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import CommandError, SystemCheckError
from django.db import OperationalError


def say(words: str) -> None:
    """Show progress."""
    print(words, flush=True)


def migrate() -> None:
    """Bring the tables up to date."""
    from tracker.run import readiness

    if pending := readiness.pending_migrations():
        say(f"Bringing the database up to date ({len(pending)} steps)")
        call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)


def load_demo() -> None:
    """Fill an empty database with the demo program, dated so that it is about today."""
    from programs.queries import people

    if not settings.LOAD_DEMO or settings.PUBLIC or not people.nobody_can_sign_in():
        return
    say("Loading the demo program")
    call_command("load_demo", if_empty=True, stdout=io.StringIO())
    greeting().unlink(missing_ok=True)


def collect_files() -> None:
    """Collect stylesheets, scripts and pictures under names that carry their hash; skip when none changed."""
    figure = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):  # type: ignore[attr-defined]
            path = Path(storage.path(name))
            figure.update(f"{name} {path.stat().st_mtime_ns} {path.stat().st_size}\n".encode())
    stamp = settings.VAR_DIR / "collected"
    if stamp.is_file() and stamp.read_text() == figure.hexdigest() and (settings.STATIC_ROOT / "staticfiles.json").is_file():
        return
    call_command("collectstatic", verbosity=0, interactive=False)
    stamp.write_text(figure.hexdigest())


def greeting() -> Path:
    """Where the supervisor finds how the demo's people sign in."""
    return Path(settings.VAR_DIR, "greeting.txt")


def write_greeting() -> None:
    """Keep how the demo's people sign in, for the supervisor to show once pages come."""
    from tracker.run import readiness

    if not greeting().is_file():
        greeting().write_text("\n".join(readiness.demo_sign_ins()), encoding="utf-8")


def run() -> int:
    """Do all steps; or say in one sentence what is in the way, and return 1."""
    try:
        for step in (migrate, load_demo, collect_files, write_greeting):
            step()
    except (SystemCheckError, CommandError) as error:
        say(str(error))
    except OperationalError as error:
        from tracker.run import readiness

        say(readiness.database_trouble(error))
    else:
        return 0
    return 1


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    django.setup()
    sys.exit(run())
