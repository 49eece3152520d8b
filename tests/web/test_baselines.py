"""Baselines: taken, chosen, compared, forgotten, taken back."""

from datetime import timedelta

import pytest
from django.urls import reverse

from programs.actions import analysis
from programs.maps.timeline import Frame, Work, _ghost
from programs.models import Baseline, Event, Milestone, Program, Timing
from programs.queries import sides
from tests import cast
from tests.web.reading import words

pytestmark = pytest.mark.usefixtures("monday")
PAGE, COMPARE = "/p/atlas/baselines", "/p/atlas/history/compare"


@pytest.fixture
def made(program):
    found = cast.sketch("scan(3) > build(5) > launch(2); done(1)", program)
    Milestone.objects.filter(pk=found["done"].pk).update(status="done", actual_date=cast.MONDAY - timedelta(days=3))
    Milestone.objects.filter(pk=found["scan"].pk).update(baseline_date=cast.MONDAY)  # typed before there were any
    analysis.recompute(program_id=program.pk, at=cast.NINE, force=True)
    return found


def take(client, name, **more):
    return client.post(PAGE, {"name": name, "token": f"token of {name}", **more})


def dates(found):
    rows = Milestone.objects.filter(pk__in=[row.pk for row in found.values()])
    return {row.name: (row.baseline_start, row.baseline_date) for row in rows}


def test_a_baseline_keeps_starts_and_finishes_and_what_was_agreed_before(made, client, tess):
    client.force_login(tess)
    assert take(client, "March", show="on").status_code == 303
    timings = {row.milestone.name: (row.early_start, row.forecast) for row in Timing.objects.select_related("milestone")}
    found = dates(made)
    assert found["build"] == timings["build"]
    assert found["done"] == (None, cast.MONDAY - timedelta(days=3))
    kept = {row.name: row for row in Baseline.objects.all()}
    assert kept.keys() == {"March", "Before March"}
    assert list(kept["Before March"].dates.values()) == [[None, cast.MONDAY.isoformat(), f"{made['scan'].key} scan"]]
    assert (kept["March"].shown, kept["Before March"].shown) == (True, False)
    assert {"baseline.taken", "baseline.chosen"} <= set(Event.objects.values_list("kind", flat=True))
    said = words(client.get(PAGE))
    assert "March" in said
    assert "shown" in said


def test_one_that_is_only_kept_changes_no_milestone(made, client, tess):
    client.force_login(tess)
    before = dates(made)
    assert take(client, "Quietly").status_code == 303
    assert dates(made) == before
    assert not Baseline.objects.get().shown


def test_another_one_is_chosen_and_that_is_taken_back(made, client, tess):
    client.force_login(tess)
    take(client, "First", show="on")
    first = dates(made)
    Milestone.objects.filter(pk=made["scan"].pk).update(duration_days=9)
    analysis.recompute(program_id=Program.objects.get().pk, at=cast.NINE, force=True)
    take(client, "Second", show="on")
    second = dates(made)
    assert second["launch"][1] > first["launch"][1]
    page = client.post(reverse("baseline-choose", args=("atlas", Baseline.objects.get(name="First").pk)))
    assert page.status_code == 303
    assert dates(made) == first
    assert [row.name for row in Baseline.objects.filter(shown=True)] == ["First"]
    batch = Event.objects.filter(kind="baseline.chosen").latest("pk").batch
    assert client.post(reverse("undo", args=(batch,))).status_code == 303
    assert dates(made) == second
    assert [row.name for row in Baseline.objects.filter(shown=True)] == ["Second"]


def test_it_is_compared_with_now(made, client, tess):
    client.force_login(tess)
    take(client, "Agreed", show="on")
    one = Baseline.objects.get(name="Agreed")
    Milestone.objects.filter(pk=made["build"].pk).update(duration_days=8)
    more = cast.sketch("extra(1)", Program.objects.get())
    analysis.recompute(program_id=Program.objects.get().pk, at=cast.NINE, force=True)
    found = sides.compare("atlas", by=tess, today=cast.MONDAY, before=f"baseline-{one.pk}")
    assert {row.name: row.days for row in found.moved} == {"build": 3, "launch": 3}
    assert [row.key for row in found.added] == [more["extra"].key]
    assert not found.settled
    said = words(client.get(COMPARE, {"base": f"baseline-{one.pk}", "from": ""}))
    assert "Agreed" in said
    assert "The finish moved by +3 d." in said
    assert client.get(COMPARE, {"base": "baseline-99999"}).status_code == 404
    assert client.get(COMPARE, {"base": "baseline-x"}).status_code == 404


def test_a_name_is_needed_and_taken_once(made, client, tess):
    client.force_login(tess)
    answer = take(client, "  ")
    assert answer.status_code == 422
    assert "Write what was agreed" in words(answer)
    take(client, "Once")
    again = client.post(PAGE, {"name": "once", "token": "another"})
    assert again.status_code == 422
    assert "There is a baseline of this name already" in words(again)
    assert Baseline.objects.count() == 1


def test_one_is_forgotten_and_comes_back(made, client, tess):
    client.force_login(tess)
    take(client, "Gone soon")
    one = Baseline.objects.get()
    assert client.post(reverse("baseline-delete", args=("atlas", one.pk))).status_code == 303
    assert not Baseline.objects.exists()
    client.post(reverse("undo", args=(Event.objects.get(kind="baseline.deleted").batch,)))
    assert Baseline.objects.get().dates == one.dates


def test_who_may(made, client, tess, lena, otto):
    client.force_login(tess)
    take(client, "Ours")
    one = Baseline.objects.get()
    posts = [PAGE, reverse("baseline-choose", args=("atlas", one.pk)), reverse("baseline-delete", args=("atlas", one.pk))]
    for person, read, write in ((lena, 200, 403), (otto, 404, 404)):
        client.force_login(person)
        assert client.get(PAGE).status_code == read
        assert [client.post(url, {"name": "x"}).status_code for url in posts] == [write] * 3
    client.force_login(tess)
    assert [client.get(url).status_code for url in posts[1:]] == [405, 405]
    assert Baseline.objects.count() == 1


def test_the_ghost_has_its_true_length():
    frame = Frame(cast.MONDAY, cast.MONDAY + timedelta(days=100), 10)
    start, end = cast.MONDAY + timedelta(days=40), cast.MONDAY + timedelta(days=60)
    agreed = cast.MONDAY + timedelta(days=30)
    today = _ghost(frame, Work(start, end, agreed))
    kept = _ghost(frame, Work(start, end, agreed, begun=cast.MONDAY + timedelta(days=25)))
    assert (today.width, kept.width) == (200, 50)
