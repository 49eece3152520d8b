"""I need help: one press, the lead and the program manager are told once, and it stands there until it is answered."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps

from programs.actions import help as calls
from programs.actions import milestones, notices
from programs.actions.errors import Refused
from programs.mail.notices import mail_due
from programs.models import Blocker, Event, Membership, Milestone, Notice, OutboxMessage, Preference, Step, Workstream
from tests import cast
from tests.cast import NINE
from tests.mail.world import Clock
from tests.web.test_undo import token_in

pytestmark = pytest.mark.django_db(transaction=True)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PAGE = "/p/atlas/m/SEC-2"
CARD = {"HX-Request": "true", "HX-Target": "ask-atlas-B-1"}  # the card of its blocker


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
    answer = browser.post(f"{PAGE}/help", {"from": "my"}, headers=CARD)
    assert answer.status_code == 200
    assert "that you need help" in answer.content.decode()
    for page in (answer.content.decode(), browser.get("/my").content.decode()):
        assert "You asked Lena, Tess for help on" in page
        assert f'hx-post="{PAGE}/help"' not in page, "it is asked for already"
        assert f'hx-post="{PAGE}/help-over"' in page
    answer = browser.post(f"{PAGE}/help-over", {"from": "my"}, headers=CARD).content.decode()
    assert f'hx-post="{PAGE}/help"' in answer
    assert "no help is needed any more" in answer


def test_the_card_of_a_milestone_says_it_too(led, eli, as_):
    Blocker.objects.update(status="resolved", resolved_on=NINE.date())
    Milestone.objects.filter(pk=led.build.pk).update(
        status="in_progress", said="on_track", said_on=NINE.date() - 21 * DAY, updated_on=None
    )
    browser = as_(eli)
    assert f'hx-post="{PAGE}/help"' in browser.get("/my").content.decode()
    answer = browser.post(f"{PAGE}/help", {"from": "my"}, headers={**CARD, "HX-Target": "ask-atlas-SEC-2"}).content.decode()
    for page in (answer, browser.get("/my").content.decode()):
        assert "You asked Lena, Tess for help on" in page
        assert f'hx-post="{PAGE}/help-over"' in page
        assert f'hx-post="{PAGE}/help"' not in page


def test_help_nobody_is_asked_about_stands_in_a_list_of_its_own(led, eli, as_, django_assert_num_queries):
    Blocker.objects.update(status="resolved", resolved_on=NINE.date())
    milestones.say(milestone=led.build, said="at_risk", by=eli, at=NINE)
    browser = as_(eli)
    assert "Help is asked for" not in browser.get("/my").content.decode()
    calls.ask(milestone=led.build, by=eli, at=NINE)
    page = browser.get("/my").content.decode()
    assert page.index("Help is asked for") < page.index("You asked Lena, Tess for help on")
    answer = browser.post(f"{PAGE}/help-over", {"from": "my"})
    assert (answer.status_code, answer["Location"]) == (303, "/my")
    assert "Help is asked for" not in browser.get("/my").content.decode()


def test_whoever_asked_takes_it_back_and_so_may_who_plans(led, eli, tess, lena, as_):
    second = cast.person("Nils")
    Membership.objects.create(program=led.program, person=second, role="engineer")
    calls.ask(milestone=led.build, by=eli, at=NINE)
    assert f'formaction="{PAGE}/help-over"' not in as_(second).get(PAGE).content.decode()
    assert as_(second).post(f"{PAGE}/help-over").status_code == 403
    for who in (eli, tess):
        assert f'formaction="{PAGE}/help-over"' in as_(who).get(PAGE).content.decode()
        assert as_(who).post(f"{PAGE}/help-over").status_code == 303
        assert "needs help, since" not in as_(who).get(PAGE).content.decode()
        calls.ask(milestone=led.build, by=eli, at=NINE + HOUR)
    assert Event.objects.filter(kind="milestone.help_over").count() == 2


def asked(browser, address=f"{PAGE}/help"):
    """Press it on the page of the milestone; the address that takes it back."""
    assert browser.post(address).status_code == 303
    return token_in(browser.get(PAGE).content.decode())


def test_taken_back_before_anything_left_nobody_hears_of_it(led, eli, lena, tess, as_, monday):
    Preference.objects.create(person=tess, kind="help", frequency="daily")
    browser = as_(eli)
    back = asked(browser)
    assert "Told: Lena, Tess." in as_(tess).get(PAGE).content.decode()
    assert browser.post(back).status_code == 303
    assert told() == []
    assert set(Notice.objects.values_list("state", flat=True)) == {"cancelled"}
    browser.post(token_in(browser.get(PAGE).content.decode()))  # and made again: now they hear of it, once
    assert told() == [lena.email], "Tess reads hers tomorrow"
    assert browser.post(token_in(browser.get(PAGE).content.decode())).status_code == 303
    assert told(NINE + 24 * HOUR) == [], "what waits for a digest says nothing, and the mail that waits is called off"
    assert OutboxMessage.objects.get(to=lena.email).state == "cancelled"


def test_who_was_told_hears_once_that_it_is_settled(led, eli, lena, tess, as_, monday):
    browser = as_(eli)
    back = asked(browser)
    assert sorted(told()) == sorted([lena.email, tess.email])
    OutboxMessage.objects.update(state="sent")
    browser.post(back)
    assert sorted(told()) == sorted([lena.email, tess.email])
    mail = OutboxMessage.objects.filter(to=lena.email).latest("pk")
    assert mail.subject == f"{led.build.name} needs no help any more"
    assert "Eli took the call back." in mail.text
    assert "needs help, since" not in browser.get(PAGE).content.decode()
    OutboxMessage.objects.update(state="sent")
    assert told(NINE + HOUR) == []
    lines = browser.get("/changes").content.decode()
    assert "Undone" in lines


def test_a_day_later_it_is_taken_back_on_the_page_only(led, eli, as_, monday):
    browser = as_(eli)
    back = asked(browser)
    Step.objects.update(at=NINE - 25 * HOUR)
    assert browser.post(back).status_code == 409
    assert browser.post(f"{PAGE}/help-over").status_code == 303


def test_an_answer_is_taken_back_and_the_call_stands_again(led, eli, lena, tess, as_, monday):
    asked(as_(eli))
    told()
    OutboxMessage.objects.update(state="sent")
    browser = as_(tess)
    browser.post(f"{PAGE}/helped", {"note": "Two people from the lab"})
    back = token_in(browser.get(PAGE).content.decode())
    assert told() == [eli.email]
    OutboxMessage.objects.update(state="sent")
    browser.post(back)
    assert "Eli needs help, since" in browser.get(PAGE).content.decode()
    assert told() == [eli.email], "who leads heard nothing else"
    mail = OutboxMessage.objects.filter(to=eli.email).latest("pk")
    assert mail.subject == f"Your call for help with {led.build.name} stands again"


def test_a_call_that_was_answered_since_is_not_taken_back(led, eli, tess, as_, monday):
    browser = as_(eli)
    back = asked(browser)
    as_(tess).post(f"{PAGE}/helped", {"note": "On it"})
    answer = browser.post(back)
    assert answer.status_code == 409
    assert "Help with SEC-2 Build finished is on its way" in answer.content.decode(), "and says why not"


def test_a_call_asks_nobody_which_edit_holds(led, eli, tess):
    """Whoever has the form of the milestone open saves it, as if nobody had asked for help."""
    version = Milestone.objects.get(pk=led.build.pk).version
    calls.ask(milestone=led.build, by=eli, at=NINE)
    assert Milestone.objects.get(pk=led.build.pk).version == version


def test_what_is_done_needs_no_help(led, eli, tess, as_):
    calls.ask(milestone=led.launch, by=eli, at=NINE)
    milestones.say(milestone=led.launch, said="done", by=tess, at=NINE)
    assert "needs help, since" not in as_(eli).get(f"/p/atlas/m/{led.launch.key}").content.decode()
    with pytest.raises(Refused):
        calls.ask(milestone=led.launch, by=eli, at=NINE)


def test_calls_of_before_are_carried_over(led, eli, tess):
    """The history alone knew of them: the last word about each milestone says whether one stands."""
    calls.ask(milestone=led.build, by=eli, at=NINE)
    calls.ask(milestone=led.launch, by=eli, at=NINE)
    calls.answer(milestone=led.launch, note="On it", by=tess, at=NINE + HOUR)
    Milestone.objects.update(help_at=None, help_by=None)
    import_module("programs.migrations.0040_calls_that_stand").carry_over(apps, None)
    assert list(Milestone.objects.exclude(help_at=None).values_list("key", "help_at", "help_by")) == [("SEC-2", NINE, eli.pk)]
