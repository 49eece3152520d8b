"""The timeline as a picture to keep, SVG or PDF, with title, date and legend: the rows and folds that the same address shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils import timezone
from django.views.decorators.http import require_safe

from programs.maps.timeline import ROW
from programs.queries import map as maps
from programs.queries.snapshots import today_in
from programs.web import marks, pictures, timeline_picture, wording
from programs.web.timeline_asked import of_timeline
from programs.web.timeline_rows import rows
from programs.web.timelines import framed

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpResponse

    from programs.queries.map import Plan
    from programs.web.posting import PersonRequest
    from programs.web.timeline_asked import Asked
    from programs.web.timeline_picture import Block, Line, Picture

LABELS, TOP, FOOT = 430, 96, 48  # pixels of names, forecasts and slips; above and below the rows
LEGEND = 900  # the width its legend needs
LETTERS = 37  # of a name
HATCH = 5  # pixels from one stroke to the next
FILLS = {"c": "#171B21", "run": "#7D8796", "todo": "#E4E7EC"}


class Row(NamedTuple):
    """One row of the picture: of a group, or of a milestone with its bar."""

    y: int
    name: str
    day: str
    slip: str
    group: bool
    bold: bool
    late: bool = False
    line: Line | None = None
    fill: str = ""
    hatch: str = ""
    glyphs: tuple[tuple[float, str, str], ...] = ()  # place, colour and shape


@require_safe
def picture(request: PersonRequest, slug: str, kind: str) -> HttpResponse:
    """What the same address shows as a page, as a file."""
    plan = maps.plan(slug, by=request.user)
    today = today_in(plan.program, timezone.now())
    svg = pictures.drawn(request, "timeline/picture.svg", context(plan, of_timeline(request.GET), today))
    return pictures.answer(svg, kind, program=plan.program, of="timeline", day=today)


def context(plan: Plan, asked: Asked, today: date) -> dict[str, Any]:
    """What the template of the picture needs."""
    found = rows(plan, asked)
    _scale, frame = framed(found, today, mirrored=False)
    drawn = timeline_picture.picture(found, frame, today)
    lines = _rows(drawn, today)
    shown = [(one, pictures.head(one.path)) for one in drawn.critical] + [
        (one, pictures.head(one.path)) for one in drawn.links if "on" in one.css.split()
    ]
    return {
        "program": plan.program,
        "today": today,
        "asked": asked,
        "picture": drawn,
        "rows": lines,
        "links": shown,
        "pages": found.pages,
        "page": found.page,
        "width": max(LABELS + drawn.width, LEGEND) + 16,
        "height": TOP + drawn.height + FOOT,
        "labels": LABELS,
        "top": TOP,
        "foot": TOP + drawn.height + 28,
        "fills": FILLS,
        "hatch": _hatch(0, 24, -9),
        "states": [
            (marks.label(name), *pictures.glyph(name), 560 + at * 100)
            for at, name in enumerate(("track", "risk", "blocked", "done"))
        ],
    }


def _rows(drawn: Picture, today: date) -> list[Row]:
    found: list[Row] = []
    for block in drawn.blocks:
        found.append(_group(block, ROW * len(found), today))
        for line in block.lines:
            found.append(_line(line, ROW * len(found)))
    return found


def _group(block: Block, y: int, today: date) -> Row:
    group = block.piece.group
    name = f"{_short(group.name)} {group.done}/{len(group.all)}"
    glyphs = tuple((dot.x, *pictures.glyph(dot.colour)) for dot in block.dots)
    return Row(y, name, wording.day(group.end, today) if group.end else "", "", True, True, glyphs=glyphs)


def _line(line: Line, y: int) -> Row:
    looks, bar, slip = line.css.split(), line.bar, line.node.slip
    return Row(
        y=y,
        name=_short(line.node.name),
        day=line.day,
        slip=wording.slip(slip) if slip is not None else "",
        late=bool(slip and slip > 0),
        group=False,
        bold="c" in looks,
        line=line,
        fill=FILLS["c" if "c" in looks else "run" if "run" in looks else "todo"],
        hatch=_hatch(bar.hatch.x, bar.hatch.width, 9) if bar.hatch else "",
        glyphs=((bar.end, *pictures.glyph(line.colour)),) if bar.end is not None else (),
    )


def _short(name: str) -> str:
    return name if len(name) <= LETTERS else name[: LETTERS - 1] + "…"


def _hatch(x: float, width: float, y: float, height: int = 10) -> str:
    """Strokes across a box, cut at its ends."""
    found = []
    for at in range(-height, int(width), HATCH):
        low, high = max(0, at), min(width, at + height)
        if high > low:
            found.append(f"M{x + low:g} {y + height - (low - at):g}L{x + high:g} {y + height - (high - at):g}")
    return "".join(found)
