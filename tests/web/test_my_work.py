"""My work: what is asked and when, what each answer does, with script and without, and only of those who may answer."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from programs.actions import analysis, blockers, dependencies, milestones
from programs.models import Blocker, Event, Membership, Milestone, StatusUpdate, Timing
from programs.queries import my_work as queries
from programs.queries.asked import asked as count_asked
from tests import cast
from tests.web.plan import AT, elsewhere
from tests.web.test_milestone_page import text_of

if TYPE_CHECKING:
    from programs.models import Person
    from tests.web.plan import Plan

DAY = timedelta(days=1)
SWAP = {"HX-Request": "true"}


def asked(person: Person, at: Any = AT) -> list[str]:
    """The questions, in order."""
    view = queries.my_work(person, at=at)
    return [ask.item for ask in (*view.blockers, *view.milestones)]


def recompute(atlas: Plan, at: Any = AT) -> None:
    """Bring the stored analysis up to date."""
    analysis.recompute(program_id=atlas.program.pk, at=at, force=True)


def test_a_blocker_that_costs_days_is_asked_once_a_day(atlas: Plan, eli: Person, monday: Any) -> None:
    atlas.blocker.expected_clear = cast.MONDAY + 20 * DAY
    atlas.blocker.save()
    recompute(atlas)
    assert asked(eli) == []  # said today
    assert asked(eli, AT + DAY) == ["atlas:B-1"]
    blockers.still_the_same(blocker=atlas.blocker, by=eli, at=AT + DAY)
    assert asked(eli, AT + DAY) == []


def test_a_blocker_is_asked_on_its_date_without_a_date_and_after_a_week(atlas: Plan, eli: Person) -> None:
    Timing.objects.update(total_float=30.0)
    atlas.program.analysis.blockers = []
    atlas.program.analysis.save()
    assert asked(eli, AT + 2 * DAY) == []
    assert asked(eli, AT + 3 * DAY) == ["atlas:B-1"]
    Blocker.objects.update(expected_clear=cast.MONDAY + 60 * DAY)
    assert asked(eli, AT + 6 * DAY) == []
    assert asked(eli, AT + 7 * DAY) == ["atlas:B-1"]
    Blocker.objects.update(expected_clear=None)
    assert asked(eli, AT) == ["atlas:B-1"]


def test_silent_and_overdue_work_is_asked_until_somebody_speaks(atlas: Plan, tess: Person) -> None:
    milestones.say(milestone=atlas.design, said="on_track", by=tess, at=AT)
    Milestone.objects.filter(pk=atlas.design.pk).update(status="in_progress")
    assert asked(tess, AT + 6 * DAY) == []
    assert asked(tess, AT + 7 * DAY) == ["atlas:SEC-1"]
    milestones.still_the_same(milestone=atlas.design, by=tess, at=AT + 7 * DAY)
    assert asked(tess, AT + 7 * DAY) == []
    assert sorted(asked(tess, AT + 22 * DAY)) == ["atlas:SEC-1", "atlas:SEC-3"]  # launch was promised for day 21
    milestones.say(milestone=atlas.launch, said="off_track", by=tess, at=AT + 22 * DAY)
    assert "atlas:SEC-3" not in asked(tess, AT + 22 * DAY)
    assert "atlas:SEC-3" in asked(tess, AT + 29 * DAY)


def test_leaders_and_strangers_are_asked_nothing(atlas: Plan, lena: Person, otto: Person, eli: Person, as_: Any) -> None:
    Blocker.objects.update(owner=lena, expected_clear=None)
    assert asked(lena) == []
    assert asked(otto) == []
    Membership.objects.filter(person=eli).delete()
    Blocker.objects.update(owner=eli)
    assert asked(eli) == []
    assert "Nothing needs an answer" in text_of(as_(eli).get("/my"))


def test_the_card_says_the_consequence_and_shows_the_chain(atlas: Plan, eli: Person, as_: Any, monday: Any) -> None:
    Blocker.objects.update(expected_clear=cast.MONDAY + 20 * DAY)
    recompute(atlas)
    monday.shift(24 * 3600)
    text = text_of(as_(eli).get("/my"))
    for words in (
        "1 needs an answer",
        "B-1 · open 1 day · Atlas",
        "No test bench",
        "Every day it stays open now adds a day to Launch.",
    ):
        assert words in text, words
    assert re.search(r"the lab → Build finished → Launch, \w+ \d", text)


def test_each_offered_day_says_what_it_does_to_the_finish(atlas: Plan, eli: Person) -> None:
    """The promise of the card is what the engine then finds."""
    Blocker.objects.update(expected_clear=cast.MONDAY + 18 * DAY)
    recompute(atlas)
    ask = queries.my_work(eli, at=AT + DAY).blockers[0]
    assert len(ask.dates) == 3
    for choice in ask.dates:
        assert choice.finish is not None
        blockers.new_date(blocker=atlas.blocker, expected_clear=choice.day, by=eli, at=AT)
        recompute(atlas)
        atlas.program.analysis.refresh_from_db()
        assert atlas.program.analysis.finish == choice.finish
        atlas.blocker.refresh_from_db()


def test_within_float_the_finish_stays(atlas: Plan, eli: Person, tess: Person) -> None:
    long = milestones.create(program=atlas.program, name="Long way", duration_days=60, by=tess, at=AT)
    dependencies.link(predecessor=long, successor=atlas.launch, by=tess, at=AT)
    Blocker.objects.update(expected_clear=cast.MONDAY + 18 * DAY)
    recompute(atlas)
    Blocker.objects.update(expected_clear=cast.MONDAY + 30 * DAY)
    view = queries.my_work(eli, at=AT + 8 * DAY)
    assert [choice.stays for choice in view.blockers[0].dates] == [True, True, True]


def test_answers_without_script_come_back_to_my_work(atlas: Plan, eli: Person, as_: Any) -> None:
    browser = as_(eli)
    for address, form in (
        ("/p/atlas/blockers/1/still", {}),
        ("/p/atlas/blockers/1/new-date", {"date": "in 9 days"}),
        ("/p/atlas/blockers/1/clear", {}),
        ("/p/atlas/m/SEC-2/still", {}),
        ("/p/atlas/m/SEC-2/update", {"said": "at_risk"}),
    ):
        answer = browser.post(address, {"from": "my", **form})
        assert (answer.status_code, answer["Location"]) == (303, "/my"), address
    atlas.build.refresh_from_db()
    assert (atlas.build.status, atlas.build.said) == ("in_progress", "at_risk")


def test_a_swap_replaces_the_card_and_can_be_undone(atlas: Plan, eli: Person, as_: Any) -> None:
    browser = as_(eli)
    text = browser.post("/p/atlas/blockers/1/clear", {"from": "my"}, headers=SWAP).content.decode()
    assert text.count("<article") == 1
    assert 'id="ask-atlas-B-1"' in text
    assert "B-1 is cleared." in text
    assert 'action="/undo/' in text
    text = browser.post("/p/atlas/blockers/1/reopen", {"from": "my"}, headers=SWAP).content.decode()
    assert "B-1 is open again." in text
    again = browser.post("/p/atlas/blockers/1/reopen", {"from": "my"}, headers=SWAP)
    assert again.status_code == 422
    assert "open already" in again.content.decode()


def test_a_new_date_on_a_card_asks_what_it_means(atlas: Plan, tess: Person, as_: Any, monday: Any) -> None:
    browser = as_(tess)
    milestones.say(milestone=atlas.design, said="on_track", by=tess, at=AT)
    Milestone.objects.filter(pk=atlas.design.pk).update(status="in_progress")
    atlas.design.refresh_from_db()
    monday.shift(10 * DAY)
    card = browser.get("/my").content.decode()
    assert 'action="/p/atlas/m/SEC-1/date"' in card
    assert 'hx-get="/p/atlas/m/SEC-1/moves"' in card
    shown = browser.post("/p/atlas/m/SEC-1/date", {"from": "my", "date": "26 mar"})
    assert shown.status_code == 200  # without script the meanings are a page, and nothing is kept yet
    assert "It takes until then" in text_of(shown)
    sent = {"from": "my", "date": "26 mar", "how": "work", "version": atlas.design.version}
    assert "SEC-1 saved." in browser.post("/p/atlas/m/SEC-1/date", sent, headers=SWAP).content.decode()
    assert Event.objects.filter(kind="milestone.changed", subject_id=atlas.design.pk, field="remaining_days").exists()


def test_blocked_in_one_click_asks_what_for_in_the_card(atlas: Plan, tess: Person, as_: Any) -> None:
    browser = as_(tess)
    answer = browser.post("/p/atlas/m/SEC-1/update", {"from": "my", "said": "blocked"}, headers=SWAP)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert text.count("<article") == 1
    assert "Say who or what, so it can be chased." in text
    assert "to fix" not in text, "it asks what for before it blames"
    assert re.search(r'name="waiting_on"[^>]* data-focus', text)
    assert '<input type="hidden" name="from" value="my">' in text
    whole = browser.post("/p/atlas/m/SEC-1/update", {"from": "my", "said": "blocked", "note": "typed"}).content.decode()
    assert "<html" in whole
    assert "typed" in whole
    form = {
        "from": "my",
        "said": "blocked",
        "waiting_on": "Legal",
        "clearer": str(tess.pk),
        "expected_clear": "fri",
        "note": "Sorry.",
    }
    text = browser.post("/p/atlas/m/SEC-1/update", form, headers=SWAP).content.decode()
    made = Blocker.objects.get(milestone=atlas.design)
    assert f"SEC-1 is blocked by {made.key}." in text
    assert (made.title, made.waiting_on, made.owner, made.expected_clear) == ("Legal", "Legal", tess, cast.MONDAY + 4 * DAY)
    assert StatusUpdate.objects.get().note == "Sorry."


def test_the_quick_update_speaks_of_the_blocker_that_is_open(atlas: Plan, eli: Person, as_: Any) -> None:
    form = {"said": "blocked", "waiting_on": "the lab", "clearer": str(eli.pk), "expected_clear": "2027-03-04"}
    seen = Event.objects.count()
    assert as_(eli).post("/p/atlas/m/SEC-2/update", form).status_code == 303
    assert Event.objects.order_by("pk")[seen].kind == "blocker.said"
    assert as_(eli).post("/p/atlas/m/SEC-2/update", form | {"expected_clear": "+9d"}).status_code == 303
    assert Blocker.objects.get().expected_clear == cast.MONDAY + 9 * DAY
    wrong = as_(eli).post("/p/atlas/m/SEC-2/update", form | {"expected_clear": "31/12/26", "note": "long story"})
    assert wrong.status_code == 422
    assert "long story" in wrong.content.decode()


def test_a_link_from_a_mail_selects_the_question_and_saves_nothing(atlas: Plan, eli: Person, as_: Any) -> None:
    Blocker.objects.update(expected_clear=None)
    seen = Event.objects.count()
    for item in ("B-1", "atlas:B-1"):
        text = as_(eli).get(f"/my?item={item}&answer=cleared").content.decode()
        assert re.search(r'<article class="ask"[^>]*aria-current="true"', text)
        assert re.search(r'data-key="c" data-focus>', text)
    assert Event.objects.count() == seen
    text = as_(eli).get("/my?item=B-99&answer=same").content.decode()
    assert "B-99 needs no answer from you any more." in text
    for odd in ("?item=<script>&answer=x", "?item=" + "x" * 5000, "?answer=same", "?item=%00"):
        assert as_(eli).get("/my" + odd).status_code == 200
    assert "<script>&" not in as_(eli).get("/my?item=<script>&answer=x").content.decode()


def test_lists_name_who_waits_and_who_is_waited_for(
    atlas: Plan, eli: Person, tess: Person, otto: Person, ada: Person, as_: Any
) -> None:
    secret = elsewhere(otto)
    dependencies.link(predecessor=secret, successor=atlas.build, by=ada, at=AT)
    text = text_of(as_(eli).get("/my"))
    assert re.search(r"You block 1 waits on you .*Build finished Tess", text)
    assert re.search(r"Blocks you You wait on 1 .*Design agreed Tess, forecast Mon 8 Mar for SEC-2", text)
    assert "Secret" not in text
    text = text_of(as_(tess).get("/my"))
    assert re.search(r"Blocks you .*Build finished Eli", text)
    assert re.search(r"Coming up .*Launch", text)


def test_the_page_costs_the_same_queries_whatever_there_is_to_ask(
    atlas: Plan, eli: Person, tess: Person, as_: Any, django_assert_num_queries: Any
) -> None:
    Blocker.objects.update(expected_clear=None)
    browser = as_(eli)
    with django_assert_num_queries(15):
        browser.get("/my")
    for number in range(6):
        other = cast.program(f"Other {number}", tpm=tess, engineer=eli)
        row = milestones.create(program=other, name=f"Step {number}", owner=eli, duration_days=2, by=tess, at=AT)
        after = milestones.create(program=other, name=f"After {number}", owner=tess, duration_days=2, by=tess, at=AT)
        dependencies.link(predecessor=row, successor=after, by=tess, at=AT)
        blockers.block(milestone=after, title="Stop", owner=eli, by=tess, at=AT)
        analysis.recompute(program_id=other.pk, at=AT)
    with django_assert_num_queries(15):
        answer = browser.get("/my")
    assert answer.content.decode().count("<article") == 7


def test_the_page_stands_before_anything_was_analysed(program: Any, eli: Person, tess: Person, as_: Any, monday: Any) -> None:
    made = cast.sketch("api(3)! > app(2) > launch", program)
    Milestone.objects.filter(pk=made["api"].pk).update(owner=eli)
    blockers.block(milestone=made["api"], title="No access", owner=eli, expected_clear=cast.MONDAY + 9 * DAY, by=tess, at=AT)
    assert "No access" in text_of(as_(eli).get("/my"))


def test_the_sidebar_counts_what_my_work_asks(
    atlas: Plan, eli: Person, tess: Person, lena: Person, as_: Any, monday: Any, django_assert_num_queries: Any
) -> None:
    for days in (0, 1, 3, 4, 8, 15):
        at = AT + days * DAY
        for person in (eli, tess, lena):
            assert count_asked(person, at=at) == queries.my_work(person, at=at).asked, f"{person} after {days} days"
    for at, count in ((AT + 8 * DAY, 3), (AT, 3)):
        with django_assert_num_queries(count):
            count_asked(eli, at=at)
    with django_assert_num_queries(2):
        count_asked(lena, at=AT)


def test_every_page_carries_the_number(atlas: Plan, eli: Person, lena: Person, as_: Any, monday: Any) -> None:
    monday.move_to(AT + 8 * DAY)
    count = queries.my_work(eli, at=AT + 8 * DAY).asked
    assert count
    for page in ("/my", "/portfolio", "/p/atlas/"):
        body = as_(eli).get(page).content.decode()
        assert f'<span class="n hot"><span aria-hidden="true">{count}</span>' in body
        assert f'<span class="dot">{count}' in body
    assert 'class="n hot"' not in as_(lena).get("/portfolio").content.decode()
