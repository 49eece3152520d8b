"""The pages of what-if drafts: they say what a draft does, change it, and let nobody see or apply what is not theirs."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from programs.actions import dependencies, milestones
from programs.actions.drafting import drafts
from programs.models import Blocker, Milestone, Person, PlanDraft, Step
from tests.cast import NINE
from tests.web.plan import elsewhere

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.web.plan import Plan

    As = Callable[[Person | None], Client]

HOME = "/p/atlas/what-if"
DAY = timedelta(days=1)
ASKED = [  # a change of each kind as its form sends it
    {"kind": "slip", "milestone": "SEC-1", "days": "2"},
    {"kind": "work", "milestone": "SEC-2", "work": "8"},
    {"kind": "dates", "milestone": "SEC-3", "which": "target_date", "day": "2027-04-01"},
    {"kind": "link", "successor": "SEC-3", "predecessor": "SEC-1", "type": "FS", "lag_days": "1"},
    {"kind": "unlink", "successor": "SEC-2", "predecessor": "SEC-1"},
    {"kind": "add", "name": "Second bench", "days": "4", "after": "SEC-1", "before": "SEC-2"},
    {"kind": "clear", "day": ""},
    {"kind": "drop", "milestone": "SEC-3"},
    {"kind": "risk", "response": "mitigate", "probability": "2"},
]


def asked(atlas: Plan, which: int) -> dict[str, Any]:
    return {**ASKED[which], "blocker": atlas.blocker.pk, "risk": atlas.risk.pk}


def begun(browser: Client, atlas: Plan, *which: int) -> PlanDraft:
    """A draft made by its forms."""
    first, *rest = which
    answer = browser.post(f"{HOME}/new", asked(atlas, first))
    assert answer.status_code == 303, answer.content.decode()
    draft = PlanDraft.objects.latest("pk")
    assert answer["Location"] == f"{HOME}/{draft.pk}"
    for each in rest:
        answer = browser.post(f"{HOME}/{draft.pk}/add", asked(atlas, each))
        assert answer.status_code == 303, (each, answer.content.decode())
    return draft


def test_a_draft_of_every_kind_says_what_it_does(atlas: Plan, as_: As, tess: Person) -> None:
    browser = as_(tess)
    draft = begun(browser, atlas, 0, 1, 2, 3, 4, 5, 6, 7, 8)
    body = browser.get(f"{HOME}/{draft.pk}").content.decode()
    for words in (
        "Launch moves from",
        "Slips by 2 working days",
        "On its own: 2 working days later",
        "Design agreed → Build finished",
        "Dependency removed",
        "New milestone",
        "Dropped from scope",
        "What leads then",
        "You can undo it for 24 hours",
    ):
        assert words in body, words
    assert atlas.design.name in browser.get(f"{HOME}/{draft.pk}/apply").content.decode()
    assert not Step.objects.filter(table__startswith="plan").exists()


def test_the_sentence_names_the_finish_before_and_after(atlas: Plan, as_: As, tess: Person) -> None:
    browser = as_(tess)
    draft = begun(browser, atlas, 0)
    body = browser.get(f"{HOME}/{draft.pk}").content.decode()
    assert "Launch moves from Mon 22 Mar to Wed 24 Mar: 2 working days later. That is 3 working days after the target." in body
    assert "1 target that holds today is missed then." in body


def test_apply_asks_why_makes_the_plan_and_can_be_undone(atlas: Plan, as_: As, tess: Person) -> None:
    browser = as_(tess)
    draft = begun(browser, atlas, 0, 6)
    asks = browser.get(f"{HOME}/{draft.pk}/apply")
    assert b"Why" in asks.content
    assert "Eli" in asks.content.decode()
    version = asks.context["form"]["version"].value()
    done = browser.post(f"{HOME}/{draft.pk}/apply", {"version": version, "reason": "The lab moved"}, follow=True)
    assert done.redirect_chain == [("/p/atlas/", 303)]
    assert "is the plan now" in done.content.decode()
    atlas.design.refresh_from_db()
    atlas.blocker.refresh_from_db()
    assert (atlas.design.duration_days, atlas.blocker.status) == (7, "resolved")
    draft.refresh_from_db()
    assert f"/undo/{draft.batch}" in done.content.decode()
    assert browser.post(f"/undo/{draft.batch}").status_code == 303
    atlas.design.refresh_from_db()
    atlas.blocker.refresh_from_db()
    assert (atlas.design.duration_days, atlas.blocker.status) == (5, "open")


def test_a_collision_shows_the_difference_and_lets_the_draft_follow(atlas: Plan, as_: As, tess: Person) -> None:
    browser = as_(tess)
    draft = begun(browser, atlas, 0)
    draft.refresh_from_db()
    atlas.design.refresh_from_db()
    milestones.edit(milestone=atlas.design, version=atlas.design.version, changes={"duration_days": 9}, by=tess, at=NINE)
    refused = browser.post(f"{HOME}/{draft.pk}/apply", {"version": draft.version})
    assert refused.status_code == 409
    body = refused.content.decode()
    assert "Nothing was applied." in body
    assert "Duration was 5 d and is 9 d now." in body
    atlas.design.refresh_from_db()
    assert atlas.design.duration_days == 9
    assert browser.post(f"{HOME}/{draft.pk}/follow").status_code == 303
    draft.refresh_from_db()
    assert browser.post(f"{HOME}/{draft.pk}/apply", {"version": draft.version}).status_code == 303
    atlas.design.refresh_from_db()
    assert atlas.design.duration_days == 11


def test_what_happened_beside_it_is_said(atlas: Plan, as_: As, tess: Person) -> None:
    browser = as_(tess)
    draft = begun(browser, atlas, 0)
    draft.refresh_from_db()
    atlas.build.refresh_from_db()
    milestones.edit(milestone=atlas.build, version=atlas.build.version, changes={"duration_days": 12}, by=tess, at=NINE)
    assert "Every change still fits" in browser.get(f"{HOME}/{draft.pk}").content.decode()
    done = browser.post(f"{HOME}/{draft.pk}/apply", {"version": draft.version}, follow=True)
    assert "The plan had moved on meanwhile" in done.content.decode()


def test_a_version_that_was_not_shown_is_not_applied(atlas: Plan, as_: As, tess: Person) -> None:
    browser = as_(tess)
    draft = begun(browser, atlas, 0, 1)
    assert browser.post(f"{HOME}/{draft.pk}/apply", {"version": 1}).status_code == 409
    assert browser.post(f"{HOME}/{draft.pk}/apply", {"version": "x"}).status_code == 422
    assert browser.post(f"{HOME}/{draft.pk}/apply", {"version": 2, "reason": "x" * 501}).status_code == 422
    atlas.design.refresh_from_db()
    assert atlas.design.duration_days == 5


def test_three_drafts_stand_side_by_side(atlas: Plan, as_: As, tess: Person) -> None:
    browser = as_(tess)
    numbers = [begun(browser, atlas, each).pk for each in (0, 1, 6, 8)]
    body = browser.get(f"{HOME}/compare", {"d": numbers}).content.decode()
    assert body.count('<th scope="col"><a href="/p/atlas/what-if/') == 3
    assert "Wed 24 Mar" in body
    cell = f"{HOME}/{numbers[1]}/odds?beside=1"
    assert f'<td hx-get="{cell}" hx-trigger="load"' in body
    found = browser.get(cell, headers={"HX-Request": "true"})
    part = found.content.decode().strip()
    assert part.startswith("<td")
    assert f"{found.context['odds'].after.chance}%" in part
    assert "80% sure by" in part
    assert browser.get(cell).content.decode().count("<h1>") == 1  # without scripts a page
    assert browser.get(f"{HOME}/compare").status_code == 303
    assert browser.get(f"{HOME}/compare?d=99999").status_code == 404
    assert browser.get(f"{HOME}/compare?d=nonsense&d={numbers[0]}").status_code == 200


def test_drafts_are_private_until_they_are_shared(
    atlas: Plan, as_: As, tess: Person, eli: Person, lena: Person, otto: Person
) -> None:
    mine = as_(eli)
    draft = begun(mine, atlas, 0)
    page = f"{HOME}/{draft.pk}"
    for who, status in ((None, 302), (otto, 404), (lena, 404), (tess, 404), (eli, 200)):
        assert as_(who).get(page).status_code == status
    assert "No draft yet" in as_(lena).get(HOME).content.decode()
    assert mine.post(f"{page}/share", {"on": "1"}).status_code == 303
    for who, status in ((None, 302), (otto, 404), (lena, 200), (tess, 200), (eli, 200)):
        assert as_(who).get(page).status_code == status
    for act in ("share", "name", "follow", "discard", "restore", "changes/1/remove"):
        assert as_(tess).post(f"{page}/{act}").status_code == 403, act
        assert as_(otto).post(f"{page}/{act}").status_code == 404, act
        assert mine.get(f"{page}/{act}").status_code == 405, act
    assert as_(tess).post(f"{page}/add", asked(atlas, 1)).status_code == 403
    assert mine.get(f"{page}/apply").status_code == 403
    assert mine.post(f"{page}/apply", {"version": 1}).status_code == 403
    assert as_(lena).post(f"{page}/copy").status_code == 403
    assert as_(lena).get(f"{HOME}/new").status_code == 403
    assert as_(tess).post(f"{page}/copy").status_code == 303
    copied = PlanDraft.objects.latest("pk")
    assert (copied.by, copied.changes.count(), copied.shared) == (tess, 1, False)
    draft.refresh_from_db()
    assert as_(tess).post(f"{page}/apply", {"version": draft.version}).status_code == 303
    atlas.design.refresh_from_db()
    assert atlas.design.duration_days == 7


def test_nothing_of_other_programs_is_told(atlas: Plan, as_: As, tess: Person, ada: Person) -> None:
    hidden = elsewhere(ada)

    dependencies.link(predecessor=atlas.design, successor=hidden, by=ada, at=NINE)
    browser = as_(tess)
    draft = begun(browser, atlas, 0)
    body = browser.get(f"{HOME}/{draft.pk}").content.decode()
    assert "withheld" in body
    assert "Secret codename" not in body
    assert "Zephyr" not in body
    other = browser.post(f"{HOME}/{draft.pk}/add", {**asked(atlas, 0), "milestone": hidden.key})
    assert other.status_code == 422


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"kind": "slip", "milestone": "SEC-1", "days": "a few"}, "Write by how many days"),
        ({"kind": "slip", "milestone": "NOPE-9", "days": "1"}, "No milestone of this program has this key"),
        ({"kind": "slip", "milestone": "SEC-1", "days": "0"}, "Write by how many days"),
        ({"kind": "work", "milestone": "SEC-1", "work": "-4"}, "0"),
        ({"kind": "dates", "milestone": "SEC-2", "which": "expected_date", "day": "2027-02-01"}, "This day is over"),
        ({"kind": "link", "successor": "SEC-1", "predecessor": "SEC-3", "type": "FS"}, "loop"),
        ({"kind": "unlink", "successor": "SEC-1", "predecessor": "SEC-3"}, "SEC-1 does not wait for this one."),
        ({"kind": "add", "name": " "}, "required"),
        ({"kind": "drop", "milestone": "SEC-2"}, "is blocked"),
        ({"kind": "clear", "blocker": "999"}, "Select a valid choice"),
        ({"kind": "risk", "risk": "x"}, "Select a valid choice"),
    ],
)
def test_bad_input_names_the_field_and_keeps_what_was_typed(
    atlas: Plan, as_: As, tess: Person, sent: dict[str, str], told: str
) -> None:
    answer = as_(tess).post(f"{HOME}/new", sent)
    assert answer.status_code == 422
    body = answer.content.decode()
    assert told in body
    assert 'role="alert"' in body
    typed = sent.get("days") or sent.get("work") or sent.get("day")
    assert not typed or f'value="{typed}"' in body
    assert not PlanDraft.objects.exists()


def test_other_kinds_of_change_are_links_and_keep_the_milestone(atlas: Plan, as_: As, tess: Person) -> None:
    browser = as_(tess)
    body = browser.get(f"{HOME}/new?milestone=SEC-2&kind=link").content.decode()
    assert 'value="SEC-2"' in body
    assert "milestone=SEC-2&amp;kind=drop" in body
    part = browser.get(f"{HOME}/new?kind=work", headers={"HX-Request": "true"})
    assert part.content.decode().lstrip().startswith("<form")
    assert browser.get(f"{HOME}/new?kind=nonsense").status_code == 404


def test_a_milestone_leads_to_its_what_if(atlas: Plan, as_: As, tess: Person, lena: Person, otto: Person) -> None:
    for page in ("/p/atlas/m/SEC-1", "/p/atlas/map?focus=SEC-1"):
        assert "/p/atlas/m/SEC-1/what-if" in as_(tess).get(page).content.decode(), page
    panel = as_(tess).get("/p/atlas/m/SEC-1", headers={"HX-Request": "true", "HX-Target": "panel"})
    assert "/p/atlas/m/SEC-1/what-if" in panel.content.decode()
    assert as_(tess).get("/p/atlas/m/SEC-1/what-if")["Location"] == f"{HOME}/new?milestone=SEC-1"
    assert as_(lena).get("/p/atlas/m/SEC-1/what-if").status_code == 403
    assert as_(otto).get("/p/atlas/m/SEC-1/what-if").status_code == 404


def test_a_second_change_goes_into_a_draft_that_is_open(atlas: Plan, as_: As, tess: Person) -> None:
    browser = as_(tess)
    draft = begun(browser, atlas, 0)
    assert f'<option value="{draft.pk}">' in browser.get(f"{HOME}/new").content.decode()
    answer = browser.post(f"{HOME}/new", {**asked(atlas, 1), "into": draft.pk})
    assert answer["Location"] == f"{HOME}/{draft.pk}"
    assert draft.changes.count() == 2


def test_a_double_click_adds_one_change(atlas: Plan, as_: As, tess: Person) -> None:
    browser = as_(tess)
    draft = begun(browser, atlas, 0)
    token = browser.get(f"{HOME}/{draft.pk}/add?kind=work").context["form"]["token"].value()
    for _ in range(2):
        assert browser.post(f"{HOME}/{draft.pk}/add", {**asked(atlas, 1), "token": token}).status_code == 303
    assert draft.changes.count() == 2


def test_discarded_drafts_come_back_from_the_list(atlas: Plan, as_: As, tess: Person) -> None:
    browser = as_(tess)
    draft = begun(browser, atlas, 0)
    said = browser.post(f"{HOME}/{draft.pk}/discard", follow=True).content.decode()
    assert "can bring it back for 24 hours" in said
    assert "Discarded" in said
    assert "Bring back" in browser.get(f"{HOME}/{draft.pk}").content.decode()
    assert browser.post(f"{HOME}/{draft.pk}/add", asked(atlas, 1)).status_code == 422
    assert browser.post(f"{HOME}/{draft.pk}/name", {"name": "Late"}).status_code == 422
    assert browser.post(f"{HOME}/{draft.pk}/restore").status_code == 303
    assert browser.post(f"{HOME}/{draft.pk}/restore").status_code == 422
    assert browser.post(f"{HOME}/{draft.pk}/name", {"name": "Second\x00vendor"}).status_code == 422
    assert browser.post(f"{HOME}/{draft.pk}/name", {"name": "Second vendor"}).status_code == 303
    assert "Second vendor" in browser.get(HOME).content.decode()


def test_a_program_without_dates_says_so(program: Any, as_: As, tess: Person, monday: Any) -> None:
    Milestone.objects.create(program=program, key="M-1", name="Undated")
    browser = as_(tess)
    assert browser.post(f"{HOME}/new", {"kind": "slip", "milestone": "M-1", "days": "-2"}).status_code == 422
    assert browser.post(f"{HOME}/new", {"kind": "drop", "milestone": "M-1"}).status_code == 303
    body = browser.get(f"{HOME}/{PlanDraft.objects.get().pk}").content.decode()
    assert "there is no finish to compare" in body


def test_how_sure_it_is_comes_a_moment_later(atlas: Plan, as_: As, tess: Person, otto: Person) -> None:
    """Both sides share their luck: a draft that changes no date changes no chance, and an answered risk changes only that."""
    browser = as_(tess)
    still, faster, safer = begun(browser, atlas, 2), begun(browser, atlas, 1), begun(browser, atlas, 8)
    assert f'hx-get="{HOME}/{still.pk}/odds"' in browser.get(f"{HOME}/{still.pk}").content.decode()
    same, sooner, less = (browser.get(f"{HOME}/{draft.pk}/odds").context["odds"] for draft in (still, faster, safer))
    assert same.before == same.after == sooner.before == less.before
    assert same.before.p80 is not None
    assert sooner.after.p80 < sooner.before.p80
    assert less.after.chance >= less.before.chance
    assert less.after != less.before
    part = browser.get(f"{HOME}/{faster.pk}/odds", headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith("<section")
    assert "80% sure by" in part
    assert as_(otto).get(f"{HOME}/{still.pk}/odds").status_code == 404


def test_an_estimate_in_three_numbers_moves_with_the_work(atlas: Plan, as_: As, tess: Person) -> None:
    estimate = {"optimistic_days": 8, "likely_days": 10, "pessimistic_days": 20}
    Milestone.objects.filter(pk=atlas.build.pk).update(**estimate)
    browser = as_(tess)
    found = browser.get(f"{HOME}/{begun(browser, atlas, 1).pk}/odds").context["odds"]
    assert found.after.p50 < found.before.p50


def test_the_number_of_questions_is_fixed(atlas: Plan, as_: As, tess: Person, django_assert_num_queries: Any) -> None:
    browser = as_(tess)
    few, many = begun(browser, atlas, 0), begun(browser, atlas, 0, 1, 2, 3, 4, 5, 6, 8)
    assert Blocker.objects.count() == 1
    browser.get(f"{HOME}/{few.pk}")
    with django_assert_num_queries(26):
        browser.get(f"{HOME}/{few.pk}")
    with django_assert_num_queries(30):
        browser.get(f"{HOME}/{many.pk}")
    assert drafts.MOST_DRAFTS
