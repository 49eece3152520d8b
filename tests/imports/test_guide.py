"""The guide describes the format completely: every table, column, list of words, manifest key and limit."""

from pathlib import Path

import pytest
from django.conf import settings

from programs.intake.columns import Word
from programs.intake.limits import MEGABYTE
from programs.intake.tables import TABLES

GUIDE = (Path(settings.BASE_DIR) / "docs" / "guide" / "import.md").read_text(encoding="utf-8")


def section(table):
    start = GUIDE.index(f"\n### {table}\n")
    end = GUIDE.find("\n### ", start + 5)
    return GUIDE[start : end if end > 0 else None]


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_every_column_is_described_as_the_reader_means_it(table):
    text = section(table.name)
    assert table.help in text
    for column in table.columns:
        line = next((each for each in text.splitlines() if each.startswith(f"| `{column.name}`")), "")
        assert column.help in line, column.name
        assert ("*" in line.split("|")[1]) == column.required, column.name
        if isinstance(column, Word):
            assert all(word in line for word in column.words), column.name


def test_no_column_is_described_that_is_not_read():
    for table in TABLES.values():
        described = {line.split("`")[1] for line in section(table.name).splitlines() if line.startswith("| `")}
        assert described == {column.name for column in table.columns}


def test_the_limits_in_the_guide_are_the_ones_that_hold():
    limits = settings.LIMITS
    for figure in (
        f"{limits.import_bytes // MEGABYTE} MB",
        f"{limits.import_rows:,} rows",
        f"{limits.import_unpacked_bytes // MEGABYTE} MB unpacked",
        f"{limits.import_members:,} files",
        f"{limits.import_unpack_ratio} times",
        f"{limits.nesting} levels",
    ):
        assert figure in GUIDE, figure


def test_every_key_of_the_manifest_is_described():
    for key in ("format", "version", "name", "title", "as_of", "day_unit", "calendar", "counts", "x_people", "x_guarded"):
        assert f"| `{key}` |" in GUIDE
