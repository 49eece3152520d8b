"""Bring the database, the demo and the collected files up to date, saying what takes time."""

from __future__ import annotations

import hashlib
import io
import sys
import time
from pathlib import Path
from typing import Any

import django
from django.core.exceptions import ImproperlyConfigured


def say(words: str) -> None:
    """Show progress."""
    print(words, flush=True)


def migrate() -> None:
    """Bring the tables up to date."""
    from django.core.management import call_command

    from tracker.run import readiness

    if pending := readiness.pending_migrations():
        say(f"Bringing the database up to date ({len(pending)} steps)")
        call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)


def load_demo() -> None:
    """Fill an empty database with the demo program, dated so that it is about today."""
    from django.conf import settings
    from django.core.management import call_command

    started = time.monotonic()
    words = io.StringIO()
    if settings.LOAD_DEMO and not settings.PUBLIC:
        call_command("load_demo", if_empty=True, stdout=words)
    if time.monotonic() - started > 1:
        say(f"Loaded the demo program in {time.monotonic() - started:.0f} s")


def collect_files() -> None:
    """Collect stylesheets, scripts and pictures under names that carry their hash; skip when none changed."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    figure = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):  # type: ignore[attr-defined]
            path = Path(storage.path(name))
            figure.update(f"{name} {path.stat().st_mtime_ns} {path.stat().st_size}\n".encode())
    stamp = settings.VAR_DIR / "collected"
    if stamp.is_file() and stamp.read_text() == figure.hexdigest() and (settings.STATIC_ROOT / "staticfiles.json").is_file():
        return
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(figure.hexdigest())


def write_greeting() -> None:
    """Keep how the demo's people sign in, for the supervisor to show once pages come."""
    from django.conf import settings

    from tracker.run import readiness

    greeting: Any = settings.VAR_DIR / "greeting.txt"
    lines = readiness.demo_sign_ins()
    if lines:
        greeting.write_text("\n".join(lines) + "\n", encoding="utf-8")
    else:
        greeting.unlink(missing_ok=True)


def main() -> None:
    """Do all steps, or say in one sentence what is in the way."""
    from django.core.management.base import SystemCheckError
    from django.db import OperationalError

    try:
        django.setup()
        for step in (migrate, load_demo, collect_files, write_greeting):
            step()
    except ImproperlyConfigured as error:
        sys.exit(str(error))
    except SystemCheckError as error:
        sys.exit(str(error))
    except OperationalError as error:
        from tracker.run import readiness

        sys.exit(readiness.database_trouble(error))
    except ModuleNotFoundError as error:
        sys.exit(f"The Python module {error.name!r} is missing. `make install` installs what is needed.")


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    main()
