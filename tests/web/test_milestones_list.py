"""The list of milestones: filters in the address, what each state shows, order, pages, and what a page costs."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from programs.models import Dependency, Milestone, MilestoneStatus, Said, Timing
from programs.queries import milestones as queries
from programs.queries.milestones import Filters, listing
from programs.web import filters, marks
from tests import cast

if TYPE_CHECKING:
    from programs.models import Person, Program
    from tests.web.plan import Plan

LIST = "/p/atlas/milestones"


def keys(answer: Any) -> list[str]:
    """The keys of the rows, in order."""
    return re.findall(r'<tr data-item id="([^"]+)"', answer.content.decode())


def test_it_opens_on_what_is_not_done_by_forecast(atlas: Plan, as_: Any, lena: Person) -> None:
    Milestone.objects.filter(pk=atlas.design.pk).update(status="done")
    answer = as_(lena).get(LIST)
    assert keys(answer) == ["SEC-2", "SEC-3"]
    text = answer.content.decode()
    assert "2 of 3" in text
    assert "Not done" in text
    assert keys(as_(lena).get(LIST + "?status=all")) == ["SEC-1", "SEC-2", "SEC-3"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?q=build", ["SEC-2"]),
        ("?q=sec-3", ["SEC-3"]),
        ("?q=%25", []),
        ("?q=_", []),
        ("?q=%5C", []),
        ("?q=" + "x" * 10_000, []),
        ("?q=a%00b%0b", []),
        ("?status=blocked", ["SEC-2"]),
        ("?blocked=1", ["SEC-2"]),
        ("?status=not_started", ["SEC-1", "SEC-3"]),
        ("?ws=SEC", ["SEC-1", "SEC-2", "SEC-3"]),
        ("?ws=none", []),
        ("?ws=%27%3B--", []),
        ("?owner=none", []),
        ("?owner=999999999999999999", []),
        ("?owner=9999999999999999999999", ["SEC-1", "SEC-2", "SEC-3"]),
        ("?owner=x&status=nonsense&sort=owner__password&float_lt=-3&page=0", ["SEC-1", "SEC-2", "SEC-3"]),
        ("?sort=-key", ["SEC-3", "SEC-2", "SEC-1"]),
        ("?sort=name", ["SEC-2", "SEC-1", "SEC-3"]),
        ("?sort=forecast&sort=-name", ["SEC-3", "SEC-1", "SEC-2"]),
        ("?page=2", []),
        ("?page=10000000000000000000", ["SEC-1", "SEC-2", "SEC-3"]),
    ],
)
def test_every_filter_is_in_the_address(atlas: Plan, as_: Any, lena: Person, query: str, expected: list[str]) -> None:
    answer = as_(lena).get(LIST + query)
    assert answer.status_code == 200
    assert sorted(keys(answer)) == sorted(expected)
    if "sort" in query and "owner" not in query:
        assert keys(answer) == expected


def test_the_critical_filter_and_the_float_filter(atlas: Plan, as_: Any, lena: Person) -> None:
    Timing.objects.filter(milestone=atlas.design).update(critical=False, total_float=4)
    Timing.objects.filter(milestone=atlas.build).update(critical=True, total_float=0)
    Timing.objects.filter(milestone=atlas.launch).update(critical=True, total_float=0)
    assert keys(as_(lena).get(LIST + "?critical=1")) == ["SEC-2", "SEC-3"]
    assert keys(as_(lena).get(LIST + "?float_lt=5&sort=key")) == ["SEC-1", "SEC-2", "SEC-3"]
    assert keys(as_(lena).get(LIST + "?float_lt=3")) == ["SEC-2", "SEC-3"]


def test_quiet_late_and_dated_are_asked_for_by_their_own_chip(atlas: Plan, as_: Any, lena: Person) -> None:
    old, recent = cast.MONDAY - timedelta(days=7), cast.MONDAY - timedelta(days=6)
    Milestone.objects.update(said_on=None, updated_on=None)
    Milestone.objects.filter(pk=atlas.design.pk).update(status="in_progress", said_on=old, updated_on=old)
    Milestone.objects.filter(pk=atlas.build.pk).update(said_on=old, updated_on=recent)
    Milestone.objects.filter(pk=atlas.launch.pk).update(said_on=old)  # not begun: nobody has to speak of it
    Timing.objects.filter(milestone=atlas.design).update(late=2, forecast=None)
    Timing.objects.exclude(milestone=atlas.design).update(late=0)
    for query, expected in (
        ("?quiet=1", ["SEC-1"]),
        ("?also=quiet", ["SEC-1"]),
        ("?late=1", ["SEC-1"]),
        ("?dated=no", ["SEC-1"]),
        ("?also=dated-yes&sort=key", ["SEC-2", "SEC-3"]),
        ("?also=nonsense&dated=nonsense&sort=key", ["SEC-1", "SEC-2", "SEC-3"]),
    ):
        assert keys(as_(lena).get(LIST + query)) == expected, query


def test_what_lies_outside_is_asked_for_and_not_counted(atlas: Plan, as_: Any, lena: Person) -> None:
    Milestone.objects.create(program=atlas.program, key="OUT-1", name="Vendor delivers", external=True, status="unknown")
    answer = as_(lena).get(LIST)
    assert "OUT-1" not in keys(answer)
    assert "3 of 3" in answer.content.decode()
    assert keys(as_(lena).get(LIST + "?outside=1")) == ["OUT-1"]


def test_finished_work_shows_the_day_it_was_finished(atlas: Plan, as_: Any, lena: Person) -> None:
    Milestone.objects.filter(pk=atlas.design.pk).update(status="done", actual_date=cast.MONDAY - timedelta(days=3))
    Milestone.objects.filter(pk=atlas.build.pk).update(status="done", actual_date=None)
    text = as_(lena).get(LIST + "?status=done&sort=key").content.decode()
    assert ">Fri 26 Feb<" in text
    assert text.count('data-l="Forecast">–<') == 1


def test_a_filter_finds_exactly_the_rows_whose_glyph_says_so(program: Program) -> None:
    """For every status, word and blocker: the row is found under the state its glyph shows, and under no other."""
    number = 0
    for status in MilestoneStatus.values:
        for said in ["", *Said.values]:
            for blocked in (False, True):
                number += 1
                row = Milestone.objects.create(program=program, key=f"X-{number}", name="x", status=status, said=said)
                Timing.objects.create(milestone=row, program=program, blocked=blocked)
    everything = listing(program, Filters(status=queries.ALL), cast.MONDAY).rows
    shown = {row.id: marks.milestone_state(row.status, row.said, blocked=row.blocked) for row in everything}
    for state in queries.STATES:
        if state != queries.OPEN:
            found = {row.id for row in listing(program, Filters(status=state), cast.MONDAY).rows}
            assert found == {pk for pk, glyph in shown.items() if glyph == marks.state(state)}, state


def test_a_swap_gets_the_results_and_the_address_without_what_is_usual(atlas: Plan, as_: Any, lena: Person) -> None:
    swap = {"HX-Request": "true", "HX-Target": "results"}
    answer = as_(lena).get(LIST + "?q=build&status=&ws=&sort=forecast", headers=swap)
    text = answer.content.decode()
    assert "<html" not in text
    assert text.lstrip().startswith('<div id="results">')
    assert 'id="filter-chips" hx-swap-oob="true"' in text
    assert answer["HX-Push-Url"] == "/p/atlas/milestones?q=build"
    assert "HX-Request" in answer["Vary"]
    whole = as_(lena).get(LIST + "?q=build", headers=swap | {"HX-History-Restore-Request": "true"})
    assert "<html" in whole.content.decode()


def test_sort_buttons_say_the_order_and_turn_it_round(atlas: Plan, as_: Any, lena: Person) -> None:
    text = as_(lena).get(LIST + "?sort=slip").content.decode()
    assert re.search(r'<th scope="col" aria-sort="ascending"[^>]*><button form="filters" name="sort" value="-slip"', text)
    assert text.count("aria-sort") == 1
    text = as_(lena).get(LIST + "?sort=-slip").content.decode()
    assert re.search(r'aria-sort="descending"[^>]*><button form="filters" name="sort" value="slip"', text)


def test_addresses_read_back_as_the_same_filters(rf: Any) -> None:
    every = Filters(
        q="a b",
        status="all",
        ws="SEC",
        owner="3",
        float_lt=5,
        critical=True,
        blocked=True,
        outside=True,
        quiet=True,
        late=True,
        dated="no",
        view="7",
        sort="slip",
        descending=True,
        page=3,
    )
    for asked in (every, Filters(), Filters(status="blocked", sort="forecast", descending=True)):
        assert filters.of_milestones(rf.get("/" + filters.address(asked)).GET) == asked


def large(program: Program, count: int) -> None:
    """Fill a program with milestones, timings and links."""
    made = Milestone.objects.bulk_create(
        Milestone(program=program, key=f"L-{number}", name=f"Step {number}", owner=program.owner, said_on=cast.MONDAY)
        for number in range(count)
    )
    Timing.objects.bulk_create(
        Timing(milestone=row, program=program, forecast=cast.MONDAY + timedelta(days=number % 300), total_float=number % 40)
        for number, row in enumerate(made)
    )
    Dependency.objects.bulk_create(Dependency(predecessor=one, successor=two) for one, two in pairwise(made))


@pytest.mark.parametrize("count", [62, 2_537])
def test_the_list_costs_the_same_queries_whatever_its_size(
    program: Program, lena: Person, as_: Any, django_assert_num_queries: Any, monday: Any, count: int
) -> None:
    large(program, count)
    browser = as_(lena)
    with django_assert_num_queries(18):
        answer = browser.get(LIST)
    assert len(keys(answer)) == min(count, 200)


def test_two_hundred_rows_at_a_time_with_script_and_without(program: Program, lena: Person, as_: Any, monday: Any) -> None:
    large(program, 450)
    browser, seen = as_(lena), []
    text = browser.get(LIST).content.decode()
    assert "Show 200 more" in text
    assert "200 of 450" not in text
    for page in (1, 2, 3):
        answer = browser.get(f"{LIST}?page={page}")
        seen += keys(answer)
    assert len(seen) == len(set(seen)) == 450
    assert "401 to 450 of 450" in answer.content.decode()
    more = browser.get(f"{LIST}?page=2", headers={"HX-Request": "true", "HX-Target": "rows"}).content.decode()
    assert more.count("<tr data-item") == 200
    assert "Show 50 more" in more
    assert "<table" not in more


def test_an_empty_program_says_what_would_be_here(program: Program, tess: Person, lena: Person, as_: Any) -> None:
    assert "No milestones yet" in as_(tess).get(LIST).content.decode()
    assert "/milestones/new" not in as_(lena).get(LIST).content.decode()
