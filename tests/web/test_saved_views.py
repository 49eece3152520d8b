"""Saved views of the milestones list: one's own and shared ones, the one the list opens with, and who may change them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from programs.actions import views as actions
from programs.actions.errors import Refused
from programs.models import Event, SavedView
from tests.cast import NINE

if TYPE_CHECKING:
    from programs.models import Person
    from tests.web.plan import Plan

LIST, VIEWS = "/p/atlas/milestones", "/p/atlas/views"


def keep(plan: Plan, by: Person, name: str = "Blocked", query: str = "blocked=1", **flags: bool) -> SavedView:
    """A view, kept by its action."""
    return actions.save(program=plan.program, name=name, query=query, by=by, at=NINE, **flags)


def test_a_list_is_kept_under_a_name_with_its_filters_in_the_address(atlas: Plan, as_: Any, lena: Person) -> None:
    answer = as_(lena).post(VIEWS, {"name": "Blocked", "query": "?blocked=1&status=open&sort=forecast&page=3&focus=SEC-1"})
    view = SavedView.objects.get()
    assert (view.query, view.person, view.shared, view.first) == ("blocked=1", lena, False, False)
    assert (answer.status_code, answer["Location"]) == (303, f"{LIST}?view={view.pk}&blocked=1")
    text = as_(lena).get(answer["Location"]).content.decode()
    assert 'aria-current="true"' in text
    assert "1 of 3" in text
    assert f'name="view" value="{view.pk}"' in text
    assert Event.objects.filter(kind="view.saved", program=None, by=lena).count() == 1


def test_a_view_keeps_its_columns(atlas: Plan, as_: Any, lena: Person) -> None:
    as_(lena).post(VIEWS, {"name": "Owners", "query": "?cols=owner,status&late=1"})
    assert SavedView.objects.get().query == "late=1&cols=status%2Cowner"


def test_changed_filters_are_said_and_kept_on_demand(atlas: Plan, as_: Any, lena: Person) -> None:
    view = keep(atlas, lena)
    text = as_(lena).get(f"{LIST}?view={view.pk}&late=1").content.decode()
    assert "Keep these filters in" in text
    assert "Keep these filters in" not in as_(lena).get(f"{LIST}?view={view.pk}&blocked=1").content.decode()
    answer = as_(lena).post(f"{VIEWS}/{view.pk}", {"query": f"?view={view.pk}&late=1"})
    assert answer["Location"] == f"{LIST}?view={view.pk}&late=1"
    assert SavedView.objects.get().query == "late=1"


def test_the_list_opens_with_the_first_view_and_can_be_left(atlas: Plan, as_: Any, lena: Person, tess: Person) -> None:
    shared = keep(atlas, tess, "All of it", "status=all", shared=True, first=True)
    assert as_(lena).get(LIST)["Location"] == f"{LIST}?view={shared.pk}&status=all"
    own = keep(atlas, lena, first=True)
    assert as_(lena).get(LIST)["Location"] == f"{LIST}?view={own.pk}&blocked=1"
    assert as_(tess).get(LIST)["Location"] == f"{LIST}?view={shared.pk}&status=all"
    text = as_(lena).get(f"{LIST}?q=launch").content.decode()
    assert "status=all&amp;view=0" in text  # taking the last filter away does not come back to the view
    assert as_(lena).get(f"{LIST}?view=0").status_code == 200
    assert as_(lena).get(LIST, headers={"HX-Request": "true"}).status_code == 200


def test_only_one_view_is_first(atlas: Plan, lena: Person, tess: Person) -> None:
    one, two = keep(atlas, lena, "One", first=True), keep(atlas, lena, "Two")
    actions.change(view=two, changes={"first": True}, by=lena, at=NINE)
    assert list(SavedView.objects.filter(first=True)) == [two]
    keep(atlas, tess, "For all", shared=True, first=True)
    assert SavedView.objects.filter(first=True).count() == 2
    keep(atlas, tess, "For all, better", shared=True, first=True)
    assert [view.name for view in SavedView.objects.filter(first=True, shared=True)] == ["For all, better"]
    assert not SavedView.objects.get(pk=one.pk).first


def test_sharing_is_for_those_who_plan(atlas: Plan, as_: Any, lena: Person, tess: Person, eli: Person, otto: Person) -> None:
    as_(lena).post(VIEWS, {"name": "Mine", "query": "", "shared": "on"})
    assert not SavedView.objects.get().shared
    own, shared = SavedView.objects.get(), keep(atlas, tess, "Shared", shared=True)
    private = keep(atlas, tess, "Private")
    assert as_(lena).post(f"{VIEWS}/{own.pk}", {"shared": "1"}).status_code == 403
    for door in (f"{VIEWS}/{shared.pk}", f"{VIEWS}/{shared.pk}/delete"):
        assert as_(eli).post(door, {"name": "x"}).status_code == 403
        assert as_(otto).post(door, {"name": "x"}).status_code == 404
        assert as_(lena).get(door).status_code == 405
    assert as_(lena).post(f"{VIEWS}/{private.pk}", {"name": "x"}).status_code == 404
    text = as_(lena).get(VIEWS).content.decode()
    assert "Shared" in text
    assert "Private" not in text
    assert as_(otto).get(VIEWS).status_code == 404
    assert Event.objects.filter(kind="view.saved", program=atlas.program).count() == 1


def test_a_view_is_renamed_and_deleted(atlas: Plan, as_: Any, lena: Person) -> None:
    view = keep(atlas, lena)
    keep(atlas, lena, "Taken")
    assert as_(lena).post(f"{VIEWS}/{view.pk}", {"name": "Stuck"}).status_code == 303
    assert SavedView.objects.get(pk=view.pk).name == "Stuck"
    for wrong, words in (("Taken", "Choose another name"), ("", "Write"), ("x" * 81, "80"), ("a\x00b", "control character")):
        answer = as_(lena).post(f"{VIEWS}/{view.pk}", {"name": wrong})
        assert answer.status_code == 422, wrong
        assert words in answer.content.decode(), wrong
    assert as_(lena).post(f"{VIEWS}/{view.pk}/delete").status_code == 303
    assert as_(lena).get(f"{LIST}?view={view.pk}&blocked=1").status_code == 200
    assert [each.name for each in SavedView.objects.all()] == ["Taken"]


def test_a_name_is_needed_and_what_was_typed_stays(atlas: Plan, as_: Any, tess: Person) -> None:
    answer = as_(tess).post(VIEWS, {"name": "", "query": "?blocked=1", "shared": "on"})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Write a name" in text
    assert 'value="?blocked=1"' in text
    assert "checked" in text


def test_there_is_an_end_to_views(atlas: Plan, lena: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MOST", 2)
    keep(atlas, lena, "One")
    keep(atlas, lena, "Two")
    with pytest.raises(Refused, match="Delete one first"):
        keep(atlas, lena, "Three")
