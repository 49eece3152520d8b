"""The rows of a paste that need a fix as a CSV: their own columns, what was typed, the reason; safe, and read again."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import translation

from programs.intake import sheet
from programs.models import Dependency, Milestone, Program
from programs.web.forms.paste import MEANINGS
from tests.web.reading import words
from tests.web.test_begin_with_rows import ROWS, checked, sent_file
from tests.web.test_paste import PASTE, errors, fields, pasted

if TYPE_CHECKING:
    from programs.models import Person
    from tests.web.plan import Plan

FILE = (
    "id;title;note;due;blocked_by;best case;likely;worst case\r\n"
    "API-2;Webhooks ready;;31/02/2027;;1;2;3\r\n"
    ";Retries, all of them;=HYPERLINK(1);;;;;\r\n"
    "MIG-5;Rehearsal;@x;+3d;1, 2FS+1d;;;\r\n"
)


def saved(browser: Any, sent: dict[str, Any], address: str = ROWS) -> list[list[str]]:
    answer = browser.post(address, {**sent, "step": "reasons"})
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(answer.content.decode())))


def test_rows_left_out_are_saved_with_their_reasons(program: Program, as_: Any, tess: Person, monday: Any) -> None:
    browser = as_(tess)
    shown = checked(browser, sent_file(browser, FILE))
    assert "Download the 2 rows with reasons (CSV)" in words(shown)
    sent = fields(shown)
    answer = browser.post(ROWS, {**sent, "step": "reasons"})
    assert answer["Content-Disposition"] == 'attachment; filename="payments-plan-to-fix.csv"'
    assert saved(browser, sent) == [
        ["id", "title", "note", "due", "blocked_by", "best case", "likely", "worst case", "Reason"],
        [
            *("API-2", "Webhooks ready", "", "31/02/2027", "", "1", "2", "3"),
            "Target: Not a date. Write 2027-03-12, “12 mar”, “fri” or “+3d”, from 1970 to 2100.",
        ],
        [
            *("MIG-5", "Rehearsal", "'@x", "'+3d", "API-2, Retries, all of themFS+1d", "", "", ""),
            "It waits for row 1, which is left out.",
        ],
    ]
    assert Milestone.objects.count() == 0


def test_what_was_typed_is_in_the_file(program: Program, as_: Any, tess: Person, monday: Any) -> None:
    browser = as_(tess)
    sent = fields(checked(browser, sent_file(browser, FILE)))
    sent["name"][0], sent["estimate"][0], sent["owner"][0] = "-Webhooks", "3 / 4 / 9", "Eli"
    head, first, *_others = saved(browser, sent)
    assert head[5:] == ["best case", "likely", "worst case", "Owner", "Estimate", "Reason"]
    assert first[:-1] == ["API-2", "'-Webhooks", "", "31/02/2027", "", "", "", "", "Eli", "3 / 4 / 9"]
    again = checked(browser, sent_file(browser, _text(saved(browser, sent))))
    assert fields(again)["name"][0] == "-Webhooks"
    assert fields(again)["estimate"] == ["3 / 4 / 9", ""]


def _text(lines: list[list[str]]) -> str:
    made = io.StringIO()
    csv.writer(made).writerows(lines)
    return made.getvalue()


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_file_is_read_again(program: Program, as_: Any, tess: Person, monday: Any, language: str) -> None:
    browser = as_(tess)
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    sent = fields(checked(browser, sent_file(browser, FILE)))
    lines = saved(browser, sent)
    assert browser.post(ROWS, {**sent, "step": "leave"}).status_code == 303
    lines[1][3] = "12 Mar 2027"
    into = "/p/payments-plan/milestones/paste"
    answer = pasted(browser, _text(lines), into)
    again = fields(answer)
    assert [again[f"as-{place}"] for place in (0, 2, 4, 8)] == ["key", "", "predecessors", ""]
    assert again["target"] == ["12 Mar 2027", "+3d"]
    assert "err" not in "".join(errors(answer))
    assert browser.post(into, {**again, "step": "save"}).status_code == 303
    made = Milestone.objects.get(name="Rehearsal")
    assert sorted(Dependency.objects.filter(successor=made).values_list("predecessor__name", flat=True)) == [
        "Retries, all of them",
        "Webhooks ready",
    ]


def test_a_second_file_has_one_reason(program: Program, as_: Any, tess: Person, monday: Any) -> None:
    browser = as_(tess)
    for _time in range(2):
        lines = saved(browser, fields(checked(browser, sent_file(browser, FILE))))
        lines = saved(browser, fields(checked(browser, sent_file(browser, _text(lines)))))
        assert lines[0].count("Reason") == 1


def test_typed_rows_stand_under_our_own_headings(atlas: Plan, as_: Any, tess: Person) -> None:
    browser = as_(tess)
    sent = fields(browser.post(PASTE, {"step": "blank", "text": ""}))
    sent["name"][:2], sent["target"][1], sent["predecessors"][1] = ["A", "B"], "soonish", "1FS+2d"
    assert saved(browser, sent, PASTE) == [
        ["Name", "Target", "Waits for", "Reason"],
        ["B", "soonish", "AFS+2d", "Target: Not a date. Write 2027-03-12, “12 mar”, “fri” or “+3d”, from 1970 to 2100."],
    ]
    sent["target"][1] = ""
    assert "2 new milestones" in words(browser.post(PASTE, {**sent, "step": "reasons"}))  # nothing is wrong any more


@pytest.mark.parametrize("language", ["en", "de"])
def test_our_own_headings_are_known(language: str) -> None:
    with translation.override(language):
        assert [sheet.column_of(str(words)) for words in MEANINGS.values()] == list(MEANINGS)


def test_a_heading_nobody_knows_with_reasons_that_hold_commas() -> None:
    found = sheet.read('Leverans,Klart,Varför\nA,2027-03-12,"Not a date, at all"\nB,,"One, two, three"\n', 10)
    assert found.records[1] == ["A", "2027-03-12", "Not a date, at all"]
    assert found.header
