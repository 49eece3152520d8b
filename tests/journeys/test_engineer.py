"""An engineer says "blocked, because…", later "clear again", and everybody's dates follow."""

import re
from datetime import timedelta

import pytest
from django.utils.timezone import localdate, now

from programs.actions import blockers
from programs.models import Blocker, Event, Milestone, Program
from tests.cast import sketch
from tests.provision.processes import wait_until

pytestmark = pytest.mark.chaos


@pytest.fixture
def plan(program, eli):
    made = sketch("api(3)! > app(2) > launch", program)
    Milestone.objects.filter(pk=made["api"].pk).update(owner=eli)
    Program.objects.filter(pk=program.pk).update(finish_milestone=made["launch"])
    return made


def finish(program):
    analysis_row = Program.objects.select_related("analysis").get(pk=program.pk)
    return analysis_row.analysis.finish if hasattr(analysis_row, "analysis") else None


def card(page, title):
    """The question about one blocker on My work, as soon as the page shows it."""
    found = page.get_by_role("article", name=title)

    def shown():
        page.goto("/my")
        return found.is_visible()

    wait_until(shown, what=f"a card for {title}", seconds=30, every=0.5)
    return found


def test_blocked_and_clear_again(visit, running, program, plan, eli):
    wait_until(lambda: finish(program) is not None, what="the first forecast", seconds=20)
    before = finish(program)
    page = visit(eli)
    page.goto("/my")
    page.get_by_role("link", name="Blocked… api").click()
    page.get_by_label("What is blocked").fill("The firewall change is not through")
    page.get_by_label("Who can clear it").select_option(label="Eli")
    page.get_by_label("Expected clear").fill("in 30 days")
    page.get_by_role("button", name=re.compile("block", re.IGNORECASE)).last.click()
    page.wait_for_url(f"**/p/atlas/m/{plan['api'].key}")  # saved, and gone on to its milestone
    wait_until(lambda: Blocker.objects.filter(status="open").exists(), what="the blocker", seconds=10)
    wait_until(lambda: finish(program) > before, what="the forecast to follow the blocker", seconds=20)

    card(page, "The firewall change is not through").get_by_role("button", name="Cleared").click()  # one click: it is clear
    wait_until(lambda: not Blocker.objects.filter(status="open").exists(), what="the blocker to clear", seconds=10)
    wait_until(lambda: finish(program) == before, what="the forecast to come back", seconds=20)
    assert Milestone.objects.get(pk=plan["api"].pk).status == "in_progress"


def test_still_the_same_is_one_click(visit, program, plan, eli, tess):
    blockers.block(
        milestone=plan["api"], title="No access", owner=eli, expected_clear=localdate() + timedelta(days=9), by=tess, at=now()
    )
    page = visit(eli)
    card(page, "No access").get_by_role("button", name=re.compile("^Still")).click()
    wait_until(lambda: Event.objects.filter(kind="blocker.said", by=eli).exists(), what="the word to be kept", seconds=10)
    assert Blocker.objects.get().status == "open"
