"""The settings as a fresh process reads them: local ones need nothing, unsafe public ones refuse, in words."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

from tests.check import PRODUCTION

SHOW = "import json, tracker.settings as s; print(json.dumps({name: getattr(s, name) for name in %r}, default=str))"


def start(folder, *command, **environment) -> subprocess.CompletedProcess[str]:
    clean = {"PATH": os.environ["PATH"], "ENV_FILE": os.devnull, "VAR_DIR": str(folder)}
    return subprocess.run(
        [sys.executable, *command], env=clean | environment, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False
    )


def read(folder, *names, **environment):
    done = start(folder, "-c", SHOW % (names,), **environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_local_installation_needs_no_setting_and_keeps_its_key(tmp_path):
    first = read(tmp_path, "SECRET_KEY", "PUBLIC", "MAIL_LEAVES", "DEBUG", "SESSION_COOKIE_SECURE")
    assert len(first.pop("SECRET_KEY")) >= 50
    assert first == {"PUBLIC": False, "MAIL_LEAVES": False, "DEBUG": False, "SESSION_COOKIE_SECURE": False}
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0
    assert read(tmp_path, "SECRET_KEY") == read(tmp_path, "SECRET_KEY")


def test_sqlite_waits_for_its_turn_and_writes_ahead(tmp_path):
    database = read(tmp_path, "DATABASES")["DATABASES"]["default"]
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert database["OPTIONS"]["timeout"] == 20
    assert "journal_mode=WAL" in database["OPTIONS"]["init_command"]
    assert not database.get("ATOMIC_REQUESTS")


def test_an_empty_value_counts_as_not_set(tmp_path):
    empty = dict.fromkeys(["PORT", "EMAIL_URL", "REDIS_URL", "DATABASE_URL", "ALLOWED_HOSTS", "BASE_URL", "DEBUG"], "")
    assert read(tmp_path, "PORT", "PUBLIC", "DATABASES", **empty) == read(tmp_path, "PORT", "PUBLIC", "DATABASES")


def test_a_secret_may_come_from_a_file(tmp_path):
    secret = tmp_path / "key"
    secret.write_text("k" * 20 + "0123456789" * 4 + "\n", encoding="ascii")
    assert read(tmp_path, "SECRET_KEY", SECRET_KEY_FILE=str(secret)) == {"SECRET_KEY": secret.read_text().strip()}


def test_real_servers_are_taken_from_their_addresses(tmp_path):
    chosen = read(
        tmp_path, "DATABASES", "REDIS_URL", "EMAIL_HOST", "EMAIL_PORT", "EMAIL_USE_TLS", "EMAIL_TIMEOUT", "MAIL_LEAVES",
        DATABASE_URL="postgresql://ann:s%40fe@db:5433/plans", REDIS_URL="redis://queue:6379/1",
        EMAIL_URL="submission://post:word@mail:587",
    )  # fmt: skip
    database = chosen["DATABASES"]["default"]
    assert (database["HOST"], database["PORT"], database["PASSWORD"]) == ("db", 5433, "s@fe")
    assert database["OPTIONS"]["pool"]["max_size"] == 4
    assert (chosen["EMAIL_HOST"], chosen["EMAIL_PORT"], chosen["EMAIL_USE_TLS"]) == ("mail", 587, True)
    assert chosen["EMAIL_TIMEOUT"] == 10
    assert chosen["MAIL_LEAVES"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is missing"),
        ({"SECRET_KEY": "change-me"}, "SECRET_KEY is short, guessable or copied"),
        ({"SECRET_KEY": "a" * 60}, "SECRET_KEY is short, guessable or copied"),
        ({"DEBUG": "on"}, "DEBUG is on"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS is *"),
        ({"BASE_URL": "http://plan.company.test"}, "passwords would travel in the clear"),
        ({"TRUSTED_PROXIES": "0"}, "redirect for ever"),
        ({"DATABASE_URL": "postgresql://longpole:longpole@db/longpole"}, "default one"),
        ({"DATABASE_URL": "postgresql://longpole:change-me-too@db/longpole"}, "default one"),
    ],
)
def test_an_unsafe_public_installation_refuses_to_start(tmp_path, change, words):
    done = start(tmp_path, "manage.py", "check", **PRODUCTION | change)
    assert done.returncode != 0
    assert words in done.stderr


def test_all_reasons_are_given_at_once(tmp_path):
    done = start(tmp_path, "-c", "import tracker.settings", ALLOWED_HOSTS="plan.company.test", DEBUG="on")
    assert done.stderr.count("\n- ") == 3


def test_a_public_installation_has_no_deploy_warning(tmp_path):
    done = start(tmp_path, "manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert done.returncode == 0, done.stderr
    assert "(0 silenced)" in done.stdout


def test_cookies_of_an_encrypted_installation_are_bound_to_the_host(tmp_path):
    chosen = read(
        tmp_path, "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE", "SECURE_HSTS_SECONDS", **PRODUCTION
    )
    assert chosen == {
        "SESSION_COOKIE_NAME": "__Host-session",
        "CSRF_COOKIE_NAME": "__Host-csrf",
        "SESSION_COOKIE_SECURE": True,
        "SECURE_HSTS_SECONDS": 31_536_000,
    }


def test_doors_stay_shut_while_migrations_are_missing(tmp_path):
    done = start(tmp_path, "-m", "tracker.run", "web")
    assert done.returncode == 1
    assert "migrations are missing" in done.stderr
    assert "manage.py migrate" in done.stderr


def test_doors_stay_shut_while_the_database_cannot_be_reached(tmp_path):
    done = start(
        tmp_path, "-m", "tracker.run", "worker", DATABASE_URL="postgresql://nobody@127.0.0.1:9/x", DATABASE_POOL_SIZE="0"
    )
    assert done.returncode == 1
    assert "PostgreSQL at 127.0.0.1, database 'x' cannot be used" in done.stderr
    assert "Traceback" not in done.stderr


def test_doors_stay_shut_in_public_while_the_demo_people_have_their_published_password(db, settings):
    from programs.actions.demo import PASSWORD
    from programs.models import Person
    from tracker.run import readiness

    Person.objects.create_user("program-tpm@demo.example", PASSWORD, name="Program TPM")
    assert not readiness.problems()
    settings.PUBLIC = True
    assert readiness.problems() == [readiness.DEMO_IN_PUBLIC]
