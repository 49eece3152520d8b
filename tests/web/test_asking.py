"""Asking the owner of what one waits for: who may, what the letter says, how often, and what stands there instead."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from programs.actions import dependencies, milestones
from programs.mail import nudge
from programs.models import Dependency, Event, Membership, Milestone, OutboxMessage, Role
from programs.queries.nudges import Silent, asking
from tests.web.plan import AT, elsewhere
from tests.web.test_milestone_page import text_of

if TYPE_CHECKING:
    from programs.models import Person
    from tests.web.plan import Plan

ADDRESS = "/p/atlas/m/SEC-1/ask"  # Design agreed, of Tess; Eli's Build finished waits for it
DAY, WEEK = timedelta(days=1), timedelta(days=7)


def sent() -> list[tuple[str, list[int]]]:
    """To whom, and about which milestones."""
    rows = OutboxMessage.objects.filter(kind="nudge").order_by("pk")
    return [(to, headers["milestones"]) for to, headers in rows.values_list("to", "headers")]


def button(browser: Any, address: str = ADDRESS) -> bool:
    return f'action="{address}"' in browser.get("/my").content.decode()


def test_one_press_asks_the_owner_and_the_day_stands_in_its_place(atlas: Plan, as_: Any, eli: Person, tess: Person) -> None:
    browser = as_(eli)
    assert button(browser)
    answer = browser.post(ADDRESS)
    assert (answer.status_code, answer["Location"]) == (303, "/my#blocks-you")
    assert sent() == [(tess.email, [atlas.design.pk])]
    page = text_of(browser.get("/my"))
    assert "Tess is asked by mail" in page
    assert re.search(r"Design agreed Tess, forecast Mon 8 Mar for SEC-2 Asked on Mon 1 Mar", page)
    assert not button(browser)
    note = Event.objects.get(kind="nudge.sent")
    assert (note.program, note.by, note.subject_name) == (atlas.program, eli, "Tess")
    letter = OutboxMessage.objects.get(kind="nudge")
    assert letter.subject == "1 thing needs an answer: Design agreed"
    words = " ".join(letter.text.split())
    for said in (
        "Not started, no word yet",
        "Eli waits for it, for Build finished.",
        "How does it stand?",
        "Eli asked for this.",
    ):
        assert said in words, said
    assert f"/a/m{atlas.design.pk}-done" in letter.text


def test_a_swap_goes_back_to_the_list(atlas: Plan, as_: Any, eli: Person) -> None:
    answer = as_(eli).post(ADDRESS, headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (204, "/my#blocks-you")


def test_twice_within_a_week_asks_once(atlas: Plan, as_: Any, eli: Person, monday: Any) -> None:
    browser = as_(eli)
    browser.post(ADDRESS)
    monday.move_to(AT + 6 * DAY)
    browser.post(ADDRESS)
    assert "1 was asked within a week" in text_of(browser.get("/my"))
    assert len(sent()) == 1
    monday.move_to(AT + WEEK)
    assert button(browser)
    browser.post(ADDRESS)
    assert len(sent()) == 2


def test_nobody_else_may(atlas: Plan, as_: Any, tess: Person, eli: Person, lena: Person, otto: Person, ada: Person) -> None:
    assert as_(otto).post(ADDRESS).status_code == 404
    for who in (lena, tess, ada):  # one reads, one owns it, one administers: none has work that waits for it
        assert as_(who).post(ADDRESS).status_code == 403, who
    browser = as_(eli)
    assert browser.get(ADDRESS).status_code == 405
    assert browser.post("/p/atlas/m/SEC-3/ask").status_code == 403, "it waits for Eli's, not the other way"
    Membership.objects.filter(person=eli).update(role=Role.VIEWER)
    assert browser.post(ADDRESS).status_code == 403, "who may not answer for their own work asks nobody"
    assert sent() == []


@pytest.mark.parametrize("over", ["link", "own", "theirs"])
def test_nothing_is_asked_once_nobody_waits(atlas: Plan, as_: Any, eli: Person, over: str) -> None:
    if over == "link":
        Dependency.objects.filter(pk=atlas.link.pk).update(set_aside="loop")
    else:
        Milestone.objects.filter(pk=(atlas.build if over == "own" else atlas.design).pk).update(status="done")
    assert as_(eli).post(ADDRESS).status_code == 403
    assert sent() == []


def test_one_letter_asks_about_all_of_theirs_one_waits_for(atlas: Plan, as_: Any, eli: Person, tess: Person) -> None:
    more = milestones.create(program=atlas.program, name="Bench ordered", owner=tess, duration_days=3, by=tess, at=AT)
    dependencies.link(predecessor=more, successor=atlas.build, by=tess, at=AT)
    browser = as_(eli)
    browser.post(f"/p/atlas/m/{more.key}/ask")
    assert sent() == [(tess.email, [more.pk, atlas.design.pk])], "the one that was pressed comes first"
    assert text_of(browser.get("/my")).count("Asked on Mon 1 Mar") == 2


def test_who_spoke_today_or_cannot_answer_is_not_asked(atlas: Plan, as_: Any, eli: Person, tess: Person, otto: Person) -> None:
    milestones.say(milestone=atlas.design, said="on_track", by=tess, at=AT)
    browser = as_(eli)
    assert "Last word Mon 1 Mar" in text_of(browser.get("/my"))
    assert browser.post(ADDRESS).status_code == 303
    assert "Nobody needs to be asked any more" in text_of(browser.get("/my"))
    Milestone.objects.filter(pk=atlas.design.pk).update(owner=otto, said_on=None)
    assert "Design agreed Otto" in text_of(browser.get("/my"))
    assert not button(browser), "Otto is no member"
    assert browser.post(ADDRESS).status_code == 303
    assert sent() == []


def test_a_question_about_other_work_says_when_the_next_may_come(atlas: Plan, as_: Any, eli: Person, tess: Person) -> None:
    nudge.ask_these([Silent(tess, ((atlas.launch, 9),))], atlas.program, by=eli, at=AT)
    assert "Ask from Mon 8 Mar" in text_of(as_(eli).get("/my"))


def test_an_answer_takes_the_place_of_the_question(atlas: Plan, eli: Person, tess: Person, as_: Any, monday: Any) -> None:
    browser = as_(eli)
    browser.post(ADDRESS)
    milestones.say(milestone=atlas.design, said="at_risk", by=tess, at=AT + DAY)
    monday.move_to(AT + 3 * DAY)
    assert "Last word Tue 2 Mar" in text_of(browser.get("/my"))
    assert asking([atlas.design.pk], at=AT + WEEK)[atlas.design.pk].ready


def test_the_letter_names_no_work_in_a_program_its_reader_cannot_see(
    atlas: Plan, as_: Any, eli: Person, otto: Person, ada: Person
) -> None:
    secret = elsewhere(otto)
    Membership.objects.create(program=secret.program, person=eli, role=Role.ENGINEER)
    Milestone.objects.filter(pk=secret.pk).update(owner=eli)
    dependencies.link(predecessor=atlas.launch, successor=secret, by=ada, at=AT)
    assert as_(eli).post("/p/atlas/m/SEC-3/ask").status_code == 303
    letter = OutboxMessage.objects.get(kind="nudge")
    assert "Launch" in letter.text
    assert "Secret" not in letter.text + letter.html
    assert "Eli waits for it. " in " ".join(letter.text.split()), "that somebody waits is said"
