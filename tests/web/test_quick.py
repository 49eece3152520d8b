"""Answering from a mail: what the link opens, that looking saves nothing, who it answers as, and when its time is over."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from programs.actions import analysis, blockers, milestones
from programs.mail.deliver import deliver
from programs.models import Blocker, Event, Membership, Milestone, Notice, OutboxMessage, Person, Role, StatusUpdate
from programs.queries.answer_links import token_for
from tests import cast
from tests.cast import NINE

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _fresh_counter():
    cache.clear()


@pytest.fixture
def vault(program, eli, monday):
    return cast.milestone(program, "Vault", owner=eli, status="in_progress", said="on_track", duration_days=5)


@pytest.fixture
def letter(program, eli):
    """A letter to Eli, sent an hour ago."""
    return OutboxMessage.objects.create(
        key="nudge:1",
        kind="nudge",
        person=eli,
        program=program,
        to=eli.email,
        subject="1 thing needs an answer",
        text="",
        message_id="<1@longpole>",
        state="sent",
        created_at=NINE - timedelta(hours=1),
        sent_at=NINE - timedelta(hours=1),
    )


def link(letter, offer):
    return f"/a/{token_for(letter.pk, offer)}"


@pytest.fixture
def nobody():
    """A browser nobody is signed in with, without cookies, that insists on form tokens where they are asked for."""
    return Client(enforce_csrf_checks=True)


def test_looking_saves_nothing_however_often(vault, letter, nobody):
    for _ in range(15):
        page = nobody.get(link(letter, f"m{vault.pk}-at_risk"))
    assert page.status_code == 200
    assert "Vault" in page.content.decode()
    assert "Eli, your answer is ready" in page.content.decode()
    assert nobody.head(link(letter, f"m{vault.pk}-done")).status_code == 200
    assert not Event.objects.filter(milestone=vault, kind="milestone.said").exists()
    assert "no-store" in page["Cache-Control"]


def test_one_press_says_still_the_same_as_that_person_and_logs_nobody_in(vault, letter, nobody, eli):
    answer = nobody.post(link(letter, f"m{vault.pk}-same"))
    assert answer.status_code == 200
    assert "SK-1 is still the same" in answer.content.decode()
    assert Event.objects.get(kind="milestone.said").by == eli
    assert "sessionid" not in nobody.cookies
    assert not any("session" in name for name in nobody.cookies)
    assert nobody.get("/my").status_code == 302


@pytest.mark.parametrize(("code", "said"), [("on_track", "on_track"), ("at_risk", "at_risk"), ("done", "done")])
def test_each_offered_word_is_kept_with_its_note(vault, letter, nobody, eli, code, said):
    assert nobody.post(link(letter, f"m{vault.pk}-{code}"), {"note": "The vendor called", "said": "off_track"}).status_code == 200
    vault.refresh_from_db()
    assert vault.said == said
    assert StatusUpdate.objects.get().note == "The vendor called"


def test_blocked_needs_a_reason_and_keeps_what_was_typed(vault, letter, nobody, eli):
    path = link(letter, f"m{vault.pk}-blocked")
    refused = nobody.post(path, {"waiting_on": "", "note": "since Friday", "expected_clear": "never"})
    assert refused.status_code == 422
    assert "Say who or what, so it can be chased." in refused.content.decode()
    assert "since Friday" in refused.content.decode()
    assert nobody.post(path, {"waiting_on": "Firewall change", "expected_clear": "12 mar"}).status_code == 200
    made = Blocker.objects.get()
    assert (made.waiting_on, made.raised_by) == ("Firewall change", eli)


def test_a_blocker_is_cleared_confirmed_or_dated(vault, letter, nobody, eli, tess):
    made = blockers.block(milestone=vault, title="No access", owner=eli, by=tess, at=NINE - DAY)
    assert "B-1 is still the same" in nobody.post(link(letter, f"b{made.pk}-same")).content.decode()
    assert nobody.get(link(letter, f"b{made.pk}-date")).status_code == 410, "answered already"
    Event.objects.filter(by=eli).delete()
    assert nobody.post(link(letter, f"b{made.pk}-date"), {"date": "soon"}).status_code == 422
    assert nobody.post(link(letter, f"b{made.pk}-date"), {"date": "2027-03-12"}).status_code == 200
    Event.objects.filter(by=eli).delete()
    stale = nobody.post(link(letter, f"b{made.pk}-cleared"), {"version": "1", "resolution": "They opened it"})
    assert stale.status_code == 409
    assert "They opened it" in stale.content.decode()
    version = re.search(r'name="version" value="(\d+)"', stale.content.decode())
    assert version
    assert (
        nobody.post(link(letter, f"b{made.pk}-cleared"), {"version": version[1], "resolution": "They opened it"}).status_code
        == 200
    )
    made.refresh_from_db()
    assert (made.is_open, made.resolution) == (False, "They opened it")


def test_a_new_date_is_seen_or_contested_once(vault, letter, nobody, program, eli, tess):
    who = {"person": eli, "kind": "slip", "role": "owner", "program": program, "milestone": vault}
    facts = {"before": ["2027-03-12", 0.0, "critical"], "after": ["2027-03-19", 0.0, "critical"], "cause": {"kind": "time"}}
    row = Notice.objects.create(topic="slip", state="told", created_at=NINE, due_at=NINE, told_at=NINE, facts=facts, **who)
    page = nobody.get(link(letter, f"n{row.pk}-contested"))
    assert page.status_code == 200
    assert f"{vault.name}: Fri 19 Mar, was Fri 12 Mar" in page.content.decode()
    assert "5 working days later. It is critical: each further day moves the finish." in page.content.decode()
    assert nobody.post(link(letter, f"n{row.pk}-contested"), {"answer_note": " "}).status_code == 422
    assert nobody.post(link(letter, f"n{row.pk}-contested"), {"answer_note": "The vendor said the 5th"}).status_code == 200
    row.refresh_from_db()
    assert (row.answer, row.answer_note) == ("contested", "The vendor said the 5th")
    assert nobody.post(link(letter, f"n{row.pk}-acknowledged")).status_code == 410
    Notice.objects.filter(pk=row.pk).update(person=tess, answer="")
    assert nobody.get(link(letter, f"n{row.pk}-acknowledged")).status_code == 410


def test_it_can_be_taken_back_and_answered_again(vault, letter, nobody):
    path = link(letter, f"m{vault.pk}-at_risk")
    saved = nobody.post(path).content.decode()
    batch = re.search(r'name="batch" value="([^"]+)"', saved)
    assert batch
    assert nobody.get(path).status_code == 410, "one link, one answer"
    assert nobody.get(f"{path}/undo").status_code == 405
    assert nobody.post(f"{path}/undo", {"batch": "x"}).status_code == 410
    assert nobody.post(f"{path}/undo", {"batch": batch[1]}).status_code == 200
    vault.refresh_from_db()
    assert vault.said == "on_track"
    assert nobody.get(link(letter, f"m{vault.pk}-blocked")).status_code == 200


def test_undo_reaches_nothing_but_this_answer(vault, letter, nobody, program, eli, tess):
    other = cast.milestone(program, "Other", owner=eli, status="in_progress")
    milestones.say(milestone=other, said="at_risk", by=eli, at=NINE)
    milestones.say(milestone=vault, said="at_risk", by=tess, at=NINE)
    for note in Event.objects.filter(kind="milestone.said"):
        assert nobody.post(f"{link(letter, f'm{vault.pk}-same')}/undo", {"batch": note.batch}).status_code == 410
    assert set(Milestone.objects.filter(pk__in=[other.pk, vault.pk]).values_list("said", flat=True)) == {"at_risk"}


def test_a_forged_link_is_not_found(vault, letter, nobody):
    token = token_for(letter.pk, f"m{vault.pk}-same")
    flipped = token[:-1] + ("A" if token[-1] != "A" else "B")
    other = token_for(letter.pk, f"m{vault.pk}-same").replace("-same", "-done")
    for forged in (
        flipped,
        other,
        token_for(letter.pk + 1, f"m{vault.pk}-same"),
        f"{token}x",
        "x.y.z",
        f"{letter.pk}.m1-same.",
        "é.m1-same.x",
    ):
        assert nobody.get(f"/a/{forged}").status_code == 404
    assert nobody.post(f"/a/{flipped}").status_code == 404
    assert nobody.put(f"/a/{token}").status_code == 405


@pytest.mark.parametrize(
    "change",
    [
        lambda vault, eli, letter: Membership.objects.filter(person=eli).delete(),
        lambda vault, eli, letter: Membership.objects.filter(person=eli).update(role=Role.VIEWER),
        lambda vault, eli, letter: Person.objects.filter(pk=eli.pk).update(is_active=False),
        lambda vault, eli, letter: Person.objects.filter(pk=eli.pk).update(email="new@example.test"),
        lambda vault, eli, letter: Milestone.objects.filter(pk=vault.pk).update(owner=None),
        lambda vault, eli, letter: Milestone.objects.filter(pk=vault.pk).update(status="done"),
        lambda vault, eli, letter: Milestone.objects.filter(pk=vault.pk).delete(),
        lambda vault, eli, letter: OutboxMessage.objects.filter(pk=letter.pk).update(state="cancelled"),
        lambda vault, eli, letter: OutboxMessage.objects.filter(pk=letter.pk).update(
            sent_at=NINE - 14 * DAY - timedelta(seconds=1)
        ),
        lambda vault, eli, letter: milestones.still_the_same(milestone=vault, by=eli, at=NINE),
    ],
    ids=["left", "reads only", "closed", "other address", "passed on", "done", "deleted", "cancelled", "old", "answered"],
)
def test_a_link_whose_time_is_over_answers_410(vault, letter, nobody, eli, change):
    change(vault, eli, letter)
    path = link(letter, f"m{vault.pk}-same")
    before = Event.objects.count()
    assert nobody.get(path).status_code == 410
    assert nobody.post(path).status_code == 410
    assert Event.objects.count() == before


def test_it_lasts_fourteen_days(vault, letter, nobody, monday):
    OutboxMessage.objects.filter(pk=letter.pk).update(sent_at=NINE - 14 * DAY)
    assert nobody.get(link(letter, f"m{vault.pk}-same")).status_code == 200


def test_whoever_is_signed_in_the_link_answers_as_its_reader(vault, letter, eli, tess, as_):
    assert as_(tess).post(link(letter, f"m{vault.pk}-same")).status_code == 200
    assert Event.objects.get(kind="milestone.said").by == eli


def test_presses_share_the_counter_of_sign_in(vault, letter, nobody, settings):
    settings.ACCOUNT_RATE_LIMITS = {"account": "3/m/ip"}
    answers = [nobody.post(link(letter, f"m{vault.pk}-blocked")).status_code for _ in range(4)]
    assert answers == [422, 422, 422, 429]
    assert nobody.get(link(letter, f"m{vault.pk}-blocked")).status_code == 200, "looking costs nothing"


def test_without_a_signature_the_offer_opens_where_one_is_signed_in(vault, eli, otto, as_, nobody):
    offer = f"/a/m{vault.pk}-same"
    assert nobody.get(offer)["Location"].startswith("/accounts/login/")
    assert as_(otto).get(offer).status_code == 404
    assert as_(eli).get(offer)["Location"] == "/my?item=atlas%3ASK-1&answer=same"
    assert as_(eli).get("/a/m1-nonsense").status_code == 404
    assert as_(eli).get("/a/n999-contested").status_code == 404


def test_what_is_sent_is_signed_and_what_is_stored_is_not(vault, program, eli, smtp_server, tess, as_):
    Milestone.objects.filter(pk=vault.pk).update(said_on=cast.MONDAY - 12 * DAY)
    analysis.recompute(program_id=program.pk, at=NINE, force=True)
    as_(tess).post("/p/atlas/nudge", {"person": eli.pk})
    message = OutboxMessage.objects.get(kind="nudge")
    signed = token_for(message.pk, f"m{vault.pk}-same")
    assert signed not in message.text + message.html
    deliver(clock=lambda: NINE)
    text, html = (part.get_content() for part in smtp_server.messages[0].walk() if part.get_content_maintype() == "text")
    for body in (text, html):
        assert f"/a/{signed}" in body
        assert not re.search(r"/a/m\d+-", body)
