"""Every message each persona received in one week: how many, which, and that none is doubled or about somebody else's work."""

from __future__ import annotations

import os
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine

from programs.models import Milestone, Notice, OutboxMessage
from tests.week import TRANSCRIPT
from tests.week.story import SPONSOR, Week, lived

pytestmark = pytest.mark.django_db(transaction=True)

# What each was sent, by kind. Whoever is not named was left alone.
EXPECTED = {
    "API lead": {"slip": 3, "cleared": 1},
    "Bank rails lead": {"slip": 1},
    "Cards lead": {"slip": 1, "cleared": 1, "nudge": 1},
    "Checkout lead": {"slip": 5, "review": 1},
    SPONSOR: {"summary": 2},
    "Compliance officer": {"slip": 2, "review": 1},
    "Cutover manager": {"slip": 2, "nudge": 1, "review": 1},
    "Data migration lead": {"slip": 3, "nudge": 1, "review": 1},
    "Design lead": {"slip": 2},
    "Finance systems lead": {"slip": 2},
    "Fraud lead": {"slip": 1, "cleared": 1, "nudge": 1},
    "General counsel": {"due": 2, "nudge": 1},
    "Ledger engineer": {"nudge": 1},
    "Ledger lead": {"slip": 1},
    "Mobile lead": {"slip": 1, "nudge": 1},
    "Network engineer": {"summary": 2, "unblock": 1, "escalation": 1},
    "Platform lead": {"slip": 1},
    "Program TPM": {"summary": 2, "nudge": 1},
    "SRE lead": {"slip": 1, "nudge": 1},
    "Security lead": {"slip": 2},
    "VP Payments": {"summary": 2, "slip": 1, "due": 3},
    "Vendor manager": {"slip": 1, "review": 1},
}


def test_who_got_what_in_one_week(smtp_server):
    with time_machine.travel(datetime(2027, 3, 1, 6, tzinfo=UTC), tick=False) as clock:
        week = lived(clock, smtp_server)
    if TRANSCRIPT in os.environ:
        Path(os.environ[TRANSCRIPT]).write_text(week.transcript(), encoding="utf-8")
    got = {who: dict(Counter(one.kind for one in week.of(who))) for who in {one.who for one in week.received}}
    assert got == EXPECTED
    the_slip_went_to_those_it_moves(week)
    the_mornings_are_their_own(week)
    nobody_is_told_twice(week)


def the_slip_went_to_those_it_moves(week: Week) -> None:
    """Whose date or room changed, and the leader whose decision moves; not its author, nobody else."""
    at, _what = week.done[0]
    told = {one.who for one in week.received if one.kind == "slip" and one.at.date() == at.date() and one.at > at}
    moved = Notice.objects.filter(kind="slip", told_at__date=at.date(), told_at__gt=at, state=Notice.State.TOLD)
    assert told == set(moved.values_list("person__name", flat=True))
    assert "Ledger engineer" not in told
    assert "VP Payments" in told
    owners = set(Milestone.objects.filter(notices__in=moved).values_list("owner__name", flat=True))
    assert told == owners


def the_mornings_are_their_own(week: Week) -> None:
    """Eight o'clock is eight o'clock in New York too; what only drifted waits for a morning."""
    assert {one.at.hour for one in week.of(SPONSOR, "summary")} == {13}
    assert {one.at.hour for one in week.of("VP Payments", "summary")} == {8}
    assert {one.at.hour for one in week.of("Design lead")} == {8}
    assert not [one for one in week.received if one.at.hour < 8]
    assert not [one for one in week.received if one.at.isoweekday() > 5]


def nobody_is_told_twice(week: Week) -> None:
    """No mail of one kind and subject came twice, nor any new date; nothing stayed here but the letter that was answered."""
    seen = Counter((one.who, one.kind, one.subject) for one in week.received if one.kind != "summary")
    assert [what for what, times in seen.items() if times > 1] == []
    last: dict[tuple[int, int], list[Any]] = {}
    for one in Notice.objects.filter(state=Notice.State.TOLD, kind="slip").order_by("told_at", "pk"):
        assert last.get((one.person_id, one.milestone_id)) != one.facts["after"], one.facts
        last[one.person_id, one.milestone_id] = one.facts["after"]
    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {OutboxMessage.State.SENT}
    nudges = Counter(one.who for one in week.received if one.kind == "nudge")
    assert max(nudges.values()) == 1
