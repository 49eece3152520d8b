"""Any past day can be looked at again: its page says what the pages said at the end of that day."""

from datetime import timedelta
from random import Random

import pytest

from programs.actions import analysis, milestones
from programs.flags.kept import Kept, Noticed, Stood, pack, unpack
from programs.flags.types import Severity
from programs.graph.types import State
from programs.models import Analysis, DailyAnalysis, Flag, Milestone, Program
from programs.queries import milestones as lists
from programs.queries import past_day, sides
from programs.web.reasons import flag_text
from tests import cast
from tests.analysis.test_steps import People, looked, plan
from tests.web.reading import words

__all__ = ["looked"]

pytestmark = pytest.mark.django_db(transaction=True)
OPEN = {"not_started", "in_progress", "blocked", "unknown"}


def shown(is_open, forecast, critical, blocked, total_float):
    """What a page says of a milestone: a float only of what is still to be done."""
    return (is_open, forecast, critical, blocked, total_float if is_open else None)


def live(program, today):
    """What the pages of today say: the list of milestones, the flags, and the head of the overview."""
    found = Analysis.objects.get(program=program)
    rows = lists.listing(program, lists.Filters(status=lists.ALL), today).rows
    lines = {row.key: shown(row.status in OPEN, row.forecast, row.critical, row.blocked, row.total_float) for row in rows}
    flags = Flag.objects.filter(program=program).exclude(rule__in=("critical", "near_critical")).select_related("milestone")
    said = sorted((one.milestone.key, str(one.severity), flag_text(one)) for one in flags)
    return lines, said, (found.finish, found.health, found.counts, found.critical_path)


def told(program, day, tess):
    """What the page of that day says now."""
    view = past_day.past_day(program.slug, by=tess, on=day.isoformat())
    each = ((one.key, one.stood) for one in view.lines)
    lines = {key: shown(one.open, one.forecast, one.critical, one.blocked, one.total_float) for key, one in each}
    assert all(one.params for one in view.flags)
    flags = sorted((one.key, str(one.severity), flag_text(one)) for one in view.flags)
    return lines, flags, (view.row.finish, view.row.health, view.row.counts, view.row.path)


@pytest.mark.parametrize("seed", range(4))
def test_each_past_day_is_as_its_pages_were(seed, tess, looked, monkeypatch):
    """Random edits over eight days, some of which end before the queue has completed what the saves left out."""
    rng = Random(500 + seed)
    people = People(rng, tess, plan(rng, tess, several=bool(seed % 2)))
    said = {}
    for number in range(8):
        at = cast.NINE + timedelta(days=number)
        monkeypatch.setattr("tests.analysis.test_steps.NINE", at)
        analysis.recompute_stale(at=at)
        for _ in range(rng.randint(0, 6)):
            people.act()
        if rng.random() < 0.4:
            analysis.recompute_stale(at=at)
        for program in Program.objects.order_by("pk"):
            said[program.pk, at.date()] = live(program, at.date())
    analysis.recompute_stale(at=at + timedelta(days=1))
    assert looked["_store"] > 5
    for (pk, day), wanted in said.items():
        program = Program.objects.get(pk=pk)
        found = told(program, day, tess)
        for name, mine, right in zip(("lines", "flags", "head"), found, wanted, strict=True):
            assert mine == right, (day, name)


@pytest.fixture
def two_days(tess, looked):
    """On the first day scan leads; then it is done sooner and paint, which had room, leads. Nothing is settled on the first."""
    program = cast.program("Atlas", tpm=tess)
    rows = cast.sketch("scan(5) > launch(1); paint(2) > launch", program)
    Program.objects.filter(pk=program.pk).update(finish_milestone=rows["launch"])
    for days, (name, work) in enumerate([("paint", 3), ("paint", 7)]):
        at = cast.NINE + timedelta(days=days)
        analysis.recompute_stale(at=at)
        row = Milestone.objects.get(pk=rows[name].pk)
        changes = {"duration_days": work} | ({"owner": tess} if days else {})
        milestones.edit(milestone=row, version=row.version, changes=changes, by=tess, at=at)
    analysis.recompute_stale(at=at + timedelta(days=1))
    return Program.objects.get(pk=program.pk), rows


def test_a_save_leaves_the_columns_of_the_day_to_the_queue(tess, looked):
    program = cast.program("Atlas", tpm=tess)
    rows = cast.sketch("scan(5) > launch(1)", program)
    analysis.recompute(program_id=program.pk, at=cast.NINE, force=True)
    for work in (6, 7):
        before = bytes(DailyAnalysis.objects.get().standing)
        row = Milestone.objects.get(pk=rows["scan"].pk)
        milestones.edit(milestone=row, version=row.version, changes={"duration_days": work}, by=tess, at=cast.NINE)
    assert looked["_store"] == 2
    assert bytes(DailyAnalysis.objects.get().standing) == before
    analysis.recompute_stale(at=cast.NINE)
    assert bytes(DailyAnalysis.objects.get().standing) != before


def test_two_days_say_what_became_critical_and_which_flags_came_and_went(two_days, tess):
    program, _rows = two_days
    days = [(cast.MONDAY + timedelta(days=n)).isoformat() for n in range(2)]
    found = sides.compare(program.slug, by=tess, today=cast.MONDAY + timedelta(days=2), before=days[0], after=days[1])
    assert found.floats
    assert [row.name for row in found.tightened] == ["paint"]
    assert [row.name for row in found.eased] == ["scan"]
    assert found.tightened[0].stood.total_float == 2
    assert found.tightened[0].stands.total_float == 0
    assert [(one.name, one.label) for one in found.lowered] == [("paint", "Nobody owns it")]


def test_the_pages_say_it(two_days, client, tess, otto, monday):
    program, _rows = two_days
    client.force_login(tess)
    base = f"/p/{program.slug}/history"
    page = client.get(f"{base}/day", {"on": cast.MONDAY.isoformat()})
    assert page.status_code == 200
    assert "scan" in words(page)
    assert "Critical" in words(page)
    assert "Became critical" in words(
        client.get(f"{base}/compare", {"from": cast.MONDAY.isoformat(), "to": (cast.MONDAY + timedelta(days=1)).isoformat()})
    )
    assert f'action="{base}/day"' in client.get(base).content.decode()
    for wrong in ("", "yesterday", "2001-01-01"):
        assert client.get(f"{base}/day", {"on": wrong}).status_code == 404
    client.force_login(otto)
    assert client.get(f"{base}/day", {"on": cast.MONDAY.isoformat()}).status_code == 404
    assert client.post(f"{base}/day").status_code == 405


def test_flags_of_a_past_day_say_what_they_said(two_days, client, tess, lena):
    """Also of a milestone elsewhere, which is named only to those who see its program."""
    program, rows = two_days
    far = cast.sketch("vendor(3)", cast.program("Elsewhere", tpm=tess))["vendor"]
    with_flags = DailyAnalysis.objects.get(program=program, day=cast.MONDAY)
    kept = unpack(bytes(with_flags.standing), cast.MONDAY)
    silent, waits = (
        Noticed("silent", rows["scan"].pk, "", Severity.WARNING),
        Noticed("blocked_upstream", rows["paint"].pk, "", Severity.NOTICE),
    )
    late = Noticed("target_missed", rows["launch"].pk, "", Severity.WARNING)
    facts = {
        silent.what: {"days": 17},
        waits.what: {"other_id": far.pk},
        late.what: {"forecast": "2027-03-12", "days": 1, "target": "2027-03-11"},
    }
    with_flags.standing = pack(Kept(kept.stood, frozenset({silent, waits, late}), facts), cast.MONDAY)
    with_flags.save()
    base, day = f"/p/{program.slug}/history", cast.MONDAY.isoformat()
    program.memberships.create(person=lena, role="viewer")
    for person, called in ((tess, "vendor"), (lena, "a milestone you cannot see")):
        client.force_login(person)
        for page in (client.get(f"{base}/day", {"on": day}), client.get(f"{base}/compare", {"from": day})):
            assert "No word on scan for 17 days." in words(page)
            assert f"paint waits for {called}, which is blocked." in words(page)
            assert "1 working day after its target" in words(page)
    with_flags.standing = pack(Kept(kept.stood, frozenset({silent})), cast.MONDAY)  # as days were kept before
    with_flags.save()
    assert "No update: scan" in words(client.get(f"{base}/day", {"on": day}))


def test_days_of_before_say_that_nothing_is_kept(two_days, client, tess):
    program, _rows = two_days
    DailyAnalysis.objects.update(standing=b"")
    client.force_login(tess)
    base, day = f"/p/{program.slug}/history", cast.MONDAY.isoformat()
    assert "Floats, critical work and flags are not kept of this day." in words(client.get(f"{base}/day", {"on": day}))
    assert "Floats, critical work and flags are not kept of both." in words(client.get(f"{base}/compare", {"from": day}))


def test_fractions_of_days_survive_to_the_second():
    day = cast.MONDAY
    stood = {3: Stood(State.STARTED, day, 1 / 3, blocked=True), 9: Stood(State.DROPPED, None, None)}
    found = unpack(pack(Kept(stood, frozenset()), day), day)
    assert found.stood[3].total_float == 0.3333
    assert found.stood[9] == stood[9]
    assert unpack(b"", day) is None
