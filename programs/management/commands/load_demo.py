"""Load the demo programs."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import localdate, now

from programs.actions import demo


class Command(BaseCommand):
    """`manage.py load_demo [--if-empty] [--today DATE]`"""

    help = "Load six demo programs whose dates are moved so that their today is today, with people who can sign in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing when somebody already works here")
        parser.add_argument("--today", type=date.fromisoformat, default=None, help="YYYY-MM-DD instead of today")

    def handle(self, *args: Any, **options: Any) -> None:
        if not demo.is_empty():
            if options["if_empty"]:
                return
            raise CommandError("There are programs or people here already. The demo is loaded into an empty database only.")
        programs = demo.load(today=options["today"] or localdate(), at=now())
        self.stdout.write(f"Loaded {len(programs)} demo programs.")
