"""Risks, updates, people: what is said and by whom."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from programs.actions import blockers, people, risks, updates
from programs.actions.errors import Refused, Stale
from programs.models import Event, Milestone, OutboxMessage, Program, Risk, StatusUpdate, Subscription, Workstream
from tests.cast import MONDAY, NINE, milestone
from tests.cast import program as make_program


def raise_risk(program, by, title="Vendor may go", **fields):
    return risks.create(program=program, title=title, by=by, at=NINE, **fields)


def test_a_risk_is_numbered_dated_and_scored(program, tess, eli):
    made = raise_risk(program, tess, probability=4, impact="5", owner=eli, response="mitigate", milestone=milestone(program))
    assert (made.key, made.score, made.raised_on, made.owner) == ("R-1", 20, MONDAY, eli)
    assert Event.objects.get(kind="risk.created").milestone == made.milestone


@pytest.mark.parametrize(
    ("field", "value", "remedy"),
    [
        ("title", " ", "can be seen"),
        ("probability", 0, "Choose one of: Very low"),
        ("probability", 6, "Choose one of: Very low"),
        ("impact", 2**31, "Choose one of: Very low"),
        ("impact", "high", "Choose one of"),
        ("status", "worrying", "Choose one of: Open"),
        ("raised_on", MONDAY + timedelta(days=1), "not come yet"),
        ("note", "n" * 501, "at most 500"),
        ("number", 4, "cannot be set"),
    ],
)
def test_bad_risks(program, tess, field, value, remedy):
    made = raise_risk(program, tess)
    with pytest.raises(Refused, match=remedy) as refused:
        risks.edit(risk=made, version=1, changes={field: value}, by=tess, at=NINE)
    assert refused.value.field == field
    if field != "title":
        with pytest.raises(Refused, match=remedy):
            raise_risk(program, tess, **{field: value})


def test_a_risk_belongs_to_its_program(program, tess, otto):
    other = make_program("Borealis", tpm=otto)
    for fields in ({"owner": otto}, {"workstream": other.workstreams.get()}, {"milestone": milestone(other)}):
        with pytest.raises(Refused):
            raise_risk(program, tess, **fields)


def test_closing_and_opening_a_risk(program, tess):
    made = raise_risk(program, tess)
    closed = risks.edit(risk=made, version=1, changes={"status": "closed", "note": "Gone"}, by=tess, at=NINE)
    assert closed.closed_on == MONDAY
    assert set(Event.objects.exclude(kind="risk.created").values_list("kind", "field")) == {
        ("risk.closed", "status"),
        ("risk.changed", "note"),
        ("risk.changed", "closed_on"),
    }
    with pytest.raises(Stale):
        risks.edit(risk=made, version=1, changes={"note": "Back"}, by=tess, at=NINE)
    assert risks.edit(risk=closed, version=2, changes={"status": "open"}, by=tess, at=NINE).closed_on is None
    assert raise_risk(program, tess, status="closed").closed_on == MONDAY
    assert Risk.objects.count() == 2


# Updates


def write(program, by, note="All is well", **more):
    return updates.write(program=program, note=note, by=by, at=NINE, **more)


def test_an_update_declares_the_health_of_what_it_is_about(program, tess):
    write(program, tess, health="at_risk")
    assert Program.objects.get().declared_health == "at_risk"
    stream = Workstream.objects.get()
    write(program, tess, workstream=stream, health="on_track")
    stream.refresh_from_db()
    assert stream.declared_health == "on_track"
    api = milestone(program)
    made = write(program, tess, milestone=api, health="off_track", note="Two are ill")
    api.refresh_from_db()
    assert (api.said, api.said_on, made.milestone) == ("off_track", MONDAY, api)
    note = Event.objects.get(kind="update.written", milestone=api)
    assert (note.new, note.note, note.subject_name) == ("off_track", "Two are ill", "SK-1 Cut over")
    assert Event.objects.get(kind="milestone.changed", batch=note.batch).field == "said"


def test_an_update_without_a_health_is_still_a_word(program, tess):
    api = milestone(program, said="at_risk")
    write(program, tess, milestone=api)
    api.refresh_from_db()
    assert (api.said, api.said_on) == ("at_risk", MONDAY)
    blockers.block(milestone=api, title="No access", by=tess, at=NINE)
    write(program, tess, milestone=api, health="on_track")
    assert Milestone.objects.get().said == "blocked"


@pytest.mark.parametrize(
    ("fields", "field"), [({"note": " "}, "note"), ({"note": "a\x00"}, "note"), ({"health": "green"}, "health")]
)
def test_bad_updates(program, tess, fields, field):
    with pytest.raises(Refused) as refused:
        write(program, tess, **fields)
    assert refused.value.field == field
    assert not StatusUpdate.objects.exists()


def test_an_update_stays_inside_its_program(program, tess, otto):
    with pytest.raises(Refused, match="from the list"):
        write(program, tess, milestone=milestone(make_program("Borealis", tpm=otto)))


# People


def test_settings_of_ones_own(tess, eli, ada):
    saved = people.edit(person=tess, version=1, changes={"time_zone": "Europe/Berlin", "theme": "dark"}, by=tess, at=NINE)
    assert (saved.time_zone, saved.theme, saved.version) == ("Europe/Berlin", "dark", 2)
    assert people.edit(person=tess, version=2, changes={"single_keys": False}, by=ada, at=NINE).single_keys is False
    with pytest.raises(PermissionDenied):
        people.edit(person=tess, version=3, changes={"name": "X"}, by=eli, at=NINE)
    with pytest.raises(Refused, match="time zone from the list"):
        people.edit(person=tess, version=3, changes={"time_zone": "Mars/Base"}, by=tess, at=NINE)
    for field in ("is_admin", "email", "password", "is_active"):
        with pytest.raises(Refused, match="cannot be set"):
            people.edit(person=tess, version=3, changes={field: True}, by=tess, at=NINE)


def test_closing_an_account_ends_its_session_and_its_mail(program, tess, ada, as_):
    browser = as_(tess)
    Subscription.objects.create(person=tess, program=program, local_time="08:00", weekdays=[1])
    OutboxMessage.objects.create(
        key="k", kind="summary", person=tess, to=tess.email, subject="s", text="t", message_id="<1>", created_at=NINE
    )
    people.disable(person=tess, by=ada, at=NINE)
    assert not Subscription.objects.filter(active=True).exists()
    assert OutboxMessage.objects.get().state == "cancelled"
    assert browser.get("/my").status_code == 302
    people.enable(person=tess, by=ada, at=NINE)
    assert browser.get("/my").status_code == 302  # open again, but to be signed in to anew
    assert list(Event.objects.order_by("pk").values_list("kind", flat=True)) == ["person.disabled", "person.enabled"]


def test_only_administrators_close_accounts_and_never_their_own(tess, eli, ada):
    for act in (people.disable, people.enable):
        with pytest.raises(PermissionDenied):
            act(person=eli, by=tess, at=NINE)
    with pytest.raises(Refused, match="your own account"):
        people.disable(person=ada, by=ada, at=NINE)
    assert timezone.is_aware(NINE)
