"""The opening paragraph of the coming summary: the draft as it stands, and what its manager may write above it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from programs.actions import openings as actions
from programs.mail.links import manage_url
from programs.queries import access
from programs.queries.coming_summary import Coming, coming, known
from programs.queries.snapshots import today_in
from programs.summaries import plain, words
from programs.web import posting
from programs.web.forms.openings import WriteOpening

if TYPE_CHECKING:
    from programs.models import Opening
    from programs.web.posting import PersonRequest


@require_http_methods(["GET", "HEAD", "POST"])
def opening(request: PersonRequest, slug: str) -> HttpResponse:
    """Read the draft; write the paragraph, or empty it to have the computed one."""
    program, at = access.program(slug, by=request.user, may="manage"), timezone.now()
    with words.spoken(_, ngettext):
        view = coming(program, by=request.user, at=at)
    form = WriteOpening(request.POST or None, row=view.row, program=program, today=today_in(program, at))

    def show(status: int = 200) -> HttpResponse:
        return _page(request, view, form, status=status)

    def save() -> Opening:
        return actions.write(program=program, facts=known(view.fact), **form.edit(), by=request.user, at=at)

    def leave(row: Opening) -> tuple[str, str]:
        return reverse("summary-opening", args=[slug]), _("Opening saved") if row.text else _("The computed sentences stand")

    return posting.submit(request, form, save, show=show, leave=leave) if request.method == "POST" else show()


def _page(request: PersonRequest, view: Coming, form: WriteOpening, *, status: int) -> HttpResponse:
    with words.spoken(_, ngettext):
        text = plain.text(view.summary, base=settings.BASE_URL, manage=manage_url(), stop=manage_url())
    context = {"program": view.row.program, "view": view, "form": form, "text": text}
    return render(request, "subscriptions/opening.html", context, status=status)
