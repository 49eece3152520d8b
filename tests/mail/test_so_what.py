"""What a blocker or a risk means, in the words of whoever knows: written once, read wherever it is spoken of."""

from __future__ import annotations

import pytest

from programs.actions import blockers, risks
from programs.models import Event, Risk
from programs.queries import summaries
from programs.summaries import plain
from programs.summaries.report import drafted
from programs.summaries.write import program_summary
from tests import cast
from tests.mail.world import furnished, subscribed

pytestmark = pytest.mark.django_db
BANKS = "Two banks cannot be billed in April"


def summary_for(person, program):
    subscription = subscribed(person, program)
    programs = summaries.followed(subscription)
    reader = summaries.reader_of(subscription, at=cast.NINE, programs=programs)
    (fact,) = summaries.read(programs, person=person, reader=reader, stored={})
    return program_summary(reader, fact)


def test_it_is_written_once_and_leaders_read_it(program, tess, eli, lena):
    blocker = furnished(program, owner=eli)["blocker"]
    blockers.edit(blocker=blocker, version=blocker.version, changes={"so_what": BANKS}, by=eli, at=cast.NINE)
    risks.create(
        program=program, title="Sale freeze", probability=4, impact=4, so_what="We sell nothing in June", by=tess, at=cast.NINE
    )
    assert Event.objects.get(kind="blocker.changed", field="so_what").new == BANKS
    summary = summary_for(lena, program)
    assert summary.section("blockers").lines[0].so_what == BANKS
    assert summary.section("at-risk").lines[-1].so_what == "We sell nothing in June"
    assert summary.lead.endswith(f"It adds 3 working days. {BANKS}.")
    assert BANKS in plain.text(summary, base="", manage="", stop="")
    assert BANKS in drafted(summary)["blockers"]


def test_it_is_on_the_pages_and_in_the_form(program, tess, eli, as_):
    made = furnished(program, owner=eli)
    blocker = made["blocker"]
    page = as_(eli).get(f"/p/{program.slug}/blockers/{blocker.number}").content.decode()
    assert "So what? Say what it means" in page
    form = as_(eli).get(f"/p/{program.slug}/blockers/{blocker.number}/edit").content.decode()
    assert 'name="so_what"' in form
    blockers.edit(blocker=blocker, version=blocker.version, changes={"so_what": BANKS}, by=eli, at=cast.NINE)
    Risk.objects.create(program=program, number=40, title="Sale freeze", probability=4, impact=4, so_what=BANKS)
    for path in (f"blockers/{blocker.number}", f"m/{made['step'].key}", "risks"):
        assert BANKS in as_(eli).get(f"/p/{program.slug}/{path}").content.decode(), path
