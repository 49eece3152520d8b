"""What is read for one reader: only what is theirs to see, in order, with a fixed number of queries."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from programs.actions import blockers, decisions, milestones, risks, updates
from programs.models import DailyAnalysis, Event, Flag, Milestone, Person, Program, Risk, Timing
from programs.queries import summaries
from programs.summaries import seen
from programs.summaries.lines import change as change_of
from programs.summaries.lines import decision as line_of
from programs.summaries.write import program_summary
from tests import cast
from tests.mail.world import furnished, milestone, subscribed

pytestmark = pytest.mark.django_db


def read(subscription, *, at=cast.NINE, stored=None):
    programs = summaries.followed(subscription)
    reader = summaries.reader_of(subscription, at=at, programs=programs)
    return reader, summaries.read(programs, person=subscription.person, reader=reader, stored=stored or {})


def note(program, kind, *, at=cast.NINE - timedelta(days=1), **fields):
    return Event.objects.create(at=at, kind=kind, program=program, **({"subject_type": kind.split(".")[0]} | fields))


def kinds(fact):
    return [change.kind for change in fact.changes]


def test_everything_stored_is_there(program, lena, eli):
    furnished(program, owner=eli)
    _reader, (fact,) = read(subscribed(lena, program))
    assert (fact.finish_name, fact.finish, fact.days_late, fact.health) == ("Cutover", date(2027, 6, 21), 6.0, "off_track")
    assert fact.path == ("Penetration test", "Cutover")
    assert [(one.title, one.days_added, one.owner, one.mine) for one in fact.blockers] == [
        ("Vendor cannot reach the vault", 3.0, "Eli", False)
    ]
    assert [one.name for one in fact.at_risk] == ["Penetration test"]
    assert [one.name for one in fact.upcoming] == ["Penetration test"]
    assert (fact.done, fact.total, fact.behind) == (1, 3, None)


def test_a_forecast_that_disagrees_with_what_was_said_is_at_risk(program, lena):
    furnished(program)
    said = milestone(program, "SEC-7", "All is well", said="on_track")
    Flag.objects.create(program=program, milestone=said, rule="disagree", severity="warning", sentence="…", since=cast.MONDAY)
    reader, (fact,) = read(subscribed(lena, program))
    assert [one.name for one in fact.at_risk] == ["Penetration test", "All is well"]
    line = program_summary(reader, fact).section("at-risk").lines[1]
    assert line.note == "Nobody yet. Said on track, the forecast disagrees."


def test_newer_edits_are_admitted(program, lena):
    world = furnished(program)
    Program.objects.filter(pk=program.pk).update(revision=9)
    _reader, (fact,) = read(subscribed(lena, program))
    assert fact.behind == world["answer"].computed_at


def test_a_program_never_analysed_is_said_so(program, lena):
    reader, (fact,) = read(subscribed(lena, program))
    assert program_summary(reader, fact).nothing
    assert program_summary(reader, fact).subject == "Atlas: no forecast yet"


def test_blockers_are_ranked_by_days_then_float(program, lena, tess):
    world = furnished(program)
    blocker = world["blocker"]
    small = type(blocker).objects.create(program=program, number=32, title="Small", milestone=world["finish"])
    new = type(blocker).objects.create(program=program, number=33, title="Not priced yet")
    answer = world["answer"]
    answer.blockers = [
        {"id": small.pk, "days_added": 0.0, "total_float": 2.0, "waiting_behind": 0},
        {"id": blocker.pk, "days_added": 3.0, "total_float": -6.0, "waiting_behind": 1},
    ]
    answer.save()
    _reader, (fact,) = read(subscribed(lena, program))
    assert [one.key for one in fact.blockers] == ["B-31", "B-32", new.key]


def test_what_needs_the_reader(program, eli):
    world = furnished(program, owner=eli)
    quiet = milestone(program, "SEC-3", "Allow-list", owner=eli, target_date=date(2027, 2, 26))
    Flag.objects.create(program=program, milestone=quiet, rule="overdue", severity="warning", sentence="…", since=cast.MONDAY)
    Flag.objects.create(program=program, milestone=quiet, rule="silent", severity="notice", sentence="…", since=cast.MONDAY)
    still = milestone(program, "SEC-4", "API", owner=eli)
    Flag.objects.create(
        program=program, milestone=still, rule="silent", severity="notice", sentence="…", since=cast.MONDAY, params={"days": 9}
    )
    _reader, (fact,) = read(subscribed(eli, program, audience="team"))
    assert [(ask.kind, ask.name, ask.days) for ask in fact.asks] == [
        ("clear", "Vendor cannot reach the vault", 0),
        ("finish", "Allow-list", 0),
        ("word", "API", 9),
    ]
    assert fact.asks[0].milestone_key == world["step"].key


def test_a_clear_date_that_passed_is_asked_for(program, eli):
    world = furnished(program, owner=eli)
    world["blocker"].expected_clear = date(2027, 2, 26)
    world["blocker"].save()
    _reader, (fact,) = read(subscribed(eli, program))
    assert fact.asks[0].kind == "date"


def test_a_team_reader_who_owns_or_leads_work_has_a_list(program, eli, lena, tess):
    furnished(program, owner=eli)
    program.workstreams.update(lead=tess)
    Milestone.objects.filter(key="SEC-1").update(workstream=program.workstreams.get())
    assert read(subscribed(eli, program, audience="team"))[0].has_list
    assert read(subscribed(tess, program, audience="team"))[0].has_list
    assert not read(subscribed(lena, program, audience="team"))[0].has_list
    _reader, (fact,) = read(subscribed(tess, program))
    assert [one.mine for one in fact.at_risk] == [True]


# What happened


def test_changes_since_the_readers_own_last_one(program, lena, eli):
    world = furnished(program)
    done = milestone(program, "SEC-5", "Proxy in staging", status="done", actual_date=date(2027, 2, 25), late=7.0, owner=eli)
    note(program, "milestone.done", milestone=done, subject_id=done.pk)
    note(program, "milestone.done", milestone=done, subject_id=done.pk, at=cast.NINE - timedelta(days=20))
    note(
        program,
        "blocker.opened",
        milestone=world["step"],
        subject_id=world["blocker"].pk,
        subject_name="B-31 Vendor cannot reach",
    )
    note(program, "update.written", note="All quiet on the bank side.", by=eli, subject_type="statusupdate", subject_id=1)
    note(program, "member.added", subject_id=1)
    _reader, (fact,) = read(subscribed(lena, program))
    assert kinds(fact) == ["wrote", "blocked", "done"]
    wrote, blocked, finished = fact.changes
    assert (wrote.name, wrote.by) == ("All quiet on the bank side.", "Eli")
    assert (blocked.name, blocked.note, blocked.figure) == ("Vendor cannot reach", "Penetration test", "+3 days")
    assert (finished.name, finished.on, finished.late) == ("Proxy in staging", date(2027, 2, 25), 7.0)


def test_what_people_really_do_is_told_in_their_words(program, lena, tess, eli):
    """Through the product's own actions, not through rows made for the test."""
    world = furnished(program)
    at = cast.NINE - timedelta(hours=2)
    work = milestones.create(program=program, name="API in staging", owner=eli, by=tess, at=at)
    proxy = milestones.create(program=program, name="Proxy in staging", owner=eli, by=tess, at=at)
    milestones.say(milestone=work, said="at_risk", note="The cluster is too small.", by=eli, at=at)
    milestones.say(milestone=proxy, said="done", by=eli, at=at)
    blocked = blockers.block(milestone=work, title="No quota", waiting_on="Cloud team", by=eli, at=at)
    blockers.clear(blocker=world["blocker"], resolution="Opened", by=eli, at=at)
    risks.create(program=program, title="Sale freeze", probability=4, impact=4, by=tess, at=at)
    updates.write(program=program, note="Vendor confirmed for Tuesday.", by=tess, at=at)
    world["finish"].refresh_from_db()
    day = date(2027, 6, 18)
    milestones.reschedule(
        milestone=world["finish"], version=world["finish"].version, field="target_date", date=day, reason="Board", by=tess, at=at
    )
    reader, (fact,) = read(subscribed(lena, program))
    section = program_summary(reader, fact).section("changes")
    assert [(line.title, line.note) for line in section.lines] == [
        ("Vendor confirmed for Tuesday.", "Tess, Mon 1 Mar."),
        ("Blocked: No quota", "Eli. API in staging."),
        ("Cleared: Vendor cannot reach the vault", "Eli. Penetration test."),
        ("Done: Proxy in staging", "Mon 1 Mar."),
        ("Said at risk: API in staging", "Eli. The cluster is too small."),
        ("New risk: Sale freeze", "Tess."),
        ("Cutover: target Fri 11 Jun → Fri 18 Jun", "Tess."),
        ("2 milestones added", "Tess."),
    ]
    assert section.lines[5].figure == "4 × 4"
    assert blocked.pk


def test_only_where_it_ended_counts(program, lena):
    world = furnished(program)
    step, blocker = world["step"], world["blocker"]

    def moved(old, new, minute):
        note(
            program,
            "milestone.changed",
            milestone=step,
            subject_id=step.pk,
            field="target_date",
            old=old,
            new=new,
            at=cast.NINE - timedelta(hours=2) + timedelta(minutes=minute),
        )

    moved("2027-03-12", "2027-03-16", 0)
    moved("2027-03-16", "2027-03-19", 1)
    at = cast.NINE - timedelta(hours=1)
    for n, kind in enumerate(("blocker.opened", "blocker.cleared", "blocker.reopened")):
        note(program, kind, milestone=step, subject_id=blocker.pk, subject_name="B-31 Vendor", at=at + timedelta(minutes=n))
    _reader, (fact,) = read(subscribed(lena, program))
    assert kinds(fact) == ["blocked", "target"]
    assert (fact.changes[1].old, fact.changes[1].new) == ("Fri 12 Mar", "Fri 19 Mar")
    moved("2027-03-19", "2027-03-12", 2)
    _reader, (fact,) = read(subscribed(lena, program, audience="team"))
    assert kinds(fact) == ["blocked"], "there and back again is no change"


def test_what_was_undone_is_not_told(program, lena):
    world = furnished(program)
    note(program, "milestone.done", milestone=world["step"], subject_id=world["step"].pk)
    note(program, "blocker.opened", subject_id=999, subject_name="B-9 gone")
    _reader, (fact,) = read(subscribed(lena, program))
    assert fact.changes == ()


def test_an_event_of_a_slow_transaction_is_told_once_next_time(program, lena):
    """It carries a time before the last summary but was committed after it."""
    furnished(program)
    done = milestone(program, "SEC-5", "Proxy", status="done")
    told = note(program, "milestone.done", milestone=done, subject_id=done.pk, at=cast.NINE - timedelta(minutes=1))
    row = subscribed(lena, program)
    reader, facts = read(row)
    assert facts[0].told == (told.pk,)
    stored = seen.told(facts, reader)
    late = milestone(program, "SEC-6", "Late", status="done")
    note(program, "milestone.done", milestone=late, subject_id=late.pk, at=cast.NINE - timedelta(seconds=50))
    _reader, (fact,) = read(row, at=cast.NINE + timedelta(days=7), stored=stored)
    assert [change.name for change in fact.changes] == ["Late"]


def test_ten_thousand_changes_are_counted(program, lena):
    furnished(program)
    rows = [Milestone(program=program, key=f"X-{n}", name=f"Item {n}") for n in range(10_000)]
    Milestone.objects.bulk_create(rows)
    Event.objects.bulk_create(
        Event(
            at=cast.NINE - timedelta(hours=1),
            kind="milestone.changed",
            program=program,
            milestone=row,
            subject_type="milestone",
            subject_id=row.pk,
            field="target_date",
            old="2027-03-12",
            new="2027-03-16",
        )
        for row in rows
    )
    row = subscribed(lena, program)
    reader, (fact,) = read(row)
    assert fact.change_count == 10_000
    section = program_summary(reader, fact).section("changes")
    assert (len(section.lines), section.more) == (20, "and 9,980 more")
    assert len(str(seen.told([fact], reader))) < 10_000


def test_the_first_one_compares_with_a_week_ago(program, lena):
    furnished(program)
    DailyAnalysis.objects.create(
        program=program, day=cast.MONDAY - timedelta(days=8), finish=date(2027, 6, 16), health="at_risk", days_late=3.0
    )
    reader, (fact,) = read(subscribed(lena, program))
    summary = program_summary(reader, fact)
    section = summary.section("changes")
    assert section.title == "Changed in the last seven days"
    assert [line.title for line in section.lines] == ["Cutover forecast: Wed 16 Jun → Mon 21 Jun", "State: At risk → Off track"]
    assert summary.state == "Off track, 3 working days later than last week"


# Scope and cost


def test_administrators_follow_their_own_programs(program, ada, tess):
    cast.program("Other", tpm=ada)
    row = subscribed(ada, None)
    assert [one.name for one in summaries.followed(row)] == ["Other"]


def test_ended_programs_are_left_out_of_the_portfolio(program, lena):
    row = subscribed(lena, None)
    Program.objects.update(status="done")
    assert summaries.followed(row) == []


@pytest.mark.parametrize("programs", [1, 6])
def test_a_fixed_number_of_queries(tess, programs, django_assert_max_num_queries):
    for n in range(programs):
        made = cast.program(f"P{n}", tpm=tess)
        furnished(made, owner=tess)
        for k in range(30):
            milestone(made, f"M-{k}", f"Item {k}", forecast=cast.MONDAY + timedelta(days=k % 14), late=float(k), owner=tess)
        Risk.objects.create(program=made, number=90, title="Freeze", probability=4, impact=4)
    row = subscribed(tess, None)
    with django_assert_max_num_queries(18):
        _reader, facts = read(row)
    assert len(facts) == programs
    assert facts[0].risks[0].score == 16
    assert facts[0].at_risk_count == 30, "29 late ones and the blocked step; the finish is the headline"


def test_why_the_finish_moved_is_read_and_left_out_where_the_days_do_not_agree(program, lena):
    world = furnished(program)
    path = [world["step"].pk, world["finish"].pk]
    for day, finish in ((7, date(2027, 6, 16)), (1, date(2027, 6, 18)), (0, date(2027, 6, 21))):
        DailyAnalysis.objects.create(program=program, day=cast.MONDAY - timedelta(days=day), finish=finish, health="", path=path)
    note(program, "milestone.changed", at=cast.NINE, milestone=world["step"], field="duration_days", old="3", new="4")
    weekly = subscribed(lena, program)
    _reader, (fact,) = read(weekly)
    assert fact.before is not None
    assert (fact.before.finish, fact.moved.days) == (date(2027, 6, 16), 3)
    assert sum(days for _cause, days in fact.moved.parts) == 3
    DailyAnalysis.objects.filter(day=cast.MONDAY).update(finish=date(2027, 6, 18))
    _reader, (fact,) = read(weekly)
    assert fact.moved.parts == ()


def test_placeholders_and_odd_rows_do_not_stop_it(program, lena):
    world = furnished(program)
    Person.objects.create(name="Only a name")
    Timing.objects.filter(milestone=world["step"]).delete()
    world["answer"].blockers = ["odd", {"id": world["blocker"].pk, "days_added": None, "total_float": None}]
    world["answer"].critical_path = [world["step"].pk, 999_999]
    world["answer"].counts = {}
    world["answer"].save()
    _reader, (fact,) = read(subscribed(lena, program))
    assert fact.path == ("Penetration test",)
    assert fact.blockers[0].days_added == 0.0


def test_open_questions_are_asked_of_whoever_decides(program, lena, tess, eli):
    near = {"decider": eli, "due_on": date(2027, 3, 5)}
    asked = decisions.create(program=program, title="Buy or build?", **near, by=tess, at=cast.NINE)
    decisions.create(program=program, title="Far off", due_on=date(2027, 9, 1), by=tess, at=cast.NINE)
    _reader, (fact,) = read(subscribed(lena, program))
    assert [(one.key, one.title, one.who, one.by) for one in fact.decisions] == [
        (asked.key, "Buy or build?", "Eli", date(2027, 3, 5))
    ]
    assert (fact.decisions[0].options, fact.decisions[0].held) == ((), ())
    said = line_of(fact.decisions[0], cast.MONDAY)
    assert (said.path, said.note) == (f"/p/atlas/decisions/{asked.number}", "From Eli, needed by Fri 5 Mar.")


def test_what_was_decided_is_told_until_it_is_open_again(program, lena, tess, eli):
    before = cast.NINE - timedelta(days=1)
    asked = decisions.create(program=program, title="Buy or build?", decider=eli, due_on=date(2027, 3, 5), by=tess, at=before)
    made = decisions.decide(decision=asked, version=asked.version, chosen="", outcome="Buy", by=eli, at=before)
    weekly = subscribed(lena, program)
    _reader, (fact,) = read(weekly)
    assert fact.decisions == ()
    (told,) = fact.changes
    said = change_of(told, cast.MONDAY)
    assert (said.title, said.note) == ("Decided: Buy or build?", "Buy. Eli.")
    decisions.reopen(decision=made, version=made.version, by=tess, at=before + timedelta(hours=1))
    _reader, (fact,) = read(weekly)
    assert "decided" not in kinds(fact)
