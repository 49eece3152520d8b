"""What every request goes through that neither Django nor a package does: log line, headers, body limit, busy database."""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING, cast

import structlog
from django.conf import settings
from django.db import OperationalError
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    Answer = Callable[[HttpRequest], HttpResponseBase]

log = structlog.get_logger("longpole.request")

POLICY = "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), payment=(), usb=()"
QUIET = ("/healthz", "/readyz", "/static/")


def request_log(answer: Answer) -> Answer:
    """Give each request an id, put it into every log line of that request, and say at the end how it went."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=uuid.uuid4().hex[:12])
        started = time.perf_counter()
        response = answer(request)
        if request.path.startswith(QUIET):
            return response

        def note() -> None:
            say = log.warning if response.status_code >= 500 else log.info
            took = round((time.perf_counter() - started) * 1000)
            person = getattr(getattr(request, "user", None), "pk", None)
            say("request", method=request.method, path=request.path, status=response.status_code, ms=took, person=person)

        if isinstance(response, StreamingHttpResponse):  # not over before its last byte
            response.streaming_content = _then(cast("Iterator[bytes]", response.streaming_content), note)
        else:
            note()
        return response

    return middleware


def _then(pieces: Iterator[bytes], done: Callable[[], None]) -> Iterator[bytes]:
    try:
        yield from pieces
    finally:
        done()


def headers(answer: Answer) -> Answer:
    """Keep answers to their reader: no shared caches, no other origin, no device access."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = answer(request)
        response.headers.setdefault("Permissions-Policy", POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if "Cache-Control" not in response.headers:
            # A page with an ETag may be kept by its reader, and is asked for again each time; any other is not kept at all.
            response.headers["Cache-Control"] = "private, no-cache" if "ETag" in response.headers else "private, no-store"
        return response

    return middleware


def body_limit(answer: Answer) -> Answer:
    """Refuse a body that is too large before a byte of it is read."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        try:
            announced = int(request.headers.get("Content-Length") or 0)
        except ValueError:
            return HttpResponse(_("Content-Length is not a number."), status=400, content_type="text/plain; charset=utf-8")
        if announced > settings.LIMITS.request_bytes:
            largest = settings.LIMITS.request_bytes // (1024 * 1024)
            words = _("This is larger than %(limit)d MB, the most one request may carry. Split the file and send it in parts.")
            return HttpResponse(words % {"limit": largest}, status=413, content_type="text/plain; charset=utf-8")
        return answer(request)

    return middleware


class busy_database:  # noqa: N801 - reads as the other middleware does
    """Answer 503 with a way on when the database is locked, full or read-only, instead of an error page."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Go on."""
        return self.answer(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Turn the database's refusal into words; any other error goes on to be reported."""
        if not isinstance(error, OperationalError):
            return None
        log.error("database refused", error=str(error), path=request.path)
        response = render(request, "503.html", status=503)
        response.headers["Retry-After"] = "10"
        return response
