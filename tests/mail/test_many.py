"""One slip for many readers: read and rendered once, each with links of their own; no statement more for each but to send."""

from __future__ import annotations

import re
import sys

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from programs.actions import notices
from programs.mail.deliver import deliver
from programs.mail.notices import mail_due
from programs.models import Membership, Notice, OutboxMessage
from tests import cast
from tests.cast import NINE
from tests.mail.world import Clock

pytestmark = pytest.mark.django_db
BEFORE, AFTER = ["2027-03-08", 2.0, "tight"], ["2027-03-10", 0.0, "critical"]


@pytest.fixture(autouse=True)
def mail_leaves(settings):
    settings.MAIL_LEAVES = True
    settings.MAIL_RELAY_LOG = ""


def told(program, many, **person):
    """As many readers, each with the same news."""
    row = cast.milestone(program, "Launch")
    made = []
    for n in range(many):
        reader = cast.person(f"Reader{n}x{row.pk}", **person)
        Membership.objects.create(program=program, person=reader, role="viewer")
        facts = {"before": BEFORE, "after": AFTER, "cause": {"kind": "time", "event": None}}
        at = {"created_at": NINE, "due_at": NINE, "told_at": NINE, "mail_at": NINE}
        more = {"kind": "slip", "role": "owner", "milestone": row, "topic": f"slip:{row.pk}", "state": Notice.State.TOLD}
        made.append(Notice.objects.create(person=reader, program=program, facts=facts, **at, **more))
    return made


def test_each_reader_gets_links_of_their_own_in_their_language(program):
    english, german = told(program, 3), told(program, 3, language="de")
    assert mail_due(clock=Clock()) == {"mails": 6}
    for notice in english + german:
        notice.refresh_from_db()
        mail = notice.message
        assert mail.person == notice.person
        assert set(re.findall(r"/a/n(\d+)-", mail.text + mail.html)) == {str(notice.pk)}
        assert ("moved" in mail.subject + mail.text) == (notice in english)


def test_many_cost_no_statement_more_to_write_and_six_to_send(program, smtp_server):
    def statements(many):
        told(program, many)
        with CaptureQueriesContext(
            connection,
        ) as writing:
            assert mail_due(clock=Clock()) == {"mails": many}
        deliver(clock=Clock())
        return len(writing)

    statements(1)
    assert statements(20) == statements(2)
    told(program, 20)
    mail_due(clock=Clock())
    with CaptureQueriesContext(connection) as sending:
        assert deliver(clock=Clock()) == {"sent": 20}
    assert len(sending) == 20 * 6 + 2, "a lease, the message, a bounce, the wish, the membership, the settlement; looking twice"


def test_one_mail_that_cannot_be_queued_never_holds_the_others(program, monkeypatch):
    rows = told(program, 3)
    queue = notices.mailed

    def broken(written, *, at):
        if any(rows[1].pk in one.notices for one in written):
            raise DatabaseError("this one")
        return queue(written, at=at)

    monkeypatch.setattr(sys.modules["programs.mail.notices"].actions, "mailed", broken)
    assert mail_due(clock=Clock()) == {"mails": 2, "error": 1}
    assert set(OutboxMessage.objects.values_list("person", flat=True)) == {rows[0].person_id, rows[2].person_id}


def test_who_queues_the_same_at_the_same_moment_doubles_nothing(program):
    rows = told(program, 2)
    assert mail_due(clock=Clock()) == {"mails": 2}
    letters = [notices.Written([], [row.pk]) for row in rows]
    assert notices.mailed(letters, at=NINE) == 0
    assert mail_due(clock=Clock()) == {}
