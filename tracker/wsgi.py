"""The door the web server knocks at. It stays shut on a database that is not ready, and says why."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from tracker.run import memory, readiness

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")

application = get_wsgi_application()
readiness.refuse_unready()

# Every page is loaded now, so that nobody waits for it.
get_resolver().url_patterns  # noqa: B018 - reading it loads them
memory.settle()
