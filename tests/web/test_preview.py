"""What a new date moves is shown before it is saved, and nothing is saved by looking."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from programs.actions import analysis, notices
from programs.models import Dependency, Milestone, Program
from programs.queries import preview
from tests import cast
from tests.cast import MONDAY, NINE

pytestmark = pytest.mark.django_db(transaction=True)
DOOR = "/p/atlas/m/SK-1"


@pytest.fixture
def plan(program: Program, tess: Any, eli: Any, lena: Any, monday: Any) -> dict[str, Milestone]:
    """vendor stands on Fri 5 Mar; app takes two days after it, launch ends it on its target, Tue 9 Mar."""
    made = cast.sketch("vendor > app(2) > launch(0); docs(1) > launch", program)
    Milestone.objects.filter(pk=made["vendor"].pk).update(duration_days=None, expected_date=date(2027, 3, 5), owner=tess)
    Milestone.objects.filter(pk=made["app"].pk).update(owner=eli)
    Milestone.objects.filter(pk=made["launch"].pk).update(target_date=date(2027, 3, 9))
    Program.objects.filter(pk=program.pk).update(finish_milestone=made["launch"])
    for row in made.values():
        row.refresh_from_db()
    notices.follow(milestone=made["launch"], by=lena, follows=True)
    analysis.recompute(program_id=program.pk, at=NINE, force=True)
    return made


def test_every_milestone_that_moves_with_its_float_and_who_is_told(plan, tess):
    found = preview.edited(plan["vendor"], {"expected_date": date(2027, 3, 10)}, by=tess, at=NINE)
    assert {row.milestone.name for row in found.rows if row.milestone} == {"vendor", "app", "launch", "docs"}
    assert found.rows[0].milestone.name == "launch"  # a missed target comes first
    assert (found.misses, found.finish_before, found.finish_after) == (1, date(2027, 3, 9), date(2027, 3, 12))
    assert found.told == ("Eli", "Lena")
    assert Milestone.objects.get(pk=plan["vendor"].pk).expected_date == date(2027, 3, 5)


def test_float_that_is_used_up_moves_nobody(plan, eli):
    found = preview.edited(plan["docs"], {"duration_days": 5}, by=eli, at=NINE)
    assert [row.milestone.name for row in found.rows if row.milestone] == ["docs"]
    assert found.rows[0].move.eaten == 4
    assert found.finish_before == found.finish_after


def test_what_one_may_not_see_is_withheld_but_counted(plan, tess, otto):
    far = cast.program("Borealis", tpm=otto)
    hidden = cast.milestone(far, "Secret", duration_days=1, owner=otto)
    Dependency.objects.create(predecessor=plan["vendor"], successor=hidden)
    found = preview.edited(plan["vendor"], {"expected_date": date(2027, 3, 10)}, by=tess, at=NINE)
    assert found.count == 5
    assert sum(row.milestone is None for row in found.rows) == 1
    assert "Otto" not in found.told


def test_without_script_the_page_comes_first_and_then_it_is_saved(plan, tess, as_):
    shown = as_(tess).post(f"{DOOR}/date", {"date": "10 mar", "reason": "Vendor is late"})
    page = shown.content.decode()
    assert shown.status_code == 200
    assert "The finish moves from Tue 9 Mar to Fri 12 Mar." in page
    assert "1 target is missed." in page
    assert "Told once this settles: Eli, Lena." in page
    assert "Tells 2 people." in page
    assert Milestone.objects.get(pk=plan["vendor"].pk).expected_date == date(2027, 3, 5)
    saved = as_(tess).post(f"{DOOR}/date", {"date": "2027-03-10", "seen": "2027-03-10", "reason": "Vendor is late"})
    assert saved.status_code == 303
    assert Milestone.objects.get(pk=plan["vendor"].pk).expected_date == date(2027, 3, 10)


def test_with_script_it_stands_under_the_field(plan, tess, as_):
    part = as_(tess).get(f"{DOOR}/moves", {"date": "10 mar"}, HTTP_HX_REQUEST="true").content.decode()
    assert part.strip().startswith('<div class="moves" id="moves"><input type="hidden" name="seen" value="2027-03-10">')
    assert "4 milestones move." in part
    half = as_(tess).get(f"{DOOR}/moves", {"date": "10 m"}, HTTP_HX_REQUEST="true")
    assert (half.status_code, "milestone" in half.content.decode().replace("moves", "")) == (200, False)


def test_doors(plan, lena, otto, eli, as_):
    assert as_(otto).get(f"{DOOR}/moves", {"date": "fri"}).status_code == 404
    assert as_(lena).get(f"{DOOR}/moves", {"date": "fri"}).status_code == 403
    assert as_(eli).post(f"{DOOR}/moves").status_code == 405
    assert as_(eli).get(f"{DOOR}/moves", {"date": "31 feb"}).status_code == 422


def test_questions_are_few(plan, tess, django_assert_max_num_queries):
    with django_assert_max_num_queries(14):
        preview.edited(plan["vendor"], {"expected_date": MONDAY.replace(day=12)}, by=tess, at=NINE)


def test_the_whole_form_of_a_milestone_says_what_it_moves_too(plan, as_, tess, eli, otto):
    """Its dates and its work, as they are typed now; nothing while one of them is half typed, and nothing is saved."""
    door = "/p/atlas/m/SK-2/edit/moves"
    page = as_(tess).get("/p/atlas/m/SK-2/edit").content.decode()
    assert f'hx-get="{door}"' in page
    assert 'id="moves"' in page
    seen = as_(tess).get(door, {"duration_days": "5", "status": "not_started"}).content.decode()
    assert "The finish moves from Tue 9 Mar to Fri 12 Mar." in seen
    assert "1 target is missed." in seen
    assert "Told once this settles: Eli, Lena." in seen
    assert 'name="seen"' not in seen
    for typed in ({"duration_days": "5 or"}, {"duration_days": "2"}, {"name": "Other"}):
        assert "milestone" not in as_(tess).get(door, typed).content.decode()
    assert as_(eli).get(door, {"duration_days": "5"}).status_code == 403
    assert as_(otto).get(door, {"duration_days": "5"}).status_code == 404
    assert Milestone.objects.get(key="SK-2").duration_days == 2
