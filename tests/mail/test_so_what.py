"""What a blocker or a risk means, in the words of whoever knows: written once, read wherever it is spoken of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from programs.actions import blockers, risks
from programs.mail import so_what
from programs.models import Blocker, Event, OutboxMessage, Person, Preference, Risk, Subscription
from programs.queries import summaries
from programs.queries.outbox import why_not
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


# Asked for, the working day before

FRIDAY_TEN = datetime(2027, 3, 5, 10, tzinfo=UTC)


@pytest.fixture
def untold(program, tess, eli, lena):
    """Lena reads on Mondays; Eli raised a blocker that costs days, Tess wrote a high risk down; neither says what it means."""
    made = furnished(program, owner=eli)
    Blocker.objects.filter(pk=made["blocker"].pk).update(raised_by=eli)
    Blocker.objects.create(program=program, number=32, title="Far away", raised_by=eli)
    made["risk"] = risks.create(program=program, title="Sale freeze", probability=4, impact=4, by=tess, at=cast.NINE)
    risks.create(program=program, title="Small", probability=1, impact=2, by=tess, at=cast.NINE)
    made["answer"].save()  # the prices again: what was saved since was answered for
    subscribed(lena, program, at=cast.NINE)
    return made


def asked():
    return sorted(OutboxMessage.objects.filter(kind="nudge").values_list("to", "subject"))


@pytest.mark.django_db(transaction=True)
def test_its_author_is_asked_once_the_working_day_before(untold):
    thursday, early = FRIDAY_TEN - timedelta(days=1), FRIDAY_TEN - timedelta(hours=2)
    looks = (thursday, early, FRIDAY_TEN, FRIDAY_TEN, FRIDAY_TEN + timedelta(days=1))
    assert [so_what.ask(at=at) for at in looks] == [0, 0, 2, 0, 0]
    assert asked() == [
        ("eli@example.test", "One line is missing for the summary of Mon 8 Mar: Vendor cannot reach the vault"),
        ("tess@example.test", "One line is missing for the summary of Mon 8 Mar: Sale freeze"),
    ]
    message = OutboxMessage.objects.get(to="eli@example.test")
    assert "Blocker, adds 3 working days" in message.text
    assert f"/a/b{untold['blocker'].pk}-so_what" in message.text
    assert "/blockers/31/edit" in message.html
    assert Event.objects.filter(kind="nudge.sent", by=None).count() == 2


@pytest.mark.django_db(transaction=True)
def test_nobody_is_asked_without_a_reader_or_against_their_wish(untold, program, eli, tess, lena):
    Preference.objects.create(person=eli, kind="nudge", frequency="never")
    Person.objects.filter(pk=tess.pk).update(time_zone="America/Los_Angeles")  # two in the morning there
    assert so_what.ask(at=FRIDAY_TEN) == 0
    assert so_what.ask(at=FRIDAY_TEN + timedelta(hours=8)) == 1
    OutboxMessage.objects.all().delete()
    Subscription.objects.update(audience="team")
    assert so_what.ask(at=FRIDAY_TEN + timedelta(hours=8)) == 0


@pytest.mark.django_db(transaction=True)
def test_once_it_is_written_the_letter_stays_here(untold, eli):
    so_what.ask(at=FRIDAY_TEN)
    message = OutboxMessage.objects.get(to="eli@example.test")
    assert why_not(message) == ""
    Blocker.objects.filter(pk=untold["blocker"].pk).update(so_what=BANKS)
    assert why_not(message) == "The reader answered before it was sent."
    OutboxMessage.objects.all().delete()
    assert so_what.ask(at=FRIDAY_TEN) == 1, "only the risk is left"
