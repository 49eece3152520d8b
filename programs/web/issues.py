"""One issue of a summary by the link in the mail: to read, and to copy as Markdown or clean HTML. It signs nobody in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from programs.mail.issue import language_of
from programs.queries import issues
from programs.web.help import rendered

if TYPE_CHECKING:
    from django.http import HttpRequest


@login_not_required
@never_cache
@require_safe
def issue(request: HttpRequest, token: str) -> HttpResponse:
    """As it was sent. Its reader's membership is asked for each time."""
    message = issues.read(token)
    if not issues.readable(message, at=timezone.now()):
        return render(request, "issues/gone.html", status=410)
    assert message.person is not None
    with translation.override(language_of(message.person)):
        context = {"message": message, "html": rendered(message.markdown), "markdown": message.markdown}
        return render(request, "issues/issue.html", context)
