"""Undo: everything a person does comes back as it was, never over somebody's later work, never against a rule of the plan."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from programs.actions import blockers, deeds, dependencies, milestones, programs, risks, updates, workstreams
from programs.actions.errors import Refused, Stale
from programs.actions.undoing.undo import purge, undo
from programs.models import (
    Blocker,
    CalendarException,
    Dependency,
    Event,
    Follow,
    Membership,
    Milestone,
    Notice,
    Program,
    Risk,
    Role,
    StatusUpdate,
    Step,
    Workstream,
)
from programs.queries import access
from tests import cast
from tests.cast import MONDAY, NINE, sketch

DAY = timedelta(days=1)
TABLES = (Program, Workstream, Milestone, Dependency, Blocker, Risk, StatusUpdate, Membership, CalendarException)
COUNTERS = {"version", "revision", "next_number", "analysed_revision"}


def picture() -> dict[str, Any]:
    """Every row a person may change, without the counters that only rise."""
    return {
        model.__name__: sorted(
            ({name: value for name, value in row.items() if name not in COUNTERS} for row in model._base_manager.values()),
            key=lambda row: row["id"],
        )
        for model in TABLES
    }


@contextmanager
def deed(at=NINE):
    with deeds.opened(at=at) as opened:
        yield opened


@pytest.fixture
def plan(program, tess):
    return sketch("api(3) > app(2) > launch", program, workstream=program.workstreams.get())


def acts(program, plan, tess, eli):
    """Everything a person can do, by name: a function each, run in a deed of its own."""
    by = {"by": tess, "at": NINE}
    api, app, launch = plan["api"], plan["app"], plan["launch"]

    def held() -> Blocker:
        return blockers.block(milestone=app, title="No bench", owner=eli, **by)

    def link() -> Dependency:
        return Dependency.objects.get(predecessor=api)

    return {
        "a milestone made": lambda: milestones.create(program=program, name="New", workstream=program.workstreams.get(), **by),
        "a milestone edited": lambda: milestones.edit(
            milestone=api, version=1, changes={"name": "API 2", "labels": ["x"], "duration_days": "4.5", "owner": eli}, **by
        ),
        "a milestone moved": lambda: milestones.reschedule(milestone=api, version=1, date=MONDAY + DAY, reason="late", **by),
        "a milestone done": lambda: milestones.say(milestone=api, said="done", note="Finally", **by),
        "a milestone confirmed": lambda: milestones.still_the_same(milestone=api, **by),
        "a milestone deleted": lambda: milestones.delete(milestone=app, version=1, **by),
        "a part given a whole": lambda: milestones.edit(milestone=api, version=1, changes={"parent": launch}, **by),
        "a blocker opened": held,
        "a link made": lambda: dependencies.link(predecessor=api, successor=launch, **by),
        "a link changed": lambda: dependencies.edit(dependency=link(), version=1, changes={"lag_days": 2, "note": "n"}, **by),
        "a link set aside": lambda: dependencies.set_aside(dependency=link(), **by),
        "a link removed": lambda: dependencies.unlink(dependency=link(), **by),
        "a risk made": lambda: risks.create(program=program, title="Rain", milestone=api, probability=2, **by),
        "an update written": lambda: updates.write(program=program, note="Well", health="at_risk", milestone=api, **by),
        "an update on the program": lambda: updates.write(program=program, note="Well", health="at_risk", **by),
        "a workstream made": lambda: workstreams.create(program=program, name="Ops", **by),
        "a workstream edited": lambda: workstreams.edit(
            workstream=program.workstreams.get(), version=1, changes={"name": "Safety", "lead": eli}, **by
        ),
        "a program edited": lambda: programs.edit(
            program=program,
            version=1,
            changes={"name": "Atlas 2", "target_date": MONDAY, "thresholds": {"silent_days": 3}, "finish_milestone": launch},
            **by,
        ),
        "a calendar set": lambda: programs.set_calendar(
            program=program, version=1, weekdays=[1, 2, 3], country="DE", exceptions=[(MONDAY, False, "Off")], **by
        ),
        "a member added": lambda: programs.invite(program=program, email="nina@example.test", role="viewer", **by),
        "a role changed": lambda: programs.set_member(program=program, person=eli, role="viewer", **by),
        "a member removed": lambda: programs.remove_member(program=program, person=eli, **by),
        "a program deleted": lambda: programs.delete(program=program, name="atlas", **by),
    }


NAMES = list(acts(None, {"api": None, "app": None, "launch": None}, None, None))


@pytest.mark.parametrize("name", NAMES)
def test_everything_comes_back_as_it_was_and_goes_again(name, program, plan, tess, eli):
    before = picture()
    with deed() as one:
        acts(program, plan, tess, eli)[name]()
    after = picture()
    assert after != before
    assert Event.objects.filter(batch=one.batch).exists()
    back = undo(batch=one.batch, by=tess, at=NINE + timedelta(hours=23))
    assert picture() == before
    assert Event.objects.filter(batch=back.batch, kind="change.undone").exists()
    undo(batch=back.batch, by=tess, at=NINE + timedelta(hours=24))
    assert picture() == after


def test_clearing_a_blocker_comes_back_with_the_milestone_blocked(program, plan, tess, eli):
    blocker = blockers.block(milestone=plan["app"], title="No bench", by=eli, at=NINE)
    before = picture()
    with deed() as one:
        blockers.clear(blocker=blocker, resolution="Bought one", by=eli, at=NINE)
    undo(batch=one.batch, by=eli, at=NINE)
    assert picture() == before
    kinds = list(Event.objects.order_by("-pk").values_list("kind", flat=True)[:3])
    assert "blocker.reopened" in kinds or "blocker.reopened" in Event.objects.values_list("kind", flat=True)


def test_a_deleted_milestone_returns_with_links_blockers_updates_parts_and_its_history(program, plan, tess, eli):
    app = plan["app"]
    part = cast.milestone(program, "part", parent=app)
    blockers.block(milestone=app, title="No bench", by=eli, at=NINE)
    updates.write(program=program, note="Hm", milestone=app, by=eli, at=NINE)
    risk = risks.create(program=program, title="Rain", milestone=app, by=tess, at=NINE)
    Program.objects.update(finish_milestone=app)
    history = set(Event.objects.filter(milestone=app).values_list("pk", flat=True))
    app.refresh_from_db()
    before = picture()
    with deed() as one:
        milestones.delete(milestone=app, version=app.version, by=tess, at=NINE)
    assert not Milestone.objects.filter(pk=app.pk).exists()
    undo(batch=one.batch, by=tess, at=NINE)
    assert picture() == before
    part.refresh_from_db()
    risk.refresh_from_db()
    assert (part.parent_id, risk.milestone_id) == (app.pk, app.pk)
    assert history <= set(Event.objects.filter(milestone=app.pk).values_list("pk", flat=True))
    returned = Milestone.objects.get(pk=app.pk)
    assert returned.version > app.version  # a form that was open all the while is told
    with pytest.raises(Stale):
        milestones.edit(milestone=returned, version=app.version, changes={"status": "deferred"}, by=tess, at=NINE)


def test_several_actions_of_one_request_are_one_change(program, plan, tess):
    before = picture()
    with deed() as one:
        made = milestones.create(program=program, name="New", by=tess, at=NINE)
        dependencies.link(predecessor=plan["api"], successor=made, by=tess, at=NINE)
        milestones.edit(milestone=made, version=1, changes={"name": "Newer"}, by=tess, at=NINE)
    undo(batch=one.batch, by=tess, at=NINE)
    assert picture() == before


def change_name(row, name, *, by, version=None):
    with deed() as one:
        row.refresh_from_db()
        milestones.edit(milestone=row, version=row.version, changes={"name": name}, by=by, at=NINE)
    return one.batch


def test_a_later_change_of_the_same_field_is_kept_and_named(program, plan, tess, ada):
    first = change_name(plan["api"], "B", by=tess)
    change_name(plan["api"], "C", by=ada)
    with pytest.raises(Refused, match=r"Ada changed SK-1 C on 2027-03-01 09:00") as refused:
        undo(batch=first, by=tess, at=NINE)
    [obstacle] = refused.value.detail["obstacles"]
    assert (obstacle.event.by, obstacle.event.field, obstacle.event.new) == (ada, "name", "C")
    assert Milestone.objects.get(pk=plan["api"].pk).name == "C"


def test_a_later_change_back_to_the_same_value_is_kept_as_well(program, plan, tess, ada):
    first = change_name(plan["api"], "B", by=tess)
    change_name(plan["api"], "C", by=ada)
    change_name(plan["api"], "B", by=ada)
    with pytest.raises(Refused, match="Ada changed"):
        undo(batch=first, by=tess, at=NINE)


def test_changes_of_other_fields_do_not_stand_in_the_way(program, plan, tess, ada):
    first = change_name(plan["api"], "B", by=tess)
    row = Milestone.objects.get(pk=plan["api"].pk)
    milestones.edit(milestone=row, version=row.version, changes={"priority": "P1"}, by=ada, at=NINE)
    undo(batch=first, by=tess, at=NINE)
    row.refresh_from_db()
    assert (row.name, row.priority) == ("api", "P1")


def test_one_after_the_other_backwards(program, plan, tess):
    batches = [change_name(plan["api"], name, by=tess) for name in ("B", "C", "D")]
    for batch, name in zip(reversed(batches), ("C", "B", "api"), strict=True):
        undo(batch=batch, by=tess, at=NINE)
        assert Milestone.objects.get(pk=plan["api"].pk).name == name


def test_an_undo_happens_once(program, plan, tess):
    batch = change_name(plan["api"], "B", by=tess)
    undo(batch=batch, by=tess, at=NINE)
    with pytest.raises(Refused, match="undone already"):
        undo(batch=batch, by=tess, at=NINE)


def test_after_24_hours_it_is_too_late_and_then_forgotten(program, plan, tess):
    batch = change_name(plan["api"], "B", by=tess)
    with pytest.raises(Refused, match="24 hours"):
        undo(batch=batch, by=tess, at=NINE + timedelta(hours=24, seconds=1))
    purge(at=NINE + timedelta(hours=26))
    assert not Step.objects.exists()
    assert Event.objects.filter(batch=batch).exists()
    with pytest.raises(Refused, match="no longer"):
        undo(batch=batch, by=tess, at=NINE)


def test_a_link_that_would_close_a_loop_is_refused_and_the_rest_offered(program, plan, tess):
    api, app = plan["api"], plan["app"]
    with deed() as one:
        milestones.edit(milestone=api, version=1, changes={"name": "Interface"}, by=tess, at=NINE)
        dependencies.unlink(dependency=Dependency.objects.get(predecessor=api, successor=app), by=tess, at=NINE)
    dependencies.link(predecessor=app, successor=api, by=tess, at=NINE)
    with pytest.raises(Refused, match="would close a loop: SK-1 Interface → SK-2 app → SK-1 Interface") as refused:
        undo(batch=one.batch, by=tess, at=NINE)
    assert refused.value.detail["rest"] == 1
    assert Milestone.objects.get(pk=api.pk).name == "Interface"
    done = undo(batch=one.batch, by=tess, at=NINE, rest=True)
    assert len(done.left) == 1
    assert Milestone.objects.get(pk=api.pk).name == "api"
    assert not Dependency.objects.filter(predecessor=api, successor=app).exists()


def test_half_an_edit_comes_back_when_the_other_half_was_changed_again(program, plan, tess, ada):
    with deed() as one:
        milestones.edit(milestone=plan["api"], version=1, changes={"name": "B", "priority": "P1"}, by=tess, at=NINE)
    change_name(plan["api"], "C", by=ada)
    with pytest.raises(Refused) as refused:
        undo(batch=one.batch, by=tess, at=NINE)
    assert refused.value.detail["rest"] == 1
    undo(batch=one.batch, by=tess, at=NINE, rest=True)
    row = Milestone.objects.get(pk=plan["api"].pk)
    assert (row.name, row.priority) == ("C", "")


def test_what_was_built_on_later_stays(program, plan, tess, eli):
    with deed() as one:
        made = milestones.create(program=program, name="New", by=tess, at=NINE)
    with deed() as two:
        dependencies.link(predecessor=made, successor=plan["launch"], by=tess, at=NINE)
    with pytest.raises(Refused, match="Tess changed"):
        undo(batch=one.batch, by=tess, at=NINE)
    undo(batch=two.batch, by=tess, at=NINE)
    undo(batch=one.batch, by=tess, at=NINE)
    assert not Milestone.objects.filter(pk=made.pk).exists()


def test_who_follows_it_and_was_told_of_it_does_not_stand_in_the_way(program, plan, tess, eli, lena):
    with deed() as one:
        made = milestones.create(program=program, name="New", owner=eli, by=tess, at=NINE)
    follow = Follow.objects.create(person=lena, milestone=made)
    facts = {"kind": "slip", "role": "owner", "program": program, "topic": f"slip:{made.pk}", "created_at": NINE, "due_at": NINE}
    Notice.objects.create(person=eli, milestone=made, **facts)
    back = undo(batch=one.batch, by=tess, at=NINE)
    assert not Follow.objects.exists()
    undo(batch=back.batch, by=tess, at=NINE)
    assert Follow.objects.get().pk == follow.pk


def test_the_first_of_two_blockers_goes_and_the_other_still_holds(program, plan, tess, eli):
    with deed() as one:
        blockers.block(milestone=plan["app"], title="One", by=eli, at=NINE)
    blockers.block(milestone=plan["app"], title="Two", by=eli, at=NINE)
    undo(batch=one.batch, by=eli, at=NINE, rest=True)
    row = Milestone.objects.get(pk=plan["app"].pk)
    assert (row.status, [each.title for each in row.blockers.all()]) == ("blocked", ["Two"])


def test_a_blocker_does_not_come_back_onto_finished_work(program, plan, tess, eli):
    blocker = blockers.block(milestone=plan["app"], title="One", by=eli, at=NINE)
    with deed() as one:
        blockers.clear(blocker=blocker, by=eli, at=NINE)
    milestones.say(milestone=plan["app"], said="done", by=eli, at=NINE)
    for rest in (False, True):
        with pytest.raises(Refused):
            undo(batch=one.batch, by=eli, at=NINE, rest=rest)
    row = Milestone.objects.get(pk=plan["app"].pk)
    assert (row.status, row.blockers.get().status) == ("done", "resolved")


def test_a_restored_row_whose_place_is_taken_is_refused(program, plan, tess):
    link = Dependency.objects.get(predecessor=plan["api"])
    with deed() as one:
        dependencies.unlink(dependency=link, by=tess, at=NINE)
    dependencies.link(predecessor=plan["api"], successor=plan["app"], by=tess, at=NINE)
    with pytest.raises(Refused, match="already there"):
        undo(batch=one.batch, by=tess, at=NINE)


def test_what_belonged_to_something_deleted_since_cannot_return(program, plan, tess):
    with deed() as one:
        dependencies.unlink(dependency=Dependency.objects.get(predecessor=plan["api"]), by=tess, at=NINE)
    milestones.delete(milestone=plan["api"], version=1, by=tess, at=NINE)
    with pytest.raises(Refused, match="no longer there"):
        undo(batch=one.batch, by=tess, at=NINE)


def test_the_last_program_manager_stays(program, plan, tess, ada, eli):
    with deed() as one:
        programs.set_member(program=program, person=eli, role=Role.TPM, by=tess, at=NINE)
    programs.set_member(program=program, person=tess, role=Role.ENGINEER, by=ada, at=NINE)
    with pytest.raises(Refused, match="needs one program manager"):
        undo(batch=one.batch, by=ada, at=NINE)


def test_who_may_undo(program, plan, tess, eli, lena, otto, ada):
    mine = change_name(plan["api"], "B", by=tess)
    with deed() as said:
        milestones.say(milestone=plan["app"], said="at_risk", by=eli, at=NINE)
    for person, problem in ((eli, PermissionDenied), (lena, PermissionDenied), (otto, Http404)):
        with pytest.raises(problem):
            undo(batch=mine, by=person, at=NINE)
    for person, problem in ((lena, PermissionDenied), (otto, Http404)):
        with pytest.raises(problem):
            undo(batch=said.batch, by=person, at=NINE)
    done = undo(batch=said.batch, by=eli, at=NINE)
    undo(batch=done.batch, by=tess, at=NINE)  # a program manager may put an engineer's word back, and take it again
    undo(batch=mine, by=ada, at=NINE)


def test_who_lost_the_role_no_longer_undoes(program, plan, tess, ada):
    mine = change_name(plan["api"], "B", by=tess)
    Membership.objects.filter(person=tess).update(role=Role.ENGINEER)
    with pytest.raises(PermissionDenied):
        undo(batch=mine, by=tess, at=NINE)


def test_a_link_between_programs_is_undone_by_who_plans_both(program, plan, tess, otto):
    other = cast.milestone(cast.program("Zephyr", tpm=otto))
    Membership.objects.create(program=other.program, person=tess, role=Role.TPM)
    with deed() as one:
        dependencies.link(predecessor=other, successor=plan["api"], by=tess, at=NINE)
    Membership.objects.filter(program=other.program, person=tess).delete()
    with pytest.raises(Http404):
        undo(batch=one.batch, by=tess, at=NINE)


def test_outside_a_deed_nothing_is_kept(program, plan, tess):
    milestones.create(program=program, name="New", by=tess, at=NINE)
    assert not Step.objects.exists()


# Deleting a program


def test_a_deleted_program_is_gone_for_everybody_until_it_comes_back(program, plan, tess, eli, ada):
    with deed() as one:
        programs.delete(program=program, name=" ATLAS ", by=tess, at=NINE)
    for person in (tess, eli, ada):
        assert not access.programs_for(person).exists()
        with pytest.raises(Http404):
            access.milestone_anywhere(plan["api"].pk, by=person)
    with pytest.raises(Stale):
        milestones.create(program=program, name="New", by=tess, at=NINE)
    assert programs.create(name="Atlas", by=eli, at=NINE).slug == "atlas-2"
    with pytest.raises(Refused, match="of this name already"):
        undo(batch=one.batch, by=tess, at=NINE)
    Program.objects.filter(slug="atlas-2").delete()
    with pytest.raises(PermissionDenied):
        undo(batch=one.batch, by=eli, at=NINE)
    undo(batch=one.batch, by=tess, at=NINE)
    assert access.program("atlas", by=eli).pk == program.pk


def test_the_wrong_name_deletes_nothing(program, tess):
    with pytest.raises(Refused, match="Write the name"):
        programs.delete(program=program, name="Atlas 1", by=tess, at=NINE)
    assert Program.objects.exists()


def test_a_day_later_it_is_purged(program, plan, tess):
    programs.delete(program=program, name="Atlas", by=tess, at=NINE)
    assert purge(at=NINE + timedelta(hours=23, minutes=59)) == 0
    assert Program.every.exists()
    assert purge(at=NINE + timedelta(hours=24, seconds=1)) == 1
    assert not Program.every.exists()
    assert not Milestone.objects.exists()


def test_its_bundle_can_be_imported_again_meanwhile(program, plan, tess):
    Milestone.objects.filter(pk=plan["api"].pk).update(source="bundle", source_id="M1")
    with deed() as one:
        programs.delete(program=program, name="Atlas", by=tess, at=NINE)
    other = cast.program("Other", tpm=tess)
    again = cast.milestone(other, source="bundle", source_id="M1")  # the same names, as an import would give them
    with pytest.raises(Refused, match="imported again"):
        undo(batch=one.batch, by=tess, at=NINE)
    again.delete()
    undo(batch=one.batch, by=tess, at=NINE)
    assert Milestone.objects.get(pk=plan["api"].pk).source == "bundle"
