"""Mails handed over by a mail server or a service, as an alternative to a mailbox that is looked at."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from programs.mail.replies import take
from programs.web.signed import signature_holds, size_of

if TYPE_CHECKING:
    from collections.abc import Mapping

log = logging.getLogger("longpole.mail")
KIND = "message/rfc822"
STAMP, SIGNATURE = "X-Longpole-Timestamp", "X-Longpole-Signature"


@login_not_required
@csrf_exempt  # the signature is the authority
@never_cache
@require_POST
def mail(request: HttpRequest) -> HttpResponse:
    """One whole mail: 404 while this is off, 415, 413 and 401 for what is not one. The answer never says whose it was."""
    if not (settings.INBOUND_MAIL_SECRETS and settings.REPLY_ADDRESS):
        raise Http404
    if request.content_type != KIND:
        return HttpResponse(status=415)
    if size_of(request) > settings.LIMITS.webhook_bytes:
        return HttpResponse(status=413)
    at, head = timezone.now(), _head(request)
    signed = b"v0:" + head[STAMP].encode("utf-8", "replace") + b":" + request.body
    if not signature_holds(signed, head[STAMP], head[SIGNATURE], secrets=settings.INBOUND_MAIL_SECRETS, now=at.timestamp()):
        return HttpResponse(status=401)
    log.info("a mail that was handed over: %s", take(request.body, at=at))
    return JsonResponse({"taken": True}, status=202)


def _head(request: HttpRequest) -> Mapping[str, str]:
    return {name: request.headers.get(name, "") for name in (STAMP, SIGNATURE)}
