"""The door of the API: who may come in, with what, and how a refusal is told.

A key comes in the header `Authorization: Bearer …` and nowhere else: one that stands in an address is in logs and histories by
now, so it is withdrawn. A key reads one program; any other is not there for it.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from programs.actions import keys as actions
from programs.queries import keys as queries

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime

    from programs.models import ApiKey, Program

READS = ("GET", "HEAD", "OPTIONS")
MOST_ROWS = 200
MOST_PAGES = 1_000_000


class Refusal(Exception):
    """A call that is not answered: the status, a code for programs and a sentence for people."""

    def __init__(self, status: int, code: str, message: str, **headers: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.headers = status, code, message, headers

    def response(self) -> JsonResponse:
        """As it goes out."""
        body = {"error": {"code": self.code, "message": self.message}}
        return JsonResponse(body, status=self.status, headers=self.headers)


def reads(*asked: str) -> Callable[[Callable[..., JsonResponse]], Callable[..., HttpResponse]]:
    """Make an address of the API: `view(program, query, **address)`, with the query parameters it knows."""

    def door(view: Callable[..., JsonResponse]) -> Callable[..., HttpResponse]:
        @login_not_required
        @csrf_exempt  # no cookie is read
        @never_cache
        @wraps(view)
        def answer(request: HttpRequest, slug: str, **address: Any) -> HttpResponse:
            try:
                program = _admitted(request, slug, at=timezone.now())
                _known(request.GET, asked)
                if request.method == "OPTIONS":
                    return HttpResponse(status=204, headers={"Allow": ", ".join(READS)})
                return view(program, request.GET, **address)
            except Refusal as refusal:
                return refusal.response()

        return answer

    return door


def _admitted(request: HttpRequest, slug: str, *, at: datetime) -> Program:
    """The program the key of this call reads, when it is the one that was asked for."""
    _not_in_the_address(request, at=at)
    key = _key(request, at=at)
    if not actions.called(key, at=at):
        wait = str(60 - at.second)
        message = f"This key called {actions.CALLS} times within a minute. Wait {wait} seconds."
        raise Refusal(429, "too_many_calls", message, **{"Retry-After": wait})
    if key.program.slug != slug:
        raise absent()
    if request.method not in READS:
        raise Refusal(403, "read_only", "This key only reads: use GET.")
    return key.program


def _not_in_the_address(request: HttpRequest, *, at: datetime) -> None:
    for value in (value for _name, values in request.GET.lists() for value in values):
        if value.startswith(actions.BEGINS):
            key = queries.found(value, at=at)
            if key is not None:
                actions.withdraw(key=key, by=None, at=at, why="It stood in an address.")
            message = "Send the key in the Authorization header: addresses are written to logs. If this was one, it is withdrawn."
            raise Refusal(400, "key_in_address", message)


def _key(request: HttpRequest, *, at: datetime) -> ApiKey:
    kind, _space, secret = request.headers.get("Authorization", "").partition(" ")
    if not secret:
        raise _unknown("no_key", "Send a key: “Authorization: Bearer lp_…”. Who manages a program makes one in its settings.")
    if kind.lower() != "bearer" or not secret.strip().startswith(actions.BEGINS):
        raise _unknown("malformed_key", "This is no key of Longpole: “Authorization: Bearer lp_…”.")
    found = queries.found(secret.strip(), at=at)
    if found is None:
        raise _unknown("unknown_key", "This key is unknown, has expired or was withdrawn.")
    return found


def _unknown(code: str, message: str) -> Refusal:
    return Refusal(401, code, message, **{"WWW-Authenticate": "Bearer"})


def absent() -> Refusal:
    """What is not there, or not for this key."""
    return Refusal(404, "not_found", "There is nothing here that this key may read.")


def _known(given: Collection[str], asked: tuple[str, ...]) -> None:
    if other := sorted(set(given) - set(asked)):
        known = ", ".join(f"“{name}”" for name in asked) or "none"
        raise Refusal(400, "unknown_parameter", f"“{other[0][:40]}” is no parameter here. Known: {known}.")


def number(text: str | None, name: str, *, otherwise: int, most: int) -> int:
    """A parameter that counts from one."""
    if text is None:
        return otherwise
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and 1 <= int(text) <= most):
        raise Refusal(400, "number", f"“{name}” has to be a whole number from 1 to {most}.")
    return int(text)
