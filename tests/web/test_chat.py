"""The pages of a chat: who may, what is refused, and that the address is never shown again."""

from __future__ import annotations

import pytest

from programs.actions import hooks
from programs.models import Event, Hook, OutboxMessage, Preference
from tests.cast import NINE

pytestmark = pytest.mark.django_db
PROGRAM = "/p/atlas/chat"
KINDS = ["slip", "escalation"]


def given(program, person, by, url="https://8.8.8.8/services/T0/B0/abcdefgh3kQz"):
    return hooks.save(program=program, person=person, address=url, label="8.8.8.8 …3kQz", kinds=KINDS, by=by, at=NINE)


def test_only_those_who_manage_a_program_reach_its_chat(program, tess, eli, lena, otto, ada, as_):
    given(program, None, tess)
    for path in (PROGRAM, f"{PROGRAM}/test", f"{PROGRAM}/remove"):
        for person, status in ((otto, 404), (lena, 403), (eli, 403), (None, 302)):
            assert as_(person).post(path).status_code == status, (path, person)
    for path in (f"{PROGRAM}/test", f"{PROGRAM}/remove", "/profile/chat/test", "/profile/chat/remove"):
        assert as_(tess).get(path).status_code == 405
    assert as_(tess).put(PROGRAM).status_code == 405
    assert as_(ada).get(PROGRAM).status_code == 200
    assert Hook.objects.count() == 1


def test_the_address_is_never_shown_again(program, tess, chat_server, as_):
    answer = as_(tess).post(PROGRAM, {"address": chat_server.url, "kinds": KINDS})
    assert (answer.status_code, answer["Location"]) == (303, PROGRAM)
    hook = Hook.objects.get(program=program)
    assert (hook.address, hook.kinds, hook.by) == (chat_server.url, KINDS, tess)
    for path in (PROGRAM, "/changes", "/p/atlas/changes", "/outbox"):
        page = as_(tess).get(path).content.decode()
        assert "abcdefgh" not in page, path
    assert "127.0.0.1 …3kQz" in as_(tess).get(PROGRAM).content.decode()
    note = Event.objects.get(kind="hook.saved")
    assert (note.program, note.new) == (program, "127.0.0.1 …3kQz, slip, escalation")


def test_left_empty_it_stays_and_what_is_posted_changes(program, tess, as_):
    given(program, None, tess)
    assert as_(tess).post(PROGRAM, {"address": "", "kinds": ["update"]}).status_code == 303
    hook = Hook.objects.get()
    assert hook.address.endswith("abcdefgh3kQz")
    assert hook.kinds == ["update"]


@pytest.mark.parametrize(
    "address", ["", "http://127.0.0.1/x", "https://localhost/x", "https://169.254.169.254/x", "x\x00", "ftp://x/"]
)
def test_what_may_not_be_reached_is_refused_with_what_was_typed(program, tess, as_, address):
    answer = as_(tess).post(PROGRAM, {"address": address, "kinds": ["update"]})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["address"]
    assert not Hook.objects.exists()


def test_kinds_come_from_the_list(program, tess, chat_server, as_):
    answer = as_(tess).post(PROGRAM, {"address": chat_server.url, "kinds": ["room"]})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["kinds"]


def test_ones_own_chat_is_ones_own(eli, tess, chat_server, as_):
    assert as_(eli).post("/profile/chat", {"address": chat_server.url}).status_code == 303
    assert Hook.objects.get().person == eli
    assert "3kQz" not in as_(tess).get("/profile/chat").content.decode()
    assert as_(tess).post("/profile/chat/test").status_code == 404
    assert as_(eli).post("/profile/chat/test").status_code == 303
    assert OutboxMessage.objects.get(kind="test").hook.person == eli
    assert "less than a minute ago" in as_(eli).post("/profile/chat/test", follow=True).content.decode()
    assert OutboxMessage.objects.count() == 1
    assert as_(eli).post("/profile/chat/remove").status_code == 303
    assert not Hook.objects.exists()


def test_where_is_asked_only_of_those_who_have_a_chat(eli, as_):
    assert "slip-reach" not in as_(eli).get("/my/notices").content.decode()
    given(None, eli, eli)
    assert "slip-reach" in as_(eli).get("/my/notices").content.decode()
    assert as_(eli).post("/my/notices", {"slip": "daily", "slip-reach": "both"}).status_code == 303
    row = Preference.objects.get(person=eli)
    assert (row.kind, row.frequency, row.reach) == ("slip", "daily", "both")
    assert as_(eli).post("/my/notices", {"slip-reach": "pigeon"}).status_code == 422


def test_a_summary_may_go_to_ones_own_chat_or_to_a_channel_one_manages(program, tess, lena, as_):
    channel, own = given(program, None, tess), given(None, lena, lena)
    form = {"audience": "leader", "weekdays": ["1"], "local_time": "08:30", "time_zone": "Europe/Berlin"}
    new = "/p/atlas/subscriptions/new"
    assert as_(lena).post(new, form | {"hook": channel.pk}).status_code == 422
    assert as_(lena).post(new, form | {"hook": own.pk}).status_code == 303
    assert as_(tess).post(new, form | {"hook": own.pk, "person": "tess@example.test"}).status_code == 422
    assert as_(tess).post(new, form | {"hook": channel.pk, "person": "tess@example.test"}).status_code == 303
    assert {row.person: row.hook for row in program.subscriptions.select_related("person", "hook")} == {lena: own, tess: channel}
    row = program.subscriptions.get(person=tess)
    page = as_(tess).get(f"/my/subscriptions/{row.pk}/edit").content.decode()
    assert "8.8.8.8 …3kQz" in page
    edited = as_(tess).post(f"/my/subscriptions/{row.pk}/edit", form | {"version": row.version, "active": "on", "hook": ""})
    assert edited.status_code == 303
    row.refresh_from_db()
    assert row.hook is None
