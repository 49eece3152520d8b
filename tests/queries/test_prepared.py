"""Prepared queries give what the same query gives when it is written anew, whatever it is asked with."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from programs.actions import demo
from programs.models import Blocker, Event, Milestone, Program, Timing
from programs.queries.prepared import prepared

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan() -> Program:
    """The largest program of the demo."""
    demo.load(today=date(2027, 3, 3), at=datetime(2027, 3, 3, 9, tzinfo=UTC))
    return Program.objects.annotate(n=Count("milestones")).order_by("-n")[0]


def joined(program: int, before: date, late: bool | None) -> QuerySet[Milestone]:
    """A query with a day, joins, a count and a choice of form."""
    rows = Milestone.objects.filter(Q(target_date__lte=before) | Q(target_date=None), program=program)
    rows = rows if late is None else rows.filter(timing__late__gt=0) if late else rows.exclude(timing__late__gt=0)
    return rows.annotate(n=Count("waits_for")).select_related("program", "owner", "workstream", "timing").order_by("pk")


def some(keys: list[int], kind: str) -> QuerySet[Milestone, Any]:
    """A query with a list and a word."""
    return Milestone.objects.filter(pk__in=keys, kind=kind).order_by("-pk").values_list("pk", "name", "program__slug")[:50]


def heard(since: datetime) -> QuerySet[Program, Any]:
    """A query with a moment, used twice, and a subquery."""
    last = Event.objects.filter(program=OuterRef("pk"), at__gte=since).order_by("-at").values("at")[:1]
    return Program.objects.annotate(last=Subquery(last)).filter(Q(last__gte=since) | Q(last=None)).order_by("pk")


def few(program: int) -> QuerySet[Blocker]:
    """A query that leaves columns out."""
    rows = Blocker.objects.filter(program=program).annotate(slug=F("program__slug"))
    return rows.select_related("program").only("title", "program__thresholds").order_by("pk")


def read(rows: Any) -> list[Any]:
    """Every column of every row, of what was joined and what was counted too."""
    return [row if isinstance(row, tuple) else _flat(row) for row in rows]


def _flat(row: Any) -> dict[str, Any]:
    found, around = dict(vars(row)), row._state.fields_cache
    del found["_state"]
    return found | {"joined": {name: other and _flat(other) for name, other in around.items() if name != "milestone"}}


def read_whole(program: int) -> QuerySet[Timing, Any]:
    """A query whose columns are read in every way there is: days, truths, decimals, lists."""
    names = ("forecast", "critical", "drivers", "milestone__duration_days", "milestone__target_date")
    return Timing.objects.filter(program=program).order_by("pk").values_list(*names)


def test_what_a_column_repeats_is_read_once_but_lists_are_each_rows_own(plan):
    rows = prepared(read_whole)(plan.pk)
    assert rows == list(read_whole(plan.pk))
    lists = [row[2] for row in rows]
    assert len({id(one) for one in lists}) == len(lists) > len({str(one) for one in lists})


def test_rows_come_with_what_they_are_joined_with(plan):
    fast, today = prepared(joined), date(2027, 3, 3)
    for before in (today, today + timedelta(days=60), today):
        for late in (None, True, False):
            assert read(fast(plan.pk, before, late)) == read(joined(plan.pk, before, late))
    assert len(fast(plan.pk, today, None)) > 10


def test_lists_of_any_length(plan, django_assert_num_queries):
    fast, rows = prepared(some), plan.milestones.filter(kind=plan.milestones.first().kind)
    kind, keys = rows[0].kind, list(rows.values_list("pk", flat=True))
    for many in (1, 2, 3, 7, len(keys)):
        with django_assert_num_queries(1):
            found = fast(keys[:many], kind)
        assert read(found) == read(some(keys[:many], kind)) != []
    with django_assert_num_queries(0):
        assert fast([], kind) == []


def test_moments_and_columns_left_out(plan, django_assert_num_queries):
    since = Event.objects.latest("at").at
    for moment in (since, since - timedelta(days=3)):
        assert read(prepared(heard)(moment)) == read(heard(moment))
    fast = prepared(few)(plan.pk)
    assert read(fast) == read(few(plan.pk)) != []
    with django_assert_num_queries(1):
        assert fast[0].number  # a column left out is read when it is asked for
