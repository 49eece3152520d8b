"""`python -m tracker.run`: everything under one supervisor. `python -m tracker.run web` (worker, beat): that one alone."""

from __future__ import annotations

import os
import sys

from tracker.run import commands
from tracker.run.supervisor import Supervisor, Trouble


def one(name: str) -> None:
    """Become one of the processes, for Procfiles and containers, where something else supervises."""
    from django.conf import settings

    from tracker.run import readiness

    readiness.refuse_unready()
    if name == "web":
        command = commands.web(port=settings.PORT, host=settings.LISTEN, workers=settings.WEB_WORKERS)
    elif name == "worker":
        command = commands.worker()
    else:
        command = commands.beat(schedule=str(settings.VAR_DIR / "beat"))
    os.execv(command[0], command)


def main() -> None:
    """Start, and stay until told to stop."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    names = sys.argv[1:]
    if len(names) == 1 and names[0] in {"web", "worker", "beat"}:
        one(names[0])
    if names:
        sys.exit("Usage: python -m tracker.run [web | worker | beat]")
    try:
        Supervisor().run()
    except Trouble as trouble:
        sys.exit(f"\n{trouble}")


if __name__ == "__main__":
    main()
