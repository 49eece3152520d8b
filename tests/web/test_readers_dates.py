"""Dates as the reader writes them. "Today" is the reader's day, in a program the program's: what is said is what is saved."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
import time_machine

from programs.models import Blocker, Person, Program
from tests.web.plan import plan

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.django_db
EVENING = datetime(2027, 3, 1, 20, 0, tzinfo=UTC)  # Monday noon in Los Angeles, Tuesday 09:00 in Auckland


@pytest.fixture
def evening() -> Iterator[Any]:
    """Monday evening in Greenwich, where the program is."""
    with time_machine.travel(EVENING, tick=False) as clock:
        yield clock


def lives(person: Person, zone: str, language: str = "") -> None:
    """From here on this person lives there and reads that."""
    Person.objects.filter(pk=person.pk).update(time_zone=zone, language=language)


def text(answer: Any) -> str:
    """What is read on a page."""
    body = re.sub(r"(?s)<(script|svg)\b.*?</\1>", "", answer.content.decode())
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def echo(as_: Any, person: Person, words: str, **headers: str) -> str:
    """What a date field says back."""
    return text(as_(person).get("/dates", {"date": words}, headers=headers))


def test_today_is_the_day_where_the_reader_is(tess: Person, lena: Person, as_: Any, evening: Any) -> None:
    lives(tess, "Pacific/Auckland")
    lives(lena, "America/Los_Angeles")
    assert [echo(as_, tess, each) for each in ("today", "+1d")] == ["Tue 2 Mar (today)", "Wed 3 Mar (tomorrow)"]
    assert [echo(as_, lena, each) for each in ("today", "+1d")] == ["Mon 1 Mar (today)", "Tue 2 Mar (tomorrow)"]


def test_a_field_of_a_program_says_the_day_that_it_saves(
    program: Program, tess: Person, eli: Person, otto: Person, as_: Any, evening: Any
) -> None:
    made = plan(program, tess=tess, eli=eli)
    lives(tess, "Pacific/Auckland")
    here = {"HX-Request": "true", "HX-Current-URL": "http://testserver/p/atlas/blockers/1/edit"}
    assert echo(as_, tess, "+1d", **here) == "Tue 2 Mar (tomorrow)"
    sent = {"version": made.blocker.version, "date": "+1d", "from": "my"}
    assert as_(tess).post("/p/atlas/blockers/1/new-date", sent).status_code in (200, 302, 303)
    assert f"{Blocker.objects.get().expected_clear:%d %b}" == "02 Mar"
    lives(otto, "Pacific/Auckland")
    assert echo(as_, otto, "+1d", **here) == "Wed 3 Mar (tomorrow)", "a stranger learns nothing of the program, not even its zone"


def test_dates_and_hours_are_written_in_the_readers_language_and_zone(
    program: Program, tess: Person, eli: Person, lena: Person, as_: Any, evening: Any
) -> None:
    plan(program, tess=tess, eli=eli)  # at nine in Greenwich
    lives(tess, "Pacific/Auckland", "de")
    lives(lena, "America/Los_Angeles")
    pages = [text(as_(tess).get(f"/p/atlas/{place}")) for place in ("", "milestones", "m/SEC-2", "m/SEC-3", "blockers")]
    assert "Stand Mo. 1. Mär, 22:00" in pages[0]
    assert all("Mo. 22. Mär" in page or "22. Mär" in page for page in pages[:4])
    english = re.compile(r"\b(Mon|Tue|Wed|Thu|Fri) \d|\d (Mar|Apr)\b")
    assert [page[found.start() - 40 : found.end()] for page in pages if (found := english.search(page))] == []
    assert "As of Mon 1 Mar, 01:00" in text(as_(lena).get("/p/atlas/"))
