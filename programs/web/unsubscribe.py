"""Stop a summary from the mail itself: one click (RFC 8058), without signing in, without a cookie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from programs.actions import subscriptions
from programs.queries import unsubscribe as queries

if TYPE_CHECKING:
    from django.http import HttpRequest


@login_not_required
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Show a button to whoever opens the link, since scanners open every link; stop only when asked by POST.

    The same answer every time, never a redirect. Whoever holds the link may stop this one summary and nothing else.
    """
    subscription = queries.find(token)
    if subscription is None:
        raise Http404
    asked = request.method == "POST" and request.POST.get("List-Unsubscribe") == "One-Click"
    if asked:
        subscriptions.stop(subscription=subscription, by=None, at=timezone.now())
    return render(request, "subscriptions/unsubscribe.html", {"subscription": subscription, "stopped": not subscription.active})
