"""A program from the file of a spreadsheet: what each column is, every row checked, then all of it or nothing."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from programs.models import Dependency, Event, ImportRun, Membership, Milestone, Person, Program, Workstream
from tests import cast
from tests.web.reading import words
from tests.web.test_paste import PASTE, errors, fields, pasted

if TYPE_CHECKING:
    from tests.web.plan import Plan

ROWS = "/p/new/rows"
FILE = (
    "id;title;team;who;due;days;blocked_by;cost\r\n"
    "API-2;Webhooks ready;Payments API;Eli;12 Mar 2027;5;;100\r\n"
    "API-3;Retries complete;Payments API;Nora;19 Mar 2027;4;API-2;200\r\n"
    "MIG-5;Rehearsal;Data migration;;;0;API-3FS+1d;\r\n"
)


def sent_file(browser: Any, text: str = FILE, name: str = "payments-plan.csv") -> Any:
    return browser.post(ROWS, {"step": "read", "text": "", "file": SimpleUploadedFile(name, text.encode())})


def checked(browser: Any, shown: Any, **chosen: str) -> Any:
    return browser.post(ROWS, {**fields(shown), **chosen, "step": "check"})


def test_each_column_is_shown_with_what_it_is(program: Program, as_: Any, tess: Person, monday: Any) -> None:
    answer = sent_file(as_(tess))
    assert answer.status_code == 200
    said = words(answer)
    assert "payments-plan.csv: 3 rows, 8 columns. Nothing is saved yet." in said
    assert "title Webhooks ready, Retries complete, Rehearsal" in said
    sent = fields(answer)
    assert [sent[f"as-{place}"] for place in range(8)] == [
        *("key", "name", "workstream", "owner", "target", "duration", "predecessors", ""),
    ]
    assert sent["header"] == "1"


def test_a_file_becomes_a_program(program: Program, as_: Any, tess: Person, eli: Person, monday: Any) -> None:
    browser = as_(tess)
    shown = checked(browser, sent_file(browser))
    said = words(shown)
    assert "3 rows read, nothing to fix" in said
    assert "payments-plan.csv. Nothing is saved yet." in said
    assert "1 column was not read: cost" in said
    assert "3 new milestones" in said
    assert "New workstreams: Payments API, Data migration" in said
    assert "Rehearsal waits for Retries complete (1 working day after)" in said
    assert "The finish would be" in said
    assert "2 rows have no owner. They are imported as “Nobody yet”." in said
    assert errors(shown) == {"c2-owner": "Nobody in a program of yours is called Nora. Decide above."}
    sent = fields(shown)
    assert sent["program-name"] == "Payments plan"
    assert (Program.objects.count(), Milestone.objects.count(), ImportRun.objects.count()) == (1, 0, 0)
    sent |= {"program-target_date": "in 90 days", "program-time_zone": "Europe/Berlin", "step": "save"}
    answer = browser.post(ROWS, sent)
    assert (answer.status_code, answer["Location"]) == (303, "/p/payments-plan/milestones?status=all&sort=key")
    made = Program.objects.get(slug="payments-plan")
    assert (made.name, made.owner, made.time_zone) == ("Payments plan", tess, "Europe/Berlin")
    assert made.target_date == cast.MONDAY + timedelta(days=90)
    assert list(Workstream.objects.filter(program=made).order_by("position").values_list("key", "name")) == [
        ("API", "Payments API"),
        ("MIG", "Data migration"),
    ]
    rows = {row.key: row for row in Milestone.objects.filter(program=made)}
    assert list(rows) == ["API-2", "API-3", "MIG-5"]
    assert (rows["API-2"].owner, rows["API-2"].target_date, rows["API-2"].duration_days) == (eli, date(2027, 3, 12), 5)
    assert Dependency.objects.filter(successor__program=made).count() == 2
    assert dict(Membership.objects.filter(program=made).values_list("person", "role")) == {tess.pk: "tpm", eli.pk: "engineer"}
    assert Event.objects.filter(program=made, kind="program.created", by=tess).count() == 1
    assert browser.post(ROWS, sent)["Location"] == answer["Location"]  # a second click
    assert Program.objects.count() == 2


def test_it_can_be_undone_whole(program: Program, as_: Any, tess: Person, eli: Person, monday: Any) -> None:
    browser = as_(tess)
    browser.post(ROWS, {**fields(checked(browser, sent_file(browser))), "step": "save"})
    run = ImportRun.objects.get()
    assert run.title == "Payments plan, begun from rows"
    assert browser.post(f"/p/import/{run.pk}/undo").status_code == 303
    assert list(Program.objects.all()) == [program]
    assert Milestone.objects.count() == 0


def test_somebody_without_a_program_begins_one(otto: Person, as_: Any, monday: Any) -> None:
    browser = as_(otto)
    shown = pasted(browser, "Titel\tDauer\nA\t5", ROWS)
    sent = fields(checked(browser, shown, **{"as-0": "name"}))
    assert sent["program-name"] == ""
    refused = browser.post(ROWS, {**sent, "step": "save"})
    assert refused.status_code == 422
    assert 'href="#id_program-name_box"' in refused.content.decode() or "id_program-name_error" in refused.content.decode()
    assert Program.objects.count() == 0
    assert browser.post(ROWS, {**fields(refused), "program-name": "Mine", "step": "save"}).status_code == 303
    assert Membership.objects.get(program__name="Mine").person == otto


@pytest.mark.parametrize(("name", "said"), [("ATLÁS ", "of this name already"), ("x" * 201, "200"), ("\u200b", "can be seen")])
def test_a_program_that_cannot_be_is_not_begun(
    program: Program, as_: Any, tess: Person, monday: Any, name: str, said: str
) -> None:
    browser = as_(tess)
    sent = fields(checked(browser, sent_file(browser)))
    answer = browser.post(ROWS, {**sent, "program-name": name, "step": "save"})
    assert answer.status_code == 422
    assert said in str(answer.context["about"].errors["name"])
    assert fields(answer)["name"] == sent["name"]
    assert (Program.objects.count(), Milestone.objects.count()) == (1, 0)


WRONG = [
    ("title;due\nA;31/02/2027\n", "c1-target", "Not a date."),
    ("title;blocked_by\nA;CRD-9\n", "c1-predecessors", "CRD-9 is no key, row number or single name here. Write a key"),
    (
        "id;title;blocked_by\nCRD-4;A;\nCRD-5;B;CRD-9\n",
        "c2-predecessors",
        "CRD-9 is no key, row number or single name here. Did you mean CRD-4?",
    ),
    ("id;title\nX-1;A\nX-1;B\n", "c2-key", "Row 1 has this key already."),
    (
        "id;title;blocked_by\nMIG-5;Five;MIG-6\nREC-3;Three;MIG-5\nMIG-6;Six;REC-3\n",
        "c3-predecessors",
        "This would close a loop: Six → Five → Three → Six. Take one of these links out.",
    ),
]


FIXES = [
    ("id;title;blocked_by\nCRD-4;A;\nCRD-5;B;CRD-9FS+2d\n", "Use CRD-4", "c2", "CRD-4FS+2d"),
    ("id;title;blocked_by\nCRD-4;A;\nCRD-5;B;CRD-4, CRD-9\n", "Remove CRD-9", "c2", "CRD-4"),
    ('title;blocked_by\nA;\nB;"Nobody; 1"\n', "Remove Nobody", "c2", "1"),
    ("title;blocked_by\nA, then B;\nC;A, then B, 1FF\n", "Keep it once", "c2", "A, then B"),
    ("title;blocked_by\nA;\nB;1, 2\n", "Remove 2", "c2", "1"),
    ("id;title;blocked_by\nMIG-5;Five;MIG-6\nREC-3;Three;MIG-5\nMIG-6;Six;REC-3SS\n", "Remove REC-3SS", "c3", ""),
]


@pytest.mark.parametrize(("text", "button", "row", "then"), FIXES)
def test_a_cell_with_one_remedy_is_put_right_by_a_button(
    program: Program, as_: Any, tess: Person, monday: Any, text: str, button: str, row: str, then: str
) -> None:
    browser = as_(tess)
    shown = checked(browser, sent_file(browser, text))
    fixes = re.findall(r'<button class="btn sm" name="fix" value="(\w+)">([^<]*)', shown.content.decode())
    assert [words for _word, words in fixes] == [button]
    sent = fields(shown)
    sent["owner"][0] = "Eli"  # typed before, and not lost
    answer = browser.post(ROWS, {**sent, "fix": fixes[0][0]})
    number = int(row[1:]) - 1
    assert (fields(answer)["predecessors"][number], fields(answer)["owner"][0]) == (then, "Eli")
    assert "nothing to fix" in words(answer)
    again = browser.post(ROWS, {**fields(answer), "fix": fixes[0][0]})  # a second click
    assert fields(again)["predecessors"] == fields(answer)["predecessors"]
    sent["predecessors"][number] = "something else"
    assert fields(browser.post(ROWS, {**sent, "fix": fixes[0][0]}))["predecessors"][number] == "something else"


@pytest.mark.parametrize(("text", "cell", "sentence"), WRONG)
def test_each_wrong_cell_says_so_and_nothing_is_saved(
    program: Program, as_: Any, tess: Person, monday: Any, text: str, cell: str, sentence: str
) -> None:
    browser = as_(tess)
    shown = checked(browser, sent_file(browser, text))
    assert errors(shown)[cell].startswith(sentence)
    rows = len(text.splitlines()) - 1
    assert f"{rows} {'row' if rows == 1 else 'rows'} read, 1 needs a fix" in words(shown)
    answer = browser.post(ROWS, {**fields(shown), "step": "save"})
    assert answer.status_code == 422
    assert fields(answer)["name"] == fields(shown)["name"]
    assert (Program.objects.count(), Milestone.objects.count(), ImportRun.objects.count()) == (1, 0, 0)


MIXED = "title;due;blocked_by\nA;soonish;\nB;;\nC;;2\nD;;1\nE;;D, B\nF;12/5/2027;\nG;2/13/2027;\n"


def test_rows_that_need_a_fix_can_be_left(program: Program, as_: Any, tess: Person, monday: Any) -> None:
    browser = as_(tess)
    shown = checked(browser, sent_file(browser, MIXED))
    said = words(shown)
    assert "7 rows read, 1 needs a fix" in said
    assert "Row 1 needs a fix and is left out. Rows 4, 5 wait for one that is left out, so they are left out too." in said
    assert "4 new milestones" in said
    assert "1 new link" in said
    assert "Import 4 rows, leave 3" in said
    assert "1 Needs a fix 2 New" in re.sub(r"Not a date.*?2100\. ", "", said)
    assert "4 Waits for row 1 5 Waits for row 4" in said
    answer = browser.post(ROWS, {**fields(shown), "step": "leave"}, follow=True)
    assert "Payments plan is set up, 4 milestones added, 1 link added, 3 rows left out" in answer.content.decode()
    made = list(Milestone.objects.order_by("pk").values_list("name", "target_date"))
    assert made == [("B", None), ("C", None), ("F", date(2027, 12, 5)), ("G", date(2027, 2, 13))]
    run = ImportRun.objects.get()
    assert browser.post(f"/p/import/{run.pk}/undo").status_code == 303
    assert (Program.objects.count(), Milestone.objects.count()) == (1, 0)


def test_what_is_left_is_what_was_shown(program: Program, as_: Any, tess: Person, monday: Any) -> None:
    browser = as_(tess)
    sent = fields(checked(browser, sent_file(browser, MIXED)))
    sent["target"][0], sent["name"][6] = "12 Mar 2027", "G, changed"
    answer = browser.post(ROWS, {**sent, "step": "leave"})
    assert "Cells changed since the last preview." in words(answer)
    assert "Create the program with 7 milestones" in words(answer)
    assert fields(answer)["name"][6] == "G, changed"
    assert Milestone.objects.count() == 0
    worse = browser.post(ROWS, {**sent, "target": ["soon"] * 7, "step": "leave"})
    assert worse.status_code == 422
    assert 'value="leave"' not in worse.content.decode()
    assert fields(worse)["target"] == ["soon"] * 7
    assert Program.objects.count() == 1


def test_two_columns_cannot_be_one_and_one_has_to_be_the_name(program: Program, as_: Any, tess: Person, monday: Any) -> None:
    browser = as_(tess)
    answer = checked(browser, sent_file(browser), **{"as-1": "target"})
    assert answer.status_code == 422
    assert "No column is the name." in words(answer)
    assert "due Another column is this already." in words(answer)
    assert {each: fields(answer)[each] for each in ("as-1", "as-4")} == {"as-1": "target", "as-4": "target"}
    assert "3 rows read" in words(checked(browser, answer, **{"as-1": "name"}))


def test_a_column_can_become_another_while_rows_are_checked(program: Program, as_: Any, tess: Person, monday: Any) -> None:
    browser = as_(tess)
    sent = fields(checked(browser, sent_file(browser), **{"as-2": ""}))
    assert sent["target"] == ["12 Mar 2027", "19 Mar 2027", ""]
    sent["name"][2], sent["target"][2] = "Rehearsal 2", "26 Mar 2027"  # typed, and not lost on the way
    answer = browser.post(ROWS, {**sent, "as-4": "start", "as-2": "workstream", "step": "save"})
    assert "Cells changed since the last preview." in words(answer)
    again = fields(answer)
    assert again["start"] == ["12 Mar 2027", "19 Mar 2027", "26 Mar 2027"]
    assert again["target"] == ["", "", ""]
    assert again["name"][2] == "Rehearsal 2"
    assert again["workstream"] == ["Payments API", "Payments API", "Data migration"]
    twice = browser.post(ROWS, {**again, "as-7": "name", "step": "check"})
    assert twice.status_code == 422
    assert "cost Another column is this already." in words(twice)
    assert fields(twice)["start"] == again["start"]
    assert browser.post(ROWS, {**again, "step": "save"}).status_code == 303


def test_a_first_row_without_headings_is_a_milestone(program: Program, as_: Any, tess: Person, monday: Any) -> None:
    browser = as_(tess)
    shown = pasted(browser, "Vault ready\tSecurity\nKeys rotated\tSecurity", ROWS)
    sent = fields(shown)
    assert "header" not in sent
    assert "Column 1 Vault ready, Keys rotated" in words(shown)
    assert fields(browser.post(ROWS, {**sent, "step": "check"}))["name"] == ["Vault ready", "Keys rotated"]
    headed = browser.post(ROWS, {**sent, "header": "1", "step": "check"})
    assert fields(headed)["name"] == ["Keys rotated"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title;due\n", "There are no rows yet."),
        (";".join(f"c{n}" for n in range(251)) + "\n" + "1;" * 250, "There are 251 columns; at most 250 are read."),
        ("title;note\n" + "\n".join(f"A;{'x' * 1500}" for _row in range(450)), "The rows hold more than 600,000 characters."),
    ],
)
def test_a_file_that_cannot_be_read_says_why(program: Program, as_: Any, tess: Person, text: str, said: str) -> None:
    answer = sent_file(as_(tess), text)
    assert answer.status_code == 422
    assert said in words(answer)


@pytest.mark.parametrize(
    "sent",
    [
        {"source": "\x00", "was": "name", "step": "save"},
        {"source": "a\tb", "was": "name," * 400, "step": "check", "as-1": "nonsense"},
        {"source": "a", "was": "", "as-0": "name", "step": "check", "header": "1"},
        {"source": "a\nb", "was": "name", "name": ["x"] * 3, "step": "check"},
        {"step": "save", "name": ["A"], "program-time_zone": "Mars/Base", "program-name": "B"},
        {"step": "save", "name": ["A"], "file_name": "../../etc/pass\r\nX: 1<b>"},
    ],
)
def test_whatever_is_sent_gets_an_answer(program: Program, as_: Any, tess: Person, sent: dict[str, Any]) -> None:
    assert as_(tess).post(ROWS, sent).status_code in {200, 422}
    assert Program.objects.count() == 1


def test_a_paste_into_a_program_asks_where_its_header_is_in_other_words(atlas: Plan, as_: Any, tess: Person) -> None:
    browser = as_(tess)
    shown = pasted(browser, "Leverans\tAnsvarig\tKlart\nValv klart\tEli\t2027-03-19\n")
    sent = fields(shown)
    assert sent["header"] == "1"
    assert "Leverans Valv klart" in words(shown)
    sent |= {"as-0": "name", "as-1": "owner", "as-2": "target", "step": "check"}
    answer = browser.post(PASTE, sent)
    assert errors(answer) == {}
    assert "1 new milestone" in words(answer)
    assert browser.post(PASTE, {**fields(answer), "step": "save"}).status_code == 303
    row = Milestone.objects.latest("pk")
    assert (row.name, row.target_date) == ("Valv klart", date(2027, 3, 19))


def test_what_a_paste_left_out_can_still_be_said(atlas: Plan, as_: Any, tess: Person) -> None:
    browser = as_(tess)
    shown = pasted(browser, "Task\tKlart\nValv klart\t2027-03-19\n")
    assert "1 column was not read: Klart" in words(shown)
    answer = browser.post(PASTE, {**fields(shown), "as-1": "target", "step": "check"})
    assert fields(answer)["target"] == ["2027-03-19"]
