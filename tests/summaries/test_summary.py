"""A summary says the answer first, then what the reader should know, and never more than they can read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from programs.summaries import plain, seen
from programs.summaries.attribution import Account, Cause, Kind
from programs.summaries.facts import Ask, Before, Change, Decision
from programs.summaries.portfolio import portfolio_summary
from programs.summaries.write import program_summary
from tests.summaries import payments
from tests.summaries.payments import quiet, reader


def said(summary) -> str:
    return plain.text(summary, base="https://t.example", manage="https://t.example/subscriptions/", stop="https://t.example/x")


def titles(summary, name: str) -> list[str]:
    section = summary.section(name)
    return [line.title for line in section.lines] if section else []


def test_a_blocker_nothing_is_worked_out_of_yet_is_not_called_far_from_the_path():
    new = replace(payments.far_blocker(9), total_float=None)
    summary = program_summary(reader(), payments.program(blockers=(*payments.program().blockers, new)))
    assert "none near the critical path" not in said(summary)
    assert "5 more" in said(summary)


def test_the_subject_carries_the_answer():
    summary = program_summary(reader(), payments.program())
    assert summary.subject == "Payments platform migration: cutover Mon 21 Jun, 6 working days late"


@pytest.mark.parametrize(
    ("fields", "subject"),
    [
        ({"days_late": 0.0}, "Payments platform migration: cutover Mon 21 Jun, on time"),
        ({"days_late": -1.0}, "Payments platform migration: cutover Mon 21 Jun, 1 working day early"),
        ({"days_late": None, "target": None}, "Payments platform migration: cutover Mon 21 Jun"),
        ({"finish": None, "days_late": None}, "Payments platform migration: no forecast yet"),
        ({"finish_name": "GA of API v2"}, "Payments platform migration: GA of API v2 Mon 21 Jun, 6 working days late"),
        ({"finish_name": ""}, "Payments platform migration: finish Mon 21 Jun, 6 working days late"),
    ],
)
def test_subjects(fields, subject):
    assert program_summary(reader(), payments.program(**fields)).subject == subject


def test_a_long_name_gives_way_and_the_date_stays():
    summary = program_summary(reader(), payments.program(name="Very long program name " * 20))
    assert len(summary.subject) <= 150
    assert summary.subject.endswith("…: cutover Mon 21 Jun, 6 working days late")


def test_the_state_says_how_it_moved_since_this_readers_last_one():
    summary = program_summary(reader(), payments.program())
    assert (summary.mark, summary.state) == ("◆", "Off track, 3 working days later than last week")
    older = Before(date(2027, 2, 10), date(2027, 6, 23), date(2027, 6, 11), 8.0, "off_track")
    summary = program_summary(reader(), payments.program(before=older))
    assert summary.state == "Off track, 2 working days sooner than on Wed 10 Feb"


def test_the_whole_text_reads_like_the_reference():
    text = said(program_summary(reader(), payments.program()))
    for sentence in (
        "PAYMENTS PLATFORM MIGRATION                       Week to Wed 3 Mar 2027",
        "[OFF TRACK] Cutover is forecast for Mon 21 Jun. 3 working days later",
        "  Target          Fri 11 Jun",
        "  Done            31 of 62",
        "  Penetration test → PCI DSS evidence → PCI DSS attestation → Card",
        "BLOCKERS, BY DAYS ADDED TO CUTOVER\n  +3 days  Pen-test vendor cannot reach the staging vault",
        "Network engineer, open 9 days. Expected clear Wed 10 Mar.",
        "  4 more, none near the critical path",
        "CHANGED SINCE WED 24 FEB\n  Cutover forecast: Wed 16 Jun → Mon 21 Jun (3 days later)",
        "  Done: Detokenisation proxy in staging\n    Thu 25 Feb, 7 working days late.",
        "  New risk: June sale freeze overlaps cutover (4 × 4)",
        "NEXT TWO WEEKS\n  Thu 11 Mar  Accessibility audit passed",
        "You get this every Wednesday because you follow Payments platform\nmigration.",
        "Stop: https://t.example/x",
    ):
        assert sentence in text
    assert max(len(line) for line in text.splitlines()) <= 72


def test_how_sure_the_finish_is_is_said_and_that_nobody_can_say():
    fact = replace(payments.program(), sure_by=date(2027, 6, 28), chance=0.104)
    summary = program_summary(reader(), fact)
    assert "The chance of the target is 10%; we are 80% sure of Mon 28 Jun." in summary.lead
    assert ("80% sure by", "Mon 28 Jun") in {(figure.label, figure.value) for figure in summary.figures}
    without = program_summary(reader(), replace(fact, target=None, days_late=None, chance=None))
    assert "We are 80% sure of Mon 28 Jun." in without.lead
    guessed = program_summary(reader(), replace(payments.program(), guessed=True))
    assert "Nothing is estimated, so nobody can say how sure that is." in guessed.lead
    far = program_summary(reader(), replace(payments.program(), far=True))
    assert "So much of what is left was late before that nobody can say how sure that is." in far.lead


def test_what_needs_the_reader_comes_first_with_the_question():
    asks = (
        payments.ASK,
        Ask("clear", "Firewall", payments.SLUG, "B-2", milestone_key="SEC-4", on=date(2027, 3, 9)),
        Ask("word", "API in staging", payments.SLUG, "API-4", milestone_key="API-4", days=9),
        Ask("finish", "Allow-list", payments.SLUG, "RAI-4", milestone_key="RAI-4", on=date(2027, 2, 26)),
    )
    summary = program_summary(reader(), payments.program(asks=asks))
    assert summary.sections[0].id == "needs"
    assert [line.note for line in summary.sections[0].lines] == [
        "You said it clears on Mon 1 Mar. Cleared, or a new date?",
        "You can clear it. Expected Tue 9 Mar.",
        "Yours, no word for 9 days. Still right?",
        "Yours, promised for Fri 26 Feb. Done, or a new date?",
    ]


def test_a_clear_date_that_passed_is_said():
    late = replace(payments.VAULT, clear=date(2027, 3, 1))
    summary = program_summary(reader(), payments.program(blockers=(late,)))
    assert "Expected clear Mon 1 Mar has passed" in summary.section("blockers").lines[0].note


def test_leaders_get_what_costs_days_and_a_team_everything():
    assert titles(program_summary(reader(), payments.program()), "blockers") == [payments.VAULT.title, payments.LEDGER.title]
    assert len(titles(program_summary(reader(audience="team"), payments.program()), "blockers")) == 6


def test_a_team_with_a_list_of_its_own_gets_that_list():
    mine = payments.milestone("Ours", date(2027, 3, 12), "Eli", mine=True)
    fact = payments.program(upcoming=(mine, payments.milestone("Theirs", date(2027, 3, 11), "Ada")), upcoming_count=2)
    summary = program_summary(reader(audience="team", has_list=True), fact)
    assert titles(summary, "upcoming") == ["Ours"]
    assert summary.section("upcoming").title == "Your next two weeks"
    assert titles(summary, "blockers") == []


def test_ten_thousand_changes_are_twenty_and_a_number():
    changes = tuple(
        Change("target", f"Milestone {n}", payments.SLUG, date(2027, 3, 1), old="Mon 1 Mar", new="Tue 2 Mar") for n in range(21)
    )
    before = Before(date(2027, 2, 24), date(2027, 6, 21), date(2027, 6, 11), 6.0, "off_track")
    summary = program_summary(reader(), payments.program(changes=changes, change_count=10_000, before=before))
    section = summary.section("changes")
    assert (len(section.lines), section.more) == (20, "and 9,980 more")


def test_twenty_one_rows_are_shown_rather_than_one_left_out():
    upcoming = tuple(payments.milestone(f"M{n}", date(2027, 3, 9), "Eli") for n in range(7))
    section = program_summary(reader(), payments.program(upcoming=upcoming, upcoming_count=7)).section("upcoming")
    assert (len(section.lines), section.more) == (7, "")


def test_names_with_markup_or_line_breaks_stay_text_on_one_line():
    summary = program_summary(reader(), payments.program(name="<b>Pay</b>\r\nBcc: evil@x.test"))
    assert summary.subject.startswith("<b>Pay</b> Bcc: evil@x.test: cutover")


def test_edits_that_are_not_computed_yet_are_admitted():
    summary = program_summary(reader(), payments.program(behind=reader().now))
    assert summary.as_of == "Forecast as of Wed 3 Mar, 08:00; newer edits are not in it yet."


# When there is nothing to say


def test_nothing_changed_nothing_at_risk_nothing_asked_is_nothing_to_say():
    assert program_summary(reader(), quiet()).nothing
    assert portfolio_summary(reader(), [quiet(), quiet(id=2)]).nothing


@pytest.mark.parametrize(
    "fields",
    [
        {"health": "at_risk"},
        {"blockers": (payments.LEDGER,)},
        {"asks": (payments.ASK,)},
        {"risk_count": 1},
        {"at_risk_count": 1},
        {"change_count": 1, "changes": (Change("done", "X", payments.SLUG, date(2027, 3, 1)),)},
        {"finish": date(2027, 6, 2)},
        {"target": date(2027, 6, 18)},
        {"before": None},
    ],
)
def test_anything_else_is_worth_a_mail(fields):
    assert not program_summary(reader(), quiet(**fields)).nothing


def test_a_program_without_a_plan_says_nothing_even_at_first():
    assert program_summary(reader(), quiet(total=0, before=None)).nothing
    assert portfolio_summary(reader(), []).nothing


# For whom it is written

DECIDE = Decision("B-31", payments.VAULT.title, payments.SLUG, "SEC-3", "VP Payments", date(2027, 3, 5), 3.0)


def test_leaders_and_sponsors_read_decisions_first_and_once():
    fact = payments.program(decisions=(DECIDE,))
    for summary in (program_summary(reader(), fact), portfolio_summary(reader(audience="sponsor"), [fact])):
        assert summary.sections[0].id == "decisions"
        assert titles(summary, "decisions") == [payments.VAULT.title]
        assert summary.sections[0].lines[0].note.endswith("From VP Payments, needed by Fri 5 Mar.")
        assert payments.VAULT.title not in titles(summary, "blockers")
    team = program_summary(reader(audience="team"), fact)
    assert team.section("decisions") is None
    assert payments.VAULT.title in titles(team, "blockers")


def test_a_decision_says_what_each_option_does_or_what_waits_for_it():
    asked = Decision("D-12", "On the interim letter?", payments.SLUG, who="VP", by=date(2027, 3, 5), number=12, gist="It is late")
    several = replace(asked, held=("Cards", "Banks", "Ledger"))
    known = replace(several, options=(("Yes", -3.0), ("No", 0.0), ("Later", 1.0)))
    for fact, note in (
        (asked, "From VP, needed by Fri 5 Mar. It is late."),
        (several, "From VP, needed by Fri 5 Mar. Held until then: Cards and Banks and 1 more."),
        (known, "From VP, needed by Fri 5 Mar. Yes: 3 working days sooner. No: the finish stays. Later: 1 working day later."),
    ):
        summary = program_summary(reader(), payments.program(decisions=(fact,)))
        assert summary.sections[0].lines[0].note == note


def test_a_forecast_that_moved_says_what_moved_it():
    moved = Account(days=3, parts=((Cause(Kind.BLOCKER, "Firewall change"), 2), (Cause(Kind.TIME), 1)))
    line = program_summary(reader(), payments.program(moved=moved)).section("changes").lines[0]
    assert line.title == "Cutover forecast: Wed 16 Jun → Mon 21 Jun"
    assert line.note == "In working days: 2 from Firewall change, 1 from time that passed."
    unknown = Account(days=3, parts=((Cause(Kind.UNKNOWN), 3),))
    for fact in (payments.program(), payments.program(moved=unknown)):
        assert program_summary(reader(), fact).section("changes").lines[0].note == ""


def test_what_only_the_reader_can_answer_is_asked_once():
    ask = Ask("clear", payments.VAULT.title, payments.SLUG, "B-31")
    summary = program_summary(reader(), payments.program(decisions=(DECIDE,), asks=(ask,)))
    assert summary.section("decisions") is None
    assert len(titles(summary, "needs")) == 1


def test_a_team_reader_gets_their_own_risks_only():
    mine = replace(payments.program().risks[0], key="R-9", title="Mine", mine=True)
    fact = payments.program(risks=(*payments.program().risks, mine), risk_count=2)
    summary = program_summary(reader(audience="team", has_list=True), fact)
    assert titles(summary, "at-risk")[-1] == "Mine"
    assert payments.program().risks[0].title not in titles(summary, "at-risk")


def test_a_sponsors_summary_says_so():
    summary = portfolio_summary(reader(audience="sponsor"), [payments.program()])
    assert summary.title == "Programs you sponsor"
    assert "because you follow the programs you sponsor" in summary.why


# The portfolio


def test_the_portfolio_names_the_worst_first():
    fine, tight = quiet(id=2, name="Billing"), quiet(id=3, name="Apps", health="at_risk")
    summary = portfolio_summary(reader(), [fine, payments.program(), tight])
    assert summary.subject == "Portfolio: Payments platform migration 6 working days late, 1 at risk, 1 on track"
    assert summary.headline == "1 of 3 programs is off track"
    assert titles(summary, "programs") == ["◆ Payments platform migration", "▲ Apps", "● Billing"]
    assert summary.open_path == "/portfolio"


def test_the_subject_counts_those_beside_the_one_it_names():
    late, early = payments.program(), payments.program(id=2, name="Apps", days_late=-1.0, chance=0.2)
    summary = portfolio_summary(reader(), [early, late, quiet(id=3, name="Billing")])
    assert summary.subject == "Portfolio: Payments platform migration 6 working days late, 1 more off track, 1 on track"
    assert [row.note for row in summary.section("programs").lines][:2] == [
        "Off track, cutover Mon 21 Jun.",
        "Off track, cutover Mon 21 Jun, chance of the target 20%.",
    ]


def test_a_state_that_changed_names_its_program_once():
    worse = quiet(id=2, name="Apps", health="at_risk")
    rows = titles(portfolio_summary(reader(), [payments.program(), worse]), "changes")
    assert "Apps, state: On track → At risk" in rows


def test_a_portfolio_in_good_order():
    summary = portfolio_summary(reader(), [quiet(), quiet(id=2)])
    assert summary.subject == "Portfolio: All 2 programs are on track"


def test_an_empty_portfolio_is_said_plainly():
    assert portfolio_summary(reader(), []).subject == "Portfolio: No programs to report on"


# What the reader was told


def test_what_was_told_comes_back():
    told = program_summary(reader(), payments.program(told=(5, 6))).seen
    before = seen.before(told, 1)
    assert (before.finish, before.target, before.days_late, before.health) == (
        date(2027, 6, 21),
        date(2027, 6, 11),
        6.0,
        "off_track",
    )
    assert seen.told_events(told) == {5, 6}
    assert seen.told_at(told) == reader().now
    again = program_summary(reader(), payments.program(before=before, changes=(), change_count=0))
    assert again.section("changes") is None


@pytest.mark.parametrize("rubbish", [{}, {"on": "x"}, {"on": "2027-03-03", "programs": {"1": 5}}, {"at": 5, "events": "x"}])
def test_stored_facts_that_cannot_be_read_are_as_if_never_told(rubbish):
    assert seen.before(rubbish, 1) is None
    assert seen.told_events(rubbish) == frozenset()
    seen.told_at(rubbish)
