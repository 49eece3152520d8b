"""A status update as a mail: both bodies, in the reader's language, once, and stopped with the subscription."""

from __future__ import annotations

import pytest

from programs.actions import reports, subscriptions
from programs.mail import reports as mail
from programs.mail.deliver import deliver
from programs.models import OutboxMessage, Report
from tests import cast
from tests.mail.test_body import HOSTILE, Reading
from tests.mail.world import Clock, furnished, subscribed


@pytest.fixture
def draft(program, tess, lena):
    furnished(program)
    subscribed(lena, program)
    texts = {
        "headline": "Atlas: cutover in doubt",
        "summary": "It is tight.\nWe need a day.",
        "blockers": "- The vault\n- The vendor",
        "decisions": "Move the date?",
    }
    return reports.begin(program=program, texts=texts, seen={}, by=tess, at=cast.NINE)


def sent(draft, tess):
    return mail.send(draft, version=draft.version, by=tess, at=cast.NINE)


def test_both_bodies_say_the_same(draft, tess):
    sent(draft, tess)
    message = OutboxMessage.objects.get()
    html, text = Reading(message.html), " ".join(message.text.split())
    assert message.subject == "Atlas: cutover in doubt"
    for words in ("It is tight.", "We need a day.", "The vault", "The vendor", "Move the date?", "Off track", "Tess sent it."):
        assert words in html.text
        assert words.lower() in text.lower()
    assert "Where it stands" not in html.text
    for title in ("Blockers", "Decisions needed"):
        assert title in html.text
        assert title.upper() in text
    address = "http://localhost:8000/p/atlas/updates/2027-03-01"
    assert address in [value for name, value in html.attributes if name == "href"]
    assert address in text
    assert max(map(len, message.text.splitlines())) <= 79
    assert len(message.html.encode()) < 15_000


@pytest.mark.parametrize("words", HOSTILE)
def test_markup_is_text_in_both_bodies(draft, tess, words):
    changes = dict.fromkeys(("headline", *Report.TEXTS), words)
    row = reports.edit(report=draft, version=draft.version, changes=changes, by=tess, at=cast.NINE)
    sent(row, tess)
    message = OutboxMessage.objects.get()
    read = Reading(message.html)
    assert not {"script", "img", "iframe", "form", "input", "link", "object", "svg"} & set(read.tags)
    assert not [name for name, _value in read.attributes if name.startswith("on")]
    assert " ".join(words.split()) in read.text
    assert words.split()[0] in message.text


def test_it_goes_out_with_a_way_to_stop_and_not_after_stopping(draft, tess, eli, lena, smtp_server):
    his = subscribed(eli, draft.program)
    sent(draft, tess)
    subscriptions.stop(subscription=his, by=eli, at=cast.NINE)
    happened = deliver(clock=Clock())
    assert (happened["sent"], happened["cancelled"]) == (1, 1)
    letter = smtp_server.messages[0]
    assert letter["To"] == "lena@example.test"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "/unsubscribe/" in letter["List-Unsubscribe"]
    assert "stop.invalid" not in str(letter)


def test_who_left_gets_nothing(draft, tess, lena, smtp_server):
    sent(draft, tess)
    draft.program.memberships.filter(person=lena).delete()
    assert deliver(clock=Clock())["cancelled"] == 1
    assert smtp_server.messages == []


def test_everybody_is_written_to_once_and_in_their_language(draft, tess, lena, eli):
    eli.language = "de"
    eli.save()
    subscribed(eli, draft.program)
    subscribed(lena, draft.program, audience="team")
    sent(draft, tess)
    found = {message.to: message for message in OutboxMessage.objects.all()}
    assert set(found) == {"eli@example.test", "lena@example.test"}
    assert '<html lang="de"' in found["eli@example.test"].html
    assert '<html lang="en"' in found["lena@example.test"].html


def test_nobody_is_written_to_when_it_cannot_be_archived(draft, tess):
    reports.edit(report=draft, version=draft.version, changes={"headline": "New"}, by=tess, at=cast.NINE)
    with pytest.raises(Exception, match="Look again"):
        sent(draft, tess)
    assert not OutboxMessage.objects.exists()
    assert Report.objects.get().sent_at is None
