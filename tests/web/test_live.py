"""Open pages ask whether anything changed: cheap when not, never more than the reader may know, and never wrong."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programs.actions import analysis, milestones
from programs.models import Membership, Program
from programs.web import live
from tests import cast
from tests.web.plan import AT, elsewhere

if TYPE_CHECKING:
    from programs.models import Person
    from tests.web.plan import Plan

SWAP = {"HX-Request": "true"}


def ask(browser: Any, address: str = "/live/atlas", tag: str = "", **query: str) -> Any:
    return browser.get(address, query, headers={**SWAP, **({"If-None-Match": tag} if tag else {})})


def test_nothing_new_is_304_from_one_query_and_without_a_body(atlas: Plan, as_: Any, lena: Person) -> None:
    browser = as_(lena)
    for address in ("/live/atlas", "/live"):
        tag = ask(browser, address)["ETag"]
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer = ask(browser, address, tag)
        assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", tag)
        assert len(queries) == 1


def test_every_kind_of_news_is_told_once(atlas: Plan, as_: Any, lena: Person, tess: Person, monday: Any) -> None:
    browser = as_(lena)

    def news(address: str = "/live/atlas") -> bool:
        answer = ask(browser, address, tags[address])
        tags[address] = answer["ETag"]
        return answer.status_code == 200 and answer.json()["changed"]

    tags = {address: ask(browser, address)["ETag"] for address in ("/live/atlas", "/live")}
    assert not news()
    milestones.still_the_same(milestone=atlas.launch, by=tess, at=AT)
    assert news()
    assert not news()
    assert news("/live")
    monday.shift(timedelta(minutes=1))
    analysis.recompute(program_id=atlas.program.pk, at=AT + timedelta(minutes=1), force=True)
    assert news()
    assert not news()
    assert news("/live")
    Program.objects.filter(pk=atlas.program.pk).update(version=7, name="Borealis")  # settings, which move no date
    assert news()


def test_the_first_question_says_when_the_page_was_written(
    atlas: Plan, as_: Any, lena: Person, tess: Person, monday: Any
) -> None:
    monday.shift(timedelta(minutes=5))
    browser = as_(lena)
    page = browser.get("/p/atlas/").content.decode()
    found = re.search(r'data-live="(/live/atlas)" data-at="([\d.]+)"', page)
    assert found
    assert ask(browser, at=found[2]).json() == {"changed": False}
    milestones.still_the_same(milestone=atlas.launch, by=tess, at=cast.NINE + timedelta(minutes=5))
    assert ask(browser, at=found[2]).json() == {"changed": True}
    for odd in ("", "x", "nan", "1e400", "-1e30", "9" * 30):
        assert ask(browser, at=odd).json() == {"changed": True}, odd


def test_only_members_are_told(atlas: Plan, as_: Any, lena: Person, otto: Person) -> None:
    assert ask(as_(otto)).status_code == 404
    signed_out = ask(as_(None))
    assert signed_out.status_code == 401
    assert signed_out["HX-Redirect"].startswith("/accounts/login/")
    assert as_(lena).post("/live/atlas").status_code == 405
    assert ask(as_(lena), "/live/nothing").status_code == 404


def test_a_tag_is_of_use_to_its_session_alone(atlas: Plan, as_: Any, lena: Person, otto: Person, tess: Person) -> None:
    tag = ask(as_(lena))["ETag"]
    assert ask(as_(otto), tag=tag).status_code == 404
    assert ask(as_(None), tag=tag).status_code == 401
    assert ask(as_(tess), tag=tag).status_code == 200
    reader, _dot, mac = tag.strip('"').partition(".")
    for forged in (
        f'"{reader}a.{mac}"',
        f'"{tess.pk}.{mac}"',
        f'"x.{mac}"',
        '"."',
        '"',
        "*",
        '"9999999999999999999999.0"',
        '"é.0"',
    ):
        assert ask(as_(lena), tag=forged).status_code == 200, forged


def test_who_is_no_longer_a_member_is_told_so_with_the_next_news(atlas: Plan, as_: Any, lena: Person, tess: Person) -> None:
    browser = as_(lena)
    tag = ask(browser)["ETag"]
    Membership.objects.filter(person=lena).delete()
    milestones.still_the_same(milestone=atlas.launch, by=tess, at=AT)
    assert ask(browser, tag=tag).status_code == 404


def test_other_peoples_programs_make_no_noise(atlas: Plan, as_: Any, lena: Person, otto: Person, ada: Person) -> None:
    other = elsewhere(otto)
    browser, admin = as_(lena), as_(ada)
    tags = ask(browser, "/live")["ETag"], ask(admin, "/live")["ETag"]
    milestones.still_the_same(milestone=other, by=otto, at=AT)
    assert ask(browser, "/live", tags[0]).status_code == 304
    assert ask(admin, "/live", tags[1]).status_code == 200


@pytest.mark.parametrize(
    ("page", "asks"),
    [
        ("/my", "/live"),
        ("/portfolio", "/live"),
        ("/changes", "/live"),
        ("/p/atlas/", "/live/atlas"),
        ("/p/atlas/milestones", "/live/atlas"),
        ("/p/atlas/m/SEC-2", "/live/atlas"),
        ("/p/atlas/risks", "/live/atlas"),
        ("/p/atlas/updates", "/live/atlas"),
        ("/p/atlas/what-if", "/live/atlas"),
        ("/p/atlas/m/SEC-2/edit", ""),
        ("/p/atlas/edit", ""),
        ("/profile", ""),
        ("/help", ""),
    ],
)
def test_pages_that_show_what_others_change_ask_and_forms_do_not(
    atlas: Plan, as_: Any, tess: Person, page: str, asks: str
) -> None:
    found = re.search(r'<body[^>]* data-live="([^"]*)"', as_(tess).get(page).content.decode())
    assert (found[1] if found else "") == asks


def test_every_page_that_asks_is_there() -> None:
    from programs.web import urls

    assert {pattern.name for pattern in urls.urlpatterns} >= live.PAGES
