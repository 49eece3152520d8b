"""What is promised about mail is written down, and what is written down is there."""

from __future__ import annotations

import re

from django.conf import settings

from programs.actions import hooks, outbox
from programs.intake import said
from programs.integrations import hooks as posts
from programs.integrations import post as posting
from programs.queries import answer_links, replies
from programs.queries.system import SILENT_AFTER
from programs.summaries import choose, slots


def text(name: str) -> str:
    return (settings.BASE_DIR / "docs" / name).read_text(encoding="utf-8")


def test_every_task_is_described():
    tasks = (settings.BASE_DIR / "programs/tasks.py").read_text(encoding="utf-8")
    for name in re.findall(r'name="(programs\.\w+)"', tasks):
        assert f"`{name}`" in text("operations.md")


def test_the_numbers_are_those_of_the_program():
    operations, guide = text("operations.md"), text("guide/mail.md")
    assert f"{int(SILENT_AFTER.total_seconds())} seconds after the last tick" in operations
    assert [seconds // 60 for seconds in outbox.RETRY_AFTER] == [1, 5, 15, 60]
    assert outbox.MOST_ATTEMPTS == 5
    assert f"`MAIL_LEASE_SECONDS` ({settings.MAIL_LEASE_SECONDS})" in operations
    assert f"under {int(slots.CATCH_UP.total_seconds() // 3600)} hours old" in guide
    assert f"score {choose.HIGH_RISK} or more" in guide


def test_the_numbers_of_chats_are_those_of_the_program():
    guide = text("guide/slack.md")
    assert hooks.MOST_FAILURES == 20
    assert "twenty tries in a row" in guide
    assert posting.ANSWER_WITHIN == 5.0
    assert "an answer gets five seconds" in guide
    assert {404, 410} == posts.GONE
    assert "404 or 410" in guide


def test_the_words_of_answers_are_those_that_are_understood():
    guide = text("guide/mail.md")
    section = guide[guide.index("## Answer by mail") : guide.index("## Stop")]
    for words, code in (("`still the same`", "same"), ("`erledigt`", "done"), ("`behoben`", "cleared"), ("`seen`", "seen")):
        assert words in section
        assert said.understood(words.strip("`"), lambda _text: None).code == code
    assert f"{answer_links.LASTS.days} days" in section
    assert (replies.MOST_AN_HOUR, "twenty answers in an hour" in section) == (20, True)


def test_every_state_has_its_words():
    from programs.web.outbox import WORDS

    for _glyph, words in WORDS.values():
        assert str(words) in text("guide/mail.md")


def test_the_chaos_commands_name_tests_that_exist():
    chaos = "".join(path.read_text(encoding="utf-8") for path in (settings.BASE_DIR / "tests/chaos").glob("*.py"))
    for name in re.findall(r"-k (\w+)", text("operations.md")):
        assert re.search(rf"def test_\w*{name}", chaos)
    for name in re.findall(r"CHAOS_(\w+)=", text("operations.md")):
        assert f'number("{name}"' in chaos
