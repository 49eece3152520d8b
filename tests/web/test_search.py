"""Search, help, and what a date in words means."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.dates import MONTHS
from hypothesis import given
from hypothesis import strategies as st

from programs.actions import milestones
from programs.models import Milestone
from programs.queries.search import search
from programs.web import help as help_pages
from programs.web.forms import dates
from tests import cast
from tests.web.plan import AT, elsewhere
from tests.web.test_milestone_page import text_of

if TYPE_CHECKING:
    from programs.models import Person
    from tests.web.plan import Plan

TODAY = date(2027, 3, 3)


def names(text: str, by: Person) -> list[str]:
    """Milestones found, best first."""
    return [row.name for row in search(text, by=by, most=20).milestones]


def test_exact_key_first_then_titles_then_words(atlas: Plan, tess: Person) -> None:
    for name in ("Relaunch plan", "Before launch", "Launch party", "SEC-3 of old"):
        milestones.create(program=atlas.program, name=name, by=tess, at=AT)
    assert names("SEC-3", tess) == ["Launch", "SEC-3 of old"]
    assert names("sec-3", tess)[0] == "Launch"
    assert names("launch", tess) == ["Launch", "Launch party", "Before launch"]
    assert names("aunch", tess) == []


@pytest.mark.parametrize("text", ["%", "_", "\\", "(a+)+$", "%%", "' OR 1=1 --", "\x00", "\ud800", "x" * 10_000, "  ", "[", "*"])
def test_signs_mean_themselves(atlas: Plan, tess: Person, as_: Any, text: str) -> None:
    assert search(text, by=tess, most=20).count == 0
    assert as_(tess).get("/search", {"q": text.encode("utf-8", "replace").decode()}).status_code == 200


def test_only_what_the_person_may_see_is_found(atlas: Plan, tess: Person, lena: Person, otto: Person, as_: Any) -> None:
    other = elsewhere(otto)
    assert names(other.name, tess) == []
    assert names(other.name, otto) == [other.name]
    text = text_of(as_(otto).get("/search?q=launch"))
    assert "Atlas" not in text
    assert "0 found" in text
    for words, expected in (
        ("B-1", "No test bench"),
        ("R-2", "The lab moves house"),
        ("lab", "The lab moves house"),
        ("atlas", "Atlas"),
    ):
        assert expected in text_of(as_(lena).get("/search", {"q": words})), words


def test_the_palette_gets_rows(atlas: Plan, lena: Person, as_: Any, django_assert_num_queries: Any) -> None:
    browser = as_(lena)
    with django_assert_num_queries(8):
        answer = browser.get("/search?q=launch", headers={"HX-Request": "true", "HX-Target": "palette-found"})
    text = answer.content.decode()
    assert 'role="option" data-href="/p/atlas/m/SEC-3"' in text
    assert "<html" not in text


PALETTE = {"HX-Request": "true", "HX-Target": "palette-found"}


def asked(browser: Any, **query: str) -> str:
    """What the palette is answered."""
    return str(browser.get("/search", query, headers=PALETTE).content.decode())


def test_the_palette_puts_best_matches_here_before_other_programs(atlas: Plan, tess: Person, ada: Person, as_: Any) -> None:
    far = elsewhere(ada, milestone="Launch party")
    text = asked(as_(ada), q="launch", **{"in": "atlas"})
    best, _after, other = text.partition("data-after")
    assert 'aria-label="Best matches"' in best
    assert "/p/atlas/m/SEC-3" in best
    assert f"/p/zephyr/m/{far.key}" in other
    assert "Other programs" not in asked(as_(ada), q="launch").partition("data-after")[0]
    assert "/p/atlas/m/SEC-3" in asked(as_(ada), q="SEC-3", **{"in": "zephyr"}).partition("data-after")[0]
    assert "Lab" not in asked(as_(tess), q="party")


def test_an_exact_key_comes_first_then_titles_that_start_so(atlas: Plan, tess: Person, as_: Any) -> None:
    for name in ("Relaunch", "SEC-3 of old", "Before SEC-3"):
        milestones.create(program=atlas.program, name=name, by=tess, at=AT)
    text = asked(as_(tess), q="sec-3", **{"in": "atlas"})
    places = [text.index(f">{name} ") for name in ("Launch", "SEC-3 of old", "Before SEC-3")]
    assert places == sorted(places)


def test_what_may_be_done_travels_with_a_result(atlas: Plan, tess: Person, eli: Person, lena: Person, as_: Any) -> None:
    for person, key, may in (
        (tess, "SEC-3", "view update date"),
        (eli, "SEC-3", "view update"),
        (eli, "SEC-2", "view update date"),
        (lena, "SEC-3", "view"),
    ):
        assert f'data-key-of="{key}" data-may="{may}"' in asked(as_(person), q=key), (person, key)


def test_a_date_is_offered_with_what_it_does_to_the_finish(
    atlas: Plan, tess: Person, eli: Person, lena: Person, as_: Any
) -> None:
    Milestone.objects.filter(pk=atlas.launch.pk).update(duration_days=None, expected_date=None)
    on = {"on": "/p/atlas/m/SEC-3"}
    text = asked(as_(tess), q="fri 2 apr", **on)
    assert "Move forecast to Fri 2 Apr (Launch Fri 2 Apr)" in text
    assert 'data-post="/p/atlas/m/SEC-3/date" data-date="2027-04-02"' in text
    work = asked(as_(tess), q="fri 2 apr", on="/p/atlas/m/SEC-1")
    assert "Set your date to Fri 2 Apr; the forecast stays Mon 8 Mar" in work
    meant = ["It takes until then: ", "It cannot begin before", "Set your date", "It is promised: make it the target"]
    places = [work.index(words) for words in meant]
    assert places == sorted(places)
    assert re.findall(r'data-how="(\w+)"', work) == ["work", "start", "promise"]
    assert "data-how" not in text
    for person, query in (
        (eli, on | {"q": "fri 2 apr"}),  # neither its owner nor a planner
        (lena, on | {"q": "fri 2 apr"}),
        (tess, on | {"q": "soon"}),
        (tess, on | {"q": "yesterday"}),
        (tess, {"q": "fri", "on": "/p/atlas/m/NOPE-1"}),
        (tess, {"q": "fri", "on": "/p/atlas/"}),
        (tess, {"q": "fri", "on": "nonsense"}),
        (tess, {"q": "fri"}),
    ):
        assert "data-post" not in asked(as_(person), **query), query
    assert not Milestone.objects.filter(expected_date__isnull=False).exists()


def test_answers_from_the_palette_read_the_page_again(atlas: Plan, tess: Person, as_: Any) -> None:
    here = {"HX-Request": "true", "HX-Current-URL": "http://testserver/p/atlas/"}
    kept = as_(tess).post("/p/atlas/m/SEC-1/update", {"said": "at_risk", "from": "palette"}, headers=here)
    assert kept["HX-Redirect"] == "/p/atlas/"
    refused = as_(tess).post("/p/atlas/m/SEC-2/update", {"said": "done", "from": "palette"}, headers=here)
    assert (refused.status_code, refused["HX-Retarget"], refused["HX-Reswap"]) == (422, "#main", "afterbegin")


# Dates in words


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("12 mar", date(2027, 3, 12)),
        ("12/3", date(2027, 3, 12)),
        ("12.3.2028", date(2028, 3, 12)),
        ("Fri 12 Mar", date(2027, 3, 12)),
        ("March 12, 2028", date(2028, 3, 12)),
        ("1st apr", date(2027, 4, 1)),
        ("fri", date(2027, 3, 5)),
        ("wed", date(2027, 3, 10)),
        ("next monday", date(2027, 3, 8)),
        ("in 9 days", date(2027, 3, 12)),
        ("+3d", date(2027, 3, 6)),
        ("in 2 weeks", date(2027, 3, 17)),
        ("3 days ago", date(2027, 2, 28)),
        ("today", TODAY),
        ("2027-03-12", date(2027, 3, 12)),
        ("20 dec", date(2026, 12, 20)),
        ("20 nov", date(2027, 11, 20)),
        ("29 feb", date(2028, 2, 29)),
    ],
)
def test_dates_are_read_as_they_are_written(text: str, day: date) -> None:
    assert dates.read(text, TODAY) == day
    assert dates.read(f"  {text.upper()} ", TODAY) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("12 mär", date(2027, 3, 12)),
        ("12. März", date(2027, 3, 12)),
        ("12. Marz 2028", date(2028, 3, 12)),
        ("Fr 12. Mär.", date(2027, 3, 12)),
        ("1. Okt", date(2027, 10, 1)),
        ("3. Mai", date(2027, 5, 3)),
        ("24. Dez 2027", date(2027, 12, 24)),
        ("Freitag", date(2027, 3, 5)),
        ("fr", date(2027, 3, 5)),
        ("nächsten Montag", date(2027, 3, 8)),
        ("heute", TODAY),
        ("morgen", date(2027, 3, 4)),
        ("in 9 Tagen", date(2027, 3, 12)),
        ("in 2 Wochen", date(2027, 3, 17)),
        ("vor 3 Tagen", date(2027, 2, 28)),
        ("+3t", date(2027, 3, 6)),
        ("12 mar", date(2027, 3, 12)),
        ("fri", date(2027, 3, 5)),
        ("in 9 days", date(2027, 3, 12)),
        ("12.3.", date(2027, 3, 12)),
    ],
)
def test_german_is_read_in_german_and_english_still(text: str, day: date) -> None:
    with translation.override("de"):
        assert dates.read(text, TODAY) == day
        assert dates.read(f" {text.upper()}", TODAY) == day


@pytest.mark.parametrize("language", ["fr", "pt-br", "pl", "tr", "ar"])
@given(day=st.dates(date(2027, 3, 3), date(2028, 2, 29)))
def test_months_of_any_language_are_read(language: str, day: date) -> None:
    with translation.override(language):
        assert dates.read(f"{day.day} {MONTHS[day.month]} {day.year}", TODAY) == day


@pytest.mark.parametrize(
    "text", ["2026-02-30", "0000-00-00", "31/12/26", "2027-13-01", "1899-01-01", "2101-01-01", "5", "soon", "+99999d", "mar"]
)
def test_what_is_no_date_gets_the_remedy(text: str) -> None:
    with pytest.raises(ValidationError, match="1970 to 2100"):
        dates.read(text, TODAY)


@given(st.text(max_size=60), st.dates(date(1971, 1, 1), date(2099, 12, 31)))
def test_any_text_is_a_plausible_date_or_a_remedy(text: str, today: date) -> None:
    try:
        day = dates.read(text, today)
    except ValidationError:
        return
    assert 1970 <= day.year <= 2100


@given(st.dates(date(1970, 1, 1), date(2100, 12, 31)), st.dates(date(1971, 1, 1), date(2099, 12, 31)))
def test_what_a_field_shows_reads_back_as_the_same_day(day: date, today: date) -> None:
    shown = dates.DateWidget().format_value(day)
    assert shown is not None
    assert dates.read(shown, today) == day


def test_the_field_says_back_what_it_read(tess: Person, as_: Any, monday: Any) -> None:
    assert as_(tess).get("/dates?target_date=%2B3d").content.decode().strip() == "Thu 4 Mar (in 3 days)"
    assert "1970 to 2100" in as_(tess).get("/dates?x=soon").content.decode()
    assert as_(tess).get("/dates").content.decode().strip() == ""
    assert as_(tess).get("/dates?x=%00" + "9" * 5000).status_code == 200
    assert cast.MONDAY.year == 2027


# Help


def test_every_page_of_the_guide_is_shown(tess: Person, as_: Any) -> None:
    known = help_pages.names()
    assert {"start", "program-managers", "engineers", "leaders"} <= set(known)
    text = as_(tess).get("/help").content.decode()
    for name in known:
        assert f'href="/help/{name}"' in text
        page = as_(tess).get(f"/help/{name}")
        assert page.status_code == 200
        assert ".md" not in "".join(part.split('"')[0] for part in page.content.decode().split('href="')[1:]), name


def test_links_of_the_guide_lead_somewhere(tess: Person, as_: Any) -> None:
    import re

    for name in help_pages.names():
        for target in re.findall(r'href="/help/([a-z0-9-]+)', as_(tess).get(f"/help/{name}").content.decode()):
            assert target in help_pages.names(), (name, target)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "[x](JaVa\tscript:alert(1))",
        "![p](https://evil.test/p.gif)",
        "<img src=x onerror=alert(1)>",
        "[x](data:text/html,<script>alert(1)</script>)",
    ],
)
def test_the_guide_is_not_trusted(text: str) -> None:
    shown = help_pages.rendered(text).lower()
    assert "<script" not in shown
    assert "<img" not in shown
    assert 'href="java' not in shown
    assert 'href="data' not in shown
