"""Links for people without an account: who makes them, what they show, and when they stop."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from programs.models import Dependency, Event, Program, ShareLink
from programs.queries.shares import hashed, token_for
from tests import cast
from tests.maps import printed
from tests.web.reading import analysed, atlas, words

PAGE = "/p/atlas/share"


@pytest.fixture
def planned(program, monday):
    return atlas(program)


@pytest.fixture
def link(planned, as_, tess):
    answer = as_(tess).post(PAGE, {"name": "Auditors", "days": 30, "query": "show=critical&view=table&nonsense=1"})
    assert answer.status_code == 303, answer.content.decode()[-3000:]
    return ShareLink.objects.get()


def address(link):
    return f"/shared/{token_for(link.pk)}"


def test_a_planner_makes_one_and_only_its_hash_is_kept(link, as_, tess):
    token = token_for(link.pk)
    assert link.token_hash == hashed(token) != token
    assert (link.query, link.by, link.expires_at) == ("show=critical", tess, cast.NINE + timedelta(days=30))
    assert Event.objects.filter(kind="share.opened", by=tess, program=link.program).count() == 1
    assert f"/shared/{token}" in as_(tess).get(PAGE).content.decode()
    assert "Share without an account" in as_(tess).get("/p/atlas/map").content.decode()


def test_whoever_holds_it_sees_the_map_and_nothing_else(link):
    answer = Client().get(address(link))
    body, said = answer.content.decode(), words(answer)
    assert answer.status_code == 200
    assert "Atlas" in said
    assert "Penetration test passed" in said
    assert "<nav" not in body
    assert 'href="/p/' not in body
    assert "Tess" not in body
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["Referrer-Policy"] == "no-referrer"
    picture = Client().get(address(link) + "/picture.svg")
    assert picture["Content-Type"].startswith("image/svg+xml")
    assert picture["Cache-Control"] == "no-store"
    assert b"Penetration test" in picture.content
    assert not Client().get(address(link)).cookies


def test_the_timeline_is_shared_by_the_same_kind_of_link(planned, as_, tess):
    shown = as_(tess).get(PAGE + "?of=timeline&scale=fit&group=owner&open=1")
    assert "A new link to the timeline" in words(shown)
    made = shown.context["form"].initial
    assert (made["shows"], made["query"]) == ("timeline", "scale=fit"), "owners are not told, so nothing is grouped by them"
    as_(tess).post(PAGE, {"name": "Auditors", "days": 30, "shows": "timeline", "query": "scale=fit&group=owner"})
    link = ShareLink.objects.get()
    assert (link.shows, link.query) == ("timeline", "scale=fit")
    answer = Client().get(address(link))
    said = words(answer)
    assert "Timeline as of" in said
    assert "Penetration test passed" in said
    assert "Tess" not in answer.content.decode()
    picture = Client().get(address(link) + "/picture.svg")
    assert b"Today" in picture.content
    assert b"Tess" not in picture.content
    printable = Client().get(address(link) + "/picture.pdf")
    assert printable["Content-Type"] == "application/pdf"
    assert printable["Cache-Control"] == "no-store"
    assert "Penetration test passed" in " ".join(printed.words(printable.content))
    ShareLink.objects.update(query="group=owner")
    assert b"Tess" not in Client().get(address(link) + "/picture.svg").content
    assert "Timeline" in words(as_(tess).get(PAGE))
    as_(tess).post(f"/p/atlas/share/{link.pk}/withdraw")
    for end in ("", "/picture.svg", "/picture.pdf"):
        assert Client().get(address(link) + end).status_code == 410


def test_what_is_shared_is_the_map_or_the_timeline(planned, as_, tess):
    answer = as_(tess).post(PAGE, {"name": "Auditors", "days": 30, "shows": "overview"})
    assert answer.status_code == 422
    assert not ShareLink.objects.exists()


def test_other_programs_are_withheld_even_where_its_maker_sees_them(link, planned, tess):
    other = cast.program("Hidden", tpm=tess)
    secret = cast.milestone(other, "Secret vendor")
    Dependency.objects.create(predecessor=secret, successor=planned["launch"])
    analysed(Program.objects.get(slug="atlas"))
    for where in (address(link), address(link) + "/picture.svg"):
        body = Client().get(where).content.decode()
        assert "Secret" not in body, where
        assert "Hidden" not in body, where


@pytest.mark.parametrize("end", ["expired", "withdrawn", "deleted"])
def test_it_stops(link, as_, tess, monday, end):
    if end == "expired":
        ShareLink.objects.update(expires_at=cast.NINE)
    elif end == "deleted":
        Program.objects.filter(slug="atlas").update(deleted_at=cast.NINE)
    else:
        for _twice in range(2):
            assert as_(tess).post(f"/p/atlas/share/{link.pk}/withdraw").status_code in {302, 303}
        assert Event.objects.filter(kind="share.closed").count() == 1
        assert "Withdrawn" in words(as_(tess).get(PAGE))
    answer = Client().get(address(link))
    assert answer.status_code == 410
    assert "Atlas" not in words(answer)
    assert answer["Cache-Control"] == "no-store"
    assert Client().get(address(link) + "/picture.svg").status_code == 410


def test_forged_links_find_nothing(link):
    for token in ("nonsense", token_for(link.pk + 1), token_for(link.pk)[:-1] + "~", link.token_hash):
        assert Client().get(f"/shared/{token}").status_code == 404
        assert Client().get(f"/shared/{token}/picture.svg").status_code == 404


def test_the_doors(link, as_, lena, eli, otto, tess):
    for who, status in ((lena, 403), (eli, 403), (otto, 404), (None, 302)):
        assert as_(who).get(PAGE).status_code == status
        assert as_(who).post(f"/p/atlas/share/{link.pk}/withdraw").status_code == status
    assert as_(tess).put(PAGE).status_code == 405
    assert as_(tess).get(f"/p/atlas/share/{link.pk}/withdraw").status_code == 405
    assert as_(tess).post("/p/atlas/share/999/withdraw").status_code == 404
    assert Client().post(address(link)).status_code == 405
    assert "Share without an account" not in as_(lena).get("/p/atlas/map").content.decode()


@pytest.mark.parametrize("typed", [{"name": " ", "days": 30}, {"name": "Auditors", "days": 0}, {"name": "A", "days": "soon"}])
def test_what_cannot_be_made_is_said(planned, as_, tess, typed):
    answer = as_(tess).post(PAGE, typed)
    assert answer.status_code == 422
    assert not ShareLink.objects.exists()


def test_the_number_of_queries_does_not_grow(link, program):
    def queries():
        Client().get(address(link))
        with CaptureQueriesContext(connection) as caught:
            assert Client().get(address(link)).status_code == 200
        return len(caught)

    few = queries()
    cast.sketch("; ".join(f"x{n}(3) > y{n}(2)" for n in range(30)), program)
    analysed(program)
    assert queries() == few <= 8
