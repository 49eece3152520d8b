"""What is around a map goes out before it is drawn; what fails in the drawing stays in its place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from programs.web import kept, maps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from programs.models import Person
    from tests.web.plan import Plan

pytestmark = pytest.mark.django_db(transaction=True)
MAP = "/p/atlas/map"


@pytest.fixture
def browser(atlas: Plan, tess: Person) -> Client:
    """Tess's, which has been here before; German, and in a zone of its own."""
    tess.language, tess.time_zone = "de", "Pacific/Kiritimati"
    tess.save()
    found = Client()
    found.force_login(tess)
    found.get("/my")
    return found


def test_the_page_around_it_is_sent_before_the_map_is_drawn(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    page = maps._page
    monkeypatch.setattr(maps, "_page", lambda *given: drawn.append("drawn") or page(*given))
    pieces = iter(browser.get(MAP))
    around = next(pieces).decode()
    assert "</head>" in around
    assert 'aria-current="page">Karte' in around
    assert not drawn
    sheet = next(pieces).decode()
    assert drawn
    assert re.fullmatch(r'<link rel="stylesheet" href="/map\.css\?[^"]+">', sheet)
    rest = b"".join(pieces).decode()
    assert 'class="edges"' in rest
    assert rest.rstrip().endswith("</html>")


def test_it_is_written_for_its_reader_although_the_request_is_answered(browser: Client) -> None:
    html = b"".join(browser.get(MAP)).decode()
    assert "Kritischer Pfad" in html
    assert "Critical path" not in html


def test_the_log_says_how_long_all_of_it_took(browser: Client, caplog: pytest.LogCaptureFixture) -> None:
    answer = browser.get(MAP)
    said = [record for record in caplog.records if MAP in record.getMessage()]
    assert not said
    b"".join(answer)
    assert [record for record in caplog.records if MAP in record.getMessage()]


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """No map can be drawn until it is undone."""

    def fails(*_given: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(maps, "_page", fails)
        yield patch


def test_what_cannot_be_drawn_says_so_in_its_place_and_is_not_kept(
    browser: Client, broken: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    html = b"".join(browser.get(MAP)).decode()
    assert "Dieser Teil der Seite konnte nicht erstellt werden." in html
    assert html.rstrip().endswith("</html>")
    assert "ZeroDivisionError" in caplog.text
    broken.undo()
    assert 'class="edges"' in b"".join(browser.get(MAP)).decode()


def test_who_leaves_before_the_end_leaves_nothing_behind(browser: Client) -> None:
    kept.shelf.clear()
    answer = browser.get(MAP)
    next(iter(answer))
    answer.close()
    again = browser.get(MAP)
    assert again.streaming
    assert 'class="edges"' in b"".join(again).decode()
    assert not browser.get(MAP).streaming
