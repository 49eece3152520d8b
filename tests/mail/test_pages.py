"""The pages around mail: subscribe, preview, stop, outbox."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from django.urls import reverse

from programs.mail.issue import issue_due
from programs.models import OutboxMessage, Person, Subscription
from programs.queries.unsubscribe import token_for
from tests import cast
from tests.mail.world import Clock, furnished, subscribed

pytestmark = pytest.mark.django_db
LIST, NEW = "/p/atlas/subscriptions", "/p/atlas/subscriptions/new"
FORM = {"audience": "leader", "weekdays": ["1", "3"], "local_time": "08:30", "time_zone": "Europe/Berlin"}


# Who may


@pytest.mark.parametrize("path", [LIST, NEW])
def test_strangers_get_404_and_the_unknown_sign_in(program, otto, as_, path):
    assert as_(otto).get(path).status_code == 404
    assert as_(None).get(path).status_code == 302


def test_everybody_sees_their_own_and_managers_all(program, lena, eli, tess, as_):
    hers, his = subscribed(lena, program), subscribed(eli, program)
    assert as_(lena).get(LIST).content.count(b"<tr id=") == 1
    assert as_(tess).get(LIST).content.count(b"<tr id=") == 2
    for verb in ("edit", "preview", "delete"):
        for person, row, expected in ((lena, his, 403), (eli, hers, 403)):
            answer = as_(person).post(f"/p/atlas/subscriptions/{row.pk}/{verb}")
            assert answer.status_code == expected


def test_a_subscription_of_another_program_is_not_at_this_address(program, tess, as_):
    other = cast.program("Other", tpm=tess)
    row = subscribed(tess, other)
    assert as_(tess).get(f"/p/atlas/subscriptions/{row.pk}/edit").status_code == 404
    assert as_(tess).get(f"/p/other/subscriptions/{row.pk}/edit").status_code == 200


def test_somebody_elses_portfolio_summary_is_nobodys(program, lena, tess, as_):
    row = subscribed(lena, None)
    assert as_(tess).get(f"/my/subscriptions/{row.pk}/edit").status_code == 404


@pytest.mark.parametrize("verb", ["preview", "settle"])
def test_what_acts_is_posted(program, lena, as_, verb):
    row = subscribed(lena, program)
    path = f"/my/subscriptions/{row.pk}/preview" if verb == "preview" else "/outbox/1/settle"
    assert as_(lena).get(path).status_code == 405


# Subscribe and change


def test_a_leader_subscribes_to_monday_mornings(program, lena, as_, monday):
    browser = as_(lena)
    page = browser.get(NEW).content.decode()
    assert "Get the state of Atlas by mail" in page
    assert "Who gets it" not in page, "only those who manage the program choose somebody else"
    answer = browser.post(NEW, FORM)
    assert (answer.status_code, answer["Location"]) == (303, LIST)
    row = Subscription.objects.get()
    assert (row.person, row.program, row.weekdays, row.local_time) == (lena, program, [1, 3], time(8, 30))
    assert row.next_at == cast.NINE + timedelta(days=1, hours=22, minutes=30), "this Monday's half past eight has passed"
    listed = browser.get(LIST).content.decode()
    assert "Every Monday and Wednesday at 08:30, Europe/Berlin" in listed
    assert "Send me a preview now" in listed


def test_the_portfolio_and_any_program_from_ones_own_page(program, lena, as_):
    browser = as_(lena)
    assert browser.post("/my/subscriptions/new", FORM | {"about": "portfolio"}).status_code == 303
    assert browser.post("/my/subscriptions/new", FORM | {"about": "atlas"}).status_code == 303
    assert list(Subscription.objects.order_by("pk").values_list("program__slug", flat=True)) == [None, "atlas"]
    page = browser.get("/my/subscriptions").content.decode()
    assert "Portfolio" in page
    assert "Atlas" in page


def test_a_program_one_may_not_see_is_not_offered_and_not_taken(program, lena, otto, as_):
    cast.program("Secret", tpm=otto)
    browser = as_(lena)
    assert b"Secret" not in browser.get("/my/subscriptions/new").content
    assert browser.post("/my/subscriptions/new", FORM | {"about": "secret"}).status_code == 422
    assert not Subscription.objects.exists()


def test_a_manager_subscribes_a_member_by_address(program, tess, lena, as_):
    answer = as_(tess).post(NEW, FORM | {"person": "Lena@example.test"})
    assert answer.status_code == 303
    row = Subscription.objects.get()
    assert (row.person, row.created_by) == (lena, tess)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"time_zone": "Mars/Base"}, "“Mars/Base” is not a time zone. Use a place"),
        ({"weekdays": []}, "Choose at least one weekday."),
        ({"weekdays": ["8"]}, "Choose weekdays from the list."),
        ({"local_time": "25:99"}, "Write a time like 08:30."),
        ({"local_time": ""}, "Write a time like 08:30."),
        ({"audience": "sponsor"}, "sponsor"),
        ({"person": "a@b.test, c@d.test"}, "Write one address, like lena@example.org."),
        ({"person": "a@b.test;c@d.test"}, "Write one address, like lena@example.org."),
        ({"person": "Eve, E <e@x.test>"}, "Write one address, like lena@example.org."),
        ({"person": "eve@x.test\r\nBcc: a@b.test"}, "Write one address"),
        ({"person": "otto@example.test"}, "otto@example.test is not a member of Atlas. Invite them first"),
    ],
)
def test_wrong_input_comes_back_with_the_remedy_and_what_was_typed(program, tess, otto, as_, wrong, says):
    answer = as_(tess).post(NEW, FORM | {"person": "tess@example.test"} | wrong)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert says in page.replace("&#x27;", "'")
    if "local_time" not in wrong:
        assert 'value="08:30"' in page
    assert not Subscription.objects.exists()


def test_an_edit_shows_and_saves_the_schedule(program, lena, as_):
    row = subscribed(lena, program, weekdays=[1, 3], time_zone="Europe/Berlin", local_time=time(8, 30))
    browser, path = as_(lena), f"{LIST}/{row.pk}/edit"
    page = browser.get(path).content.decode()
    assert 'value="08:30"' in page
    assert page.count("checked") == 3, "two weekdays, and that it is sent"
    answer = browser.post(path, FORM | {"version": 1, "weekdays": ["5"], "active": "on"})
    assert answer.status_code == 303
    row.refresh_from_db()
    assert (row.weekdays, row.edition, row.active) == ([5], 2, True)
    browser.post(path, FORM | {"version": 2, "weekdays": ["5"]})
    row.refresh_from_db()
    assert (row.active, row.next_at) == (False, None)
    assert b"Stopped" in browser.get(LIST).content


def test_a_page_that_grew_old_shows_the_other_schedule_and_can_be_saved_over(program, lena, as_):
    row = subscribed(lena, program)
    browser, path = as_(lena), f"{LIST}/{row.pk}/edit"
    browser.post(path, FORM | {"version": 1, "local_time": "10:00", "active": "on"})
    answer = browser.post(path, FORM | {"version": 1, "local_time": "11:00", "active": "on"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Somebody else changed this meanwhile to every Monday and Wednesday at 10:00, Europe/Berlin." in page
    assert 'name="version" value="2"' in page
    assert 'value="11:00"' in page
    assert browser.post(path, FORM | {"version": 2, "local_time": "11:00", "active": "on"}).status_code == 303


def test_a_double_click_subscribes_once(program, lena, as_):
    browser = as_(lena)
    for _click in range(2):
        assert browser.post(NEW, FORM | {"token": "the same"}).status_code == 303
    assert Subscription.objects.count() == 1


def test_remove_asks_first(program, lena, as_):
    row = subscribed(lena, program)
    browser, path = as_(lena), f"{LIST}/{row.pk}/delete"
    assert b"Remove this summary?" in browser.get(path).content
    assert Subscription.objects.exists()
    assert browser.post(path).status_code == 303
    assert not Subscription.objects.exists()


# Preview


def test_a_preview_comes_at_once_and_only_to_oneself(program, tess, lena, as_, monday, settings):
    settings.MAIL_LEAVES = True
    furnished(program)
    row = subscribed(lena, program)
    browser = as_(tess)
    answer = browser.post(f"{LIST}/{row.pk}/preview")
    assert (answer.status_code, answer["Location"]) == (303, LIST)
    message = OutboxMessage.objects.get()
    assert (message.to, message.kind, message.state) == ("tess@example.test", "preview", "queued")
    assert "You asked for this preview." in message.text
    row.refresh_from_db()
    assert (row.last_seen, row.last_sent_at) == ({}, None), "Lena's own last one is not moved"
    browser.post(f"{LIST}/{row.pk}/preview")
    assert OutboxMessage.objects.count() == 1
    assert "less than a minute ago" in browser.get(LIST).content.decode()
    monday.shift(61)
    browser.post(f"{LIST}/{row.pk}/preview")
    assert OutboxMessage.objects.count() == 2


def test_without_a_mail_server_the_preview_opens_in_the_outbox(program, lena, as_):
    furnished(program)
    row = subscribed(lena, program)
    browser = as_(lena)
    answer = browser.post(f"/my/subscriptions/{row.pk}/preview")
    message = OutboxMessage.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"/outbox/{message.pk}")
    assert browser.get(answer["Location"]).status_code == 200


# Outbox


@pytest.fixture
def message(program, lena) -> OutboxMessage:
    """Lena's Monday summary, kept because no mail server is set."""
    furnished(program)
    subscribed(lena, program)
    issue_due(clock=Clock())
    return OutboxMessage.objects.get()


def test_the_outbox_is_scoped(message, lena, eli, tess, otto, ada, as_):
    for person, status in ((lena, 200), (tess, 200), (ada, 200), (eli, 404), (otto, 404)):
        browser = as_(person)
        assert browser.get(f"/outbox/{message.pk}").status_code == status
        assert browser.get(f"/outbox/{message.pk}/body").status_code == status
        listed = message.subject.encode() in browser.get("/outbox").content
        assert listed == (status == 200)


def test_only_the_reader_sees_the_link_that_stops_it(message, lena, tess, as_):
    token = token_for(message.subscription_id)
    for path in (f"/outbox/{message.pk}", f"/outbox/{message.pk}/body"):
        assert token in as_(lena).get(path).content.decode()
        assert token not in as_(tess).get(path).content.decode()


def test_the_html_body_is_framed_by_a_policy_that_allows_nothing(message, lena, as_):
    browser = as_(lena)
    page = browser.get(f"/outbox/{message.pk}")
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    assert "style-src 'self'" in page["Content-Security-Policy"]
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page.content.decode()
    body = browser.get(f"/outbox/{message.pk}/body")
    policy = body["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    assert "allow-scripts" not in policy
    assert "script-src" not in policy
    assert "frame-ancestors 'self'" in policy
    assert body["X-Frame-Options"] == "SAMEORIGIN"
    other = browser.get(LIST)
    assert "frame-ancestors 'none'" in other["Content-Security-Policy"]


def test_states_and_pages(message, lena, as_):
    browser = as_(lena)
    assert message.subject in browser.get("/outbox?state=held").content.decode()
    assert message.subject not in browser.get("/outbox?state=sent").content.decode()
    for odd in ("?page=0", "?page=-1", "?page=x", "?page=99999999999", "?page=%F0%9D%9F%99", "?state=odd", "?page=2"):
        assert browser.get(f"/outbox{odd}").status_code == 200


def test_a_text_with_markup_is_text(message, lena, as_):
    OutboxMessage.objects.update(text="<script>alert(1)</script>", subject="<b>x</b>", html="")
    browser = as_(lena)
    page = browser.get(f"/outbox/{message.pk}").content.decode()
    assert "<script>alert" not in page
    assert "&lt;b&gt;x&lt;/b&gt;" in page
    assert "<iframe" not in page
    assert browser.get(f"/outbox/{message.pk}/body").status_code == 404


def test_an_administrator_settles_what_is_stuck(message, lena, ada, as_):
    OutboxMessage.objects.update(state="unsure", error="The worker ended.")
    assert as_(lena).post(f"/outbox/{message.pk}/settle").status_code == 403
    assert b"It did arrive" in as_(ada).get(f"/outbox/{message.pk}").content
    assert as_(ada).post(f"/outbox/{message.pk}/settle", {"arrived": "1"}).status_code == 303
    message.refresh_from_db()
    assert message.state == "sent"
    OutboxMessage.objects.update(state="failed")
    as_(ada).post(f"/outbox/{message.pk}/settle")
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("queued", 0)


# Stop in one click


ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def strict():
    """A client that checks CSRF and has no cookie, as a mailbox provider has none."""
    from django.test import Client

    return Client(enforce_csrf_checks=True)


def test_one_click_stops_it_without_cookie_token_or_redirect(program, lena, strict):
    row = subscribed(lena, program)
    path = reverse("unsubscribe", args=[token_for(row.pk)])
    for _again in range(2):
        answer = strict.post(path, ONE_CLICK)
        assert answer.status_code == 200
        assert b"You get no more summaries of Atlas." in answer.content
        row.refresh_from_db()
        assert (row.active, row.next_at) == (False, None)
    assert strict.post(path, ONE_CLICK, format="multipart").status_code == 200


def test_looking_changes_nothing(program, lena, strict):
    row = subscribed(lena, program)
    path = reverse("unsubscribe", args=[token_for(row.pk)])
    for answer in (strict.get(path), strict.head(path), strict.post(path), strict.post(path, {"List-Unsubscribe": "maybe"})):
        assert answer.status_code == 200
    assert b"Stop it" in strict.get(path).content
    row.refresh_from_db()
    assert row.active
    assert strict.put(path).status_code == 405


def test_a_forged_link_is_a_page_that_does_not_exist(program, lena, strict):
    row = subscribed(lena, program)
    token = token_for(row.pk)
    for forged in (
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        token_for(row.pk + 1),
        "x",
        token.swapcase(),
        "%00",
        "%F0%9F%98%80",
    ):
        for answer in (strict.get(f"/unsubscribe/{forged}"), strict.post(f"/unsubscribe/{forged}", ONE_CLICK)):
            assert answer.status_code == 404
    row.refresh_from_db()
    assert row.active


def test_it_stops_that_one_and_nothing_else(program, lena, strict):
    row, other = subscribed(lena, program), subscribed(lena, None)
    strict.post(reverse("unsubscribe", args=[token_for(row.pk)]), ONE_CLICK)
    other.refresh_from_db()
    assert other.active
    assert Person.objects.get(pk=lena.pk).is_active


def test_the_link_in_the_mail_is_that_link(message, lena, smtp_server, strict):
    from programs.mail.deliver import deliver

    OutboxMessage.objects.update(state="queued")
    deliver(clock=Clock())
    (mail,) = smtp_server.messages
    path = mail["List-Unsubscribe"].strip().strip("<>").removeprefix("http://localhost:8000")
    assert strict.post(path, ONE_CLICK).status_code == 200
    assert not Subscription.objects.get().active
