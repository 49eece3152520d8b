"""The timeline: bars from start to forecast, against baseline, float, blockers, today and target."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from programs.maps.timeline import frame_of, scale_for
from programs.queries import map as maps
from programs.queries.map import ELSEWHERE
from programs.queries.snapshots import today_in
from programs.web import map_chips, timeline_picture
from programs.web.timeline_asked import Asked, of_timeline
from programs.web.timeline_rows import Rows, all_folded, every_key, rows, work

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from django.http import HttpResponse

    from programs.maps.timeline import Frame
    from programs.queries.map import Plan
    from programs.web.posting import PersonRequest

RECENT = 90  # days a target may be over and still be drawn


@require_safe
def timeline(request: PersonRequest, slug: str) -> HttpResponse:
    """The page."""
    asked = of_timeline(request.GET)
    plan = maps.plan(slug, by=request.user)
    today = today_in(plan.program, timezone.now())
    found = rows(plan, asked)
    scale, frame = framed(found, today, mirrored=get_language_bidi())
    context = {
        "program": plan.program,
        "analysis": plan.analysis,
        "asked": asked,
        "today": today,
        "rows": found,
        "chips": map_chips.chips(plan, asked),
        "segments": _segments(asked, scale),
        "urls": _urls(found),
        "done": sum(not node.is_open for node in plan.nodes.values() if node.lane != ELSEWHERE),
        "matching": sum(len(group.nodes) for group in found.groups),
        "picture": timeline_picture.picture(found, frame, today),
        "empty": not any(node.lane != ELSEWHERE for node in plan.nodes.values()),
    }
    return render(request, "timeline/page.html", context)


def framed(found: Rows, today: date, *, mirrored: bool) -> tuple[str, Frame]:
    """The scale and the frame. It is that of the whole plan as filtered, so that pages and folds do not move it."""
    days = list(_days(found.plan, found, today))
    wide = frame_of(days, today=today, scale="fit")
    scale = found.asked.scale or scale_for((wide.last - wide.first).days)
    return scale, frame_of(days, today=today, scale=scale, mirrored=mirrored)


def _days(plan: Plan, found: Rows, today: date) -> Iterable[date]:
    """Forecasts, baselines to come and the target; of what is done only while it is shown, or when there is nothing else.

    A target long past is named at the edge: it must not squeeze what is to come.
    """
    rows_of = [node for group in found.groups for node in group.nodes] or [one for group in found.groups for one in group.all]
    for node in rows_of:
        drawn = work(plan, node, found.asked)
        if drawn.end:
            yield drawn.end
        if drawn.sure:
            yield drawn.sure
        if drawn.baseline and drawn.baseline > today:
            yield drawn.baseline
    target = plan.program.target_date
    if target and target >= today - timedelta(days=RECENT):
        yield target


def _segments(asked: Asked, scale: str) -> dict[str, list[tuple[str, str, bool]]]:
    """What is chosen one of several: address, words, whether it is the one."""
    groups = (("ws", _("Workstream")), ("owner", _("Owner")), ("date", _("Date")))
    scales = (("week", _("Weeks")), ("month", _("Months")), ("fit", _("Fit")))
    return {
        "groups": [(asked.url(group=key, open="", page=1), words, key == asked.group) for key, words in groups],
        "scales": [(asked.url(scale=key), words, key == scale) for key, words in scales],
    }


def _urls(found: Rows) -> dict[str, str]:
    asked, page = found.asked, found.page
    return {
        "clear": asked.url(q="", ws="", owner="", status="", page=1),
        "here": asked.url(),
        "unfocus": asked.url(focus=""),
        "fold": asked.url(open=every_key(found) if all_folded(found) else "~", focus="", page=1),
        "is_folded": "1" if all_folded(found) else "",
        "previous": asked.url(page=page - 1, focus="") if page > 1 else "",
        "next": asked.url(page=page + 1, focus="") if page < found.pages else "",
    }
