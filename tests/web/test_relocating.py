"""A milestone moves to another program: whoever does it plans both, links stay, neither program learns of the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from programs.actions import analysis
from programs.models import Blocker, Dependency, Event, Flag, Membership, Milestone, Program, StatusUpdate, Timing, Workstream
from tests import cast
from tests.web.test_saving import fields_of

if TYPE_CHECKING:
    from programs.models import Person
    from tests.web.plan import Plan

MOVE, BUILD = "/p/atlas/m/SEC-2/move", "/p/atlas/m/SEC-2"


@pytest.fixture
def zephyr(tess: Person, eli: Person, otto: Person) -> Program:
    """Another program that Tess plans; Eli and Otto work there."""
    made = cast.program("Zephyr", tpm=tess, engineer=eli)
    Membership.objects.create(program=made, person=otto, role="engineer")
    Workstream.objects.create(program=made, key="API", name="Interfaces", position=1)
    return made


def computed() -> None:
    """What the queue does after a save: both programs are behind, and worked out anew."""
    for program in Program.objects.all():
        assert program.analysed_revision < program.revision, program
        analysis.recompute(program_id=program.pk, at=cast.NINE)


def moved(atlas: Plan, browser: Any, to: str = "zephyr/API") -> Milestone:
    answer = browser.post(MOVE, fields_of(browser.get(MOVE)) | {"to": to})
    assert answer.status_code == 303, answer.context["form"].errors
    atlas.build.refresh_from_db()
    assert answer["Location"] == f"/p/zephyr/m/{atlas.build.key}"
    return atlas.build


def test_it_goes_with_what_hangs_on_it_and_its_links_stay(
    atlas: Plan, zephyr: Program, tess: Person, eli: Person, as_: Any
) -> None:
    StatusUpdate.objects.create(program=atlas.program, milestone=atlas.build, on=cast.MONDAY, note="Said", author=eli)
    links = set(Dependency.objects.values_list("predecessor", "successor"))
    row = moved(atlas, as_(tess))
    assert (row.program, row.workstream.key, row.key, row.owner) == (zephyr, "API", "API-1", eli)
    assert set(Dependency.objects.values_list("predecessor", "successor")) == links
    for hanging in (Blocker.objects.get(), row.risks.get(), StatusUpdate.objects.get(), Timing.objects.get(milestone=row)):
        assert hanging.program == zephyr, hanging
    assert not Flag.objects.filter(milestone=row).exclude(program=zephyr).exists()
    text = as_(tess).get("/p/zephyr/m/API-1").content.decode()
    assert "Design agreed" in text
    assert "No test bench" in text
    assert Milestone.objects.filter(program=atlas.program).count() == 2


def test_dates_are_worked_out_for_both(atlas: Plan, zephyr: Program, tess: Person, as_: Any) -> None:
    before = atlas.launch.timing.forecast
    row = moved(atlas, as_(tess))
    computed()
    assert Timing.objects.get(milestone=row).program == zephyr
    assert Timing.objects.get(milestone=atlas.launch).forecast == before


def test_its_old_address_leads_there_for_those_who_may_see_it(
    atlas: Plan, zephyr: Program, tess: Person, lena: Person, otto: Person, as_: Any
) -> None:
    moved(atlas, as_(tess))
    assert as_(tess).get(BUILD)["Location"] == "/p/zephyr/m/API-1"
    assert as_(lena).get(BUILD).status_code == 404
    assert as_(otto).get(BUILD).status_code == 404
    history = as_(lena).get("/p/atlas/").content.decode()
    assert "Zephyr" not in history
    assert "API-1" not in history
    assert "SEC-2" not in as_(otto).get("/p/zephyr/m/API-1").content.decode()


def test_its_key_is_not_given_again(atlas: Plan, zephyr: Program, tess: Person, as_: Any) -> None:
    moved(atlas, as_(tess))
    lane = atlas.program.workstreams.get()
    as_(tess).post("/p/atlas/workstreams/SEC/edit", fields_of(as_(tess).get("/p/atlas/workstreams/SEC/edit")) | {"key": "NEW"})
    Milestone.objects.filter(key="SEC-3").delete()
    as_(tess).post("/p/atlas/workstreams/new", {"name": "Security again", "key": "SEC"})
    assert Workstream.objects.get(program=atlas.program, key="SEC").next_number == 3
    assert lane.pk


def test_it_is_undone_and_both_are_as_before(atlas: Plan, zephyr: Program, tess: Person, as_: Any) -> None:
    notes = Event.objects.filter(milestone=atlas.build).count()
    moved(atlas, as_(tess))
    batch = Event.objects.filter(kind="milestone.moved").first().batch
    assert as_(tess).post(f"/undo/{batch}").status_code in {200, 204, 303}
    atlas.build.refresh_from_db()
    assert (atlas.build.program, atlas.build.key) == (atlas.program, "SEC-2")
    blocker = Blocker.objects.get()
    assert (blocker.program, blocker.number) == (atlas.program, atlas.blocker.number)
    assert as_(tess).get(BUILD).status_code == 200
    assert Event.objects.filter(milestone=atlas.build, program=atlas.program).count() >= notes
    computed()
    assert Timing.objects.get(milestone=atlas.build).program == atlas.program
    assert not Flag.objects.filter(milestone=atlas.build).exclude(program=atlas.program).exists()


def test_what_may_not_go(atlas: Plan, zephyr: Program, tess: Person, eli: Person, as_: Any) -> None:
    browser = as_(tess)

    def refused(address: str, words: str, to: str = "zephyr") -> None:
        answer = browser.post(address, fields_of(browser.get(address)) | {"to": to})
        assert answer.status_code == 422, words
        assert words in answer.content.decode()

    refused("/p/atlas/m/SEC-3/move", "It finishes its program")
    refused(MOVE, "Choose a program that you plan", to="nowhere")
    refused(MOVE, "Choose a program that you plan", to="atlas")
    refused(MOVE, "Choose a program that you plan", to="")
    refused(MOVE, "Choose a program that you plan", to="a\x00b")
    Milestone.objects.filter(pk=atlas.design.pk).update(parent=atlas.build)
    refused(MOVE, "It has 1 part")
    Milestone.objects.filter(pk=atlas.design.pk).update(parent=None)
    stale = fields_of(browser.get(MOVE))
    Milestone.objects.filter(pk=atlas.build.pk).update(version=9)
    assert browser.post(MOVE, stale | {"to": "zephyr"}).status_code == 409
    Membership.objects.filter(program=zephyr, person=eli).delete()
    refused(MOVE, "Not members there: Eli")
    atlas.build.refresh_from_db()
    assert atlas.build.program == atlas.program
    assert not Event.objects.filter(kind="milestone.moved").exists()


def test_who_plans_only_one_of_them_moves_nothing(
    atlas: Plan, zephyr: Program, tess: Person, eli: Person, lena: Person, otto: Person, ada: Person, as_: Any
) -> None:
    assert [as_(one).get(MOVE).status_code for one in (tess, ada, eli, lena, otto, None)] == [200, 200, 403, 403, 404, 302]
    assert [as_(one).post(MOVE, {"to": "zephyr"}).status_code for one in (eli, lena, otto, None)] == [403, 403, 404, 302]
    assert as_(tess).delete(MOVE).status_code == 405
    Membership.objects.filter(program=zephyr, person=tess).update(role="engineer")
    page = as_(tess).get(MOVE).content.decode()
    assert "You plan no other program." in page
    assert "Interfaces" not in page
    assert as_(tess).post(MOVE, {"to": "zephyr", "version": atlas.build.version}).status_code == 422


def test_a_full_program_takes_no_more(atlas: Plan, zephyr: Program, tess: Person, as_: Any, settings: Any) -> None:
    import dataclasses

    settings.LIMITS = dataclasses.replace(settings.LIMITS, program_links=0)
    answer = as_(tess).post(MOVE, fields_of(as_(tess).get(MOVE)) | {"to": "zephyr"})
    assert "the most a program may have" in answer.content.decode()
    settings.LIMITS = dataclasses.replace(settings.LIMITS, program_links=9, program_milestones=0)
    answer = as_(tess).post(MOVE, fields_of(as_(tess).get(MOVE)) | {"to": "zephyr"})
    assert (answer.status_code, "the most a program may have" in answer.content.decode()) == (422, True)
