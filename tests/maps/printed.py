"""What a reader of PDF finds in one of ours: its objects, the size of its page and its words."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable


def objects(pdf: bytes) -> dict[int, bytes]:
    """Every object by its number, found where the table at the end says it begins."""
    start = int(re.search(rb"startxref\n(\d+)\n%%EOF\n$", pdf)[1])
    count = int(re.match(rb"xref\n0 (\d+)\n", pdf[start:])[1])
    places = [int(place) for place in re.findall(rb"(\d{10}) 00000 n \n", pdf[start:])]
    assert len(places) == count - 1
    found = {}
    for number, place in enumerate(places, 1):
        assert pdf[place:].startswith(b"%d 0 obj\n" % number)
        found[number] = pdf[place : pdf.index(b"\nendobj\n", place)]
    return found


def unpacked(one: bytes) -> bytes:
    """The data behind an object."""
    return zlib.decompress(one[one.index(b"stream\n") + 7 : one.rindex(b"\nendstream")])


def page(pdf: bytes) -> tuple[int, int]:
    """Width and height of its only page, in points."""
    found = objects(pdf)
    (sheet,) = (one for one in found.values() if b"/Type/Page/" in one)
    width, height = re.search(rb"/MediaBox\[0 0 (\d+) (\d+)\]", sheet).groups()
    return int(width), int(height)


def drawing(pdf: bytes) -> str:
    """What is drawn on it, as a PDF says it."""
    found = objects(pdf)
    (sheet,) = (one for one in found.values() if b"/Type/Page/" in one)
    return unpacked(found[int(re.search(rb"/Contents (\d+)", sheet)[1])]).decode("ascii")


def words(pdf: bytes) -> list[str]:
    """Its lines of text, through what the file says its glyphs mean."""
    found = objects(pdf)
    (sheet,) = (one for one in found.values() if b"/Type/Page/" in one)
    letters = {}
    for name, number in re.findall(rb"/(F\d+) (\d+) 0 R", sheet):
        meaning = unpacked(found[int(re.search(rb"/ToUnicode (\d+)", found[int(number)])[1])]).decode("ascii")
        pairs = re.findall(r"<([0-9a-f]{4})><([0-9a-f]+)>", meaning)
        letters[name.decode()] = {glyph: bytes.fromhex(code).decode("utf-16-be") for glyph, code in pairs}
    lines = re.findall(r"^BT 0 Tr .*ET$", drawing(pdf), re.MULTILINE)
    return ["".join(map(letters_of(letters), re.findall(r"/(F\d+) \S+ Tf <(\w*)>", line))) for line in lines]


def letters_of(letters: dict[str, dict[str, str]]) -> Callable[[tuple[str, str]], str]:
    """What one typeface writes."""
    return lambda run: "".join(letters[run[0]][run[1][at : at + 4]] for at in range(0, len(run[1]), 4))
