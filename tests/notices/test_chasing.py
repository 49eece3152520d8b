"""Who has not answered is reminded once, kindly, in their own hours, in one message; then the program manager sees it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from programs.actions import analysis, milestones, notices
from programs.mail import chasing
from programs.mail import nudge as letters
from programs.mail.deliver import deliver
from programs.mail.notices import mail_due
from programs.mail.replies import take
from programs.models import Milestone, Notice, NoticeKind, OutboxMessage
from programs.queries.chasing import WAITS
from programs.queries.replies import address_for
from tests import cast
from tests.cast import MONDAY, NINE
from tests.mail import incoming
from tests.mail.world import Clock

pytestmark = pytest.mark.django_db(transaction=True)
WEDNESDAY = datetime(2027, 3, 3, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def silent(program, owner, name):
    return cast.milestone(
        program, name, owner=owner, status="in_progress", said="on_track", said_on=MONDAY - 12 * DAY, duration_days=5
    )


@pytest.fixture
def asked(program, tess, eli):
    """Eli was asked about his vault on Monday at nine."""
    made = silent(program, eli, "Vault")
    analysis.recompute(program_id=program.pk, at=NINE, force=True)
    program.refresh_from_db()
    letters.ask(program, by=tess, at=NINE)
    return made


def told(person, item, role="owner", at=NINE) -> Notice:
    """A new date this person was told of on Monday."""
    facts = {"before": ["2027-03-05", 3.0, "free"], "after": ["2027-03-12", 0.0, "critical"], "cause": {"kind": "plan"}}
    given = {"role": role, "program": item.program, "milestone": item, "topic": f"slip:{item.pk}", "facts": facts}
    made = Notice.objects.create(person=person, kind=NoticeKind.SLIP, created_at=at, due_at=at, **given)
    notices.settle(at=at)
    mail_due(clock=Clock(at))
    return made


def reminders() -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(kind="reminder").order_by("pk"))


def test_after_two_working_days_and_not_before(asked):
    assert timedelta(hours=16) == WAITS
    assert chasing.remind(at=WEDNESDAY - timedelta(minutes=1)) == 0
    assert chasing.remind(at=WEDNESDAY) == 1
    message = reminders()[0]
    assert message.to == "eli@example.test"
    assert message.subject == "1 thing still waits for a word: Vault"
    assert "It may have been overlooked" in message.text
    assert f"/a/m{asked.pk}-same" in message.text


def test_once_and_no_more(asked):
    for hours in range(0, 24 * 14, 5):
        chasing.remind(at=WEDNESDAY + timedelta(hours=hours))
    assert len(reminders()) == 1


def test_in_their_own_hours(asked, eli):
    eli.time_zone = "America/Los_Angeles"
    eli.save()
    assert chasing.remind(at=WEDNESDAY) == 0, "it is night there"
    assert chasing.remind(at=WEDNESDAY + timedelta(hours=7, minutes=59)) == 0
    assert chasing.remind(at=WEDNESDAY + timedelta(hours=8)) == 1


def test_weekends_are_no_working_days(program, tess, eli):
    silent(program, eli, "Vault")
    analysis.recompute(program_id=program.pk, at=NINE, force=True)
    program.refresh_from_db()
    friday = datetime(2027, 3, 5, 9, 0, tzinfo=UTC)
    letters.ask(program, by=tess, at=friday)
    assert [chasing.remind(at=friday + days * DAY) for days in (1, 2, 3)] == [0, 0, 0]
    assert chasing.remind(at=friday + 4 * DAY) == 1


def test_one_message_across_programs_for_everything_that_waits(asked, program, tess, eli):
    other = cast.program("Borealis", tpm=tess, engineer=eli)
    told(eli, silent(other, eli, "Dock"))
    told(eli, asked)
    assert chasing.remind(at=WEDNESDAY) == 1
    message = reminders()[0]
    assert message.subject.startswith("3 things still wait for a word")
    for words in ("Vault", "Dock", "Borealis", "Atlas", "It cannot hold"):
        assert words in message.text


def test_followers_owe_no_answer_and_who_answered_is_left_alone(asked, program, lena, eli):
    told(lena, asked, role="follower")
    mine = told(eli, asked)
    notices.answer(notice=mine, answer="acknowledged", by=eli, at=NINE)
    milestones.still_the_same(milestone=Milestone.objects.get(), by=eli, at=NINE + DAY)
    assert chasing.remind(at=WEDNESDAY) == 0


def test_what_is_over_is_not_asked_for(asked, program, eli):
    told(eli, asked)
    Milestone.objects.update(status="done")
    assert chasing.remind(at=WEDNESDAY) == 0


def test_never_more_than_weekly(asked, program, tess, eli):
    assert chasing.remind(at=WEDNESDAY) == 1
    told(eli, silent(program, eli, "Dock"), at=WEDNESDAY)
    friday = WEDNESDAY + 2 * DAY
    assert chasing.remind(at=friday) == 0, "reminded on Wednesday"
    assert chasing.remind(at=WEDNESDAY + 7 * DAY) == 1
    assert "Dock" in reminders()[1].text
    assert "Vault" not in reminders()[1].text, "once of each thing"


def test_two_at_a_time_remind_once(asked, eli):
    from programs.actions import nudges
    from programs.queries.chasing import silences

    one = silences(at=WEDNESDAY)[0]
    written = chasing.letters_to(one, at=WEDNESDAY)
    assert nudges.remind(person=eli, letters=written, at=WEDNESDAY)
    assert not nudges.remind(person=eli, letters=written, at=WEDNESDAY)


def test_who_wants_no_nudges_gets_none_and_one_click_stops_them(asked, eli, smtp_server, client):
    Milestone.objects.update(said_on=MONDAY - 12 * DAY)
    assert chasing.remind(at=WEDNESDAY) == 1
    deliver(clock=Clock(WEDNESDAY))
    mail = next(mail for mail in smtp_server.messages if "still waits" in mail["Subject"])
    stop = mail["List-Unsubscribe"].strip(" <>").removeprefix("http://localhost:8000")
    assert client.post(stop, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert dict(eli.preferences.values_list("kind", "frequency")) == {"nudge": "never"}
    OutboxMessage.objects.filter(kind="reminder").delete()
    assert chasing.remind(at=WEDNESDAY + DAY) == 0


def test_it_is_answered_like_any_other(asked, eli, settings):
    settings.REPLY_ADDRESS = "answers@plan.example.test"
    notice = told(eli, asked)
    chasing.remind(at=WEDNESDAY)
    message = reminders()[0]
    raw = incoming.raw("eli@example.test", address_for(message), "1. still the same\n2. seen")
    assert take(raw, at=WEDNESDAY + timedelta(hours=1)) == "done"
    asked.refresh_from_db()
    notice.refresh_from_db()
    assert asked.said_on == WEDNESDAY.date()


def test_the_program_manager_sees_who_was_asked_and_has_not_answered(asked, tess, as_, monday):
    chasing.remind(at=WEDNESDAY)
    monday.move_to(WEDNESDAY + DAY)
    assert "asked Mon 1 Mar, not answered" in as_(tess).get("/p/atlas/").content.decode()


def test_a_tick_with_nobody_silent_asks_two_things(db, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert chasing.remind(at=NINE) == 0
