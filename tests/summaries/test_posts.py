"""Posts keep to the limits of a chat, whatever people typed."""

from __future__ import annotations

import re

import pytest

from programs.summaries import slack
from programs.summaries.letters import Answer, Item, Letter
from programs.summaries.summary import Figure, Line, Section, Summary

ODD = ["<!channel> & <@U1>", "a|b>c", "&" * 4000, "<" * 4000, "x" * 9000, "*bold* `code` ~gone~", "Ünïcödé 🚀 שלום"]
ENTITY = re.compile(r"&(?!amp;|lt;|gt;)")


def checked(post: dict) -> dict:
    """The whole message is within every limit, and nothing in it was cut in half or says more than was meant."""
    blocks = post["blocks"]
    assert 0 < len(blocks) <= 50
    total = 0
    for block in blocks:
        texts = block.get("elements") or block.get("fields") or [block["text"]]
        limit = {"header": 150, "section": 2000 if "fields" in block else 3000, "context": 3000}[block["type"]]
        assert len(texts) <= 10
        for one in texts:
            assert 0 < len(one["text"]) <= limit
            assert not ENTITY.search(one["text"]), one["text"][-80:]
            bare = re.sub(r"<https://[^|<>]+\|[^<>]*>", "", one["text"])
            assert not set("<>") & set(bare), bare[-80:]
            total += len(one["text"])
    assert total <= 13_200
    assert 0 < len(post["text"]) <= 3000
    return post


def letter(text: str, count: int) -> Letter:
    item = Item("●", text, "mu", text, "/p/atlas/m/SEC-1", text, (Answer(text, "/a/m1-same"), Answer("No", "/a/m1-done")))
    return Letter(text, text, text, text, (item,) * count, text, text, text, home_label=text, manage="https://x.test/my/notices")


def summary(text: str, count: int) -> Summary:
    rows = tuple(Line(text, note=text, figure=text, path="/p/atlas/") for _n in range(count))
    return Summary(
        **dict.fromkeys(
            ("subject", "preheader", "title", "period", "state", "headline", "lead", "open_label", "why", "stop"), text
        ),
        health="at_risk",
        mark="▲",
        open_path="/p/atlas/",
        how_often=text,
        footnote=text,
        path=text,
        figures=(Figure(text, text),) * 12,
        sections=(Section("a", text, rows, text), Section("b", text, rows)),
    )


@pytest.mark.parametrize("text", ODD)
@pytest.mark.parametrize("count", [1, 20, 300])
def test_whatever_is_typed_fits(text, count):
    checked(slack.letter(letter(text, count), base="https://x.test"))
    checked(slack.summary(summary(text, count), base="https://x.test", manage="https://x.test/s"))


def test_what_does_not_fit_is_said_to_be_missing_and_how_to_stop_stays():
    post = checked(slack.letter(letter("word", 300), base="https://x.test"))
    assert post["blocks"][-2]["text"]["text"] == "The rest does not fit here."
    assert "https://x.test/my/notices" in post["blocks"][-1]["elements"][0]["text"]


def test_a_chat_without_blocks_reads_the_same():
    post = checked(slack.letter(letter("word", 2), base="https://x.test"))
    assert post["text"].count("<https://x.test/p/atlas/m/SEC-1|word>") == 2
    assert post["text"].startswith("*word*\n")
