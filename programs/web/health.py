"""Is it alive, is it ready, and how is it doing: for monitors, load balancers and administrators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from programs.queries import queue, system

if TYPE_CHECKING:
    from django.http import HttpRequest

    from programs.web.posting import PersonRequest

_PLAIN = "text/plain; charset=utf-8"


@login_not_required
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """200 while the database answers and the clock ticks; 503 with the reason within three minutes of a dead beat or worker."""
    health = system.health(at=timezone.now())
    return HttpResponse(f"{health.reason or 'ok'}\n", status=200 if health.ok else 503, content_type=_PLAIN)


@login_not_required
@require_safe
def readyz(_request: HttpRequest) -> HttpResponse:
    """200 when pages can be served: the database answers and has every migration. Pages work without the queue."""
    missing = system.missing_migrations()
    said = f"migrations missing: {', '.join(missing)}" if missing else "ok"
    return HttpResponse(f"{said}\n", status=503 if missing else 200, content_type=_PLAIN)


@require_safe
def status(request: PersonRequest) -> HttpResponse:
    """The clock, what waits, what is stuck, what is behind. Administrators only."""
    if not request.user.is_admin:
        raise PermissionDenied
    at = timezone.now()
    return render(request, "system/status.html", {"found": system.status(at=at), "queue": queue.length(), "at": at})
