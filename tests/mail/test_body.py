"""Both bodies of a summary: the same facts, nothing from anybody else, nothing active, small enough."""

from __future__ import annotations

import re
from datetime import date
from html.parser import HTMLParser

import pytest

from programs.mail.links import READ_LINK, STOP_LINK
from programs.mail.render import summary_mail
from programs.summaries import paths
from programs.summaries.facts import Change
from programs.summaries.portfolio import portfolio_summary
from programs.summaries.write import program_summary
from tests.summaries import payments
from tests.summaries.payments import quiet, reader

HOSTILE = [
    "<script>alert(1)</script>",
    "</mj-text><mj-image src='https://evil.test/x.png' />",
    "</td><img src=x onerror=alert(1)>",
    '"><a href="javascript:alert(1)">x</a>',
    "{{ settings.SECRET_KEY }}{% load i18n %}",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<!-- --><mj-raw>",
    "]]><![CDATA[",
]


class Reading(HTMLParser):
    """Every element, address and word of a mail."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def everything(text: str):
    """A summary in which every name is this text."""
    blocker = payments.Blocker(
        key="B-1", title=text, slug="s", milestone=text, owner=text, waiting_on=text, next_step=text, days_added=2.0
    )
    item = payments.milestone("x", date(2027, 3, 9), text, late=2.0)
    named = type(item)(key="K-1", name=text, slug="s", owner=text, forecast=date(2027, 3, 9), late=2.0)
    kinds = ("done", "blocked", "cleared", "risk", "said_at_risk", "target", "expected", "removed", "wrote", "added", "imported")
    changes = tuple(
        Change(kind, text, "s", date(2027, 3, 1), by=text, owner=text, old=text, new=text, note=text) for kind in kinds
    )
    fields = {
        "name": text,
        "finish_name": text,
        "path": (text, text),
        "blockers": (blocker,),
        "at_risk": (named,),
        "risks": (payments.Risk("R-1", text, "s", 4, 4, text, text),),
        "upcoming": (named,),
        "changes": changes,
        "change_count": len(changes),
        "asks": (payments.Ask("word", text, "s", "K-1"),),
    }
    return payments.program(**fields)


@pytest.mark.parametrize("text", HOSTILE)
def test_names_with_markup_are_text_in_both_bodies(text):
    for summary in (program_summary(reader(), everything(text)), portfolio_summary(reader(), [everything(text), quiet(id=2)])):
        mail = summary_mail(summary)
        read = Reading(mail.html)
        assert not {"script", "img", "iframe", "form", "input", "link", "object", "svg"} & set(read.tags)
        assert not [name for name, _value in read.attributes if name.startswith("on")]
        for name, value in read.attributes:
            if name == "href":
                assert value.startswith(("http://localhost:8000/", STOP_LINK, READ_LINK)), value
        shown = " ".join(text.split())
        assert shown in read.text
        assert shown.split()[0] in mail.text
        assert shown in " ".join(mail.text.split())


def test_both_bodies_say_the_same():
    summary = program_summary(reader(), payments.program(asks=(payments.ASK,)))
    mail = summary_mail(summary)
    html, text = Reading(mail.html).text, " ".join(mail.text.split())
    for part in (summary.headline, summary.lead, summary.why, summary.footnote, summary.path, summary.open_label):
        assert part in html
        assert part in text
    for section in summary.sections:
        assert section.title in html
        assert section.title.upper() in text
        for line in section.lines:
            for words in (line.title, line.note, line.figure):
                assert words in html
                assert words in text
    for figure in summary.figures:
        assert f"{figure.label} {figure.value}" in html


def test_nothing_is_fetched_from_anywhere():
    html = summary_mail(program_summary(reader(), payments.program())).html
    assert "fonts.googleapis" not in html
    assert "@import" not in html
    assert "url(" not in html
    assert not re.search(r"<(img|link|script)\b", html)
    addresses = set(re.findall(r'(?:href|src)="([^"]*)"', html))
    assert all(address.startswith(("http://localhost:8000/", STOP_LINK, READ_LINK)) for address in addresses)


def test_it_is_small():
    html = summary_mail(program_summary(reader(), payments.program())).html
    assert len(html.encode()) < 16_000


def test_the_largest_stays_far_below_what_is_clipped():
    text = "Name of five hundred characters, " * 16
    rows = 25
    fact = everything(text)
    fact = payments.program(
        name=text,
        blockers=fact.blockers * rows,
        at_risk=fact.at_risk * rows,
        at_risk_count=10_000,
        risks=fact.risks * rows,
        risk_count=10_000,
        upcoming=fact.upcoming * rows,
        upcoming_count=10_000,
        changes=fact.changes * rows,
        change_count=10_000,
        asks=fact.asks * rows,
        path=fact.path * 50,
    )
    for audience in ("leader", "team"):
        mail = summary_mail(program_summary(reader(audience=audience), fact))
        assert len(mail.html.encode()) < 100_000
        assert len(mail.text.encode()) < 60_000
        assert len(mail.subject) <= 150
    many = [fact] * 40
    assert len(summary_mail(portfolio_summary(reader(), many)).html.encode()) < 100_000


def test_screen_readers_get_layout_tables_and_headings():
    html = summary_mail(program_summary(reader(), payments.program())).html
    tables = re.findall(r"<table [^>]*>", html)
    assert all('role="presentation"' in table for table in tables)
    assert '<html lang="en"' in html
    assert Reading(html).tags.count("h1") == 1
    assert Reading(html).tags.count("h2") == 4


def test_the_state_is_a_shape_and_words():
    html = summary_mail(program_summary(reader(), payments.program())).html
    assert re.search(r'<span aria-hidden="true">◆</span>\s*Off track', html)


def test_a_summary_without_anything_still_renders():
    empty = payments.Program(id=1, name="New", slug="new")
    mail = summary_mail(program_summary(reader(), empty))
    assert mail.subject == "New: no forecast yet"
    assert "Nothing dates this program yet" in Reading(mail.html).text
    summary_mail(portfolio_summary(reader(), []))


def test_lines_lead_where_the_product_has_pages():
    from django.urls import NoReverseMatch, reverse

    wanted = {
        paths.program("a"): ("overview", ["a"]),
        paths.milestone("a", "SEC-3"): ("milestone", ["a", "SEC-3"]),
        paths.risks("a"): ("risks", ["a"]),
        paths.blocker("a", 31): ("blocker", ["a", 31]),
        paths.blocker_edit("a", 31): ("blocker-edit", ["a", 31]),
        paths.risk_edit("a", 17): ("risk-edit", ["a", 17]),
        paths.portfolio(): ("portfolio", []),
        paths.my_work(): ("my-work", []),
        paths.subscriptions(): ("my-subscriptions", []),
    }
    for path, (name, args) in wanted.items():
        try:
            assert reverse(name, args=args) == path
        except NoReverseMatch:
            pytest.fail(f"there is no page {name}")
