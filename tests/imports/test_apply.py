"""What an import does to the tables: once, again, later, and when something is in the way."""

import json
from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from programs.actions import imports
from programs.actions.errors import Refused
from programs.intake.findings import Unreadable
from programs.models import (
    Blocker,
    CalendarException,
    Dependency,
    Event,
    Installation,
    Membership,
    Milestone,
    Person,
    Program,
    Risk,
    StatusUpdate,
    Team,
)
from programs.queries import imports as queries
from tests.imports.bundles import apply, bundle, codes, links, milestones, prepare

pytestmark = pytest.mark.django_db


def aside(source_id):
    return Dependency.objects.get(source_id=source_id).set_aside


def milestone(source_id):
    return Milestone.objects.get(source_id=source_id)


def test_keys_come_from_the_workstream_and_stay():
    lanes = [{"id": "W", "program_id": "P", "name": "Security"}, {"id": "V", "program_id": "P", "name": "Release team"}]
    rows = milestones("A", "B", workstream_id="W") + milestones("C", workstream_id="V") + milestones("D")
    apply(bundle(workstreams=lanes, milestones=rows))
    assert [milestone(each).key for each in "ABCD"] == ["SEC-1", "SEC-2", "REL-1", "M-1"]
    apply(bundle(workstreams=lanes, milestones=[*milestones("Z", workstream_id="W"), *reversed(rows)]))
    assert [milestone(each).key for each in "ABCDZ"] == ["SEC-1", "SEC-2", "REL-1", "M-1", "SEC-3"]


def test_slugs_are_free_and_never_an_address_of_their_own(tess, program):
    rows = [
        {"id": "1", "name": "Atlas"},
        {"id": "2", "name": "import"},
        {"id": "3", "name": "日本"},
        {"id": "v1.2", "name": "日本"},
    ]
    apply(bundle(programs=rows))
    slugs = list(Program.objects.filter(source="sketch").order_by("pk").values_list("slug", flat=True))
    assert slugs == ["atlas-2", "import-2", "3", "v1-2"]


def test_a_loop_is_kept_with_its_closing_link_set_aside_in_row_order():
    run = apply(bundle(milestones=milestones("A", "B", "C"), dependencies=links("A>B", "C>A", "B>C", "A>C")))
    assert [aside(each) for each in ("A>B", "C>A", "B>C", "A>C")] == ["", "", "loop", "loop"]
    assert run.report["loops"] == [["A", "B", "C"]] or sorted(run.report["loops"][0]) == ["A", "B", "C"]
    assert [each["code"] for each in run.report["findings"]] == ["loop_link", "loop_link"]
    assert run.report["findings"][0]["params"]["loop"] == "C → A → B → C"


def test_only_relations_that_schedule_close_loops():
    apply(bundle(milestones=milestones("A", "B"), dependencies=[*links("A>B"), *links("B>A", relation="relates")]))
    assert aside("B>A") == ""


def test_a_loop_through_links_that_are_here_already_is_set_aside(tess):
    apply(bundle(milestones=milestones("A", "B")))
    other = Milestone.objects.create(program=Program.objects.get(), key="X-1", name="By hand")
    Dependency.objects.create(predecessor=milestone("B"), successor=other)
    Dependency.objects.create(predecessor=other, successor=milestone("A"))
    run = apply(bundle(milestones=milestones("A", "B"), dependencies=links("A>B")))
    assert aside("A>B") == "loop"
    assert codes(run) == ["loop_link"]
    assert len(run.report["loops"]) == 1


def test_a_loop_through_a_program_of_others_is_set_aside_without_naming_it(tess, program):
    apply(bundle(milestones=milestones("A", "B")))
    secret = Milestone.objects.create(program=program, key="SEC-1", name="Secret")
    Dependency.objects.create(predecessor=milestone("B"), successor=secret)
    Dependency.objects.create(predecessor=secret, successor=milestone("A"))
    run = apply(bundle(milestones=milestones("A", "B"), dependencies=links("A>B")))
    assert aside("A>B") == "loop"
    assert "Secret" not in json.dumps(run.report)
    assert f"(elsewhere #{secret.pk})" in run.report["loops"][0]


def test_what_a_person_decided_about_a_link_stays():
    data = bundle(milestones=milestones("A", "B", "C"), dependencies=links("A>B", "B>C", "C>A"))
    apply(data)
    Dependency.objects.filter(source_id="A>B").update(set_aside="by_hand")
    Dependency.objects.filter(source_id="C>A").update(set_aside="")
    again = apply(data)
    assert not any(again.report["updated"].values())
    assert (aside("A>B"), aside("C>A")) == ("by_hand", "")


def test_self_links_and_doubles_are_kept_set_aside():
    rows = [*links("A>A", "A>B"), {"id": "again", "predecessor_id": "A", "successor_id": "B"}, *links("B>B", relation="relates")]
    run = apply(bundle(milestones=milestones("A", "B"), dependencies=rows))
    assert [aside(each) for each in ("A>A", "A>B", "again", "B>B")] == ["self", "", "duplicate", "self"]
    assert run.report["self_links"] == 2
    assert run.report["scheduling_edges_distinct"] == 1
    assert codes(run) == ["self_link", "duplicate_link", "self_link"]


def test_what_lies_outside_becomes_one_external_item_in_the_program_of_the_known_end():
    programs = [{"id": "P", "name": "Pilot"}, {"id": "Q", "name": "Other"}]
    rows = [*milestones("A"), {"id": "B", "program_id": "Q", "name": "B"}]
    run = apply(bundle(programs=programs, milestones=rows, dependencies=links("X>B", "X>A", "Y>Z", ">A")))
    outside = Milestone.objects.filter(external=True)
    assert outside.count() == 4
    assert milestone("X").program.source_id == "Q"
    assert milestone("Y").program.source_id == "P"
    assert run.report["dangling_references"] == 5
    assert run.report["external_items"]["created"] == 4
    later = apply(bundle(programs=programs, milestones=[*rows, *milestones("X")], dependencies=links("X>B", "X>A", "Y>Z", ">A")))
    assert later.report["updated"]["milestones"] == 1
    assert not milestone("X").external
    assert milestone("X").program.source_id == "P"


def test_rows_that_point_nowhere_are_kept():
    run = apply(
        bundle(
            milestones=[
                {"id": "A", "program_id": "gone", "workstream_id": "lost", "parent_id": "away", "name": "A"},
                {"id": "B", "name": "B"},
            ],
            blockers=[{"id": "b", "milestone_id": "nowhere", "title": "Stuck"}, {"id": "c", "title": "Free"}],
            risks=[{"id": "r", "milestone_id": "A", "title": "Maybe"}],
            updates=[
                {"id": "u", "subject_type": "milestone", "subject_id": "far"},
                {"id": "v", "subject_type": "word", "subject_id": "A", "on": "2026-01-01"},
                {"id": "w"},
            ],
            history=[
                {"milestone_id": "A", "changed_on": "2026-01-01", "field": "x"},
                {"milestone_id": "old", "changed_on": "soon", "field": "y"},
                {"field": "z"},
            ],
        )
    )  # fmt: skip
    assert milestone("A").program.name == "gone"
    assert milestone("A").workstream.name == "lost"
    assert milestone("A").parent == milestone("away")
    assert milestone("B").program.source_id == "P"
    assert Blocker.objects.get(source_id="b").milestone == milestone("nowhere")
    assert Risk.objects.get().program == milestone("A").program
    assert StatusUpdate.objects.get(source_id="v").milestone == milestone("A")
    assert StatusUpdate.objects.get(source_id="u").on == date(2026, 3, 2)
    assert Event.objects.filter(kind="history.imported").count() == 3
    assert run.report["left_out"] == 0
    assert {
        "dangling_program",
        "dangling_workstream",
        "dangling",
        "no_program",
        "no_day",
        "date",
        "no_milestone",
        "dangling_subject",
    } <= set(codes(run))


def test_parents_in_a_circle_lose_the_last_step():
    rows = milestones("A", "B", "C", "D")
    for row, parent in zip(rows, "BCAD", strict=True):
        row["parent_id"] = parent
    run = apply(bundle(milestones=rows))
    assert [milestone(each).parent_id for each in "CD"] == [None, None]
    assert milestone("A").parent == milestone("B")
    assert codes(run) == ["parent_loop", "self_parent"]
    assert run.report["findings"][0]["params"]["loop"] == "C → A → B → C"


def test_programs_in_a_circle_and_a_program_as_its_own_parent():
    rows = [
        {"id": "P", "name": "P", "parent_id": "Q"},
        {"id": "Q", "name": "Q", "parent_id": "P"},
        {"id": "R", "name": "R", "parent_id": "R"},
    ]
    apply(bundle(programs=rows))
    assert Program.objects.get(source_id="P").parent == Program.objects.get(source_id="Q")
    assert Program.objects.exclude(parent=None).count() == 1


def test_the_calendar_of_the_manifest_goes_into_every_program():
    calendar = {"working_weekdays": ["Mon", "tue", 3], "holidays": ["2026-12-25"], "timezone": "Europe/Oslo"}
    data = bundle({"calendar": calendar, "day_unit": "calendar"}, milestones=milestones("A", duration_days=3))
    apply(data)
    program = Program.objects.get()
    assert (program.weekdays, program.time_zone, program.day_unit) == ([1, 2, 3], "Europe/Oslo", "cd")
    assert milestone("A").duration_unit == "cd"
    CalendarException.objects.create(program=program, day=date(2026, 5, 1), name="By hand")
    assert not prepare(data).plan.changes
    apply(
        bundle(
            {"calendar": {**calendar, "holidays": ["2026-12-26"]}, "day_unit": "calendar"},
            milestones=milestones("A", duration_days=3),
        )
    )
    assert program.calendar_exceptions.count() == 3


def test_owners_are_placeholders_of_one_bundle_and_members_where_they_own():
    rows = (
        milestones("A", owner="person-1")
        + milestones("B", owner="role:Docs Lead")
        + milestones("C", owner="team:oslo")
        + milestones("D", owner="team:x", team="y")
    )
    apply(bundle(milestones=rows))
    assert milestone("B").owner.name == "Docs Lead"
    assert (milestone("C").owner, milestone("C").team.name) == (None, "oslo")
    assert (milestone("D").owner.name, milestone("D").team.name) == ("Team x", "y")
    apply(
        bundle(
            {"name": "second"},
            programs=[{"id": "Q", "name": "Q"}],
            milestones=[{"id": "E", "program_id": "Q", "name": "E", "owner": "person-1", "team": "oslo"}],
        )
    )
    assert Person.objects.filter(source_id="person-1").count() == 2
    assert Team.objects.filter(name="oslo").count() == 1
    assert Membership.objects.get(person=milestone("E").owner).program.source_id == "Q"


def test_an_address_stands_for_a_person_the_importer_works_with(tess, eli, otto, program):
    rows = milestones("A", owner="Eli@example.test") + milestones("B", owner="otto@example.test")
    apply(bundle(milestones=rows), by=tess)
    assert milestone("A").owner == eli
    assert milestone("B").owner != otto
    assert milestone("B").owner.email is None
    assert not prepare(bundle(milestones=rows), by=tess).plan.changes


def test_a_later_bundle_updates_what_changed_and_reports_what_vanished(tess):
    apply(
        bundle(milestones=milestones("A", "B", due_date="2026-04-01"), risks=[{"id": "r", "program_id": "P", "title": "Risk"}]),
        by=tess,
    )
    revision = Program.objects.get().revision
    run = apply(bundle(milestones=milestones("A", due_date="2026-05-01", status="done")), by=tess)
    assert run.report["updated"] == {**run.report["updated"], "milestones": 1}
    assert (milestone("A").target_date, milestone("A").version) == (date(2026, 5, 1), 2)
    assert Milestone.objects.filter(source_id="B").exists()
    assert codes(run) == ["vanished", "table_missing"]
    assert Program.objects.get().revision == revision + 1
    changed = Event.objects.filter(kind="milestone.changed", field="target_date").get()
    assert (changed.old, changed.new, changed.by) == ("2026-04-01", "2026-05-01", tess)
    assert Event.objects.filter(kind="import.applied").count() == 2


def test_a_csv_column_that_is_not_there_is_left_alone(tmp_path):
    from tests.imports.bundles import apply_path

    (tmp_path / "manifest.json").write_text(json.dumps({"name": "sketch", "as_of": "2026-03-02"}))
    (tmp_path / "programs.csv").write_text("id,name\nP,Pilot\n")
    (tmp_path / "milestones.csv").write_text("id,program_id,name,due_date,priority\nA,P,First,2026-04-01,high\n")
    apply_path(tmp_path)
    (tmp_path / "milestones.csv").write_text("id,name,due_date\nA,First,\n")
    apply_path(tmp_path)
    assert (milestone("A").target_date, milestone("A").priority) == (None, "high")


def test_nothing_is_kept_when_something_fails_on_the_way(monkeypatch):
    from programs.actions.importing.writer import Writer

    def fails(self):
        raise OSError("disk full")

    monkeypatch.setattr(Writer, "_history", fails)
    revision = Installation.objects.get().graph_revision
    with pytest.raises(OSError, match="disk full"):
        apply(bundle(milestones=milestones("A", "B"), dependencies=links("A>B")))
    assert not Program.objects.exists()
    assert not Person.objects.exists()
    assert Installation.objects.get().graph_revision == revision


def test_an_import_that_changes_nothing_moves_nothing(tess):
    data = bundle(
        milestones=milestones("A", "B", owner="x"),
        dependencies=links("A>B"),
        history=[{"milestone_id": "A", "changed_on": "2026-01-01", "field": "f"}] * 2,
    )
    apply(data, by=tess)
    before = (Installation.objects.get().graph_revision, list(Program.objects.values_list("revision")), Event.objects.count())
    run = apply(data, by=tess)
    assert run.report["unchanged"]["history"] == 2
    assert before == (
        Installation.objects.get().graph_revision,
        list(Program.objects.values_list("revision")),
        Event.objects.count(),
    )


def test_it_is_planned_again_when_the_programs_moved_on_meanwhile():
    prepared = prepare(bundle(milestones=milestones("A", "B"), dependencies=links("A>B")))
    apply(bundle(milestones=milestones("A", "B"), dependencies=links("B>A")))
    imports.apply(prepared=prepared, by=None, at=timezone.now())
    assert Milestone.objects.count() == 2
    assert (aside("B>A"), aside("A>B")) == ("", "loop")


def test_limits_of_programs_are_kept(settings):
    from dataclasses import replace

    settings.LIMITS = replace(settings.LIMITS, program_milestones=2)
    with pytest.raises(Unreadable) as caught:
        apply(bundle(milestones=milestones("A", "B", "C")))
    assert [each.code for each in caught.value.problems] == ["program_full"]
    settings.LIMITS = replace(settings.LIMITS, program_milestones=5, total_milestones=2)
    with pytest.raises(Unreadable):
        apply(bundle(milestones=milestones("A", "B", "C")))
    settings.LIMITS = replace(settings.LIMITS, total_milestones=5, program_links=1)
    with pytest.raises(Unreadable):
        apply(bundle(milestones=milestones("A", "B", "C"), dependencies=links("A>B", "B>C")))


def test_undo_gives_changed_rows_their_old_values(tess):
    first = bundle(milestones=milestones("A", "B", due_date="2026-04-01", duration_days=2, owner="x", labels="a;b"))
    apply(first, by=tess)
    exact = {
        each.pk: (each.target_date, each.duration_days, each.owner_id, each.labels, each.parent_id)
        for each in Milestone.objects.all()
    }
    later = milestones("A", due_date="2026-05-01", duration_days="3.5", owner="y", labels="c", parent_id="B") + milestones(
        "B", due_date="2026-04-01", duration_days=2, owner="x", labels="a;b"
    )
    run = apply(bundle(milestones=[*later, *milestones("C")], dependencies=links("A>C", "Q>A")), by=tess)
    assert milestone("A").duration_days == Decimal("3.5")
    imports.undo(run=run, by=tess, at=timezone.now())
    assert {
        each.pk: (each.target_date, each.duration_days, each.owner_id, each.labels, each.parent_id)
        for each in Milestone.objects.all()
    } == exact
    assert not Dependency.objects.exists()
    assert not Person.objects.filter(source_id="y").exists()
    assert Event.objects.filter(kind="import.undone").exists()
    with pytest.raises(Refused):
        imports.undo(run=run, by=tess, at=timezone.now())
    assert prepare(first).plan.of("milestones", "update") == []


@pytest.mark.parametrize("what", ["link", "blocker", "milestone", "later import", "update"])
def test_undo_is_refused_when_anything_was_built_on_it(tess, what):
    run = apply(bundle(milestones=milestones("A", "B")), by=tess)
    program = Program.objects.get()
    if what == "link":
        Dependency.objects.create(predecessor=milestone("A"), successor=milestone("B"))
    elif what == "blocker":
        Blocker.objects.create(program=program, milestone=milestone("A"), number=99, title="Stuck")
    elif what == "milestone":
        Milestone.objects.create(program=program, key="X-1", name="By hand")
    elif what == "update":
        StatusUpdate.objects.create(program=program, on=date(2026, 3, 2), note="Word")
    else:
        apply(bundle(milestones=milestones("A", "B", status="done")), by=tess)
    with pytest.raises(Refused, match="cannot be undone"):
        imports.undo(run=run, by=tess, at=timezone.now())
    assert Milestone.objects.filter(source="sketch").count() == 2


def test_a_bundle_of_others_is_refused_and_a_link_into_a_foreign_program_is_outside(tess, otto, program):
    apply(bundle(milestones=milestones("A")), by=tess)
    with pytest.raises(Refused, match="do not manage"):
        prepare(bundle(milestones=milestones("A", name="Mine")), by=otto)
    target = Milestone.objects.create(program=program, key="SEC-1", name="Secret")
    own = f"{queries.own_program(program)}/SEC-1"
    apply(
        bundle(
            {"name": "mine"},
            programs=[{"id": "Z", "name": "Z"}],
            milestones=[{"id": "M", "program_id": "Z", "name": "M"}],
            dependencies=[{"id": "d", "predecessor_id": own, "successor_id": "M"}],
        ),
        by=otto,
    )
    assert Dependency.objects.get(source_id="d").predecessor != target
    apply(
        bundle(
            {"name": "hers"},
            programs=[{"id": "Z", "name": "Z"}],
            milestones=[{"id": "M", "program_id": "Z", "name": "M"}],
            dependencies=[{"id": "d", "predecessor_id": own, "successor_id": "M"}],
        ),
        by=tess,
    )
    assert Dependency.objects.get(source="hers", source_id="d").predecessor == target


def test_a_program_cannot_be_taken_over_by_an_id_of_our_own(tess, otto, program):
    own = queries.own_program(program)
    apply(bundle({"name": "x"}, programs=[{"id": own, "name": "Taken"}]), by=otto)
    program.refresh_from_db()
    assert program.name == "Atlas"
    assert Program.objects.count() == 2


def test_numbers_of_blockers_and_risks_are_given_in_order():
    rows = {
        "blockers": [{"id": f"b{n}", "program_id": "P", "title": "B"} for n in range(2)],
        "risks": [{"id": "r", "program_id": "P", "title": "R"}],
    }
    apply(bundle(**rows))
    assert [each.number for each in [*Risk.objects.all(), *Blocker.objects.order_by("pk")]] == [1, 2, 3]
    assert Program.objects.get().next_number == 4


def test_a_milestone_may_move_to_another_program(tess):
    programs = [{"id": "P", "name": "P"}, {"id": "Q", "name": "Q"}]
    apply(bundle(programs=programs, milestones=[*milestones("A"), {"id": "B", "program_id": "Q", "name": "B"}]), by=tess)
    assert milestone("A").key == milestone("B").key == "M-1"
    apply(bundle(programs=programs, milestones=milestones("A", "B")), by=tess)
    assert milestone("B").program.source_id == "P"
    assert milestone("B").key == "M-2"
