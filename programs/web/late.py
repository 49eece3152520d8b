"""A page whose costly part comes late: what is around it goes out at once, so that browsers begin while we still work.

Only for pages that are kept, whose reader has been here before: whether they may read it, and everything that is said in headers
and cookies, is settled when the first byte leaves.
"""

from __future__ import annotations

import logging
from itertools import chain
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse, StreamingHttpResponse
from django.template.loader import render_to_string
from django.utils import timezone, translation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

log = logging.getLogger("longpole.late")
HERE = f"late-{token_hex(12)}"  # what a template prints where the late part belongs


def page(request: HttpRequest, template: str, context: dict[str, Any], part: Iterator[str]) -> HttpResponseBase:
    """The page of this template, with the pieces of `part` in place of `HERE`, each sent as soon as it is made.

    A part that fails says so in its place, for the status is on its way by then; the error is in the log.
    """
    before, _, after = render_to_string(template, context, request).partition(HERE)
    if not getattr(request, "kept_as", ""):
        return HttpResponse("".join((before, *part, after)))
    return StreamingHttpResponse(chain([before], _as_now(_or_said(request, part)), [after]))


def _or_said(request: HttpRequest, part: Iterator[str]) -> Iterator[str]:
    try:
        yield from part
    except Exception:
        log.exception("part of a page failed: %s", request.path)
        request.kept_as = ""  # type: ignore[attr-defined]
        yield render_to_string("errors/late.html", {}, request)


def _as_now(part: Iterator[str]) -> Iterator[str]:
    """The pieces in the language and the time zone of now: when they are asked for, what set both for the reader is over."""
    language, zone = translation.get_language(), timezone.get_current_timezone()

    def made() -> Iterator[str]:
        while True:
            with translation.override(language), timezone.override(zone):
                piece = next(part, None)
            if piece is None:
                return
            yield piece

    return made()
