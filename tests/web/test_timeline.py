"""The timeline: who may see it, what its rows say and draw, folds, groups, pages, and that everything has an address."""

from __future__ import annotations

import re
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programs.actions import analysis, dependencies, milestones
from programs.maps.timeline import ROW
from programs.models import Membership, Milestone, Person, Program, Role, Timing, Workstream
from programs.web.timeline_asked import Asked
from programs.web.timeline_sheets import HIGH
from tests import cast
from tests.maps import printed
from tests.web.plan import AT
from tests.web.reading import words

TIMELINE = "/p/atlas/timeline"
DAY = timedelta(days=1)


def page(as_, who, query=""):
    response = as_(who).get(TIMELINE + query)
    assert response.status_code == 200
    return response


@pytest.mark.parametrize("query", ["", "?group=date&baseline=0", "?open=~&done=1"])
def test_it_is_kept_as_a_picture_and_as_a_page_of_pdf(atlas, as_, lena, otto, query):
    drawn = as_(lena).get(f"{TIMELINE}.svg{query}")
    assert drawn.headers["Content-Type"].startswith("image/svg+xml")
    assert 'filename="atlas-timeline-2027-03-01.svg"' in drawn.headers["Content-Disposition"]
    said = [" ".join(one.itertext()).split() for one in ET.fromstring(drawn.content).iter("{http://www.w3.org/2000/svg}text")]
    flat = " ".join(word for line in said for word in line)
    for part in ("Atlas", "As of Mon 1 Mar 2027", "Critical", "Blocked until cleared", "Today"):
        assert part in flat
    assert ("Launch" in flat) == (query != "?open=~&done=1")
    printed_page = as_(lena).get(f"{TIMELINE}.pdf{query}")
    assert printed_page.headers["Content-Type"] == "application/pdf"
    assert " ".join(printed.words(printed_page.content)).split() == flat.split()
    width, height = printed.page(printed_page.content)
    assert width > height
    for kind in ("svg", "pdf"):
        assert as_(otto).get(f"{TIMELINE}.{kind}").status_code == 404
        assert as_(None).get(f"{TIMELINE}.{kind}").status_code == 302
        assert as_(lena).post(f"{TIMELINE}.{kind}").status_code == 405


def test_a_picture_of_rows_of_any_name_is_whole(atlas, as_, lena):
    Milestone.objects.filter(pk=atlas.build.pk).update(name="Test & <b>\x0b 漢字 " + "long " * 20)
    for kind in ("svg", "pdf"):
        assert as_(lena).get(f"{TIMELINE}.{kind}").status_code == 200
    ET.fromstring(as_(lena).get(f"{TIMELINE}.svg").content)


def lines(response):
    return {line.node.key: line for block in response.context["picture"].blocks for line in block.lines}


def test_members_read_it_and_strangers_find_nothing(atlas, as_, lena, eli, otto, ada):
    for query in ("", "?focus=SEC-2", "?group=owner&scale=fit", "?group=date&open=~", "?baseline=0&float=0&done=1"):
        for who in (lena, eli, ada):
            assert as_(who).get(TIMELINE + query).status_code == 200
        assert as_(otto).get(TIMELINE + query).status_code == 404
        assert as_(None).get(TIMELINE + query).status_code == 302
    assert as_(lena).post(TIMELINE).status_code == 405
    assert as_(lena).get("/p/nothing/timeline").status_code == 404


@pytest.mark.parametrize(
    "query",
    ["?focus=NOPE-1", "?focus=%00", "?group=x&scale=x&status=x", "?owner=x&page=x", "?page=99999", "?open=,,%00",
     "?ws=%27&q=%22%3Cem%3E", "?baseline=7&float=", "?owner=99999999999999999999"],
)  # fmt: skip
def test_an_address_made_by_hand_never_breaks_it(atlas, as_, lena, query):
    assert "<em>" not in page(as_, lena, query).content.decode()


def test_a_row_says_in_words_what_its_bar_draws(atlas, as_, lena):
    response = page(as_, lena)
    found = lines(response)
    assert list(found) == ["SEC-1", "SEC-2", "SEC-3"]
    assert found["SEC-2"].bar.hatch is not None
    assert found["SEC-2"].bar.ghost is not None
    assert found["SEC-1"].bar.hatch is None
    said = words(response)
    assert "blocked until" in said
    assert "baseline" in said
    assert "critical" in said
    assert "Today" in said
    assert "Target" in said


def test_baseline_and_float_are_drawn_while_wanted(atlas, as_, tess, lena):
    loose = milestones.create(
        program=atlas.program, name="Loose", workstream=atlas.program.workstreams.get(), by=tess, at=AT, duration_days=2
    )
    analysis.recompute(program_id=atlas.program.pk, at=AT)
    with_both = page(as_, lena)
    assert lines(with_both)[loose.key].room
    assert 'class="gh"' in with_both.content.decode()
    without = page(as_, lena, "?baseline=0&float=0").content.decode()
    assert 'class="gh"' not in without
    assert 'class="wh"' not in without


def test_critical_links_are_drawn_and_those_of_the_row_in_focus(atlas, as_, lena):
    drawn = page(as_, lena).context["picture"]
    assert {path.target for path in drawn.critical} == {f"t{atlas.build.pk}", f"t{atlas.launch.pk}"}
    focused = page(as_, lena, "?focus=SEC-1").context["picture"]
    on = [path for path in [*focused.critical, *focused.links] if "on" in path.css.split()]
    assert [(path.source, path.target) for path in on] == [(f"t{atlas.design.pk}", f"t{atlas.build.pk}")]


def test_a_folded_group_shows_its_glyphs_and_its_links_end_there(atlas, as_, tess, lena):
    other = Workstream.objects.create(program=atlas.program, name="Money", key="MON", position=2)
    Milestone.objects.filter(pk=atlas.launch.pk).update(workstream=other)
    response = page(as_, lena, "?open=SEC")
    assert list(lines(response)) == ["SEC-1", "SEC-2"]
    folded = response.context["picture"].blocks[1]
    assert [dot.words.split(":")[0] for dot in folded.dots] == ["Launch"]
    assert f"t{atlas.launch.pk}" in {path.target for path in response.context["picture"].critical}
    assert folded.piece.group.toggle == "?open=MON%2CSEC"
    assert not lines(page(as_, lena, "?open=~"))
    assert len(lines(page(as_, lena, "?open=~&focus=SEC-2"))) == 2  # the group of the row in focus is open


def test_it_groups_by_owner_and_by_date(atlas, as_, tess, lena):
    Milestone.objects.filter(pk=atlas.design.pk).update(owner=None)
    owners = [block.piece.group.name for block in page(as_, lena, "?group=owner").context["picture"].blocks]
    assert owners[-1] == "Nobody yet"
    assert owners[:-1] == sorted(owners[:-1], key=str.casefold)
    Timing.objects.filter(milestone=atlas.design).update(forecast=None, early_start=None)
    dates = page(as_, lena, "?group=date").context["picture"].blocks
    assert dates[-1].piece.group.name == "No date"
    assert [block.piece.group.key for block in dates[:-1]] == sorted(block.piece.group.key for block in dates[:-1])
    assert "Nothing dates it yet" in dates[-1].lines[0].words


def test_filters_leave_rows_out_and_say_how_many_match(atlas, as_, lena, eli):
    found = page(as_, lena, "?q=launch")
    assert list(lines(found)) == ["SEC-3"]
    assert "1 milestone" in words(found)
    assert list(lines(page(as_, lena, f"?owner={eli.pk}"))) == ["SEC-2"]
    assert "No milestone matches" in words(page(as_, lena, "?q=zzz"))


def test_done_work_is_a_glyph_until_its_row_is_wanted(atlas, as_, lena):
    Milestone.objects.filter(pk=atlas.design.pk).update(status="done", actual_date=cast.MONDAY - 3 * DAY)
    response = page(as_, lena)
    assert "SEC-1" not in lines(response)
    block = response.context["picture"].blocks[0]
    assert (block.piece.group.done, len(block.piece.group.all)) == (1, 3)
    assert len(block.dots) == 1
    assert lines(page(as_, lena, "?done=1"))["SEC-1"].bar.bar is not None


def test_the_address_holds_everything_and_the_usual_is_left_out():
    assert Asked().url() == "?"
    wanted = Asked(group="owner", scale="fit", open="7", baseline="0", float="0", focus="SEC-2", q="a", done=True)
    assert wanted.url() == "?group=owner&scale=fit&open=7&baseline=0&float=0&focus=SEC-2&q=a&done=1"


def test_a_target_long_past_is_named_at_the_edge_and_squeezes_nothing(atlas, as_, lena):
    before = page(as_, lena).context["picture"].frame.first
    Program.objects.filter(pk=atlas.program.pk).update(target_date=cast.MONDAY - 900 * DAY)
    drawn = page(as_, lena).context["picture"]
    assert drawn.frame.first == before
    assert not drawn.target.line
    assert drawn.target.words.endswith(str((cast.MONDAY - 900 * DAY).year))


def test_a_plan_with_nothing_left_shows_when_it_was_done(atlas, as_, lena):
    Milestone.objects.filter(program=atlas.program).update(status="done", actual_date=cast.MONDAY - 700 * DAY)
    drawn = page(as_, lena).context["picture"]
    assert len(drawn.blocks[0].dots) == 3
    assert not drawn.blocks[0].lines


def test_a_large_plan_with_nothing_urgent_still_opens_something(large, as_, lena):
    Milestone.objects.filter(program=large, workstream__key="SEC").update(status="done", actual_date=cast.MONDAY)
    assert len(lines(page(as_, lena))) == 200


def test_links_in_it_lead_to_milestones_and_folds(atlas, as_, lena):
    html = page(as_, lena).content.decode()
    assert 'href="/p/atlas/m/SEC-2"' in html
    assert 'aria-expanded="true"' in html
    assert re.search(r" style=|<script>|onclick", html) is None


@pytest.fixture
def large(atlas, tess):
    """Four hundred and thirty more milestones in one workstream."""
    lane = Workstream.objects.create(program=atlas.program, name="Many", key="MANY", position=3)
    made = Milestone.objects.bulk_create(
        Milestone(program=atlas.program, key=f"MANY-{n}", name=f"Many {n}", workstream=lane, owner=tess) for n in range(430)
    )
    days = (cast.MONDAY + (5 + n % 90) * DAY for n in range(430))
    Timing.objects.bulk_create(
        Timing(milestone=one, program=atlas.program, early_start=cast.MONDAY, forecast=day)
        for one, day in zip(made, days, strict=True)
    )
    return atlas.program


def test_large_plans_come_folded_and_by_pages(large, as_, lena):
    assert len(lines(page(as_, lena))) == 3  # what is critical or blocked is open
    first = page(as_, lena, "?open=MANY,SEC")
    assert len(lines(first)) == 200
    assert "Next 200" in words(first)
    seen = [key for n in (1, 2, 3) for key in lines(page(as_, lena, f"?open=MANY,SEC&page={n}"))]
    assert len(seen) == len(set(seen)) == 433
    last = page(as_, lena, "?open=MANY,SEC&page=3")
    assert last.context["picture"].blocks[0].piece.continued
    assert last.context["picture"].frame == first.context["picture"].frame
    focused = page(as_, lena, f"?open=MANY&focus={seen[-1]}")
    assert seen[-1] in lines(focused)


def test_every_sheet_of_paper_has_its_rows_and_the_lines_that_cross_them(large, as_, lena, tess):
    last = Milestone.objects.get(program=large, key="MANY-30")
    dependencies.link(predecessor=Milestone.objects.get(program=large, key="MANY-0"), successor=last, by=tess, at=AT)
    drawn = page(as_, lena, f"?open=MANY,SEC&focus={last.key}").context["picture"]
    found = [(one, kind) for block in drawn.blocks for one, kind in [(block, "g"), *((line, "m") for line in block.lines)]]
    sheets = [(row, one.sheet) for row, (one, _kind) in enumerate(found) if one.sheet]
    assert len(sheets) > 3
    assert drawn.print_css.endswith(" sheets")
    assert [sheet.top for _row, sheet in sheets] == [row * ROW for row, _sheet in sheets]
    assert sum(sheet.height for _row, sheet in sheets) == drawn.height
    assert all(sheet.height * 0.01 * int(re.search(r"\d+", drawn.print_css)[0]) <= HIGH for _row, sheet in sheets)
    shown = [path for path in (*drawn.links, *drawn.critical) if {"c", "on"} & set(path.css.split())]
    long = next(path for path in shown if path.rows[1] - path.rows[0] > 100)
    assert sum(long in sheet.links for _row, sheet in sheets) >= 3
    for path in shown:
        ys = [float(pair.split()[1]) for pair in path.path[1:].split("L")]
        for _row, sheet in sheets:
            crosses = min(ys) < sheet.top + sheet.height and max(ys) >= sheet.top
            assert crosses <= (path in sheet.links)
    assert not page(as_, lena).context["picture"].print_css.endswith(" sheets")


def test_queries_do_not_grow_with_the_plan(large, as_, lena):
    other = cast.program("Small", tpm=cast.person("Tim"))
    Membership.objects.create(program=other, person=lena, role=Role.VIEWER)
    counts = {}
    for slug, query in (("atlas", "?open=MANY,SEC"), ("atlas", ""), ("small", "")):
        browser = as_(lena)
        browser.get(f"/p/{slug}/timeline{query}")
        with CaptureQueriesContext(connection) as caught:
            assert browser.get(f"/p/{slug}/timeline{query}").status_code == 200
        counts[slug, query] = len(caught)
    assert max(counts.values()) <= 18
    assert counts["atlas", "?open=MANY,SEC"] == counts["atlas", ""]


def test_it_mirrors_for_languages_from_right_to_left(atlas, as_, lena):
    plain = page(as_, lena).context["picture"]
    Person.objects.filter(pk=lena.pk).update(language="ar")
    turned = as_(Person.objects.get(pk=lena.pk)).get(TIMELINE).context["picture"]
    assert turned.frame.mirrored
    assert turned.width == plain.width
    assert turned.today.x == round(plain.width - plain.today.x, 1)
    assert turned.target.x == round(plain.width - plain.target.x, 1)


@pytest.mark.parametrize("data", ["python-releases", "rust-goals-2024-2025", "kubernetes-enhancements"])
def test_real_programs_are_drawn_inside_their_frame(db, shared, ada, as_, monday, capsys, data):
    call_command("import_bundle", str(shared / "data" / data))
    analysis.recompute_stale(at=cast.NINE)
    capsys.readouterr()
    for program in Program.objects.order_by("-pk")[:2]:
        for query in ("", "?group=owner&scale=fit", "?group=date&done=1"):
            drawn = as_(ada).get(f"/p/{program.slug}/timeline{query}").context["picture"]
            for block in drawn.blocks:
                for line in block.lines:
                    for span in (line.bar.bar, line.bar.ghost, line.bar.room, line.bar.hatch):
                        assert span is None or (span.x >= 0 and span.width >= 0 and span.x + span.width <= drawn.width + 0.2)
