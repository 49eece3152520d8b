"""Pages asked for again while nothing changed come from memory, and are not sent twice.

A page is kept for its reader, in the state everything it may show was in: whatever anybody does writes an event, so the last one
is part of its name, and so is what the queue works out. The name is its ETag too. Kept bodies are few and of this process.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language

from programs.queries import signs
from programs.web import wording

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

# Pages that are read again and again. None has a form whose token says "once": those are never kept.
PAGES = frozenset({"portfolio", "overview", "risks", "map", "timeline", "matrix", "fragile"})
ONCE = b'name="token"'
MINUTES = 5  # as long as what nobody did may stand as it was: "12 minutes ago"
ROOM = 16_000_000  # bytes of bodies a process keeps
LARGEST = 1_000_000


class Shelf:
    """Bodies by name; the one asked for least lately goes first when there is no room."""

    def __init__(self, room: int = ROOM) -> None:
        self.room = room
        self._bodies: OrderedDict[str, bytes] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def get(self, name: str) -> bytes | None:
        """The body of that name."""
        with self._lock:
            if name in self._bodies:
                self._bodies.move_to_end(name)
            return self._bodies.get(name)

    def put(self, name: str, body: bytes) -> None:
        """Keep it; what no longer fits goes."""
        with self._lock:
            self._size += len(body) - len(self._bodies.pop(name, b""))
            self._bodies[name] = body
            while self._size > self.room:
                self._size -= len(self._bodies.popitem(last=False)[1])

    def clear(self) -> None:
        """Keep nothing any more."""
        with self._lock:
            self._bodies.clear()
            self._size = 0


shelf = Shelf()


class Kept:
    """Middleware, nearest to the pages: everything before it has let the reader in."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, and keep what may be kept."""
        response = self.answer(request)
        name = getattr(request, "kept_as", "")
        if name and response.status_code == 200 and isinstance(response, HttpResponse) and "ETag" not in response.headers:
            body = response.content
            if ONCE not in body and len(body) <= LARGEST and not getattr(get_messages(request), "added_new", False):
                shelf.put(name, body)
                _named(response, name)
        return response

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, _kwargs: Any) -> HttpResponse | None:
        """The page from memory, or word that the reader has it; None to let it be written."""
        name = _name(request)
        if not name:
            return None
        body = shelf.get(name)
        if body is None:
            request.kept_as = name  # type: ignore[attr-defined]
            return None
        if f'"{name}"' in request.headers.get("If-None-Match", "").replace("W/", ""):
            return _named(HttpResponseNotModified(), name)
        return _named(HttpResponse(body), name)


def _named(response: HttpResponse, name: str) -> HttpResponse:
    response.headers["ETag"] = f'"{name}"'
    response.headers["Cache-Control"] = "private, no-store"  # kept here, not on the disk of a shared machine
    patch_vary_headers(response, ["Cookie", "HX-Request", "HX-Target"])
    return response


def _name(request: HttpRequest) -> str:
    """What this page is kept as: everything that could make it another one. "" for what is not kept."""
    match, person = request.resolver_match, request.user
    secret = request.COOKIES.get(settings.CSRF_COOKIE_NAME)
    if request.method != "GET" or match is None or match.url_name not in PAGES or not secret or not person.is_authenticated:
        return ""
    if len(get_messages(request)):  # said once
        return ""
    parts = [
        request.build_absolute_uri(),
        *(request.headers.get(name, "") for name in ("HX-Request", "HX-Target", "HX-History-Restore-Request")),
        secret,
        *(person.pk, person.is_admin, person.version, person.theme, person.single_keys),
        *(get_language(), timezone.get_current_timezone_name(), wording.today(), timezone.now().timestamp() // (60 * MINUTES)),
        signs.of_reader(person.pk, admin=person.is_admin),
    ]
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:40]
