"""The dependency map: who may see it, what it shows, and that everything on it has an address."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programs.actions import analysis, dependencies, milestones
from programs.models import Dependency, Membership, Milestone, Program, Role, Workstream
from programs.queries import map as maps
from programs.queries.map_panel import panel
from programs.web import kept
from programs.web.map_asked import Asked, of_map
from programs.web.map_choice import choose
from tests import cast
from tests.maps import printed
from tests.web.plan import AT, elsewhere
from tests.web.reading import words

MAP = "/p/atlas/map"
DAY = timedelta(days=1)


def page(as_, who, query=""):
    kept.shelf.clear()  # written anew, so that one can look at what it was written of
    response = as_(who).get(MAP + query)
    assert response.status_code == 200
    return response


def cards(response):
    return {shown.id: shown for band in response.context["picture"].bands for shown in band.cards}


def again(program):
    analysis.recompute(program_id=program.pk, at=AT)


def test_members_read_it_and_strangers_find_nothing(atlas, as_, lena, eli, otto, ada):
    for query in ("", "?focus=SEC-2", "?focus=SEC-2&only=1", "?view=table", "?size=compact&done=1&show=critical"):
        for who in (lena, eli, ada):
            assert as_(who).get(MAP + query).status_code == 200
        assert as_(otto).get(MAP + query).status_code == 404
        assert as_(None).get(MAP + query).status_code == 302
    assert as_(lena).post(MAP).status_code == 405
    assert as_(lena).get("/p/nothing/map").status_code == 404


@pytest.mark.parametrize(
    "query",
    ["?focus=NOPE-1", "?focus=%00", "?show=x&size=x&status=x", "?owner=x&page=x&sort=x", "?page=99999&view=table", "?open=,,%00",
     "?only=1", "?ws=%27&q=%22%3Cem%3E", "?focus=SEC-2&only=1&view=table&sort=-float"],
)  # fmt: skip
def test_an_address_made_by_hand_never_breaks_it(atlas, as_, lena, query):
    assert "<em>" not in page(as_, lena, query).content.decode()


def test_cards_are_links_and_lines_run_between_them(atlas, as_, lena):
    response = page(as_, lena)
    assert set(cards(response)) == {"SEC-1", "SEC-2", "SEC-3"}
    assert "focus=SEC-2" in cards(response)["SEC-2"].url
    picture = response.context["picture"]
    drawn = {(track.source, track.target) for track in [*picture.plain, *picture.beside, *picture.critical]}
    assert drawn == {("SEC-1", "SEC-2"), ("SEC-2", "SEC-3")}
    assert "Waits for 1, feeds 1." in words(response)


def test_a_browser_paints_a_map_that_is_there_once_it_has_all_of_it(atlas, as_, lena):
    assert "blocking=" not in page(as_, lena).content.decode()  # it was drawn for this: what is around it need not wait
    html = as_(lena).get(MAP).content.decode()
    wanted = re.search(r'<link rel="expect" href="#([a-z-]+)" blocking="render">', html.split("<body")[0])
    assert html.index('class="edges"') < html.index(f'id="{wanted[1]}"')
    assert "blocking=" not in page(as_, lena, "?view=table").content.decode()


def test_places_come_in_a_sheet_of_numbers(atlas, as_, lena):
    picture = page(as_, lena).context["picture"]
    browser = as_(lena)
    answer = browser.get(picture.sheet)
    assert answer.headers["Content-Type"].startswith("text/css")
    assert "immutable" in answer.headers["Cache-Control"]
    css = answer.content.decode()
    assert ".cv{--cw:136px;--ch:54px;" in css
    assert ".c0{inset-inline-start:calc(var(--lw) + 12px)}" in css
    assert ".l0{top:0px;height:72px}" in css
    assert ".r0{top:9px}" in css
    assert len(picture.sheet) < 300


def test_a_sheet_made_by_hand_holds_numbers_only(as_, lena):
    answer = as_(lena).get("/map.css?c=1.x}body{display:none.zzzzzz&l=-5.%C2%B2&s=")
    assert set(re.sub(r"[a-z-]+|[0-9]+", "", answer.content.decode())) <= set(".{}:;()+ @!")
    assert "body" not in answer.content.decode()
    assert as_(None).get("/map.css").status_code == 302
    assert as_(lena).post("/map.css").status_code == 405


def test_the_panel_says_what_a_slip_would_do(atlas, as_, eli):
    said = words(page(as_, eli, "?focus=SEC-2"))
    assert "No test bench" in said
    assert "A 5-day slip moves 1 milestone" in said
    assert "and takes Launch to" in said
    assert "Blast radius" in said
    assert "sets the date" in said
    assert "drives it" in said


def test_in_a_large_plan_the_slip_is_asked_for_apart(large, as_, lena):
    browser = as_(lena)
    panel_alone = browser.get(f"{MAP}?focus=A-0", headers={"HX-Request": "true"}).content.decode()
    assert "slip moves" not in panel_alone
    assert "What does a slip of 5 days do?" in panel_alone
    asked = browser.get(f"{MAP}?focus=A-0&slip=1", headers={"HX-Request": "true"}).content.decode()
    assert "A 5-day slip moves 9 milestones" in asked
    assert "<h2" not in asked
    assert "A 5-day slip moves 9 milestones" in words(page(as_, lena, "?focus=A-0&slip=1"))


def test_a_swap_gets_the_panel_alone(atlas, as_, lena):
    browser = as_(lena)
    answer = browser.get(f"{MAP}?focus=SEC-2", headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert b"<html" not in answer.content
    assert b"Build finished" in answer.content
    assert "HX-Request" in answer.headers["Vary"]
    assert browser.get(f"{MAP}?focus=NOPE-1", headers={"HX-Request": "true"}).status_code == 404


def test_focus_lights_everything_up_and_down_stream(atlas, as_, tess, lena):
    alone = milestones.create(program=atlas.program, name="Alone", workstream=atlas.program.workstreams.get(), by=tess, at=AT)
    dependencies.link(predecessor=alone, successor=atlas.launch, by=tess, at=AT)
    again(atlas.program)
    shown = cards(page(as_, lena, "?focus=SEC-1"))
    assert "sel" in shown["SEC-1"].css
    assert "dn" in shown["SEC-2"].css
    assert "dn" in shown["SEC-3"].css
    assert "dim" in shown[alone.key].css
    assert alone.key not in cards(page(as_, lena, "?focus=SEC-1&only=1"))


def test_presets_and_filters_dim_what_does_not_match(atlas, as_, lena, eli):
    assert "dim" in cards(page(as_, lena, "?q=launch"))["SEC-1"].css
    near = cards(page(as_, lena, "?q=launch"))
    assert "dim" not in near["SEC-3"].css
    assert "dim" not in near["SEC-2"].css  # its direct neighbour
    blocked = cards(page(as_, lena, "?show=blocked"))
    assert "dim" in blocked["SEC-1"].css
    assert "dim" not in blocked["SEC-2"].css
    mine = cards(page(as_, lena, f"?owner={eli.pk}"))
    assert "dim" not in mine["SEC-2"].css
    assert all("dim" not in card.css for card in cards(page(as_, lena, "?ws=SEC")).values())
    assert all("dim" in card.css for card in cards(page(as_, lena, "?status=risk")).values())


def test_a_phone_lists_what_filters_light(atlas, as_, lena):
    found = page(as_, lena, "?q=launch").context["hits"]
    assert [step["node"].id for step in found["steps"]] == ["SEC-3"]
    assert "Take every filter away" in words(page(as_, lena, "?q=nothing-like-it"))
    assert page(as_, lena, "?q=launch&focus=SEC-3").context["hits"] is None
    assert page(as_, lena).context["hits"] is None


def test_done_work_is_counted_and_shown_on_request(atlas, as_, tess, lena):
    Milestone.objects.filter(pk=atlas.design.pk).update(status="done", actual_date=cast.MONDAY - 3 * DAY)
    again(atlas.program)
    response = page(as_, lena)
    assert "SEC-1" not in cards(response)
    assert "1 of 3 done" in words(response)
    assert "SEC-1" in cards(page(as_, lena, "?done=1"))
    assert "SEC-1" in cards(page(as_, lena, "?focus=SEC-2&only=1"))
    assert "all done" in words(page(as_, lena, "?focus=SEC-2"))


def test_done_work_stands_where_it_was_finished_as_far_as_anybody_said(atlas, as_, lena):
    Milestone.objects.filter(pk=atlas.design.pk).update(status="done", actual_date=None, target_date=None)
    again(atlas.program)
    assert maps.plan("atlas", by=lena).nodes["SEC-1"].day is None
    response = page(as_, lena, "?done=1")
    assert "No date" in [head for _css, head in response.context["picture"].heads]
    assert not response.context["undated"]
    Milestone.objects.filter(pk=atlas.design.pk).update(target_date=cast.MONDAY - 9 * DAY)
    assert maps.plan("atlas", by=lena).nodes["SEC-1"].day == cast.MONDAY - 9 * DAY


def test_implied_links_are_hidden_counted_and_drawn_on_request(atlas, as_, tess, lena):
    dependencies.link(predecessor=atlas.design, successor=atlas.launch, by=tess, at=AT)
    again(atlas.program)
    plan = maps.plan("atlas", by=lena)
    hidden = choose(plan, Asked())
    assert hidden.hidden == 1
    assert ("SEC-1", "SEC-3") not in {(edge.source, edge.target) for edge in hidden.edges}
    for asked in (Asked(redundant=True), Asked(focus="SEC-3")):
        assert ("SEC-1", "SEC-3") in {(edge.source, edge.target) for edge in choose(plan, asked).edges}
    assert "Draw 1 that others imply" in words(page(as_, lena))


def test_related_links_are_drawn_on_request_and_move_nothing(atlas, as_, lena):
    Dependency.objects.create(predecessor=atlas.launch, successor=atlas.design, relation="relates")
    assert "Draw 1 that moves no dates" in words(page(as_, lena))
    picture = page(as_, lena, "?relates=1").context["picture"]
    assert "rel" in {css for track in picture.plain + picture.beside for css in track.css.split()}
    assert [edge.relation for edge in choose(maps.plan("atlas", by=lena), Asked()).edges] == ["requires", "requires"]


def test_loops_set_aside_are_marked_on_both_cards(atlas, as_, lena):
    Dependency.objects.create(predecessor=atlas.launch, successor=atlas.design, set_aside="loop")
    response = page(as_, lena)
    marked = {(mark.card, mark.css) for mark in response.context["picture"].marks}
    assert marked == {("SEC-1", "loop"), ("SEC-3", "loop")}
    assert "1 is set aside" in words(response)


def test_a_link_against_the_dates_is_marked_and_never_runs_backward(atlas, as_, tess, lena):
    Dependency.objects.create(predecessor=atlas.launch, successor=atlas.build, type="SS")
    Dependency.objects.filter(predecessor=atlas.build).delete()
    picture = page(as_, lena).context["picture"]
    kinds = {track.css for track in picture.plain + picture.beside + picture.critical}
    assert kinds
    assert all(" H-" not in track.path for track in picture.plain)


def test_what_a_reader_may_not_see_is_withheld_and_does_not_vanish(atlas, as_, lena, otto, ada):
    hidden = elsewhere(otto)
    Dependency.objects.create(predecessor=hidden, successor=atlas.build)
    analysis.recompute(program_id=atlas.program.pk, at=AT)
    for query in ("", "?focus=SEC-2", "?focus=SEC-2&only=1", "?view=table"):
        response = page(as_, lena, query)
        body = response.content.decode()
        assert "Secret codename" not in body
        assert "Zephyr" not in body
        assert hidden.key not in re.sub(r"SEC-\d", "", body).split("palette")[0] or hidden.key.startswith("SEC")
        assert "a milestone you cannot see" in body
    shown = cards(page(as_, lena))
    assert [card.url for card in shown.values() if card.id.startswith("~")] == [""]
    assert "Secret codename" in page(as_, ada).content.decode()


def test_islands_are_counted_and_listed_aside(atlas, as_, tess, lena):
    lane = atlas.program.workstreams.get()
    for number in range(3):
        milestones.create(program=atlas.program, name=f"Island {number}", workstream=lane, by=tess, at=AT, duration_days=90)
    Program.objects.filter(pk=atlas.program.pk).update(finish_milestone=atlas.launch)
    again(atlas.program)
    response = page(as_, lena)
    assert "3 milestones without any link are not drawn" in words(response)
    assert len(cards(response)) == 3
    assert len(cards(page(as_, lena, "?islands=1"))) == 6


def test_a_plan_without_links_is_drawn_whole(program, as_, tess, lena):
    lane = program.workstreams.get()
    milestones.create(program=program, name="First", workstream=lane, by=tess, at=AT, duration_days=3)
    again(program)
    assert len(cards(page(as_, lena))) == 1


def test_an_empty_program_says_so(program, as_, lena):
    assert "Nothing to draw yet" in words(page(as_, lena))


@pytest.mark.parametrize("query", ["", "?view=table"])
def test_a_finished_program_says_so_and_offers_what_is_done(atlas, as_, lena, query):
    Milestone.objects.filter(program=atlas.program).update(status="done")
    Dependency.objects.filter(successor__program=atlas.program).exclude(predecessor__program=atlas.program).delete()
    html = page(as_, lena, query).content.decode()
    assert "Nothing is left to do" in html
    assert 'id="cv"' not in html
    assert "No milestone matches" not in html
    assert "Nothing is left to do" not in page(as_, lena, "?done=1").content.decode()


def test_undated_work_has_a_column_of_its_own_and_is_told_what_would_date_it(atlas, as_, tess, lena):
    lane = atlas.program.workstreams.get()
    first = milestones.create(program=atlas.program, name="Somebody decides", workstream=lane, by=tess, at=AT)
    dependencies.link(predecessor=first, successor=atlas.build, by=tess, at=AT)
    again(atlas.program)
    response = page(as_, lena)
    assert "No date" in [head for _css, head in response.context["picture"].heads]
    assert "1 milestone has no date" in words(response)
    assert "Nothing dates it." in words(page(as_, lena, f"?focus={first.key}"))
    picture = response.context["picture"]
    assert (first.key, "SEC-2") in {(track.source, track.target) for track in [*picture.plain, *picture.beside]}


def test_the_table_has_every_milestone_with_the_same_facts(atlas, as_, lena):
    response = page(as_, lena, "?view=table")
    table = response.context["table"]
    assert [line.card.id for line in table.lines] == ["SEC-1", "SEC-2", "SEC-3"]
    assert [one.title for one in table.lines[1].waits_for] == ["Design agreed"]
    assert [one.title for one in table.lines[1].feeds] == ["Launch"]
    down = page(as_, lena, "?view=table&sort=-date").context["table"]
    assert [line.card.id for line in down.lines] == ["SEC-3", "SEC-2", "SEC-1"]
    assert [line.card.id for line in page(as_, lena, "?view=table&q=launch").context["table"].lines] == ["SEC-3"]


@pytest.fixture
def large(program, tess):
    """Two lanes and 400 milestones in chains of ten; the last of lane A ends the program."""
    lanes = [Workstream.objects.create(program=program, key=key, name=f"Lane {key}", position=n) for n, key in enumerate("AB")]
    path = range(0, 30, 3)
    rows = Milestone.objects.bulk_create(
        Milestone(
            program=program,
            workstream=lanes[n % 2],
            key=f"{'AB'[n % 2]}-{n}",
            name=f"Step {n}",
            duration_days=4 if n in path else 1,
        )
        for n in range(400)
    )
    Dependency.objects.bulk_create(
        Dependency(predecessor=rows[n], successor=rows[n + 3]) for n in range(397) if n // 30 == (n + 3) // 30
    )
    Program.objects.filter(pk=program.pk).update(finish_milestone=rows[27])
    again(program)
    return program


def test_a_large_plan_opens_folded_on_what_is_critical(large, as_, lena):
    response = page(as_, lena)
    choice = response.context["choice"]
    assert 0 < len(choice.folding.drawn) < 40
    assert all(choice.nodes[one].shown_critical for one in choice.folding.drawn)
    assert "milestones have a card" in words(response)
    said = [cell.words for band in response.context["picture"].bands for cell in band.cells]
    printed_sums = re.findall(r'<div class="sum c\d+" role="img" aria-label="([^"]+)" title=', response.content.decode())
    assert printed_sums == said != []
    opened = page(as_, lena, "?open=B")
    drawn = opened.context["choice"].folding.drawn
    assert choice.folding.drawn <= drawn
    assert len(drawn) == 200
    assert "Critical and blocked" in words(response)


def test_queries_do_not_grow_with_the_plan(atlas, large, as_, lena):
    """Atlas holds both; a map of three and one of four hundred ask the same."""
    other = cast.program("Small", tpm=cast.person("Tim"))
    Membership.objects.create(program=other, person=lena, role=Role.VIEWER)
    counts = {}
    for slug in ("atlas", "small"):
        for query in ("", "?view=table"):
            browser = as_(lena)
            browser.get(f"/p/{slug}/map{query}")
            with CaptureQueriesContext(connection) as caught:
                assert browser.get(f"/p/{slug}/map{query}").status_code == 200
            counts[slug, query] = len(caught)
    assert len(set(counts.values())) <= 2
    assert max(counts.values()) <= 18


def test_the_panel_asks_the_engine_once(atlas, as_, lena, django_assert_max_num_queries):
    browser = as_(lena)
    browser.get(MAP)
    with django_assert_max_num_queries(28):
        browser.get(f"{MAP}?focus=SEC-2")


def test_room_is_what_may_slip_before_the_next_one_moves(atlas, tess, lena):
    slow = milestones.create(
        program=atlas.program, name="Slow", workstream=atlas.program.workstreams.get(), by=tess, at=AT, duration_days=30
    )
    dependencies.link(predecessor=slow, successor=atlas.launch, by=tess, at=AT)
    again(atlas.program)
    found = panel(maps.plan("atlas", by=lena), "SEC-2", today=cast.MONDAY, ask_engine=False)
    assert found is not None
    assert [one.node.id for one in found.feeds] == ["SEC-3"]
    assert found.feeds[0].room is not None
    assert found.feeds[0].room > 0
    assert found.slipped is not None
    assert found.slipped.finish is None


def test_an_address_says_everything_and_nothing_it_need_not():
    class Query(dict):
        pass

    asked = of_map(Query(focus="SEC-3", only="1", size="compact", open="B,A,,A"))
    assert asked.url() == "?focus=SEC-3&only=1&size=compact&open=A%2CB"
    assert Asked().url() == "?"


def test_the_picture_is_one_file_with_title_date_and_legend(atlas, as_, lena, otto):
    Milestone.objects.filter(pk=atlas.build.pk).update(name="Build & <finish>")
    answer = as_(lena).get(f"{MAP}.svg?focus=SEC-1")
    assert answer.headers["Content-Type"].startswith("image/svg+xml")
    assert 'filename="atlas-map-2027-03-01.svg"' in answer.headers["Content-Disposition"]
    root = ET.fromstring(answer.content)
    said = " ".join(root.itertext())
    for part in ("Atlas", "Build & <finish>", "Critical path", "Mon 1 Mar 2027", "Security"):
        assert part in said
    assert as_(otto).get(f"{MAP}.svg").status_code == 404
    assert as_(None).get(f"{MAP}.svg").status_code == 302
    assert as_(lena).post(f"{MAP}.svg").status_code == 405


def test_the_same_picture_is_a_page_of_pdf_made_by_the_server(atlas, as_, lena, otto):
    answer = as_(lena).get(f"{MAP}.pdf?focus=SEC-1")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert 'filename="atlas-map-2027-03-01.pdf"' in answer.headers["Content-Disposition"]
    width, height = printed.page(answer.content)
    assert width > height
    drawn = ET.fromstring(as_(lena).get(f"{MAP}.svg?focus=SEC-1").content)
    said = [" ".join(text.itertext()).split() for text in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert " ".join(printed.words(answer.content)).split() == [word for line in said for word in line]
    assert as_(otto).get(f"{MAP}.pdf").status_code == 404
    assert as_(None).get(f"{MAP}.pdf").status_code == 302
    assert as_(lena).post(f"{MAP}.pdf").status_code == 405


def test_the_table_is_saved_as_csv_in_its_order(atlas, as_, lena, otto):
    Milestone.objects.filter(pk=atlas.build.pk).update(name="=cmd()")
    Dependency.objects.create(predecessor=elsewhere(otto), successor=atlas.build)
    again(atlas.program)
    answer = as_(lena).get(f"{MAP}.csv?view=table&sort=-key")
    assert 'filename="atlas-map-2027-03-01.csv"' in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    shown = page(as_, lena, "?view=table&sort=-key").context["table"].lines
    assert [row["key"] for row in rows] == [line.node.key for line in shown]
    build = next(row for row in rows if row["key"] == "SEC-2")
    assert build["milestone"].startswith("'=")
    assert build["waits_for"].split("; ")[0] == "SEC-1"
    assert build["feeds"] == "SEC-3"
    assert "Secret" not in answer.content.decode()
    assert "map.csv?view=table" in page(as_, lena, "?view=table").content.decode()
    assert as_(otto).get(f"{MAP}.csv").status_code == 404
    assert as_(None).get(f"{MAP}.csv").status_code == 302
    assert as_(lena).post(f"{MAP}.csv").status_code == 405


def test_a_picture_withholds_what_the_page_withholds(atlas, as_, lena, otto):
    Dependency.objects.create(predecessor=elsewhere(otto), successor=atlas.build)
    again(atlas.program)
    body = as_(lena).get(f"{MAP}.svg").content.decode()
    assert "Secret codename" not in body
    assert "a milestone you cannot see" in body


def test_lanes_stand_in_the_programs_order_or_nearer_to_what_they_are_linked_with(large, as_, tess, lena):
    lane = Workstream.objects.create(program=large, key="C", name="Lane C", position=5)
    milestones.create(program=large, name="Far", workstream=lane, by=tess, at=AT, duration_days=1)
    first = Workstream.objects.create(program=large, key="Z", name="Lane Z", position=0)
    far = milestones.create(program=large, name="From afar", workstream=first, by=tess, at=AT, duration_days=1)
    dependencies.link(predecessor=far, successor=Milestone.objects.get(key="B-1"), by=tess, at=AT)
    again(large)
    own = [band.key for band in page(as_, lena, "?islands=1").context["picture"].bands]
    near = [band.key for band in page(as_, lena, "?islands=1&order=near").context["picture"].bands]
    assert own.index("Z") < own.index("A") or own[0] == "A"
    assert sorted(near) == sorted(own)
    assert near[-1] == own[-1]
    assert abs(near.index("Z") - near.index("B")) <= abs(own.index("Z") - own.index("B"))
