"""A cleared blocker and the dates it moves are told together: each person once, and no date twice."""

from __future__ import annotations

import re
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from programs.actions import analysis, blockers, milestones, notices, telling
from programs.graph.diff import Room, Standing, stirred
from programs.mail.notices import mail_due
from programs.models import (
    CLEARED,
    Blocker,
    Milestone,
    Notice,
    OutboxMessage,
    Person,
    Program,
    Shift,
    Timing,
)
from programs.queries import notices as queries
from tests import cast
from tests.cast import MONDAY, NINE
from tests.mail.world import Clock
from tests.notices.followed import followed

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NINE + timedelta(minutes=10)
Told = Notice.State.TOLD


@pytest.fixture
def plan(program, tess, eli, lena):
    """api (3 d) > app (2 d) > launch; Lena owns api, Eli app and launch; a blocker keeps api from ending before a week."""
    made = cast.sketch("api(3) > app(2) > launch(0); docs(1) > launch", program)
    Milestone.objects.filter(pk=made["api"].pk).update(owner=lena)
    Milestone.objects.filter(pk__in=[made["app"].pk, made["launch"].pk]).update(owner=eli)
    Program.objects.filter(pk=program.pk).update(finish_milestone=made["launch"])
    for row in made.values():
        row.refresh_from_db()
    analysis.recompute(program_id=program.pk, at=NINE, force=True)
    return made


def stopped(row, by, *, until=None):
    """A blocker nobody is to be told of any more."""
    made = blockers.block(milestone=row, title="No access to the vault", by=by, at=NINE, expected_clear=until)
    telling.tell(at=NINE)
    Notice.objects.all().delete()
    return made


def told(at=NINE):
    telling.tell(at=at)
    notices.settle(at=at)
    return {(each.person.name, each.milestone.name): each for each in Notice.objects.filter(state=Told)}


def spoken(person):
    return [row.told for row in queries.inbox(person, today=MONDAY).rows]


def test_whoever_hears_of_the_clearing_hears_the_new_date_with_it_and_not_again(plan, tess, eli, lena):
    stop = stopped(plan["api"], tess, until=date(2027, 3, 11))
    blockers.clear(blocker=stop, by=tess, at=NINE)
    first = told(at=NINE)
    assert {who: each.kind for who, each in first.items()} == {
        ("Lena", "api"): "slip",
        ("Eli", "app"): "slip",
        ("Eli", "launch"): "slip",
    }
    assert told(at=LATER).keys() == first.keys(), "nothing is said later"
    (mine,) = spoken(lena)
    assert mine.title == "api can go on: Thu 4 Mar, was Tue 16 Mar"
    assert mine.because == "B-1 No access to the vault is cleared (Tess)."
    assert {each.title for each in spoken(eli)} == {
        "app: Mon 8 Mar, was Thu 18 Mar",
        "launch: Mon 8 Mar, was Thu 18 Mar",
    }


def test_it_is_one_mail_each(plan, tess, settings):
    settings.REPLY_ADDRESS = "answers@example.test"
    stop = stopped(plan["api"], tess, until=date(2027, 3, 11))
    blockers.clear(blocker=stop, by=tess, at=NINE)
    told(at=NINE)
    mail_due(clock=Clock())
    told(at=LATER)
    mail_due(clock=Clock(LATER))
    mails = {message.person.name: message for message in OutboxMessage.objects.select_related("person")}
    assert OutboxMessage.objects.count() == len(mails) == 2
    assert {message.kind for message in mails.values()} == {"cleared"}
    assert mails["Lena"].subject == "api can go on: Thu 4 Mar, was Tue 16 Mar"
    assert mails["Eli"].text.startswith("You can go on.")
    assert re.findall(r"^\d\.  (\w+):", mails["Eli"].text, re.MULTILINE) == ["app", "launch"]
    assert mails["Eli"].text.count("-contested") == 2, "each new date may be contested"
    assert "cannot hold: why" in " ".join(mails["Eli"].text.split())


def test_where_no_date_moved_the_clearing_is_told_by_itself_with_the_date_that_stays(plan, tess, eli, lena):
    stop = stopped(plan["api"], tess)
    blockers.clear(blocker=stop, by=tess, at=NINE)
    assert {who: each.kind for who, each in told().items()} == {("Lena", "api"): "cleared", ("Eli", "app"): "cleared"}
    day = Timing.objects.get(milestone=plan["app"]).forecast
    (mine,) = spoken(eli)
    assert mine.means == f"api goes on, and app waits for it. Its forecast is {day:%a} {day.day} {day:%b}."


def test_a_date_that_waited_to_be_told_comes_with_the_clearing_and_says_both(plan, tess, eli, lena):
    """Tess lengthens app; a minute later Lena clears what stopped api."""
    stop = stopped(plan["api"], tess, until=date(2027, 3, 11))
    app = plan["app"]
    app.refresh_from_db()
    milestones.edit(milestone=app, version=app.version, changes={"duration_days": 4}, by=tess, at=NINE)
    assert told() == {}
    minute = NINE + timedelta(minutes=1)
    blockers.clear(blocker=stop, by=lena, at=minute)
    assert set(told(at=minute)) == {("Eli", "app"), ("Eli", "launch")}
    assert told(at=LATER).keys() == {("Eli", "app"), ("Eli", "launch")}
    said = {each.title: each.because for each in spoken(eli)}
    assert said["app: Wed 10 Mar, was Thu 18 Mar"].startswith("B-1 No access to the vault is cleared (Lena).")


def test_a_date_that_only_drifted_waits_for_its_morning_and_is_no_news_of_the_clearing(plan, tess, eli, lena):
    """app slid along behind work of its own that is late; the blocker of api, which has room, moved nothing of it."""
    stop = stopped(plan["api"], tess)
    day = Timing.objects.get(milestone=plan["app"]).forecast
    early = [(day - timedelta(days=7)).isoformat(), 0.0, "critical"]
    facts = {
        "before": early,
        "after": [day.isoformat(), 0.0, "critical"],
        "cause": {"kind": "time", "milestone": None, "event": None},
    }
    slid = notices.drafted("slip", plan["app"].pk, eli.pk, notices.Reader("owner", stop.program_id), facts, at=NINE)
    slid.due_at = LATER
    slid.save()
    blockers.clear(blocker=stop, by=tess, at=NINE)
    assert {who: each.kind for who, each in told().items()} == {("Lena", "api"): "cleared", ("Eli", "app"): "cleared"}
    (mine,) = spoken(eli)
    assert mine.means == f"api goes on, and app waits for it. Its forecast is {day:%a} {day.day} {day:%b}."
    told(at=LATER)
    assert [each.because for each in spoken(eli)] == [
        "Days went by and what it waits for, or itself, is not done.",
        "Tess cleared it.",
    ]


def test_until_the_new_dates_are_known_nothing_is_said_and_a_window_later_only_that_it_is_clear(plan, tess, eli, lena):
    stop = stopped(plan["api"], tess, until=date(2027, 3, 11))
    blockers.clear(blocker=stop, by=tess, at=NINE)
    kept = list(Shift.objects.filter(cleared=None))
    Shift.objects.filter(cleared=None).delete()
    Program.objects.filter(pk=stop.program_id).update(analysed_revision=0)
    assert told(at=NINE) == {}
    assert Shift.objects.count() == 1
    found = told(at=NINE + timedelta(minutes=5))
    assert {who: each.kind for who, each in found.items()} == {("Lena", "api"): "cleared", ("Eli", "app"): "cleared"}
    assert "forecast" not in " ".join(each.means for each in spoken(eli)), "a date that is not known is not told"
    Shift.objects.bulk_create(kept)
    after = told(at=NINE + timedelta(minutes=30))
    telling.tell(at=NINE + timedelta(minutes=30))
    notices.settle(at=NINE + timedelta(hours=1))
    dated = Notice.objects.filter(state=Told, kind="slip").values_list("person__name", "milestone__name")
    assert len(after) == 2
    assert sorted(dated) == [("Eli", "app"), ("Eli", "launch"), ("Lena", "api")], "each date once, when it is known"


def test_what_something_else_still_stops_cannot_go_on(plan, tess, lena):
    stop = stopped(plan["api"], tess)
    stopped(plan["api"], tess)
    blockers.clear(blocker=stop, by=tess, at=NINE)
    told()
    (mine,) = spoken(lena)
    assert mine.means.startswith("Something else still blocks api.")


def test_whoever_wants_clearings_by_the_day_and_dates_at_once_gets_the_dates_at_once(plan, tess, eli, lena):
    notices.prefer(person=eli, wanted={"cleared": "daily"})
    notices.prefer(person=lena, wanted={"slip": "never"})
    stop = stopped(plan["api"], tess, until=date(2027, 3, 11))
    blockers.clear(blocker=stop, by=tess, at=NINE)
    found = told(at=NINE)
    assert {who: (each.told_as, each.mail_at) for who, each in found.items()} == {
        ("Lena", "api"): ("cleared", NINE),
        ("Eli", "app"): ("slip", NINE),
        ("Eli", "launch"): ("slip", NINE),
    }


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(seed=st.integers(0, 10**6))
def test_on_random_programs_the_sets_are_exact(transactional_db, seed):
    """Who hears of the clearing, of which dates, and when: against the stored answers and the links, row by row."""
    rng = Random(seed)
    for model in (Program, Person, OutboxMessage):
        model.objects.all().delete()
    program, people, rows = followed(rng, 8)
    analysis.recompute(program_id=program.pk, at=NINE, force=True)
    blocked, by = rng.choice(rows), rng.choice(people)
    blocked.refresh_from_db()
    stop = stopped(blocked, people[0], until=date(2027, 3, 1) + timedelta(days=rng.randint(0, 20)))
    before = standings()
    blockers.clear(blocker=Blocker.objects.get(pk=stop.pk), by=by, at=NINE)
    moved = {pk for pk, was in before.items() if stirred(was, standings()[pk])}
    concerned = {row.pk: {row.owner_id, *row.followers.values_list("person", flat=True)} - {None, by.pk} for row in rows_of(rows)}
    near = [blocked.pk, *blocked.feeds.values_list("successor", flat=True)]
    waited = set().union(*(concerned[pk] for pk in near))
    dates = {(who, pk) for pk in moved for who in concerned[pk]}

    told(at=NINE)
    at_once = Notice.objects.filter(state=Told)
    assert {one.person_id for one in at_once} == waited, "whoever waited hears at once, and nobody else"
    assert pairs(at_once.filter(kind="slip")) == sorted(pair for pair in dates if pair[0] in waited)
    alone = {who for who in waited if not any((who, pk) in dates for pk in near)}
    assert sorted(at_once.filter(kind="cleared").values_list("person", flat=True)) == sorted(alone)
    assert all(one.told_as == "cleared" for one in at_once)
    mail_due(clock=Clock())
    assert sorted(OutboxMessage.objects.values_list("person", flat=True)) == sorted(waited), "one mail each"

    told(at=LATER)
    everything = Notice.objects.filter(state=Told)
    assert pairs(everything.filter(kind="slip")) == sorted(dates), "each date once"
    assert not [one for one in everything.exclude(pk__in=at_once) if CLEARED in one.facts and one.told_at == LATER]


def rows_of(rows):
    return Milestone.objects.filter(pk__in=[row.pk for row in rows])


def pairs(found):
    return sorted(found.values_list("person", "milestone"))


def standings():
    rows = Timing.objects.values_list("milestone_id", "forecast", "total_float", "critical")
    return {pk: Standing(day, room, Room.of(room, critical=critical, band=5)) for pk, day, room, critical in rows}
