"""import(export(x)) = x: for the data sets, for programs made by hand, and for texts that look like formulas."""

import csv
import io
import json
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import call_command

from programs.intake import writing
from programs.intake.delimited import read
from programs.intake.limits import Limits
from programs.models import (
    Blocker,
    CalendarException,
    Dependency,
    Membership,
    Milestone,
    Person,
    Program,
    Risk,
    Role,
    StatusUpdate,
    Team,
    Workstream,
)
from programs.queries import exports
from tests import cast
from tests.imports.bundles import apply, apply_path, bundle, milestones

SETS = ["kubernetes-enhancements", "rust-goals-2024-2025", "python-releases"]
FIRST = ["=1+1", "+1", "-2+3", "@SUM(A1)", "'quoted", "''twice", "plain"]


def exported(*slugs, ending="", tmp_path, name="out", as_of=("--as-of", "2026-03-02")):
    path = tmp_path / f"{name}{ending}"
    call_command("export_bundle", *slugs, str(path), "--force", *as_of, stdout=io.StringIO())
    return path


def whole(*words):
    """Every row and field of these programs, in the terms of a bundle, as one text."""
    programs, unknown = exports.programs_named(words)
    assert not unknown
    export = exports.bundle(programs, today=date(2026, 3, 2))
    return json.loads(writing.single(export))


def empty_everything():
    for model in (Dependency, Blocker, Risk, StatusUpdate, Milestone, Workstream, Program, Team):
        model.objects.all().delete()
    Person.objects.filter(email=None).delete()


@pytest.mark.parametrize("name", SETS)
def test_a_data_set_comes_back_the_same(name, db, shared, tmp_path):
    source = shared / "data" / name
    apply_path(source)
    once = whole(name)
    for ending in ("", ".zip", ".json"):
        path = exported(name, ending=ending, tmp_path=tmp_path, as_of=())
        again = apply_path(path)
        assert not any(again.report["created"].values()), ending
        assert not any(again.report["updated"].values()), ending
    _the_tables_are_the_ones_that_came_in(source, tmp_path / "out")
    empty_everything()
    fresh = apply_path(tmp_path / "out.zip")
    assert fresh.report["dangling_references"] == json.loads((source / "expected.json").read_text())["dangling_references"]
    assert whole(name) == once


def _the_tables_are_the_ones_that_came_in(source, out):
    """Every standard cell is as it was, but for what an import fills in: a blocker's program, a team that owns."""
    for table in ("programs", "workstreams", "milestones", "dependencies", "risks", "blockers", "updates", "history"):
        if not (source / f"{table}.csv").exists():
            continue
        before = list(csv.DictReader((source / f"{table}.csv").open(newline="")))
        after = list(csv.DictReader((out / f"{table}.csv").open(newline="")))
        assert len(before) == len(after)
        for old, new in zip(before, after, strict=True):
            for column, value in old.items():
                if table == "blockers" and column == "program_id" and not value:
                    continue
                if table == "milestones" and column == "owner" and value.startswith("team:"):
                    assert new["team"] == value.removeprefix("team:")
                    continue
                assert new[column].removeprefix("'") == value or (column == "lag_days" and {value, new[column]} == {"0", ""}), (
                    table,
                    column,
                    old,
                )


@pytest.fixture
def by_hand(tess, eli, db):
    """A program nobody imported, with something in every field, and a link to another program."""
    program = cast.program("Atlas", tpm=tess, engineer=eli)
    Program.objects.filter(pk=program.pk).update(
        description="Two\nlines", country="NO", time_zone="Europe/Oslo", weekdays=[1, 2, 3, 4], thresholds={"silent_days": 5},
        declared_health="at_risk", declared_note="A note", target_date=date(2026, 9, 1),
    )  # fmt: skip
    CalendarException.objects.create(program=program, day=date(2026, 5, 1), name="Labour day")
    CalendarException.objects.create(program=program, day=date(2026, 5, 2), working=True)
    lane = Workstream.objects.get(program=program)
    rows = [
        Milestone.objects.create(
            program=program, workstream=lane, key=f"SEC-{number}", name=text, owner=eli, target_date=date(2026, 4, number),
            duration_days=Decimal("2.5"), labels=["a", "b"], priority=text, percent_done=Decimal("12.50"),
        )
        for number, text in enumerate(FIRST, start=1)
    ]  # fmt: skip
    outside = Milestone.objects.create(program=program, key="M-1", name="Vendor", external=True)
    Milestone.objects.filter(pk=rows[1].pk).update(parent=rows[0], optimistic_days=2, likely_days=3, pessimistic_days=8)
    Milestone.objects.filter(pk=rows[2].pk).update(confidence="guess")
    Program.objects.filter(pk=program.pk).update(finish_milestone=rows[3])
    Dependency.objects.create(predecessor=rows[0], successor=rows[2], type="SS", lag_days=Decimal("-1.5"), note="=note")
    Dependency.objects.create(predecessor=rows[2], successor=rows[0], set_aside="loop")
    Dependency.objects.create(predecessor=outside, successor=rows[3])
    Blocker.objects.create(
        program=program, milestone=rows[2], number=4, title="+stuck", owner=eli, raised_by=tess, next_step="Ask"
    )
    Risk.objects.create(program=program, workstream=lane, number=7, title="@risk", probability=2, impact=5, note="-")
    StatusUpdate.objects.create(
        program=program, milestone=rows[0], on=date(2026, 3, 1), author=eli, note="=fine", health="on_track"
    )
    other = cast.program("Other", tpm=tess)
    far = Milestone.objects.create(program=other, key="SEC-1", name="Far away")
    Dependency.objects.create(predecessor=rows[0], successor=far)
    Dependency.objects.create(predecessor=far, successor=rows[3])
    return program


@pytest.mark.parametrize("ending", ["", ".zip", ".json"])
def test_a_program_made_by_hand_comes_back_to_itself(by_hand, tmp_path, ending):
    path = exported("atlas", ending=ending, tmp_path=tmp_path)
    before = [
        model.objects.count() for model in (Program, Workstream, Milestone, Dependency, Blocker, Risk, StatusUpdate, Person)
    ]
    run = apply_path(path)
    assert not any(run.report["created"].values()), run.report["created"]
    assert not any(run.report["updated"].values()), run.report["changes"]
    after = [model.objects.count() for model in (Program, Workstream, Milestone, Dependency, Blocker, Risk, StatusUpdate, Person)]
    assert before == after


@pytest.mark.parametrize("ending", ["", ".zip", ".json"])
def test_a_program_made_by_hand_comes_back_the_same_elsewhere(by_hand, tmp_path, ending):
    path = exported("atlas", "other", ending=ending, tmp_path=tmp_path)
    once = whole("atlas", "other")
    empty_everything()
    run = apply_path(path)
    assert run.report["created"]["milestones"] == len(FIRST) + 1
    there = whole("atlas", "other")
    assert there == once
    program = Program.objects.get(slug="atlas")
    assert program.finish_milestone.key == "SEC-4"
    assert [each.name for each in Milestone.objects.filter(program=program, external=False).order_by("pk")] == FIRST
    assert Blocker.objects.get().key == "B-4"
    assert Membership.objects.filter(program=program, role=Role.ENGINEER).exists()


def test_what_changed_since_the_export_is_changed_back(by_hand, tmp_path):
    path = exported("atlas", tmp_path=tmp_path)
    Milestone.objects.filter(program=by_hand, key="SEC-7").update(name="Renamed")
    run = apply_path(path)
    assert run.report["updated"]["milestones"] == 1
    assert Milestone.objects.get(program=by_hand, key="SEC-7").name == "plain"


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_cell_is_a_live_formula(first):
    rows = [{"id": f"{first}id", "name": f"{first}1+1", "labels": [f"{first}x"], "duration_days": Decimal(-2)}]
    made = writing.files(writing.Export({}, {"milestones": rows}))["milestones.csv"]
    table = read("milestones.csv", made, Limits(), lambda _: True)
    cells = dict(zip(table.header, table.rows[0][1], strict=True))
    for column in ("id", "name", "labels"):
        assert cells[column].startswith("'" + first), column
    assert cells["duration_days"] == "-2"


def test_an_apostrophe_in_other_peoples_bundles_is_theirs(db):
    apply(bundle(milestones=milestones("A", name="'=not ours")))
    assert Milestone.objects.get().name == "'=not ours"


def test_the_zip_is_the_same_every_time(by_hand, tmp_path):
    one, two = (exported("atlas", ending=".zip", tmp_path=tmp_path, name=name).read_bytes() for name in ("one", "two"))
    assert one == two
    assert "milestones.csv" in zipfile.ZipFile(io.BytesIO(one)).namelist()


def test_a_path_that_is_taken_and_a_program_nobody_knows_are_refused(by_hand, tmp_path):
    from django.core.management import CommandError

    (tmp_path / "there.json").write_text("x")
    with pytest.raises(CommandError, match="there already"):
        call_command("export_bundle", "atlas", str(tmp_path / "there.json"))
    with pytest.raises(CommandError, match="No program here is called nothing"):
        call_command("export_bundle", "nothing", str(tmp_path / "out"))
