"""Forms that save: what was typed arrives, a stale page is a choice, a double click is one row, bad input stays in the form."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client

from programs.actions import milestones, programs, risks
from programs.models import Blocker, Dependency, Event, Milestone, Risk, Workstream
from programs.web.forms.milestones import EditMilestone
from tests import cast
from tests.web.plan import AT, elsewhere
from tests.web.reading import words

if TYPE_CHECKING:
    from programs.models import Person, Program
    from tests.web.plan import Plan


def fields_of(answer: Any, form: str = "form") -> dict[str, Any]:
    """What a browser would send back from a form, unchanged."""
    found: dict[str, Any] = {}
    bound = answer.context[form]
    for name in bound.fields:
        value = bound[name].value()
        written = bound.as_written(name, value) if value not in (None, "", [], False) else ""
        if written or value == 0:
            found[name] = written
    return found


def test_a_milestone_is_made_with_dates_in_words(atlas: Plan, as_: Any, tess: Person) -> None:
    form = {
        **fields_of(as_(tess).get("/p/atlas/milestones/new")),
        "name": "Dress rehearsal",
        "workstream": str(Workstream.objects.get().pk),
        "target_date": "12 mar",
        "expected_date": "in 9 days",
        "start_date": "fri",
        "duration_days": "2.5",
        "labels": "a, b,, a",
        "parent": "SEC-3",
        "external": "on",
    }
    answer = as_(tess).post("/p/atlas/milestones/new", form)
    made = Milestone.objects.get(name="Dress rehearsal")
    assert answer.status_code == 303
    assert answer["Location"] == f"/p/atlas/m/{made.key}"
    assert made.key == "SEC-4"
    year = cast.MONDAY.year
    assert (made.target_date, made.expected_date) == (date(year, 3, 12), cast.MONDAY + timedelta(days=9))
    assert made.start_date == cast.MONDAY + timedelta(days=4)
    assert made.labels == ["a", "b"]
    assert made.parent == atlas.launch
    assert made.external


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("target_date", "2026-02-30", "1970 to 2100"),
        ("target_date", "0000-00-00", "1970 to 2100"),
        ("target_date", "31/12/26", "YYYY-MM-DD"),
        ("target_date", "1899-01-01", "1970 to 2100"),
        ("duration_days", "-1", "0 to 3,650"),
        ("duration_days", "1e9", "0 to 3,650"),
        ("duration_days", "NaN", "0 to 3,650"),
        ("duration_days", "1.5e308", "0 to 3,650"),
        ("duration_days", "five", "0 to 3,650"),
        ("percent_done", "101", "0 to 100"),
        ("percent_done", "half", "0 to 100"),
        ("url", "javascript:alert(1)", "http"),
        ("url", "https://me:pw@evil.test/", "http"),
        ("kind", "nonsense", "valid choice"),
        ("owner", "999999", "Not a member"),
        ("parent", "NOPE-9", "SEC-3"),
        ("name", "x" * 501, "500"),
    ],
)
def test_bad_values_get_a_remedy_at_their_field_and_nothing_is_saved(
    atlas: Plan, as_: Any, tess: Person, field: str, value: str, words: str
) -> None:
    before = Milestone.objects.count()
    form = {**fields_of(as_(tess).get("/p/atlas/milestones/new")), "name": "New", "description": "kept text", field: value}
    answer = as_(tess).post("/p/atlas/milestones/new", form)
    assert answer.status_code == 422
    assert words in str(answer.context["form"].errors[field])
    text = answer.content.decode()
    assert "kept text" in text
    assert 'role="alert"' in text
    assert "data-focus" in text
    assert Milestone.objects.count() == before


@pytest.mark.parametrize(("typed", "kept"), [("50%", 50), ("12.5 %", 12.5), ("-0.0", 0), ("50", 50)])
def test_a_percent_may_carry_its_sign(atlas: Plan, as_: Any, tess: Person, typed: str, kept: float) -> None:
    browser = as_(tess)
    browser.post("/p/atlas/m/SEC-1/edit", {**fields_of(browser.get("/p/atlas/m/SEC-1/edit")), "percent_done": typed})
    assert Milestone.objects.get(key="SEC-1").percent_done == kept


def test_an_owner_of_another_program_is_refused_without_a_name(atlas: Plan, as_: Any, tess: Person, otto: Person) -> None:
    form = {**fields_of(as_(tess).get("/p/atlas/m/SEC-2/edit")), "owner": str(otto.pk)}
    answer = as_(tess).post("/p/atlas/m/SEC-2/edit", form)
    assert answer.status_code == 422
    assert "Otto" not in answer.content.decode()


def test_a_target_outside_the_program_is_kept_and_pointed_out(atlas: Plan, as_: Any, tess: Person) -> None:
    browser = as_(tess)
    form = {**fields_of(browser.get("/p/atlas/m/SEC-2/edit")), "target_date": "2030-01-01"}
    assert browser.post("/p/atlas/m/SEC-2/edit", form).status_code == 303
    assert "is after the target of the program" in browser.get("/p/atlas/m/SEC-2").content.decode()


def test_editing_saves_only_what_changed(atlas: Plan, as_: Any, tess: Person) -> None:
    form = {**fields_of(as_(tess).get("/p/atlas/m/SEC-2/edit")), "baseline_date": "+3d", "program_id": "1", "key": "HACK-1"}
    seen = Event.objects.count()
    assert as_(tess).post("/p/atlas/m/SEC-2/edit", form).status_code == 303
    notes = list(Event.objects.order_by("pk")[seen:])
    assert [(note.kind, note.field) for note in notes] == [("milestone.changed", "baseline_date")]
    atlas.build.refresh_from_db()
    assert atlas.build.key == "SEC-2"


def test_a_page_sent_back_unchanged_changes_nothing(atlas: Plan, as_: Any, tess: Person) -> None:
    for address in (
        "/p/atlas/m/SEC-2/edit",
        "/p/atlas/workstreams/SEC/edit",
        "/p/atlas/blockers/1/edit",
        "/p/atlas/risks/2/edit",
    ):
        seen = Event.objects.count()
        form = fields_of(as_(tess).get(address))
        assert as_(tess).post(address, form).status_code == 303, address
        assert Event.objects.count() == seen, address


def test_what_only_one_side_changed_is_merged_without_asking(atlas: Plan, as_: Any, tess: Person) -> None:
    form = fields_of(as_(tess).get("/p/atlas/m/SEC-1/edit"))
    milestones.edit(milestone=atlas.design, version=atlas.design.version, changes={"priority": "high"}, by=tess, at=AT)
    assert as_(tess).post("/p/atlas/m/SEC-1/edit", form | {"name": "Design settled"}).status_code == 303
    atlas.design.refresh_from_db()
    assert (atlas.design.name, atlas.design.priority) == ("Design settled", "high")


def test_the_same_field_on_both_sides_is_a_choice_and_nothing_typed_is_lost(
    atlas: Plan, as_: Any, tess: Person, ada: Person
) -> None:
    form = fields_of(as_(tess).get("/p/atlas/m/SEC-1/edit"))
    before = atlas.design.name
    milestones.edit(
        milestone=atlas.design,
        version=atlas.design.version,
        changes={"name": "Theirs", "description": "only theirs"},
        by=ada,
        at=AT,
    )
    answer = as_(tess).post("/p/atlas/m/SEC-1/edit", form | {"name": "Mine", "priority": "only mine"})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Ada saved this" in text
    sent = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', text)) | {"name": "Mine"}
    assert sent["description"] == "only theirs"
    assert sent["priority"] == "only mine"
    assert 'value="Theirs"' in text
    assert re.search(r'value="Mine" checked', text)
    assert f"before: {before}" in words(answer)
    assert "before: Empty" in words(answer)
    atlas.design.refresh_from_db()
    assert atlas.design.name == "Theirs"
    assert as_(tess).post("/p/atlas/m/SEC-1/edit", sent).status_code == 303
    atlas.design.refresh_from_db()
    assert (atlas.design.name, atlas.design.description, atlas.design.priority) == ("Mine", "only theirs", "only mine")


def test_a_choice_keeps_ticked_boxes_and_shows_only_what_changed(atlas: Plan, as_: Any, tess: Person, ada: Person) -> None:
    milestones.edit(milestone=atlas.design, version=atlas.design.version, changes={"external": True}, by=tess, at=AT)
    form = fields_of(as_(tess).get("/p/atlas/m/SEC-1/edit"))
    assert form["external"] == "on"
    atlas.design.refresh_from_db()
    milestones.edit(milestone=atlas.design, version=atlas.design.version, changes={"name": "Theirs"}, by=ada, at=AT)
    answer = as_(tess).post("/p/atlas/m/SEC-1/edit", form | {"name": "Mine"}, headers={"referer": "/p/atlas/m/SEC-1/edit"})
    text = answer.content.decode()
    assert "the same in both" not in text
    assert 'href="/p/atlas/m/SEC-1/edit">Discard mine' in text
    sent = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', text)) | {"name": "Mine"}
    assert as_(tess).post("/p/atlas/m/SEC-1/edit", sent).status_code == 303
    atlas.design.refresh_from_db()
    assert (atlas.design.name, atlas.design.external) == ("Mine", True)


def test_a_choice_keeps_the_working_week_the_exceptions_and_the_thresholds(
    atlas: Plan, as_: Any, tess: Person, ada: Person
) -> None:
    program = atlas.design.program
    program.refresh_from_db()
    version = program.version
    programs.edit(program=program, version=version, changes={"name": "Theirs"}, by=ada, at=AT)
    week = {"version": version, "weekdays": ["1", "2", "4"], "exceptions": "24 dec 2027 company holiday"}
    answer = as_(tess).post("/p/atlas/calendar", week)
    if answer.status_code == 409:
        answer = as_(tess).post("/p/atlas/calendar", posted(answer))
    assert answer.status_code == 303
    program.refresh_from_db()
    assert program.weekdays == [1, 2, 4]
    assert program.calendar_exceptions.get().name == "company holiday"

    form = fields_of(as_(tess).get("/p/atlas/edit"), "thresholds") | {"near_critical_days": "7"}
    programs.edit(program=program, version=program.version, changes={"name": "Theirs again"}, by=ada, at=AT)
    assert as_(tess).post("/p/atlas/thresholds", form).status_code == 303
    program.refresh_from_db()
    assert (program.name, program.thresholds) == ("Theirs again", {"near_critical_days": 7})


def posted(answer: Any) -> dict[str, list[str]]:
    """What a browser sends back from the choice between two saves, everything of one's own kept."""
    text = answer.content.decode()
    found: dict[str, list[str]] = {}
    pairs = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', text)
    for name, value in [*pairs, *re.findall(r'type="radio" name="(\w+)" value="([^"]*)" checked', text)]:
        found.setdefault(name, []).append(value)
    return found


@pytest.mark.parametrize("version", ["", "abc", "-1", "1" + "0" * 30, "0"])
def test_a_form_without_a_usable_version_is_refused_in_words(atlas: Plan, as_: Any, tess: Person, version: str) -> None:
    form = {**fields_of(as_(tess).get("/p/atlas/m/SEC-1/edit")), "version": version, "name": "New name"}
    answer = as_(tess).post("/p/atlas/m/SEC-1/edit", form)
    assert answer.status_code == 422
    assert "Reload the page" in answer.content.decode()


@pytest.mark.parametrize(
    "base", ["", "x", "[]", '{"name": 3}', "[" * 5000, json.dumps({"owner": "nobody", "target_date": "never"})]
)
def test_a_base_nobody_can_read_is_no_base(atlas: Plan, as_: Any, tess: Person, base: str) -> None:
    form = {**fields_of(as_(tess).get("/p/atlas/m/SEC-1/edit")), "base": base, "name": "New name"}
    assert as_(tess).post("/p/atlas/m/SEC-1/edit", form).status_code == 303


def test_what_was_deleted_meanwhile_keeps_what_was_typed(atlas: Plan, as_: Any, tess: Person, ada: Person) -> None:
    form = EditMilestone(None, row=atlas.design, program=atlas.program, today=cast.MONDAY)
    assert form.initial["version"] == atlas.design.version
    browser, sent = as_(tess), fields_of(as_(tess).get("/p/atlas/m/SEC-1/delete"))
    milestones.edit(milestone=atlas.design, version=atlas.design.version, changes={"name": "Other"}, by=ada, at=AT)
    assert browser.post("/p/atlas/m/SEC-1/delete", sent).status_code == 409
    assert Milestone.objects.filter(pk=atlas.design.pk).exists()


def test_delete_names_who_waits_and_takes_its_links_along(atlas: Plan, as_: Any, tess: Person) -> None:
    answer = as_(tess).get("/p/atlas/m/SEC-2/delete")
    assert "Launch" in answer.content.decode()
    assert as_(tess).post("/p/atlas/m/SEC-2/delete", fields_of(answer)).status_code == 303
    assert not Milestone.objects.filter(key="SEC-2").exists()
    assert not Dependency.objects.exists()


def test_the_second_click_goes_where_the_first_went(atlas: Plan, as_: Any, tess: Person, eli: Person) -> None:
    form = {**fields_of(as_(tess).get("/p/atlas/milestones/new")), "name": "Once"}
    first = as_(tess).post("/p/atlas/milestones/new", form)
    second = as_(tess).post("/p/atlas/milestones/new", form)
    assert first.status_code == second.status_code == 303
    assert first["Location"] == second["Location"]
    assert Milestone.objects.filter(name="Once").count() == 1


def test_a_refused_form_may_be_sent_again_with_the_same_token(atlas: Plan, as_: Any, tess: Person) -> None:
    form = {**fields_of(as_(tess).get("/p/atlas/milestones/new")), "name": "Again", "actual_date": "", "url": "ftp://x"}
    assert as_(tess).post("/p/atlas/milestones/new", form).status_code == 422
    assert as_(tess).post("/p/atlas/milestones/new", form | {"url": ""}).status_code == 303


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_make_one_row(transactional_db: None, program: Program, tess: Person) -> None:
    browsers = [Client(), Client()]
    for browser in browsers:
        browser.force_login(tess)
    form = {"name": "At once", "kind": "milestone", "duration_unit": "wd", "token": "the same"}

    def click(browser: Client) -> Any:
        try:
            return browser.post("/p/atlas/milestones/new", form)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(click, browsers))
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert Milestone.objects.filter(name="At once").count() == 1


def test_a_swap_gets_the_form_back_and_is_told_where_to_go(atlas: Plan, as_: Any, tess: Person) -> None:
    swap = {"HX-Request": "true"}
    wrong = as_(tess).post("/p/atlas/milestones/new", {"name": ""}, headers=swap)
    assert wrong.status_code == 422
    assert wrong.content.decode().lstrip().startswith("<form")
    form = {"name": "By swap", "kind": "milestone", "duration_unit": "wd"}
    right = as_(tess).post("/p/atlas/milestones/new", form, headers=swap)
    assert (right.status_code, right["HX-Redirect"]) == (204, "/p/atlas/m/M-3")


# Dependencies


def linking(to: Milestone, **given: str) -> dict[str, str]:
    """A dependency form as sent."""
    usual = {"type": "FS", "lag_days": "0", "lag_unit": "wd", "relation": "requires", "strength": "hard", "direction": "waits"}
    return {**usual, "other": str(to.pk), **given}


def test_the_other_milestone_is_found_by_search_without_script(atlas: Plan, as_: Any, tess: Person, otto: Person) -> None:
    elsewhere(otto, milestone="Launch pad")
    text = as_(tess).get("/p/atlas/m/SEC-1/link?q=launch").content.decode()
    assert f'name="other" value="{atlas.launch.pk}"' in text
    assert "Launch pad" not in text
    part = as_(tess).get("/p/atlas/m/SEC-1/link?q=launch", headers={"HX-Request": "true", "HX-Target": "found"}).content.decode()
    assert "<form" not in part
    assert f'value="{atlas.launch.pk}"' in part


def test_a_link_with_type_lag_and_note(atlas: Plan, as_: Any, tess: Person) -> None:
    form = linking(atlas.design, type="SS", lag_days="-2", lag_unit="cd", note="half of it is enough")
    assert as_(tess).post("/p/atlas/m/SEC-3/link", form).status_code == 303
    made = Dependency.objects.get(note="half of it is enough")
    assert (made.predecessor, made.successor) == (atlas.design, atlas.launch)
    assert (made.type, made.lag_days, made.lag_unit) == ("SS", -2, "cd")


def test_a_loop_is_refused_and_printed(atlas: Plan, as_: Any, tess: Person) -> None:
    answer = as_(tess).post("/p/atlas/m/SEC-1/link", linking(atlas.launch))
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "SEC-3 Launch → SEC-1 Design agreed → SEC-2 Build finished → SEC-3 Launch" in text
    assert Dependency.objects.count() == 2


@pytest.mark.parametrize(("lag", "words"), [("-10000", "3,650"), ("2w", "3,650"), ("1e99", "3,650")])
def test_lags_out_of_range_are_refused(atlas: Plan, as_: Any, tess: Person, lag: str, words: str) -> None:
    answer = as_(tess).post("/p/atlas/m/SEC-3/link", linking(atlas.design, lag_days=lag))
    assert answer.status_code == 422
    assert words in str(answer.context["form"].errors["lag_days"])


def test_the_same_link_twice_and_a_link_with_itself(atlas: Plan, as_: Any, tess: Person) -> None:
    assert "already there" in as_(tess).post("/p/atlas/m/SEC-2/link", linking(atlas.design)).content.decode()
    assert "wait for itself" in as_(tess).post("/p/atlas/m/SEC-2/link", linking(atlas.build)).content.decode()


def test_an_unseen_milestone_cannot_be_linked_or_guessed(atlas: Plan, as_: Any, tess: Person, otto: Person) -> None:
    other = elsewhere(otto)
    for number in (str(other.pk), "999999", "x", "9" * 30, ""):
        answer = as_(tess).post("/p/atlas/m/SEC-2/link", linking(atlas.design, other=number))
        assert answer.status_code in {404, 422}
        assert "Secret" not in answer.content.decode()


def test_engineers_link_what_their_own_work_waits_for_and_nothing_else(atlas: Plan, as_: Any, eli: Person) -> None:
    assert as_(eli).get("/p/atlas/m/SEC-2/link").status_code == 200
    assert as_(eli).post("/p/atlas/m/SEC-2/link", linking(atlas.design, type="FF")).status_code == 303
    assert as_(eli).post("/p/atlas/m/SEC-2/link", linking(atlas.design, direction="feeds")).status_code == 403
    assert as_(eli).get("/p/atlas/m/SEC-3/link").status_code == 403
    assert as_(eli).get(f"/p/atlas/links/{atlas.link.pk}/edit").status_code == 200


def test_a_link_is_changed_set_aside_restored_and_removed(atlas: Plan, as_: Any, tess: Person) -> None:
    address = f"/p/atlas/links/{atlas.link.pk}"
    form = {**fields_of(as_(tess).get(f"{address}/edit")), "lag_days": "3"}
    assert as_(tess).post(f"{address}/edit", form).status_code == 303
    atlas.link.refresh_from_db()
    assert atlas.link.lag_days == 3
    assert as_(tess).post(f"{address}/restore").status_code == 303
    atlas.link.refresh_from_db()
    assert atlas.link.set_aside == "by_hand"
    assert as_(tess).post(f"{address}/restore").status_code == 303
    assert as_(tess).post(f"{address}/remove").status_code == 303
    assert not Dependency.objects.filter(pk=atlas.link.pk).exists()


# Blockers and risks


def test_a_blocker_is_opened_changed_and_cleared(atlas: Plan, as_: Any, eli: Person) -> None:
    form = {
        **fields_of(as_(eli).get("/p/atlas/m/SEC-2/block")),
        "title": "Second stop",
        "expected_clear": "fri",
        "owner": str(eli.pk),
    }
    assert as_(eli).post("/p/atlas/m/SEC-2/block", form).status_code == 303
    made = Blocker.objects.get(title="Second stop")
    assert made.expected_clear == cast.MONDAY + timedelta(days=4)
    assert as_(eli).post(f"/p/atlas/blockers/{made.number}/new-date", {"date": "+9d"}).status_code == 303
    assert as_(eli).post(f"/p/atlas/blockers/{made.number}/new-date", {"date": "yesterday"}).status_code == 422
    assert as_(eli).post(f"/p/atlas/blockers/{made.number}/clear", {"resolution": "found one"}).status_code == 303
    made.refresh_from_db()
    assert not made.is_open
    assert as_(eli).post(f"/p/atlas/blockers/{made.number}/clear").status_code == 422
    assert as_(eli).post(f"/p/atlas/blockers/{made.number}/reopen").status_code == 303
    assert as_(eli).post(f"/p/atlas/blockers/{made.number}/reopen").status_code == 422


def test_a_risk_is_written_down_judged_and_closed(atlas: Plan, as_: Any, tess: Person) -> None:
    form = {
        "title": "Rain",
        "probability": "2",
        "impact": "5",
        "milestone": "SEC-3",
        "review_on": "in 2 weeks",
        "owner": str(tess.pk),
    }
    assert as_(tess).post("/p/atlas/risks/new", form).status_code == 303
    made = Risk.objects.get(title="Rain")
    assert (made.score, made.milestone) == (10, atlas.launch)
    assert as_(tess).post("/p/atlas/risks/new", {**form, "probability": "6"}).status_code == 422
    edit = f"/p/atlas/risks/{made.number}/edit"
    assert as_(tess).post(edit, {**fields_of(as_(tess).get(edit)), "status": "closed"}).status_code == 303
    assert "Rain" not in as_(tess).get("/p/atlas/risks").content.decode()
    assert "Rain" in as_(tess).get("/p/atlas/risks?status=all").content.decode()


def test_the_heat_map_filters_the_register(atlas: Plan, as_: Any, lena: Person) -> None:
    text = as_(lena).get("/p/atlas/risks?l=4&amp;i=4".replace("amp;", "")).content.decode()
    assert "The lab moves house" in text
    assert 'aria-current="true"' in text
    assert "Likelihood 4, impact 4: 1 risk<" in text
    assert "The lab moves house" not in as_(lena).get("/p/atlas/risks?l=1&i=1").content.decode()
    for odd in (
        "?l=9&i=x",
        "?sort=owner__password",
        "?q=R-2",
        "?q=R-999999999999",
        "?status=nonsense",
        "?owner=x&ws=%00",
        "?q=%00&status=%00&sort=%00",
    ):
        assert as_(lena).get("/p/atlas/risks" + odd).status_code == 200


def test_the_register_costs_the_same_queries_whatever_its_size(
    atlas: Plan, as_: Any, lena: Person, django_assert_num_queries: Any
) -> None:
    browser = as_(lena)
    with django_assert_num_queries(16):
        browser.get("/p/atlas/risks")
    Risk.objects.bulk_create(
        Risk(
            program=atlas.program,
            number=100 + n,
            title=f"Risk {n}",
            probability=n % 5 + 1,
            impact=3,
            milestone=atlas.build,
            owner=lena,
        )
        for n in range(60)
    )
    with django_assert_num_queries(17):  # one more: whether the page is kept for who was here before
        browser.get("/p/atlas/risks")


def test_the_register_says_new_rising_easing_and_what_is_due(
    atlas: Plan, as_: Any, lena: Person, tess: Person, monday: Any
) -> None:
    page = as_(lena).get("/p/atlas/risks").content.decode()
    assert ">New</span>" in page
    for old, new, word in ((4, 5, "rising"), (5, 3, "easing")):
        Event.objects.filter(kind="risk.changed").delete()
        row = Risk.objects.get(pk=atlas.risk.pk)
        assert row.probability == old
        risks.edit(risk=row, version=row.version, changes={"probability": new}, by=tess, at=AT)
        page = as_(lena).get("/p/atlas/risks").content.decode()
        assert f">{word}</span>" in page
    monday.move_to(AT + timedelta(days=31))
    Risk.objects.update(review_on=(AT + timedelta(days=33)).date())
    page = as_(lena).get("/p/atlas/risks").content.decode()
    assert ">easing</span>" not in page, "a month ago is not lately"
    assert ">New</span>" not in page
    assert 'class="r num nw warn"' in page


def test_it_happened_makes_the_blocker_filled_in(atlas: Plan, as_: Any, tess: Person, lena: Person) -> None:
    page = f"/p/atlas/risks/{atlas.risk.number}/happened"
    assert as_(lena).get(page).status_code == 403
    shown = as_(tess).get(page).content.decode()
    assert 'value="The lab moves house"' in shown
    form = {"title": "The lab moved", "kind": "external", "severity": "high", "version": str(atlas.risk.version), "token": "t"}
    assert as_(tess).post(page, form).status_code == 303
    made = Blocker.objects.get(title="The lab moved")
    assert made.risk == atlas.risk
    assert atlas.risk.key in as_(lena).get(f"/p/atlas/blockers/{made.number}").content.decode()
    assert made.key in as_(tess).get(f"/p/atlas/risks/{atlas.risk.number}/edit").content.decode()
    assert as_(tess).post(page, {**form, "token": "u"}).status_code == 422


def test_the_register_has_tabs(atlas: Plan, as_: Any, tess: Person, lena: Person) -> None:
    risks.create(program=atlas.program, title="The lab stays open", kind="assumption", by=tess, at=AT)
    page = as_(lena).get("/p/atlas/risks?kind=assumption").content.decode()
    assert "The lab stays open" in page
    assert "The lab moves house" not in page
    assert 'aria-current="true">Assumptions' in page
    assert "The lab moves house" in as_(lena).get("/p/atlas/risks?kind=none").content.decode()
