"""Decisions: what waits for them in the graph, who may be told what, and the way back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from programs.actions import analysis, decisions, deeds
from programs.actions.errors import Refused, Stale
from programs.actions.undoing import undo
from programs.models import Analysis, Decision, Event, Hold, Milestone, Notice, Program, Timing
from programs.queries import decisions as queries
from programs.web.reasons import why
from tests.cast import MONDAY, NINE, sketch
from tests.cast import milestone as make
from tests.cast import program as make_program

FRIDAY = MONDAY + timedelta(days=4)


@pytest.fixture
def plan(program):
    """api, two days, then launch, which ends the program; docs takes a day and nobody waits for it."""
    drawn = sketch("api(2) > launch(1); docs(1)", program)
    Program.objects.filter(pk=program.pk).update(finish_milestone=drawn["launch"])
    return drawn


def ask(program, by, title="Which vendor?", at=NINE, **fields):
    return decisions.create(program=program, title=title, by=by, at=at, **fields)


def forecast(milestone):
    analysis.recompute(program_id=milestone.program_id, at=NINE)
    return Timing.objects.get(milestone=milestone).forecast


def test_what_waits_for_a_decision_stands_until_its_due_date(program, plan, tess):
    free = forecast(plan["launch"])
    made = ask(program, tess, due_on=FRIDAY, holds=[plan["api"]])
    assert made.key == "D-1"
    assert forecast(plan["launch"]) == free + timedelta(days=6)  # four working days: api starts on Monday
    timing = Timing.objects.get(milestone=plan["api"])
    assert why(timing.start_why).startswith("Waits for decision D-1, due on Fri 5 Mar")
    assert Milestone.objects.get(pk=plan["api"].pk).status == "not_started"
    [line] = queries.of_program(program, by=tess, at=NINE).open
    assert (line.costs, line.overdue, line.held) == (4.0, 0, (plan["api"],))
    decisions.decide(decision=made, version=1, chosen="", outcome="The second one", by=tess, at=NINE)
    assert forecast(plan["launch"]) == free
    decisions.reopen(decision=made, version=2, by=tess, at=NINE)
    assert forecast(plan["launch"]) == free + timedelta(days=6)


def test_what_moves_nothing_costs_nothing(program, plan, tess):
    ask(program, tess, due_on=MONDAY, holds=[plan["docs"]])
    analysis.recompute(program_id=program.pk, at=NINE)
    [line] = queries.of_program(program, by=tess, at=NINE).open
    assert line.costs == 0


def test_overdue_decisions_come_by_the_days_they_cost(program, plan, tess):
    ask(program, tess, title="Small", due_on=MONDAY, holds=[plan["docs"]])
    ask(program, tess, title="Large", due_on=MONDAY + timedelta(days=1), holds=[plan["api"]])
    later = NINE + timedelta(days=7)
    analysis.recompute(program_id=program.pk, at=later)
    found = queries.of_program(program, by=tess, at=later).open
    assert [(line.decision.title, line.overdue, line.costs) for line in found] == [("Large", 4, 4.0), ("Small", 5, 0.0)]


def test_a_change_by_two_people_merges_or_is_asked_about(program, plan, tess, eli):
    made = ask(program, tess, decider=eli)
    decisions.edit(decision=made, version=1, changes={"title": "Which one?", "holds": [plan["api"]]}, base={}, by=tess, at=NINE)
    decisions.edit(
        decision=made,
        version=1,
        changes={"due_on": FRIDAY, "holds": [plan["docs"]]},
        base={"due_on": None, "holds": []},
        by=eli,
        at=NINE,
    )
    row = Decision.objects.get()
    assert (row.title, row.due_on) == ("Which one?", FRIDAY)
    assert set(queries.held_by(row)) == {plan["api"], plan["docs"]}
    with pytest.raises(Stale):
        decisions.edit(decision=made, version=1, changes={"title": "Mine"}, base={"title": "Which vendor?"}, by=eli, at=NINE)


def test_a_breached_limit_opens_it_again_and_tells_its_owner(program, tess, eli):
    made = ask(program, eli, owner=tess, options=[{"name": "Go"}, {"name": "Wait"}])
    expected = [{"name": "p99 latency", "unit": "ms", "high": "200"}]
    with pytest.raises(Refused, match="when to look") as refused:
        decisions.decide(decision=made, version=1, chosen="Go", limits=expected, by=eli, at=NINE)
    assert refused.value.field == "review_on"
    decisions.decide(decision=made, version=1, chosen="Go", limits=expected, review_on=FRIDAY, by=eli, at=NINE)
    fine = [{**expected[0], "actual": "180"}]
    decisions.check(decision=Decision.objects.get(), version=2, limits=fine, by=eli, at=NINE)
    assert Decision.objects.get().status == "decided"
    assert not Notice.objects.exists()
    broken = [{**expected[0], "actual": "230"}]
    decisions.check(decision=Decision.objects.get(), version=3, limits=broken, by=eli, at=NINE)
    row = Decision.objects.get()
    assert (row.status, row.decided_on, row.chosen) == ("open", None, "Go")
    assert Event.objects.get(kind="decision.breached").new == "p99 latency 230 ms"
    notice = Notice.objects.get()
    assert (notice.person, notice.kind, notice.decision, notice.facts) == (tess, "decision", row, {"what": "p99 latency 230 ms"})


@pytest.mark.parametrize(
    ("fields", "field", "remedy"),
    [
        ({"due_on": MONDAY - timedelta(days=1)}, "due_on", "This day is over"),
        ({"options": [{"name": "A"}, {"name": "a"}]}, "options", "same name"),
        ({"options": [{"name": "A", "draft": 999}]}, "options", "what-if drafts of this program"),
        ({"criteria": [{"name": f"C{n}"} for n in range(7)]}, "criteria", "at most 6"),
        ({"limits": [{"name": "x", "low": "2", "high": "1"}]}, "limits", "x: at most is less"),
        ({"status": "decided"}, "status", "cannot be set"),
        ({"title": " "}, "title", "can be seen"),
    ],
)
def test_bad_decisions(program, tess, fields, field, remedy):
    with pytest.raises(Refused, match=remedy) as refused:
        ask(program, tess, **fields)
    assert refused.value.field == field
    assert not Decision.objects.exists()


def test_only_what_is_offered_can_be_decided(program, tess, otto):
    made = ask(program, tess, options=[{"name": "Go"}])
    for chosen in ("", "Stay"):
        with pytest.raises(Refused, match="one of the options"):
            decisions.decide(decision=made, version=1, chosen=chosen, by=tess, at=NINE)
    silent = ask(program, tess, title="Without options")
    with pytest.raises(Refused, match="Say what was decided"):
        decisions.decide(decision=silent, version=1, chosen="", by=tess, at=NINE)
    decisions.withdraw(decision=silent, version=1, by=tess, at=NINE)
    with pytest.raises(Refused, match="decided already"):
        decisions.decide(decision=silent, version=2, chosen="", outcome="Yes", by=tess, at=NINE)
    foreign = make(make_program("Borealis", tpm=otto))
    with pytest.raises(Refused, match="of this program"):
        ask(program, tess, title="Else", holds=[foreign])


def test_all_of_it_can_be_undone(program, plan, tess):
    with deeds.opened(at=NINE) as asked:
        made = ask(program, tess, due_on=FRIDAY, holds=[plan["api"]])
    with deeds.opened(at=NINE) as decided:
        decisions.decide(decision=made, version=1, chosen="", outcome="Yes", by=tess, at=NINE)
    undo.undo(batch=decided.batch, by=tess, at=NINE)
    row = Decision.objects.get()
    assert (row.status, row.outcome, row.decided_by) == ("open", "", None)
    undo.undo(batch=asked.batch, by=tess, at=NINE)
    assert not Decision.objects.exists()
    assert not Hold.objects.exists()


def test_a_blocker_is_priced_beside_a_decision(program, plan, tess):
    """The stored prices keep both apart: blockers by their number, holds under minus theirs."""
    ask(program, tess, due_on=FRIDAY, holds=[plan["api"]])
    analysis.recompute(program_id=program.pk, at=NINE)
    hold = Hold.objects.get()
    assert [cost["id"] for cost in Analysis.objects.get(program=program).blockers] == [-hold.pk]
    assert date.fromisoformat(Timing.objects.get(milestone=plan["api"]).start_why["params"]["clear"]) == FRIDAY
