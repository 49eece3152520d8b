"""Rows: every cell is read by its column, every oddity is noted with its place, and nothing is dropped."""

import json
from datetime import date
from decimal import Decimal

import pytest

from programs.intake import files, reading
from programs.intake.findings import shown
from programs.intake.limits import Limits

MANIFEST = {"format": "program-bundle", "version": "1", "name": "one", "as_of": "2026-03-02", "day_unit": "calendar"}


def read(**tables):
    tables.setdefault("programs", [{"id": "P", "name": "Pilot"}])
    tables.setdefault("milestones", [])
    data = json.dumps({"manifest": MANIFEST, **tables}).encode()
    return reading.read(files.from_bytes("b.json", data, Limits()), Limits())


def one(**cells):
    """A milestone with these cells, and the findings about it."""
    bundle = read(milestones=[{"id": "A", "program_id": "P", "name": "First", **cells}])
    return bundle.rows["milestones"][0].values, [(each.code, each.column) for each in bundle.findings]


@pytest.mark.parametrize(
    ("cells", "values", "findings"),
    [
        ({"due_date": "2026-04-01"}, {"target_date": date(2026, 4, 1)}, []),
        ({"due_date": "2026-02-30"}, {"target_date": None}, [("date", "due_date")]),
        ({"due_date": "03/04/2026"}, {"target_date": None}, [("date_ambiguous", "due_date")]),
        ({"forecast_date": "1/31/2026"}, {"expected_date": date(2026, 1, 31)}, [("date_read", "forecast_date")]),
        ({"percent_done": "50%"}, {"percent_done": Decimal(50)}, []),
        ({"percent_done": 101}, {"percent_done": None}, [("number_range", "percent_done")]),
        ({"duration_days": "five"}, {"duration_days": None}, [("number", "duration_days")]),
        ({"duration_days": 2.5}, {"duration_days": Decimal("2.5"), "duration_unit": "cd"}, []),
        ({"duration_unit": "wd"}, {"duration_unit": "wd"}, []),
        ({"duration_unit": "weeks"}, {"duration_unit": "cd"}, [("word_lost", "duration_unit")]),
        ({"status": "wip"}, {"status": "unknown", "status_raw": "wip"}, [("word", "status")]),
        ({"status": "In Progress"}, {"status": "in_progress", "status_raw": ""}, [("word_read", "status")]),
        ({}, {"status": "unknown", "kind": "milestone", "status_raw": ""}, []),
        ({"kind": "epic"}, {"kind": "other", "kind_raw": "epic"}, [("word", "kind")]),
        ({"url": "javascript:alert(1)"}, {"url": None}, [("url", "url")]),
        ({"url": "https://user:pw@example.org/"}, {"url": None}, [("url", "url")]),
        ({"url": "https://example.org/a?b=c"}, {"url": "https://example.org/a?b=c"}, []),
        ({"labels": "a; b;;a"}, {"labels": ["a", "b"]}, []),
        ({"labels": ["a", "b"]}, {"labels": ["a", "b"]}, []),
        ({"priority": "a\nb"}, {"priority": "a b"}, [("lines", "priority")]),
        ({"priority": "a\u202eb\u0000"}, {"priority": "ab"}, [("control", "priority")]),
        ({"priority": {"a": 1}}, {"priority": '{"a": 1}'}, [("nested", "priority")]),
        ({"priority": 5}, {"priority": "5"}, []),
        ({"priority": "x" * 51}, {"priority": "x" * 49 + "…"}, [("too_long", "priority")]),
        ({"owner": ""}, {"owner": ""}, []),
        ({"x_key": "SEC-3"}, {"key": "SEC-3"}, []),
        ({"x_key": "no key"}, {"key": None}, [("shape", "x_key")]),
        ({"x_confidence": "Rough"}, {"confidence": "rough"}, [("word_read", "x_confidence")]),
        (
            {"x_optimistic_days": 8, "x_likely_days": 10, "x_pessimistic_days": 25},
            {"optimistic_days": Decimal(8), "likely_days": Decimal(10), "pessimistic_days": Decimal(25)},
            [],
        ),
        ({"x_optimistic_days": 8, "x_likely_days": 7, "x_pessimistic_days": 9}, {}, [("estimate", "x_likely_days")]),
        ({"x_likely_days": 7}, {}, [("estimate", "x_likely_days")]),
        ({"surprise": "x"}, {}, [("unknown_column", "surprise")]),
    ],
)
def test_a_cell(cells, values, findings):
    found, said = one(**cells)
    assert {name: found.get(name) for name in values} == values
    assert said == findings


def test_a_name_over_the_limit_is_kept_whole_in_the_description():
    values, findings = one(name="word " * 120)
    assert len(values["name"]) == 500
    assert values["description"] == ("word " * 120).strip()
    assert findings == [("name_moved", "name")]


def test_a_cell_that_cannot_be_used_leaves_the_rest_of_the_row():
    values, _ = one(due_date="soon", status="done")
    assert "target_date" not in values
    assert values["status"] == "done"


def test_ids_are_given_to_rows_without_one_and_told_apart():
    rows = [
        {"program_id": "P", "name": "No id"},
        {"id": "A", "program_id": "P", "name": "First"},
        {"id": "A", "program_id": "P", "name": "Second"},
        {"id": "A~2", "program_id": "P", "name": "Third"},
        {"id": "x" * 201, "program_id": "P", "name": "Long"},
        {"id": "a b/c #1", "program_id": "P", "name": "Odd"},
        {"id": "n", "program_id": "P"},
    ]
    bundle = read(milestones=rows)
    idents = [row.id for row in bundle.rows["milestones"]]
    assert len(set(idents)) == len(rows)
    assert idents[0].startswith("~")
    assert idents[1:4] == ["A", "A~3", "A~2"]
    assert max(map(len, idents)) <= 200
    assert idents[5] == "a b/c #1"
    assert bundle.rows["milestones"][6].values["name"] == "n"
    assert [each.code for each in bundle.findings] == ["long_id", "no_id", "duplicate_id", "no_name"]
    again = read(milestones=[{"id": "new", "program_id": "P", "name": "Before"}, *rows])
    assert again.rows["milestones"][1].id == idents[0]


def test_what_is_no_row_is_left_out_and_counted():
    bundle = read(milestones=["text", None, {}, {"id": "", "name": " "}, 5, [1], {"id": "A", "name": "First", "program_id": "P"}])
    assert [row.number for row in bundle.rows["milestones"]] == [7]
    assert bundle.left_out == 6
    assert [(each.code, each.row) for each in bundle.findings] == [
        ("not_a_row", 1), ("not_a_row", 2), ("empty_row", 3), ("empty_row", 4), ("not_a_row", 5), ("not_a_row", 6),
    ]  # fmt: skip


def test_findings_say_row_line_column_and_value():
    csv = b'id,program_id,name,due_date\nA,P,"two\nlines",2026-04-01\nB,P,Second,soon\n'
    source = files.Source("x", {"programs": ("programs.csv", b"id,name\nP,P\n"), "milestones": ("milestones.csv", csv)}, b"{}")
    found = [each.as_dict() for each in reading.read(source, Limits()).findings if each.table == "milestones"]
    assert [(each["row"], each["line"], each["column"], each["value"], each["reason"]) for each in found] == [
        (1, 2, "name", "two\\nlines", "line breaks were turned into blanks"),
        (2, 4, "due_date", "soon", "not a date, so it was left empty"),
    ]


def test_values_in_findings_are_printable_and_cut():
    assert shown("\ud800") == "\\ud800"
    assert len(shown("x" * 1000)) == 201


def test_apostrophes_are_taken_off_only_where_an_export_put_them():
    rows = b"id,program_id,name,priority\n'=A,P,'=1+1,''x\n"
    for said, name in (({"x_guarded": True}, "=1+1"), ({}, "'=1+1")):
        manifest = json.dumps({**MANIFEST, **said}).encode()
        source = files.Source("x", {"programs": ("p", b"id,name\nP,P\n"), "milestones": ("m", rows)}, manifest)
        assert reading.read(source, Limits()).rows["milestones"][0].values["name"] == name


def test_of_ten_thousand_unknown_columns_the_first_hundred_are_named():
    cells = {f"k{number}": 1 for number in range(10_000)}
    bundle = read(milestones=[{"id": "A", "program_id": "P", "name": "First", **cells}])
    unknown = [each for each in bundle.findings if each.code.startswith("unknown")]
    assert [each.column for each in unknown] == [*(f"k{number}" for number in range(100)), ""]
    assert unknown[-1].reason == "9900 more columns that this table does not have; their values were not read"
