"""The portfolio page."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programs.actions import decisions
from programs.models import Decision, Milestone, Program, ProgramStatus, Timing
from tests import cast
from tests.web.reading import analysed, atlas, remember, words

pytestmark = pytest.mark.usefixtures("monday")


@pytest.fixture
def late(program):
    made = atlas(program)
    remember(program, days_ago=7, finish_days=21)
    return made


def queries(browser, address):
    browser.get(address)
    with CaptureQueriesContext(connection) as caught:
        assert browser.get(address).status_code == 200
        return len(caught)


def test_it_says_in_a_sentence_what_is_wrong(as_, lena, late):
    said = words(as_(lena).get("/portfolio"))
    assert "Atlas is off track." in said
    assert "Launch is forecast for" in said
    assert "Penetration test passed is blocked · 9 days so far" in said
    assert "+4 d Vendor cannot reach the vault" in said
    assert "16 4 × 4 Sale freeze overlaps launch" in said
    assert "As of" in as_(lena).get("/portfolio").content.decode()


def test_each_decision_says_by_when_what_it_wins_and_who_decides(as_, lena, tess, program):
    about = {"program": program, "by": tess, "at": cast.NINE}
    made = decisions.create(title="Buy or build?", decider=lena, due_on=cast.MONDAY + timedelta(days=2), **about)
    town = {"background": "The lease ends in May.\nTwo offers are in.", "due_on": cast.MONDAY + timedelta(days=20)}
    decisions.create(title="Which town?", decider=tess, **town, **about)
    choices = [{"name": "Buy", "days": "-3"}, {"name": "Build", "days": "4"}]
    Decision.objects.filter(pk=made.pk).update(options=choices)
    answer = as_(lena).get("/portfolio")
    said = words(answer)
    assert "Decisions needed 1 due soon, 1 later" in said
    assert "Wed 3 Mar in 2 days Buy or build? Atlas: Buy, 3 working days sooner" in said
    assert "Which town? Atlas: The lease ends in May. T" in said, "why it is asked, where nothing is computed"
    assert answer.content.decode().count(f'href="/p/atlas/decisions/{made.number}/decide"') == 1  # hers, and only hers
    assert "/decide" not in as_(tess).get("/portfolio").content.decode().replace(f"/decisions/{made.number + 1}/decide", "")


def test_a_decision_that_is_due_is_part_of_the_sentence(as_, lena, tess, late):
    program = Program.objects.get(slug="atlas")
    made = decisions.create(program=program, title="Buy?", due_on=cast.MONDAY + timedelta(days=2), by=tess, at=cast.NINE)
    assert "It needs a decision by Wed 3 Mar." in words(as_(lena).get("/portfolio"))
    assert "Wed 3 Mar Buy? Nobody yet" in words(as_(lena).get("/p/atlas/"))
    Decision.objects.filter(pk=made.pk).update(due_on=cast.MONDAY - timedelta(days=3))
    assert "It waits for a decision since Fri 26 Feb." in words(as_(lena).get("/portfolio"))


def test_why_prints_the_rule_with_its_numbers(as_, lena, late):
    said = words(as_(lena).get("/portfolio"))
    row = Program.objects.get(slug="atlas").analysis
    assert f"is {int(row.days_late)} working days after the target" in said


def test_the_mark_says_its_dates_and_has_no_style(as_, lena, late):
    body = as_(lena).get("/portfolio").content.decode()
    assert 'class="rng s-off"' in body
    assert 'aria-label="Target Mon 15 Mar, forecast' in body
    assert " style=" not in body


def test_change_since_last_week_and_since_a_chosen_day(as_, lena, late):
    program = Program.objects.get(slug="atlas")
    moved = words(as_(lena).get("/portfolio"))
    assert "Changed since Mon 22 Feb" in moved
    assert "Atlas forecast moved to" in moved
    assert "Off track, was At risk" in moved
    remember(program, days_ago=20, finish_days=60)
    assert "Changed since Tue 9 Feb" in words(as_(lena).get("/portfolio?since=2027-02-09"))
    assert "−" in words(as_(lena).get("/portfolio?since=9 feb"))


@pytest.mark.parametrize("text", ["soon", "2027-13-45", "'; drop table", "9" * 500, "%00", "1066-10-14"])
def test_a_day_that_cannot_be_read_is_answered_with_the_remedy(as_, lena, late, text):
    response = as_(lena).get("/portfolio", {"since": text})
    assert response.status_code == 200
    assert "could not be read" in words(response)
    assert "YYYY-MM-DD" in words(response)


def test_a_day_after_today_means_today(as_, lena, late):
    assert "Changed since Mon 1 Mar" in words(as_(lena).get("/portfolio?since=2027-05-01"))


def test_what_was_finished_is_a_change(as_, lena, late):
    Milestone.objects.filter(pk=late["api"].pk).update(
        status="done", actual_date=cast.MONDAY - timedelta(days=3), baseline_date=cast.MONDAY - timedelta(days=7)
    )
    analysed(Program.objects.get(slug="atlas"))
    assert "Done api Atlas · Fri 26 Feb, 4 working days late" in words(as_(lena).get("/portfolio"))


def test_worst_first_and_ended_ones_folded(as_, tess, late):
    for name, target in (("Room", 60), ("Tight", 8)):
        other = cast.program(name, tpm=tess, target_date=cast.MONDAY + timedelta(days=target))
        cast.sketch("build(3) > ship(2)", other)
        analysed(other)
    cast.program("Finished", tpm=tess, status=ProgramStatus.DONE, actual_date=cast.MONDAY - timedelta(days=40))
    response = as_(tess).get("/portfolio")
    view = response.context["view"]
    assert [row.program.name for row in view.rows] == ["Atlas", "Tight", "Room"]
    assert [row.program.name for row in view.ended] == ["Finished"]
    assert "1 program has ended" in words(response)


def test_strangers_see_an_empty_page_and_nothing_of_others(as_, otto, late):
    said = words(as_(otto).get("/portfolio"))
    assert "There is no program here yet." in said
    assert "Atlas" not in said


def test_a_step_in_a_program_one_may_not_see_is_not_named(as_, tess, lena, late):
    secret = cast.program("Secret", tpm=tess)
    hidden = cast.milestone(secret, "Hidden vendor deal")
    program = Program.objects.get(slug="atlas")
    program.analysis.critical_path = [hidden.pk]
    program.analysis.blockers = []
    program.analysis.save()
    assert "Hidden" not in words(as_(lena).get("/portfolio"))
    assert "Hidden vendor deal drives the date" in words(as_(tess).get("/portfolio"))


def test_a_program_behind_its_plan_says_so(as_, lena, late):
    Program.objects.filter(slug="atlas").update(revision=99)
    response = as_(lena).get("/portfolio")
    assert "Working out…" in words(response)
    assert "working out changes" in response.content.decode()


def test_never_analysed_programs_and_empty_ones_have_words_too(as_, tess, program):
    said = words(as_(tess).get("/portfolio"))
    assert "Atlas has no forecast yet." in said
    analysed(program)
    assert "No milestones yet" in words(as_(tess).get("/portfolio"))


def test_the_number_of_queries_does_not_grow(as_, ada, tess, late):
    few = queries(as_(ada), "/portfolio")
    for number in range(20):
        other = cast.program(f"More {number}", tpm=tess, target_date=cast.MONDAY + timedelta(days=30))
        cast.sketch("build(3)! > ship(2)", other)
        analysed(other)
    assert queries(as_(ada), "/portfolio") == few <= 14


def test_nobody_signed_out_reads_it_and_nobody_posts_to_it(as_, lena, late):
    assert as_(None).get("/portfolio").status_code == 302
    assert as_(lena).post("/portfolio").status_code == 405


def test_names_with_markup_are_text(as_, lena, late):
    Program.objects.filter(slug="atlas").update(name="<b>x</b>{{ 7|add:1 }}")
    Timing.objects.all().delete()
    body = as_(lena).get("/portfolio").content.decode()
    assert "<b>x</b>{{" not in body
    assert "&lt;b&gt;x&lt;/b&gt;{{ 7|add:1 }}" in body
