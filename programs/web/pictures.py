"""What the pictures to keep share: colours and shapes that need no style sheet, arrow heads, and the same picture as a PDF."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language

from programs.maps.paper import paper
from programs.maps.typeface import read

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpRequest

    from programs.maps.typeface import Typeface
    from programs.models import Program

SHAPES = {  # in a box of 16, so that a picture in grey still says how work stands
    "track": "M8 1C11.87 1 15 4.13 15 8C15 11.87 11.87 15 8 15C4.13 15 1 11.87 1 8C1 4.13 4.13 1 8 1Z",
    "risk": "M8 1.5 15.5 15H.5ZM7.2 6v5h1.6V6ZM7.2 12v1.6h1.6V12Z",
    "off": "M8 .7 15.3 8 8 15.3.7 8Z",
    "blocked": "M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1ZM4 7v2h8V7Z",
    "done": "M2 2h12v12H2ZM3.5 3.5v9h9v-9ZM5 7.5 7 9.5 11 5.5 12 6.5 7 11.5 4 8.5Z",
    "todo": "M8 1C11.87 1 15 4.13 15 8C15 11.87 11.87 15 8 15C4.13 15 1 11.87 1 8C1 4.13 4.13 1 8 1Z"
    "M8 3C10.76 3 13 5.24 13 8C13 10.76 10.76 13 8 13C5.24 13 3 10.76 3 8C3 5.24 5.24 3 8 3Z",
}
COLOURS = {"track": "#0F8270", "risk": "#C47A00", "off": "#C8202F", "blocked": "#A61B29", "done": "#6B7480", "todo": "#868F9C"}
TYPES = {"svg": "image/svg+xml; charset=utf-8", "pdf": "application/pdf"}
SCRIPTS = ("latin", "latin-ext", "greek", "cyrillic", "vietnamese", "greek-ext", "cyrillic-ext")
WEIGHTS = {False: 400, True: 600}
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # XML has no place for these
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")


def glyph(colour: str) -> tuple[str, str]:
    """Colour and shape of a state, by its colour class."""
    return COLOURS.get(colour, COLOURS["todo"]), SHAPES.get(colour, SHAPES["todo"])


def drawn(request: HttpRequest, template: str, context: dict[str, Any]) -> str:
    """The picture as SVG."""
    return _UNPRINTABLE.sub("", render_to_string(template, context, request))


def answer(svg: str, kind: str, *, program: Program, of: str, day: date, file: bool = True) -> HttpResponse:
    """The picture as SVG or as PDF; as a `file` it has a name to be saved under."""
    body = (
        svg if kind == "svg" else paper(svg, faces(), title=f"{program.name}, {day.isoformat()}", language=get_language() or "en")
    )
    response = HttpResponse(body, content_type=TYPES[kind])
    if file:
        response.headers["Content-Disposition"] = f'attachment; filename="{program.slug}-{of}-{day.isoformat()}.{kind}"'
    return response


@cache
def faces() -> dict[bool, tuple[Typeface, ...]]:
    """The letters we print with, of the scripts they have, as the build puts them there."""
    folder = Path(settings.BASE_DIR, "static", "build", "paper")
    return {
        bold: tuple(read(f"Inter-{script}-{weight}", (folder / f"{script}-{weight}.woff").read_bytes()) for script in SCRIPTS)
        for bold, weight in WEIGHTS.items()
    }


def head(path: str, length: float = 7, half: float = 3.2) -> str:
    """The arrow head at the end of a line that is made of straight pieces along the axes, as path data."""
    (x, y), (dx, dy) = _end(path)
    back, aside = (x - dx * length, y - dy * length), (dy * half, dx * half)
    corners = ((back[0] - aside[0], back[1] - aside[1]), (x, y), (back[0] + aside[0], back[1] + aside[1]))
    return "M" + "L".join(f"{a:g} {b:g}" for a, b in corners) + "Z"


def _end(path: str) -> tuple[tuple[float, float], tuple[int, int]]:
    """Where a line ends, and in which direction."""
    x = y = was_x = was_y = 0.0
    for what, given in re.findall(r"([MLHVQ])([^MLHVQ]*)", path):
        numbers = [float(word) for word in _NUMBER.findall(given)]
        was_x, was_y = x, y
        x = numbers[-2] if what in "MLQ" else numbers[0] if what == "H" else x
        y = numbers[-1] if what != "H" else y
    sign = lambda value: (value > 0) - (value < 0)  # noqa: E731
    return (x, y), (sign(x - was_x), sign(y - was_y))
