"""Dates and numbers: read when there is one way to read them, named when there is not."""

from datetime import date
from decimal import Decimal

import pytest

from programs.intake.values import Unusable, read_date, read_number


@pytest.mark.parametrize(
    ("text", "read", "exact"),
    [
        ("2026-12-31", date(2026, 12, 31), True),
        (" 2026-12-31 ", date(2026, 12, 31), True),
        ("31/12/2026", date(2026, 12, 31), False),
        ("12/31/2026", date(2026, 12, 31), False),
        ("05/05/2026", date(2026, 5, 5), False),
        ("31.12.2026", date(2026, 12, 31), False),
        ("2026/12/31", date(2026, 12, 31), False),
        ("31 Dec 2026", date(2026, 12, 31), False),
        ("December 31, 2026", date(2026, 12, 31), False),
        ("2026-12-31T23:59:00Z", date(2026, 12, 31), False),
        ("45000", date(2023, 3, 15), False),
    ],
)
def test_dates_that_are_read(text, read, exact):
    assert read_date(text) == (read, exact)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2026-02-30", "date"), ("0000-00-00", "date"), ("31/12/26", "date"), ("03/04/2026", "date_ambiguous"),
        ("10000-01-01", "date"), ("1899-12-31", "date_range"), ("2101-01-01", "date_range"),
        ("soon", "date"), ("31/02/2027", "date"),
        ("12 Foo 2026", "date"), ("٢٠٢٦-٠١-٠١", "date"),
    ],
)  # fmt: skip
def test_dates_that_are_not(text, code):
    with pytest.raises(Unusable) as caught:
        read_date(text)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("text", "read", "remark"),
    [
        ("5", 5, ""), ("+2.5", Decimal("2.5"), ""), ("-0.0", 0, ""), ("1e2", 100, ""), ("1,5", Decimal("1.5"), "number_comma"),
        ("1.23456", Decimal("1.2346"), "number_rounded"),
    ],
)  # fmt: skip
def test_numbers_that_are_read(text, read, remark):
    assert read_number(text, 0, 3650, 4) == (read, remark)


@pytest.mark.parametrize("text", ["five", "NaN", "Infinity", "1,000", "2^31", "0x10", "1 000", "1e400", "1_000", ""])
def test_numbers_that_are_not(text):
    with pytest.raises(Unusable):
        read_number(text, 0, 3650, 4)


@pytest.mark.parametrize("text", ["-1", "3651", "1e9"])
def test_numbers_out_of_range(text):
    with pytest.raises(Unusable) as caught:
        read_number(text, 0, 3650, 4)
    assert caught.value.code == "number_range"
