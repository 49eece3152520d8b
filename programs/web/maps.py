"""The dependency map: the drawing, its panel, the same as a table, and walking along it on a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from programs.maps.folding import UNFOLDED
from programs.queries import access
from programs.queries import map as maps
from programs.queries.map_panel import Neighbour, Panel, panel
from programs.queries.snapshots import today_in
from programs.queries.withheld import Sight
from programs.web import kept, late, map_cards, map_chips, map_table, respond
from programs.web.map_asked import Asked, of_map
from programs.web.map_choice import Choice, choose, matches, state

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date, datetime

    from django.http.response import HttpResponseBase

    from programs.models import Analysis
    from programs.queries.map import Node, Plan
    from programs.web.posting import PersonRequest

HITS = 50  # matches a phone lists; the table has all of them


@require_safe
def dependency_map(request: PersonRequest, slug: str) -> HttpResponseBase:
    """The page, with its drawing last; to a swap, only the panel of the milestone in focus."""
    asked = of_map(request.GET)
    program = access.program(slug, by=request.user, may="view")
    sight, role = Sight(request.user, program), access.role_in(program, request.user)
    today = today_in(program, timezone.now())

    def chosen(analysis: Analysis | None) -> Choice:
        plan = maps.plan_of(program, sight, role=role, analysis=analysis, fragile=asked.show == "fragile")
        return choose(plan, asked)

    together = kept.Together("map", program.pk, role, sight.everything or sorted(sight.programs), asked, today)
    if respond.wants_part(request):
        response: HttpResponseBase = _panel_alone(request, chosen(maps.analysis_of(program)), today)
    elif shared := together.known():
        response = render(request, "map/page.html", {"program": program, "shared": shared})
    else:
        analysis = maps.analysis_of(program)
        shared = Shared(analysis.computed_at if analysis else None, "", late.HERE)
        part = _drawn(request, lambda: _page(chosen(analysis), today), shared, together)
        response = late.page(request, "map/page.html", {"program": program, "shared": shared}, part)
    patch_vary_headers(response, ["HX-Request"])
    return response


class Shared(NamedTuple):
    """What all who see as much of a program are shown of it: the map, and what the page around it says."""

    computed_at: datetime | None
    sheet: str  # the address of the places in the drawing, "" when there is none, or when it comes with the map
    map: str


def _drawn(request: PersonRequest, page: Callable[[], dict[str, Any]], shared: Shared, together: kept.Together) -> Iterator[str]:
    """First the sheet of places, which a browser reads while the cards are written; then the map, kept for the next reader."""
    context = page()
    sheet = context["picture"].sheet if "picture" in context else ""
    if sheet:
        yield format_html('<link rel="stylesheet" href="{}">', sheet)
    drawn = render_to_string("map/_map.html", context, request)
    together.keep(shared._replace(sheet=sheet, map=drawn), len(drawn))
    yield drawn


def _page(choice: Choice, today: date) -> dict[str, Any]:
    asked = choice.asked
    context = {
        "program": choice.plan.program,
        "asked": asked,
        "choice": choice,
        "today": today,
        "chips": map_chips.chips(choice.plan, choice.asked),
        "shows": _shows(choice),
        "urls": _urls(asked),
        "done": sum(not node.is_open and not node.withheld and not node.program for node in choice.plan.nodes.values()),
        "panel": _described(choice, choice.focus, today) if choice.focus else None,
        "empty": not choice.plan.nodes,
    }
    if asked.view == "table":
        return context | {"table": map_table.table(choice, today)}
    return context | {
        "picture": map_cards.picture(choice, today),
        "islands": [map_cards.shown(choice, node, today) for node in choice.islands],
        "undated": [map_cards.shown(choice, node, today) for node in choice.undated if node.is_open],
        "hits": _hits(choice, today),
        "walk": _walk(choice, today),
    }


def _panel_alone(request: PersonRequest, choice: Choice, today: date) -> HttpResponse:
    found = _described(choice, choice.asked.focus, today)
    if found is None:
        raise Http404
    part = "map/_slip.html" if choice.asked.slip else "map/_panel.html"
    return render(request, part, {"panel": found, "program": choice.plan.program, "today": today})


# -- the panel -------------------------------------------------------------------------------------------------------


def _described(choice: Choice, focus: str, today: date) -> dict[str, Any] | None:
    """The panel, with the words and addresses its template prints."""
    found = panel(choice.plan, focus, today=today, ask_engine=choice.asked.slip)
    if found is None:
        return None
    return {
        "facts": found,
        "state": state(found.node),
        "lane": map_cards.lane_name(choice, found.node.lane),
        "lanes": [(map_cards.lane_name(choice, lane), count) for lane, count in found.lanes],
        "waits_for": _others(choice, found.waits_for, today),
        "feeds": _others(choice, found.feeds, today),
        "driving": [map_cards.shown(choice, node, today) for node in found.driving],
        "close_url": choice.asked.url(focus="", only=False, slip=False),
        "slip_url": choice.asked.url(focus=found.node.id, slip=True),
        "only_url": choice.asked.url(focus=found.node.id, only=True, slip=False),
        "up": " ".join(_doms(choice.plan, choice.plan.web(focus)[0])),
        "down": " ".join(_doms(choice.plan, choice.plan.web(focus)[1])),
        "worst": _first_words(found),
    }


def _first_words(found: Panel) -> str:
    """What its float means, in front of what a slip does."""
    room = found.node.total_float
    if not found.node.is_open or room is None:
        return ""
    if found.node.critical:
        return _("No float.")
    return ""


def _others(choice: Choice, neighbours: Iterable[Neighbour], today: date) -> list[dict[str, Any]]:
    return [
        {"card": map_cards.shown(choice, one.node, today), "state": state(one.node), "node": one.node, "edge": one.edge,
         "room": one.room, "against": one.against}
        for one in neighbours
    ]  # fmt: skip


def _doms(plan: Plan, ids: Iterable[str]) -> list[str]:
    """The ids of the elements of these cards."""
    return [f"n{plan.nodes[one].pk}" if plan.nodes[one].pk > 0 else f"w{-plan.nodes[one].pk}" for one in sorted(ids)]


# -- the phone -------------------------------------------------------------------------------------------------------


def _hits(choice: Choice, today: date) -> dict[str, Any] | None:
    """What filters and presets light, as a list: a phone has no drawing to dim. None while a milestone is in focus."""
    if choice.focus or choice.lit is None:
        return None
    asked = choice.asked
    lit = [one for one in choice.nodes.values() if (matches(one, asked) if asked.filtered else one.id in choice.lit)]
    lit.sort(key=_by_day)
    return {"steps": [_step(choice, one, today) for one in lit[:HITS]], "count": len(lit), "more": max(0, len(lit) - HITS)}


def _walk(choice: Choice, today: date) -> dict[str, Any] | None:
    """One milestone with what is before and behind it: the one in focus, else the first on the critical path."""
    node = choice.plan.nodes[choice.focus] if choice.focus else _first(choice)
    if node is None:
        return None
    before = (choice.plan.nodes[one] for one in choice.plan.before.get(node.id, ()))
    after = (choice.plan.nodes[one] for one in choice.plan.after.get(node.id, ()))
    blockers = choice.plan.blockers.get(node.pk, [])
    return {
        "card": map_cards.shown(choice, node, today),
        "node": node,
        "state": state(node),
        "blocker": blockers[0] if blockers and node.is_open else None,
        "waits_for": [_step(choice, one, today) for one in sorted(before, key=_by_day)],
        "feeds": [_step(choice, one, today) for one in sorted(after, key=_by_day)],
    }


def _step(choice: Choice, node: Node, today: date) -> dict[str, Any]:
    card = map_cards.shown(choice, node, today)
    return {"card": card, "node": node, "state": state(node), "lane": node.program or map_cards.lane_name(choice, node.lane)}


def _by_day(node: Node) -> tuple[bool, date | None, str]:
    return (node.day is None, node.day, node.id)


def _first(choice: Choice) -> Node | None:
    path = choice.plan.analysis.critical_path if choice.plan.analysis else []
    by_pk = {node.pk: node for node in choice.nodes.values()}
    ahead = [by_pk[pk] for pk in path if pk in by_pk and by_pk[pk].is_open]
    known = [*ahead, *sorted((node for node in choice.nodes.values() if not node.withheld), key=_by_day)]
    linked = (node for node in known if node.id in choice.plan.before or node.id in choice.plan.after)
    return next(linked, known[0] if known else None)


# -- the tools -------------------------------------------------------------------------------------------------------


def _urls(asked: Asked) -> dict[str, str]:
    """The addresses of everything that is switched on or off."""
    return {
        "all": asked.url(focus="", only=False),
        "whole": asked.url(only=False),
        "clear": Asked(size=asked.size, view=asked.view, done=asked.done).url(),
        "done": asked.url(done=not asked.done),
        "full": asked.url(size=""),
        "compact": asked.url(size="compact"),
        "here": asked.url(),
        "order": asked.url(order="" if asked.order else "near"),
        "table": asked.url(view="" if asked.view else "table", sort="", page=1),
        "relates": asked.url(relates=not asked.relates),
        "redundant": asked.url(redundant=not asked.redundant),
        "islands": asked.url(islands=not asked.islands),
    }


def _shows(choice: Choice) -> list[tuple[str, str, bool]]:
    """The presets: address, words, whether it is the one."""
    asked = choice.asked
    large = len(choice.nodes) > UNFOLDED
    named = [("", _("Critical and blocked") if large else _("Everything left")), ("critical", _("Critical path"))]
    named += [("blocked", _("Blocked")), ("fragile", _("Fragile points"))]
    shown = asked.show if asked.show in dict(named) else ""
    return [(asked.url(show=value, focus="", only=False), words, value == shown) for value, words in named]
