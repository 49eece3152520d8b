"""`make calibrate` on a small history of our own, and on the real programs where they lie beside the checkout."""

from __future__ import annotations

import json
from contextlib import nullcontext
from datetime import date, timedelta

import pytest

from programs.models import Milestone
from tests import calibrate

pytestmark = pytest.mark.django_db(transaction=True)

START = date(2025, 1, 6)


def on(week):
    return (START + timedelta(weeks=week)).isoformat()


def milestones():
    """Sixty deliveries planned ten weeks ahead: two thirds are on the day, every third three to seven weeks late."""
    rows = [{"id": "old", "program_id": "P", "name": "No promise", "status": "done", "actual_date": on(3)}]
    rows += [
        {"id": "gone", "program_id": "P", "name": "Dropped", "status": "cancelled", "baseline_date": on(4), "start_date": on(0)}
    ]
    for number in range(60):
        begun = number // 2
        late = 0 if number % 3 else 3 + number % 5
        row = {"id": f"d{number}", "program_id": "P", "name": f"Delivery {number}", "status": "done", "team": "Vendor"}
        rows.append(row | {"start_date": on(begun), "baseline_date": on(begun + 10), "actual_date": on(begun + 10 + late)})
    return rows


@pytest.fixture
def history(tmp_path):
    moved = [
        {"milestone_id": f"d{number}", "changed_on": on(number // 2 + 9), "field": "due_date", "old": on(number // 2 + 10)}
        | {"new": on(number // 2 + 13)}
        for number in range(0, 60, 6)
    ]
    moved.append({"milestone_id": "d1", "changed_on": on(2), "field": "owner", "old": "a", "new": "b"})
    manifest = {"format": "program-bundle", "version": "1", "name": "small", "as_of": on(60), "day_unit": "working"}
    programs = [{"id": "P", "name": "Pilot", "target_date": on(50)}, {"id": "Q", "name": "Next", "target_date": on(55)}]
    path = tmp_path / "small.json"
    path.write_text(json.dumps({"manifest": manifest, "programs": programs, "milestones": milestones(), "history": moved}))
    return path


@pytest.fixture
def here(monkeypatch):
    """Import into the database of the tests instead of one of its own."""
    monkeypatch.setattr(calibrate, "ground", nullcontext)


def test_what_is_judged_is_what_an_installation_reads_of_it(history):
    found, until = calibrate.records(history)
    named = {name: one for one in found for name in Milestone.objects.filter(pk=one.id).values_list("name", flat=True)}
    assert len(found) == 60
    assert until.isoformat() == on(60)
    moved = named["Delivery 0"]
    assert [(day.isoformat(), target.isoformat()) for day, target in moved.promises] == [(on(0), on(10)), (on(9), on(13))]
    assert moved.done.isoformat() == on(13)
    assert len(named["Delivery 1"].promises) == 1  # a change of owner is no promise


def test_the_small_history_is_replayed_and_judged(history, here, capsys):
    assert calibrate.main([str(history)]) == 0
    said = capsys.readouterr().out
    assert "59 milestones" in said or "60 milestones" in said
    assert "80% means" in said
    assert "MISSED" not in said


def test_a_folder_that_is_not_there_is_named(tmp_path, capsys):
    assert calibrate.main([str(tmp_path / "absent")]) == 1
    assert "is not replayed" in capsys.readouterr().out


@pytest.mark.parametrize("name", calibrate.OURS)
def test_dates_of_real_programs_come_true(name, shared):
    """Looked at twice a year here, weekly by `make calibrate`."""
    judged = calibrate.judge(*calibrate.records(shared / "data" / name), every=timedelta(weeks=26))
    held = next(row for row in judged.table if row.percent == 80)
    assert calibrate.within(held.shared)
    assert abs(held.held - held.whole) < 0.1  # and the days given hold as often as was said of them
    assert judged.error <= judged.naive_error
