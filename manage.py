#!/usr/bin/env python
"""Longpole from the shell."""

import os
import sys


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    try:
        from django.core.management import execute_from_command_line
    except ModuleNotFoundError as error:
        remedy = "Run `make install`, then `.venv/bin/python manage.py …`."
        sys.exit(f"The Python module {error.name!r} is not installed here. {remedy}")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
