"""Move a milestone to another program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from programs.actions import relocating as actions
from programs.queries import access
from programs.queries import relocating as queries
from programs.queries.snapshots import today_in
from programs.web import posting, respond
from programs.web.forms.relocating import Move

if TYPE_CHECKING:
    from programs.models import Milestone
    from programs.web.posting import PersonRequest


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: PersonRequest, slug: str, key: str) -> HttpResponse:
    """Choose where to, among the programs one plans; then move it."""
    row = access.milestone(slug, key, by=request.user, may="plan")
    at = timezone.now()
    targets = queries.targets(row, by=request.user)
    form = Move(request.POST or None, row=row, targets=targets, today=today_in(row.program, at))
    context = {
        "form": form,
        "post": request.get_full_path(),
        "program": row.program,
        "milestone": row,
        "none": not targets,
        "submit_label": _("Move %(key)s") % {"key": row.key},
        "cancel_url": reverse("milestone-edit", args=(slug, key)),
    }

    def display(status: int = 200) -> HttpResponse:
        return respond.page_or_part(request, "milestone/move.html", "components/form.html", context, status=status)

    def save() -> Milestone:
        program, workstream = form.place()
        version = form.cleaned_data["version"]
        return actions.move(milestone=row, version=version, program=program, workstream=workstream, by=request.user, at=at)

    if request.method != "POST":
        return display()
    return posting.submit(
        request,
        form,
        save,
        show=display,
        leave=lambda moved: (
            reverse("milestone", args=(moved.program.slug, moved.key)),
            _("Moved: it is %(key)s now") % {"key": moved.key},
        ),
    )
