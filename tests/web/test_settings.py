"""The settings of a program: thresholds, days off, order, teams, accounts, and the page that shows them all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from programs.models import Event, Membership, OutboxMessage, Person, Risk, SignedIn, Team, Workstream
from programs.queries.overview_lists import heat
from tests import cast
from tests.mail.test_body import Reading
from tests.mail.world import subscribed
from tests.web.test_saving import fields_of

if TYPE_CHECKING:
    from programs.models import Program

pytestmark = pytest.mark.usefixtures("monday")
PAGE, THRESHOLDS, TEAM = "/p/atlas/edit", "/p/atlas/thresholds", "/p/atlas/teams/new"


def test_thresholds_are_set_and_shown(program: Program, tess: Person, as_: Any) -> None:
    program.thresholds = {"kept_for_later": 4}
    program.save()
    form = fields_of(as_(tess).get(PAGE), "thresholds")
    assert as_(tess).post(THRESHOLDS, form | {"silent_days": "3", "high_risk": "20"})["Location"] == PAGE + "#thresholds"
    program.refresh_from_db()
    assert program.thresholds == {"kept_for_later": 4, "silent_days": 3, "high_risk": 20}
    assert 'value="20"' in as_(tess).get(PAGE).content.decode()
    assert as_(tess).post(THRESHOLDS, fields_of(as_(tess).get(PAGE), "thresholds") | {"silent_days": ""}).status_code == 303
    program.refresh_from_db()
    assert program.thresholds == {"kept_for_later": 4, "high_risk": 20}


@pytest.mark.parametrize(
    ("field", "value"),
    [("silent_days", "x"), ("silent_days", "366"), ("silent_days", "-1"), ("high_risk", "26"), ("version", "")],
)
def test_thresholds_that_make_no_sense_are_refused_and_kept(
    program: Program, tess: Person, as_: Any, field: str, value: str
) -> None:
    form = fields_of(as_(tess).get(PAGE), "thresholds") | {"disagree_days": "9", field: value}
    answer = as_(tess).post(THRESHOLDS, form)
    assert answer.status_code == 422
    assert answer.context["thresholds"].errors
    assert 'value="9"' in answer.content.decode()
    program.refresh_from_db()
    assert program.thresholds == {}


def test_two_who_set_thresholds_see_each_other(program: Program, tess: Person, as_: Any) -> None:
    form = fields_of(as_(tess).get(PAGE), "thresholds")
    as_(tess).post(THRESHOLDS, form | {"silent_days": "3"})
    answer = as_(tess).post(THRESHOLDS, form | {"silent_days": "4"})
    assert answer.status_code == 422
    assert "Save again to keep yours." in answer.content.decode()
    assert as_(tess).post(THRESHOLDS, fields_of(answer, "thresholds") | {"silent_days": "4"}).status_code == 303
    program.refresh_from_db()
    assert program.thresholds == {"silent_days": 4}


def test_the_threshold_of_a_program_decides_which_risks_are_high(program: Program, tess: Person, as_: Any) -> None:
    other = cast.program("Other", tpm=tess, thresholds={"high_risk": 20})
    for each in (program, other):
        Risk.objects.create(program=each, number=1, title="Twelve", probability=4, impact=3, raised_on=cast.MONDAY)
        as_(tess).post(f"/p/{each.slug}/updates/begin")
    assert "Twelve" in program.reports.get().at_risk
    assert "Twelve" not in other.reports.get().at_risk


def test_the_next_days_that_differ_are_listed(program: Program, tess: Person, as_: Any) -> None:
    form = fields_of(as_(tess).get(PAGE), "calendar")
    form |= {
        "weekdays": ["1", "2", "3", "4", "5"],
        "country": "DE",
        "exceptions": "2027-03-26 works\n2027-03-27 works moving\n2027-04-01 fair",
    }
    assert as_(tess).post("/p/atlas/calendar", form).status_code == 303
    found = [(str(one.day), one.name, one.working, one.own) for one in as_(tess).get(PAGE).context["days_off"]]
    assert [(day, working, own) for day, _name, working, own in found[:4]] == [
        ("2027-03-26", True, True),  # Good Friday
        ("2027-03-27", True, True),
        ("2027-03-29", False, False),  # Easter Monday
        ("2027-04-01", False, True),
    ]
    assert [name for _day, name, _working, _own in found[:4]] == ["Good Friday", "moving", "Easter Monday", "fair"]
    assert "2027-03-28" not in {day for day, *_rest in found}  # a Sunday differs from nothing


def test_workstreams_are_put_in_order_by_those_who_plan(
    program: Program, tess: Person, eli: Person, otto: Person, as_: Any
) -> None:
    Workstream.objects.create(program=program, key="API", name="Interfaces", position=1)
    move = "/p/atlas/workstreams/API/move"
    assert as_(tess).post(move, {"to": "up"})["Location"] == PAGE + "#workstreams"
    assert [row.key for row in as_(tess).get(PAGE).context["lanes"]] == ["API", "SEC"]
    assert Event.objects.filter(kind="workstream.changed", field="position").count() == 1
    assert [as_(one).post(move).status_code for one in (eli, otto, None)] == [403, 404, 302]
    assert as_(tess).get(move).status_code == 405
    assert as_(tess).post("/p/atlas/workstreams/NO/move").status_code == 404


def test_a_prefix_is_renamed_on_its_page(program: Program, tess: Person, as_: Any) -> None:
    cast.milestone(program, key="SEC-1", workstream=program.workstreams.get())
    page = as_(tess).get("/p/atlas/workstreams/SEC/edit")
    assert "SEC-3 stays SEC-3" in page.content.decode()
    assert as_(tess).post("/p/atlas/workstreams/SEC/edit", fields_of(page) | {"key": "scr"}).status_code == 303
    assert (program.workstreams.get().key, program.milestones.get().key) == ("SCR", "SEC-1")
    again = fields_of(as_(tess).get("/p/atlas/workstreams/SCR/edit"))
    for wrong in ("", "x", "1A", "S!", "A" * 13):
        assert as_(tess).post("/p/atlas/workstreams/SCR/edit", again | {"key": wrong}).status_code == 422, wrong


# Teams


def made(as_: Any, tess: Person, **fields: Any) -> Team:
    if not fields.keys() & {"lead", "members", "lanes"}:
        fields["members"] = [tess.pk]
    assert as_(tess).post(TEAM, {"name": "Platform", **fields}).status_code == 303
    return Team.objects.get(name=fields.get("name", "Platform"))


def test_a_team_is_made_of_members_and_owns_workstreams(
    program: Program, tess: Person, eli: Person, lena: Person, as_: Any
) -> None:
    lane = program.workstreams.get()
    team = made(as_, tess, lead=eli.pk, members=[eli.pk, lena.pk], lanes=[lane.pk])
    lane.refresh_from_db()
    assert (team.lead, set(team.members.all()), lane.team) == (eli, {eli, lena}, team)
    assert sorted(Event.objects.values_list("kind", flat=True)) == ["team.created", "workstream.changed"]
    text = " ".join(as_(tess).get(PAGE).content.decode().split())
    assert "Eli, Lena" in text
    address = f"/p/atlas/teams/{team.pk}/edit"
    form = fields_of(as_(tess).get(address))
    answer = as_(tess).post(address, form | {"name": "Core", "members": [str(lena.pk)], "lanes": []})
    assert answer["Location"] == PAGE + "#teams"
    team.refresh_from_db()
    lane.refresh_from_db()
    assert (team.name, list(team.members.all()), lane.team) == ("Core", [lena], None)
    changed = Event.objects.filter(kind="team.changed").order_by("field").values_list("field", "old", "new")
    assert list(changed) == [("members", "Eli, Lena", "Lena"), ("name", "Platform", "Core")]


def test_people_added_by_two_at_once_are_all_in_it(program: Program, tess: Person, eli: Person, lena: Person, as_: Any) -> None:
    team = made(as_, tess, members=[tess.pk])
    address = f"/p/atlas/teams/{team.pk}/edit"
    form = fields_of(as_(tess).get(address))
    for person in (eli, lena):
        assert as_(tess).post(address, form | {"members": [str(tess.pk), str(person.pk)]}).status_code == 303
    assert set(team.members.all()) == {tess, eli, lena}
    assert as_(tess).post(address, form | {"members": [], "name": "Renamed"}).status_code == 303
    assert set(team.members.all()) == {eli, lena}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "a\x00b"),
        ("name", "PLATFORM"),
        ("name", "x" * 201),
        ("lead", "999"),
        ("members", ["999"]),
        ("lanes", ["x"]),
    ],
)
def test_a_team_that_cannot_be_is_refused(program: Program, tess: Person, as_: Any, field: str, value: Any) -> None:
    made(as_, tess)
    answer = as_(tess).post(TEAM, {"name": "Another", "members": [tess.pk], field: value})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert Team.objects.count() == 1


def test_a_team_of_nobody_is_not_made_and_a_foreign_one_is_not_seen(program: Program, tess: Person, as_: Any) -> None:
    answer = as_(tess).post(TEAM, {"name": "Platform"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["members"])
    team = made(as_, tess)
    address = f"/p/atlas/teams/{team.pk}/edit"
    answer = as_(tess).post(address, fields_of(as_(tess).get(address)) | {"members": []})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["members"])
    nobodys = Team.objects.create(name="Left by Zephyr")
    for page in (PAGE, "/p/atlas/workstreams/SEC/edit"):
        assert "Left by Zephyr" not in as_(tess).get(page).content.decode()
    for act in ("edit", "delete"):
        assert as_(tess).post(f"/p/atlas/teams/{nobodys.pk}/{act}").status_code == 404


def test_strangers_are_no_team_mates(program: Program, tess: Person, otto: Person, as_: Any) -> None:
    for field in ("lead", "members"):
        assert as_(tess).post(TEAM, {"name": "Platform", field: str(otto.pk)}).status_code == 422
    other = cast.program("Zephyr", tpm=otto)
    lane = other.workstreams.get()
    assert as_(tess).post(TEAM, {"name": "Platform", "lanes": [str(lane.pk)]}).status_code == 422
    assert not Team.objects.exists()


def test_teams_of_other_programs_are_not_seen_and_shared_ones_keep_their_people(
    program: Program, tess: Person, otto: Person, eli: Person, as_: Any
) -> None:
    other = cast.program("Zephyr", tpm=otto)
    theirs = Team.objects.create(name="Zephyr crew", lead=otto)
    Workstream.objects.filter(program=other).update(team=theirs)
    hidden = Team.objects.create(name="Idle strangers")
    hidden.members.set([otto])
    page = as_(tess).get(PAGE).content.decode()
    assert "Zephyr crew" not in page
    assert "Idle strangers" not in page
    assert "Zephyr crew" not in as_(tess).get("/p/atlas/workstreams/SEC/edit").content.decode()
    for team in (theirs, hidden):
        assert as_(tess).get(f"/p/atlas/teams/{team.pk}/edit").status_code == 404
    Workstream.objects.filter(program=program).update(team=theirs)
    address = f"/p/atlas/teams/{theirs.pk}/edit"
    form = fields_of(as_(tess).get(address))
    answer = as_(tess).post(address, form | {"name": "Mine now"})
    assert answer.status_code == 422
    assert "Whoever manages them all" in answer.content.decode()
    assert as_(tess).post(f"/p/atlas/teams/{theirs.pk}/delete").status_code == 422
    assert as_(tess).post(address, form | {"lanes": []}).status_code == 303
    assert not program.workstreams.filter(team=theirs).exists()
    assert other.workstreams.filter(team=theirs).exists()


def test_a_team_is_dissolved_and_its_work_stays(program: Program, tess: Person, as_: Any) -> None:
    lane = program.workstreams.get()
    team = made(as_, tess, lanes=[lane.pk])
    assert "Its people stay members" in as_(tess).get(f"/p/atlas/teams/{team.pk}/delete").content.decode()
    assert as_(tess).post(f"/p/atlas/teams/{team.pk}/delete").status_code == 303
    lane.refresh_from_db()
    assert lane.team is None
    assert Event.objects.filter(kind="team.deleted", subject_name="Platform").exists()


def test_a_dissolved_team_comes_back_with_its_people_and_its_work(program: Program, tess: Person, eli: Person, as_: Any) -> None:
    lane = program.workstreams.get()
    team = made(as_, tess, lanes=[lane.pk], members=[eli.pk])
    as_(tess).post(f"/p/atlas/teams/{team.pk}/delete")
    batch = Event.objects.get(kind="team.deleted").batch
    assert as_(tess).post(f"/undo/{batch}").status_code in {200, 204, 303}
    lane.refresh_from_db()
    assert (lane.team, list(lane.team.members.all())) == (team, [eli])


def test_who_may(program: Program, tess: Person, eli: Person, lena: Person, otto: Person, ada: Person, as_: Any) -> None:
    team = made(as_, tess)
    both = [TEAM, f"/p/atlas/teams/{team.pk}/edit", f"/p/atlas/teams/{team.pk}/delete"]
    for address in (PAGE, *both):
        assert [as_(one).get(address).status_code for one in (tess, ada, eli, lena, otto, None)] == [200, 200, 403, 403, 404, 302]
        assert as_(tess).delete(address).status_code == 405
    for address in (THRESHOLDS, "/p/atlas/calendar", "/p/atlas/members", *both):
        assert [as_(one).post(address).status_code for one in (eli, lena, otto, None)] == [403, 403, 404, 302], address
    for address in (THRESHOLDS, "/p/atlas/calendar", "/p/atlas/members"):
        assert as_(tess).get(address).status_code == 405


# Members and accounts


def test_somebody_let_in_is_told_by_mail(program: Program, tess: Person, otto: Person, as_: Any) -> None:
    otto.language = "de"
    otto.save()
    for email, role in (("new@example.test", "engineer"), (otto.email, "viewer")):
        assert as_(tess).post("/p/atlas/members", {"email": email, "role": role, "name": "Nia"}).status_code == 303
    new, old = OutboxMessage.objects.order_by("pk")
    assert (new.to, new.kind, new.subject) == ("new@example.test", "invitation", "Tess let you into Atlas")
    for body in (new.text, Reading(new.html).text):
        plain = " ".join(body.split())
        assert "Tess made you a member of this program." in plain
        assert "say how your work stands" in plain
        assert "new@example.test" in plain
    assert "http://localhost:8000/accounts/password/reset/" in new.text
    assert "http://localhost:8000/accounts/password/reset/" in new.html
    assert "http://localhost:8000/p/atlas/" in old.text
    assert '<html lang="de"' in old.html
    assert as_(None).get("/accounts/password/reset/").status_code == 200


def test_nobody_is_written_to_when_nobody_is_let_in(program: Program, tess: Person, eli: Person, as_: Any) -> None:
    for email in (eli.email, "a@b, c@d", "a@b;c@d", "Eve, E <e@x>", "e@x\r\nBcc: f@x"):
        assert as_(tess).post("/p/atlas/members", {"email": email, "role": "viewer"}).status_code == 422, email
    assert not OutboxMessage.objects.exists()
    assert Person.objects.count() == 3


def test_names_in_an_invitation_are_text(program: Program, tess: Person, as_: Any) -> None:
    program.name = "</mj-text><mj-image src='https://evil.test/x.png' />"
    program.save()
    assert as_(tess).post("/p/atlas/members", {"email": "new@example.test", "role": "tpm"}).status_code == 303
    message = OutboxMessage.objects.get()
    assert program.name in Reading(message.html).text
    assert "img" not in Reading(message.html).tags


def test_administrators_close_accounts_from_the_members(
    program: Program, ada: Person, tess: Person, eli: Person, lena: Person, otto: Person, as_: Any
) -> None:
    browser = as_(eli)
    subscribed(eli, program)
    close, reopen = (f"/p/atlas/members/{eli.pk}/{verb}" for verb in ("close", "reopen"))
    assert [as_(one).get(close).status_code for one in (ada, tess, eli, lena, otto, None)] == [200, 403, 403, 403, 404, 302]
    assert [as_(one).post(close).status_code for one in (tess, eli, lena, otto, None)] == [403, 403, 403, 404, 302]
    assert [as_(one).post(reopen).status_code for one in (tess, lena, otto)] == [403, 403, 404]
    assert as_(ada).get(reopen).status_code == 405
    assert as_(ada).get(f"/p/atlas/members/{otto.pk}/close").status_code == 404
    assert close not in as_(tess).get(PAGE).content.decode()
    assert close in as_(ada).get(PAGE).content.decode()
    assert as_(ada).post(close).status_code == 303
    eli.refresh_from_db()
    assert (eli.is_active, SignedIn.objects.filter(person=eli).count(), browser.get("/my").status_code) == (False, 0, 302)
    assert "Account closed" in as_(ada).get(PAGE).content.decode()
    assert as_(ada).post(reopen).status_code == 303
    eli.refresh_from_db()
    assert eli.is_active
    Membership.objects.create(program=program, person=ada, role="tpm")
    assert as_(ada).post(f"/p/atlas/members/{ada.pk}/close").status_code == 422


def test_the_page_costs_the_same_whatever_it_shows(
    program: Program, tess: Person, as_: Any, django_assert_max_num_queries: Any
) -> None:
    for number in range(25):
        person = cast.person(f"Member{number}")
        Membership.objects.create(program=program, person=person)
        subscribed(person, program)
        team = Team.objects.create(name=f"Team {number}", lead=person)
        team.members.set([person, tess])
        Workstream.objects.create(program=program, key=f"W{number}", name=f"Lane {number}", team=team, lead=person)
    browser = as_(tess)
    browser.get(PAGE)
    with django_assert_max_num_queries(22):
        browser.get(PAGE)
    with django_assert_max_num_queries(16):
        browser.get(f"/p/atlas/teams/{team.pk}/edit")


def test_a_program_says_where_the_colours_of_its_risk_map_begin(program: Program, tess: Person, as_: Any) -> None:
    Risk.objects.create(program=program, number=1, title="Late vendor", probability=3, impact=3)
    form = fields_of(as_(tess).get(PAGE), "thresholds")
    refused = as_(tess).post(THRESHOLDS, form | {"heat_3": "10", "heat_4": "9"})
    assert refused.status_code == 422
    assert "Use at least 10" in refused.content.decode()
    usual = as_(tess).get("/p/atlas/risks").content.decode()
    assert as_(tess).post(THRESHOLDS, form | {"heat_3": "9", "heat_4": "9", "heat_5": "9"}).status_code == 303
    assert as_(tess).get("/p/atlas/risks").content.decode().count("l5") > usual.count("l5")
    program.refresh_from_db()
    assert [cell.level for row in heat(program).rows for cell in row if cell.count] == [5]
