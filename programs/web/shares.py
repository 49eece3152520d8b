"""Links for people without an account: make and withdraw them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from programs.actions import shares as actions
from programs.models import Program, Shown
from programs.queries import access
from programs.queries import shares as queries
from programs.queries.snapshots import today_in
from programs.web import posting, respond
from programs.web.forms.shares import Share
from programs.web.shared import map_of, timeline_of

if TYPE_CHECKING:
    from django.http import HttpResponse, QueryDict

    from programs.web.posting import PersonRequest


@require_http_methods(["GET", "HEAD", "POST"])
def share(request: PersonRequest, slug: str) -> HttpResponse:
    """The links there are, and a form for one to the map or the timeline as it was asked for. A POST makes it."""
    program = access.program(slug, by=request.user, may="manage")
    if request.method != "POST":
        form = Share(initial={"days": 30, **_asked(request.GET)}, **_options(program))
        return _page(request, program, form)
    form = Share(request.POST, **_options(program))
    return posting.submit(
        request,
        form,
        lambda: actions.share(program=program, by=request.user, at=timezone.now(), **_given(form)),
        show=lambda status: _page(request, program, form, status=status),
        leave=lambda made: (reverse("shares", args=(slug,)), _("Link made for %(name)s") % {"name": made.name}),
    )


@require_POST
def withdraw(request: PersonRequest, slug: str, pk: int) -> HttpResponse:
    """From now on it shows nothing."""
    link = access.share_link(slug, pk, by=request.user)
    actions.withdraw(link=link, by=request.user, at=timezone.now())
    return respond.done(request, reverse("shares", args=(slug,)), _("Link withdrawn: %(name)s") % {"name": link.name})


def _options(program: Program) -> dict[str, Any]:
    return {"program": program, "today": today_in(program, timezone.now())}


def _asked(query: QueryDict) -> dict[str, str]:
    """What the address asks to share: the page in `of`, the view in the rest."""
    shows = Shown.TIMELINE if query.get("of") == Shown.TIMELINE else Shown.MAP
    return {"shows": shows, "query": _normal(shows, query.urlencode())}


def _given(form: Share) -> dict[str, Any]:
    given = form.given()
    shows = given["shows"] or Shown.MAP
    return given | {"shows": shows, "query": _normal(shows, given["query"])}


def _normal(shows: str, query: str) -> str:
    """The view of an address in its one way of writing."""
    read = timeline_of if shows == Shown.TIMELINE else map_of
    return read(query.lstrip("?")[:2000]).url().removeprefix("?")


def _page(request: PersonRequest, program: Program, form: Share, *, status: int = 200) -> HttpResponse:
    at = timezone.now()
    links = [
        (link, queries.is_open(link, at=at), settings.BASE_URL + reverse("shared", args=(queries.token_for(link.pk),)))
        for link in queries.of_program(program)
    ]
    context = {"program": program, "form": form, "links": links, "post": request.path, "submit_label": _("Make the link")}
    return render(request, "shares/page.html", context, status=status)
