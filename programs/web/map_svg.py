"""The map as a picture to keep: one SVG file that needs no other, with title, date and legend."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Any, NamedTuple

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from programs.queries import map as maps
from programs.queries.snapshots import today_in
from programs.web import map_cards, marks
from programs.web.map_asked import of_map
from programs.web.map_choice import Choice, choose, state

if TYPE_CHECKING:
    from datetime import date

    from programs.maps.board import Drawing
    from programs.web.posting import PersonRequest

LABELS, TOP, FOOT = 160, 76, 44  # pixels beside, above and below the drawing
LEGEND = 860  # the width its legend needs
LETTER = 6.1  # the width of a letter of a card's title, about
FADED = 0.25  # what is dimmed on the screen
SHAPES = {  # in a box of 16, so that a picture in grey still says how work stands
    "track": "M8 1a7 7 0 1 0 .01 0Z",
    "risk": "M8 1.5 15.5 15H.5Z",
    "off": "M8 .7 15.3 8 8 15.3.7 8Z",
    "blocked": "M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1Z",
    "done": "M2 2h12v12H2Z",
    "todo": "M8 1a7 7 0 1 0 .01 0ZM8 3a5 5 0 1 1-.01 0Z",
}
COLOURS = {"track": "#0F8270", "risk": "#C47A00", "off": "#C8202F", "blocked": "#A61B29", "done": "#6B7480", "todo": "#868F9C"}


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
def picture(request: PersonRequest, slug: str) -> HttpResponse:
    """What the same address shows as a page, as a file."""
    asked = of_map(request.GET)
    plan = maps.plan(slug, by=request.user, fragile=asked.show == "fragile")
    today = today_in(plan.program, timezone.now())
    body = render_to_string("map/picture.svg", context(choose(plan, asked), today), request)
    response = HttpResponse(body, content_type="image/svg+xml; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{slug}-map-{today.isoformat()}.svg"'
    return response


def context(choice: Choice, today: date) -> dict[str, Any]:
    """What the template of the picture needs."""
    drawn = map_cards.picture(choice, today)
    drawing = choice.drawing(choice.calendar(today))
    return {
        "program": choice.plan.program,
        "today": today,
        "picture": drawn,
        "lines": [*drawn.plain, *drawn.beside],
        "focused": bool(choice.focus),
        "boxes": _boxes(choice, drawing, today),
        "bands": [
            (band, lane.y, lane.height, lane.y + (lane.strip or lane.height) // 2) for band, lane in _pairs(drawn, drawing)
        ],
        "heads": [(head.x, words) for head, (_css, words) in zip(drawing.heads, drawn.heads, strict=True)],
        "width": max(LABELS + drawing.width, LEGEND),
        "height": TOP + drawing.height + FOOT,
        "drawing": drawing,
        "labels": LABELS,
        "top": TOP,
        "foot": TOP + drawing.height + 26,
        "states": [
            (marks.label(name), COLOURS[name], SHAPES[name], 380 + at * 120)
            for at, name in enumerate(("track", "risk", "blocked", "todo"))
        ],
    }


def _pairs(drawn: map_cards.Picture, drawing: Drawing) -> Any:
    return zip(drawn.bands, drawing.lanes, strict=True)


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
        colour, shape = COLOURS.get(kind, COLOURS["todo"]), SHAPES.get(kind, SHAPES["todo"])
        plain = state(node) in {"risk", "off", "blocked"}
        edge = "#171B21" if node.shown_critical else colour if plain else "#CDD2D9"
        fade = FADED if "dim" in card.css.split() else 1
        foot = 0 if choice.asked.size else place.y + size.height - 8
        found.append(Box(place.x, place.y, card, lines, colour, shape, edge, 2 if node.leads else 1, fade, foot))
    return found
