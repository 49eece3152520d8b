"""Links for people without an account: make and withdraw them, and what they show."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from programs.actions import shares as actions
from programs.models import Program, ShareLink
from programs.queries import access
from programs.queries import map as maps
from programs.queries import shares as queries
from programs.queries.snapshots import today_in
from programs.queries.withheld import Sight
from programs.web import map_svg, map_table, posting, respond
from programs.web.forms.shares import Share
from programs.web.map_asked import of_map
from programs.web.map_choice import Choice, choose

if TYPE_CHECKING:
    from django.http import HttpRequest

    from programs.web.posting import PersonRequest


@require_http_methods(["GET", "HEAD", "POST"])
def share(request: PersonRequest, slug: str) -> HttpResponse:
    """The links there are, and a form for one to the map as it was asked for. A POST makes it."""
    program = access.program(slug, by=request.user, may="manage")
    if request.method != "POST":
        form = Share(initial={"days": 30, "query": _normal(request.GET.urlencode())}, **_options(program))
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


@login_not_required
@require_safe
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """The map as a picture and as a table, to whoever holds the link: one program, no way on."""
    link = queries.found(token)
    if not queries.is_open(link, at=timezone.now()):
        return _closed_to_robots(render(request, "shares/over.html", status=HTTPStatus.GONE))
    choice = _choice(link)
    today = today_in(link.program, timezone.now())
    context = {
        "link": link,
        "program": link.program,
        "analysis": choice.plan.analysis,
        "lines": map_table.table(choice, today, most=None).lines,
        "picture_url": reverse("shared-picture", args=(token,)),
        "today": today,
    }
    return _closed_to_robots(render(request, "shares/shared.html", context))


@login_not_required
@require_safe
def shared_picture(request: HttpRequest, token: str) -> HttpResponse:
    """The picture alone, under the same conditions."""
    link = queries.found(token)
    if not queries.is_open(link, at=timezone.now()):
        return _closed_to_robots(HttpResponse(status=HTTPStatus.GONE))
    body = render_to_string("map/picture.svg", map_svg.context(_choice(link), today_in(link.program, timezone.now())), request)
    return _closed_to_robots(HttpResponse(body, content_type="image/svg+xml; charset=utf-8"))


def _choice(link: ShareLink) -> Choice:
    asked = of_map(QueryDict(link.query))
    return choose(maps.plan_of(link.program, Sight.of(link.program), role=None, fragile=asked.show == "fragile"), asked)


def _closed_to_robots(response: HttpResponse) -> HttpResponse:
    """Kept by nobody, found by nobody, and told to nobody further."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _options(program: Program) -> dict[str, Any]:
    return {"program": program, "today": today_in(program, timezone.now())}


def _given(form: Share) -> dict[str, Any]:
    given = form.given()
    return given | {"query": _normal(given["query"])}


def _normal(query: str) -> str:
    """The view of an address in its one way of writing; always drawn, from the first page."""
    return of_map(QueryDict(query.lstrip("?")[:2000])).url(view="", page=1, slip=False).removeprefix("?")


def _page(request: PersonRequest, program: Program, form: Share, *, status: int = 200) -> HttpResponse:
    at = timezone.now()
    links = [
        (link, queries.is_open(link, at=at), settings.BASE_URL + reverse("shared", args=(queries.token_for(link.pk),)))
        for link in queries.of_program(program)
    ]
    context = {"program": program, "form": form, "links": links, "post": request.path, "submit_label": _("Make the link")}
    return render(request, "shares/page.html", context, status=status)
