"""What a program hangs on: the stored answer, its page, the overview and the map."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programs import tasks
from programs.actions import fragility
from programs.models import FragilePoints, Milestone, Program, Team
from programs.queries.freshness import fragility_behind
from tests import cast
from tests.web.reading import analysed, words

pytestmark = pytest.mark.usefixtures("monday")
PAGE = "/p/atlas/fragile"


@pytest.fixture
def neck(program, eli):
    """Two beginnings meet in one neck, two ways lead on to the launch."""
    made = cast.sketch("a(2) > neck(3) > b(2) > launch(1); c(4) > neck > d(1) > launch", program)
    team = Team.objects.create(name="Platform", lead=eli)
    Milestone.objects.filter(pk=made["neck"].pk).update(owner=eli, team=team)
    Milestone.objects.filter(pk=made["c"].pk).update(external=True, name="Vendor delivers")
    Program.objects.filter(pk=program.pk).update(finish_milestone=made["launch"])
    analysed(program)
    fragility.find_behind(at=cast.NINE)
    return made


def test_it_is_kept_for_the_revision_it_was_worked_out_from(neck, program):
    stored = FragilePoints.objects.get(program=program)
    first = stored.points["milestone"][0]
    assert (first["id"], first["strands"], first["only_way"]) == (neck["neck"].pk, 3, [[neck["launch"].pk, 2]])
    assert set(first["stranded"]) == {neck[name].pk for name in ("b", "d", "launch")}
    assert stored.points["person"][0]["strands"] == stored.points["team"][0]["strands"] == 4
    assert stored.points["external"][0]["strands"] == 5
    assert fragility_behind() == []
    assert not fragility.find(program_id=program.pk, at=cast.NINE)


def test_a_change_leaves_it_behind_until_the_queue_has_followed(neck, program, as_, lena):
    Milestone.objects.filter(pk=neck["b"].pk).update(status="done", actual_date=cast.MONDAY)
    Program.objects.filter(pk=program.pk).update(revision=program.revision + 1)
    assert "The plan has changed since" in words(as_(lena).get(PAGE))
    analysed(program)
    assert fragility_behind() == [program.pk]
    tasks.fragile(program_id=program.pk)
    assert fragility_behind() == []
    assert "The plan has changed since" not in words(as_(lena).get(PAGE))
    assert FragilePoints.objects.get(program=program).points["milestone"][0]["strands"] == 2


def test_an_older_answer_never_takes_the_place_of_a_newer_one(neck, program):
    FragilePoints.objects.filter(program=program).update(revision=99, as_of=cast.MONDAY.replace(day=2).replace(month=2))
    assert fragility_behind() == [program.pk]
    assert not fragility.find(program_id=program.pk, at=cast.NINE)
    assert FragilePoints.objects.get(program=program).revision == 99


def test_the_page_says_who_strands_what(neck, as_, lena):
    said = " ".join(words(as_(lena).get(PAGE)).split())
    assert "Of 6 open milestones" in said
    assert "Strands launch . The only way to launch for 2 more." in said.replace("launch.", "launch .")
    assert "Vendor delivers" in said
    assert "Holds 1 open milestone, 1 of" in said
    assert "Platform" in said
    assert "What neck would strand" in said


def test_the_overview_names_the_worst_and_leads_to_all(neck, as_, lena):
    body = as_(lena).get("/p/atlas/").content.decode()
    assert 'href="/p/atlas/fragile"' in body
    assert "3 wait for it" in body
    assert "the only way for 2 more" in body


def test_the_map_lights_them(neck, program, as_, lena):
    response = as_(lena).get("/p/atlas/map?show=fragile&view=table")
    assert ">neck<" in response.content.decode()
    points = FragilePoints.objects.get(program=program)
    FragilePoints.objects.update(points={"milestone": points.points["milestone"][:1]})
    alone = as_(lena).get("/p/atlas/map?show=fragile&view=table").content.decode()
    assert f'id="n{neck["a"].pk}"' not in alone
    assert as_(lena).get("/p/atlas/map?show=fragile").status_code == 200
    assert as_(lena).get("/p/atlas/map.svg?show=fragile").status_code == 200


def test_other_programs_stay_withheld(neck, program, as_, lena, tess, otto):
    other = cast.program("Hidden", tpm=otto)
    secret = cast.milestone(other, "Secret vendor")
    from programs.models import Dependency

    Dependency.objects.create(predecessor=secret, successor=neck["neck"])
    Program.objects.filter(pk=program.pk).update(revision=program.revision + 1)
    analysed(program)
    fragility.find_behind(at=cast.NINE)
    body = as_(lena).get(PAGE).content.decode()
    assert "a milestone you cannot see" in body
    assert "Secret vendor" not in body
    assert "Hidden" not in body
    assert "Secret vendor" not in as_(lena).get("/p/atlas/").content.decode()


def test_before_it_is_known_and_without_links_the_page_is_calm(program, as_, lena):
    assert "Still working it out" in words(as_(lena).get(PAGE))
    cast.milestone(program)
    analysed(program)
    fragility.find_behind(at=cast.NINE)
    assert "Nothing hangs on anything yet" in words(as_(lena).get(PAGE))


def test_the_door(neck, as_, lena, otto, ada):
    assert as_(ada).get(PAGE).status_code == 200
    assert as_(otto).get(PAGE).status_code == 404
    assert as_(None).get(PAGE).status_code == 302
    assert as_(lena).post(PAGE).status_code == 405


def test_deleted_milestones_in_a_stored_answer_do_no_harm(neck, as_, lena):
    neck["neck"].delete()
    assert as_(lena).get(PAGE).status_code == 200
    assert as_(lena).get("/p/atlas/").status_code == 200


def test_the_number_of_queries_does_not_grow(neck, program, as_, lena):
    def queries():
        as_(lena).get(PAGE)
        browser = as_(lena)
        with CaptureQueriesContext(connection) as caught:
            assert browser.get(PAGE).status_code == 200
        return len(caught)

    few = queries()
    cast.sketch("; ".join(f"x{n}(3) > y{n}(2) > z{n}(1)" for n in range(40)), program)
    Program.objects.filter(pk=program.pk).update(revision=program.revision + 1)
    analysed(program)
    fragility.find_behind(at=cast.NINE)
    assert queries() == few <= 18
