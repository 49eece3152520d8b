"""The page of one program."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programs.actions import events
from programs.models import Analysis, Blocker, Flag, Milestone, Program, ProgramStatus, Risk, StatusUpdate
from tests import cast
from tests.web.reading import analysed, atlas, remember, words

pytestmark = pytest.mark.usefixtures("monday")
PAGE = "/p/atlas/"


@pytest.fixture
def late(program):
    made = atlas(program)
    remember(program, days_ago=7, finish_days=15)
    remember(program, days_ago=14, finish_days=10)
    return made


def swap(browser, address):
    return browser.get(address, headers={"HX-Request": "true"})


def test_the_headline_and_its_facts(as_, lena, late):
    said = words(as_(lena).get(PAGE))
    program = Program.objects.get(slug="atlas")
    assert "Launch is forecast for" in said
    assert f"{int(program.analysis.days_late)} working days after target" in said
    assert "Target Mon 15 Mar" in said
    assert "Milestones done 0 of 4" in said
    assert "Why? Off track: the forecast" in said


def test_the_critical_path_is_a_sentence_and_a_strip(as_, lena, late):
    response = as_(lena).get(PAGE)
    said = words(response)
    assert "Penetration test passed → evidence → Launch" in " ".join(said.split())
    assert "and its first step is blocked" in said
    body = response.content.decode()
    assert body.count('class="sg w-') == 3
    assert 'class="mk tg x-' in body
    assert " style=" not in body
    assert "<script>" not in body


def test_drift_is_drawn_with_a_sentence_for_its_name(as_, lena, late):
    body = as_(lena).get(PAGE).content.decode()
    assert 'aria-label="Forecast drift over 2 weeks: from' in body
    assert "It passed the target, Mon 15 Mar, by" in body
    assert "later than on Mon 22 Feb" in words(as_(lena).get(PAGE))


def test_without_a_history_there_is_a_calm_sentence(as_, lena, program):
    atlas(program)
    assert "will show here after its second day" in words(as_(lena).get(PAGE))


def test_blockers_by_days_added(as_, lena, late):
    said = words(as_(lena).get(PAGE))
    assert "1 open, by working days added to the finish" in said
    assert "+4 d no float Vendor cannot reach the vault Penetration test passed · SK-1 Firewall change" in said
    assert "9 d Fri 5 Mar" in said


def test_work_that_waits_for_blocked_work_elsewhere_is_not_called_free(as_, lena, late):
    program = Program.objects.get(slug=PAGE.split("/")[2])
    Blocker.objects.filter(program=program).delete()
    Flag.objects.filter(program=program).delete()
    assert "Nothing is blocked" in words(as_(lena).get(PAGE))
    Flag.objects.create(program=program, rule="blocked_upstream", severity="notice", sentence="x", since=cast.MONDAY)
    assert "Nothing here is blocked, but 1 milestone waits for blocked work elsewhere." in words(as_(lena).get(PAGE))


def test_next_in_line_next_two_weeks_silence_and_disagreement(as_, lena, late):
    said = words(as_(lena).get(PAGE))
    assert "Next in line" in said
    assert "Next two weeks Mon 1 to Mon 15 Mar" in said
    assert "Should clear: Vendor cannot reach the vault" in said
    assert "said “on track” 20 days ago" in said
    assert "What people say and what the network says agree" in said
    Flag.objects.create(
        program=Program.objects.get(slug="atlas"),
        milestone=late["api"],
        rule="disagree",
        severity="warning",
        params={"days": 7, "name": "api", "owner": "Eli"},
        sentence="…",
        since=cast.MONDAY,
    )
    assert "says on track 7 d late" in words(as_(lena).get(PAGE))


def test_the_heat_map_leads_to_the_register(as_, lena, late):
    Risk.objects.create(program=late["api"].program, number=18, title="Unrated")
    body = as_(lena).get(PAGE).content.decode()
    assert 'href="/p/atlas/risks?l=4&amp;i=4" aria-label="Likelihood 4, impact 4: 1 risk"' in body
    assert "1 is not rated yet." in body


def test_workstreams_with_their_health(as_, lena, late):
    Milestone.objects.filter(pk=late["pentest"].pk).update(workstream=Program.objects.get(slug="atlas").workstreams.get())
    analysed(Program.objects.get(slug="atlas"))
    said = words(as_(lena).get(PAGE))
    assert "Security Why? Security Off track: Penetration test passed is forecast" in said
    assert "1 blocked 0 of 1" in said


def test_recent_changes_are_sentences(as_, lena, tess, late):
    program = late["api"].program
    events.record("milestone.said", by=tess, at=cast.NINE, program=program, subject=late["api"], new="at_risk")
    assert "SK-4 api set to at risk Tess, Mon 1 Mar, 09:00" in words(as_(lena).get(PAGE))


def test_declared_stands_beside_computed(as_, lena, tess, late):
    program = late["api"].program
    StatusUpdate.objects.create(program=program, on=cast.MONDAY - timedelta(days=2), author=tess, health="at_risk", note="Tight.")
    assert "Tess said 2 days ago At risk" in words(as_(lena).get(PAGE))


def test_readers_see_no_controls_engineers_and_planners_theirs(as_, lena, eli, tess, late):
    def controls(person):
        body = as_(person).get(PAGE).content.decode()
        return [
            "/p/atlas/milestones/new" in body,
            "/p/atlas/updates#write" in body,
            "Choose the milestone that is blocked" in body,
        ]

    assert controls(lena) == [False, False, False]
    assert controls(eli) == [False, True, True]
    assert controls(tess) == [True, True, True]


def test_strangers_signed_out_and_wrong_methods(as_, lena, otto, ada, late):
    assert as_(otto).get(PAGE).status_code == 404
    assert as_(ada).get(PAGE).status_code == 200
    assert as_(None).get(PAGE).status_code == 302
    assert as_(lena).post(PAGE).status_code == 405
    assert as_(lena).get("/p/nothing/").status_code == 404
    assert swap(as_(otto), PAGE + "?asked=1").status_code == 404


def test_while_the_forecast_is_behind_it_says_so_asks_again_and_gives_up(as_, lena, late):
    Program.objects.filter(slug="atlas").update(revision=99)
    body = as_(lena).get(PAGE).content.decode()
    assert 'hx-get="/p/atlas/?asked=1"' in body
    asked = swap(as_(lena), PAGE + "?asked=1")
    assert asked.status_code == 200
    assert "?asked=2" in asked.content.decode()
    assert "Forecast is 0 minutes old" in swap(as_(lena), PAGE + "?asked=28").content.decode()
    assert "Forecast is 0 minutes old" in swap(as_(lena), PAGE + "?asked=x").content.decode()
    Program.objects.filter(slug="atlas").update(analysed_revision=99)
    assert swap(as_(lena), PAGE + "?asked=3").headers["HX-Trigger"] == "longpole:stale"


def test_an_empty_program_says_what_to_do_first(as_, lena, tess, program):
    said = words(as_(tess).get(PAGE))
    assert "Nothing is planned yet" in said
    assert "Say what each one waits for" in said
    said = words(as_(lena).get(PAGE))
    assert "Say what each one waits for" not in said
    assert "has not added milestones" in said
    analysed(program)
    assert "Nothing is planned yet" in words(as_(tess).get(PAGE))


def test_nothing_dated_is_no_forecast_and_says_the_remedy(as_, tess, program):
    cast.milestone(program, "Someday")
    analysed(program)
    said = words(as_(tess).get(PAGE))
    assert "No forecast yet" in said
    assert "1 open milestone has no date. Give it a start and a duration, or a date it is expected on." in said


@pytest.mark.parametrize("status", [ProgramStatus.DONE, ProgramStatus.CANCELLED])
def test_ended_programs(as_, lena, late, status):
    Program.objects.filter(slug="atlas").update(status=status, actual_date=cast.MONDAY)
    analysed(Program.objects.get(slug="atlas"))
    assert as_(lena).get(PAGE).status_code == 200
    assert ("Done" if status == "done" else "Cancelled") in words(as_(lena).get(PAGE))


def test_early_and_on_target_are_said(as_, lena, late):
    Analysis.objects.update(days_late=-3)
    assert "3 working days before target" in words(as_(lena).get(PAGE))
    Analysis.objects.update(days_late=0)
    assert "on target" in words(as_(lena).get(PAGE))


def test_a_step_in_a_program_one_may_not_see_keeps_its_place_without_a_name(as_, lena, tess, late):
    secret = cast.program("Secret", tpm=tess)
    hidden = cast.milestone(secret, "Hidden vendor deal")
    Analysis.objects.update(
        critical_path=[late["pentest"].pk, hidden.pk, late["launch"].pk], near_paths=[[2.0, [hidden.pk, late["api"].pk]]]
    )
    said = words(as_(lena).get(PAGE))
    assert "Hidden" not in said
    assert "work in another program" in said


def test_a_long_path_folds_its_middle(as_, lena, program):
    cast.sketch(" > ".join(f"step{n}(2)" for n in range(20)), program)
    analysed(program)
    said = words(as_(lena).get(PAGE))
    assert "14 more steps" in said
    assert "All steps in order" in said


def test_deleted_milestones_in_a_stored_answer_do_no_harm(as_, lena, late):
    Milestone.objects.filter(pk=late["evidence"].pk).delete()
    Blocker.objects.all().delete()
    assert as_(lena).get(PAGE).status_code == 200


def test_the_number_of_queries_does_not_grow(as_, lena, program):
    def queries():
        as_(lena).get(PAGE)
        browser = as_(lena)
        with CaptureQueriesContext(connection) as caught:
            assert browser.get(PAGE).status_code == 200
        return len(caught)

    atlas(program)
    few = queries()
    cast.sketch("; ".join(f"a{n}(3)! > b{n}(2) > c{n}(1)" for n in range(60)), program)
    for number, milestone in enumerate(Milestone.objects.filter(program=program, status="blocked")):
        Blocker.objects.create(
            program=program, milestone=milestone, number=100 + number, title=f"Blocker {number}", raised_on=cast.MONDAY
        )
    analysed(program)
    assert queries() == few <= 28


def test_history_stresses_what_is_and_strikes_what_was_and_escapes_both(as_, lena, program, tess):
    made = atlas(program)
    events.record(
        "milestone.changed",
        by=tess,
        at=cast.NINE,
        program=program,
        subject=next(iter(made.values())),
        subject_name="<i>Vault</i>",
        field="priority",
        old="<b>low</b>",
        new="high & dry",
    )
    body = as_(lena).get(PAGE).content.decode()
    assert (
        'Priority of &lt;i&gt;Vault&lt;/i&gt; changed from <s>&lt;b&gt;low&lt;/b&gt;</s> to <b class="m">high &amp; dry</b>'
        in body
    )


def plain_plan(program, *, days_ago=None, count=3, **fields):
    """Points in time, promised for a day that has passed, or for none."""
    day = None if days_ago is None else cast.MONDAY - timedelta(days=days_ago)
    for number in range(count):
        cast.milestone(program, f"Paper {number}", target_date=day, duration_days=0, **fields)
    return analysed(program)


def test_what_is_past_its_date_is_counted_not_listed_as_today(as_, lena, program):
    plain_plan(program, days_ago=30)
    cast.milestone(program, "Promised today", target_date=cast.MONDAY, duration_days=0)
    analysed(program)
    said = words(as_(lena).get(PAGE))
    assert "3 milestones are past their date and not done." in said
    ahead = said[said.index("Next two weeks") :]
    assert "Promised today" in ahead
    assert "Paper" not in ahead
    assert "Nothing that is left is dated later than today." in said


def test_a_finish_of_today_draws_no_strip(as_, lena, program):
    plain_plan(program)
    response = as_(lena).get(PAGE)
    assert 'class="rib' not in response.content.decode()
    assert "3 milestones have no date of their own." in words(response)


def test_an_ended_program_counts_what_is_still_open_and_asks_for_no_blocker(as_, tess, program):
    atlas(program, status=ProgramStatus.DONE)
    analysed(program)
    response = as_(tess).get(PAGE)
    said = words(response)
    assert "1 still open" in said
    assert "Milestones that were done" in said
    assert "Off track" not in said[said.index("Workstreams") :], "what has ended is not judged"
    assert "Choose the milestone that is blocked" not in response.content.decode()


def test_a_register_nobody_rated_draws_no_map(as_, lena, program):
    atlas(program)
    Risk.objects.filter(program=program).update(probability=None, impact=None)
    response = as_(lena).get(PAGE)
    assert "None has a likelihood and an impact yet" in words(response)
    assert 'class="heat"' not in response.content.decode()
