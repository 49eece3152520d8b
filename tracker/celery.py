"""The Celery application. Its settings are in tracker/queue.py."""

import os
from typing import Any

from celery import Celery

from tracker import doorbell

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")


def from_django() -> dict[str, Any]:
    """Read the queue's settings, when the queue is first used."""
    from django.conf import settings

    return dict(settings.CELERY)


doorbell.install()
app = Celery("tracker")
app.add_defaults(from_django)
app.autodiscover_tasks(["programs"])
