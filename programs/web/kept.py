"""Pages asked for again while nothing changed come from memory, and are not sent twice.

A page is kept for its reader, in the state everything it may show was in: whatever anybody does writes an event, so the last one
is part of its name, and so is what the queue works out. The name is its ETag too. Kept bodies are few and of this process.

What is costly in a page and the same for all who may see the same is kept for them together: `Together`.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpResponse, HttpResponseNotModified, StreamingHttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language

from programs.queries import signs
from programs.web import wording

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

# Pages that are read again and again. None has a form whose token says "once": those are never kept.
PAGES = frozenset({"portfolio", "overview", "risks", "map", "timeline", "matrix", "fragile"})
ONCE = b'name="token"'
MINUTES = 5  # as long as what nobody did may stand as it was: "12 minutes ago"
ROOM = 16_000_000  # bytes of bodies a process keeps
LARGEST = 1_000_000

R = TypeVar("R", bound="HttpResponseBase")


class Shelf:
    """Bodies by name, each with its size; the one asked for least lately goes first when there is no room."""

    def __init__(self, room: int = ROOM) -> None:
        self.room = room
        self._bodies: OrderedDict[str, tuple[Any, int]] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def get(self, name: str) -> Any:
        """The body of that name, None when there is none."""
        with self._lock:
            if name in self._bodies:
                self._bodies.move_to_end(name)
            return self._bodies.get(name, (None, 0))[0]

    def put(self, name: str, body: object, size: int) -> None:
        """Keep it; what no longer fits goes."""
        with self._lock:
            self._size += size - self._bodies.pop(name, (None, 0))[1]
            self._bodies[name] = body, size
            while self._size > self.room:
                self._size -= self._bodies.popitem(last=False)[1][1]

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
        if not name or response.status_code != 200 or "ETag" in response.headers:
            return response
        if isinstance(response, StreamingHttpResponse):
            pieces = cast("Iterator[bytes]", response.streaming_content)
            response.streaming_content = _kept_when_whole(request, pieces)
            return _named(response, name)
        if isinstance(response, HttpResponse) and _keep(request, response.content):
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


class Together:
    """What was made of this, in the reader's language and on this day, while nobody did anything. `about` holds all it depends
    on besides: what was asked for, and how much the reader may see. Nothing in it may be the reader's own.
    """

    def __init__(self, *about: object) -> None:
        self._about = about

    @cached_property
    def _name(self) -> str:
        return _hashed([*self._about, *_now(), signs.of_all()])

    def known(self) -> Any:
        """What is kept of it, None when nothing is."""
        return shelf.get(self._name)

    def keep(self, made: object, size: int) -> None:
        """Keep it for the next who asks, unless it is too large."""
        if size <= LARGEST:
            shelf.put(self._name, made, size)


def _kept_when_whole(request: HttpRequest, pieces: Iterator[bytes]) -> Iterator[bytes]:
    sent = []
    for piece in pieces:
        sent.append(piece)
        yield piece
    _keep(request, b"".join(sent))


def _keep(request: HttpRequest, body: bytes) -> bool:
    """Keep this page, if it is one of those that may be."""
    name = getattr(request, "kept_as", "")
    if not name or ONCE in body or len(body) > LARGEST or getattr(get_messages(request), "added_new", False):
        return False
    shelf.put(name, body, len(body))
    return True


def _named(response: R, name: str) -> R:
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
        *_now(),
        signs.of_reader(person.pk, admin=person.is_admin),
    ]
    return _hashed(parts)


def _now() -> tuple[object, ...]:
    """The language, the place and the time somebody reads in."""
    minutes = timezone.now().timestamp() // (60 * MINUTES)
    return get_language(), timezone.get_current_timezone_name(), wording.today(), minutes


def _hashed(parts: list[object]) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:40]
