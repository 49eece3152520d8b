"""Pages come from memory while nothing changed, each reader's own, and never when anything they show did."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from programs.actions import analysis, milestones
from programs.models import Membership, Notice, Person, Program, Role
from programs.web import kept, map_cards
from tests.web import plan as plans

if TYPE_CHECKING:
    from programs.models import Person as Somebody

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESSES = ("/portfolio", "/p/atlas/", "/p/atlas/map", "/p/atlas/timeline", "/p/atlas/matrix", "/p/atlas/fragile")


@pytest.fixture
def atlas(transactional_db: None, program: Program, tess: Somebody, eli: Somebody, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A plan, and an empty shelf."""
    monkeypatch.setattr(kept, "shelf", kept.Shelf())
    found = plans.plan(program, tess=tess, eli=eli)
    analysis.recompute_stale(at=timezone.now())
    return found


@pytest.fixture
def leader(atlas: Any, lena: Somebody) -> Client:
    """Lena's browser, which has been here before."""
    browser = Client()
    browser.force_login(lena)
    browser.get("/my")
    return browser


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_second_time_it_is_the_same_and_costs_next_to_nothing(
    leader: Client, address: str, django_assert_max_num_queries: Any
) -> None:
    first = leader.get(address)
    whole = b"".join(first)
    assert first["Cache-Control"] == "private, no-store"  # not on a shared machine's disk: kept here, not there
    with django_assert_max_num_queries(3):  # session, person, state
        second = leader.get(address)
    assert (second.content, second["ETag"]) == (whole, first["ETag"])
    assert set(second["Vary"].split(", ")) == set(first["Vary"].split(", "))
    again = leader.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["Content-Security-Policy"] == first["Content-Security-Policy"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_anybody_does_is_there_at_once(leader: Client, atlas: Any, address: str, tess: Somebody) -> None:
    old = leader.get(address)["ETag"]
    milestones.still_the_same(milestone=atlas.design, by=tess, at=timezone.now())
    new = leader.get(address, headers={"If-None-Match": old})
    assert new.status_code == 200
    assert new["ETag"] != old


def test_what_the_queue_works_out_and_what_one_is_told_is_there_at_once(leader: Client, atlas: Any, lena: Somebody) -> None:
    seen = [leader.get("/portfolio")["ETag"]]
    Program.objects.update(analysed_revision=3, revision=4)
    seen.append(leader.get("/portfolio")["ETag"])
    now = timezone.now()
    told = {"kind": "slip", "role": "owner", "topic": "x", "state": Notice.State.TOLD, "created_at": now, "due_at": now}
    notice = Notice.objects.create(person=lena, program=atlas.design.program, **told)
    seen.append(leader.get("/portfolio")["ETag"])
    notice.read_at = now
    notice.save()
    seen.append(leader.get("/portfolio")["ETag"])
    Person.objects.filter(pk=lena.pk).update(theme="dark", version=7)
    seen.append(leader.get("/portfolio")["ETag"])
    assert len(set(seen)) == len(seen)


def test_every_reader_has_their_own_and_strangers_none(leader: Client, atlas: Any, eli: Somebody, otto: Somebody) -> None:
    tag = leader.get("/p/atlas/")["ETag"]
    other = Client()
    other.force_login(eli)
    other.get("/my")
    theirs = other.get("/p/atlas/", headers={"If-None-Match": tag})
    assert theirs.status_code == 200
    assert theirs["ETag"] != tag
    stranger = Client()
    stranger.force_login(otto)
    stranger.get("/my")
    assert stranger.get("/p/atlas/", headers={"If-None-Match": tag}).status_code == 404
    assert Client().get("/p/atlas/", headers={"If-None-Match": tag}).status_code == 302


def test_who_was_sent_away_reads_nothing_more(leader: Client, atlas: Any, lena: Somebody) -> None:
    tag = leader.get("/p/atlas/")["ETag"]
    atlas.design.program.memberships.filter(person=lena).delete()
    assert leader.get("/p/atlas/", headers={"If-None-Match": tag}).status_code == 404


def test_what_is_said_once_and_what_is_sent_once_is_not_kept(leader: Client, atlas: Any, as_: Any, tess: Somebody) -> None:
    assert "ETag" not in leader.get(f"/p/atlas/m/{atlas.design.key}").headers  # a form with a token
    planner = as_(tess)
    planner.get("/my")
    planner.post(f"/p/atlas/m/{atlas.design.key}/still")
    said = planner.get("/portfolio")
    assert b"is still the same" in said.content
    assert "ETag" not in said.headers
    then = planner.get("/portfolio")
    assert b"is still the same" not in then.content
    assert "ETag" in then.headers


def test_after_a_while_it_is_written_anew(leader: Client) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        leader.get("/portfolio")
        old = leader.get("/portfolio")["ETag"]
        clock.shift(timedelta(minutes=kept.MINUTES))
        assert leader.get("/portfolio")["ETag"] != old


def test_the_shelf_holds_no_more_than_it_has_room_for() -> None:
    shelf = kept.Shelf(room=10)
    shelf.put("a", b"12345", 5)
    shelf.put("b", b"12345", 5)
    assert shelf.get("a") == b"12345"
    shelf.put("c", b"123", 3)
    assert (shelf.get("a"), shelf.get("b"), shelf.get("c")) == (b"12345", None, b"123")


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The maps that were laid out, one entry for each."""
    found: list[object] = []
    lay_out = map_cards.picture

    def picture(choice: Any, today: Any) -> Any:
        found.append(choice)
        return lay_out(choice, today)

    monkeypatch.setattr(map_cards, "picture", picture)
    return found


def test_who_sees_as_much_and_may_do_as_much_pays_no_second_drawing(
    leader: Client, atlas: Any, otto: Somebody, drawn: list[object]
) -> None:
    Membership.objects.create(program=atlas.design.program, person=otto, role=Role.VIEWER)
    first, second = (b"".join(browser.get("/p/atlas/map")).decode() for browser in (leader, browser_of(otto)))
    assert len(drawn) == 1
    assert 'class="edges"' in first
    assert canvas(second) == canvas(first)
    assert otto.name in second
    assert otto.name not in canvas(second)


def test_who_may_do_more_has_another_drawing_and_so_has_everybody_after_a_change(
    leader: Client, atlas: Any, tess: Somebody, drawn: list[object]
) -> None:
    b"".join(leader.get("/p/atlas/map"))
    b"".join(browser_of(tess).get("/p/atlas/map"))
    assert len(drawn) == 2
    milestones.still_the_same(milestone=atlas.design, by=tess, at=timezone.now())
    b"".join(leader.get("/p/atlas/map"))
    assert len(drawn) == 3


def canvas(html: str) -> str:
    """The map without the page around it; the sheet of its places comes before it or in the head."""
    return html.partition('id="map"')[2].partition("</main>")[0]


def browser_of(person: Somebody) -> Client:
    """Where this person is signed in."""
    browser = Client()
    browser.force_login(person)
    return browser
