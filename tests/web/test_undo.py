"""The doors of undo: every save offers it, the toast, the list of recent changes, and what is said when it cannot be."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from programs.models import Blocker, Dependency, Event, Membership, Milestone, Program, Step
from tests import cast
from tests.web.test_saving import fields_of

if TYPE_CHECKING:
    from programs.models import Person
    from tests.web.plan import Plan

HTMX = {"HTTP_HX_REQUEST": "true"}
ONE = '<form method="post" action="/undo/'  # in the list of recent changes


def token_in(text: str) -> str:
    """The address that the toast of a page posts to."""
    found = re.search(r'hx-post="(/(?:undo|redo)/[0-9a-f-]{36})"', text)
    assert found, "no undo is offered"
    return found[1]


def rename(browser: Any, name: str) -> str:
    """Rename SEC-3 by the form, follow to the page, and return the undo its toast offers."""
    form = {**fields_of(browser.get("/p/atlas/m/SEC-3/edit")), "name": name}
    answer = browser.post("/p/atlas/m/SEC-3/edit", form)
    assert answer.status_code == 303
    return token_in(browser.get(answer["Location"]).content.decode())


def test_a_save_offers_undo_and_undo_offers_redo(atlas: Plan, as_: Any, tess: Person) -> None:
    browser = as_(tess)
    token = rename(browser, "Lift-off")
    answer = browser.post(token, headers={"Referer": "http://testserver/p/atlas/m/SEC-3?a=1"})
    assert (answer.status_code, answer["Location"]) == (303, "/p/atlas/m/SEC-3?a=1")
    assert Milestone.objects.get(key="SEC-3").name == "Launch"
    page = browser.get(answer["Location"]).content.decode()
    assert "Undone: SEC-3 Lift-off" in page
    again = token_in(page)
    assert again.startswith("/redo/")
    assert browser.post(again).status_code == 303
    assert Milestone.objects.get(key="SEC-3").name == "Lift-off"


def test_a_page_that_brings_itself_up_to_date_is_told_to_and_is_not_loaded_again(atlas: Plan, as_: Any, tess: Person) -> None:
    browser = as_(tess)
    token = rename(browser, "Lift-off")
    answer = browser.post(token, **HTMX, headers={"HX-Current-URL": "http://testserver/p/atlas/?ws=SEC"})
    assert (answer.status_code, answer["HX-Trigger"], answer["HX-Reswap"]) == (200, "longpole:mine", "none")
    assert "Undone: SEC-3 Lift-off" in answer.content.decode()
    redo = token_in(answer.content.decode())
    elsewhere = browser.post(redo, **HTMX, headers={"HX-Current-URL": "http://testserver/p/atlas/map"})
    assert (elsewhere.status_code, elsewhere["HX-Redirect"]) == (204, "/p/atlas/map")


def test_where_something_is_typed_the_page_is_left_alone(atlas: Plan, as_: Any, tess: Person) -> None:
    browser = as_(tess)
    token, here = rename(browser, "Lift-off"), {"HX-Current-URL": "http://testserver/p/atlas/m/SEC-1/edit"}
    answer = browser.post(token, **HTMX, headers={**here, "X-Typed": "1"})
    assert (answer.status_code, answer["HX-Reswap"]) == (200, "none")
    assert "Undone: SEC-3 Lift-off" in answer.content.decode()
    redo = token_in(answer.content.decode())
    assert browser.post(redo, **HTMX, headers=here)["HX-Redirect"] == "/p/atlas/m/SEC-1/edit"


def test_z_once_the_toast_has_gone_takes_back_ones_own_last_change(
    atlas: Plan, as_: Any, tess: Person, ada: Person, lena: Person, monday: Any
) -> None:
    browser, here = as_(tess), {"HX-Current-URL": "http://testserver/p/atlas/"}
    rename(browser, "Lift-off")
    browser.post("/p/atlas/m/SEC-1/still")
    as_(ada).post("/p/atlas/m/SEC-2/still")  # somebody else's is not hers to take back
    assert 'action="/undo/last"' in browser.get("/p/atlas/").content.decode()
    monday.shift(60)
    first = browser.post("/undo/last", **HTMX, headers=here).content.decode()
    assert "Undone: SEC-1" in first
    assert "Undone: SEC-3 Lift-off" in browser.post("/undo/last", **HTMX, headers=here).content.decode()  # an undo is not undone
    assert Milestone.objects.get(key="SEC-3").name == "Launch"
    Step.objects.filter(undone_by=None).update(at=cast.NINE - timedelta(hours=25))
    nothing = browser.post("/undo/last", **HTMX, headers=here)
    assert "You changed nothing in the last 24 hours" in nothing.content.decode()
    assert "HX-Trigger" not in nothing.headers
    assert as_(lena).post("/undo/last", headers={"Referer": "http://testserver/portfolio"})["Location"] == "/portfolio"
    assert browser.get("/undo/last").status_code == 405


def test_in_the_list_only_the_row_comes_back(atlas: Plan, as_: Any, tess: Person) -> None:
    browser, here = as_(tess), {"HX-Current-URL": "http://testserver/p/atlas/milestones?ws=SEC&cols=status,owner"}
    answer = browser.post(rename(browser, "Lift-off"), **HTMX, headers=here)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert re.findall(r'<tr data-item id="([^"]+)" hx-swap-oob="true">', text) == ["SEC-3"]
    assert text.partition("</tr>")[0].count("<td") == 5
    assert "Undone: SEC-3 Lift-off" in text
    assert json.loads(answer["HX-Trigger"]) == {"longpole:changed": {"keys": ["SEC-3"]}}
    redone = browser.post(token_in(text), **HTMX, headers=here)
    assert "Lift-off</a>" in redone.content.decode()


@pytest.mark.parametrize(
    ("address", "sent", "rows"),
    [
        ("/p/atlas/m/SEC-3/block", {"title": "Rain", "kind": "other", "severity": "low"}, ["SEC-3"]),
        ("/p/atlas/blockers/1/clear", {"version": 1}, ["SEC-2"]),
        ("/p/atlas/m/SEC-2/update", {"said": "at_risk", "note": "Hm"}, ["SEC-2"]),
        ("/p/atlas/milestones/new", {"name": "More"}, None),
        ("/p/atlas/m/SEC-1/delete", {"version": 1}, None),
        ("/p/atlas/workstreams/new", {"name": "Ops"}, None),
    ],
)
def test_in_the_list_an_undo_says_which_rows_it_touched(
    atlas: Plan, as_: Any, tess: Person, address: str, sent: dict[str, Any], rows: list[str] | None
) -> None:
    browser = as_(tess)
    form = {**fields_of(browser.get(address)), **sent} if not address.endswith(("clear", "update")) else sent
    if address.endswith("update"):
        form = {**sent, "version": Milestone.objects.get(key="SEC-2").version}
    went = browser.post(address, form)
    assert went.status_code == 303
    token = token_in(browser.get(went["Location"]).content.decode())
    answer = browser.post(token, **HTMX, headers={"HX-Current-URL": "http://testserver/p/atlas/milestones"})
    assert answer.status_code == 200
    if rows is None:
        assert answer["HX-Trigger"] == "longpole:again"
    else:
        assert re.findall(r'<tr data-item id="([^"]+)"', answer.content.decode()) == rows


SAVES = {
    "/p/atlas/m/SEC-2/update": {"said": "at_risk", "note": "Hm"},
    "/p/atlas/m/SEC-3/still": {},
    "/p/atlas/m/SEC-3/date": {"date": "in 5 days", "seen": "2027-03-06", "version": 1, "from": "my"},
    "/p/atlas/blockers/1/clear": {"version": 1},
    "/p/atlas/blockers/1/new-date": {"date": "in 9 days", "version": 1},
    "/p/atlas/m/SEC-3/block": {"title": "Rain", "kind": "other", "severity": "low"},
    "/p/atlas/risks/new": {"title": "Rain", "status": "open"},
    "/p/atlas/workstreams/new": {"name": "Ops"},
    "/p/atlas/milestones/new": {"name": "More"},
    "/p/atlas/m/SEC-1/delete": {"version": 1},
    "/p/atlas/updates": {"note": "All well"},
    "/p/atlas/members": {"email": "nina@example.test", "role": "viewer"},
    "/p/atlas/delete": {"name": "Atlas"},
}


@pytest.mark.parametrize("address", SAVES)
def test_every_save_of_the_product_can_be_undone(atlas: Plan, as_: Any, tess: Person, address: str) -> None:
    browser = as_(tess)
    versions = {"SEC-3": atlas.launch.version, "SEC-1": atlas.design.version, "blockers": atlas.blocker.version}
    given = dict(SAVES[address])
    if "version" in given:
        given["version"] = next(version for name, version in versions.items() if name in address)
    elif address.endswith("SEC-2/update"):
        given["version"] = atlas.build.version
    if address.endswith(("new", "block")):
        given = {**fields_of(browser.get(address)), **given}
    answer = browser.post(address, given)
    assert answer.status_code == 303, answer.content.decode()[:2000]
    batch = Step.objects.values_list("batch", flat=True).distinct().get()
    assert Event.objects.filter(batch=batch).exists()
    assert browser.post(f"/undo/{batch}").status_code == 303
    assert not Step.objects.filter(batch=batch, undone_by=None).exists()


def test_a_program_set_up_in_one_form_is_one_change(atlas: Plan, as_: Any, tess: Person) -> None:
    browser = as_(tess)
    form = {
        **fields_of(browser.get("/p/new")),
        "name": "Borealis",
        "workstreams": "Ops\nWeb",
        "finish": "Done",
        "target_date": "fri",
    }
    assert browser.post("/p/new", form).status_code == 303
    batch = Step.objects.values_list("batch", flat=True).distinct().get()
    answer = browser.post(f"/undo/{batch}", headers={"Referer": "http://testserver/p/borealis/milestones"})
    assert (answer.status_code, answer["Location"]) == (303, "/")
    assert not Program.objects.filter(slug="borealis").exists()


def test_the_page_of_what_went_is_left(atlas: Plan, as_: Any, tess: Person) -> None:
    browser = as_(tess)
    form = {**fields_of(browser.get("/p/atlas/milestones/new")), "name": "More"}
    answer = browser.post("/p/atlas/milestones/new", form)
    token = token_in(browser.get(answer["Location"]).content.decode())
    back = browser.post(token, headers={"Referer": f"http://testserver{answer['Location']}"})
    assert back["Location"] == "/p/atlas/milestones"
    assert browser.get(back["Location"]).status_code == 200


def test_what_cannot_be_undone_says_who_did_what_when(atlas: Plan, as_: Any, tess: Person, ada: Person) -> None:
    token = rename(as_(tess), "Lift-off")
    rename(as_(ada), "Blast-off")
    answer = as_(tess).post(token)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Not undone: SEC-3 Lift-off." in text
    assert re.search(r"Ada, [^<]*09:00: Name of SEC-3 Blast-off changed from Lift-off to Blast-off", text)
    assert "Undo the other" not in text
    part = as_(tess).post(token, **HTMX)
    assert (part.status_code, part["HX-Retarget"], part["HX-Reswap"]) == (409, "#main", "afterbegin")
    assert "<html" not in part.content.decode()


def test_the_rest_is_offered_and_done(atlas: Plan, as_: Any, tess: Person, ada: Person) -> None:
    browser = as_(tess)
    form = {**fields_of(browser.get("/p/atlas/m/SEC-3/edit")), "name": "Lift-off", "priority": "P1"}
    token = token_in(browser.get(browser.post("/p/atlas/m/SEC-3/edit", form)["Location"]).content.decode())
    rename(as_(ada), "Blast-off")
    refused = browser.post(token)
    assert "Undo the other part" in refused.content.decode()
    answer = browser.post(token, {"rest": "1"})
    assert answer.status_code == 303
    row = Milestone.objects.get(key="SEC-3")
    assert (row.name, row.priority) == ("Blast-off", "")
    assert "1 part was left as it is" in browser.get(answer["Location"]).content.decode()


def test_a_second_time_and_too_late_are_said(atlas: Plan, as_: Any, tess: Person, monday: Any) -> None:
    browser = as_(tess)
    token = rename(browser, "Lift-off")
    browser.post(token)
    assert "undone already" in browser.post(token).content.decode()
    again = rename(browser, "Blast-off")
    Step.objects.update(at=cast.NINE - timedelta(hours=25))
    answer = browser.post(again)
    assert answer.status_code == 409
    assert "more than 24 hours ago" in answer.content.decode()
    Step.objects.all().delete()
    assert "can no longer be undone" in browser.post(again).content.decode()


def test_doors_of_undo(atlas: Plan, as_: Any, tess: Person, eli: Person, lena: Person, otto: Person) -> None:
    token = rename(as_(tess), "Lift-off")
    assert as_(otto).post(token).status_code == 404
    assert as_(lena).post(token).status_code == 403
    assert as_(eli).post(token).status_code == 403
    assert as_(tess).get(token).status_code == 405
    assert as_(None).post(token).status_code == 302
    assert as_(tess).post("/undo/00000000-0000-0000-0000-000000000000").status_code == 404
    assert as_(tess).post("/undo/nonsense").status_code == 404
    assert Milestone.objects.get(key="SEC-3").name == "Lift-off"


def test_recent_changes_lists_them_with_their_undo(
    atlas: Plan, as_: Any, tess: Person, eli: Person, lena: Person, otto: Person
) -> None:
    token = rename(as_(tess), "Lift-off")
    as_(eli).post("/p/atlas/blockers/1/clear", {"version": atlas.blocker.version})
    mine = as_(tess).get("/changes").content.decode()
    assert "Name of SEC-3 Lift-off changed from Launch to Lift-off" in mine
    assert "B-1 No test bench is cleared" not in mine
    all_of = as_(tess).get("/p/atlas/changes").content.decode()
    assert all_of.count(ONE) == 2
    assert as_(eli).get("/p/atlas/changes").content.decode().count(ONE) == 1
    assert ONE not in as_(lena).get("/p/atlas/changes").content.decode()
    assert as_(otto).get("/p/atlas/changes").status_code == 404
    assert "Nothing was changed" in as_(otto).get("/changes").content.decode()
    as_(tess).post(token)
    done = as_(tess).get("/changes").content.decode()
    assert "undone by Tess" in done
    assert 'action="/redo/' in done


def test_a_deleted_program_comes_back_from_the_list(atlas: Plan, as_: Any, tess: Person, eli: Person) -> None:
    browser = as_(tess)
    assert browser.post("/p/atlas/delete", {"name": "Something"}).status_code == 422
    answer = browser.post("/p/atlas/delete", {"name": "atlas"})
    assert answer.status_code == 303
    for address in ("/p/atlas/", "/p/atlas/milestones", "/p/atlas/m/SEC-3", "/p/atlas/changes"):
        assert browser.get(address).status_code == 404
    for address in ("/my", "/portfolio", "/search?q=launch"):
        assert "Launch" not in browser.get(address).content.decode()
    listed = browser.get("/changes").content.decode()
    [token] = re.findall(r'action="(/undo/[^"]+)"', listed)
    assert browser.post(token).status_code == 303
    assert as_(eli).get("/p/atlas/m/SEC-3").status_code == 200


def test_only_program_managers_delete_a_program(atlas: Plan, as_: Any, eli: Person, lena: Person, otto: Person) -> None:
    for person, status in ((eli, 403), (lena, 403), (otto, 404)):
        assert as_(person).get("/p/atlas/delete").status_code == status
        assert as_(person).post("/p/atlas/delete", {"name": "Atlas"}).status_code == status
    assert Program.objects.exists()


def test_a_card_of_my_work_is_undone_where_it_was_answered(atlas: Plan, as_: Any, eli: Person) -> None:
    browser = as_(eli)
    answer = browser.post("/p/atlas/blockers/1/clear", {"version": atlas.blocker.version, "from": "my"}, **HTMX)
    token = token_in(answer.content.decode())
    here = {"HX-Current-URL": "http://testserver/my", "HX-Target": "ask-atlas-B-1"}
    back = browser.post(token, {"from": "my"}, **HTMX, headers=here)
    text = back.content.decode()
    assert back.status_code == 200
    assert 'action="/p/atlas/blockers/1/clear"' in text  # the card asks again where it stood
    assert token_in(text).startswith("/redo/")
    assert Blocker.objects.get().is_open


def test_the_history_of_both_ends_says_it_was_undone(atlas: Plan, as_: Any, tess: Person) -> None:
    browser = as_(tess)
    assert browser.post(f"/p/atlas/links/{atlas.link.pk}/remove").status_code == 303
    batch = Step.objects.values_list("batch", flat=True).distinct().get()
    browser.post(f"/undo/{batch}")
    assert Dependency.objects.filter(pk=atlas.link.pk).exists()
    assert "Undone: a change of" in browser.get("/p/atlas/").content.decode()
    assert Membership.objects.count() == 3


def test_a_page_that_is_not_there_knows_what_was_meant_and_what_was_deleted(
    atlas: Plan, as_: Any, tess: Person, lena: Person, otto: Person
) -> None:
    near = as_(lena).get("/p/atlas/m/SEC-33")
    assert near.status_code == 404
    assert "There is no SEC-33 here." in near.content.decode()
    assert ">SEC-3, Launch</a>?" in near.content.decode()
    assert "Launch" not in as_(otto).get("/p/atlas/m/SEC-33").content.decode()
    assert "Did you mean" not in as_(lena).get("/p/atlas/m/QQQ-1").content.decode()
    as_(tess).post("/p/atlas/m/SEC-1/delete", {"version": atlas.design.version})
    gone = as_(lena).get("/p/atlas/m/SEC-1").content.decode()
    assert "Tess deleted SEC-1 Design agreed on Mon 1 Mar, 09:00. It can come back for 24 hours." in gone
    assert 'href="/p/atlas/changes"' in gone
