"""Who gives to whom, between teams, workstreams and programs."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programs.models import Dependency, Membership, Milestone, Program, Role, Team, Workstream
from programs.queries.matrix import between, counted, matrix
from tests import cast
from tests.web.reading import analysed, words

pytestmark = pytest.mark.usefixtures("monday")
PAGE, LINKS, FILE = "/p/atlas/matrix", "/p/atlas/matrix/links", "/p/atlas/matrix/links.csv"


@pytest.fixture
def teams(program, tess):
    """Security gives three things to the others, one blocked; what it gives late to the launch is four days short."""
    made = cast.sketch("scan(3) > launch(2); review(10) > launch; keys(2)! > build(1) > launch; done(1) > build", program)
    security, delivery = Team.objects.create(name="Security"), Team.objects.create(name="Delivery")
    lane = Workstream.objects.create(program=program, key="DEL", name="Delivery lane", team=delivery)
    for name in ("scan", "review", "keys", "done"):
        Milestone.objects.filter(pk=made[name].pk).update(team=security)
    Milestone.objects.filter(pk__in=[made["launch"].pk, made["build"].pk]).update(workstream=lane)
    Milestone.objects.filter(pk=made["done"].pk).update(status="done", actual_date=cast.MONDAY)
    Milestone.objects.filter(pk=made["scan"].pk).update(name="=cmd()")
    Program.objects.filter(pk=program.pk).update(finish_milestone=made["launch"], target_date=cast.MONDAY + timedelta(days=11))
    program.refresh_from_db()
    analysed(program)
    from programs.models import Blocker

    Blocker.objects.create(program=program, milestone=made["keys"], number=1, title="No vault", raised_on=cast.MONDAY)
    analysed(program)
    return made, security, delivery


def test_the_figures_of_a_cell(teams, lena):
    _made, security, delivery = teams
    found = matrix("atlas", "team", reader=lena, today=cast.MONDAY)
    cell = found.cells[f"t-{security.pk}", f"t-{delivery.pk}"]
    assert (cell.links, cell.blocked, cell.late) == (3, 1, 1)  # finished work gives nothing any more
    review = Milestone.objects.get(name="review").timing
    assert review.needed_by < review.forecast
    assert -cell.room == cell.short > 0
    assert cell.room == int(-cast_days(review.needed_by, review.forecast))
    assert found.cells[f"t-{delivery.pk}", f"t-{delivery.pk}"].links == 1
    assert found.gives[f"t-{security.pk}"].links == 3
    assert found.gets[f"t-{delivery.pk}"].links == 4
    assert [group.name for group in found.givers] == ["Security", "Delivery"]


def cast_days(start, end):
    from programs.graph.days import working_days
    from programs.graph.types import DayCalendar

    return working_days(start, end, DayCalendar())


def test_the_page_prints_them_and_leads_to_the_links(teams, as_, lena):
    _made, security, delivery = teams
    response = as_(lena).get(PAGE)
    said = " ".join(words(response).split())
    assert "4 links are still ahead" in said
    assert "1 late 1 blocked" in said
    assert f"/p/atlas/matrix/links?by=team&amp;give=t-{security.pk}&amp;get=t-{delivery.pk}" in response.content.decode()
    assert "Delivery lane" in words(as_(lena).get(PAGE + "?by=workstream"))
    assert "Atlas" in words(as_(lena).get(PAGE + "?by=program"))
    assert as_(lena).get(PAGE + "?by=nonsense").status_code == 200


def test_where_nobody_has_a_team_it_opens_on_workstreams(teams, program, as_, lena):
    assert 'aria-current="true">Teams' in as_(lena).get(PAGE).content.decode()
    program.milestones.update(team=None)
    program.workstreams.update(team=None)
    assert 'aria-current="true">Workstreams' in as_(lena).get(PAGE).content.decode()
    assert 'aria-current="true">Teams' in as_(lena).get(PAGE + "?by=team").content.decode()


def test_the_links_of_a_cell_are_sorted_and_exported(teams, as_, lena):
    _made, security, delivery = teams
    asked = f"?by=team&give=t-{security.pk}&get=t-{delivery.pk}"
    said = " ".join(words(as_(lena).get(LINKS + asked)).split())
    assert "Security gives to Delivery" in said
    assert said.index("review") < said.index("keys")  # the least room first
    turned = " ".join(words(as_(lena).get(LINKS + asked + "&sort=-gives")).split())
    assert turned.index("review") < turned.index("keys") < turned.index("=cmd()")
    response = as_(lena).get(FILE + asked)
    rows = list(csv.DictReader(io.StringIO(response.content.decode())))
    assert response["Content-Type"].startswith("text/csv")
    assert "atlas-links.csv" in response["Content-Disposition"]
    assert [row["gives_milestone"] for row in rows] == ["review", *[row["gives_milestone"] for row in rows[1:]]]
    assert "'=cmd()" in {row["gives_milestone"] for row in rows}
    assert {row["blocked"] for row in rows} == {"yes", ""}
    assert as_(lena).get(LINKS + "?by=team&give=t-99999").status_code == 404


def test_other_programs_are_withheld(teams, as_, lena, otto):
    made, _security, _delivery = teams
    hidden = cast.program("Hidden", tpm=otto)
    secret = cast.milestone(hidden, "Secret", team=Team.objects.create(name="Secret team"))
    Dependency.objects.create(predecessor=secret, successor=made["launch"])
    analysed(Program.objects.get(slug="atlas"))
    for address in (PAGE, PAGE + "?by=workstream", PAGE + "?by=program", LINKS, FILE):
        body = as_(lena).get(address).content.decode()
        assert ("a milestone you cannot see" if address == LINKS else "another program") in body, address
        assert "Secret" not in body, address
        assert "Hidden" not in body, address


ALL, ALL_LINKS, ALL_FILE = "/portfolio/matrix", "/portfolio/matrix/links", "/portfolio/matrix/links.csv"


@pytest.fixture
def two(teams, tess, lena):
    """Atlas waits for two things of Borealis, which it sees, and for one of Hidden, which it does not."""
    made, *_teams = teams
    borealis = cast.program("Borealis", tpm=tess)
    Membership.objects.create(program=borealis, person=lena, role=Role.VIEWER)
    for name in ("Vault", "Keys"):
        part = cast.milestone(borealis, name, duration_days=4, target_date=cast.MONDAY)
        Dependency.objects.create(predecessor=part, successor=made["launch"])
    hidden = cast.program("Hidden", tpm=cast.person("Hugo"))
    Dependency.objects.create(predecessor=made["launch"], successor=cast.milestone(hidden, "Secret"))
    unseen = cast.program("Unseen", tpm=cast.person("Ulf"))
    Dependency.objects.create(predecessor=cast.milestone(hidden, "Far"), successor=cast.milestone(unseen, "Farther"))
    for one in Program.objects.all():
        analysed(one)
    return borealis


def test_every_program_gives_and_gets_as_far_as_the_reader_sees(two, lena, otto):
    found = counted(between(reader=lena, today=cast.MONDAY))
    assert [group.name for group in found.givers] == ["Borealis", "Atlas"]
    assert [group.name for group in found.getters] == ["Atlas", "another program"]
    assert found.cells["p-borealis", "p-atlas"].links == found.cells["p-borealis", "p-atlas"].late == 2
    assert found.cells["p-atlas", "withheld"].links == 1
    assert found.total == 3, "links inside a program, and between programs one does not see, are none of these"
    assert between(reader=otto, today=cast.MONDAY) == []
    two.deleted_at = cast.NINE
    two.save()
    assert counted(between(reader=lena, today=cast.MONDAY)).total == 1


def test_the_matrix_of_every_program_opens_its_links(two, as_, lena, otto, ada):
    said = words(as_(lena).get(ALL))
    assert "3 links are still ahead" in said
    cell = f"{ALL_LINKS}?give=p-borealis&get=p-atlas"
    assert cell.replace("&", "&amp;") in as_(lena).get(ALL).content.decode()
    opened = words(as_(lena).get(cell))
    assert "Vault" in opened
    assert "Keys" in opened
    rows = list(csv.DictReader(io.StringIO(as_(lena).get(ALL_FILE).content.decode())))
    assert [row["gives_milestone"] for row in rows].count("Vault") == 1
    for address in (ALL, ALL_LINKS, ALL_FILE):
        assert "Secret" not in as_(lena).get(address).content.decode()
        assert as_(ada).get(address).status_code == 200
        assert as_(otto).get(address).status_code == 200
        assert as_(None).get(address).status_code == 302
        assert as_(lena).post(address).status_code == 405
    assert "No link is ahead" in words(as_(otto).get(ALL))
    assert as_(lena).get(ALL_LINKS + "?give=p-unseen").status_code == 404
    assert ALL in as_(lena).get("/portfolio").content.decode()


def test_every_program_takes_as_many_queries_as_two(two, tess, as_, lena):
    def queries():
        as_(lena).get(ALL)
        browser = as_(lena)
        with CaptureQueriesContext(connection) as caught:
            assert browser.get(ALL).status_code == 200
        return len(caught)

    few = queries()
    for n in range(5):
        other = cast.program(f"More {n}", tpm=tess)
        Membership.objects.create(program=other, person=lena, role=Role.VIEWER)
        Dependency.objects.create(predecessor=Milestone.objects.get(name="Vault"), successor=cast.milestone(other, f"Part {n}"))
    assert queries() == few


def test_without_links_it_is_calm(program, as_, lena):
    assert "No link is ahead" in words(as_(lena).get(PAGE))
    assert as_(lena).get(LINKS).status_code == 200


def test_the_doors(teams, as_, lena, otto, ada):
    for address in (PAGE, LINKS, FILE):
        assert as_(ada).get(address).status_code == 200
        assert as_(otto).get(address).status_code == 404
        assert as_(None).get(address).status_code == 302
        assert as_(lena).post(address).status_code == 405


def test_the_number_of_queries_does_not_grow(teams, program, as_, lena):
    def queries(address):
        as_(lena).get(address)
        browser = as_(lena)
        with CaptureQueriesContext(connection) as caught:
            assert browser.get(address).status_code == 200
        return len(caught)

    few = [queries(PAGE), queries(LINKS)]
    cast.sketch("; ".join(f"x{n}(3) > y{n}(2) > z{n}(1)" for n in range(30)), program)
    analysed(program)
    assert [queries(PAGE), queries(LINKS)] == few
    assert max(few) <= 22
