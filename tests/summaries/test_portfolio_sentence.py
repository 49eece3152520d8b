"""The opening sentence of the portfolio: which clauses, in which order."""

from datetime import date

from programs.summaries.portfolio_sentence import Standing, opening

JUNE = date(2027, 6, 21)


def one(name, health, **facts):
    return Standing(name, health, **facts)


def said(*standings):
    return [(clause.code, [each.name for each in clause.programs], clause.unnamed) for clause in opening(standings)]


def test_the_demo_reads_worst_first():
    assert said(
        one("Payments", "off_track", finish=JUNE, late=6.0),
        one("EU", "at_risk", late=-1.0, blocked="Contract is unsigned"),
        one("Mobile", "at_risk", late=-1.0, moved=-4),
        one("SOC", "on_track", late=-5.0),
        one("Identity", "on_track", late=-8.0),
        one("Warehouse", "on_track", late=-15.0),
    ) == [
        ("off_track", ["Payments"], 0),
        ("forecast", ["Payments"], 0),
        ("at_risk", ["EU"], 0),
        ("blocked", ["EU"], 0),
        ("recovering", ["Mobile"], 0),
        ("others_on_track", ["SOC"], 2),
    ]


def test_a_decision_that_is_due_is_told_before_what_blocks():
    off = one("Payments", "off_track", finish=JUNE, late=6.0, asked=JUNE)
    tight = one("EU", "at_risk", late=-1.0, blocked="Contract is unsigned", asked=JUNE)
    assert [code for code, _, _ in said(off, tight)] == ["off_track", "forecast", "asked", "at_risk", "asked"]
    assert [code for code, _, _ in said(off, off, tight, tight)] == ["off_track", "forecast", "at_risk"], "several in one breath"


def test_all_on_track_leads_and_names_the_tightest():
    clauses = opening([one("SOC", "on_track", late=-5.0), one("Identity", "on_track", late=-8.0)])
    assert [(clause.code, clause.strong, clause.count, clause.first.name) for clause in clauses] == [
        ("all_on_track", True, 2, "SOC")
    ]


def test_many_off_track_are_counted_after_two_names():
    many = [one(f"P{n}", "off_track", late=9.0 - n) for n in range(5)]
    assert said(*many)[0] == ("off_track", ["P0", "P1"], 3)


def test_a_tight_program_says_its_room_and_one_without_a_target_says_nothing_more():
    assert said(one("EU", "at_risk", late=-2.0)) == [("at_risk", ["EU"], 0), ("room", ["EU"], 0)]
    assert said(one("EU", "at_risk")) == [("at_risk", ["EU"], 0)]


def test_the_other_three_are_only_the_others_when_all_are_told():
    fine = [one(f"P{n}", "on_track", late=-9.0) for n in range(3)]
    off = one("Off", "off_track", finish=JUNE, late=1.0)
    assert said(off, *fine)[-1][0] == "others_on_track"
    assert [code for code, _, _ in said(off, *fine, one("New", ""))][-2:] == ["some_on_track", "no_forecast"]


def test_without_a_forecast_it_is_counted_and_nothing_is_nothing():
    assert said(one("A", ""), one("B", "")) == [("no_forecast", ["A"], 1)]
    assert said() == []


def test_of_several_off_track_the_furthest_behind_is_named_with_its_date():
    clauses = opening([one("Kubernetes", "off_track", late=66.0), one("Python", "off_track", late=40.0)])
    assert [(clause.code, clause.first.name, clause.unnamed) for clause in clauses] == [
        ("off_track", "Kubernetes", 0),
        ("forecast", "Kubernetes", 1),
    ]
