"""I need help: one press, the lead and the program manager are told once, and it stands there until it is answered."""

from __future__ import annotations

from datetime import timedelta

import pytest

from programs.actions import help as calls
from programs.actions import milestones, notices
from programs.actions.errors import Refused
from programs.mail.notices import mail_due
from programs.models import Event, Notice, OutboxMessage, Preference, Workstream
from tests.cast import NINE
from tests.mail.world import Clock

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)
PAGE = "/p/atlas/m/SEC-2"


def told(at=NINE):
    """What is said, mailed; who gets one."""
    notices.settle(at=at)
    before = OutboxMessage.objects.count()
    mail_due(clock=Clock(at))
    return [message.to for message in OutboxMessage.objects.order_by("pk")[before:]]


@pytest.fixture
def led(atlas, lena):
    """Lena leads the workstream, Tess manages the program."""
    Workstream.objects.filter(pk=atlas.build.workstream_id).update(lead=lena)
    return atlas


def test_lead_and_manager_are_told_once(led, eli, lena, tess):
    assert {who.pk for who in calls.ask(milestone=led.build, by=eli, at=NINE)} == {lena.pk, tess.pk}
    assert calls.ask(milestone=led.build, by=eli, at=NINE + HOUR) == []
    assert sorted(told(NINE + HOUR)) == sorted([lena.email, tess.email])
    mail = OutboxMessage.objects.get(to=lena.email)
    assert (mail.kind, mail.subject) == ("help", f"Eli needs help with {led.build.name}")
    assert "You get this because you lead the workstream." in mail.text
    assert "You get this because you manage the program." in OutboxMessage.objects.get(to=tess.email).text
    assert f"/p/atlas/m/{led.build.key}" in mail.text
    assert Event.objects.get(kind="milestone.help").by == eli


def test_who_does_both_is_told_once_and_who_asks_is_not(led, eli, tess):
    Workstream.objects.update(lead=tess)
    assert calls.ask(milestone=led.build, by=eli, at=NINE) == [tess]
    assert calls.ask(milestone=led.launch, by=tess, at=NINE) == []
    assert Notice.objects.count() == 1


def test_who_wants_no_such_mail_reads_it_in_the_inbox(led, eli, tess, lena):
    Preference.objects.create(person=tess, kind="help", frequency="never")
    calls.ask(milestone=led.build, by=eli, at=NINE)
    assert told() == [lena.email]
    assert Notice.objects.get(person=tess).state == "told"


def test_an_answer_is_told_to_who_asked_and_ends_it(led, eli, lena, tess):
    calls.ask(milestone=led.build, by=eli, at=NINE)
    told()
    with pytest.raises(Refused, match="what will be done"):
        calls.answer(milestone=led.build, note="  ", by=tess, at=NINE + HOUR)
    calls.answer(milestone=led.build, note="Two people from the lab on Tuesday", by=tess, at=NINE + HOUR)
    assert told(NINE + HOUR) == [eli.email]
    mail = OutboxMessage.objects.get(to=eli.email)
    assert mail.subject == f"Tess helps with {led.build.name}"
    assert "Two people from the lab on Tuesday" in mail.text
    with pytest.raises(Refused, match="Nobody waits"):
        calls.answer(milestone=led.build, note="Again", by=lena, at=NINE + HOUR)
    assert calls.ask(milestone=led.build, by=eli, at=NINE + 2 * HOUR), "a new call is told again"


def test_it_stands_on_the_page_until_it_is_answered(led, eli, tess, lena, as_):
    page = as_(eli).get(PAGE).content.decode()
    assert f'formaction="{PAGE}/help"' in page
    assert as_(eli).post(f"{PAGE}/help").status_code == 303
    for reader in (eli, tess, lena):
        assert "Eli needs help, since" in as_(reader).get(PAGE).content.decode()
    assert f"{PAGE}/helped" not in as_(lena).get(PAGE).content.decode(), "who only reads answers nothing"
    assert f'formaction="{PAGE}/help"' not in as_(eli).get(PAGE).content.decode()
    assert as_(tess).post(f"{PAGE}/helped", {"note": ""}).status_code == 422
    assert as_(tess).post(f"{PAGE}/helped", {"note": "On it"}).status_code == 303
    page = as_(eli).get(PAGE).content.decode()
    assert "needs help, since" not in page
    assert "On it" in page


def test_a_card_of_my_work_says_who_was_told(led, eli, as_):
    browser = as_(eli)
    assert f'hx-post="{PAGE}/help"' in browser.get("/my").content.decode()
    answer = browser.post(f"{PAGE}/help", {"from": "my"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "that you need help" in answer.content.decode()


def test_what_is_done_needs_no_help(led, eli, tess, as_):
    calls.ask(milestone=led.launch, by=eli, at=NINE)
    milestones.say(milestone=led.launch, said="done", by=tess, at=NINE)
    assert "needs help, since" not in as_(eli).get(f"/p/atlas/m/{led.launch.key}").content.decode()
    with pytest.raises(Refused):
        calls.ask(milestone=led.launch, by=eli, at=NINE)
