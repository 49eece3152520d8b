"""Who belongs to a program: let somebody in, give another role, take somebody out; and close an account for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings as installation
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from programs.actions import bounces, people, programs
from programs.actions.errors import Refused
from programs.mail import invitation
from programs.queries import access
from programs.queries import programs as queries
from programs.queries.snapshots import today_in
from programs.web import posting, respond
from programs.web import settings as pages
from programs.web.forms import programs as forms

if TYPE_CHECKING:
    from programs.models import Person, Program
    from programs.web.posting import PersonRequest


@require_POST
def invite(request: PersonRequest, slug: str) -> HttpResponse:
    """Let somebody in, and tell them by mail."""
    program = access.program(slug, by=request.user, may="manage")
    at = timezone.now()
    form = forms.Invite(request.POST, auto_id="invite_%s", today=today_in(program, at))

    def leave(person: Person) -> tuple[str, str]:
        said = _("%(name)s is a member; a mail is on its way") if installation.MAIL_LEAVES else _("%(name)s is a member")
        return pages.section_url(slug, "members"), said % {"name": person.name}

    return posting.submit(
        request,
        form,
        lambda: invitation.invite(program=program, by=request.user, at=at, **form.given()),
        show=lambda status: pages.page(request, program, invite=form, status=status),
        leave=leave,
    )


@require_POST
def role(request: PersonRequest, slug: str, person: int) -> HttpResponse:
    """Give a member another role."""
    program = access.program(slug, by=request.user, may="manage")
    member = _member(program, person)
    at = timezone.now()
    form = forms.ChangeRole(request.POST, auto_id="role_%s", today=today_in(program, at))
    return posting.submit(
        request,
        form,
        lambda: programs.set_member(program=program, person=member, role=form.cleaned_data["role"], by=request.user, at=at),
        show=lambda status: pages.page(request, program, role=form, role_of=member.pk, status=status),
        leave=lambda _row: (pages.section_url(slug, "members"), _("Role of %(name)s changed") % {"name": member.name}),
    )


@require_POST
def remove(request: PersonRequest, slug: str, person: int) -> HttpResponse:
    """End a membership."""
    program = access.program(slug, by=request.user, may="manage")
    member = _member(program, person)
    try:
        programs.remove_member(program=program, person=member, by=request.user, at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.message)
        return pages.page(request, program, status=respond.UNPROCESSABLE)
    home_url = pages.section_url(slug, "members")
    if member.pk == request.user.pk and not request.user.is_admin:
        home_url = reverse("home")
    return respond.done(request, home_url, _("%(name)s is no longer a member") % {"name": member.name})


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: PersonRequest, slug: str, person: int) -> HttpResponse:
    """Ask, then close an account everywhere. Administrators only."""
    program = access.program(slug, by=request.user, may="manage")
    access.require_admin(request.user)
    member = _member(program, person)
    if request.method != "POST":
        return render(request, "programs/close.html", {"program": program, "member": member})
    try:
        people.disable(person=member, by=request.user, at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.message)
        return render(request, "programs/close.html", {"program": program, "member": member}, status=respond.UNPROCESSABLE)
    return respond.done(
        request, pages.section_url(slug, "members"), _("The account of %(name)s is closed") % {"name": member.name}
    )


@require_POST
def reopen(request: PersonRequest, slug: str, person: int) -> HttpResponse:
    """Let somebody sign in again. Administrators only."""
    program = access.program(slug, by=request.user, may="manage")
    access.require_admin(request.user)
    member = _member(program, person)
    people.enable(person=member, by=request.user, at=timezone.now())
    return respond.done(request, pages.section_url(slug, "members"), _("%(name)s can sign in again") % {"name": member.name})


@require_POST
def confirm_address(request: PersonRequest, slug: str, person: int) -> HttpResponse:
    """Say that somebody's address works after all. Administrators only."""
    program = access.program(slug, by=request.user, may="manage")
    access.require_admin(request.user)
    member = _member(program, person)
    bounces.confirm(person=member, by=request.user, at=timezone.now())
    return respond.done(request, pages.section_url(slug, "members"), _("Mail goes to %(name)s again") % {"name": member.name})


def _member(program: Program, pk: int) -> Person:
    found = queries.member(program, pk)
    if found is None:
        raise Http404
    return found
