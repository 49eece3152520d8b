"""Whoever can clear a blocker hears of it: once, after it settled, and not from themselves."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from programs.actions import analysis, blockers, notices
from programs.mail.notices import mail_due
from programs.models import Notice, OutboxMessage, Program
from programs.queries import notices as queries
from tests import cast
from tests.cast import MONDAY, NINE
from tests.mail.world import Clock

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NINE + timedelta(minutes=10)


@pytest.fixture
def app(program):
    """app > launch, and nothing else: app has no float."""
    made = cast.sketch("app(2) > launch(0)", program)
    Program.objects.filter(pk=program.pk).update(finish_milestone=made["launch"])
    analysis.recompute(program_id=program.pk, at=NINE, force=True)
    return made["app"]


def block(app, by, **facts):
    return blockers.block(milestone=app, title="No access to the vault", by=by, at=NINE, **facts)


def told():
    notices.settle(at=LATER)
    rows = Notice.objects.filter(kind="unblock", state=Notice.State.TOLD).order_by("pk")
    return list(rows.values_list("person__name", flat=True))


def test_who_can_clear_it_is_told_once_it_settled(app, program, tess, eli, lena):
    block(app, tess, owner=eli, expected_clear=date(2027, 3, 12), next_step="Board on Tuesday")
    analysis.recompute(program_id=program.pk, at=NINE, force=True)
    assert notices.settle(at=NINE) == {"told": 0, "cancelled": 0}
    assert told() == ["Eli"]
    (row,) = queries.inbox(eli, today=MONDAY).rows
    assert row.told.title == "You can clear B-1: No access to the vault"
    assert row.told.because == "Tess says that you can."
    assert row.told.means == (
        "It blocks app, which has no float: each day it stays open moves the finish. "
        "It is expected to clear on Fri 12 Mar. Next step: Board on Tuesday."
    )


def test_the_mail_offers_its_answers_and_leads_to_the_blocker(app, tess, eli):
    stop = block(app, tess, owner=eli)
    told()
    mail_due(clock=Clock(LATER))
    mail = OutboxMessage.objects.get()
    assert (mail.kind, mail.person) == ("unblock", eli)
    assert mail.text.startswith("You can clear a blocker.")
    assert "Say when it will clear." in " ".join(mail.text.split())
    for answer in ("cleared", "same", "date"):
        assert f"b{stop.pk}-{answer}" in mail.text
    assert "/p/atlas/blockers/1" in mail.html


def test_who_says_it_themselves_is_not_told(app, eli):
    block(app, eli, owner=eli)
    assert told() == []


def test_nobody_is_told_of_what_was_cleared_or_handed_on_while_it_settled(app, tess, eli, lena):
    gone = block(app, tess, owner=eli)
    blockers.clear(blocker=gone, by=tess, at=NINE)
    other = block(app, tess, owner=eli)
    blockers.edit(blocker=other, version=other.version, changes={"owner": lena}, by=tess, at=NINE)
    assert told() == ["Lena"]


def test_who_is_named_later_is_told_then(app, tess, eli):
    stop = block(app, tess)
    assert told() == []
    blockers.edit(blocker=stop, version=stop.version, changes={"owner": eli}, by=tess, at=NINE)
    blockers.edit(blocker=stop, version=stop.version + 1, changes={"next_step": "Call them"}, by=tess, at=NINE)
    assert told() == ["Eli"]
