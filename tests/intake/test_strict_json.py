"""JSON as the standard means it."""

import pytest

from programs.intake.findings import Unreadable
from programs.intake.limits import Limits
from programs.intake.strict_json import load


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"{", "json"),
        (b'{"a": NaN}', "json_constant"),
        (b'{"a": -Infinity}', "json_constant"),
        (b'{"a": 1, "a": 2}', "json_key_twice"),
        (b"[" * 101 + b"]" * 101, "json_deep"),
        (b"[" * 100_000, "json_deep"),
        (b'{"a":' * 5_000 + b"1" + b"}" * 5_000, "json_deep"),
        (b'{"a": ' + b"9" * 5_000 + b"}", "json_number"),
        (b'{"a": "\xff"}', "not_utf8"),
        ('{"a": 1}'.encode("utf-16"), "utf16"),
    ],
)
def test_what_python_lets_through_is_refused(data, code):
    with pytest.raises(Unreadable) as caught:
        load("x.json", data, Limits())
    assert [each.code for each in caught.value.problems] == [code]


def test_what_is_json_is_read():
    assert load("x.json", b'\xef\xbb\xbf{"a": [1, 2.50, "\\ud83d\\ude00", null, true]}', Limits())["a"][2] == "😀"
    assert load("x.json", b"[" * 100 + b"]" * 100, Limits())
