"""One's own profile: name, time zone, language, quiet hours, looks, keys, and where one is signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from programs.actions import bounces
from programs.actions import people as actions
from programs.queries import access, outbox
from programs.queries import people as queries
from programs.web import posting, respond, wording
from programs.web.forms import profile as forms

if TYPE_CHECKING:
    from programs.web.posting import PersonRequest


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: PersonRequest) -> HttpResponse:
    """Show and change one's own settings; nobody else's are reachable here."""
    person = access.oneself(by=request.user)
    form = forms.Profile(request.POST or None, row=person, today=wording.today())
    context = {
        "form": form,
        "post": request.get_full_path(),
        "submit_label": _("Save profile"),
        "cancel_url": reverse("home"),
        "bounced": outbox.bounce(person.email or ""),
        "slack": bool(settings.SLACK_SIGNING_SECRETS),
        "sessions": queries.sessions(person, current=request.session.session_key or "", at=timezone.now()),
    }

    def display(status: int = 200) -> HttpResponse:
        return respond.page_or_part(request, "profile/profile.html", "components/form.html", context, status=status)

    if request.method != "POST":
        return display()
    return posting.submit(
        request,
        form,
        lambda: actions.edit(person=person, **form.edit(), by=person, at=timezone.now()),
        show=display,
        leave=lambda row: (reverse("profile"), _("Profile saved")),
    )


@require_POST
def confirm_address(request: PersonRequest) -> HttpResponse:
    """Say that one's own address works after all."""
    bounces.confirm(person=request.user, by=request.user, at=timezone.now())
    return respond.done(request, reverse("profile"), _("Mail goes to your address again"))


@require_POST
def end_session(request: PersonRequest, handle: str) -> HttpResponse:
    """Sign out in one browser. In this one, that is signing out."""
    if not actions.end_session(person=request.user, handle=handle, by=request.user, at=timezone.now()):
        raise Http404
    return respond.done(request, f"{reverse('profile')}#sessions", _("That session has ended"))


@require_POST
def end_sessions(request: PersonRequest) -> HttpResponse:
    """Sign out everywhere else."""
    keep = request.session.session_key or ""
    ended = actions.end_other_sessions(person=request.user, keep=keep, by=request.user, at=timezone.now())
    said = ngettext("%(n)d session has ended", "%(n)d sessions have ended", ended) % {"n": ended}
    return respond.done(request, f"{reverse('profile')}#sessions", said)
