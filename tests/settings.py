"""The product's own settings, in a folder of their own, without anybody's .env; nothing is replaced that a test is about."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

FOLDER = tempfile.mkdtemp(prefix="longpole-tests-")
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)

os.environ |= {"ENV_FILE": os.devnull, "VAR_DIR": FOLDER, "SECRET_KEY": "for tests only " * 4}
for name in ("ALLOWED_HOSTS", "BASE_URL", "DEBUG", "EMAIL_URL", "REDIS_URL", "TRUSTED_PROXIES", "PORT"):
    os.environ.pop(name, None)
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # the browser driver keeps an event loop in the test's thread

from tracker.settings import *  # noqa: E402, F403
from tracker.settings import CELERY, DATABASES, STORAGES  # noqa: E402

DATABASE = DATABASES["default"]
if "sqlite3" in DATABASE["ENGINE"]:
    # A file, not memory: workers, servers and the test share it as they do in real life. One for each process that tests.
    DATABASE["TEST"] = {"NAME": os.path.join(FOLDER, "test.sqlite3")}
else:
    DATABASE.get("OPTIONS", {}).pop("pool", None)  # a pool keeps the test database busy when it is to be dropped
    DATABASE["TEST"] = {"NAME": f"test_longpole_{os.getpid()}"}

# Messages stay in this process unless a test asks for a real Redis (redis_server, live_stack).
CELERY |= {"broker_url": "memory://", "broker_transport_options": {}}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # thousands of sign-ins, none of them secret
ACCOUNT_RATE_LIMITS = False  # type: ignore[assignment] # tests/tracker/test_middleware.py turns the real ones on
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True

FORECAST_RUNS = 50  # enough to see that odds are there; what they are worth is tested on the simulation itself
