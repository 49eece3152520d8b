"""Whether this installation may open its doors: tables up to date, and no published password on a public address."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db import OperationalError

DEMO_IN_PUBLIC = (
    "The demo's people are in this database and their password is published. Longpole does not open to the public with them: "
    "start from an empty database, or give each a new password with `python manage.py changepassword ADDRESS`."
)


def pending_migrations() -> list[str]:
    """Return the names of the migrations that the database has not seen."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def database_trouble(error: OperationalError) -> str:
    """Say that the database cannot be used, where it is, and what to look at."""
    from django.conf import settings

    database = settings.DATABASES["default"]
    first_line = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    if "sqlite3" in database["ENGINE"]:
        return f"The database file {database['NAME']} cannot be used: {first_line}. Check the folder's rights and free space."
    where = f"{database.get('HOST') or 'localhost'}, database {database.get('NAME')!r}"
    return f"PostgreSQL at {where} cannot be used: {first_line}. Check that it runs and what DATABASE_URL says."


def problems() -> list[str]:
    """Return a sentence for each thing that keeps the doors shut."""
    from django.conf import settings
    from django.db import OperationalError

    try:
        pending = pending_migrations()
    except OperationalError as error:
        return [database_trouble(error)]
    if pending:
        names = ", ".join(pending[:3]) + (" …" if len(pending) > 3 else "")
        behind = f"The database is behind this release: {len(pending)} migrations are missing ({names})."
        return [f"{behind} Run `python manage.py migrate` first."]
    if settings.PUBLIC and demo_people():
        return [DEMO_IN_PUBLIC]
    return []


def refuse_unready() -> None:
    """End this process with the reasons, if there are any."""
    import django

    django.setup()
    if found := problems():
        sys.exit("Longpole does not start.\n- " + "\n- ".join(found))


def demo_people() -> list[str]:
    """Return the address of each person of the demo who still has the published password."""
    from django.utils.text import slugify

    from programs.actions.demo import PASSWORD, PERSONAS
    from programs.models import Person

    addresses = [f"{slugify(name)}@demo.example" for name in PERSONAS]
    return [str(person.email) for person in Person.objects.filter(email__in=addresses) if person.check_password(PASSWORD)]


def demo_sign_ins() -> list[str]:
    """Say how to sign in as each person of the demo, if it is loaded."""
    from django.core.management import call_command

    words = io.StringIO()
    call_command("demo_personas", stdout=words)
    found = words.getvalue().splitlines()
    return ["Sign in as:", *(f"  {line}" for line in found)] if found else []
