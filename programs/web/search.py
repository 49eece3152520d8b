"""Search: a page, what the palette asks, and what a date in words means."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from programs.queries import access
from programs.queries import search as finder
from programs.queries.snapshots import today_in
from programs.web import palette, respond, wording
from programs.web.forms import dates

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from programs.web.posting import PersonRequest

ON_PAGE = 50
IN_A_PROGRAM = re.compile(r"/p/([\w-]+)/")


@require_safe
def search(request: PersonRequest) -> HttpResponse:
    """Find anything the person may see. The palette gets rows; everybody else a page."""
    q = finder.plain(request.GET.get("q", ""))
    if respond.wants_part(request):
        return render(request, "components/palette_results.html", {"groups": palette.groups(request, q)})
    found = finder.search(q, by=request.user, most=ON_PAGE, first=finder.plain(request.GET.get("in", "")))
    roles = access.roles(request.user)
    kinds: list[tuple[str, Sequence[finder.Thing]]] = [
        (_("Milestones"), found.milestones),
        (_("Programs"), found.programs),
        (_("Blockers"), found.blockers),
        (_("Risks"), found.risks),
        (_("Decisions"), found.decisions),
    ]
    if found.programs and not (found.milestones and found.milestones[0].rank == 0):  # type: ignore[attr-defined]
        kinds[0], kinds[1] = kinds[1], kinds[0]
    groups = [{"label": label, "rows": [palette.row(thing, request.user, roles) for thing in things]} for label, things in kinds]
    context = {"q": q, "groups": groups, "count": found.count, "most": ON_PAGE}
    return render(request, "search/page.html", context)


@require_safe
def date_in_words(request: PersonRequest) -> HttpResponse:
    """What a field says back while a date is typed: "Fri 12 Mar (in 9 days)". The first value in the address is read."""
    text = next((str(value) for value in request.GET.values() if value), "")[:60]
    said, wrong = "", False
    if text.strip():
        try:
            today = _today(request)
            said = dates.echo(dates.read(text, today), today)
        except ValidationError as error:
            said, wrong = error.messages[0], True
    return render(request, "search/_date.html", {"said": said, "wrong": wrong})


def _today(request: PersonRequest) -> date:
    """Today as what is typed will be read: in the zone of the program on whose page the field stands, else in the reader's."""
    here = IN_A_PROGRAM.match(respond.came_from(request))
    program = access.programs_for(request.user).filter(slug=here[1]).first() if here else None
    return today_in(program, timezone.now()) if program else wording.today()
