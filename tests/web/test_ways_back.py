"""Ways back on pages: searched beside the analysis, named there, and each opens as a draft that does what it says."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from programs.actions import analysis, forecasts, milestones, ways_back
from programs.actions.drafting import changes
from programs.actions.drafting import drafts as trying
from programs.models import Dependency, PlanDraft, Program, ProgramForecast, WaysBack
from programs.queries import draft_odds, drafts
from programs.queries import ways_back as queries
from programs.queries.freshness import ways_behind
from tests.cast import MONDAY, NINE

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from programs.models import Person
    from tests.web.plan import Plan

    As = Callable[[Person | None], Client]

DAY = timedelta(days=1)
HOME = "/p/atlas/what-if"


def late_by(atlas: Plan, day: Any, **fields: Any) -> queries.View | None:
    """Atlas with another target, analysed and searched."""
    Program.objects.filter(pk=atlas.program.pk).update(target_date=day, **fields)
    analysis.recompute(program_id=atlas.program.pk, at=NINE, force=True)
    WaysBack.objects.all().delete()
    assert ways_back.find(program_id=atlas.program.pk, at=NINE)
    atlas.program.refresh_from_db()
    return queries.ways(atlas.program)


def test_every_way_that_is_told_leads_where_it_says(atlas: Plan, as_: As, tess: Person) -> None:
    Dependency.objects.filter(pk=atlas.link.pk).update(strength="soft")
    found = late_by(atlas, MONDAY + 18 * DAY)
    assert found is not None
    assert found.reaching
    assert {step.kind for way in (*found.reaching, *found.helping) for step in way.steps} == {"part", "cut"}
    for way in found.every:
        answer = as_(tess).post(f"{HOME}/ways/{way.number}")
        assert answer.status_code == 303
        draft = PlanDraft.objects.latest("pk")
        look = drafts.look(draft, by=tess, at=NINE)
        assert (look.after.finish, look.after.late, -(look.days or 0)) == (way.finish, way.late, way.sooner)
        assert look.sound
        assert draft.changes.count() == len(way.steps)


def test_the_overview_and_the_drafts_name_them(atlas: Plan, as_: As, lena: Person, tess: Person) -> None:
    late_by(atlas, MONDAY + 18 * DAY)
    overview = as_(lena).get("/p/atlas/").content.decode()
    assert "Ways back" in overview
    assert "Cut 2 d from Build finished" in overview
    assert "on target" in overview
    assert "Open as draft" not in as_(lena).get(HOME).content.decode()
    assert "Open as draft" in as_(tess).get(HOME).content.decode()


def test_a_shared_draft_that_reaches_the_target_is_a_way(atlas: Plan, as_: As, lena: Person, tess: Person) -> None:
    found = late_by(atlas, MONDAY + 18 * DAY)
    assert found is not None
    changed = changes.work(milestone=atlas.build, days=Decimal(1), before=(), by=tess, at=NINE)
    draft = trying.begin(program=atlas.program, name="A smaller build", by=tess, at=NINE + DAY, changes=[changed])
    assert ways_behind() == [], "nobody else sees it"
    trying.share(draft=draft, on=True, by=tess, at=NINE + DAY)
    assert ways_behind() == [atlas.program.pk]
    assert ways_back.find_behind(at=NINE + DAY) == 1
    way = queries.ways(atlas.program).every[0]
    look = drafts.look(draft, by=tess, at=NINE + DAY)
    assert (way.draft, way.reaches) == (draft.pk, True)
    assert (way.finish, way.late, way.sooner) == (look.after.finish, look.after.late, -(look.days or 0))
    for page in ("/p/atlas/", HOME):
        shown = as_(lena).get(page).content.decode()
        assert "The draft “A smaller build”" in shown
        assert f'href="{HOME}/{draft.pk}"' in shown
    assert as_(tess).post(f"{HOME}/ways/{way.number}")["Location"] == f"{HOME}/{draft.pk}"
    trying.share(draft=draft, on=False, by=tess, at=NINE + 2 * DAY)
    assert "A smaller build" not in as_(lena).get("/p/atlas/").content.decode().split("Recent changes")[0]


def test_it_says_plainly_when_nothing_reaches_the_target(atlas: Plan, as_: As, tess: Person) -> None:
    late_by(atlas, MONDAY + 3 * DAY)
    assert "None reaches the target; the closest:" in as_(tess).get("/p/atlas/").content.decode()
    assert "none of these reaches it" in as_(tess).get(HOME).content.decode()
    WaysBack.objects.update(ways=[])
    assert "Nothing that was tried brings the finish closer." in as_(tess).get("/p/atlas/").content.decode()
    assert "nothing that was tried brings it closer" in as_(tess).get(HOME).content.decode()


@pytest.mark.parametrize("day", [None, MONDAY + 90 * DAY])
def test_a_program_that_is_not_late_shows_none(atlas: Plan, as_: As, tess: Person, day: Any) -> None:
    assert late_by(atlas, day) is None
    assert "Ways back" not in as_(tess).get("/p/atlas/").content.decode()
    assert as_(tess).post(f"{HOME}/ways/0").status_code == 404


def test_searched_once_for_each_revision(atlas: Plan, tess: Person) -> None:
    late_by(atlas, MONDAY + 18 * DAY)
    assert not ways_back.find(program_id=atlas.program.pk, at=NINE)
    assert ways_behind() == []
    atlas.design.refresh_from_db()
    milestones.edit(milestone=atlas.design, version=atlas.design.version, changes={"duration_days": 6}, by=tess, at=NINE)
    analysis.recompute(program_id=atlas.program.pk, at=NINE)
    assert ways_behind() == [atlas.program.pk]
    assert ways_back.find_behind(at=NINE) == 1
    stored = WaysBack.objects.get()
    atlas.program.refresh_from_db()
    assert stored.revision == atlas.program.revision
    WaysBack.objects.update(revision=stored.revision + 1)  # somebody newer was quicker
    Program.objects.update(analysed_revision=stored.revision + 5)
    ways_back.find(program_id=atlas.program.pk, at=NINE)
    assert WaysBack.objects.get().revision == stored.revision + 1


def test_a_way_of_yesterday_says_that_the_plan_moved_on(atlas: Plan, as_: As, tess: Person, lena: Person, otto: Person) -> None:
    found = late_by(atlas, MONDAY + 18 * DAY)
    assert found is not None
    number = found.reaching[0].number
    assert as_(lena).post(f"{HOME}/ways/{number}").status_code == 403
    assert as_(otto).post(f"{HOME}/ways/{number}").status_code == 404
    assert as_(tess).get(f"{HOME}/ways/{number}").status_code == 405
    for row in (atlas.design, atlas.build, atlas.launch):
        type(row).objects.filter(pk=row.pk).update(status="cancelled")
    said = as_(tess).post(f"{HOME}/ways/{number}", follow=True).content.decode()
    assert "The plan moved on since this was worked out." in said
    assert not PlanDraft.objects.exists()


def test_a_risk_bought_down_says_its_days_and_opens_as_a_draft(
    atlas: Plan, as_: As, tess: Person, lena: Person, otto: Person
) -> None:
    """The days are those of the simulation's own drivers; the draft answers the risk with what the register says is left."""
    assert forecasts.find(program_id=atlas.program.pk, at=NINE)
    (one,) = queries.bought(atlas.program)
    drivers = ProgramForecast.objects.get(program=atlas.program).drivers
    assert one.days == next(row["days"] for row in drivers if row["lever"] == "risk" and row["id"] == atlas.risk.pk)
    body = as_(tess).get(HOME).content.decode()
    assert "Risks bought down" in body
    assert "R-2 The lab moves house" in body
    page = f"{HOME}/risks/{atlas.risk.number}"
    assert as_(lena).post(page).status_code == 403
    assert as_(otto).post(page).status_code == 404
    assert as_(tess).post(f"{HOME}/risks/99").status_code == 404
    assert as_(tess).post(page).status_code == 303
    draft = PlanDraft.objects.get()
    assert draft.changes.get().values["fields"] == {"response": "mitigate", "probability": 1}
    odds = draft_odds.odds(draft, by=tess, at=NINE)
    assert odds.after.p80 < odds.before.p80
