"""One cell of the milestones list, edited where it stands. Without script the same form is a page of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from programs.actions import milestones as actions
from programs.queries import access
from programs.queries.snapshots import today_in
from programs.web import answers, posting, respond
from programs.web.forms import cells as forms

if TYPE_CHECKING:
    from programs.web.posting import PersonRequest


@require_http_methods(["GET", "HEAD", "POST"])
def cell(request: PersonRequest, slug: str, key: str, name: str) -> HttpResponse:
    """What a cell of the list is made of: 422 comes back in place, 409 with both sides, a save with the whole row."""
    row = access.milestone(slug, key, by=request.user, may="plan")
    if name not in forms.CELLS:
        raise Http404
    at = timezone.now()
    form = forms.Cell(request.POST or None, cell=name, row=row, program=row.program, today=today_in(row.program, at))
    context = {"form": form, "milestone": row, "program": row.program, "cell": name, "cancel_url": answers.address(row)}

    def display(status: int = 200) -> HttpResponse:
        return respond.page_or_part(request, "milestones/cell.html", "milestones/_cell.html", context, status=status)

    if request.method != "POST":
        return display()
    return posting.submit(
        request,
        form,
        lambda: actions.edit(milestone=row, **form.edit(), by=request.user, at=at),
        show=display,
        leave=lambda saved: answers.settled(request, saved, _("%(key)s saved") % {"key": saved.key}),
    )
