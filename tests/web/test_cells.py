"""Cells of the milestones list, edited where they stand."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from programs.models import Event, Milestone
from programs.web.forms.cells import CELLS

if TYPE_CHECKING:
    from programs.models import Person
    from tests.web.plan import Plan

HTMX = {"HX-Request": "true"}


def at(cell: str, key: str = "SEC-3") -> str:
    return f"/p/atlas/m/{key}/cell/{cell}"


def hidden(answer: Any) -> dict[str, str]:
    """Version and base, as the form carries them."""
    import html

    page = answer.content.decode()
    tags = [dict(re.findall(r'([a-z-]+)="([^"]*)"', tag)) for tag in re.findall(r'<input type="hidden"[^>]*>', page)]
    return {tag["name"]: html.unescape(tag.get("value", "")) for tag in tags if tag.get("name") in {"version", "base", "from"}}


@pytest.mark.parametrize("cell", CELLS)
def test_a_cell_is_a_form_here_and_a_page_elsewhere(atlas: Plan, as_: Any, tess: Person, cell: str) -> None:
    browser = as_(tess)
    part = browser.get(at(cell), headers=HTMX)
    assert part.status_code == 200
    assert part.content.decode().lstrip().startswith('<form class="form cell-form"')
    assert "HX-Request" in part["Vary"]
    page = browser.get(at(cell))
    assert "<main" in page.content.decode()
    assert "cell-form" in page.content.decode()


SAVES = [
    ("name", {"name": "Go live"}, "name", "Go live"),
    ("status", {"status": "in_progress"}, "status", "in_progress"),
    ("target", {"target_date": "12 apr"}, "target_date", date(2027, 4, 12)),
    ("forecast", {"expected_date": "fri", "duration_days": "2,5"}, "expected_date", None),
    ("forecast", {"expected_date": "fri", "duration_days": "2.5"}, "expected_date", date(2027, 3, 5)),
    ("workstream", {"workstream": ""}, "workstream", None),
    ("owner", {"owner": ""}, "owner", None),
]


@pytest.mark.parametrize(("cell", "typed", "field", "value"), SAVES)
def test_a_save_answers_with_the_row(
    atlas: Plan, as_: Any, tess: Person, cell: str, typed: dict[str, str], field: str, value: object
) -> None:
    browser = as_(tess)
    sent = {**hidden(browser.get(at(cell), headers=HTMX)), **typed}
    answer = browser.post(at(cell), sent, headers=HTMX)
    if "2,5" in typed.values():
        assert answer.status_code == 422
        assert "cell_duration_days_error" in answer.content.decode()
        return
    assert answer.status_code == 200
    assert answer["HX-Reswap"] == "none"
    assert '<tr data-item id="SEC-3" hx-swap-oob="true">' in answer.content.decode()
    assert "SEC-3 saved" in answer.content.decode()
    assert getattr(Milestone.objects.get(key="SEC-3"), field) == value
    assert Event.objects.filter(kind="milestone.changed", field=field, by=tess).exists()


def test_the_row_comes_back_with_the_columns_of_the_list_it_is_in(atlas: Plan, as_: Any, tess: Person) -> None:
    browser = as_(tess)
    sent = {**hidden(browser.get(at("name"), headers=HTMX)), "name": "Go live"}
    here = {**HTMX, "HX-Current-URL": "http://testserver/p/atlas/milestones?cols=owner,baseline&late=1"}
    row = browser.post(at("name"), sent, headers=here).content.decode().partition("</tr>")[0]
    assert row.count("<td") == 5  # the box, the key and the name, and the two
    assert 'data-l="Baseline"' in row


def test_without_script_it_goes_on_to_the_milestone(atlas: Plan, as_: Any, tess: Person) -> None:
    browser = as_(tess)
    sent = {**hidden(browser.get(at("name"))), "name": "Go live"}
    answer = browser.post(at("name"), sent)
    assert (answer.status_code, answer["Location"]) == (303, "/p/atlas/m/SEC-3")


WRONG = [
    ("name", {"name": ""}, "This field is required."),
    ("name", {"name": "x" * 501}, "500 characters"),
    ("status", {"status": "blocked"}, "add a blocker"),
    ("status", {"status": "nonsense"}, "Select a valid choice"),
    ("target", {"target_date": "soonish"}, "Use YYYY-MM-DD"),
    ("forecast", {"expected_date": "1 jan 2020"}, "This day is over."),
    ("forecast", {"duration_days": "-1"}, "0"),
    ("owner", {"owner": "999999"}, "Not a member of this program."),
    ("workstream", {"workstream": "x"}, "Select a valid choice"),
]


@pytest.mark.parametrize(("cell", "typed", "said"), WRONG)
def test_what_cannot_be_kept_stays_in_the_cell(
    atlas: Plan, as_: Any, tess: Person, cell: str, typed: dict[str, str], said: str
) -> None:
    browser = as_(tess)
    before = Milestone.objects.filter(key="SEC-3").values().get()
    answer = browser.post(at(cell), {**hidden(browser.get(at(cell), headers=HTMX)), **typed}, headers=HTMX)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert said in page
    assert 'aria-invalid="true"' in page
    for text in typed.values():
        if text not in {"", "999999", "x", "nonsense"}:
            assert text in page
    assert Milestone.objects.filter(key="SEC-3").values().get() == before


def test_a_cell_without_its_version_is_incomplete(atlas: Plan, as_: Any, tess: Person) -> None:
    answer = as_(tess).post(at("name"), {"name": "X"}, headers=HTMX)
    assert answer.status_code == 422
    assert "its version is missing" in answer.content.decode()


def test_two_people_in_one_cell_see_both_sides_there(atlas: Plan, as_: Any, tess: Person) -> None:
    browser = as_(tess)
    sent = {**hidden(browser.get(at("name"), headers=HTMX)), "name": "Mine"}
    Milestone.objects.filter(key="SEC-3").update(name="Theirs", version=atlas.launch.version + 1)
    answer = browser.post(at("name"), sent, headers=HTMX)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert f'hx-post="{at("name")}"' in page
    assert "Theirs" in page
    assert "Mine" in page
    chosen = browser.post(at("name"), {**hidden(answer), "name": "Mine"}, headers=HTMX)
    assert chosen.status_code == 200
    assert '<tr data-item id="SEC-3"' in chosen.content.decode()
    assert Milestone.objects.get(key="SEC-3").name == "Mine"


def test_another_cell_of_the_same_row_merges(atlas: Plan, as_: Any, tess: Person) -> None:
    browser = as_(tess)
    sent = {**hidden(browser.get(at("target"), headers=HTMX)), "target_date": "12 apr"}
    Milestone.objects.filter(key="SEC-3").update(name="Theirs", version=atlas.launch.version + 1)
    assert browser.post(at("target"), sent, headers=HTMX).status_code == 200
    row = Milestone.objects.get(key="SEC-3")
    assert (row.name, row.target_date) == ("Theirs", date(2027, 4, 12))


def test_only_program_managers_edit_cells(atlas: Plan, as_: Any, tess: Person, eli: Person, lena: Person, otto: Person) -> None:
    for cell in CELLS:
        for person, status in ((eli, 403), (lena, 403), (otto, 404)):
            assert as_(person).get(at(cell)).status_code == status
            assert as_(person).post(at(cell), {"name": "X"}).status_code == status
        assert as_(None).get(at(cell)).status_code == 302
        assert as_(tess).put(at(cell)).status_code == 405
    for address in (at("slip"), at("name", "NOPE-1"), at("name").replace("atlas", "nothing")):
        assert as_(tess).get(address).status_code == 404
    assert " data-cells" in as_(tess).get("/p/atlas/milestones").content.decode()
    assert " data-cells" not in as_(eli).get("/p/atlas/milestones").content.decode()


def test_a_cell_reads_no_more_than_its_column_needs(atlas: Plan, as_: Any, tess: Person, django_assert_num_queries: Any) -> None:
    browser = as_(tess)
    browser.get(at("name"), headers=HTMX)
    for cell, queries in {"name": 5, "status": 5, "target": 5, "forecast": 5, "owner": 6, "workstream": 6}.items():
        with django_assert_num_queries(queries):
            browser.get(at(cell), headers=HTMX)
