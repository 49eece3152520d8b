"""Every door of the everyday pages: it works, strangers get 404, readers 403, the wrong method 405, bad input 422."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.utils.html import escape

from programs.models import Event, Milestone, Risk
from programs.web.forms.blockers import EditBlocker, NewBlocker
from programs.web.forms.dependencies import NewDependency
from programs.web.forms.milestones import EditMilestone, NewMilestone, Update
from programs.web.forms.programs import Calendar, EditProgram, Invite, NewProgram
from programs.web.forms.risks import EditRisk, NewRisk

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from programs.models import Person
    from tests.web.plan import Plan

    As = Callable[[Person | None], Client]

READ = [
    "/p/atlas/milestones",
    "/p/atlas/milestones?status=blocked&sort=-slip",
    "/p/atlas/m/SEC-2",
    "/p/atlas/risks",
    "/p/atlas/risks?l=4&i=4",
]
UPDATE_FORMS = ["/p/atlas/m/SEC-2/block", "/p/atlas/blockers/1/edit"]
PLAN_FORMS = [
    "/p/atlas/milestones/new",
    "/p/atlas/m/SEC-2/edit",
    "/p/atlas/m/SEC-2/delete",
    "/p/atlas/workstreams/new",
    "/p/atlas/workstreams/SEC/edit",
    "/p/atlas/risks/new",
    "/p/atlas/risks/2/edit",
    "/p/atlas/m/SEC-3/link",
    "/p/atlas/edit",
]
UPDATE_ACTS = [
    "/p/atlas/m/SEC-2/update",
    "/p/atlas/m/SEC-2/still",
    "/p/atlas/m/SEC-2/clear",
    "/p/atlas/milestones/bulk",
    "/p/atlas/blockers/1/clear",
    "/p/atlas/blockers/1/new-date",
    "/p/atlas/blockers/1/still",
    "/p/atlas/blockers/1/reopen",
]
PLAN_ACTS = ["/p/atlas/calendar", "/p/atlas/members", "/p/atlas/m/SEC-3/date"]
EVERYBODY = ["/my", "/search", "/search?q=launch", "/help", "/p/new", "/dates?d=fri"]


def test_members_read_and_strangers_find_nothing(atlas: Plan, as_: As, lena: Person, otto: Person, ada: Person) -> None:
    for address in READ:
        assert as_(lena).get(address).status_code == 200, address
        assert as_(ada).get(address).status_code == 200, address
        assert as_(otto).get(address).status_code == 404, address
        assert as_(None).get(address).status_code == 302, address
        assert as_(lena).post(address).status_code == 405, address


def test_engineers_may_say_what_blocks(atlas: Plan, as_: As, eli: Person, lena: Person, otto: Person) -> None:
    for address in UPDATE_FORMS:
        assert as_(eli).get(address).status_code == 200, address
        assert as_(lena).get(address).status_code == 403, address
        assert as_(lena).post(address, {}).status_code == 403, address
        assert as_(otto).get(address).status_code == 404, address
        assert as_(eli).delete(address).status_code == 405, address
        assert as_(eli).post(address, {"title": " "}).status_code == 422, address


def test_only_program_managers_plan(atlas: Plan, as_: As, tess: Person, eli: Person, lena: Person, otto: Person) -> None:
    Risk.objects.update(owner=None)  # whoever owns one answers its review
    for address in PLAN_FORMS:
        assert as_(tess).get(address).status_code == 200, address
        assert as_(eli).get(address).status_code == 403, address
        assert as_(lena).get(address).status_code == 403, address
        assert as_(otto).get(address).status_code == 404, address
        assert as_(otto).post(address, {}).status_code == 404, address
        assert as_(tess).put(address).status_code == 405, address
        assert as_(tess).post(address, {"name": "", "title": ""}).status_code == 422, address


def test_answers_are_posts_of_engineers(atlas: Plan, as_: As, eli: Person, lena: Person, otto: Person) -> None:
    for address in UPDATE_ACTS:
        assert as_(eli).get(address).status_code == 405, address
        assert as_(lena).post(address, {}).status_code == 403, address
        assert as_(otto).post(address, {}).status_code == 404, address
        assert as_(eli).post(address, {"said": "nonsense", "date": "31/12/26", "resolution": "x" * 501}).status_code in {
            303,
            422,
        }, address


def test_acts_of_planning_are_not_for_engineers(atlas: Plan, as_: As, tess: Person, eli: Person, otto: Person) -> None:
    for address in PLAN_ACTS:
        assert as_(tess).get(address).status_code == 405, address
        assert as_(eli).post(address, {}).status_code == 403, address
        assert as_(otto).post(address, {}).status_code == 404, address
        assert as_(tess).post(address, {}).status_code == 422, address


def test_pages_of_no_program_are_for_everybody_signed_in(atlas: Plan, as_: As, otto: Person, tess: Person) -> None:
    for address in EVERYBODY:
        assert as_(otto).get(address).status_code == 200, address
        assert as_(tess).get(address).status_code == 200, address
        assert as_(None).get(address).status_code == 302, address
        assert as_(tess).delete(address).status_code == 405, address


NOT_THERE = [
    "/p/atlas/m/NOPE-1",
    "/p/nothing/milestones",
    "/p/atlas/blockers/99/edit",
    "/p/atlas/risks/999999999999999999999/edit",
    "/p/atlas/links/999999999999999999999/edit",
    "/p/atlas/links/99/edit",
    "/p/atlas/workstreams/NO/edit",
    "/help/nothing",
    "/help/..%2fsettings",
    "/p/atlas/m/%00",
]


def test_what_is_not_there_is_a_404(atlas: Plan, as_: As, tess: Person) -> None:
    for address in NOT_THERE:
        assert as_(tess).get(address).status_code == 404, address


def test_no_address_is_an_error_whatever_stands_behind_its_question_mark(atlas: Plan, as_: As, tess: Person) -> None:
    odd = ["%00", "%ff", "%27", "9" * 400, "\u202e", "%ed%a0%80"]
    asked = ["milestones", "milestones/new", "risks", "risks/new", "m/SEC-2/link"]
    names = ["q", "ws", "owner", "status", "sort", "page", "float_lt", "milestone", "other", "direction", "l", "i"]
    for value in odd:
        query = "&".join(f"{name}={value}" for name in names)
        for address in (*(f"/p/atlas/{one}" for one in asked), "/search", "/my"):
            assert as_(tess).get(f"{address}?{query}&item={value}&answer={value}&in={value}").status_code == 200, (address, value)


def test_no_form_is_an_error_whatever_is_typed_everywhere(atlas: Plan, as_: As, tess: Person) -> None:
    """One odd value in every field of a form at once: an answer below 500, and nothing saved."""
    browser = as_(tess)
    before = (Milestone.objects.count(), Event.objects.count())
    forms = (NewMilestone, EditMilestone, NewBlocker, EditBlocker, NewRisk, EditRisk, NewDependency, EditProgram, Calendar)
    names = {name for form in (*forms, NewProgram, Update, Invite) for name in form.base_fields} - {"token"}
    names |= {
        "owner",
        "workstream",
        "parent",
        "lead",
        "team",
        "clearer",
        "finish_milestone",
        "date",
        "silent_days",
        "resolution",
        "key",
    }
    doors = [*UPDATE_FORMS, *PLAN_FORMS, *UPDATE_ACTS, *PLAN_ACTS, "/p/new", f"/p/atlas/links/{atlas.link.pk}/edit"]
    for value in ("\x00", "9" * 400, "-1", "\u2028", "[]", "NaN"):
        for address in doors:
            if address.endswith(("still", "reopen", "SEC-2/clear")):
                continue
            answer = browser.post(address, dict.fromkeys(names, value))
            assert answer.status_code in {404, 409, 422}, (address, value)
    assert (Milestone.objects.count(), Event.objects.count()) == before


def test_children_of_another_program_are_not_found_through_this_one(atlas: Plan, as_: As, tess: Person, otto: Person) -> None:
    from tests.web.plan import elsewhere

    other = elsewhere(otto)
    assert as_(otto).get(f"/p/zephyr/m/{other.key}").status_code == 200
    for address in (
        f"/p/atlas/m/{other.key}",
        "/p/zephyr/m/SEC-2",
        f"/p/zephyr/m/{other.key}",
        f"/p/zephyr/links/{atlas.link.pk}/edit",
    ):
        assert as_(tess).get(address).status_code == 404
    assert as_(otto).get(f"/p/zephyr/links/{atlas.link.pk}/edit").status_code == 404
    assert as_(otto).post(f"/p/zephyr/blockers/{atlas.blocker.number}/clear").status_code == 404


def test_viewers_see_no_controls(atlas: Plan, as_: As, lena: Person) -> None:
    for address in ("/p/atlas/milestones", "/p/atlas/m/SEC-2", "/p/atlas/risks"):
        text = as_(lena).get(address).content.decode()
        for control in (
            "SEC-2/edit",
            "SEC-2/update",
            "SEC-2/link",
            "SEC-2/block",
            "milestones/new",
            "risks/new",
            "blockers/1/clear",
            "atlas/edit",
        ):
            assert control not in text, (address, control)


BAD_WORDS: list[Any] = ["a\x00b", "a\x0bb", "a\u2028b", "a\u202eb", "\u200b", "x" * 501]


@pytest.mark.parametrize(
    ("address", "field"),
    [("/p/atlas/milestones/new", "name"), ("/p/atlas/m/SEC-2/block", "title"), ("/p/atlas/risks/new", "title")],
)
def test_names_no_mail_could_carry_are_refused_and_kept(atlas: Plan, as_: As, tess: Person, address: str, field: str) -> None:
    kind = {"/p/atlas/milestones/new": "milestone", "/p/atlas/risks/new": "risk"}.get(address, "other")
    good = {"kind": kind, "duration_unit": "wd", "severity": "medium", "status": "open"}
    for words in BAD_WORDS:
        answer = as_(tess).post(address, {**good, field: words})
        assert answer.status_code == 422, ascii(words)
        assert list(answer.context["form"].errors) == [field], ascii(words)


MARKUP = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7*7}}", "${7*7}", "ключ 🚀 שלום"]


def test_markup_in_names_is_text(atlas: Plan, as_: As, tess: Person) -> None:
    for words in MARKUP:
        form = {"name": words, "kind": "milestone", "duration_unit": "wd"}
        assert as_(tess).post("/p/atlas/milestones/new", form).status_code == 303, words
        made = atlas.program.milestones.get(name=words)
        for address in ("/p/atlas/milestones", f"/p/atlas/m/{made.key}", f"/p/atlas/m/{made.key}/edit", "/search?q=" + made.key):
            text = as_(tess).get(address).content.decode()
            assert "<script>alert" not in text, address
            assert "<img src=x" not in text, address
            assert escape(words) in text, address
