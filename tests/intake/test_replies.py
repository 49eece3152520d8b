"""Replies as mail programs write them: one's own words are found, what is quoted is not, and the words are understood."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.intake import day_words, replies, said
from tests.mail import incoming

TODAY = date(2027, 3, 1)
ELI, TO = "eli@example.test", "answers+1-abc@plan.example.test"


def day(text: str) -> date | None:
    return day_words.read(text, TODAY)


@pytest.mark.parametrize("program", incoming.PROGRAMS)
@pytest.mark.parametrize("words", ["still the same", "blocked: no access to the vault\nsince Friday", "Läuft noch"])
def test_ones_own_words_are_found_whatever_the_program(program, words):
    found = replies.read(incoming.by_program(program, ELI, TO, words))
    assert found.words.removesuffix("Eli").strip() == words
    assert (found.sender, found.message_id, found.automatic) == (ELI, "<1@mail.example.test>", False)
    assert TO in found.to


def test_the_plain_part_is_read_where_there_is_one():
    assert replies.read(incoming.with_both(ELI, TO, "erledigt")).words == "erledigt"


def test_old_encodings_are_read():
    assert replies.read(incoming.in_latin(ELI, TO, "unverändert")).words == "unverändert"


def test_words_between_quotes_are_kept():
    body = "On Mon, 1 Mar 2027 Longpole wrote:\n> Vault?\nSK-1: done\n> Load test?\nSK-2: fri\n"
    assert replies.read(incoming.raw(ELI, TO, body)).words == "SK-1: done\nSK-2: fri"


def test_a_sentence_that_looks_like_a_head_is_not_cut():
    body = "On Monday I wrote the test.\nFrom: what I know it holds.\n- one\n- two"
    assert replies.read(incoming.raw(ELI, TO, body)).words == body


@pytest.mark.parametrize("kind", incoming.AUTOMATIC)
def test_what_no_person_wrote_is_known(kind):
    more = dict(incoming.AUTOMATIC[kind])
    text = incoming.head(ELI, TO, **{"Content_Type": "text/plain", **more})
    assert replies.read(text.encode() + b"\r\ndone").automatic


def test_what_the_server_doubts_is_doubted():
    passed = {"Authentication_Results": "mx.example.test; dkim=pass; dmarc=pass"}
    assert not replies.read(incoming.raw(ELI, TO, "done", **passed)).doubted
    assert replies.read(incoming.raw(ELI, TO, "done", Authentication_Results="mx; spf=pass; dmarc=fail (p=none)")).doubted


def test_two_senders_are_none():
    text = incoming.raw(ELI, TO, "done").replace(b"From: Eli <eli@example.test>", b"From: eli@example.test, tess@example.test")
    assert replies.read(text).sender == ""


@given(st.binary(max_size=3000))
def test_nothing_that_comes_in_is_an_error(raw):
    replies.read(raw)
    replies.read(incoming.head(ELI, TO).encode() + raw)


@given(st.text(max_size=500))
def test_no_words_are_an_error(text):
    replies.own_words(text)
    replies.of_html(text)
    assert said.understood(text, day).code in {*said.PHRASES, *said.HEADED, "comment"}
    said.each(text, lambda name: name.startswith("S"))


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        *[("Still the same.", "same", ""), ("SAME", "same", ""), ("Unverändert!", "same", ""), ("immer noch", "same", "")],
        *[("done", "done", ""), ("Erledigt.", "done", ""), ("Done: signed off by Lena", "done", "signed off by Lena")],
        *[("on track", "on_track", ""), ("At risk: vendor is slow", "at_risk", "vendor is slow"), ("gefährdet", "at_risk", "")],
        *[("Blocked: no access", "blocked", "no access"), ("blockiert: kein Zugang", "blocked", "kein Zugang")],
        *[("blocked by the vendor", "blocked", "the vendor"), ("Blocked", "blocked", "")],
        *[("clear", "cleared", ""), ("behoben", "cleared", ""), ("cleared: they opened it", "cleared", "they opened it")],
        *[("OK", "seen", ""), ("I have seen it", "seen", ""), ("gesehen", "seen", "")],
        *[
            ("cannot hold: two tests are missing", "contested", "two tests are missing"),
            ("kann nicht halten: Urlaub", "contested", "Urlaub"),
        ],
        *[("still the same\nbut tired", "same", "but tired"), ("It is done, I think", "comment", "It is done, I think")],
        *[("see: the ticket", "comment", "see: the ticket"), ("I am done with this", "comment", "I am done with this")],
    ],
)
def test_words_are_understood(words, code, text):
    found = said.understood(words, day)
    assert (found.code, found.text) == (code, text)
    assert found.whole == words


@pytest.mark.parametrize("words", ["12 mar", "Fri 12 Mar.", "new date: 12 mar", "2027-03-12", "Date: 12/3", "in 11 days"])
def test_dates_are_understood(words):
    assert said.understood(words, day).day == date(2027, 3, 12)


def test_a_date_nobody_can_read_is_a_comment():
    assert said.understood("new date: when the vendor answers", day).code == "comment"
