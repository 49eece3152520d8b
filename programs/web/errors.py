"""What people read when something is not there, not theirs, or broken; and how they get back in when signed out."""

from __future__ import annotations

from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import TooManyFieldsSent
from django.http import Http404, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils import timezone

from programs.queries import access, nearby
from programs.web.respond import came_from, wants_part

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from programs.models import Person


def _answer(request: HttpRequest, status: HTTPStatus, **context: object) -> HttpResponse:
    part = wants_part(request)
    response = render(request, f"errors/{status.value}.html" if part else f"{status.value}.html", context, status=status)
    response.headers["Vary"] = "HX-Request, Cookie"
    return response


def _reader(request: HttpRequest) -> Person | None:
    """Who is signed in, if the request came that far."""
    person = getattr(request, "user", None)
    return person if person is not None and person.is_authenticated else None


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django passes it
    """404: also for what exists but is not this person's to know of."""
    return _answer(request, HTTPStatus.NOT_FOUND, nearby=_nearby(request))


def _nearby(request: HttpRequest) -> nearby.Nearby | None:
    """What was meant by the address of a milestone, as far as the person may know."""
    match, person = request.resolver_match, _reader(request)
    if match is None or not {"slug", "key"} <= match.kwargs.keys() or person is None:
        return None
    if match.url_name and match.url_name.startswith("workstream"):
        return None
    return nearby.milestone(str(match.kwargs["slug"]), str(match.kwargs["key"]), by=person, at=timezone.now())


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django passes it
    """403: a member whose role is too low, and who can change that."""
    match, person, manager = request.resolver_match, _reader(request), None
    if match is not None and "slug" in match.kwargs and person is not None:
        with suppress(Http404):
            manager = access.manager_of(access.program(str(match.kwargs["slug"]), by=person), mailable=True)
    return _answer(request, HTTPStatus.FORBIDDEN, manager=manager if manager != person else None, address=request.path)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django passes it
    """400: a request no page of ours makes."""
    return render(request, "400.html", status=HTTPStatus.BAD_REQUEST)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django passes it
    """403 because the form is older than the session. The page's script keeps what was typed and puts it back after a reload."""
    if wants_part(request):
        return HttpResponse(status=HTTPStatus.FORBIDDEN, headers={"HX-Refresh": "true"})
    return render(request, "403_csrf.html", status=HTTPStatus.FORBIDDEN)


class FewFields:
    """Answer 400 to a form with more fields than any page of ours sends; only the grid of pasted rows has that many."""

    MANY = frozenset({"milestones-paste", "program-rows"})

    def __init__(self, answer: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Go on."""
        return self.answer(request)

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        """Count, once it is known whose form it is."""
        match = request.resolver_match
        if request.method == "POST" and not (match and match.url_name in self.MANY):
            fields = sum(len(values) for _name, values in request.POST.lists())
            if fields > settings.LIMITS.request_fields:
                raise TooManyFieldsSent


class SignInRequired(LoginRequiredMiddleware):
    """Ask to sign in, and come back to the page the person was on rather than to the address a form was sent to."""

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        """Redirect a page; tell a swap with 401 to leave for the sign-in page."""
        back = request.get_full_path() if request.method in ("GET", "HEAD") and not wants_part(request) else came_from(request)
        sign_in = redirect_to_login(
            back or "/", resolve_url(self.get_login_url(view_func)), self.get_redirect_field_name(view_func)
        )
        if not wants_part(request):
            return sign_in
        return HttpResponse(status=HTTPStatus.UNAUTHORIZED, headers={"HX-Redirect": sign_in.url})
