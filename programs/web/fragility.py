"""What a program hangs on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from programs.queries import fragility

if TYPE_CHECKING:
    from django.http import HttpResponse

    from programs.web.posting import PersonRequest


@require_safe
def fragile(request: PersonRequest, slug: str) -> HttpResponse:
    """Milestones, what lies outside, people and teams, by what their failure would strand."""
    view = fragility.view(slug, by=request.user)
    heads = {
        "milestone": (_("Milestones"), _("What waits for each, and what reaches a target through it alone")),
        "external": (_("Outside this program"), _("Nobody here can finish these; everything listed waits for them")),
        "person": (_("People"), _("Their own open milestones and everything that waits for them")),
        "team": (_("Teams"), _("Their own open milestones and everything that waits for them")),
    }
    groups = [(kind, *heads[kind], points) for kind, points in view.groups.items() if points]
    return render(request, "fragile/page.html", {"view": view, "program": view.program, "groups": groups})
