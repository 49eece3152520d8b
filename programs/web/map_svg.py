"""The map as a picture to keep: one SVG file that needs no other, with title, date and legend."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils import timezone
from django.views.decorators.http import require_safe

from programs.queries import map as maps
from programs.queries.snapshots import today_in
from programs.web import map_cards, marks, pictures
from programs.web.map_asked import of_map
from programs.web.map_choice import Choice, choose, state

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpResponse

    from programs.maps.board import Drawing
    from programs.web.posting import PersonRequest

LABELS, TOP, FOOT = 160, 76, 44  # pixels beside, above and below the drawing
LEGEND = 860  # the width its legend needs
LETTER = 6.1  # the width of a letter of a card's title, about
SUM, SUM_LINE = 42, 16  # pixels from one number of a folded lane to the next, and from line to line
FADED = 0.25  # what is dimmed on the screen


class Box(NamedTuple):
    """One card of the picture."""

    x: int
    y: int
    card: map_cards.Shown
    lines: list[str]
    colour: str
    shape: str
    edge: str
    weight: float
    fade: float
    foot: int


@require_safe
def picture(request: PersonRequest, slug: str, kind: str) -> HttpResponse:
    """What the same address shows as a page, as a file."""
    asked = of_map(request.GET)
    plan = maps.plan(slug, by=request.user, fragile=asked.show == "fragile")
    today = today_in(plan.program, timezone.now())
    svg = pictures.drawn(request, "map/picture.svg", context(choose(plan, asked), today))
    return pictures.answer(svg, kind, program=plan.program, of="map", day=today)


def context(choice: Choice, today: date) -> dict[str, Any]:
    """What the template of the picture needs."""
    drawn = map_cards.picture(choice, today)
    drawing = choice.drawing(choice.calendar(today))
    return {
        "program": choice.plan.program,
        "today": today,
        "picture": drawn,
        "lines": [(line, pictures.head(line.path)) for line in (*drawn.plain, *drawn.beside)],
        "critical": [(line, pictures.head(line.path, 9, 4)) for line in drawn.critical],
        "pairs": [(line, pictures.head(line.path)) for line, _words in drawn.pairs],
        "focused": bool(choice.focus),
        "boxes": _boxes(choice, drawing, today),
        "bands": [
            (band, lane.y, lane.height, lane.y + (lane.strip or lane.height) // 2) for band, lane in _pairs(drawn, drawing)
        ],
        "heads": [(head.x, words) for head, (_css, words) in zip(drawing.heads, drawn.heads, strict=True)],
        "width": max(LABELS + drawing.width, LEGEND),
        "height": TOP + drawing.height + FOOT,
        "sums": _sums(drawn, drawing),
        "drawing": drawing,
        "labels": LABELS,
        "top": TOP,
        "foot": TOP + drawing.height + 26,
        "states": [
            (marks.label(name), *pictures.glyph(name), 380 + at * 120)
            for at, name in enumerate(("track", "risk", "blocked", "todo"))
        ],
    }


def _pairs(drawn: map_cards.Picture, drawing: Drawing) -> Any:
    return zip(drawn.bands, drawing.lanes, strict=True)


def _sums(drawn: map_cards.Picture, drawing: Drawing) -> list[tuple[int, int, str, str, int]]:
    """What folded lanes hold: place, colour, shape and number of each state in each period."""
    found = []
    for band, lane in _pairs(drawn, drawing):
        for cell in band.cells:
            left = drawing.columns[int(cell.css.removeprefix("c"))]
            for at, (name, count) in enumerate(cell.states):
                place = (left + SUM * (at % 3), lane.y + 8 + SUM_LINE * (at // 3))
                found.append((*place, *pictures.glyph(marks.STATES[name][1]), count))
    return found


def _boxes(choice: Choice, drawing: Drawing, today: date) -> list[Box]:
    size, found = drawing.size, []
    letters = int((size.width - 16) / LETTER)
    for place in drawing.places:
        node = choice.nodes[place.id]
        card = map_cards.shown(choice, node, today)
        lines = wrap(node.name, letters) or [""]
        if len(lines) > 2:
            lines = [lines[0], lines[1][: letters - 1] + "…"]
        kind = marks.STATES[state(node)][1]
        colour, shape = pictures.glyph(kind)
        plain = state(node) in {"risk", "off", "blocked"}
        edge = "#171B21" if node.shown_critical else colour if plain else "#CDD2D9"
        fade = FADED if "dim" in card.css.split() else 1
        foot = 0 if choice.asked.size else place.y + size.height - 8
        found.append(Box(place.x, place.y, card, lines, colour, shape, edge, 2 if node.leads else 1, fade, foot))
    return found
