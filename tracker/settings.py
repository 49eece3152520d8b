"""Settings. Each comes from the environment (or from the file that NAME_FILE names) and is described in docs/settings.md."""

from __future__ import annotations

import logging
import secrets
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from environs import FileAwareEnv, validate

from tracker import logs, queue, safety
from tracker.limits import Limits

BASE_DIR = Path(__file__).resolve().parent.parent


class Environment(FileAwareEnv):
    """The environment, in which an empty value counts as not set: compose files and Makefiles pass many of those on."""

    def _get_value(self, env_key: str, default: Any) -> Any:
        value = super()._get_value(env_key, default)
        return default if value == "" else value


env = Environment(strip_whitespace=True)
if (env_file := env.path("ENV_FILE", BASE_DIR / ".env")).is_file():
    env.read_env(str(env_file), recurse=False)

VAR_DIR = env.path("VAR_DIR", BASE_DIR / "var").resolve()
VAR_DIR.mkdir(parents=True, exist_ok=True)

# Who may reach it, and how it calls itself

PORT = env.int("PORT", 8000)
LISTEN = env.str("LISTEN", "127.0.0.1")
WEB_WORKERS = env.int("WEB_WORKERS", 0) or None
BASE_URL = env.str("BASE_URL", f"http://localhost:{PORT}").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", 0)
DEBUG = env.bool("DEBUG", False)
PUBLIC = safety.is_public(ALLOWED_HOSTS)
ENCRYPTED = urlsplit(BASE_URL).scheme == "https"


def local_secret_key(path: Path) -> str:
    """Return the key of a local installation, made once, so that people stay signed in across restarts."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(64), encoding="ascii")
    return path.read_text(encoding="ascii").strip()


SECRET_KEY = env.str("SECRET_KEY", "") or ("" if PUBLIC else local_secret_key(VAR_DIR / "secret_key"))
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])

# Where truth lives

DATABASES = {"default": env.dj_db_url("DATABASE_URL", f"sqlite:///{VAR_DIR / 'longpole.sqlite3'}")}
DATABASE_POOL_SIZE = env.int("DATABASE_POOL_SIZE", 4)
DATABASE_PREPARE_AFTER = env.int("DATABASE_PREPARE_AFTER", 2 if DATABASE_POOL_SIZE else -1)
if "sqlite3" in DATABASES["default"]["ENGINE"]:
    DATABASES["default"] |= {
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }
elif "postgresql" in DATABASES["default"]["ENGINE"]:
    options = DATABASES["default"].setdefault("OPTIONS", {})
    options["prepare_threshold"] = None if DATABASE_PREPARE_AFTER < 0 else DATABASE_PREPARE_AFTER
    if DATABASE_PREPARE_AFTER >= 0:  # a kept plan serves any list of keys; weighed against a new one each time, it would not
        # and compiling a statement takes a hundred times what any of a page's statements takes to run
        options["options"] = f"{options.get('options', '')} -c plan_cache_mode=force_generic_plan -c jit=off".strip()
    if DATABASE_POOL_SIZE:
        options["pool"] = {"min_size": 1, "max_size": DATABASE_POOL_SIZE, "timeout": 10}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LOAD_DEMO = env.bool("LOAD_DEMO", True)

# The shared cache counts sign-in attempts, so it lives in the database: it must work while Redis is down, and be one for all
# processes. "local" is each process's own memory, for what is cheap to make twice.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"},
    "local": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 1000}},
}

# The queue: a doorbell, see tracker/queue.py

REDIS_URL = env.str("REDIS_URL", "") or queue.local_url(VAR_DIR)
CELERY = queue.settings(REDIS_URL, tick=env.float("TICK_SECONDS", queue.TICK_SECONDS))

# Mail. Without EMAIL_URL nothing leaves the machine, and mails are read in the outbox page.

MAIL_LEAVES = bool(env.str("EMAIL_URL", ""))
mail_server = env.dj_email_url("EMAIL_URL", "dummy://")
EMAIL_BACKEND = mail_server["EMAIL_BACKEND"]
EMAIL_HOST = mail_server["EMAIL_HOST"] or "localhost"
EMAIL_PORT = mail_server["EMAIL_PORT"] or 25
EMAIL_HOST_USER = mail_server["EMAIL_HOST_USER"] or ""
EMAIL_HOST_PASSWORD = mail_server["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS = mail_server["EMAIL_USE_TLS"]
EMAIL_USE_SSL = mail_server["EMAIL_USE_SSL"]
EMAIL_TIMEOUT = mail_server["EMAIL_TIMEOUT"] or 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", f"Longpole <longpole@{urlsplit(BASE_URL).hostname or 'localhost'}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
NOTICE_SETTLE_SECONDS = env.int("NOTICE_SETTLE_SECONDS", 300)  # changes of one date within this time are told as one
MAIL_LEASE_SECONDS = env.int("MAIL_LEASE_SECONDS", 120)  # how long one send may last before another worker takes it over
MAIL_RELAY_LOG = env.str("MAIL_RELAY_LOG", "")  # the mail server's own log: evidence of what it took before a worker died
SLACK_SIGNING_SECRETS: list[str] = env.list(
    "SLACK_SIGNING_SECRETS", []
)  # of the Slack app; two are good while one replaces the other
REPLY_ADDRESS = env.str("REPLY_ADDRESS", "")  # where mails are answered to; its server keeps what stands behind a plus
IMAP_URL = env.str("IMAP_URL", "")  # the mailbox of that address
INBOUND_MAIL_SECRETS: list[str] = env.list("INBOUND_MAIL_SECRETS", [])  # of whoever posts mails to /inbound/mail
WEBHOOK_NETWORKS: list[Any] = env.list("WEBHOOK_NETWORKS", [], subcast=ip_network)  # of one's own: chats posted to
MAIL_WHEN_UNSURE = env.str("MAIL_WHEN_UNSURE", "resend", validate=validate.OneOf(["resend", "hold"]))

# The pieces

ROOT_URLCONF = "tracker.urls"
WSGI_APPLICATION = "tracker.wsgi.application"
AUTH_USER_MODEL = "programs.Person"
INSTALLED_APPS = [
    "programs.apps.ProgramsConfig",
    "allauth",
    "allauth.account",
    "csp",
    "django_htmx",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
]
MIDDLEWARE = [
    "tracker.middleware.request_log",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tracker.middleware.headers",
    "csp.middleware.CSPMiddleware",
    "tracker.middleware.body_limit",
    "tracker.middleware.busy_database",
    "programs.web.live.unchanged",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "programs.web.errors.FewFields",
    "programs.web.errors.SignInRequired",
    "programs.web.context.readers_place",
    "programs.web.undo.one_deed",
    "allauth.account.middleware.AccountMiddleware",
    "programs.web.accounts.OneCounter",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "programs.web.kept.Kept",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["programs.templatetags.addresses"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "programs.web.context.shell",
            ],
        },
    }
]
FORM_RENDERER = "programs.web.forms.drawing.Drawing"

# Language and time: everything is stored in UTC and shown in the reader's zone

LANGUAGE_CODE = env.str("LANGUAGE_CODE", "en")
LANGUAGES = [("en", "English"), ("de", "Deutsch")]  # those with a full catalogue
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env.str("TIME_ZONE", "UTC")
USE_TZ = True

# Signing in: by e-mail address and password; accounts are made by administrators

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
VALIDATORS = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{VALIDATORS}.UserAttributeSimilarityValidator", "OPTIONS": {"user_attributes": ["email", "name"]}},
    {"NAME": f"{VALIDATORS}.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": f"{VALIDATORS}.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
PASSWORD_RESET_TIMEOUT = 60 * 60
ACCOUNT_ADAPTER = "programs.web.accounts.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if ENCRYPTED else "http"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_RATE_LIMITS = {
    "account": "10/m/ip",  # sign-in, change and reset of a password, use of a reset link: one counter, programs/web/accounts.py
    "login": None,
    "login_failed": "5/5m/key",
    "change_password": None,
    "reset_password": "3/m/key",
    "reset_password_from_key": None,
    "signup": "10/m/ip",
}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES

# Sessions, cookies, headers

SESSION_ENGINE = "programs.models.sessions"  # a store that knows whose session it is, so that people can end their own
SESSION_COOKIE_NAME = "__Host-session" if ENCRYPTED else "longpole-session"
SESSION_COOKIE_SECURE = ENCRYPTED
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = env.int("SESSION_DAYS", 14) * 24 * 60 * 60
CSRF_COOKIE_NAME = "__Host-csrf" if ENCRYPTED else "longpole-csrf"
CSRF_COOKIE_SECURE = ENCRYPTED
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "programs.web.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = ENCRYPTED
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", 365 * 24 * 60 * 60) if ENCRYPTED else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = ENCRYPTED and env.bool("HSTS_SUBDOMAINS", True)
SECURE_HSTS_PRELOAD = SECURE_HSTS_INCLUDE_SUBDOMAINS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "font-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    },
}

# Limits

FORECAST_RUNS = max(100, env.int("FORECAST_RUNS", 10_000))  # how often a plan is simulated to say how sure its dates are
FORECAST_ALONE_MILESTONES = env.int("FORECAST_ALONE_MILESTONES", 50_000)  # beyond either, several workers share the runs
FORECAST_ALONE_RUNS = env.int("FORECAST_ALONE_RUNS", 100_000)
FORECAST_PART_RUNS = max(100, env.int("FORECAST_PART_RUNS", 5_000))  # runs that one of them does at a time

LIMITS = Limits.read(env.int)
DATA_UPLOAD_MAX_NUMBER_FIELDS = LIMITS.pasted_fields  # programs.web.errors.FewFields holds every other form to fewer
DATA_UPLOAD_MAX_MEMORY_SIZE = LIMITS.webhook_bytes * 2
FILE_UPLOAD_TEMP_DIR = None

# Files of the pages: built into static/build, collected into var/served, served under names that carry their hash

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = env.path("STATIC_DIR", VAR_DIR / "served")
STATIC_ROOT.mkdir(exist_ok=True)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": VAR_DIR / "files"}},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG

# Logs

LOG_LEVEL = env.log_level("LOG_LEVEL", logging.INFO)
LOG_FORMAT = env.str("LOG_FORMAT", "text")
LOGGING_CONFIG = "tracker.logs.configure"
LOGGING = logs.settings(level=LOG_LEVEL, style=LOG_FORMAT)

if unsafe := safety.problems(
    hosts=ALLOWED_HOSTS,
    debug=DEBUG,
    secret_key=SECRET_KEY,
    base_url=BASE_URL,
    trusted_proxies=TRUSTED_PROXIES,
    database=DATABASES["default"],
):
    raise ImproperlyConfigured("Longpole does not start, because it would be unsafe:\n- " + "\n- ".join(unsafe))
