"""One's own profile: name, time zone, theme, keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from programs.actions import people as actions
from programs.queries import access
from programs.web import posting, respond, wording
from programs.web.forms import profile as forms

if TYPE_CHECKING:
    from programs.web.posting import PersonRequest


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: PersonRequest) -> HttpResponse:
    """Show and change one's own settings; nobody else's are reachable here."""
    person = access.oneself(by=request.user)
    form = forms.Profile(request.POST or None, row=person, today=wording.today())
    context = {"form": form, "post": request.get_full_path(), "submit_label": _("Save profile"), "cancel_url": reverse("home")}

    def display(status: int = 200) -> HttpResponse:
        return respond.page_or_part(request, "profile/profile.html", "components/form.html", context, status=status)

    if request.method != "POST":
        return display()
    return posting.submit(
        request,
        form,
        lambda: actions.edit(
            person=person,
            version=form.cleaned_data["version"],
            changes=form.given(),
            base=form.made_from,
            by=person,
            at=timezone.now(),
        ),
        show=display,
        leave=lambda row: (reverse("profile"), _("Profile saved")),
    )
