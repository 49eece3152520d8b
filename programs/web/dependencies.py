"""Dependencies: find the other milestone and link it, change a link, set it aside, take it away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from programs.actions import dependencies as actions
from programs.actions.errors import Refused
from programs.queries import access
from programs.queries import search as finder
from programs.queries.snapshots import today_in
from programs.web import answers, posting, respond
from programs.web.forms import dependencies as forms

if TYPE_CHECKING:
    from programs.models import Dependency, Milestone
    from programs.web.posting import PersonRequest

FORM_METHODS = ["GET", "HEAD", "POST"]
OFFERED = 12


@require_http_methods(FORM_METHODS)
def new(request: PersonRequest, slug: str, key: str) -> HttpResponse:
    """Link a milestone with another one, here or in another program the person plans. The search is a GET form of its own."""
    row = access.milestone(slug, key, by=request.user, may="update")
    if row.owner_id != request.user.pk:
        access.require(row.program, request.user, "plan")
    at = timezone.now()
    direction = request.GET.get("direction") if request.GET.get("direction") in {forms.WAITS, forms.FEEDS} else forms.WAITS
    form = forms.NewDependency(request.POST or None, today=today_in(row.program, at), initial={"direction": direction})
    context = {
        "form": form,
        "post": request.get_full_path(),
        "program": row.program,
        "milestone": row,
        "q": finder.plain(request.GET.get("q", "")),
        "direction": direction,
        "found": _found(request, row),
        "picked": _picked(request),
        "submit_label": _("Add dependency"),
        "cancel_url": answers.address(row),
    }

    def display(status: int = 200) -> HttpResponse:
        return respond.page_or_part(request, "dependencies/new.html", "dependencies/_form.html", context, status=status)

    if request.method != "POST":
        if request.headers.get("HX-Target") == "found":
            return respond.parts(request, ("dependencies/_found.html", context))
        return display()
    return posting.submit(
        request,
        form,
        lambda: _link(row, form, request, at),
        show=display,
        leave=lambda _made: (answers.address(row), _("Dependency added")),
    )


@require_http_methods(FORM_METHODS)
def edit(request: PersonRequest, slug: str, pk: int) -> HttpResponse:
    """Change how one milestone hangs on the other."""
    row = _mine(request, slug, pk)
    at = timezone.now()
    form = forms.EditDependency(request.POST or None, row=row, today=today_in(row.successor.program, at))
    home = _home(row, slug)
    context = {
        "form": form,
        "post": request.get_full_path(),
        "link": row,
        "program": row.successor.program if row.successor.program.slug == slug else row.predecessor.program,
        "submit_label": _("Save dependency"),
        "cancel_url": home,
        "remove_url": reverse("dependency-remove", args=(slug, pk)),
        "restore_url": reverse("dependency-restore", args=(slug, pk)),
    }

    def display(status: int = 200) -> HttpResponse:
        return respond.page_or_part(request, "dependencies/edit.html", "components/form.html", context, status=status)

    if request.method != "POST":
        return display()
    return posting.submit(
        request,
        form,
        lambda: actions.edit(dependency=row, **form.edit(), by=request.user, at=at),
        show=display,
        leave=lambda _saved: (home, _("Dependency saved")),
    )


@require_POST
def remove(request: PersonRequest, slug: str, pk: int) -> HttpResponse:
    """Take a link away."""
    row = _mine(request, slug, pk)
    home = _home(row, slug)
    actions.unlink(dependency=row, by=request.user, at=timezone.now())
    return respond.done(request, home, _("Dependency removed"))


@require_POST
def restore(request: PersonRequest, slug: str, pk: int) -> HttpResponse:
    """Let a link that was set aside take part again, or set an active one aside."""
    row = _mine(request, slug, pk)
    home = _home(row, slug)
    if not row.set_aside:
        actions.set_aside(dependency=row, by=request.user, at=timezone.now())
        return respond.done(request, home, _("Dependency set aside: it moves no dates"))
    try:
        actions.restore(dependency=row, by=request.user, at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.message)
        return respond.done(request, reverse("dependency-edit", args=(slug, pk)))
    return respond.done(request, home, _("Dependency restored"))


def _mine(request: PersonRequest, slug: str, pk: int) -> Dependency:
    """The link, if this person may change it: 404 when either end is out of sight, 403 when the role is too low."""
    row = access.dependency(slug, pk, by=request.user, may="view")
    actions.require_may_link(row.predecessor, row.successor, request.user)
    return row


def _home(row: Dependency, slug: str) -> str:
    """The page of the end that lies in this program; the one that waits when both do."""
    end = row.successor if row.successor.program.slug == slug else row.predecessor
    return reverse("milestone", args=(slug, end.key))


def _link(row: Milestone, form: forms.NewDependency, request: PersonRequest, at: Any) -> Dependency:
    given = form.given()
    other = access.milestone_anywhere(given.pop("other"), by=request.user)
    waits = given.pop("direction") == forms.WAITS
    first, second = (other, row) if waits else (row, other)
    try:
        return actions.link(predecessor=first, successor=second, by=request.user, at=at, **given)
    except Refused as refused:
        raise Refused(refused.message, "other" if refused.field in {"predecessor", "successor"} else refused.field) from refused


def _found(request: PersonRequest, row: Milestone) -> list[Milestone]:
    q = request.GET.get("q", "")
    return finder.milestones(q, by=request.user, most=OFFERED, first=row.program.slug, leave_out=row.pk) if q else []


def _picked(request: PersonRequest) -> Milestone | None:
    """The milestone that was picked before the form came back, so that it stays picked."""
    number = request.POST.get("other") or request.GET.get("other") or ""
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    return access.milestones_for(request.user).filter(pk=int(number)).select_related("program").first()
