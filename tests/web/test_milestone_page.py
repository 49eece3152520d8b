"""The page of a milestone: its dates and reasons, what it waits for and feeds, and nothing a reader may not know."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from programs.actions import analysis, blockers, dependencies, milestones, notices, telling, updates
from programs.models import Blocker, Dependency, Membership, Milestone, Notice, Program, Role, Timing
from tests import cast
from tests.web.plan import AT, elsewhere

if TYPE_CHECKING:
    from programs.models import Person
    from tests.web.plan import Plan

PAGE = "/p/atlas/m/SEC-2"


def text_of(answer: Any) -> str:
    """What a page says, without its tags."""
    body = answer.content.decode().split("<main", 1)[1]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def test_it_says_the_dates_and_why(atlas: Plan, as_: Any, lena: Person) -> None:
    text = text_of(as_(lena).get(PAGE))
    for words in (
        "Build finished",
        "Blocked",
        "Baseline",
        "Needed by",
        "Forecast",
        "Starts Tue 9 Mar because Design agreed finishes on Mon 8 Mar.",
        "Critical",
    ):
        assert words in text, words
    assert "1 in, 1 out" in text
    assert "Each day here moves Launch by a day. 1 milestone follows." in text
    assert "No test bench" in text
    assert "The lab moves house" in text


def test_the_update_form_is_there_only_for_those_who_may(atlas: Plan, as_: Any, lena: Person, eli: Person) -> None:
    assert 'id="update"' not in as_(lena).get(PAGE).content.decode()
    text = as_(eli).get(PAGE).content.decode()
    assert 'id="update"' in text
    assert 'value="the lab"' in text
    assert 'value="4 Mar' in text


def test_what_lies_in_an_unseen_program_is_withheld_everywhere(
    atlas: Plan, as_: Any, tess: Person, otto: Person, ada: Person
) -> None:
    """Names, keys and programs of the other side appear nowhere: not in links, reasons, flags or history."""
    other = elsewhere(otto, name="Zephyr", milestone="Secret codename")
    milestones.edit(milestone=other, version=other.version, changes={"duration_days": 60}, by=otto, at=AT)
    after = milestones.create(program=other.program, name="Secret after", by=otto, at=AT, duration_days=2)
    dependencies.link(predecessor=other, successor=atlas.build, by=ada, at=AT)
    dependencies.link(predecessor=atlas.build, successor=after, by=ada, at=AT)
    blockers.block(milestone=other, title="Secret reason", by=otto, at=AT)
    analysis.recompute(program_id=atlas.program.pk, at=AT, force=True)
    assert "Secret codename" in str(Timing.objects.get(pk=atlas.build.pk).start_why)
    for address in (
        PAGE,
        "/p/atlas/m/SEC-3",
        "/p/atlas/milestones",
        "/my",
        "/search?q=secret",
        "/search?q=zephyr",
        f"{PAGE}/delete",
    ):
        body = as_(tess).get(address).content.decode()
        assert "secret" not in body.lower().replace("secret&rdquo;", "").replace("q=secret", "").replace(
            'value="secret"', ""
        ).replace("“secret”", ""), address
        assert "zephyr" not in body.lower().replace('value="zephyr"', "").replace("“zephyr”", ""), address
    text = text_of(as_(tess).get(PAGE))
    assert text.count("Withheld") == 2
    assert "a milestone you cannot see" in text
    assert "Secret codename" in text_of(as_(ada).get(PAGE))


def test_links_set_aside_say_why_and_links_that_move_no_dates_say_so(atlas: Plan, as_: Any, tess: Person) -> None:
    Dependency.objects.create(predecessor=atlas.launch, successor=atlas.design, set_aside="loop", source="x", source_id="1")
    dependencies.link(predecessor=atlas.design, successor=atlas.launch, relation="relates", by=tess, at=AT)
    dependencies.link(predecessor=atlas.design, successor=atlas.launch, type="SS", lag_days=-2, by=tess, at=AT)
    text = text_of(as_(tess).get("/p/atlas/m/SEC-1"))
    assert "Set aside : It would close a loop" in text.replace("Set aside:", "Set aside :")
    assert "Relates to, moves no dates" in text
    assert "Start to start, 2 working days before" in text
    assert "Resolve" in text


def test_items_outside_are_shown_as_such(atlas: Plan, as_: Any, lena: Person) -> None:
    Milestone.objects.filter(pk=atlas.design.pk).update(external=True)
    assert "outside every program here" in text_of(as_(lena).get(PAGE))
    assert "Outside every program here" in text_of(as_(lena).get("/p/atlas/m/SEC-1"))


def test_done_work_shows_when_and_offers_no_update(atlas: Plan, as_: Any, tess: Person) -> None:
    milestones.say(milestone=atlas.design, said="done", by=tess, at=AT)
    analysis.recompute(program_id=atlas.program.pk, at=AT, force=True)
    answer = as_(tess).get("/p/atlas/m/SEC-1")
    assert "Finished Mon 1 Mar" in text_of(answer)
    assert 'id="update"' not in answer.content.decode()


def test_a_milestone_nothing_is_known_of_still_has_a_page(program: Program, as_: Any, lena: Person) -> None:
    Milestone.objects.create(program=program, key="ODD", name="Odd one", status="unknown", status_raw="parked?")
    text = text_of(as_(lena).get("/p/atlas/m/ODD"))
    assert "Odd one" in text
    assert "parked?" in text
    assert "It waits for nothing and nothing waits for it." in text


def test_the_activity_is_in_sentences_with_what_was_written(atlas: Plan, as_: Any, lena: Person, eli: Person) -> None:
    blockers.new_date(blocker=atlas.blocker, expected_clear=cast.MONDAY + timedelta(days=8), by=eli, at=AT)
    updates.write(program=atlas.program, milestone=atlas.build, note="The lab called: <b>next week</b>.", by=eli, at=AT)
    answer = as_(lena).get(PAGE)
    text = text_of(answer)
    assert "moved from Thu 4 Mar to Tue 9 Mar" in text
    assert "The lab called: <b>next week</b>." in text
    assert "<b>next week" not in answer.content.decode()


def test_what_follows_is_counted_by_workstream_and_by_program_one_may_see(
    atlas: Plan, as_: Any, lena: Person, tess: Person
) -> None:
    other = elsewhere(tess)
    mine = cast.program("Borealis", tpm=tess, viewer=lena)
    seen = milestones.create(program=mine, name="Roll out", by=tess, at=AT, duration_days=3)
    loose = milestones.create(program=atlas.program, name="Clean up", by=tess, at=AT, duration_days=3)
    for row in (other, seen, loose):
        dependencies.link(predecessor=atlas.launch, successor=row, by=tess, at=AT)
    analysis.recompute(program_id=atlas.program.pk, at=AT)
    text = text_of(as_(lena).get(PAGE))
    lane = atlas.launch.workstream
    assert lane is not None
    for words in (f"{lane.name} 1", "No workstream 1", "Borealis 1"):
        assert words in text, words
    assert other.program.name not in text
    milestones.say(milestone=loose, said="done", by=tess, at=AT)
    assert "No workstream 1" not in text_of(as_(lena).get(PAGE))


def test_the_page_costs_the_same_queries_whatever_there_is_to_show(
    atlas: Plan, as_: Any, lena: Person, tess: Person, django_assert_num_queries: Any
) -> None:
    browser = as_(lena)
    with django_assert_num_queries(26):
        browser.get(PAGE)
    for number in range(8):
        other = milestones.create(program=atlas.program, name=f"Step {number}", owner=tess, by=tess, at=AT)
        dependencies.link(predecessor=other, successor=atlas.build, by=tess, at=AT)
        blockers.block(milestone=atlas.build, title=f"Stop {number}", owner=tess, by=tess, at=AT)
    assert Blocker.objects.count() == 9
    with django_assert_num_queries(26):
        browser.get(PAGE)


def test_the_page_leads_to_the_one_before_and_after_it_in_the_list(atlas: Plan, as_: Any, lena: Person) -> None:
    browser = as_(lena)
    body = browser.get("/p/atlas/m/SEC-2").content.decode()
    assert "2 of 3" in body
    assert 'href="/p/atlas/m/SEC-1" rel="prev"' in body
    assert 'href="/p/atlas/m/SEC-3" rel="next"' in body
    first = browser.get("/p/atlas/m/SEC-1").content.decode()
    assert 'rel="prev"' not in first
    assert 'rel="next"' in first
    Milestone.objects.filter(key="SEC-1").update(status="done")
    assert 'rel="next"' not in browser.get("/p/atlas/m/SEC-1").content.decode(), "what is done is not in the list as it opens"


def test_it_says_how_many_people_a_moved_date_tells(
    atlas: Plan, as_: Any, eli: Person, tess: Person, lena: Person, otto: Person, django_assert_num_queries: Any
) -> None:
    browser = as_(eli)
    assert "A moved date tells 1 waiting on it" in text_of(browser.get(PAGE)), "Tess, who owns what comes next"
    assert "A moved date tells nobody else" in text_of(as_(tess).get("/p/atlas/m/SEC-3"))
    for who in (lena, eli, otto):  # Eli saves it himself, Otto left the program
        notices.follow(milestone=atlas.build, by=who, follows=True)
    notices.follow(milestone=atlas.launch, by=lena, follows=True)
    with django_assert_num_queries(31):
        page = browser.get(PAGE)
    assert "A moved date tells 1 watching it and 1 waiting on it" in text_of(page)
    assert "A moved date tells" not in text_of(as_(lena).get(PAGE)), "who saves nothing tells nobody"
    telling.tell(at=AT)
    Notice.objects.all().delete()
    blockers.clear(blocker=atlas.blocker, version=atlas.blocker.version, by=eli, at=AT)
    analysis.recompute(program_id=atlas.program.pk, at=AT)
    telling.tell(at=AT)
    assert set(Notice.objects.values_list("person__name", flat=True)) == {"Lena", "Tess"}, "as many as it said"


def test_it_lists_who_watches_it(
    atlas: Plan, as_: Any, eli: Person, tess: Person, lena: Person, otto: Person, ada: Person
) -> None:
    assert "Watching Nobody but its owner" in text_of(as_(lena).get(PAGE))
    gone = cast.person("Gone", is_active=False)
    for who in (tess, lena, otto, ada, gone):  # Otto left the program; an administrator needs no membership
        notices.follow(milestone=atlas.build, by=who, follows=True)
    Membership.objects.create(program=atlas.program, person=gone, role=Role.VIEWER)
    text = text_of(as_(lena).get(PAGE))
    assert "Watching AD Ada LE Lena TE Tess" in text
    for number in range(5):
        fan = cast.person(f"Uma{number}")
        Membership.objects.create(program=atlas.program, person=fan, role=Role.VIEWER)
        notices.follow(milestone=atlas.build, by=fan, follows=True)
    assert "UM Uma1 and 3 more Uma2 Uma3 Uma4" in text_of(as_(eli).get(PAGE))
    assert "Watching Nobody but its owner" in text_of(as_(lena).get("/p/atlas/m/SEC-3"))
