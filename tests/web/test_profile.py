"""One's own settings: changed by their owner only, refused in words, and nothing else slips in."""

from datetime import time, timedelta

import pytest
from django.test import Client

from programs.actions import people
from programs.actions.outbox import Letter, put
from programs.models import Event, OutboxMessage, Person, SignedIn
from tests import cast
from tests.mail.world import subscribed

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


# Language, quiet hours


def test_the_language_is_ones_own_whatever_the_browser_says(as_, eli):
    as_(eli).post("/profile", sent(eli, language="de"))
    answer = as_(eli).get("/profile", headers={"Accept-Language": "en"})
    assert answer["Content-Language"] == "de"
    assert b'<html lang="de"' in answer.content
    eli.refresh_from_db()
    as_(eli).post("/profile", sent(eli, language=""))
    assert as_(eli).get("/profile", headers={"Accept-Language": "en"})["Content-Language"] == "en"


def test_quiet_hours_have_two_ends(as_, eli):
    assert as_(eli).post("/profile", sent(eli, quiet_from="22:00", quiet_until="07:00", quiet_weekends="on")).status_code == 303
    eli.refresh_from_db()
    assert (eli.quiet_from, eli.quiet_until, eli.quiet_weekends) == (time(22), time(7), True)
    shown = as_(eli).get("/profile").content.decode()
    assert 'value="22:00"' in shown
    assert as_(eli).post("/profile", sent(eli, quiet_from="", quiet_until="")).status_code == 303


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"quiet_from": "22:00"}, "quiet_until"),
        ({"quiet_until": "07:00"}, "quiet_from"),
        ({"quiet_from": "22:00", "quiet_until": "22:00"}, "quiet_until"),
        ({"quiet_from": "25:00", "quiet_until": "07:00"}, "quiet_from"),
        ({"quiet_from": "ten", "quiet_until": "07:00"}, "quiet_from"),
        ({"language": "xx"}, "language"),
    ],
)
def test_quiet_hours_that_make_no_sense_are_refused_and_kept(as_, eli, fields, wrong):
    answer = as_(eli).post("/profile", sent(eli, **fields))
    assert (answer.status_code, wrong in answer.context["form"].errors) == (422, True)
    assert Person.objects.get(pk=eli.pk).version == eli.version


# Where somebody is signed in


def signed_in(person, agent):
    browser = Client(headers={"User-Agent": agent})
    answer = browser.post("/accounts/login/", {"login": person.email, "password": cast.PASSWORD})
    assert answer.status_code == 302
    return browser


FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1"


def test_sessions_are_listed_and_ended(eli):
    here, there = signed_in(eli, FIREFOX), signed_in(eli, SAFARI)
    page = here.get("/profile")
    text = page.content.decode()
    assert [(one.agent, one.current) for one in page.context["sessions"]] == [("Firefox, Linux", True), ("Safari, iPhone", False)]
    assert here.session.session_key not in text
    assert there.session.session_key not in text
    other = page.context["sessions"][1].handle
    assert here.post(f"/profile/sessions/{other}/end").status_code == 303
    assert there.get("/profile").status_code == 302
    assert here.get("/profile").status_code == 200
    assert Event.objects.filter(kind="person.signed_out", by=eli).count() == 1
    assert here.post(f"/profile/sessions/{other}/end").status_code == 404


def test_nobody_ends_or_sees_the_sessions_of_others(eli, tess, ada):
    theirs = signed_in(eli, FIREFOX)
    handle = theirs.get("/profile").context["sessions"][0].handle
    for stranger in (tess, ada):
        browser = signed_in(stranger, SAFARI)
        assert len(browser.get("/profile").context["sessions"]) == 1
        assert browser.post(f"/profile/sessions/{handle}/end").status_code == 404
    assert theirs.get("/profile").status_code == 200
    assert theirs.get(f"/profile/sessions/{handle}/end").status_code == 405
    assert Client().post(f"/profile/sessions/{handle}/end").status_code == 302


def test_everything_but_this_browser_is_ended_at_once(eli, tess):
    here, there, elsewhere, hers = (signed_in(person, FIREFOX) for person in (eli, eli, eli, tess))
    assert here.get("/profile/sessions/end").status_code == 405
    assert here.post("/profile/sessions/end").status_code == 303
    assert (there.get("/profile").status_code, elsewhere.get("/profile").status_code) == (302, 302)
    assert (here.get("/profile").status_code, hers.get("/profile").status_code) == (200, 200)


def test_a_new_password_ends_what_is_listed(eli):
    here, there = signed_in(eli, FIREFOX), signed_in(eli, SAFARI)
    new = {"oldpassword": cast.PASSWORD, "password1": "another long password", "password2": "another long password"}
    here.post("/accounts/password/change/", new)
    assert there.get("/profile").status_code == 302
    again = Client()
    again.post("/accounts/login/", {"login": eli.email, "password": "another long password"})
    assert len(again.get("/profile").context["sessions"]) == 1


def test_a_closed_account_is_signed_in_nowhere_and_gets_nothing(eli, ada, program):
    browser = signed_in(eli, FIREFOX)
    subscribed(eli, program)
    put(Letter(key="k", kind="note", to=eli.email, subject="s", text="t", html="", person=eli.pk), at=cast.NINE)
    people.disable(person=eli, by=ada, at=cast.NINE)
    assert browser.get("/profile").status_code == 302
    assert not SignedIn.objects.filter(person=eli).exists()
    assert OutboxMessage.objects.get().state == "cancelled"
    assert not eli.subscriptions.filter(active=True).exists()
    assert browser.post("/accounts/login/", {"login": eli.email, "password": cast.PASSWORD}).url == "/accounts/inactive/"


def test_when_a_session_was_last_used_is_noted_once_an_hour(eli, monday):
    browser = signed_in(eli, FIREFOX)
    for minutes, expected in ((30, 0), (31, 61), (30, 61)):
        monday.shift(minutes * 60)
        browser.get("/profile")
        seen = browser.session["seen"]
        assert seen == (cast.NINE + timedelta(minutes=expected)).isoformat()


def test_the_page_costs_the_same_with_many_sessions(eli, as_, django_assert_max_num_queries):
    for _number in range(5):
        as_(eli)
    browser = as_(eli)
    browser.get("/profile")
    with django_assert_max_num_queries(9):
        assert len(browser.get("/profile").context["sessions"]) == 6
