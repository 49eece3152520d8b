"""How sure a program's finish is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from programs.queries import sure as queries

if TYPE_CHECKING:
    from django.http import HttpResponse

    from programs.web.posting import PersonRequest


@require_safe
def sure(request: PersonRequest, slug: str) -> HttpResponse:
    """The odds of its finish, what they are made from, and what moves them most."""
    view = queries.view(slug, by=request.user)
    return render(request, "sure/page.html", {"view": view, "program": view.program})
