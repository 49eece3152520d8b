"""Blockers: open one from its milestone, change it, clear it, give it another date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from programs.actions import blockers as actions
from programs.actions.errors import Refused
from programs.queries import access
from programs.queries.milestone import open_blocker
from programs.queries.snapshots import today_in
from programs.web import answers, posting, respond
from programs.web.forms import blockers as forms

if TYPE_CHECKING:
    from programs.web.posting import PersonRequest

FORM_METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(FORM_METHODS)
def block(request: PersonRequest, slug: str, key: str) -> HttpResponse:
    """Say that work on a milestone has stopped, and why."""
    row = access.milestone(slug, key, by=request.user, may="update")
    at = timezone.now()
    form = forms.NewBlocker(request.POST or None, program=row.program, today=today_in(row.program, at))
    context = {
        "form": form,
        "post": request.get_full_path(),
        "program": row.program,
        "milestone": row,
        "submit_label": _("Add blocker"),
        "cancel_url": answers.address(row),
    }

    def display(status: int = 200) -> HttpResponse:
        return respond.page_or_part(request, "blockers/new.html", "components/form.html", context, status=status)

    if request.method != "POST":
        return display()
    return posting.submit(
        request,
        form,
        lambda: actions.block(milestone=row, by=request.user, at=at, **form.given()),
        show=display,
        leave=lambda made: (
            answers.address(row),
            _("%(key)s is blocked by %(blocker)s") % {"key": row.key, "blocker": made.key},
        ),
    )


@require_http_methods(FORM_METHODS)
def edit(request: PersonRequest, slug: str, number: int) -> HttpResponse:
    """Change what is known about a blocker."""
    row = access.blocker(slug, number, by=request.user, may="update")
    at = timezone.now()
    form = forms.EditBlocker(request.POST or None, row=row, program=row.program, today=today_in(row.program, at))
    context = {
        "form": form,
        "post": request.get_full_path(),
        "program": row.program,
        "blocker": row,
        "submit_label": _("Save blocker"),
        "cancel_url": answers.home_of(row),
        "clear_form": forms.Clear(today=form.today, auto_id="clear_%s", initial={"version": row.version})
        if row.is_open
        else None,
    }

    def display(status: int = 200) -> HttpResponse:
        return respond.page_or_part(request, "blockers/edit.html", "components/form.html", context, status=status)

    if request.method != "POST":
        return display()
    return posting.submit(
        request,
        form,
        lambda: actions.edit(blocker=row, **form.edit(), by=request.user, at=at),
        show=display,
        leave=lambda saved: (answers.home_of(saved), _("%(key)s saved") % {"key": saved.key}),
    )


@require_POST
def clear(request: PersonRequest, slug: str, number: int) -> HttpResponse:
    """It no longer stops the work."""
    row = access.blocker(slug, number, by=request.user, may="update")
    at = timezone.now()
    form = forms.Clear(request.POST, today=today_in(row.program, at))
    return posting.submit(
        request,
        form,
        lambda: actions.clear(
            blocker=row,
            resolution=form.cleaned_data["resolution"],
            version=form.cleaned_data["version"],
            by=request.user,
            at=at,
        ),
        show=lambda status: answers.unsettled(request, form, row, _("Cleared"), status=status),
        leave=lambda _row: answers.settled(request, row, _("%(key)s is cleared") % {"key": row.key}),
    )


@require_POST
def clear_first(request: PersonRequest, slug: str, key: str) -> HttpResponse:
    """What holds this milestone no longer does: its oldest open blocker is cleared, without looking for its number."""
    row = access.milestone(slug, key, by=request.user, may="update")
    found = open_blocker(row)
    if found is None:
        return answers.refused(request, row, Refused(_("Nothing blocks %(key)s.") % {"key": row.key}, code="open"))
    try:
        actions.clear(blocker=found, by=request.user, at=timezone.now())
    except Refused as refused:
        return answers.refused(request, row, refused)
    return answers.settled(request, found, _("%(key)s is cleared") % {"key": found.key})


@require_POST
def new_date(request: PersonRequest, slug: str, number: int) -> HttpResponse:
    """It clears on another day."""
    row = access.blocker(slug, number, by=request.user, may="update")
    at = timezone.now()
    form = forms.NewDate(request.POST, today=today_in(row.program, at))
    return posting.submit(
        request,
        form,
        lambda: actions.new_date(
            blocker=row,
            expected_clear=form.cleaned_data["date"],
            version=form.cleaned_data["version"],
            by=request.user,
            at=at,
        ),
        show=lambda status: answers.unsettled(request, form, row, _("Save date"), status=status),
        leave=lambda saved: answers.settled(request, row, answers.clears(saved)),
    )


@require_POST
def still(request: PersonRequest, slug: str, number: int) -> HttpResponse:
    """It still blocks, and its date still holds."""
    row = access.blocker(slug, number, by=request.user, may="update")
    try:
        actions.still_the_same(blocker=row, by=request.user, at=timezone.now())
    except Refused as refused:
        return answers.refused(request, row, refused)
    return answers.settled(request, row, _("%(key)s is still the same") % {"key": row.key})


@require_POST
def reopen(request: PersonRequest, slug: str, number: int) -> HttpResponse:
    """It stops the work after all: the undo of clearing."""
    row = access.blocker(slug, number, by=request.user, may="update")
    try:
        actions.reopen(blocker=row, by=request.user, at=timezone.now())
    except Refused as refused:
        return answers.refused(request, row, refused)
    return answers.settled(request, row, _("%(key)s is open again") % {"key": row.key})
