"""Risks with numbers: percent, days, what they strike, what is done; the same words on both databases."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from programs.actions import deeds, dependencies, milestones, notices, reviews, risks
from programs.actions.errors import Refused
from programs.actions.undoing import undo
from programs.models import Event, Notice, ProgramForecast, Risk, Strike
from programs.queries import risks as register
from programs.queries.notices import inbox
from programs.queries.risks import struck_by
from tests.cast import MONDAY, NINE
from tests.cast import milestone as make
from tests.cast import program as make_program


@pytest.fixture
def risk(program, tess):
    return risks.create(program=program, title="Vendor may go", probability=2, milestone=make(program), by=tess, at=NINE)


def edit(risk, tess, **changes):
    row = Risk.objects.get(pk=risk.pk)
    return risks.edit(risk=row, version=row.version, changes=changes, by=tess, at=NINE)


def test_a_number_somebody_knows_beats_the_scale(risk, tess):
    assert (risk.odds, risk.residual_odds, risk.days) == (30, None, None)
    known = edit(risk, tess, chance=0, days_high="7.5", residual_probability=1, residual_impact=2)
    assert (known.odds, known.residual_odds, known.residual_score) == (0, 10, 2)
    assert known.days == (Decimal(0), Decimal("7.5"))
    assert edit(risk, tess, days_low=3).days == (Decimal(3), Decimal("7.5"))


def test_what_a_line_is_about_names_it(risk, tess):
    assert [edit(risk, tess, kind=kind).key for kind in ("assumption", "issue", "risk")] == ["A-1", "I-1", "R-1"]


@pytest.mark.parametrize(
    ("changes", "field", "remedy"),
    [
        ({"chance": 101}, "chance", "from 0 to 100"),
        ({"residual_chance": -1}, "residual_chance", "from 0 to 100"),
        ({"days_low": 2}, "days_high", "how many days at most"),
        ({"days_low": 9, "days_high": 8}, "days_high", "less than at least"),
        ({"days_high": -1}, "days_high", "0 to 3,650"),
        ({"kind": "hope"}, "kind", "Choose one of: Risk"),
        ({"trigger_on": "1/2/3"}, "trigger_on", "YYYY-MM-DD"),
        ({"trigger": "t" * 501}, "trigger", "at most 500"),
        ({"residual_impact": 6}, "residual_impact", "Choose one of: Very low"),
    ],
)
def test_bad_numbers_are_told_at_their_field(risk, program, tess, changes, field, remedy):
    with pytest.raises(Refused, match=remedy) as refused:
        edit(risk, tess, **changes)
    assert refused.value.field == field
    with pytest.raises(Refused, match=remedy):
        risks.create(program=program, title="Other", by=tess, at=NINE, **changes)
    assert Risk.objects.get() == risk
    assert not Event.objects.filter(kind="risk.changed").exists()


def test_a_risk_strikes_milestones_and_links(risk, program, tess, otto):
    api, app = make(program, "API"), make(program, "App")
    link = dependencies.link(predecessor=api, successor=app, by=tess, at=NINE)
    edit(risk, tess, strikes=[app, link])
    assert struck_by(risk) == [app, link]
    note = Event.objects.get(kind="risk.changed")
    assert (note.field, note.old, note.new) == ("strikes", "", f"{api.key} > {app.key}, {app.key}")
    edit(risk, tess, strikes=[link])
    assert struck_by(risk) == [link]
    edit(risk, tess, title="The vendor goes")
    assert struck_by(risk) == [link]
    foreign = make(make_program("Borealis", tpm=otto))
    with pytest.raises(Refused, match="of this program"):
        edit(risk, tess, strikes=[link, foreign])
    milestones.delete(milestone=app, version=app.version, by=tess, at=NINE)
    assert not Strike.objects.exists()


def test_two_people_may_name_what_it_strikes_at_once(risk, program, tess, eli):
    api, app = make(program, "API"), make(program, "App")
    for person, one in ((tess, api), (eli, app)):
        base = {"strikes": []}
        risks.edit(risk=risk, version=1, changes={"strikes": [one]}, base=base, by=person, at=NINE)
    assert set(struck_by(risk)) == {api, app}


def test_all_of_it_can_be_undone(risk, program, tess):
    api = make(program, "API")
    with deeds.opened(at=NINE) as deed:
        edit(risk, tess, chance=40, days_high=5, trigger="No answer", trigger_on=MONDAY, strikes=[api])
    undo.undo(batch=deed.batch, by=tess, at=NINE)
    now = Risk.objects.get()
    assert (now.chance, now.days_high, now.trigger, now.trigger_on) == (None, None, "", None)
    assert not Strike.objects.exists()
    with deeds.opened(at=NINE) as deed:
        edit(risk, tess, strikes=[api])
    undo.undo(batch=deed.batch, by=tess, at=NINE)
    assert not Strike.objects.exists()


def test_what_came_true_is_a_blocker_that_knows_its_risk(risk, tess):
    with deeds.opened(at=NINE) as deed:
        made = risks.happened(risk=risk, version=1, title="The vendor went", by=tess, at=NINE)
    row = Risk.objects.get()
    assert (made.risk, made.milestone, row.status, row.closed_on) == (row, risk.milestone, "closed", MONDAY)
    assert Event.objects.filter(kind="risk.closed").exists()
    with pytest.raises(Refused, match="threatens no milestone, or is closed"):
        risks.happened(risk=row, version=2, title="Again", by=tess, at=NINE)
    undo.undo(batch=deed.batch, by=tess, at=NINE)
    assert Risk.objects.get().status == "open"


def test_owners_are_told_once_for_each_day_that_was_set(risk, program, tess, eli):
    tomorrow = MONDAY + timedelta(days=1)
    edit(risk, tess, owner=eli, review_on=MONDAY, trigger="No answer", trigger_on=tomorrow)
    assert [reviews.remind(at=NINE) for _ in range(2)] == [1, 0]
    assert reviews.remind(at=NINE + timedelta(days=1)) == 1
    told = list(Notice.objects.order_by("pk").values_list("person__name", "kind", "facts__due", "facts__trigger"))
    assert told == [("Eli", "review", "2027-03-01", ""), ("Eli", "review", "2027-03-02", "No answer")]
    notices.settle(at=NINE + timedelta(days=1))
    said = [row.told.because for row in inbox(eli, today=tomorrow).rows]
    assert said == ["By Tue 2 Mar it shows whether it happens: No answer.", "Its review was due on Mon 1 Mar."]
    edit(risk, tess, review_on=tomorrow)
    assert reviews.remind(at=NINE + timedelta(days=1)) == 1
    edit(risk, tess, status="closed", review_on=MONDAY)
    assert reviews.remind(at=NINE + timedelta(days=9)) == 0


def test_the_register_says_what_each_line_costs_and_how_its_score_went(risk, program, tess):
    now = edit(risk, tess, impact=4)
    edit(risk, tess, probability=5)
    assert [score for _at, score in register.scores(Risk.objects.get())] == [8, 20]
    assert now.score == 8
    risks.create(program=program, title="We count on it", kind="assumption", impact=3, probability=3, by=tess, at=NINE)
    drivers = [
        {"lever": "risk", "id": risk.pk, "days": 2.5, "date": "2027-03-09"},
        {"lever": "blocker", "id": 1, "days": 9.0, "date": ""},
    ]
    odds = {"revision": 1, "as_of": MONDAY, "computed_at": NINE, "runs": 1, "seed": 1, "p80": MONDAY}
    ProgramForecast.objects.create(program=program, drivers=drivers, **odds)
    found = register.register(program, register.Filters(), at=NINE)
    assert {row.key: row.sure for row in found.rows} == {"R-1": 2.5, "A-2": 0.0}
    assert found.kinds == [("risk", 1), ("assumption", 1), ("issue", 0)]
    assert sum(len(cell.numbers) for row in found.cells for cell in row) == 1
    assert [row.key for row in register.register(program, register.Filters(kind="assumption"), at=NINE).rows] == ["A-2"]


def test_an_open_risk_that_moves_nothing_says_so_once_the_odds_are_of_this_plan(risk, program, tess):
    risks.edit(risk=risk, version=risk.version, changes={"impact": 4}, by=tess, at=NINE)
    risks.create(program=program, title="Nobody judged it", milestone=risk.milestone, by=tess, at=NINE)
    program.refresh_from_db()
    odds = {"revision": 1, "as_of": MONDAY, "computed_at": NINE, "runs": 1, "seed": 1, "p80": MONDAY, "about": {"risks": 1}}
    row = ProgramForecast.objects.create(program=program, drivers_revision=program.revision, **odds)

    def free():
        return {each.key for each in register.register(program, register.Filters(), at=NINE).rows if each.free}

    assert free() == {"R-1"}
    ProgramForecast.objects.update(drivers=[{"lever": "risk", "id": risk.pk, "days": 1.5, "date": "2027-03-09"}])
    assert free() == set()
    ProgramForecast.objects.update(drivers=[], drivers_revision=row.drivers_revision - 1)
    assert free() == set()
