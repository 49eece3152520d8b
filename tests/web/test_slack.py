"""Slack commands: only signed requests, each once, as the person who linked their Slack user."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from datetime import datetime, timedelta
from urllib.parse import urlencode

import pytest
from django.test import Client

from programs.actions import blockers, slack
from programs.models import Blocker, Event, Inbound, Membership, Person, SlackUser
from programs.summaries import slack as say
from programs.web.signed import signature_holds
from tests import cast
from tests.cast import NINE
from tests.graph.plans import SHARED

pytestmark = pytest.mark.django_db(transaction=True)
DOOR = "/inbound/slack"
SECRET = "a secret of the app"
SAMPLES = SHARED / "samples" / "slack"
KNOWN = {"team_id": "T1", "user_id": "U1"}


@pytest.fixture(autouse=True)
def _on(settings):
    settings.SLACK_SIGNING_SECRETS = [SECRET]


def post(body: str | bytes, *, secret: str = SECRET, at: datetime = NINE, **headers: str):
    raw = body.encode() if isinstance(body, str) else body
    stamp = str(int(at.timestamp()))
    mac = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + raw, hashlib.sha256).hexdigest()
    given = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={mac}"} | headers
    kind = given.pop("kind", "application/x-www-form-urlencoded")
    return Client(enforce_csrf_checks=True).post(DOOR, raw, content_type=kind, headers=given)


def say_(command: str, text: str, **fields: str) -> str:
    say_.count = getattr(say_, "count", 0) + 1  # type: ignore[attr-defined]
    answer = post(urlencode({"command": command, "text": text, "trigger_id": say_.count, **KNOWN, **fields}))  # type: ignore[attr-defined]
    assert answer.status_code == 200
    told = answer.json()
    assert told["response_type"] == "ephemeral"
    assert told["text"] == "\n".join(block["text"]["text"] for block in told["blocks"])
    return told["text"]


@pytest.fixture
def linked(eli, monday):
    SlackUser.objects.create(person=eli, team="T1", user="U1", linked_at=NINE)
    return eli


@pytest.fixture
def vault(program, eli):
    return cast.milestone(program, "Vault", owner=eli, status="in_progress", duration_days=5)


@pytest.mark.skipif(not SAMPLES.exists(), reason="the vendor's samples are not beside this clone")
def test_the_vendors_own_signature_holds():
    known = json.loads((SAMPLES / "known_answer.signature.json").read_text())
    secrets = ["another", known["signing_secret"]]
    stamp, given = known["headers"]["X-Slack-Request-Timestamp"], known["headers"]["X-Slack-Signature"]
    signed = f"v0:{stamp}:{known['body']}".encode()
    assert signature_holds(signed, stamp, given, secrets=secrets, now=int(stamp) + 300)
    assert not signature_holds(signed, stamp, given, secrets=secrets, now=int(stamp) + 301)
    assert not signature_holds(signed, stamp, given, secrets=secrets, now=int(stamp) - 301)
    assert not signature_holds(signed + b" ", stamp, given, secrets=secrets, now=int(stamp))


@pytest.mark.skipif(not SAMPLES.exists(), reason="the vendor's samples are not beside this clone")
def test_the_vendors_payload_with_nothing_in_it_is_answered(monday):
    fields = json.loads((SAMPLES / "payload.SlashCommandPayload.json").read_text())
    answer = post(urlencode(fields))
    assert answer.status_code == 200
    assert "does not know you here yet" in answer.json()["text"]


def test_only_signed_posts_of_forms_get_in(linked, vault, settings):
    body = urlencode({"command": "/blocked", "text": "SK-1 no access", **KNOWN})
    assert Client().get(DOOR).status_code == 405
    assert post(body, kind="application/json").status_code == 415
    assert post(body, kind="text/plain").status_code == 415
    assert post("text=" + "x" * settings.LIMITS.webhook_bytes).status_code == 413
    assert post(body, secret="wrong").status_code == 401
    for bad in ("", "v0=", "v1=abc", "v0=é", "sha1=abc"):
        assert post(body, **{"X-Slack-Signature": bad}).status_code == 401
    for bad in ("", "now", "-1", "9" * 20, "1e3"):
        assert post(body, **{"X-Slack-Request-Timestamp": bad}).status_code == 401
    for minutes in (-6, 6):
        assert post(body, at=NINE + timedelta(minutes=minutes)).status_code == 401
    settings.SLACK_SIGNING_SECRETS = []
    assert post(body).status_code == 404
    assert (Blocker.objects.count(), Inbound.objects.count()) == (0, 0)


def test_both_secrets_are_good_while_one_replaces_the_other(linked, vault, settings):
    settings.SLACK_SIGNING_SECRETS = ["new", SECRET]
    assert post("command=/x&a=1").status_code == 200
    assert post("command=/x&a=2", secret="new").status_code == 200
    settings.SLACK_SIGNING_SECRETS = ["new"]
    assert post("command=/x&a=3").status_code == 401


def test_a_copy_of_a_request_does_nothing(linked, vault):
    body = urlencode({"command": "/blocked", "text": "SK-1 no access", "trigger_id": "1", **KNOWN})
    assert "is blocked by B-1" in post(body).json()["text"]
    assert "Seen already" in post(body).json()["text"]
    assert Blocker.objects.count() == 1


def test_what_was_let_in_is_forgotten_when_no_copy_can_come(linked, monday):
    post("command=/x")
    monday.move_to(NINE + timedelta(hours=2))
    post("command=/x", at=NINE + timedelta(hours=2))
    assert Inbound.objects.count() == 1


def test_blocked_and_clear_are_saved_as_that_person(linked, vault):
    assert "SK-1 Vault> is blocked by B-1: no access" in say_("/blocked", "sk-1 no access")
    made = Blocker.objects.get()
    assert (made.title, made.raised_by, made.milestone) == ("no access", linked, vault)
    assert "B-1 is cleared" in say_("/clear", "SK-1 they opened it")
    made.refresh_from_db()
    assert (made.is_open, made.resolution) == (False, "they opened it")
    assert Event.objects.get(kind="blocker.cleared").by == linked
    assert "Nothing blocks" in say_("/clear", "SK-1")
    say_("/blocked", "SK-1 again")
    assert "B-2 is cleared" in say_("/clear", "b-2")


def test_what_cannot_be_done_is_said(linked, vault):
    assert "/blocked KEY reason" in say_("/blocked", "SK-1")
    assert "/clear KEY" in say_("/clear", "")
    assert "Nothing you can see is called NO-9" in say_("/blocked", "NO-9 x")
    assert "Nothing you can see is called &lt;!channel&gt;" in say_("/clear", "<!channel>")
    assert "Type “/blocked" in say_("/nonsense", "x")
    vault.status = "done"
    vault.save()
    assert say_("/blocked", "SK-1 late")
    assert not Blocker.objects.exists()


def test_markup_and_control_characters_are_only_text(linked, vault):
    told = say_("/blocked", "SK-1 <!channel> & \x00<https://evil.example|click>")
    assert "<!channel>" not in told
    assert "&lt;!channel&gt; &amp; &lt;https://evil.example|click&gt;" in told
    assert "Remove the text-direction override" in say_("/blocked", "SK-1 abc\u202e")
    assert "\x00" not in Blocker.objects.get().title


def test_strangers_find_nothing_and_readers_are_told_so(linked, vault, program, tess):
    blockers.block(milestone=vault, title="x", by=tess, at=NINE)
    Membership.objects.filter(person=linked).update(role="viewer")
    assert "You may read SK-1, not change it." in say_("/blocked", "SK-1 x")
    assert "not change it" in say_("/clear", "B-1")
    Membership.objects.filter(person=linked).delete()
    assert "Nothing you can see is called SK-1" in say_("/blocked", "SK-1 x")
    assert "Nothing you can see is called B-1" in say_("/clear", "B-1")
    Person.objects.filter(pk=linked.pk).update(is_active=False)
    assert "does not know you" in say_("/clear", "B-1")


def test_the_same_key_in_two_programs_needs_the_program(linked, vault, tess):
    other = cast.program("Borealis", tpm=tess, engineer=linked)
    cast.milestone(other, "Elsewhere", status="in_progress")
    assert "Say which: atlas:SK-1, borealis:SK-1" in say_("/blocked", "SK-1 x")
    assert "is blocked by" in say_("/blocked", "Borealis:sk-1 x")
    assert Blocker.objects.get().program == other


def test_a_code_links_once(program, eli, tess, as_, monday):
    assert "does not know you" in say_("/clear", "SK-1")
    page = as_(eli).post("/profile/slack").content.decode()
    code = re.search(r"/longpole link ([\w-]{16})<", page)
    assert code
    assert code[1] not in as_(eli).get("/profile/slack").content.decode(), "shown once"
    assert "not good" in say_("/longpole", "link wrong")
    assert "From now on you are Eli here." in say_("/longpole", f"link {code[1]}")
    assert "not good" in say_("/longpole", f"link {code[1]}", user_id="U2")
    assert SlackUser.objects.get(user="U1").person == eli
    second = slack.offer_code(person=tess, at=NINE - timedelta(minutes=16))
    assert "not good" in say_("/longpole", f"link {second}")
    third = slack.offer_code(person=tess, at=NINE)
    assert "From now on you are Tess here." in say_("/longpole", f"link {third}")
    assert list(SlackUser.objects.exclude(user="").values_list("person__name", flat=True)) == ["Tess"]


def test_ones_own_page(eli, as_, settings, program, monday):
    browser = as_(eli)
    assert "Slack" in browser.get("/profile").content.decode()
    SlackUser.objects.create(person=eli, team="T1", user="U77", linked_at=NINE)
    assert "U77" in browser.get("/profile/slack").content.decode()
    assert browser.put("/profile/slack").status_code == 405
    assert browser.post("/profile/slack", {"end": "1"}).status_code == 303
    assert not SlackUser.objects.exists()
    assert as_(None).get("/profile/slack").status_code == 302
    settings.SLACK_SIGNING_SECRETS = []
    assert browser.get("/profile/slack").status_code == 404
    assert "/profile/slack" not in browser.get("/profile").content.decode()


def test_blocks_stay_within_the_limits():
    told = say.only_to_you(["&amp;" * 1_000, "x" * 4_000, *["line"] * 80])
    assert len(told["blocks"]) == say.BLOCKS
    assert all(len(block["text"]["text"]) <= say.SECTION for block in told["blocks"])
    assert len(told["text"]) <= say.SECTION
    assert told["blocks"][0]["text"]["text"].endswith("&amp;…"), "an escape is not cut in half"
    assert say.section("a" * 2_990 + "<https://x.example|label>")["text"]["text"] == "a" * 2_990 + "…"
