"""Saved means known: after each action the stored answers are those of a new analysis of everything, field by field."""

from collections import Counter, OrderedDict
from datetime import timedelta
from random import Random

import pytest

from programs.actions import analysis, answering, blockers, dependencies, hints, milestones, packing, plans, steps, touches
from programs.actions.errors import Refused, Stale
from programs.flags.types import Thresholds
from programs.graph.diff import Room, Standing, stirred
from programs.models import (
    Analysis,
    Blocker,
    DailyAnalysis,
    Dependency,
    Flag,
    Milestone,
    PackedPlan,
    Program,
    Shift,
    Timing,
    Touch,
    Workstream,
)
from tests import cast
from tests.cast import MONDAY, NINE

pytestmark = pytest.mark.django_db(transaction=True)
LATER = {"critical_why", "waiting_behind", "free_float"}  # the queue completes them
HOW_STORED = {"finish_moved"}  # to which finish a row was measured; what is read is the same
FLOATING = {"late_start", "late_finish"}  # left out, or left to the queue, where only the finish moved


@pytest.fixture
def looked(monkeypatch):
    """How often an answer was stepped to, and how often everything was looked at."""
    plans.forget_all()
    monkeypatch.setattr(hints.bell, "ring", lambda program_id: None)
    monkeypatch.setattr(hints.bell, "postpone", lambda program_id: None)
    seen = Counter()
    for module, name in ((steps, "_store"), (analysis, "look")):
        real = getattr(module, name)

        def counted(*args, real=real, name=name, **named):
            seen[name] += 1
            return real(*args, **named)

        monkeypatch.setattr(module, name, counted)
    return seen


def stored():
    """Everything an answer says, without what the queue completes."""
    timings = {
        row["milestone_id"]: {k: v for k, v in row.items() if k not in LATER | HOW_STORED} for row in Timing.objects.values()
    }
    flags = {(f.program_id, f.rule, f.milestone_id, f.subject): (f.severity, f.params, f.sentence) for f in Flag.objects.all()}
    answers = {
        row["program_id"]: {k: v for k, v in row.items() if k not in {"computed_at", "settled_revision"}}
        for row in Analysis.objects.values()
    }
    days = {
        row["program_id"]: {k: v for k, v in row.items() if k not in {"id", "forecasts", "path", "standing"}}
        for row in DailyAnalysis.objects.values()
    }
    return timings, flags, answers, days


def truth():
    """The same from scratch."""
    for program in Program.objects.all():
        analysis.recompute(program_id=program.pk, at=NINE, force=True)
    return stored()


def same(found, wanted, told):
    for name, mine, right in zip(("timings", "flags", "answers", "days"), found, wanted, strict=True):
        assert mine.keys() == right.keys(), (told, name)
        for key in right:
            if name == "timings":
                left_out = {field for field in FLOATING if mine[key][field] != right[key][field]}
                assert not left_out or (mine[key]["late_start"], mine[key]["late_finish"]) == (None, None), (
                    told,
                    key,
                )
                assert {k: v for k, v in mine[key].items() if k not in FLOATING} == {
                    k: v for k, v in right[key].items() if k not in FLOATING
                }, (told, key)
            else:
                assert mine[key] == right[key], (told, name, key)


def wanted_moves(before, bands):
    """What the two sides of a new analysis of everything would keep for telling."""
    moves = []
    for row in Timing.objects.exclude(milestone__status__in=("done", "dropped", "cancelled")):
        if row.pk in before:
            sides = [
                Standing(
                    each.forecast,
                    each.total_float,
                    Room.of(each.total_float, critical=each.critical, band=bands[each.program_id]),
                )
                for each in (before[row.pk], row)
            ]
            if stirred(*sides):
                moves.append([row.pk, *sides[0].packed(), *sides[1].packed()])
    return sorted(moves)


def kept_moves():
    """What the answers since kept for telling, taken away."""
    moves = [each for one in Shift.objects.filter(cleared=None) for each in one.moves]
    Shift.objects.all().delete()
    return sorted(moves)


class People:
    """Tess and Eli, who do anything that can be done to a plan."""

    def __init__(self, rng, tess, rows):
        self.rng, self.tess, self.ids = rng, tess, [row.pk for row in rows]

    def act(self):
        rng, by = self.rng, self.tess
        what = rng.choice(
            (
                self.work,
                self.work,
                self.date,
                self.state,
                self.say,
                self.block,
                self.block,
                self.clear,
                self.link,
                self.unlink,
                self.aside,
                self.create,
                self.quiet,
            )
        )
        try:
            what(Milestone.objects.get(pk=rng.choice(self.ids)), {"by": by, "at": NINE})
        except (Refused, Stale) as why:
            return f"{what.__name__} refused: {why}"
        return what.__name__

    def edit(self, row, who, **changes):
        milestones.edit(milestone=row, version=row.version, changes=changes, **who)

    def day(self, first=-3, spread=40):
        return MONDAY + timedelta(days=self.rng.randint(first, first + spread))

    def work(self, row, who):
        self.edit(row, who, duration_days=self.rng.choice((0, 1, 3, 5, 8)))

    def date(self, row, who):
        milestones.reschedule(
            milestone=row,
            version=row.version,
            date=self.day(),
            field=self.rng.choice(("expected_date", "target_date", "baseline_date")),
            **who,
        )

    def state(self, row, who):
        status = self.rng.choice(("not_started", "in_progress", "done"))
        self.edit(row, who, status=status)

    def say(self, row, who):
        milestones.say(milestone=row, said=self.rng.choice(("on_track", "at_risk", "off_track")), **who)

    def quiet(self, row, who):
        milestones.still_the_same(milestone=row, **who)

    def block(self, row, who):
        blockers.block(milestone=row, title="Stuck", expected_clear=self.day(1, 20) if self.rng.random() < 0.8 else None, **who)

    def clear(self, row, who):
        found = list(Blocker.objects.order_by("pk"))
        if found:
            one = self.rng.choice(found)
            if not one.is_open:
                blockers.reopen(blocker=one, **who)
            elif self.rng.random() < 0.4:
                blockers.new_date(blocker=one, expected_clear=self.day(1, 20), **who)
            else:
                blockers.clear(blocker=one, **who)

    def link(self, row, who):
        other = Milestone.objects.get(pk=self.rng.choice(self.ids))
        dependencies.link(
            predecessor=row,
            successor=other,
            type=self.rng.choice(("FS", "SS", "FF", "SF")),
            lag_days=self.rng.choice((0, 0, 2, -1)),
            **who,
        )

    def unlink(self, row, who):
        dependencies.unlink(dependency=self.rng.choice(list(Dependency.objects.order_by("pk"))), **who)

    def aside(self, row, who):
        one = self.rng.choice(list(Dependency.objects.order_by("pk")))
        (dependencies.restore if one.set_aside else dependencies.set_aside)(dependency=one, **who)

    def create(self, row, who):
        made = milestones.create(
            program=row.program, name="New", workstream=row.workstream, duration_days=self.rng.choice((None, 2)), **who
        )
        self.ids.append(made.pk)


def plan(rng, tess, several):
    atlas = cast.program("Atlas", tpm=tess, target_date=MONDAY + timedelta(days=20))
    homes = [atlas, cast.program("Borealis", tpm=tess, weekdays=[7, 1, 2, 3, 4])] if several else [atlas]
    rows = []
    for number in range(14):
        home = homes[number % len(homes)]
        lane = Workstream.objects.get(program=home) if rng.random() < 0.7 else None
        days = rng.choice((None, 0, 1, 2, 4))
        rows.append(
            Milestone.objects.create(
                program=home,
                key=f"K-{number}",
                name=f"Step {number}",
                workstream=lane,
                duration_days=days,
                target_date=MONDAY + timedelta(days=rng.randint(2, 40)) if rng.random() < 0.5 else None,
                owner=tess if rng.random() < 0.5 else None,
            )
        )
    for number in range(1, 14):
        for before in rng.sample(rows[:number], min(number, rng.choice((1, 1, 2)))):
            Dependency.objects.create(predecessor=before, successor=rows[number])
    if rng.random() < 0.5:
        atlas.finish_milestone = [row for row in rows if row.program_id == atlas.pk][-1]
        atlas.save()
    return rows


@pytest.mark.parametrize("several", [False, True])
@pytest.mark.parametrize("seed", range(6))
def test_any_sequence_of_actions(seed, several, tess, looked):
    rng = Random(100 * several + seed)
    people = People(rng, tess, plan(rng, tess, several))
    truth()
    told = []
    kept_moves()
    for _ in range(30):
        before = {row.milestone_id: row for row in Timing.objects.all()}
        bands = {row.pk: Thresholds.of(row.thresholds).near_critical_days for row in Program.objects.all()}
        told.append(people.act())
        behind = [row.pk for row in Program.objects.all() if row.analysed_revision < row.revision]
        assert behind == [], told
        found, moves = stored(), kept_moves()
        same(found, truth(), told)
        assert kept_moves() == [], told  # the whole analysis has no news
        assert moves == wanted_moves(before, bands), told
    assert looked["_store"] > 12, (looked, told)


@pytest.mark.parametrize("seed", range(4))
def test_processes_follow_what_the_others_saved(seed, tess, looked, monkeypatch):
    """Three memories take turns, as the workers of a web server do; nobody tells them but the database."""
    rng = Random(900 + seed)
    people = People(rng, tess, plan(rng, tess, several=bool(seed % 2)))
    truth()
    memories, told = [OrderedDict() for _ in range(3)], []
    for number in range(1, 41):
        monkeypatch.setattr(plans, "_kept", rng.choice(memories))
        told.append(people.act())
        assert [row.pk for row in Program.objects.all() if row.analysed_revision < row.revision] == [], told
        if not number % 8:
            same(stored(), truth(), told)
    assert looked["_store"] > 10, (looked, told)


@pytest.mark.parametrize("seed", range(4))
def test_a_process_without_memory_starts_from_the_packed_plan(seed, tess, looked, monkeypatch):
    """Packed now and then, followed over what was saved since; the answers are those of a new analysis of everything."""
    rng = Random(700 + seed)
    people = People(rng, tess, plan(rng, tess, several=bool(seed % 2)))
    unpacked, told = Counter(), []
    real = packing.load

    def load(*args, **named):
        found = real(*args, **named)
        unpacked[found is not None] += 1
        return found

    monkeypatch.setattr(packing, "load", load)
    truth()
    for _ in range(30):
        if rng.random() < 0.7:
            plans.forget_all()
        told.append(people.act())
        assert [row.pk for row in Program.objects.all() if row.analysed_revision < row.revision] == [], told
        found = stored()
        packed = list(PackedPlan.objects.values())
        same(found, truth(), told)
        if rng.random() < 0.6:  # nobody packed it since: what was saved in between has to be followed
            PackedPlan.objects.all().delete()
            PackedPlan.objects.bulk_create(PackedPlan(**row) for row in packed)
    assert unpacked[True] > 8, (unpacked, told)
    assert looked["_store"] > 10, (looked, told)


def test_a_finish_that_moves_writes_no_row_that_it_does_not_reach(tess, looked):
    program = cast.program("Atlas", tpm=tess)
    rows = [
        milestones.create(program=program, name=name, duration_days=days, by=tess, at=NINE)
        for name, days in (("Path", 20), ("Aside", 3), ("Launch", 0))
    ]
    for row in rows[:2]:
        dependencies.link(predecessor=row, successor=rows[2], by=tess, at=NINE)
    aside = Timing.objects.filter(milestone=rows[1])
    room = aside.get().total_float
    looked.clear()
    for days in (22, 27, 24):
        row = Milestone.objects.get(pk=rows[0].pk)
        milestones.edit(milestone=row, version=row.version, changes={"duration_days": days}, by=tess, at=NINE)
        found = aside.get()
        assert (found.total_float, found.late_start, found.late_finish) == (room + days - 20, None, None)
        assert found.finish_moved == 0, "as it was written at first"
        assert list(aside.filter(total_float__gt=room).values_list("total_float", flat=True)) == [room + days - 20]
        assert not aside.filter(late_finish__isnull=False).exists()
        assert Analysis.objects.get().finish_moved == days - 20
    assert looked == {"_store": 3}, "each answered from memory"
    same(stored(), truth(), "after three moves")
    found = aside.get()
    assert (found.total_float, found.finish_moved) == (room + 4, 4)
    assert found.late_finish is not None


@pytest.fixture
def packed(tess, looked):
    """A program that was answered and packed, and then left every memory."""
    atlas = cast.program("Atlas", tpm=tess)
    rows = cast.sketch("a(1) > b(1) > c(1); d(2) > c", atlas)
    truth()
    plans.forget_all()
    looked.clear()
    return atlas, rows


def save(rows, name, days, tess):
    row = Milestone.objects.get(pk=rows[name].pk)
    milestones.edit(milestone=row, version=row.version, changes={"duration_days": days}, by=tess, at=NINE)


def test_a_packed_plan_is_enough_to_answer(packed, tess, looked):
    save(packed[1], "a", 4, tess)
    assert (looked["_store"], looked["look"]) == (1, 0)
    found = stored()
    same(found, truth(), "")


@pytest.mark.parametrize(
    "broken",
    [
        {"data": b"not packed at all"},
        {"data": b""},
        {"revisions": {"1": 99}},
        {"as_of": MONDAY - timedelta(days=1)},
        {"milestones": 3},
        {"digest": "0" * 64},
    ],
    ids=lambda broken: next(iter(broken)),
)
def test_a_packed_plan_that_does_not_fit_is_not_looked_at(packed, tess, looked, broken):
    """Unreadable, of another revision or another day: everything is looked at instead, and packed anew."""
    atlas, rows = packed
    PackedPlan.objects.update(**broken)
    save(rows, "a", 4, tess)
    assert (looked["_store"], looked["look"]) == (0, 1)
    found = stored()
    same(found, truth(), "")
    assert packing.load(atlas.pk, at=NINE, most=10) is not None


def test_a_packed_plan_of_other_code_is_not_looked_at(packed, tess, looked, monkeypatch):
    monkeypatch.setattr(packing, "_SHAPE", "a class has another field now")
    save(packed[1], "a", 4, tess)
    assert (looked["_store"], looked["look"]) == (0, 1)


def test_a_digest_that_fits_what_cannot_be_read_is_no_error(packed, tess, looked, monkeypatch):
    row = PackedPlan.objects.get()
    row.data = b"packed by somebody else"
    row.digest = packing._digest(row)
    row.save()
    save(packed[1], "a", 4, tess)
    assert (looked["_store"], looked["look"]) == (0, 1)


def test_a_packed_plan_is_not_trusted_over_what_cannot_be_followed(packed, tess, looked):
    """More than rows changed since, or the notes of what changed are gone."""
    atlas, rows = packed
    Touch.objects.filter(program=atlas).update(whole=True)
    Touch.objects.create(program=atlas, revision=Program.objects.get().revision + 1, whole=True)
    Program.objects.filter(pk=atlas.pk).update(revision=Program.objects.get().revision + 1)
    save(rows, "a", 4, tess)
    assert (looked["_store"], looked["look"]) == (0, 1)


def test_a_large_packed_plan_is_unpacked_beside_and_followed(packed, tess, looked, monkeypatch):
    atlas, rows = packed
    monkeypatch.setattr(answering, "MOST", 3)
    monkeypatch.setattr(answering, "MOST_PACKED", 3)
    learned = []
    monkeypatch.setattr(answering, "learn", lambda *given: learned.append(given))
    save(rows, "a", 4, tess)
    assert learned == [(atlas.pk, NINE)]
    assert Program.objects.get().analysed_revision < Program.objects.get().revision
    answering._learning.acquire()
    answering._learn(*learned[0])
    assert Program.objects.get().analysed_revision == Program.objects.get().revision  # no queue was needed
    found = stored()
    same(found, truth(), "")


def test_following_has_teeth_whoever_forgets_what_others_wrote_is_caught(tess, looked, monkeypatch):
    """The naive way: each process applies its own changes to its own memory."""
    atlas = cast.program("Atlas", tpm=tess)
    rows = cast.sketch("a(1) > b(1) > c(1)", atlas)
    one, other = OrderedDict(), OrderedDict()

    def save(memory, name, days):
        monkeypatch.setattr(plans, "_kept", memory)
        row = Milestone.objects.get(pk=rows[name].pk)
        milestones.edit(milestone=row, version=row.version, changes={"duration_days": days}, by=tess, at=NINE)

    def forecast():
        return Timing.objects.get(milestone=rows["c"]).forecast

    save(one, "a", 2), save(other, "a", 3), save(one, "b", 2), save(other, "b", 3)
    assert forecast() == cast.MONDAY + timedelta(days=9)  # seven working days
    assert looked["_store"] == 3  # the first save of all is looked at whole, and packed for the other

    def only_mine(known, now):
        mine = Touch.objects.order_by("-pk").values_list("rows", flat=True)[0]
        return touches.Since({table: set(mine.get(table, ())) for table in touches.PLAN}, set())

    monkeypatch.setattr(touches, "since", only_mine)
    save(one, "a", 5), save(other, "b", 1)
    assert forecast() != cast.MONDAY + timedelta(days=9)  # wrong: seven again
