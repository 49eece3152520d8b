"""CSV: what the format grants, and what makes a file unreadable, with its line."""

import pytest

from programs.intake.delimited import read
from programs.intake.findings import Unreadable
from programs.intake.limits import Limits

KNOWN = {"id", "name", "note"}


def table(data, limits=None):
    return read("t.csv", data, limits or Limits(cell=1000), KNOWN.__contains__)


def refusal(data, limits=None):
    with pytest.raises(Unreadable) as caught:
        table(data, limits)
    return [(each.code, each.line) for each in caught.value.problems]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_every_granted_freedom_reads_the_same(separator, end, mark):
    text = end.join([separator.join(cells) for cells in (["id", "name"], ["1", '"a, ""b""; c"'], ["2", '"two\nlines"'])])
    found = table(mark + text.encode())
    assert found.header == ["id", "name"]
    assert [cells for _, cells, _ in found.rows] == [["1", 'a, "b"; c'], ["2", "two\nlines"]]


def test_rows_know_the_line_they_begin_on():
    assert [line for line, _, _ in table(b'id,name\n1,"a\nb"\n\n2,c\n').rows] == [2, 5]


def test_blank_lines_above_the_header_are_passed_by():
    found = table(b"\xef\xbb\xbf\r\n ;;\nid;name\n1;a\n")
    assert (found.header, found.rows) == (["id", "name"], [(4, ["1", "a"], 2)])


def test_an_unclosed_quote_is_named_with_its_line():
    assert refusal(b'id,name\n1,x\n2,"open\n3,y\n') == [("quote", 3)]


def test_text_after_a_closing_quote_is_refused():
    assert refusal(b'id,name\n1,"a"b\n') == [("csv", 2)]


def test_every_line_with_too_many_cells_is_named():
    assert refusal(b"id,name\n1,a,b\n2,c\n3,d,e\n") == [("too_many_cells", 2), ("too_many_cells", 4)]
    assert table(b"id,name,,\n1,a,,\n").rows[0][1] == ["1", "a"]


def test_short_rows_are_filled_and_say_so():
    assert table(b"id,name,note\n1\n").rows == [(2, ["1", "", ""], 1)]


def test_nul_utf16_latin1_and_huge_cells_are_refused():
    assert refusal(b"id,name\n1,a\x00b\n") == [("nul", 2)]
    assert refusal("id,name\n".encode("utf-16")) == [("utf16", None)]
    assert refusal("id,name\n1,é\n".encode("latin-1")) == [("not_utf8", 2)]
    assert refusal(b"id,name\n1," + b"x" * 1001 + b"\n") == [("cell_too_long", 2)]


def test_two_columns_of_one_name_are_refused():
    assert refusal(b"id,name,name\n") == [("same_header", 1)]
