"""Keys of the API: who manages a program makes them, sees each once, and withdraws them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from programs.actions import keys as actions
from programs.queries import access
from programs.queries import keys as queries
from programs.queries.snapshots import today_in
from programs.web import posting, respond
from programs.web.forms.keys import Key

if TYPE_CHECKING:
    from django.http import HttpResponse

    from programs.models import Program
    from programs.web.posting import PersonRequest


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def keys(request: PersonRequest, slug: str) -> HttpResponse:
    """The keys there are, and a form for one. A POST makes it and shows it, once."""
    program, at = access.program(slug, by=request.user, may="manage"), timezone.now()
    options = {"program": program, "today": today_in(program, at)}
    if request.method != "POST":
        return _page(request, program, Key(**options))
    form = Key(request.POST, **options)
    return posting.submit(
        request,
        form,
        lambda: actions.make(program=program, by=request.user, at=at, **form.given()),
        show=lambda status: _page(request, program, form, status=status),
        leave=lambda made: _page(request, program, Key(**options), secret=made[1]),
    )


@require_POST
def withdraw(request: PersonRequest, slug: str, pk: int) -> HttpResponse:
    """From now on it opens nothing."""
    key = access.api_key(slug, pk, by=request.user)
    actions.withdraw(key=key, by=request.user, at=timezone.now())
    return respond.done(request, reverse("keys", args=(slug,)), _("Key withdrawn: %(name)s") % {"name": key.name})


def _page(request: PersonRequest, program: Program, form: Key, *, secret: str = "", status: int = 200) -> HttpResponse:
    at = timezone.now()
    rows = [(key, queries.is_open(key, at=at)) for key in queries.of_program(program)]
    context = {"program": program, "form": form, "keys": rows, "secret": secret, "submit_label": _("Make the key")}
    return render(request, "keys/page.html", context, status=status)
