"""The door the web server knocks at. It stays shut on a database that is not ready, and says why."""

import os

from django.core.wsgi import get_wsgi_application

from tracker.run import readiness

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")

application = get_wsgi_application()
readiness.refuse_unready()
