"""Statements of every save: planned once by the server, sent together, and counted all the same."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from programs.actions import writing
from programs.models import Event, Milestone, Program, Timing
from programs.queries import statements
from programs.queries.prepared import Prepared
from tests import cast

NAMES = Prepared(lambda keys: Milestone.objects.filter(pk__in=keys).order_by("pk").values_list("name", flat=True))
on_postgres = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite plans in this process")


@pytest.fixture
def row(db):
    return cast.sketch("api(3) > app(2)", cast.program("Atlas", tpm=cast.person("Tess")))["api"]


def test_every_kind_of_value_arrives_as_it_was_given(row):
    given = {
        "duration_days": Decimal("2.5"),
        "target_date": date(2027, 3, 1),
        "external": True,
        "name": "%s; --",
        "parent_id": None,
    }
    assert writing.change(Milestone, {"id": row.pk}, given) == 1
    assert Milestone.objects.filter(pk=row.pk, **given).exists()
    Timing.objects.filter(pk=row.pk).delete()
    Timing.objects.create(milestone=row, program=row.program)
    writing.change_each(Timing, {row.pk: {"total_float": -0.25, "drivers": [1, 2]}}, ["total_float", "drivers"])
    assert Timing.objects.filter(pk=row.pk, total_float=-0.25, drivers=[1, 2]).exists()
    at, batch = datetime(2027, 3, 1, 9, 30, tzinfo=UTC), uuid4()
    note = Event(at=at, kind="milestone.said", program=row.program, subject_type="milestone", subject_id=row.pk, batch=batch)
    writing.add([note])
    assert Event.objects.filter(at=at, batch=batch, by=None).exists()


def test_what_is_sent_together_is_counted_and_read_in_between(row):
    with transaction.atomic(), statements.together():
        assert writing.change(Milestone, {"id": row.pk}, {"name": "one"}) == 1
        assert writing.change(Milestone, {"id": row.pk, "name": "another"}, {"name": "two"}) == 0
        writing.put(Milestone, {"id": row.pk}, {"name": "three"})
        assert list(NAMES.rows([row.pk])) == [("three",)]
        assert writing.count_up(Program, [row.program_id], "next_number").keys() == {row.program_id}


def test_an_error_among_them_is_raised_and_takes_everything_back(row):
    was = row.name

    def spoil():
        with transaction.atomic(), statements.together():
            for name in ("one", None, "two"):
                writing.put(Milestone, {"id": row.pk}, {"name": name})

    with pytest.raises(IntegrityError):
        spoil()
    assert Milestone.objects.get(pk=row.pk).name == was


@on_postgres
def test_the_server_keeps_one_plan_whatever_is_asked(row):
    connection.connection.prepare_threshold = 2
    for number in range(6):
        NAMES.rows([row.pk, *range(row.pk + 10**number, row.pk + 10**number + number)])
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", ['%"name"%programs_milestone%'])
        assert cursor.fetchone() == (1,)


@on_postgres
@pytest.mark.django_db
def test_without_plans_statements_carry_their_values(row, monkeypatch):
    monkeypatch.setattr(connection.connection, "prepare_threshold", None)
    assert statements.given([row.pk]) == [row.pk]
    assert list(NAMES.rows([row.pk])) == [(row.name,)]


@on_postgres
def test_patience_ends_with_its_transaction(row):
    with transaction.atomic():
        statements.wait_at_most(0.25)
        assert asked("SHOW lock_timeout") == "250ms"


def asked(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]
