"""The list of milestones: filters in the address, what each state shows, order, pages, and what a page costs."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings

from programs.models import Dependency, Milestone, MilestoneStatus, Said, Timing
from programs.queries import columns
from programs.queries import milestones as queries
from programs.queries.milestones import Filters, listing
from programs.web import filters, marks, wording
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
        cols="status,start",
        sort="slip",
        descending=True,
        page=3,
    )
    for asked in (every, Filters(), Filters(status="blocked", sort="forecast", descending=True)):
        assert filters.of_milestones(rf.get("/" + filters.address(asked)).GET) == asked


def labels(text: str) -> list[str]:
    """The heads of the columns, in order."""
    return [
        re.sub(r"<[^>]+>", "", head).strip()
        for head in re.findall(r'<th scope="col"(?: aria-sort="\w+")? class="[^"]*">(.*?)</th>', text)
    ]


USUAL = ["Status", "Workstream", "Owner", "Target", "Forecast", "Slip", "Float", "80% by", "Links", "Last word"]


@pytest.mark.parametrize(
    ("query", "expected", "address"),
    [
        ("", USUAL, ""),
        ("?cols=owner&cols=status&cols=none", ["Status", "Owner"], "?cols=status%2Cowner"),
        (
            "?cols=left,start,baseline,needed",
            ["Start", "Work left", "Baseline", "Needed by"],
            "?cols=start%2Cleft%2Cbaseline%2Cneeded",
        ),
        ("?cols=none", [], "?cols=none"),
        ("?cols=none," + ",".join(columns.USUAL), USUAL, ""),
        ("?cols=password&cols=%00&cols=" + "x" * 5000, USUAL, ""),
    ],
)
def test_the_address_says_which_columns_are_shown(
    atlas: Plan, as_: Any, lena: Person, query: str, expected: list[str], address: str
) -> None:
    answer = as_(lena).get(LIST + query, headers={"HX-Request": "true"})
    text = answer.content.decode()
    assert labels(text) == ["Key", "Milestone", *expected]
    assert answer.headers["HX-Push-Url"] == LIST + address
    row = re.search(r'<tr data-item id="SEC-2">.*?</tr>', text, re.DOTALL)
    assert row is not None
    assert row[0].count("<td") == 2 + len(expected)
    assert ("Back to the usual columns" in text) == bool(address)


def test_columns_asked_for_say_what_the_plan_says(atlas: Plan, as_: Any, lena: Person) -> None:
    day = cast.MONDAY
    Timing.objects.filter(milestone=atlas.build).update(early_start=day, needed_by=day + timedelta(days=9))
    Milestone.objects.filter(pk=atlas.build.pk).update(
        duration_days=10, percent_done=25, remaining_days=None, baseline_date=day + timedelta(days=7)
    )
    cells = re.findall(r"<td[^>]*>(.*?)</td>", one(as_(lena).get(LIST + "?cols=start,left,baseline,needed"), "SEC-2"))
    assert cells[2:] == [wording.day(day), "7.5 d", wording.day(day + timedelta(days=7)), wording.day(day + timedelta(days=9))]
    Milestone.objects.filter(pk=atlas.build.pk).update(duration_unit="cd", remaining_days=4)
    assert "4 calendar days" in one(as_(lena).get(LIST + "?cols=left"), "SEC-2")
    Milestone.objects.filter(pk=atlas.build.pk).update(status="done")
    assert "calendar days" not in one(as_(lena).get(LIST + "?cols=left&status=all"), "SEC-2")


def one(answer: Any, key: str) -> str:
    """One row of the list."""
    found = re.search(rf'<tr data-item id="{key}">.*?</tr>', answer.content.decode(), re.DOTALL)
    assert found is not None
    return found[0]


@pytest.mark.parametrize("column", ["start", "left", "baseline", "needed"])
def test_columns_asked_for_sort(atlas: Plan, as_: Any, lena: Person, column: str) -> None:
    Milestone.objects.filter(pk=atlas.launch.pk).update(remaining_days=1, baseline_date=cast.MONDAY)
    Milestone.objects.filter(pk=atlas.build.pk).update(remaining_days=2, baseline_date=cast.MONDAY + timedelta(days=1))
    Milestone.objects.filter(pk=atlas.design.pk).update(remaining_days=3, baseline_date=cast.MONDAY + timedelta(days=2))
    for late, row in enumerate((atlas.launch, atlas.build, atlas.design)):
        day = cast.MONDAY + timedelta(days=late)
        Timing.objects.filter(milestone=row).update(early_start=day, needed_by=day)
    assert keys(as_(lena).get(f"{LIST}?sort={column}")) == ["SEC-3", "SEC-2", "SEC-1"]
    assert keys(as_(lena).get(f"{LIST}?sort=-{column}&cols=none")) == ["SEC-1", "SEC-2", "SEC-3"]


def test_each_column_taken_away_makes_room_for_another() -> None:
    def needs(choice: str) -> dict[str, int]:
        return {name: int(css.split()[0][1:]) for name, css in columns.places(choice).items()}

    usual, few = needs(""), needs("status,target,links,forecast")
    assert usual["target"] == max(usual.values())
    assert few["target"] < usual["target"]
    everything = needs(",".join(columns.ALL))
    first = sorted(everything, key=lambda name: everything[name])[:6]
    assert set(first) == {"status", "forecast", *columns.EXTRA}  # what was asked for is not what gives way


def test_every_place_has_its_rule() -> None:
    written = (settings.BASE_DIR / "static/css/pages/milestones.css").read_text("utf-8")
    choices = (chosen for count in range(1, len(columns.ALL) + 1) for chosen in combinations(columns.ALL, count))
    rungs = {css.split()[0] for chosen in choices for css in columns.places(",".join(chosen)).values()}
    ruled = set(re.findall(r"@container \(width < \d+px\) { \.(n\d+) ", written))
    assert all(rung in ruled or int(rung[1:]) < 560 for rung in rungs), rungs - ruled


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
        answer = browser.get(f"{LIST}?cols={','.join(columns.ALL)}")
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
