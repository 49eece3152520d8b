"""One change to many milestones: what changes, what is left alone and why, and that it is one transaction."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from programs.actions import blockers, bulk, dependencies, milestones
from programs.actions.errors import Refused
from programs.models import CalendarException, Event, Milestone, Program, StatusUpdate, Workstream
from tests.cast import MONDAY, NINE, person
from tests.cast import program as make_program

FRIDAY = MONDAY + timedelta(days=4)


@pytest.fixture
def rows(program, tess):
    """API, App and Launch; the app is blocked."""
    made = [milestones.create(program=program, name=name, by=tess, at=NINE) for name in ("API", "App", "Launch")]
    blockers.block(milestone=made[1], title="No bench", by=tess, at=NINE)
    Event.objects.all().delete()
    return [Milestone.objects.get(pk=row.pk) for row in made]


def ids(rows):
    return [row.pk for row in rows]


def stored(rows, name):
    return [getattr(Milestone.objects.get(pk=row.pk), name) for row in rows]


def test_owner_workstream_and_target_are_set_under_one_batch(program, tess, eli, rows):
    lane = Workstream.objects.get(program=program)
    before = Program.objects.get(pk=program.pk).revision
    everything = {"program": program, "milestones": ids(rows), "by": tess, "at": NINE}
    done = bulk.assign(changes={"owner": eli, "workstream": lane, "target_date": FRIDAY}, **everything)
    assert ids(done.changed) == ids(rows)
    assert not done.refused
    assert stored(rows, "owner") == [eli] * 3
    assert stored(rows, "target_date") == [FRIDAY] * 3
    assert stored(rows, "version") == [row.version + 1 for row in rows]
    notes = Event.objects.all()
    assert {note.batch for note in notes} == {done.batch}
    assert sorted((note.field, note.new) for note in notes) == sorted(
        3 * [("owner", "Eli"), ("workstream", "Security"), ("target_date", FRIDAY.isoformat())]
    )
    assert Program.objects.get(pk=program.pk).revision == before + 1
    again = bulk.assign(changes={"owner": eli}, **everything)
    assert (again.changed, again.refused) == ((), ())
    assert Program.objects.get(pk=program.pk).revision == before + 1


def test_done_leaves_what_is_blocked_alone_and_says_why(program, tess, rows):
    done = bulk.say(program=program, milestones=ids(rows), said="done", by=tess, at=NINE)
    assert ids(done.changed) == ids([rows[0], rows[2]])
    assert [(row.pk, reason) for row, reason in done.refused] == [(rows[1].pk, "It is blocked by B-4. Clear that first.")]
    assert stored(rows, "status") == ["done", "blocked", "done"]
    assert stored(rows, "actual_date") == [MONDAY, None, MONDAY]
    assert Event.objects.filter(kind="milestone.done", field="said").count() == 2
    assert StatusUpdate.objects.filter(author=tess).count() == 2
    closed = bulk.say(program=program, milestones=ids(rows[:1]), said="at_risk", by=tess, at=NINE)
    assert "Set its status to In progress first" in closed.refused[0][1]


def test_it_says_the_same_as_one_by_one(program, tess, rows):
    """The notes and the row of one bulk change equal those of the action for one milestone."""
    twin = milestones.create(program=program, name="Twin", by=tess, at=NINE)
    Event.objects.all().delete()
    for one, many in (
        (lambda row: milestones.say(milestone=row, said="at_risk", by=tess, at=NINE), {"said": "at_risk"}),
        (lambda row: milestones.say(milestone=row, said="done", by=tess, at=NINE), {"said": "done"}),
    ):
        one(twin)
        bulk.say(program=program, milestones=[rows[0].pk], by=tess, at=NINE, **many)
    kept = [sorted(Event.objects.filter(milestone=row).values_list("kind", "field", "old", "new")) for row in (twin, rows[0])]
    assert kept[0] == kept[1]
    fields = ("status", "said", "said_on", "updated_on", "actual_date", "percent_done", "version")
    assert [getattr(Milestone.objects.get(pk=twin.pk), name) for name in fields] == [
        getattr(Milestone.objects.get(pk=rows[0].pk), name) for name in fields
    ]


def test_status_is_set_by_the_rules_of_one(program, tess, rows):
    done = bulk.assign(program=program, milestones=ids(rows), changes={"status": "done"}, by=tess, at=NINE)
    assert len(done.changed) == 2
    assert Event.objects.filter(kind="milestone.done", field="status").count() == 2
    blocked = bulk.assign(program=program, milestones=ids(rows), changes={"status": "blocked"}, by=tess, at=NINE)
    assert len(blocked.refused) == 2
    assert "add a blocker" in blocked.refused[0][1]


def test_a_stranger_as_owner_refuses_the_whole(program, tess, rows):
    other = make_program("Zephyr", tpm=person("Zoe"))
    with pytest.raises(Refused, match="Not a member"):
        bulk.assign(program=program, milestones=ids(rows), changes={"owner": other.owner}, by=tess, at=NINE)
    with pytest.raises(Refused, match="Choose one from the list"):
        bulk.assign(program=program, milestones=ids(rows), changes={"workstream": other.workstreams.get()}, by=tess, at=NINE)
    assert stored(rows, "version") == [row.version for row in rows]
    assert not Event.objects.exists()


def test_dates_move_by_working_days_and_a_baseline_never(program, tess, rows):
    CalendarException.objects.create(program=program, day=date(2027, 3, 8))
    for row, target in zip(rows, (FRIDAY, None, FRIDAY), strict=True):
        Milestone.objects.filter(pk=row.pk).update(target_date=target, baseline_date=FRIDAY, expected_date=None)
    everything = {"program": program, "milestones": ids(rows), "by": tess, "at": NINE}
    done = bulk.shift(days=1, fields=["target_date", "expected_date"], **everything)
    assert stored(rows, "target_date") == [date(2027, 3, 9), None, date(2027, 3, 9)]
    assert stored(rows, "baseline_date") == [FRIDAY] * 3
    assert done.refused[0][1] == "It has none of these dates."
    bulk.shift(days=-4, unit="cd", fields=["target_date"], **everything)
    assert stored(rows[:1], "target_date") == [FRIDAY]
    for wrong in ({"days": 0, "fields": ["target_date"]}, {"days": 3651, "fields": ["target_date"]}, {"days": 1, "fields": []}):
        with pytest.raises(Refused):
            bulk.shift(**wrong, **everything)
    with pytest.raises(Refused):
        bulk.shift(days=1, fields=["baseline_date"], **everything)


def test_an_expected_date_that_would_be_over_is_refused_row_by_row(program, tess, rows):
    Milestone.objects.filter(pk=rows[0].pk).update(expected_date=FRIDAY)
    Milestone.objects.filter(pk=rows[2].pk).update(expected_date=FRIDAY + timedelta(days=30))
    done = bulk.shift(program=program, milestones=ids(rows), days=-10, fields=["expected_date"], by=tess, at=NINE)
    assert ids(done.changed) == [rows[2].pk]
    assert "This day is over" in {row.pk: why for row, why in done.refused}[rows[0].pk]


def test_labels_are_put_on_once_and_taken_off(program, tess, rows):
    everything = {"program": program, "milestones": ids(rows), "by": tess, "at": NINE}
    bulk.label(word=" audit ", on=True, **everything)
    bulk.label(word="audit", on=True, **everything)
    assert stored(rows, "labels") == [["audit"]] * 3
    bulk.label(word="audit", on=False, **everything)
    assert stored(rows, "labels") == [[]] * 3
    with pytest.raises(Refused):
        bulk.label(word=" ", on=True, **everything)
    refused = bulk.label(word="x" * 51, on=True, **everything)
    assert len(refused.refused) == 3


def test_deleting_takes_links_along_and_tells_other_programs(program, tess, rows):
    other = make_program("Zephyr", tpm=tess)
    far = milestones.create(program=other, name="Far", by=tess, at=NINE)
    dependencies.link(predecessor=rows[0], successor=rows[2], by=tess, at=NINE)
    dependencies.link(predecessor=rows[2], successor=far, by=tess, at=NINE)
    before = Program.objects.get(pk=other.pk).revision
    done = bulk.delete(program=program, milestones=ids(rows), by=tess, at=NINE)
    assert not Milestone.objects.filter(program=program).exists()
    notes = Event.objects.filter(batch=done.batch)
    assert notes.filter(kind="milestone.deleted").count() == 3
    assert notes.filter(kind="dependency.removed").count() == 3  # the one between programs in both
    assert Program.objects.get(pk=other.pk).revision == before + 1


def test_rows_of_other_programs_are_not_touched(program, tess, rows):
    other = make_program("Zephyr", tpm=person("Zoe"))
    far = milestones.create(program=other, name="Far", by=other.owner, at=NINE)
    for done in (
        bulk.label(program=program, milestones=[far.pk], word="x", on=True, by=tess, at=NINE),
        bulk.delete(program=program, milestones=[far.pk, 10**9], by=tess, at=NINE),
    ):
        assert done.changed == ()
    assert Milestone.objects.get(pk=far.pk).labels == []


def test_many_rows_cost_few_statements(program, tess, eli, django_assert_max_num_queries):
    Milestone.objects.bulk_create(Milestone(program=program, key=f"L-{n}", name="x") for n in range(1_200))
    every = list(Milestone.objects.filter(program=program).values_list("pk", flat=True))
    with django_assert_max_num_queries(60):
        done = bulk.assign(program=program, milestones=every, changes={"owner": eli, "target_date": FRIDAY}, by=tess, at=NINE)
    assert len(done.changed) == 1_200
