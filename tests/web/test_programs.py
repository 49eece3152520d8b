"""Programs: where people land, a program from nothing, its settings, calendar and members."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from programs.models import CalendarException, Event, Membership, Milestone, Person, Program, Workstream
from tests import cast
from tests.web.test_milestone_page import text_of
from tests.web.test_saving import fields_of

if TYPE_CHECKING:
    from tests.web.plan import Plan

SETTINGS = "/p/atlas/edit"


def test_each_person_lands_where_their_day_begins(
    program: Program, tess: Person, eli: Person, lena: Person, otto: Person, as_: Any
) -> None:
    assert as_(tess).get("/")["Location"] == "/my"
    assert as_(eli).get("/")["Location"] == "/my"
    assert as_(lena).get("/")["Location"] == "/portfolio"
    assert as_(otto).get("/")["Location"] == "/p/new"
    assert as_(None).get("/")["Location"].startswith("/accounts/login/")


def test_administrators_see_the_portfolio_when_there_is_one(program: Program, ada: Person, as_: Any) -> None:
    assert as_(ada).get("/")["Location"] == "/portfolio"
    Program.objects.all().delete()
    assert as_(ada).get("/")["Location"] == "/p/new"


def test_the_first_run_offers_only_what_is_there(otto: Person, tess: Person, as_: Any) -> None:
    text = as_(otto).get("/p/new").content.decode()
    assert "Start from nothing" in text
    assert "Look round the demo" not in text
    assert "You are not a member of any program yet." in text
    cast.program("Payments platform migration", tpm=tess)
    assert "Look round the demo" in as_(tess).get("/p/new").content.decode()
    assert "Look round the demo" not in as_(otto).get("/p/new").content.decode()


def test_a_program_from_nothing_in_one_form(tess: Person, as_: Any, monday: Any) -> None:
    form = {
        **fields_of(as_(tess).get("/p/new")),
        "name": "Payments",
        "finish": "Cutover complete",
        "target_date": "in 90 days",
        "time_zone": "Europe/Berlin",
        "workstreams": "Ledger core\r\n\r\n  Payments API \r\nledger CORE\r\nCutover",
    }
    answer = as_(tess).post("/p/new", form)
    assert (answer.status_code, answer["Location"]) == (303, "/p/payments/milestones")
    made = Program.objects.get()
    assert (made.target_date, made.time_zone, made.owner) == (cast.MONDAY + timedelta(days=90), "Europe/Berlin", tess)
    assert [lane.name for lane in Workstream.objects.order_by("position")] == ["ledger CORE", "Payments API", "Cutover"]
    assert made.finish_milestone.name == "Cutover complete"
    assert made.finish_milestone.workstream.name == "Cutover"
    assert Membership.objects.get(program=made).role == "tpm"
    assert as_(tess).post("/p/new", form)["Location"] == "/p/payments/milestones"
    assert Program.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", " ", "required"),
        ("name", "\u200b", "can be seen"),
        ("name", "x" * 201, "200"),
        ("name", "ATLÁS ", "of this name already"),
        ("target_date", "31/12/26", "1970 to 2100"),
        ("workstreams", "a" * 201, "200 characters"),
        ("workstreams", "ok\nbad\u202ename", "override"),
        ("workstreams", "\n".join(f"lane {n}" for n in range(101)), "100"),
        ("finish", "a\x00b", "character"),
        ("time_zone", "Mars/Base", "valid choice"),
    ],
)
def test_a_program_that_cannot_be_is_not_begun(
    program: Program, tess: Person, as_: Any, field: str, value: str, words: str
) -> None:
    form = {**fields_of(as_(tess).get("/p/new")), "name": "New one", "workstreams": "Kept", field: value}
    answer = as_(tess).post("/p/new", form)
    assert answer.status_code == 422
    assert words in str(answer.context["form"].errors[field]), dict(answer.context["form"].errors)
    assert Program.objects.count() == 1
    assert Workstream.objects.count() == 1


def test_settings_change_dates_and_the_finish(atlas: Plan, tess: Person, as_: Any) -> None:
    form = fields_of(as_(tess).get(SETTINGS), "general")
    assert form["finish_milestone"] == "SEC-3"
    form |= {
        "target_date": "+30d",
        "finish_milestone": "sec-2",
        "description": "Why we do it",
    }
    assert as_(tess).post(SETTINGS, form).status_code == 303
    atlas.program.refresh_from_db()
    assert atlas.program.finish_milestone == atlas.build
    for field, value in (("finish_milestone", "NO-1"), ("name", "")):
        wrong = as_(tess).post(SETTINGS, fields_of(as_(tess).get(SETTINGS), "general") | {field: value})
        assert wrong.status_code == 422, field
        assert field in wrong.context["general"].errors


def test_the_calendar_takes_days_holidays_and_exceptions(atlas: Plan, tess: Person, as_: Any) -> None:
    form = fields_of(as_(tess).get(SETTINGS), "calendar")
    form |= {"weekdays": ["1", "2", "3", "4"], "country": "DE", "subdivision": "BY"}
    form["exceptions"] = "24 dec 2027 company holiday\n2027-12-31\n6/3/2027 works stock taking"
    assert as_(tess).post("/p/atlas/calendar", form).status_code == 303
    atlas.program.refresh_from_db()
    assert (atlas.program.weekdays, atlas.program.country, atlas.program.subdivision) == ([1, 2, 3, 4], "DE", "BY")
    days = [(row.day, row.working, row.name) for row in CalendarException.objects.order_by("day")]
    assert days == [
        (date(2027, 3, 6), True, "stock taking"),
        (date(2027, 12, 24), False, "company holiday"),
        (date(2027, 12, 31), False, ""),
    ]
    again = fields_of(as_(tess).get(SETTINGS), "calendar") | {"weekdays": ["1", "2", "3", "4"]}
    seen = Event.objects.count()
    assert as_(tess).post("/p/atlas/calendar", again).status_code == 303
    assert Event.objects.count() == seen


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("weekdays", [], "at least one"),
        ("weekdays", ["8"], "8"),
        ("country", "XX", "valid choice"),
        ("subdivision", "NOWHERE", "part of the country"),
        ("exceptions", "someday holiday", "Line 1"),
        ("exceptions", "24 dec 2027\n2027-12-24 again", "Line 2"),
    ],
)
def test_a_calendar_that_cannot_be_is_refused(atlas: Plan, tess: Person, as_: Any, field: str, value: Any, words: str) -> None:
    form = fields_of(as_(tess).get(SETTINGS), "calendar") | {"weekdays": ["1"], "country": "DE", field: value}
    answer = as_(tess).post("/p/atlas/calendar", form)
    assert answer.status_code == 422
    assert words in str(answer.context["calendar"].errors[field])


def test_two_people_setting_the_calendar_see_each_other(atlas: Plan, tess: Person, as_: Any) -> None:
    form = fields_of(as_(tess).get(SETTINGS), "calendar") | {"weekdays": ["1", "2"]}
    assert as_(tess).post("/p/atlas/calendar", form | {"weekdays": ["1", "2", "3"]}).status_code == 303
    assert as_(tess).post("/p/atlas/calendar", form).status_code == 409


def test_members_come_change_and_go(atlas: Plan, tess: Person, eli: Person, otto: Person, as_: Any) -> None:
    browser = as_(tess)
    assert browser.post("/p/atlas/members", {"email": "new@example.test", "name": "Nia", "role": "viewer"}).status_code == 303
    nia = Person.objects.get(email="new@example.test")
    assert Membership.objects.get(person=nia).role == "viewer"
    assert browser.post("/p/atlas/members", {"email": "new@example.test", "role": "viewer"}).status_code == 422
    for email in ("a@b, c@d", "nobody", "x" * 300 + "@example.test", ""):
        assert browser.post("/p/atlas/members", {"email": email, "role": "viewer"}).status_code == 422, email
    assert browser.post("/p/atlas/members", {"email": "ok@example.test", "role": "admin"}).status_code == 422
    assert browser.post(f"/p/atlas/members/{nia.pk}", {"role": "engineer"}).status_code == 303
    assert browser.post(f"/p/atlas/members/{nia.pk}", {"role": "owner"}).status_code == 422
    assert browser.post(f"/p/atlas/members/{nia.pk}/remove").status_code == 303
    assert browser.post(f"/p/atlas/members/{otto.pk}", {"role": "viewer"}).status_code == 404
    assert browser.post(f"/p/atlas/members/{otto.pk}/remove").status_code == 404
    assert as_(eli).post(f"/p/atlas/members/{eli.pk}", {"role": "tpm"}).status_code == 403


def test_the_last_program_manager_stays(atlas: Plan, tess: Person, as_: Any) -> None:
    for address, form in ((f"/p/atlas/members/{tess.pk}", {"role": "viewer"}), (f"/p/atlas/members/{tess.pk}/remove", {})):
        answer = as_(tess).post(address, form)
        assert answer.status_code == 422
        assert "needs one program manager" in text_of(answer)
    assert Membership.objects.get(person=tess).role == "tpm"


def test_workstreams_are_added_and_renamed(atlas: Plan, tess: Person, eli: Person, as_: Any) -> None:
    assert as_(tess).post("/p/atlas/workstreams/new", {"name": "Payments API", "lead": str(eli.pk)}).status_code == 303
    made = Workstream.objects.get(name="Payments API")
    assert made.lead == eli
    assert as_(tess).post("/p/atlas/workstreams/new", {"name": "Other", "key": "s!"}).status_code == 422
    address = f"/p/atlas/workstreams/{made.key}/edit"
    form = fields_of(as_(tess).get(address)) | {"name": "Payments"}
    assert as_(tess).post(address, form)["Location"] == f"/p/atlas/milestones?ws={made.key}"
    assert Milestone.objects.filter(workstream=made).count() == 0
