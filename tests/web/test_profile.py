"""One's own settings: changed by their owner only, refused in words, and nothing else slips in."""

import pytest

from programs.models import Person

pytestmark = pytest.mark.django_db


def sent(person, **more):
    return {"name": person.name, "time_zone": "Europe/Berlin", "theme": "dark", "version": person.version, **more}


def test_it_shows_and_saves(as_, eli):
    assert b"Save profile" in as_(eli).get("/profile").content
    assert as_(eli).post("/profile", sent(eli, single_keys="on")).status_code == 303
    eli.refresh_from_db()
    assert (eli.time_zone, eli.theme, eli.single_keys) == ("Europe/Berlin", "dark", True)


def test_nobody_makes_themselves_an_administrator(as_, eli):
    as_(eli).post("/profile", sent(eli, is_admin="on", is_staff="1", is_superuser="1", email="root@example.test"))
    eli.refresh_from_db()
    assert (eli.is_admin, eli.email) == (False, "eli@example.test")


@pytest.mark.parametrize(("field", "value"), [("time_zone", "Mars/Base"), ("name", " "), ("theme", "red;"), ("name", "a\x00b")])
def test_bad_input_is_refused_and_kept(as_, eli, field, value):
    answer = as_(eli).post("/profile", sent(eli, **{field: value}))
    assert answer.status_code == 422
    assert Person.objects.get(pk=eli.pk).version == eli.version


def test_a_stale_form_is_a_conflict(as_, eli):
    as_(eli).post("/profile", sent(eli, name="Elias"))
    assert as_(eli).post("/profile", sent(eli, name="Eli B", base='{"name": "Eli"}')).status_code == 409


def test_strangers_are_asked_to_sign_in_and_other_methods_refused(as_, eli):
    assert as_(None).get("/profile").status_code == 302
    assert as_(eli).delete("/profile").status_code == 405
