"""A picture on paper: one landscape page that holds what the picture holds, and can be read back."""

import re
import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from programs.maps.paper import PAPERS, UNKNOWN, paper
from programs.maps.typeface import read
from tests.maps import printed

FOLDER = Path(__file__).parents[2] / "static/build/paper"
SCRIPTS = ("latin", "latin-ext", "cyrillic")
FACES = {
    bold: tuple(read(f"Inter-{name}-{weight}", (FOLDER / f"{name}-{weight}.woff").read_bytes()) for name in SCRIPTS)
    for bold, weight in ((False, 400), (True, 600))
}


def svg(inside, width=1000, height=500):
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" fill="#171B21">{inside}</svg>'


def pdf(inside, **size):
    return paper(svg(inside, **size), FACES, title="Atlas & Söhne")


def test_words_can_be_read_back_whatever_script_they_are_in():
    made = pdf('<text x="10" y="20" font-size="12">Żółw &amp; <tspan x="10" dy="14" font-weight="600">Привет</tspan></text>')
    assert printed.words(made) == ["Żółw &", "Привет"]
    assert b"Inter-cyrillic-600" in made
    assert b"Inter-cyrillic-400" not in made, "only what is used is carried along"


def test_letters_no_typeface_has_are_marked_and_break_nothing():
    assert printed.words(pdf('<text x="0" y="20">漢 A</text>')) == [f"{UNKNOWN} A"]
    assert printed.words(pdf('<text x="0" y="20"></text>')) == []


@pytest.mark.parametrize(("size", "page"), [((900, 500), PAPERS[0]), ((2200, 900), PAPERS[1]), ((9000, 9000), PAPERS[-1])])
def test_the_page_is_landscape_and_grows_until_it_can_be_read(size, page):
    made = pdf('<rect width="100%" height="100%" fill="#FFFFFF"/>', width=size[0], height=size[1])
    assert printed.page(made) == page
    assert page[0] > page[1]
    scale = float(printed.drawing(made).split()[0])
    assert size[0] * scale <= page[0]
    assert size[1] * scale <= page[1]


def test_text_that_ends_somewhere_ends_there():
    places = {}
    for anchor in ("start", "middle", "end"):
        drawn = printed.drawing(pdf(f'<text x="100" y="20" font-size="10" text-anchor="{anchor}">Forecast</text>'))
        places[anchor] = float(re.search(r"1 0 0 -1 (\S+) \S+ Tm", drawn)[1])
    width = FACES[False][0].width("Forecast") * 10
    assert places["start"] == 100
    assert places["middle"] == pytest.approx(100 - width / 2, abs=0.02)
    assert places["end"] == pytest.approx(100 - width, abs=0.02)


def test_what_is_dimmed_stays_dimmed_inside():
    made = pdf('<g opacity=".5"><g opacity=".5"><path d="M0 0H10" stroke="#C8202F"/></g></g>')
    assert b"/ca 0.25/CA 0.25" in made
    assert "0.78 0.13 0.18 RG" in printed.drawing(made)


def test_the_same_picture_is_the_same_file():
    assert pdf("<path d='M0 0h5v5Z'/>") == pdf("<path d='M0 0h5v5Z'/>")


@settings(deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="<&\ufffe\uffff"), max_size=60))
def test_any_text_makes_a_file_that_can_be_read(text):
    said = printed.words(pdf(f'<text x="0" y="0">{text}</text>'))
    assert len(said) <= 1
    if text.isascii():
        assert said == ([" ".join(text.split())] if text.split() else [])


def test_outlines_are_a_truetype_file_with_the_tables_that_draw():
    face = FACES[False][0]
    assert face.file[:4] == b"\0\1\0\0"
    tables = {}
    for at in range(12, 12 + 16 * struct.unpack_from(">H", face.file, 4)[0], 16):
        tag, _sum, start, length = struct.unpack_from(">4s3I", face.file, at)
        tables[tag] = (start, length)
    assert {b"glyf", b"loca", b"head", b"hhea", b"hmtx", b"maxp"} <= tables.keys()
    assert all(start + length <= len(face.file) for start, length in tables.values())
    assert face.has("é")
    assert not face.has("Ж")
    with pytest.raises(ValueError, match="no WOFF"):
        read("x", b"GIF89a")
