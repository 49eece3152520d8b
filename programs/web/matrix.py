"""Who gives to whom: the matrix, the links of one cell, and the same as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from programs.queries import matrix as queries
from programs.web import marks, respond, wording
from programs.web.map_choice import state

if TYPE_CHECKING:
    from collections.abc import Callable

    from programs.models import Program
    from programs.queries.map import Node
    from programs.queries.matrix import Handover
    from programs.web.posting import PersonRequest

SORTS = ("room", "gives", "gets", "date")


@require_safe
def matrix(request: PersonRequest, slug: str = "") -> HttpResponse:
    """Rows give, columns get; without a program, every program that the reader sees."""
    if slug:
        ways = [_by(request, slug)] if request.GET.get("by") else ["team", "workstream"]  # where nobody has a team
        found = queries.matrix(slug, *ways, reader=request.user, today=wording.today())
    else:
        found = queries.counted(queries.between(reader=request.user, today=wording.today()))
    by = found.by
    words = {"team": _("Teams"), "workstream": _("Workstreams"), "program": _("Programs")}
    rows = [
        (giver, found.gives[giver.key], [(getter, _cell(found, slug, giver.key, getter.key, by)) for getter in found.getters])
        for giver in found.givers
    ]
    context = {
        "program": found.program,
        "found": found,
        "rows": rows,
        "columns": [(getter, found.gets[getter.key]) for getter in found.getters],
        "choices": [(f"?by={name}", said, name == by) for name, said in words.items()] if slug else [],
        "caption": words[by],
        "all_url": _address(slug, by),
    }
    return render(request, "matrix/page.html", context)


def _cell(found: queries.Matrix, slug: str, gives: str, gets: str, by: str) -> tuple[queries.Cell, str] | None:
    cell = found.cells.get((gives, gets))
    return (cell, _address(slug, by, give=gives, get=gets)) if cell else None


@require_safe
def links(request: PersonRequest, slug: str = "") -> HttpResponse:
    """The links of one cell, of a row or a column, or all of them, in any order."""
    by, sort = _by(request, slug), _sort(request)
    program, found, chosen = _chosen(request, slug, by)
    heads = {"room": _("Room"), "gives": _("Gives"), "gets": _("Gets"), "date": _("Forecast")}
    name = sort.removeprefix("-")
    context = {
        "program": program,
        "rows": [(one, state(one.giver), state(one.getter), max(0, -(one.room or 0))) for one in found],
        "gives": next((one.gives.name for one in found if chosen.get("give")), ""),
        "gets": next((one.gets.name for one in found if chosen.get("get")), ""),
        "heads": {
            key: (words, _address(slug, by, **chosen, sort=f"-{key}" if key == sort else key), _order(key, name, sort))
            for key, words in heads.items()
        },
        "back_url": _address(slug, by, door="matrix"),
        "file_url": _address(slug, by, door="matrix-file", **chosen, sort=sort),
        "today": wording.today(),
    }
    return render(request, "matrix/links.html", context)


@require_safe
def file(request: PersonRequest, slug: str = "") -> HttpResponse:
    """The same links as CSV, in the same order, with nothing a spreadsheet would run."""
    _program, found, _given = _chosen(request, slug, _by(request, slug))
    ends = ("group", "key", "milestone", "program", "status", "forecast")
    heads = [*(f"gives_{end}" for end in ends), *(f"gets_{end}" for end in ends)]
    lines = [[*heads, "type", "lag", "unit", "room", "late", "blocked"]]
    for one in found:
        cells = [*_end(one.gives.name, one.giver), *_end(one.gets.name, one.getter), one.edge.type, f"{one.edge.lag:g}"]
        cells += [one.edge.unit, one.room, "yes" if one.late else "", "yes" if one.blocked else ""]
        lines.append(cells)
    return respond.table(f"{slug or 'portfolio'}-links", lines)


def _end(group: str, node: Node) -> list[Any]:
    day = node.forecast.isoformat() if node.forecast and not node.withheld else ""
    return [group, node.key, node.name, node.program, "" if node.withheld else marks.label(state(node)), day]


def _chosen(request: PersonRequest, slug: str, by: str) -> tuple[Program | None, list[Handover], dict[str, str]]:
    if slug:
        plan, found = queries.handovers(slug, by, reader=request.user, today=wording.today())
        program = plan.program
    else:
        program, found = None, queries.between(reader=request.user, today=wording.today())
    chosen = {name: request.GET[name] for name in ("give", "get") if request.GET.get(name)}
    kept = [one for one in found if chosen.get("give", one.gives.key) == one.gives.key]
    kept = [one for one in kept if chosen.get("get", one.gets.key) == one.gets.key]
    if chosen and not kept and not {one.gives.key for one in found} & set(chosen.values()):
        raise Http404
    sort = _sort(request)
    return program, sorted(kept, key=_rank(sort.removeprefix("-")), reverse=sort.startswith("-")), chosen


def _rank(name: str) -> Callable[[Handover], Any]:
    far = float("inf")
    keys: dict[str, Callable[[Handover], Any]] = {
        "room": lambda one: far if one.room is None else one.room,
        "gives": lambda one: one.giver.name.casefold(),
        "gets": lambda one: one.getter.name.casefold(),
        "date": lambda one: (one.giver.day is None, one.giver.day),
    }
    return lambda one: (keys[name](one), one.edge.pk)


def _order(key: str, name: str, sort: str) -> str:
    return "" if key != name else "descending" if sort.startswith("-") else "ascending"


def _by(request: PersonRequest, slug: str) -> str:
    if not slug:
        return "program"
    given = str(request.GET.get("by") or "")
    return given if given in queries.BY else queries.BY[0]


def _sort(request: PersonRequest) -> str:
    given = str(request.GET.get("sort") or "")
    return given if given.removeprefix("-") in SORTS else SORTS[0]


def _address(slug: str, by: str, *, door: str = "matrix-links", **asked: str) -> str:
    if not slug:
        return reverse(f"portfolio-{door}") + ("?" + urlencode(asked) if asked else "")
    return reverse(door, args=(slug,)) + "?" + urlencode({"by": by, **asked})
