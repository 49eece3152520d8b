"""The small style sheet that holds the places of one drawing.

Style attributes and blocks are refused, so that nothing typed into a plan can ever style a page. The sheet has an address of
its own instead, and everything in it is numbers of that address: it needs no database, and never changes once it is known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

if TYPE_CHECKING:
    from django.http import HttpRequest, QueryDict

    from programs.maps.board import Drawing

MOST = 600  # numbers of one kind
LARGEST = 10**6
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
PAPER = (1040, 620)  # pixels of a landscape page between its margins, below the title
LABELS = 148  # the column of lane names, and about what heads and legend take
FOREVER = 365 * 24 * 60 * 60


def address(drawing: Drawing) -> str:
    """Where the sheet of a drawing is. Distances instead of positions, in base 36, keep it short."""
    size, lanes, heads = drawing.size, drawing.lanes, drawing.heads
    tops = [(y, next(lane.y for lane in reversed(lanes) if lane.y <= y)) for y in drawing.rows]
    numbers = {
        "s": [size.width, size.height, size.strip, drawing.width, drawing.height, heads[0].x if heads else 0],
        "c": [x - before for before, x in zip([0, *drawing.columns], drawing.columns, strict=False)],
        "h": [head.width for head in heads],
        "l": [lane.height for lane in lanes],
        "r": [y - top for y, top in tops],
    }
    return reverse("map-sheet") + "?" + urlencode({name: ".".join(map(_short, those)) for name, those in numbers.items()})


@require_safe
def sheet(request: HttpRequest) -> HttpResponse:
    """The sheet of these numbers; whatever else the address holds is left out."""
    size = [*_numbers(request.GET, "s"), 0, 0, 0, 0, 0, 0]
    names = ("--cw", "--ch", "--st", "--pw", "--ph")
    rules = [".cv{" + ";".join(f"{name}:{value}px" for name, value in zip(names, size, strict=False)) + "}"]
    rules += [f".c{n}{{inset-inline-start:calc(var(--lw) + {x}px)}}" for n, x in enumerate(_sums(_numbers(request.GET, "c")))]
    x = size[5]
    for n, width in enumerate(_numbers(request.GET, "h")):
        rules.append(f".h{n}{{inset-inline-start:calc(var(--lw) + {x}px);inline-size:{width}px}}")
        x += width
    y = 0
    for n, height in enumerate(_numbers(request.GET, "l")):
        rules.append(f".l{n}{{top:{y}px;height:{height}px}}")
        y += height
    rules += [f".r{n}{{top:{top}px}}" for n, top in enumerate(_numbers(request.GET, "r"))]
    rules.append(f"@media print{{.cv-in{{zoom:{_fit(size[3], size[4])}!important}}}}")
    response = HttpResponse("".join(rules), content_type="text/css; charset=utf-8")
    patch_cache_control(response, private=True, max_age=FOREVER, immutable=True)
    return response


def _fit(width: int, height: int) -> float:
    """How much smaller a drawing is printed, so that it fits one landscape page."""
    return round(max(0.25, min(1.0, PAPER[0] / (width + LABELS), PAPER[1] / max(height + LABELS, 1))), 3)


def _sums(numbers: list[int]) -> list[int]:
    total, found = 0, []
    for number in numbers:
        total += number
        found.append(total)
    return found


def _short(number: int) -> str:
    text = ""
    while number:
        number, digit = divmod(number, 36)
        text = _DIGITS[digit] + text
    return text or "0"


def _numbers(query: QueryDict, name: str) -> list[int]:
    """The whole numbers of one name, small ones only."""
    found = []
    for part in str(query.get(name) or "").split(".")[:MOST]:
        known = 0 < len(part) <= 4 and all(digit in _DIGITS for digit in part)
        found.append(min(int(part, 36), LARGEST) if known else 0)
    return found
