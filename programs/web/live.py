"""Open pages ask whether somebody else changed something: 304 in well under a millisecond of work, unless something did.

The tag says for which session, which reader and which state it was given out, signed with the installation's key. So one that
comes back unchanged needs no look at sessions or people: whoever has it was let in when it was made, and learns no more from
the answer than that nothing happened. Every other answer goes through the doors like any page.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpResponseNotModified, JsonResponse
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.views.decorators.http import require_safe

from programs.queries import access, signs

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from programs.web.posting import PersonRequest

PREFIX = "/live"
SLACK = timedelta(seconds=2)  # a change is dated when its request began, a page when it was written
PAGES = frozenset(
    {
        *("overview", "sure", "milestones", "milestone", "risks", "updates", "program-changes"),
        *("what-ifs", "what-if", "what-if-compare"),
        *("portfolio", "my-work", "changes"),
    }
)


def unchanged(answer: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware, before sessions and everything that reads them."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        known = request.headers.get("If-None-Match", "") if request.path.startswith(PREFIX) else ""
        reader = known.strip('"').partition(".")[0]
        if reader and request.method == "GET" and hmac.compare_digest(known.encode(), _tag(request, reader).encode()):
            response = HttpResponseNotModified()
            response.headers["ETag"] = known
            return response
        return answer(request)

    return middleware


@require_safe
def live(request: PersonRequest, slug: str = "") -> JsonResponse:
    """Whether the page is behind what it shows. `at` is when it was written; later questions carry the tag instead."""
    program = access.program(slug, by=request.user) if slug else None
    since = _moment(request.GET.get("at", ""))
    fresh = since is not None and not signs.changed_since(since - SLACK, by=request.user, program=program)
    response = JsonResponse({"changed": not fresh})
    reader = f"{request.user.pk}{'a' if request.user.is_admin else ''}"
    response.headers["ETag"] = _tag(request, reader)
    return response


def address(page: str, slug: str) -> str:
    """Where a page asks; "" for pages that show nothing others change, and for forms."""
    return "" if page not in PAGES else f"{PREFIX}/{slug}" if slug else PREFIX


def notices(path: str) -> bool:
    """Whether the page at this path brings itself up to date, so that it need not be loaded again."""
    try:
        return resolve(path).url_name in PAGES
    except Resolver404:
        return False


def _tag(request: HttpRequest, reader: str) -> str:
    """The tag of the state as it is now, for this session and reader."""
    slug = request.path[len(PREFIX) + 1 :]
    number = reader.rstrip("a")
    if slug:
        state = signs.of_program(slug)
    elif number.isdecimal() and len(number) < 19:
        state = signs.of_everything(int(number), admin=reader.endswith("a"))
    else:
        state = ""
    session = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    given = f"{session}\n{reader}\n{slug}\n{state}".encode()
    return f'"{reader}.{hmac.new(settings.SECRET_KEY.encode(), given, hashlib.sha256).hexdigest()[:32]}"'


def _moment(text: str) -> datetime | None:
    """Seconds since 1970 as a page writes them."""
    try:
        return datetime.fromtimestamp(float(text), tz=UTC) if len(text) < 24 else None
    except (ValueError, OverflowError, OSError):
        return None


def now() -> str:
    """The moment a page is written, as `_moment` reads it."""
    return f"{timezone.now().timestamp():.3f}"
