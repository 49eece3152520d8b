"""What-if drafts: the plan is byte for byte as it was until one is applied; applied and taken back it is one thing."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import connection

from programs.actions import analysis, blockers, dependencies, milestones, telling
from programs.actions.drafting import applying, changes, drafts
from programs.actions.errors import Refused, Stale
from programs.actions.undoing.undo import undo
from programs.models import Blocker, Dependency, Event, Milestone, Notice, PlanChange, PlanDraft, Program, Risk, Shift
from programs.queries.draft_odds import odds
from programs.queries.drafts import Bench, look
from tests import cast
from tests.cast import MONDAY, NINE
from tests.web.plan import Plan
from tests.web.plan import plan as atlas_of

DAY = timedelta(days=1)
LATER = NINE + timedelta(minutes=5)
OWN = {"programs_plandraft", "programs_planchange"}


@pytest.fixture
def atlas(program: Program, tess: Any, eli: Any, monday: Any) -> Plan:
    return atlas_of(program, tess=tess, eli=eli)


def dump(*, without: set[str] = OWN) -> str:
    """Every row of every table, as text."""
    found = {}
    for model in apps.get_models():
        table = model._meta.db_table
        if table not in without:
            with connection.cursor() as cursor:
                cursor.execute(f'SELECT * FROM "{table}"')
                found[table] = sorted(repr(row) for row in cursor.fetchall())
    return json.dumps(found, sort_keys=True)


def everything(atlas: Plan, tess: Any) -> list[PlanChange]:
    """One change of each kind, made out on the plan as it is."""
    who: dict[str, Any] = {"by": tess, "at": NINE}
    return [
        changes.slip(milestone=atlas.design, days=2, before=(), forecast=None, **who),
        changes.work(milestone=atlas.build, days=Decimal(8), before=(), **who),
        changes.dates(milestone=atlas.launch, field="target_date", day=MONDAY + 30 * DAY, before=(), **who),
        changes.clear(blocker=atlas.blocker, on=None, at=NINE),
        changes.unlink(dependency=atlas.link),
        changes.link(predecessor=atlas.design, successor=atlas.launch, type="FS", lag_days=Decimal(1), by=tess),
        added(atlas, tess),
        changes.risk(risk=atlas.risk, response="mitigate", probability=2, impact=4),
    ]


def added(atlas: Plan, tess: Any) -> PlanChange:
    about = {"program": atlas.program, "after": atlas.design, "before": atlas.build, "workstream": None}
    return changes.milestone(name="Second bench", days=Decimal(4), by=tess, **about)


def joined(first: Milestone, last: Milestone, tess: Any) -> PlanChange:
    return changes.link(predecessor=first, successor=last, type="FS", lag_days=Decimal(0), by=tess)


def draft_of(atlas: Plan, tess: Any, *rows: PlanChange) -> PlanDraft:
    return drafts.begin(program=atlas.program, name="Try", by=tess, at=NINE, changes=rows)


def test_the_plan_stays_byte_for_byte_until_it_is_applied(atlas: Plan, tess: Any) -> None:
    before = dump()
    draft = draft_of(atlas, tess, *everything(atlas, tess))
    changes.add(draft=draft, change=changes.drop(milestone=atlas.launch, before=(), by=tess, at=NINE), at=NINE)
    drafts.rename(draft=draft, name="Another word", at=NINE)
    seen = look(draft, by=tess, at=NINE)
    assert len(seen.changes) == 9
    drafts.remove(draft=draft, change=draft.changes.get(kind="drop").pk, at=NINE)
    changes.follow(draft=draft, at=NINE)
    other = drafts.copy(draft=draft, by=tess, at=NINE)
    drafts.discard(draft=other, at=NINE)
    drafts.restore(draft=other, at=NINE)
    assert dump() == before


def test_applied_it_is_what_was_looked_at_and_one_undo_takes_it_back(atlas: Plan, tess: Any) -> None:
    rows = everything(atlas, tess)
    draft = draft_of(atlas, tess, *rows)
    seen = look(draft, by=tess, at=NINE)
    assert seen.sound
    before = [*Milestone.objects.order_by("pk").values(), *Dependency.objects.order_by("pk").values(), *Risk.objects.values()]
    done = applying.apply(draft=draft, version=draft.version, by=tess, at=LATER, reason="The bench is there")
    assert (done.changes, done.rebased) == (8, False)
    analysis.recompute(program_id=atlas.program.pk, at=LATER)
    atlas.program.refresh_from_db()
    assert atlas.program.analysis.finish == seen.after.finish != seen.before.finish
    for row in (atlas.design, atlas.build, atlas.launch, atlas.risk, atlas.blocker):
        row.refresh_from_db()
    assert (atlas.design.duration_days, atlas.build.duration_days) == (7, 8)
    assert (atlas.launch.target_date, atlas.build.status, atlas.blocker.status) == (MONDAY + 30 * DAY, "in_progress", "resolved")
    assert (atlas.risk.response, atlas.risk.probability) == ("mitigate", 2)
    made = Milestone.objects.get(name="Second bench")
    assert Dependency.objects.filter(predecessor=atlas.design, successor=made).exists()
    assert Dependency.objects.filter(predecessor=made, successor=atlas.build).exists()
    assert not Dependency.objects.filter(pk=atlas.link.pk).exists()
    told = Event.objects.filter(batch=done.batch)
    assert told.filter(kind="draft.applied", note="The bench is there", by=tess).count() == 1
    assert {"milestone.changed", "milestone.created", "dependency.linked", "dependency.removed", "blocker.cleared"} <= set(
        told.values_list("kind", flat=True)
    )
    draft.refresh_from_db()
    assert (draft.state, draft.batch) == ("applied", done.batch)
    undo(batch=done.batch, by=tess, at=LATER + timedelta(hours=23))
    after = [*Milestone.objects.order_by("pk").values(), *Dependency.objects.order_by("pk").values(), *Risk.objects.values()]
    assert [plain(row) for row in after] == [plain(row) for row in before]
    draft.refresh_from_db()
    assert draft.is_open
    assert draft.changes.count() == 8


def plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in {"version", "said_on", "updated_on"}}


def test_an_estimate_in_three_numbers_moves_with_the_work_it_was_made_for(atlas: Plan, tess: Any) -> None:
    """What the odds of the draft said is what those of the plan say then."""
    estimate = {"optimistic_days": 1, "likely_days": 6, "pessimistic_days": 12}
    Milestone.objects.filter(pk=atlas.design.pk).update(**estimate)
    atlas.design.refresh_from_db()
    draft = draft_of(atlas, tess, changes.slip(milestone=atlas.design, days=-2, before=(), forecast=None, by=tess, at=NINE))
    said = odds(draft, by=tess, at=NINE)
    done = applying.apply(draft=draft, version=draft.version, by=tess, at=NINE)
    assert list(Milestone.objects.filter(pk=atlas.design.pk).values_list(*estimate)) == [(0, 4, 10)]
    analysis.recompute(program_id=atlas.program.pk, at=NINE)
    again = odds(draft_of(atlas, tess), by=tess, at=NINE)
    assert said.before != said.after == again.before
    undo(batch=done.batch, by=tess, at=LATER)
    assert list(Milestone.objects.filter(pk=atlas.design.pk).values(*estimate)) == [estimate]


def test_it_is_too_late_to_take_it_back_after_a_day(atlas: Plan, tess: Any) -> None:
    draft = draft_of(atlas, tess, everything(atlas, tess)[0])
    done = applying.apply(draft=draft, version=draft.version, by=tess, at=NINE)
    with pytest.raises(Refused):
        undo(batch=done.batch, by=tess, at=NINE + timedelta(hours=25))


def test_each_change_says_what_it_does_alone(atlas: Plan, tess: Any) -> None:
    draft = draft_of(atlas, tess, *everything(atlas, tess))
    alone = {one.change.kind: one.alone for one in look(draft, by=tess, at=NINE).changes}
    assert alone["slip"] == 2
    assert alone["work"] == -2
    assert alone["dates"] == alone["risk"] == 0
    assert alone["add"] == 4


def test_two_slips_of_one_milestone_add_up_and_the_second_stands_on_the_first(atlas: Plan, tess: Any) -> None:
    first = changes.slip(milestone=atlas.design, days=2, before=(), forecast=None, by=tess, at=NINE)
    draft = draft_of(atlas, tess, first)
    before = list(draft.changes.all())
    second = changes.slip(milestone=atlas.design, days=3, before=before, forecast=None, by=tess, at=NINE)
    changes.add(draft=draft, change=second, at=NINE)
    seen = look(draft, by=tess, at=NINE)
    assert [one.alone for one in seen.changes] == [2, 3]
    assert seen.days == 5
    drafts.remove(draft=draft, change=before[0].pk, at=NINE)
    (left,) = look(draft, by=tess, at=NINE).changes
    assert left.fit.moved == (("duration_days", Decimal(7), Decimal(5)),)
    changes.follow(draft=draft, at=NINE)
    draft.refresh_from_db()
    applying.apply(draft=draft, version=draft.version, by=tess, at=NINE)
    atlas.design.refresh_from_db()
    assert atlas.design.duration_days == 8


def test_what_others_changed_collides_and_nothing_is_made(atlas: Plan, tess: Any, eli: Any) -> None:
    draft = draft_of(atlas, tess, *everything(atlas, tess))
    atlas.design.refresh_from_db()
    milestones.edit(milestone=atlas.design, version=atlas.design.version, changes={"duration_days": 9}, by=tess, at=NINE)
    blockers.clear(blocker=atlas.blocker, by=eli, at=NINE)
    dependencies.unlink(dependency=atlas.link, by=tess, at=NINE)
    before = dump(without=set())
    with pytest.raises(Refused) as refused:
        applying.apply(draft=draft, version=draft.version, by=tess, at=LATER)
    assert refused.value.code == "moved_on"
    assert "Design agreed" in str(refused.value)
    assert "No test bench is cleared already" in str(refused.value)
    assert dump(without=set()) == before
    fits = {one.change.kind: one.fit for one in look(draft, by=tess, at=LATER).changes}
    assert fits["slip"].moved == (("duration_days", Decimal(5), Decimal(9)),)
    assert (fits["clear"].gone, fits["unlink"].gone) == ("cleared", "deleted")
    assert fits["work"].sound
    assert not look(draft, by=tess, at=LATER).sound


def test_what_moved_to_another_program_is_not_changed_from_here(atlas: Plan, tess: Any, otto: Any) -> None:
    """Otto's program took the milestone over: whoever applies the old draft has no right there."""
    other = cast.program("Zephyr", tpm=otto)
    draft = draft_of(atlas, tess, everything(atlas, tess)[0], everything(atlas, tess)[3], everything(atlas, tess)[7])
    Milestone.objects.filter(pk=atlas.design.pk).update(program=other)
    Blocker.objects.filter(pk=atlas.blocker.pk).update(program=other)
    Risk.objects.filter(pk=atlas.risk.pk).update(program=other)
    assert [one.fit.gone for one in look(draft, by=tess, at=NINE).changes] == ["deleted"] * 3
    with pytest.raises(Refused, match="no longer in the plan"):
        applying.apply(draft=draft, version=draft.version, by=tess, at=LATER)
    atlas.design.refresh_from_db()
    assert atlas.design.duration_days == 5


def test_a_change_that_still_fits_is_made_on_top_of_what_happened(atlas: Plan, tess: Any) -> None:
    draft = draft_of(atlas, tess, everything(atlas, tess)[0])
    atlas.build.refresh_from_db()
    milestones.edit(milestone=atlas.build, version=atlas.build.version, changes={"duration_days": 20}, by=tess, at=NINE)
    assert look(draft, by=tess, at=NINE).moved_on
    done = applying.apply(draft=draft, version=draft.version, by=tess, at=LATER)
    assert done.rebased
    for row in (atlas.design, atlas.build):
        row.refresh_from_db()
    assert (atlas.design.duration_days, atlas.build.duration_days) == (7, 20)


def test_all_of_it_or_nothing(atlas: Plan, tess: Any) -> None:
    """The second change closes a loop with a dependency somebody made meanwhile: the first is not made either."""
    linked = changes.link(predecessor=atlas.build, successor=atlas.launch, type="SS", lag_days=Decimal(0), by=tess)
    rows = [everything(atlas, tess)[0], linked]
    draft = draft_of(atlas, tess, *rows)
    PlanChange.objects.filter(draft=draft, kind="link").update(
        about={"predecessor": atlas.launch.pk, "successor": atlas.design.pk}, subject="Launch → Design agreed"
    )
    assert look(draft, by=tess, at=NINE).loop
    before = dump(without=set())
    with pytest.raises(Refused) as refused:
        applying.apply(draft=draft, version=draft.version, by=tess, at=LATER)
    assert str(refused.value).startswith("Launch → Design agreed:")
    assert dump(without=set()) == before


def test_a_draft_that_was_changed_elsewhere_is_not_applied(atlas: Plan, tess: Any) -> None:
    draft = draft_of(atlas, tess, everything(atlas, tess)[0])
    drafts.rename(draft=draft, name="Changed in another tab", at=NINE)
    with pytest.raises(Stale):
        applying.apply(draft=draft, version=draft.version, by=tess, at=NINE)
    draft.refresh_from_db()
    applying.apply(draft=draft, version=draft.version, by=tess, at=NINE)
    draft.refresh_from_db()
    with pytest.raises(Refused, match="This draft is applied"):
        applying.apply(draft=draft, version=draft.version, by=tess, at=NINE)


def test_an_engineer_cannot_apply_by_way_of_links(atlas: Plan, tess: Any, eli: Any) -> None:
    """The door asks for the right to plan; the actions inside ask for theirs again."""
    draft = draft_of(atlas, eli, changes.unlink(dependency=atlas.link))
    Milestone.objects.filter(pk=atlas.build.pk).update(owner=tess)
    with pytest.raises(PermissionDenied):
        applying.apply(draft=draft, version=draft.version, by=eli, at=NINE)


def test_people_are_told_by_the_slip_news_and_the_author_is_not(atlas: Plan, tess: Any, eli: Any) -> None:
    Shift.objects.all().delete()
    draft = draft_of(atlas, tess, changes.slip(milestone=atlas.design, days=4, before=(), forecast=None, by=tess, at=NINE))
    assert look(draft, by=tess, at=NINE).told == ("Eli",)
    applying.apply(draft=draft, version=draft.version, by=tess, at=LATER)
    analysis.recompute(program_id=atlas.program.pk, at=LATER)
    telling.tell(at=LATER)
    told = set(Notice.objects.filter(kind="slip").values_list("person__name", flat=True))
    assert told == {"Eli"}


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda a, t: changes.slip(milestone=a.design, days=0, before=(), forecast=None, by=t, at=NINE), "days"),
        (lambda a, t: changes.work(milestone=a.design, days=Decimal(5), before=(), by=t, at=NINE), "work"),
        (lambda a, t: changes.work(milestone=a.design, days=Decimal(9999), before=(), by=t, at=NINE), "work"),
        (
            lambda a, t: changes.dates(milestone=a.build, field="expected_date", day=MONDAY - DAY, before=(), by=t, at=NINE),
            "day",
        ),
        (
            lambda a, t: changes.link(predecessor=a.launch, successor=a.design, type="FS", lag_days=Decimal(0), by=t),
            "predecessor",
        ),
        (lambda a, t: changes.link(predecessor=a.design, successor=a.build, type="FS", lag_days=Decimal(0), by=t), "predecessor"),
        (lambda a, t: changes.clear(blocker=a.blocker, on=MONDAY - DAY, at=NINE), "day"),
        (lambda a, t: changes.risk(risk=a.risk, response="", probability=4, impact=4), "response"),
    ],
)
def test_what_the_plan_would_refuse_is_refused_in_a_draft(atlas: Plan, tess: Any, make: Any, field: str) -> None:
    with pytest.raises(Refused) as refused:
        make(atlas, tess)
    assert refused.value.field == field


def test_numbers_of_a_risk_go_with_its_answer(atlas: Plan, tess: Any) -> None:
    numbers = {"chance": 80, "days_low": 3, "days_high": Decimal("7.5"), "residual_probability": 2, "residual_chance": 15}
    Risk.objects.filter(pk=atlas.risk.pk).update(**numbers)
    risk = Risk.objects.get(pk=atlas.risk.pk)
    made = changes.risk(risk=risk, response="mitigate", probability=2, impact=1)
    left = {"response": "mitigate", "probability": 2, "impact": 1, "chance": 15, "days_low": None, "days_high": None}
    assert made.values["fields"] == left
    draft = draft_of(atlas, tess, made)
    applying.apply(draft=draft, version=draft.version, by=tess, at=LATER)
    risk.refresh_from_db()
    assert (risk.odds, risk.days, risk.score) == (15, None, 2)


def test_blocked_work_is_dropped_once_its_blocker_is_cleared_in_the_draft(atlas: Plan, tess: Any) -> None:
    with pytest.raises(Refused, match="is blocked"):
        changes.drop(milestone=atlas.build, before=(), by=tess, at=NINE)
    draft = draft_of(atlas, tess, changes.clear(blocker=atlas.blocker, on=None, at=NINE))
    dropped = changes.drop(milestone=atlas.build, before=list(draft.changes.all()), by=tess, at=NINE)
    changes.add(draft=draft, change=dropped, at=NINE)
    draft.refresh_from_db()
    applying.apply(draft=draft, version=draft.version, by=tess, at=LATER)
    atlas.build.refresh_from_db()
    assert atlas.build.status == "cancelled"


def test_a_discarded_draft_comes_back_for_a_day(atlas: Plan, tess: Any) -> None:
    draft = draft_of(atlas, tess, everything(atlas, tess)[0])
    drafts.discard(draft=draft, at=NINE)
    with pytest.raises(Refused):
        drafts.rename(draft=draft, name="Late", at=NINE)
    assert drafts.restore(draft=draft, at=NINE + timedelta(hours=20)).is_open
    drafts.discard(draft=draft, at=NINE)
    with pytest.raises(Refused):
        drafts.restore(draft=draft, at=NINE + timedelta(hours=25))


def test_the_number_of_questions_does_not_depend_on_the_changes(atlas: Plan, tess: Any, django_assert_num_queries: Any) -> None:
    few, many = draft_of(atlas, tess, everything(atlas, tess)[0]), draft_of(atlas, tess, *everything(atlas, tess))
    bench = Bench(atlas.program, by=tess, at=NINE)
    with django_assert_num_queries(10):
        bench.look(many)
    with django_assert_num_queries(6):
        bench.look(few)
