"""Pasted text into cells, and cells into what they point at."""

from __future__ import annotations

from decimal import Decimal

import pytest

from programs.intake import pointers, sheet
from programs.intake.values import Unusable

KNOWN = {"SEC-3": "SEC-3", "API-2": "API-2", "4": "#4", "Design, agreed": "#1", "Go-live": "#2", "FF": "#5"}


def read(cell: str) -> list[tuple[str, str, str, str]]:
    return [(each.to, each.type, f"{each.lag:f}", each.unit) for each in pointers.read(cell, KNOWN.get, 5)]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("SEC-3", [("SEC-3", "FS", "0", "wd")]),
        ("SEC-3, API-2FS+3d", [("SEC-3", "FS", "0", "wd"), ("API-2", "FS", "3", "wd")]),
        ("API-2 SS", [("API-2", "SS", "0", "wd")]),
        ("4ff-1.5d;4SF", [("#4", "FF", "-1.5", "wd"), ("#4", "SF", "0", "wd")]),
        ("SEC-3-2d", [("SEC-3", "FS", "-2", "wd")]),
        ("SEC-3+1w", [("SEC-3", "FS", "5", "wd")]),
        ("SEC-3FS−2ed", [("SEC-3", "FS", "-2", "cd")]),
        ("Design, agreedFF+2d, Go-live", [("#1", "FF", "2", "wd"), ("#2", "FS", "0", "wd")]),
        ('"Design, agreed"', [("#1", "FS", "0", "wd")]),
        ("FF", [("#5", "FS", "0", "wd")]),
        (" , ;", []),
    ],
)
def test_predecessors_are_read_as_people_write_them(cell: str, expected: list[tuple[str, str, str, str]]) -> None:
    assert read(cell) == expected


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("SEC-9", "pasted_reference"),
        ("SEC-3XX", "pasted_reference"),
        ("SEC-3FS+", "pasted_reference"),
        ("SEC-3FS+50%", "pasted_percent"),
        ("SEC-3FS+2 moons", "pasted_unit"),
        ("SEC-3FS+2moons", "pasted_unit"),
        ("SEC-3FS+9999d", "pasted_days"),
        (",".join(["SEC-3"] * 51), "pasted_many"),
    ],
)
def test_what_is_no_predecessor_is_named(cell: str, code: str) -> None:
    with pytest.raises(Unusable) as found:
        read(cell)
    assert found.value.code == code


def names(text: str) -> list[str]:
    return [row["name"] for row in sheet.read(text, 100).rows]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Milestone\nA\nB\n", ["A", "B"]),
        ("A\nB", ["A", "B"]),
        ("\ufeffOwner;Task\r\nEli;A\r\n\r\nTess;B\r\n\r\n", ["A", "", "B"]),
        ('Name,Owner\n"A, first",Eli\n', ["A, first"]),
        ('Name\tOwner\n"A\nsecond line"\tEli\n', ["A second line"]),
        ('5" disk\tSecurity\n"Big" launch\tSecurity', ['5" disk', '"Big" launch']),
        ("Design, agreed\nBuild", ["Design, agreed", "Build"]),
        ("A,Security\nB,Security", ["A", "B"]),
        ("#\tTask Name\tDuration\n1\tA\t3 days?", ["A"]),
        ("SEC-1\tA\nSEC-2\tB", ["A", "B"]),
        ("Vorgangsname\tVorgänger\nA\t", ["A"]),
    ],
)
def test_columns_are_found_whatever_their_order(text: str, expected: list[str]) -> None:
    assert names(text) == expected


def test_columns_nobody_knows_are_named() -> None:
    read_ = sheet.read("Task\tBudget\t\tOwner\tAssignee\nA\t10\tx\tEli\tTess\n", 10)
    assert [(place, read_.heads[place]) for place in read_.unread()] == [(1, "Budget"), (2, ""), (4, "Assignee")]
    assert read_.rows[0]["owner"] == "Eli"


def test_lengths_of_time() -> None:
    assert pointers.days("0", 5) == (Decimal(0), "wd")
    assert pointers.days("3 days?", 5) == (Decimal(3), "wd")
    assert pointers.days("1.5w", 6) == (Decimal(9), "wd")
    assert pointers.days("4", 5, "cd") == (Decimal(4), "cd")
    assert pointers.days("1 ewk", 5) == (Decimal(7), "cd")


def test_every_sentence_is_used_and_every_code_has_one() -> None:
    """A code without a sentence would be an error on a page."""
    import pathlib
    import re

    from programs.intake.pasted_phrases import SENTENCES

    sources = [pathlib.Path("programs/intake") / name for name in ("pasted.py", "pointers.py", "sheet.py")]
    text = "".join(each.read_text(encoding="utf-8") for each in [*sources, pathlib.Path("programs/actions/pasting.py")])
    used = set(re.findall(r'"((?:pasted|nothing|too_many)_[a-z_]+)"', text))
    assert used <= SENTENCES.keys()
    assert {code for code in SENTENCES if code not in {"too_long", "control", "lines"}} <= used
