"""Copies and templates: what comes along, what begins anew, and who may."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from programs.actions import analysis, blueprints, dependencies, milestones
from programs.intake.shipped import TEMPLATES
from programs.models import (
    Blocker,
    CalendarException,
    Dependency,
    Event,
    ImportRun,
    Membership,
    Milestone,
    Program,
    Risk,
    Template,
    Timing,
    Workstream,
)
from programs.queries import blueprints as queries
from tests import cast
from tests.web.plan import AT, elsewhere
from tests.web.reading import words

if TYPE_CHECKING:
    from programs.models import Person
    from tests.web.plan import Plan

COPY, LANE, SAVE = "/p/atlas/copy", "/p/atlas/workstreams/SEC/copy", "/p/atlas/template"


def dressed(atlas: Plan) -> Plan:
    """Atlas with dates, a finished and a cancelled milestone, a day off and a link that is set aside."""
    Program.objects.filter(pk=atlas.program.pk).update(start_date=cast.MONDAY)
    Milestone.objects.filter(pk=atlas.design.pk).update(
        start_date=cast.MONDAY,
        target_date=cast.MONDAY + timedelta(days=4),
        status="done",
        actual_date=cast.MONDAY,
        percent_done=100,
    )
    CalendarException.objects.create(program=atlas.program, day=date(2027, 9, 8), name="Outing")
    gone = milestones.create(program=atlas.program, name="Dropped", by=atlas.program.owner, at=AT)
    Milestone.objects.filter(pk=gone.pk).update(status="cancelled")
    dependencies.link(predecessor=gone, successor=atlas.launch, by=atlas.program.owner, at=AT)
    aside = dependencies.link(predecessor=atlas.design, successor=atlas.launch, by=atlas.program.owner, at=AT)
    dependencies.set_aside(dependency=aside, by=atlas.program.owner, at=AT)
    return atlas


def test_a_copy_of_a_program_keeps_the_plan_and_forgets_the_state(
    atlas: Plan, as_: Any, tess: Person, eli: Person, lena: Person
) -> None:
    dressed(atlas)
    answer = as_(tess).post(COPY, {"name": "Borealis", "start": "2027-09-06", "people": "on"})
    assert (answer.status_code, answer["Location"]) == (303, "/p/borealis/milestones")
    made = Program.objects.get(slug="borealis")
    assert (made.name, made.owner, made.start_date, made.source_id) == ("Borealis", tess, date(2027, 9, 6), None)
    assert made.target_date == date(2027, 9, 24) + timedelta(days=3)  # a day off in between moves it by one working day
    design, build, launch = Milestone.objects.filter(program=made).order_by("pk")
    assert [each.key for each in (design, build, launch)] == ["SEC-1", "SEC-2", "SEC-3"]
    assert (design.name, design.status, design.actual_date, design.percent_done) == ("Design agreed", "not_started", None, None)
    assert (design.start_date, design.target_date) == (date(2027, 9, 6), date(2027, 9, 13))
    assert (build.owner, build.duration_days, build.baseline_date, build.status) == (eli, 10, None, "not_started")
    assert made.finish_milestone == launch
    links = set(Dependency.objects.filter(successor__program=made).values_list("predecessor__key", "successor__key", "set_aside"))
    assert links == {("SEC-1", "SEC-2", ""), ("SEC-2", "SEC-3", "")}
    assert not Blocker.objects.filter(program=made).exists()
    assert not Risk.objects.filter(program=made).exists()
    assert dict(Membership.objects.filter(program=made).values_list("person__name", "role")) == {
        "Tess": "tpm",
        "Eli": "engineer",
        "Lena": "viewer",
    }
    assert CalendarException.objects.filter(program=made, name="Outing").exists()
    kinds = list(Event.objects.filter(program=made).values_list("kind", flat=True))
    assert kinds.count("program.created") == 1
    assert kinds.count("milestone.created") == 3
    analysis.recompute(program_id=made.pk, at=AT)
    assert min(Timing.objects.filter(milestone__program=made).values_list("forecast", flat=True)) >= date(2027, 9, 6)
    assert Program.objects.get(pk=atlas.program.pk).name == "Atlas"


def test_a_copy_without_people_belongs_to_whoever_makes_it(atlas: Plan, as_: Any, tess: Person) -> None:
    dressed(atlas)
    assert as_(tess).post(COPY, {"name": "Borealis", "start": "6 sep 2027"}).status_code == 303
    made = Program.objects.get(slug="borealis")
    assert set(Milestone.objects.filter(program=made).values_list("owner", flat=True)) == {None}
    assert list(Membership.objects.filter(program=made).values_list("person__name", "role")) == [("Tess", "tpm")]


def test_a_copied_program_can_be_undone(atlas: Plan, as_: Any, tess: Person) -> None:
    browser = as_(tess)
    browser.post(COPY, {"name": "Borealis", "start": "6 sep 2027", "people": "on"})
    run = ImportRun.objects.get()
    assert browser.get(f"/p/import/{run.pk}/").status_code == 200
    assert browser.post(f"/p/import/{run.pk}/undo").status_code == 303
    assert not Program.every.filter(slug="borealis").exists()
    assert Milestone.objects.count() == 3
    assert Membership.objects.count() == 3


def test_a_copy_of_a_workstream_hangs_where_the_first_one_hangs(
    atlas: Plan, as_: Any, tess: Person, eli: Person, otto: Person, ada: Person
) -> None:
    other = Workstream.objects.create(program=atlas.program, key="OPS", name="Operations", lead=eli)
    inside = milestones.create(
        program=atlas.program, name="Runbook", workstream=other, owner=eli, target_date=date(2027, 3, 12), by=tess, at=AT
    )
    dependencies.link(predecessor=atlas.design, successor=inside, lag_days=2, type="SS", by=tess, at=AT)
    dependencies.link(predecessor=inside, successor=atlas.launch, by=tess, at=AT)
    dependencies.link(predecessor=inside, successor=elsewhere(otto), by=ada, at=AT)
    sent = {"name": "Operations EU", "start": "2027-06-07", "people": "on", "links": "on"}
    answer = as_(tess).post("/p/atlas/workstreams/OPS/copy", sent)
    assert (answer.status_code, answer["Location"]) == (303, "/p/atlas/milestones?status=all")
    lane = Workstream.objects.get(name="Operations EU")
    assert (lane.program, lane.lead, lane.position) == (atlas.program, eli, 2)
    copy = Milestone.objects.get(workstream=lane)
    assert (copy.name, copy.owner, copy.target_date) == ("Runbook", eli, date(2027, 6, 7))
    assert copy.key == f"{lane.key}-1"
    into = Dependency.objects.filter(successor=copy).values_list("predecessor__key", "type", "lag_days")
    assert list(into) == [("SEC-1", "SS", 2)]
    assert list(Dependency.objects.filter(predecessor=copy).values_list("successor__key", flat=True)) == ["SEC-3"]
    assert Event.objects.filter(kind="workstream.created", subject_id=lane.pk, by=tess).exists()


def test_a_copy_of_a_workstream_may_stand_alone(atlas: Plan, as_: Any, tess: Person) -> None:
    assert as_(tess).post(LANE, {"name": "Security EU", "start": "2027-06-07"}).status_code == 303
    lane = Workstream.objects.get(name="Security EU")
    rows = Milestone.objects.filter(workstream=lane)
    assert [row.name for row in rows.order_by("pk")] == ["Design agreed", "Build finished", "Launch"]
    assert set(rows.values_list("owner", flat=True)) == {None}
    ends = Dependency.objects.filter(predecessor__in=rows).values_list("predecessor__name", "successor__name")
    assert set(ends) == {("Design agreed", "Build finished"), ("Build finished", "Launch")}
    assert Dependency.objects.count() == 4


def test_a_second_click_copies_once(atlas: Plan, as_: Any, tess: Person) -> None:
    browser = as_(tess)
    token = browser.get(LANE).context["form"].initial["token"]
    sent = {"name": "Security EU", "start": "2027-06-07", "token": token}
    assert {browser.post(LANE, sent).status_code for _each in range(2)} == {303}
    assert Workstream.objects.count() == 2


BAD = [
    (COPY, {"name": "", "start": "fri"}, "required"),
    (COPY, {"name": "ATLAS", "start": "fri"}, "There is a program of this name already."),
    (COPY, {"name": "B" * 201, "start": "fri"}, "200"),
    (COPY, {"name": "B", "start": ""}, "Write a day"),
    (COPY, {"name": "B", "start": "soonish"}, "Use YYYY-MM-DD"),
    (LANE, {"name": "security", "start": "fri"}, "There is a workstream of this name already."),
    (LANE, {"name": "", "start": "fri"}, "required"),
    (SAVE, {"name": ""}, "required"),
    (SAVE, {"name": "T" * 201}, "200"),
    (
        "/templates/migration/begin",
        {"name": "Atlas", "start": "fri", "time_zone": "UTC"},
        "There is a program of this name already.",
    ),
    ("/templates/migration/begin", {"name": "B", "start": "fri", "time_zone": "Mars/Base"}, "Select a valid choice"),
    ("/templates/migration/begin", {"name": "B", "start": "2100-12-30", "time_zone": "UTC"}, "Choose an earlier start."),
]


@pytest.mark.parametrize(("address", "sent", "said"), BAD)
def test_what_cannot_be_made_says_why_and_makes_nothing(
    atlas: Plan, as_: Any, tess: Person, address: str, sent: dict[str, str], said: str
) -> None:
    before = (Program.objects.count(), Workstream.objects.count(), Milestone.objects.count(), Template.objects.count())
    answer = as_(tess).post(address, sent)
    assert answer.status_code == 422
    assert said in words(answer)
    for typed in sent.values():
        assert typed in answer.content.decode()
    assert (Program.objects.count(), Workstream.objects.count(), Milestone.objects.count(), Template.objects.count()) == before


def test_a_program_too_large_is_refused_in_words(atlas: Plan, as_: Any, tess: Person, settings: Any) -> None:
    import dataclasses

    settings.LIMITS = dataclasses.replace(settings.LIMITS, total_milestones=4)
    answer = as_(tess).post(COPY, {"name": "B", "start": "fri"})
    assert answer.status_code == 422
    assert "There would be more than 4 milestones here" in words(answer)


def test_a_template_is_saved_begun_from_and_deleted(atlas: Plan, as_: Any, tess: Person, otto: Person, lena: Person) -> None:
    dressed(atlas)
    browser = as_(tess)
    saved = browser.post(SAVE, {"name": "Vault plan", "description": "For every vault.", "shared": "on"})
    assert (saved.status_code, saved["Location"]) == (303, "/templates")
    row = Template.objects.get()
    assert "owner" not in str(row.content)
    assert "Outing" not in str(row.content)
    listed = words(as_(otto).get("/templates"))
    assert "Vault plan" in listed
    assert "1 workstream, 3 milestones, 2 links" in listed
    begin = f"/templates/{row.pk}/begin"
    page = words(as_(otto).get(begin))
    assert "Build finished 10 Design agreed" in page
    made = as_(otto).post(begin, {"name": "Otto vault", "start": "2027-05-03", "time_zone": "Europe/Oslo"})
    assert (made.status_code, made["Location"]) == (303, "/p/otto-vault/milestones")
    program = Program.objects.get(slug="otto-vault")
    assert (program.owner, program.time_zone, program.description) == (otto, "Europe/Oslo", "For every vault.")
    assert Milestone.objects.filter(program=program).count() == 3
    assert as_(otto).post(f"/templates/{row.pk}/delete").status_code == 403
    assert browser.post(f"/templates/{row.pk}/delete").status_code == 303
    assert as_(otto).get(begin).status_code == 404
    assert Program.objects.filter(slug="otto-vault").exists()
    assert list(Event.objects.filter(kind__startswith="template").order_by("pk").values_list("kind", flat=True)) == [
        "template.saved",
        "template.deleted",
    ]


def test_a_deleted_template_comes_back(atlas: Plan, as_: Any, tess: Person) -> None:
    browser = as_(tess)
    browser.post(SAVE, {"name": "Vault plan"})
    answer = browser.post(f"/templates/{Template.objects.get().pk}/delete", follow=True)
    undo = [part for part in answer.content.decode().split('"') if part.startswith("/undo/")][-1]
    assert browser.post(undo).status_code in {200, 303}
    assert Template.objects.get().name == "Vault plan"


def test_a_template_of_ones_own_is_nobody_elses(atlas: Plan, as_: Any, tess: Person, lena: Person, ada: Person) -> None:
    as_(tess).post(SAVE, {"name": "Secret plan"})
    row = Template.objects.get()
    for address in (f"/templates/{row.pk}/begin",):
        assert as_(lena).get(address).status_code == 404
        assert as_(lena).post(address, {}).status_code == 404
        assert as_(ada).get(address).status_code == 200
    assert "Secret plan" not in words(as_(lena).get("/templates"))
    assert as_(lena).post(f"/templates/{row.pk}/delete").status_code == 404
    twice = as_(tess).post(SAVE, {"name": "secret PLAN"})
    assert twice.status_code == 422
    assert "You have a template of this name already." in words(twice)


@pytest.mark.parametrize("slug", TEMPLATES)
def test_every_shipped_template_is_a_sound_plan(db: None, as_: Any, otto: Person, slug: str) -> None:
    browser = as_(otto)
    assert browser.get(f"/templates/{slug}/begin").status_code == 200
    answer = browser.post(f"/templates/{slug}/begin", {"name": "Mine", "start": "2027-03-01", "time_zone": "UTC"})
    assert answer.status_code == 303
    made = Program.objects.get()
    plan = TEMPLATES[slug].blueprint()
    assert Milestone.objects.count() == len(plan["milestones"]) >= 15
    assert Dependency.objects.filter(set_aside="").count() == len(plan["links"])
    assert ImportRun.objects.get().report["loops"] == []
    analysis.recompute(program_id=made.pk, at=AT)
    made.refresh_from_db()
    assert made.finish_milestone is not None
    assert made.target_date is not None
    finish = Timing.objects.get(milestone=made.finish_milestone).forecast
    assert finish is not None
    assert made.target_date - timedelta(days=35) < finish <= made.target_date
    waiting = set(Dependency.objects.values_list("predecessor", flat=True)) | {made.finish_milestone.pk}
    assert waiting == set(Milestone.objects.values_list("pk", flat=True)), "every step leads somewhere"


def test_an_address_of_no_template_is_not_there(db: None, as_: Any, otto: Person) -> None:
    for which in ("nothing", "99", "9" * 15, "9" * 40):
        assert as_(otto).get(f"/templates/{which}/begin").status_code == 404


def test_doors(atlas: Plan, as_: Any, tess: Person, eli: Person, lena: Person, otto: Person) -> None:
    for address in (COPY, LANE, SAVE):
        assert as_(tess).get(address).status_code == 200
        assert as_(tess).put(address).status_code == 405
        assert as_(None).get(address).status_code == 302
        for person, status in ((eli, 403), (lena, 403), (otto, 404)):
            assert as_(person).get(address).status_code == status
            assert as_(person).post(address, {"name": "X", "start": "fri"}).status_code == status
    assert as_(tess).get("/p/atlas/workstreams/NOPE/copy").status_code == 404
    for address in ("/templates", "/templates/migration/begin"):
        assert as_(otto).get(address).status_code == 200
        assert as_(None).get(address).status_code == 302
    assert as_(otto).post("/templates").status_code == 405
    assert as_(otto).get("/templates/1/delete").status_code == 405
    part = as_(tess).get(COPY, headers={"HX-Request": "true"})
    assert part.content.decode().lstrip().startswith("<form")


def test_the_cost_of_a_copy_does_not_grow(atlas: Plan, tess: Person, django_assert_num_queries: Any) -> None:
    cast.sketch(" > ".join(f"m{number}(2)" for number in range(300)), atlas.program)
    with django_assert_num_queries(5):
        plan = queries.of_program(atlas.program, people=True)
    assert len(plan["milestones"]) == 303
    with django_assert_num_queries(5):
        queries.of_workstream(atlas.design.workstream, people=True, links=True)  # type: ignore[arg-type]
    run = blueprints.begin(blueprint=plan, name="Large", start=cast.MONDAY, by=tess, at=AT)
    assert run.report["created"]["milestones"] == 303
