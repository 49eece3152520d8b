"""What the history says of how long things take: every promise on record, and the spreads that are kept of it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from programs.actions import forecasts, milestones
from programs.graph.replay import Record, Replay
from programs.graph.spread import LENGTHS, Spreads, step_of
from programs.models import DailyAnalysis, LearnedSpreads, Milestone, Program, Team
from programs.queries import slips
from programs.queries.snapshots import cluster, network
from programs.queries.uncertainty import about
from tests.cast import MONDAY, NINE, milestone, sketch
from tests.imports import bundles

pytestmark = pytest.mark.django_db(transaction=True)


def later(days):
    return MONDAY + timedelta(days=days)


def at(day):
    return datetime.combine(day, NINE.timetz())


def known(made):
    (found,) = [one for one in slips.records(around=MONDAY) if one.id == made.pk]
    return found


def test_a_milestone_promises_each_date_it_named_from_the_day_it_was_made(program, tess):
    made = milestones.create(program=program, name="Cut over", by=tess, at=at(later(-90)), target_date=later(-30))
    made = milestones.reschedule(
        milestone=made, version=made.version, date=later(-10), by=tess, at=at(later(-40)), field="target_date"
    )
    made = milestones.reschedule(milestone=made, version=made.version, date=later(14), by=tess, at=at(later(-12)))
    assert known(made).promises == (
        (later(-90), later(-30)),
        (later(-40), later(-10)),
        (later(-12), later(14)),  # the owner's own word goes before the target
    )
    assert known(made).done is None
    Milestone.objects.filter(pk=made.pk).update(status="done", actual_date=MONDAY)
    assert known(made).done == MONDAY


def test_a_first_date_nobody_wrote_down_is_the_baseline_from_the_start_of_its_work(program):
    made = milestone(program, start_date=later(-60), baseline_date=later(-20), target_date=later(20))
    assert known(made).promises == ((later(-60), later(-20)),)
    Milestone.objects.filter(pk=made.pk).update(start_date=None)
    assert not slips.records(around=MONDAY)  # nobody knows since when
    Program.objects.filter(pk=program.pk).update(start_date=later(-100))
    assert known(made).promises == ((later(-100), later(-20)),)


def test_without_any_word_the_kept_days_say_what_was_planned_once_a_month(program):
    made = milestone(program, target_date=later(30))
    for back, ahead in ((62, 10), (61, 11), (30, 20), (29, 30)):
        DailyAnalysis.objects.create(program=program, day=later(-back), forecasts={str(made.pk): later(ahead).isoformat()})
    assert known(made).promises == ((later(-62), later(10)), (later(-30), later(20)))


def test_what_was_dropped_or_lies_outside_says_nothing(program):
    dates = {"start_date": later(-60), "baseline_date": later(-20)}
    milestone(program, "dropped", status="cancelled", **dates)
    milestone(program, "outside", external=True, **dates)
    milestone(program, "done, nobody knows when", status="done", **dates)
    assert slips.records(around=MONDAY) == []


def test_imported_histories_count_whether_they_say_a_date_or_a_release():
    moved = [
        {"milestone_id": "a", "changed_on": "2026-02-02", "field": "target_release", "old": "P", "new": "Q"},
        {"milestone_id": "b", "changed_on": "2026-02-03", "field": "due_date", "old": "2026-03-01", "new": "2026-04-01"},
        {"milestone_id": "b", "changed_on": "2026-02-04", "field": "owner", "old": "x", "new": "y"},
    ]
    programs = [
        {"id": "P", "name": "Pilot", "target_date": "2026-05-01"},
        {"id": "Q", "name": "Next", "target_date": "2026-09-01"},
    ]
    rows = bundles.milestones("a", "b", start_date="2026-01-05")
    bundles.apply(bundles.bundle(programs=programs, milestones=rows, history=moved))
    found = {Milestone.objects.get(pk=one.id).name[-1]: one.promises for one in slips.records(around=date(2026, 3, 2))}
    assert found == {
        "a": ((date(2026, 1, 5), date(2026, 5, 1)), (date(2026, 2, 2), date(2026, 9, 1))),
        "b": ((date(2026, 1, 5), date(2026, 3, 1)), (date(2026, 2, 3), date(2026, 4, 1))),
    }


def test_of_very_many_a_share_is_looked_at_whatever_became_of_them(program, monkeypatch):
    for number in range(120):
        over = {"status": "done", "actual_date": later(-1)} if number % 3 else {}
        milestone(program, f"m{number}", start_date=later(-60), baseline_date=later(-20), **over)
    assert len(slips.records(around=MONDAY)) == 120
    monkeypatch.setattr(slips, "MOST", 60)
    some = slips.records(around=MONDAY)
    assert 50 <= len(some) <= 70
    assert some == slips.records(around=MONDAY)
    assert 0.55 < sum(one.done is not None for one in some) / len(some) < 0.78


def test_what_is_kept_is_what_was_learned(program):
    teams = [Team.objects.create(name=name) for name in ("Crypto", "Docs")]
    for number in range(60):
        planned, took = 5 + number, 5 + number + (number % 4) * 7
        over = {"status": "done", "actual_date": later(took - 100)} if took < 70 else {}
        team = teams[number % 2]
        dates = {"start_date": later(-100), "baseline_date": later(planned - 100)}
        milestone(program, f"m{number}", team=team, kind="gate" if number % 3 else "task", **dates, **over)
    forecasts.learn(at=NINE)
    replayed = Replay(slips.records(around=MONDAY))
    straight = Spreads.of({step: replayed.learning(MONDAY, step) for step in LENGTHS})
    kept = slips.learned(str(team.pk) for team in teams)
    assert kept.found.keys() == straight.found.keys()
    for place, found in straight.found.items():
        assert kept.found[place].ratios.quantiles == pytest.approx(found.ratios.quantiles, abs=6e-5)
        assert (kept.found[place].own, kept.found[place].all) == (found.own, found.all)
    finished = Milestone.objects.filter(status="done")
    assert LearnedSpreads.objects.get(team="").slips == finished.count()
    assert LearnedSpreads.objects.get(team=teams[0].pk).slips == finished.filter(team=teams[0]).count()
    assert {team for _step, team, _kind in slips.learned([]).found} == {""}


def test_each_milestone_is_given_the_spread_of_its_length(program):
    """Near work here keeps its day, far work takes twice as long; what is left of each says which it is."""
    made = sketch("far(200) > near(4) > launch(0)", program)
    late = milestone(program, "late", target_date=later(-30))
    for number in range(80):
        ahead, took = (280, 560) if number % 2 else (6, 6)
        start = later(-700 + number)
        dates = {"start_date": start, "baseline_date": start + timedelta(days=ahead)}
        milestone(program, f"old {number}", status="done", actual_date=start + timedelta(days=took), **dates)
    forecasts.learn(at=NINE)
    spreads = {one.activity: one.spread for one in about(network(cluster([program.pk]), as_of=MONDAY)).uncertainty.estimates}
    kept = slips.learned([])
    middle = {name: spreads[one.pk].quantiles[10] for name, one in made.items()}
    assert middle["near"] == pytest.approx(1, abs=0.05)
    assert middle["far"] > 1.8
    assert spreads[late.pk] == kept.spread(planned=-20, kind="milestone").ratios
    assert spreads[made["far"].pk] == kept.spread(planned=200, kind="milestone").ratios


def test_a_record_is_learned_from_as_of_the_day(program):
    """Nothing here peeks: what was done after a day was still open on it."""
    made = milestone(program, status="done", start_date=later(-60), baseline_date=later(-20), actual_date=later(-5))
    replayed = Replay([known(made)])
    (then,) = replayed.slips(later(-10), step_of(28))
    (now,) = replayed.slips(MONDAY, step_of(28))
    assert (then.seen, now.seen) == (False, True)
    assert isinstance(known(made), Record)
