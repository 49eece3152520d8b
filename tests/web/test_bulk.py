"""The door behind the bar of the selection: who may, what is refused, and what is told."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from programs.models import Milestone
from tests import cast

if TYPE_CHECKING:
    from programs.models import Person
    from tests.web.plan import Plan

DOOR = "/p/atlas/milestones/bulk"
SWAP = {"HX-Request": "true", "HX-Target": "results"}


def test_selected_rows_change_where_they_stand(atlas: Plan, as_: Any, tess: Person, eli: Person) -> None:
    answer = as_(tess).post(DOOR, {"do": "owner", "owner": eli.pk, "key": ["SEC-1", "SEC-3", "NOPE-1"]}, headers=SWAP)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert answer["HX-Reswap"] == "none"
    assert text.count('hx-swap-oob="true"') == 4  # two rows, the note above the list (empty), and the next token
    assert "2 milestones changed" in text
    assert Milestone.objects.filter(owner=eli).count() == 3
    here = {"HX-Request": "true", "HX-Current-URL": "http://testserver/p/atlas/milestones"}
    back = as_(tess).post("/undo/last", headers=here).content.decode()
    assert "Undone: SEC-1 Design agreed and 1 more" in back
    assert Milestone.objects.filter(owner=eli).count() == 1


def test_how_sure_somebody_is_is_said_of_many(atlas: Plan, as_: Any, tess: Person, eli: Person) -> None:
    assert as_(eli).post(DOOR, {"do": "confidence:rough", "key": ["SEC-1"]}, headers=SWAP).status_code == 403
    answer = as_(tess).post(DOOR, {"do": "confidence:rough", "key": ["SEC-1", "SEC-3"]}, headers=SWAP)
    assert "2 milestones changed" in answer.content.decode()
    assert Milestone.objects.filter(confidence="rough").count() == 2
    as_(tess).post(DOOR, {"do": "confidence:", "key": ["SEC-1"]}, headers=SWAP)
    assert Milestone.objects.filter(confidence="rough").count() == 1


def test_what_is_left_alone_is_named(atlas: Plan, as_: Any, eli: Person) -> None:
    answer = as_(eli).post(DOOR, {"do": "said:done", "key": ["SEC-1", "SEC-2"]}, headers=SWAP)
    text = answer.content.decode()
    assert "1 milestone changed" in text
    assert "1 was left as it was." in text
    assert "It is blocked by B-1. Clear that first." in text
    assert Milestone.objects.get(key="SEC-1").status == "done"


def test_everything_that_matches_is_more_than_what_is_shown(atlas: Plan, as_: Any, tess: Person) -> None:
    answer = as_(tess).post(
        DOOR, {"do": "label-add", "label": "wave 1", "all": "1", "key": ["SEC-1"], "back": "?blocked=1"}, headers=SWAP
    )
    assert '<div id="results">' in answer.content.decode()
    assert Milestone.objects.get(key="SEC-2").labels == ["wave 1"]
    assert Milestone.objects.get(key="SEC-1").labels == []


def test_without_script_the_list_comes_back_with_what_was_said(atlas: Plan, as_: Any, tess: Person) -> None:
    browser = as_(tess)
    sent = {"do": "said:done", "key": ["SEC-1", "SEC-2"], "back": "?status=all&sort=key", "token": "t1"}
    answer = browser.post(DOOR, sent)
    assert (answer.status_code, answer["Location"]) == (303, "/p/atlas/milestones?status=all&sort=key")
    assert "SEC-2: It is blocked by B-1. Clear that first." in browser.get(answer["Location"]).content.decode()
    version = Milestone.objects.get(key="SEC-1").version
    assert browser.post(DOOR, sent).status_code == 303
    assert Milestone.objects.get(key="SEC-1").version == version


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"do": "target", "target": "31/2"}, "Use YYYY-MM-DD"),
        ({"do": "shift", "days": "x", "which": "target_date"}, "Write by how many days"),
        ({"do": "shift", "days": "5"}, "Choose which dates to move"),
        ({"do": "owner", "owner": "999999"}, "Not a member"),
        ({"do": "label-add", "label": ""}, "Write the label"),
        ({"do": "nonsense"}, "Select a valid choice"),
        ({"do": "said:done", "key": []}, "Select rows first"),
        ({}, "Choose what to change"),
    ],
)
def test_a_wrong_question_changes_nothing(atlas: Plan, as_: Any, tess: Person, sent: dict[str, Any], words: str) -> None:
    before = list(Milestone.objects.order_by("pk").values_list("version", flat=True))
    sent = {"key": ["SEC-1", "SEC-3"], **sent}
    swap = as_(tess).post(DOOR, sent, headers=SWAP)
    assert swap.status_code == 422
    assert swap["HX-Retarget"] == "#list-note"
    assert words in swap.content.decode()
    plain = as_(tess).post(DOOR, sent)
    assert plain.status_code == 422
    assert words in plain.content.decode()
    assert plain.content.decode().count(" checked") >= len(sent["key"])
    assert list(Milestone.objects.order_by("pk").values_list("version", flat=True)) == before


def test_fields_of_other_buttons_do_not_matter(atlas: Plan, as_: Any, tess: Person) -> None:
    sent = {"do": "shift", "days": "5", "unit": "wd", "which": "target_date", "target": "31/2", "owner": "x", "key": "SEC-3"}
    assert as_(tess).post(DOOR, sent).status_code == 303
    assert Milestone.objects.get(key="SEC-3").target_date == cast.MONDAY + timedelta(days=28)


def test_only_program_managers_change_the_plan(atlas: Plan, as_: Any, eli: Person, lena: Person, otto: Person) -> None:
    for do in ("owner", "workstream", "target", "shift", "label-add", "label-remove", "delete", "status:cancelled"):
        assert as_(eli).post(DOOR, {"do": do, "key": "SEC-1"}).status_code == 403, do
    assert as_(lena).post(DOOR, {"do": "said:done", "key": "SEC-1"}).status_code == 403
    assert as_(otto).post(DOOR, {"do": "said:done", "key": "SEC-1"}).status_code == 404
    assert 'data-select aria-label="Select Launch"' in as_(eli).get("/p/atlas/milestones").content.decode()
    assert "Change owner" not in as_(eli).get("/p/atlas/milestones").content.decode()
    assert "data-select" not in as_(lena).get("/p/atlas/milestones").content.decode()


def test_deleting_reads_the_list_again(atlas: Plan, as_: Any, tess: Person) -> None:
    text = as_(tess).post(DOOR, {"do": "delete", "key": ["SEC-1", "SEC-2"]}, headers=SWAP).content.decode()
    assert "2 milestones deleted" in text
    assert 'id="SEC-1"' not in text
    assert 'id="SEC-3"' in text


def test_answers_on_a_row(atlas: Plan, as_: Any, tess: Person) -> None:
    row = {"HX-Request": "true"}
    kept = as_(tess).post("/p/atlas/m/SEC-1/update", {"said": "at_risk", "from": "list"}, headers=row)
    assert '<tr data-item id="SEC-1" hx-swap-oob="true">' in kept.content.decode()
    assert kept["HX-Trigger"] == '{"longpole:changed": {"keys": ["SEC-1"]}}'
    refused = as_(tess).post("/p/atlas/m/SEC-2/update", {"said": "done", "from": "list"}, headers=row)
    assert (refused.status_code, refused["HX-Retarget"]) == (422, "#list-note")
    nothing = as_(tess).post("/p/atlas/m/SEC-1/clear", {"from": "panel"}, headers=row)
    assert (nothing.status_code, nothing["HX-Retarget"]) == (422, "#panel-note")
    assert "Nothing blocks SEC-1." in nothing.content.decode()
    wrong = as_(tess).post("/p/atlas/m/SEC-1/date", {"date": "31/2", "from": "panel"}, headers=row)
    assert (wrong.status_code, wrong["HX-Retarget"]) == (422, "#panel")
    assert 'value="31/2"' in wrong.content.decode()


def test_what_was_changed_together_is_taken_back_together(atlas: Plan, as_: Any, tess: Person) -> None:
    def stored() -> list[Any]:
        return list(Milestone.objects.order_by("pk").values_list("pk", "key", "status", "target_date", "labels", "actual_date"))

    before = stored()
    for sent in (
        {"do": "said:done", "key": ["SEC-1", "SEC-3"]},
        {"do": "shift", "days": "3", "which": "target_date", "key": ["SEC-3"]},
        {"do": "label-add", "label": "x", "all": "1"},
        {"do": "delete", "key": ["SEC-1", "SEC-2", "SEC-3"]},
    ):
        told = as_(tess).post(DOOR, sent, headers=SWAP).content.decode()
        assert stored() != before
        door = re.search(r'action="(/undo/[^"]+)"', told)
        assert door, told
        here = {**SWAP, "HX-Current-URL": "http://testserver/p/atlas/milestones"}
        back = as_(tess).post(door[1], {"from": "list"}, headers=here)
        assert (back["HX-Trigger"] == "longpole:again") == (sent["do"] == "delete")
        assert stored() == before, sent
