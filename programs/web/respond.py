"""One template, two answers: the whole page, or the part of it that a swap asked for."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from programs.intake.writing import guarded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.http import HttpRequest

UNPROCESSABLE = 422
CONFLICT = 409


def wants_part(request: HttpRequest) -> bool:
    """Whether this is a swap. Going back in the history asks for the whole page."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-History-Restore-Request") != "true"


def in_panel(request: HttpRequest) -> bool:
    """Whether the answer belongs into the side panel of a list: asked for there, or given there."""
    return wants_part(request) and (request.headers.get("HX-Target") == "panel" or request.POST.get("from") == "panel")


def for_panel(response: HttpResponse) -> HttpResponse:
    """Let an answer take the place of what the side panel shows, whatever was asked."""
    response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#panel", "innerHTML"
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def page_or_part(request: HttpRequest, page: str, part: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """Render the part to a swap and the page, which includes the same part, to everybody else.

    A refused form answers 422 and a stale one 409, both in place of the form.
    """
    response = render(request, part if wants_part(request) else page, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def done(request: HttpRequest, to: str, said: str = "", *, undo: str = "") -> HttpResponse:
    """After a save: go on to a page (303), with a toast there. A swap is told to load it the same way."""
    if said:
        messages.success(request, said, extra_tags=undo or undo_of(request))
    if wants_part(request):
        return HttpResponse(status=204, headers={"HX-Redirect": to})
    response = redirect(to)
    response.status_code = 303
    return response


def undo_of(request: HttpRequest) -> str:
    """The address that takes back what this request changed; "" when it changed nothing that can be taken back."""
    deed = getattr(request, "deed", None)
    return reverse("undo", args=(deed.batch,)) if deed is not None and deed.steps else ""


def parts(request: HttpRequest, *templates: tuple[str, dict[str, Any]], status: int = 200) -> HttpResponse:
    """Several fragments in one answer: the row, then the out-of-band ones (headline, counts, toast)."""
    body = "".join(render_to_string(name, context, request) for name, context in templates)
    response = HttpResponse(body, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def told(
    request: HttpRequest, said: str, *, undo: str = "", fields: Mapping[str, str] | None = None, event: str = ""
) -> HttpResponse:
    """A toast alone. The event tells what stands behind it to read itself again in place: a list, or the whole page."""
    response = parts(request, ("components/toast_oob.html", {"text": said, "undo_url": undo, "undo_fields": fields}))
    response.headers["HX-Reswap"] = "none"
    if event:
        response.headers["HX-Trigger"] = event
    return response


def came_from(request: HttpRequest) -> str:
    """The path of the page a request was made on, or "" if it was not one of ours."""
    where = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or ""
    found = urlsplit(where)
    if not found.path.startswith("/") or found.path.startswith("//") or found.netloc not in ("", request.get_host()):
        return ""
    return found.path + (f"?{found.query}" if found.query else "")


def table(name: str, lines: Iterable[Iterable[Any]]) -> HttpResponse:
    """Lines as a CSV file to keep, the heads first, with nothing in it that a spreadsheet would run. None is an empty cell."""
    text = io.StringIO()
    csv.writer(text).writerows(["" if cell is None else guarded(cell) for cell in line] for line in lines)
    file = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    file["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return file
