"""The plan a crowd works on, and the crowd: one session each, since signing in is slow on purpose and is not what is measured.

`python -m tests.load.crowd 200` fills the database of DATABASE_URL and prints the crowd as JSON.
"""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


def gather(people: int, *, programs: int, each: int, at: datetime) -> list[dict[str, str]]:
    """Write the plan and let everybody in. Each of them has a program, a page of it, and something of their own to speak of."""
    from django.conf import settings
    from django.test import Client

    from programs.models import OPEN_STATUSES, Milestone
    from tests.bench import portfolio

    made = portfolio.load(at=at, programs=programs, each=each, staff=people)
    rows = Milestone.objects.filter(program__in=made, owner__isnull=False, status__in=OPEN_STATUSES)
    own = {row.owner_id: row for row in rows.select_related("program", "owner").order_by("-pk")}
    crowd = []
    for row in own.values():
        browser = Client()
        browser.force_login(row.owner)
        cookie = browser.cookies[settings.SESSION_COOKIE_NAME]
        crowd.append({"name": cookie.key, "session": cookie.value, "slug": row.program.slug, "key": row.key})
    return crowd


def main() -> None:
    """Fill and print."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    import django

    django.setup()
    from django.utils import timezone

    json.dump(gather(int(sys.argv[1]), programs=6, each=150, at=timezone.now()), sys.stdout)


if __name__ == "__main__":
    main()
