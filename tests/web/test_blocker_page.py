"""The page of a blocker: its facts, its price, who should come, the ladder; and how long blockers take."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape

import pytest

from programs.actions import analysis, blockers, notices
from programs.models import Blocker, Event, Milestone, Notice, Program, Team
from programs.queries import blocker as queries
from tests import cast
from tests.cast import MONDAY, NINE

pytestmark = pytest.mark.django_db(transaction=True)
DOOR = "/p/atlas/blockers/1"


@pytest.fixture
def stuck(program, tess, eli, lena, monday):
    """app is blocked until Fri 12 Mar and drives launch; Eli can clear it, Tess owns app, Lena owns launch."""
    made = cast.sketch("app(2) > launch(0); app > beta(1); docs(1) > launch", program)
    Milestone.objects.filter(pk=made["app"].pk).update(owner=tess)
    Milestone.objects.filter(pk=made["launch"].pk).update(owner=lena)
    Milestone.objects.filter(pk=made["beta"].pk).update(target_date=date(2027, 3, 10))
    Program.objects.filter(pk=program.pk).update(finish_milestone=made["launch"])
    team = Team.objects.create(name="Network", lead=lena)
    stop = blockers.block(
        milestone=made["app"], title="No access to the vault", owner=eli, waiting_team=team, waiting_on="Firewall change",
        expected_clear=date(2027, 3, 12), kind="access", next_step="Board on Tuesday", by=tess, at=NINE,
    )  # fmt: skip
    analysis.recompute(program_id=program.pk, at=NINE, force=True)
    return stop


def test_everything_known_of_it(stuck, lena, as_):
    page = as_(lena).get(DOOR).content.decode()
    for words in ("No access to the vault", "B-1", "Access", "Network", "Firewall change", "Board on Tuesday", "Fri 12 Mar"):
        assert words in page
    assert re.search(r"It adds <b class=\"late\">9 working days</b> to launch", page)
    assert "New blocker: B-1" in page or "No access" in page


def test_the_ladder_of_what_was_brought_along_has_not_begun(stuck, lena, as_):
    assert "Nobody had to be told yet: it moved in time." in as_(lena).get(DOOR).content.decode()
    Blocker.objects.filter(pk=stuck.pk).update(moved_at=None)
    assert "the ladder begins when somebody says or changes something here" in as_(lena).get(DOOR).content.decode()


def test_price_and_room_are_worked_out_in_a_part(stuck, tess, as_):
    part = as_(tess).get(f"{DOOR}/price", HTTP_HX_REQUEST="true").content.decode()
    assert "<html" not in part
    assert "target Wed 10 Mar, 5 working days late" in re.sub(r"\s+", " ", part)
    assert "can clear it" in part
    assert "leads Network, which is waited for; because launch has no float behind it" in part
    assert "owns app, which has no float" in part
    assert "# B-1: No access to the vault" in part
    assert "- Adds 9 working days to launch today" in part
    assert "<html" in as_(tess).get(f"{DOOR}/price").content.decode()


def test_the_room_is_mailed_once_an_hour(stuck, tess, eli, lena, otto, as_):
    door = f"{DOOR}/room"
    assert as_(otto).post(door).status_code == 404
    assert as_(lena).post(door).status_code == 403
    assert as_(tess).get(door).status_code == 405
    assert as_(tess).post(door, {"people": []}).status_code == 422
    assert as_(tess).post(door, {"people": ["x", str(otto.pk), str(tess.pk)]}).status_code == 422
    done = as_(tess).post(door, {"people": [eli.pk, lena.pk, otto.pk], "note": "Today at 14:00, room 3"})
    assert done.status_code == 303
    notices.settle(at=NINE)
    told = {each.person.name: each for each in Notice.objects.filter(kind="room", state="told")}
    assert set(told) == {"Eli", "Lena"}
    assert "Tess asks you in: No access to the vault" in as_(eli).get("/my/inbox").content.decode()
    said = " ".join(unescape(as_(eli).get("/my/inbox").content.decode()).split())
    assert "Today at 14:00, room 3." in said
    assert "Adds 9 working days to launch today. Another week adds 5 working days." in said
    everybody = "Asked in: Eli (can clear it); Lena (leads Network, which is waited for; because launch has no float behind it)."
    assert everybody in said
    again = as_(tess).post(door, {"people": [eli.pk], "note": "And now"})
    assert again.status_code == 422
    assert "People were asked within the hour." in again.content.decode()
    assert "And now" in again.content.decode()
    assert Event.objects.get(kind="blocker.room").new == "Eli, Lena"


def test_snooze_by_its_form(stuck, tess, lena, as_):
    door = f"{DOOR}/snooze"
    assert as_(lena).post(door, {"until": "fri", "reason": "x"}).status_code == 403
    bad = as_(tess).post(door, {"until": "fri", "reason": ""})
    assert bad.status_code == 422
    assert "Say why nobody needs to be told until then." in bad.content.decode()
    assert as_(tess).post(door, {"until": "fri", "reason": "Board on Tuesday"}).status_code == 303
    assert "quiet until Fri 5 Mar" in as_(tess).get(DOOR).content.decode()
    assert as_(tess).post(door, {"until": "", "reason": ""}).status_code == 303
    assert Blocker.objects.get().snoozed_until is None


def test_strangers_find_nothing_and_readers_may_read(stuck, otto, lena, as_):
    for path in (DOOR, f"{DOOR}/price", "/p/atlas/blockers"):
        assert as_(otto).get(path).status_code == 404
        assert as_(lena).get(path).status_code == 200
    assert as_(lena).get("/p/atlas/blockers/99").status_code == 404


def test_how_long_they_take(stuck, program, tess):
    app = Milestone.objects.get(program=program, name="app")
    for number, days in ((11, 4), (12, 8), (13, 12)):
        Blocker.objects.create(
            program=program, milestone=app, number=number, title=f"Old {number}", kind="defect", status="resolved",
            raised_on=MONDAY - timedelta(days=20), resolved_on=MONDAY - timedelta(days=20 - days),
        )  # fmt: skip
    old = Blocker.objects.get(number=11)
    blockers.reopen(blocker=old, by=tess, at=NINE)
    view = queries.blockers("atlas", by=tess, at=NINE)
    assert [line.blocker.number for line in view.open] == [1, 11]
    assert (view.typical, view.reopened, view.cleared_count) == (10.0, 1, 2)
    assert view.oldest.blocker.number == 11
    assert {one.name: (one.open, one.days, one.typical) for one in view.by_kind} == {
        "Defect": (1, 40, 10.0),
        "Access": (1, 0, None),
    }


def test_pages_ask_a_fixed_number_of_questions(stuck, tess, django_assert_max_num_queries):
    with django_assert_max_num_queries(7):
        queries.blockers("atlas", by=tess, at=NINE)
    with django_assert_max_num_queries(8):
        queries.page("atlas", 1, by=tess, at=NINE)
    with django_assert_max_num_queries(12):
        queries.priced(stuck, by=tess, at=NINE)


def test_the_list_reads(stuck, lena, as_):
    page = as_(lena).get("/p/atlas/blockers").content.decode()
    assert "1 blocker open" in page
    assert "+9 d" in page
