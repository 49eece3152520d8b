"""The pages of decisions: put a question, say what can be chosen, decide, look again; who may, and what goes wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from programs.actions import decisions
from programs.actions.drafting import drafts
from programs.models import Decision
from tests.web.plan import AT, DAY

if TYPE_CHECKING:
    from programs.models import Person
    from tests.web.plan import Plan

pytestmark = pytest.mark.django_db
HOME = "/p/atlas/decisions"
OPTIONS = {
    "criteria_0_name": "Price",
    "criteria_0_unit": "k€",
    "criteria_0_weight": "3",
    "criteria_0_less": "less",
    "criteria_1_name": "Speed",
    "criteria_1_weight": "1",
    "criteria_1_less": "",
    "options_0_name": "Buy",
    "options_0_note": "From a shop",
    "options_0_days": "-2,5",
    "options_1_name": "Build",
    "options_1_days": "4",
}


@pytest.fixture
def asked(atlas: Plan, tess: Person, eli: Person) -> Decision:
    made = decisions.create(
        program=atlas.program,
        title="Buy or build?",
        decider=eli,
        due_on=(AT + 3 * DAY).date(),
        holds=[atlas.build],
        by=tess,
        at=AT,
    )
    made.refresh_from_db()
    return made


def form(row: Decision, **fields: Any) -> dict[str, Any]:
    return {"version": str(row.version), **fields}


def test_a_question_is_put_and_found_everywhere(atlas: Plan, as_: Any, tess: Person, lena: Person) -> None:
    typed = {"title": "Who pays?", "background": "Two ask.", "due_on": "fri", "holds": "sec-2, SEC-3", "decider": "", "owner": ""}
    assert as_(tess).post(f"{HOME}/new", typed).status_code == 303
    made = Decision.objects.get()
    assert [hold.milestone.key for hold in made.holds.order_by("pk")] == ["SEC-2", "SEC-3"]
    page = as_(lena).get(HOME).content.decode()
    assert "1 decision is open" in page
    assert "Who pays?" in page
    assert "Put a question" not in page
    assert "Who pays?" in as_(lena).get("/decisions").content.decode()
    detail = as_(lena).get(f"{HOME}/{made.number}").content.decode()
    assert "Build finished" in detail
    assert "Record the decision" not in detail
    assert as_(tess).post(f"{HOME}/new", {**typed, "holds": "SEC-9"}).status_code == 422
    assert as_(tess).post(f"{HOME}/new", {**typed, "due_on": "yesterday"}).status_code == 422


def test_options_are_weighed_and_never_chosen_for_anybody(asked: Decision, as_: Any, tess: Person) -> None:
    where = f"{HOME}/{asked.number}/options"
    answer = as_(tess).post(where, form(asked, **OPTIONS))
    assert (answer.status_code, answer.headers["Location"]) == (303, where)  # the new criteria want their values
    asked.refresh_from_db()
    values = {"options_0_v0": "10", "options_0_v1": "1", "options_1_v0": "20", "options_1_v1": "9"}
    answer = as_(tess).post(where, form(asked, **OPTIONS, **values))
    assert answer.headers["Location"] == f"{HOME}/{asked.number}"
    row = Decision.objects.get()
    assert row.criteria == [{"name": "Price", "unit": "k€", "weight": "3", "less": True}, {"name": "Speed", "weight": "1"}]
    assert row.options[0] == {"name": "Buy", "note": "From a shop", "days": "-2.5", "values": {"Price": "10", "Speed": "1"}}
    page = as_(tess).get(f"{HOME}/{asked.number}").content.decode()
    assert "2.5 working days sooner" in page
    assert "4 working days later" in page
    assert ">75<" in page.replace(" ", "").replace("\n", "")
    assert not row.chosen
    again = as_(tess).get(where).content.decode()
    assert 'value="10"' in again
    assert 'id="id_options_3_name"' in again


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"criteria_0_weight": "much"}, "Row 1, Weight: use a number from 0 to 100."),
        ({"options_0_days": "9" * 9}, "use one line of at most 8 characters"),
        ({"options_0_name": "", "options_0_note": "x"}, "Give every row a name."),
        ({"options_1_name": "buy"}, "Two rows have the same name. Change one."),
        ({"options_0_draft": "99"}, "choose one from the list"),
    ],
)
def test_what_cannot_be_read_is_named_and_kept(
    asked: Decision, as_: Any, tess: Person, wrong: dict[str, str], words: str
) -> None:
    answer = as_(tess).post(f"{HOME}/{asked.number}/options", form(asked, **{**OPTIONS, **wrong}))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert 'value="Build"' in page or 'value="buy"' in page
    assert Decision.objects.get().options == []


def test_somebody_else_saved_the_options_first(asked: Decision, as_: Any, tess: Person) -> None:
    where = f"{HOME}/{asked.number}/options"
    base = as_(tess).get(where).context["form"].initial["base"]
    decisions.edit(decision=asked, version=1, changes={"options": [{"name": "Wait"}]}, by=tess, at=AT)
    answer = as_(tess).post(where, form(asked, base=base, **OPTIONS))
    assert answer.status_code == 409
    assert "Wait" in answer.content.decode()
    merged = as_(tess).post(where, {"version": "2", "criteria": '[{"name": "Price"}]', "options": '[{"name": "Buy"}]'})
    assert merged.status_code == 303
    assert Decision.objects.get().options == [{"name": "Buy"}]


def test_whoever_is_asked_decides_and_looks_again(asked: Decision, as_: Any, tess: Person, eli: Person, lena: Person) -> None:
    decisions.edit(decision=asked, version=1, changes={"options": [{"name": "Buy"}, {"name": "Build"}]}, by=tess, at=AT)
    where = f"{HOME}/{asked.number}"
    given = {
        "version": "2",
        "chosen": "Buy",
        "outcome": "Cheaper",
        "limits_0_name": "Cost",
        "limits_0_high": "10",
        "review_on": "+9d",
    }
    assert as_(lena).post(f"{where}/decide", given).status_code == 403
    assert as_(eli).post(f"{where}/decide", {**given, "review_on": ""}).status_code == 422
    assert as_(eli).post(f"{where}/decide", given).status_code == 303
    row = Decision.objects.get()
    assert (row.status, row.decided_by, row.limits) == ("decided", eli, [{"name": "Cost", "high": "10"}])
    assert "Buy" in as_(lena).get(HOME).content.decode()
    check = {"version": "3", "limits_0_name": "Cost", "limits_0_high": "10", "limits_0_actual": "12", "review_on": "+9d"}
    assert as_(eli).post(f"{where}/check", check).status_code == 303
    assert Decision.objects.get().status == "open"
    page = as_(tess).get(where).content.decode()
    assert "outside what was expected" in page
    assert "is open again: Cost 12" in page.replace('<b class="m">', "").replace("</b>", "")


def test_withdrawn_and_opened_again(asked: Decision, as_: Any, tess: Person) -> None:
    where = f"{HOME}/{asked.number}"
    assert as_(tess).post(f"{where}/withdraw", form(asked, outcome="Nobody asks")).status_code == 303
    assert "Not needed any more" in as_(tess).get(HOME).content.decode()
    assert as_(tess).post(f"{where}/reopen", {"version": "2", "due_on": "in 2 weeks"}).status_code == 303
    assert Decision.objects.get().is_open
    assert as_(tess).post(f"{where}/check", {"version": "3"}).status_code == 422


def test_where_the_options_lead_is_worked_out(asked: Decision, atlas: Plan, as_: Any, tess: Person, lena: Person) -> None:
    mine = drafts.begin(program=atlas.program, name="Buy it", by=tess, at=AT)
    decisions.edit(decision=asked, version=1, changes={"options": [{"name": "Buy", "draft": mine.pk}]}, by=tess, at=AT)
    page = as_(tess).get(f"{HOME}/{asked.number}/effects").content.decode()
    assert "no change" in page
    hidden = as_(lena).get(f"{HOME}/{asked.number}").content.decode()
    assert "Buy it" not in hidden
    assert "A draft you cannot see" in hidden
    assert "No option has a what-if draft you can see." in as_(lena).get(f"{HOME}/{asked.number}/effects").content.decode()


def test_strangers_readers_and_methods(asked: Decision, as_: Any, otto: Person, lena: Person, tess: Person) -> None:
    pages = ["", "/edit", "/options", "/decide", "/check", "/reopen", "/withdraw", "/effects"]
    for page in pages:
        assert as_(otto).get(f"{HOME}/{asked.number}{page}").status_code == 404, page
    for page in pages[1:-1]:
        assert as_(lena).get(f"{HOME}/{asked.number}{page}").status_code == 403, page
    assert as_(lena).get(f"{HOME}/new").status_code == 403
    assert as_(tess).post(f"{HOME}/{asked.number}").status_code == 405
    assert as_(tess).get(f"{HOME}/99999").status_code == 404


def test_pages_ask_the_same_however_many_there_are(
    asked: Decision, atlas: Plan, as_: Any, tess: Person, django_assert_max_num_queries: Any
) -> None:
    browser = as_(tess)
    browser.get(HOME)
    for n in range(12):
        decisions.create(program=atlas.program, title=f"Question {n}", holds=[atlas.launch], by=tess, at=AT)
    with django_assert_max_num_queries(14):
        browser.get(HOME)
    with django_assert_max_num_queries(12):
        browser.get("/decisions")


def test_the_list_offers_what_this_reader_may_do(
    asked: Decision, atlas: Plan, as_: Any, tess: Person, eli: Person, lena: Person
) -> None:
    for page in (HOME, "/decisions"):
        shown = {who.name: as_(who).get(page).content.decode() for who in (tess, eli, lena)}
        assert f"{HOME}/{asked.number}/decide" in shown[tess.name]
        assert f"{HOME}/{asked.number}/edit#id_due_on" in shown[tess.name]
        assert f"{HOME}/{asked.number}/decide" in shown[eli.name], "who is asked to decide"
        assert f"{HOME}/{asked.number}/edit" not in shown[eli.name]
        assert f"{HOME}/{asked.number}/decide" not in shown[lena.name]
        assert "See the effect" not in shown[tess.name], "no option has a draft"
    draft = drafts.begin(program=atlas.program, name="Buy it", by=tess, at=AT)
    Decision.objects.update(options=[{"name": "Buy", "draft": draft.pk}])
    assert f"{HOME}/{asked.number}/effects" in as_(tess).get(HOME).content.decode()


def test_all_of_them_are_saved_as_csv(asked: Decision, atlas: Plan, as_: Any, tess: Person, lena: Person) -> None:
    other = decisions.create(program=atlas.program, title="=SUM(A1)", holds=[atlas.launch], by=tess, at=AT)
    decisions.decide(decision=asked, version=asked.version, chosen="", outcome="We buy", by=tess, at=AT)
    answer = as_(lena).get(f"{HOME}.csv")
    assert answer["Content-Disposition"] == 'attachment; filename="atlas-decisions-2027-03-01.csv"'
    assert answer.content.decode().splitlines() == [
        "key,question,status,due,decided,decided_by,decision,waits_for_it",
        f"{other.key},'=SUM(A1),Open,,,,,SEC-3",
        f"{asked.key},Buy or build?,Decided,2027-03-04,2027-03-01,Tess,We buy,SEC-2",
    ]
    page = as_(lena).get(HOME).content.decode()
    assert "decisions.csv" in page
    assert f"{asked.key} · Build finished" in page


def test_it_reaches_whoever_needs_it(asked: Decision, as_: Any, eli: Person, lena: Person) -> None:
    assert "Yours to decide" in as_(eli).get("/my").content.decode()
    assert "Buy or build?" in as_(eli).get("/my").content.decode()
    assert "Yours to decide" not in as_(lena).get("/my").content.decode()
    for page in ("/portfolio", "/p/atlas/", f"/search?q=D-{asked.number}", "/search?q=build"):
        assert f"{HOME}/{asked.number}" in as_(lena).get(page).content.decode(), page
