"""Subscriptions: which summaries go to whom and when, a preview at once, and stopping them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from programs.actions import subscriptions as actions
from programs.actions.errors import Refused, Stale
from programs.mail import issue
from programs.models import Audience, OutboxMessage, Subscription
from programs.queries import access, issues
from programs.queries import outbox as queries
from programs.summaries import slots, words
from programs.web import posting, respond, wording
from programs.web.forms.subscriptions import PORTFOLIO, EditSubscription, NewSubscription

if TYPE_CHECKING:
    from collections.abc import Sequence

    from programs.web.posting import PersonRequest

AUDIENCES: dict[str, Any] = {
    Audience.LEADER: gettext_lazy("For a leader"),
    Audience.TEAM: gettext_lazy("For the team"),
    Audience.SPONSOR: gettext_lazy("For a sponsor"),
}
FORM_METHODS = ["GET", "HEAD", "POST"]


@dataclass(frozen=True, slots=True)
class Row:
    """One subscription as a table row."""

    subscription: Subscription
    audience: Any
    when: str
    known_zone: bool
    skipped: Sequence[datetime]
    edit_url: str
    preview_url: str


@require_safe
def subscriptions(request: PersonRequest, slug: str) -> HttpResponse:
    """A program's subscriptions: all of them for its managers, one's own for everybody else."""
    program = access.program(slug, by=request.user)
    manages = access.can(program, request.user, "manage")
    found = queries.subscriptions_in(program, by=request.user, manages=manages)
    context = {
        "program": program,
        "rows": rows(found, slug),
        "manages": manages,
        "new_url": reverse("subscription-new", args=[slug]),
    }
    return render(request, "subscriptions/list.html", context)


@require_safe
def mine(request: PersonRequest) -> HttpResponse:
    """Everything this person gets by mail, the portfolio's summary among it."""
    found = queries.subscriptions_of(request.user)
    sent = [(one, reverse("issue", args=[issues.token_for(one.pk)])) for one in issues.sent_to(request.user)]
    context: dict[str, Any] = {"program": None, "rows": rows(found), "manages": False, "sent": sent}
    context["new_url"] = reverse("my-subscription-new")
    return render(request, "subscriptions/list.html", context)


@require_http_methods(FORM_METHODS)
def new(request: PersonRequest, slug: str = "") -> HttpResponse:
    """Subscribe: oneself, or, for those who manage the program, another member."""
    program = access.program(slug, by=request.user) if slug else None
    manages = program is not None and access.can(program, request.user, "manage")
    form = NewSubscription(request.POST or None, today=wording.today(), program=program, by=request.user, manages=manages)
    home = home_of(slug)

    def save() -> Subscription:
        given = form.given()
        about = given.pop("about", PORTFOLIO)
        chosen = program if slug or about == PORTFOLIO else access.program(about, by=request.user)
        person = given.pop("person", request.user)
        return actions.create(person=person, program=chosen, by=request.user, at=timezone.now(), **given)

    def leave(row: Subscription) -> tuple[str, str]:
        return home, _("First summary: %(when)s") % {"when": wording.moment(row.next_at)}

    page = Page(request, "subscriptions/new.html", form, program, _("Subscribe"), home)
    return posting.submit(request, form, save, show=page.show, leave=leave) if request.method == "POST" else page.show()


@require_http_methods(FORM_METHODS)
def edit(request: PersonRequest, pk: int, slug: str = "") -> HttpResponse:
    """Change when it comes and for whom it is written, or pause it."""
    row = subscription_at(request, pk, slug)
    manages = row.program is not None and access.can(row.program, request.user, "manage")
    form = EditSubscription(request.POST or None, row=row, program=row.program, today=wording.today(), manages=manages)
    home = home_of(slug)

    def save() -> Subscription:
        version = form.cleaned_data["version"]
        try:
            return actions.edit(subscription=row, version=version, changes=form.given(), by=request.user, at=timezone.now())
        except Stale as stale:
            raise looked_old(form, stale) from stale

    page = Page(request, "subscriptions/edit.html", form, row.program, _("Save"), home, {"row": row, "urls": urls_of(row, slug)})
    leave = (home, _("Summary saved"))
    if request.method == "POST":
        return posting.submit(request, form, save, show=page.show, leave=lambda _row: leave)
    return page.show()


@require_POST
def preview(request: PersonRequest, pk: int, slug: str = "") -> HttpResponse:
    """Send the summary as it would be now, to oneself, at once. One a minute."""
    row = subscription_at(request, pk, slug)
    try:
        message = issue.preview(row, by=request.user, at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.message)
        return respond.done(request, home_of(slug))
    if message.state == OutboxMessage.State.HELD:
        return respond.done(
            request, reverse("outbox-message", args=[message.pk]), _("No mail server is set: this is your preview")
        )
    return respond.done(request, home_of(slug), _("A preview is on its way to %(address)s") % {"address": message.to})


@require_http_methods(FORM_METHODS)
def delete(request: PersonRequest, pk: int, slug: str = "") -> HttpResponse:
    """Ask, then remove it."""
    row = subscription_at(request, pk, slug)
    if request.method != "POST":
        return render(request, "subscriptions/delete.html", {"row": row, "program": row.program, "home": home_of(slug)})
    actions.delete(subscription=row, by=request.user, at=timezone.now())
    return respond.done(request, home_of(slug), _("Removed: nothing more is sent for it"))


# What the pages share


@dataclass(frozen=True, slots=True)
class Page:
    """A form on its page."""

    request: PersonRequest
    template: str
    form: Any
    program: Any
    submit_label: str
    cancel_url: str
    more: Any = None

    def show(self, status: int = 200) -> HttpResponse:
        """Render it, perhaps as a refusal."""
        context = {"form": self.form, "program": self.program, "submit_label": self.submit_label, "cancel_url": self.cancel_url}
        context |= self.more or {}
        return respond.page_or_part(self.request, self.template, "components/form.html", context, status=status)


def subscription_at(request: PersonRequest, pk: int, slug: str) -> Subscription:
    """The subscription at this address; under a program only one of that program."""
    row = access.subscription(pk, by=request.user)
    if slug and (row.program is None or row.program.slug != slug):
        raise Http404
    return row


def looked_old(form: EditSubscription, stale: Stale) -> Refused:
    """Somebody saved in between: the form comes again with what was typed, ready to be saved over theirs."""
    row = stale.current
    if not isinstance(row, Subscription):
        return Refused(stale.message)
    data = form.data.copy()  # type: ignore[attr-defined]
    data["version"] = str(row.version)
    form.data = data
    said = _("Somebody else changed this meanwhile to %(when)s. Save again to keep yours.")
    return Refused(said % {"when": when_of(row)})


def home_of(slug: str) -> str:
    """The list one came from."""
    return reverse("subscriptions", args=[slug]) if slug else reverse("my-subscriptions")


def urls_of(row: Subscription, slug: str) -> dict[str, str]:
    """Where a subscription is edited, previewed and removed, on the side of the product one came from."""
    prefix, args = ("subscription", [slug, row.pk]) if slug else ("my-subscription", [row.pk])
    return {verb: reverse(f"{prefix}-{verb}", args=args) for verb in ("edit", "preview", "delete")}


def when_of(row: Subscription) -> str:
    """Every Monday at 09:00, Europe/Berlin."""
    with words.spoken(_, ngettext):
        days = words.weekday_names(slots.Schedule.of(row.weekdays, row.local_time, row.time_zone).weekdays)
    return _("%(days)s at %(time)s, %(zone)s") % {"days": days, "time": f"{row.local_time:%H:%M}", "zone": row.time_zone}


def rows(found: Sequence[Subscription], slug: str = "") -> list[Row]:
    """The table."""
    skipped = queries.skipped_slots(found)
    listed = []
    for row in found:
        when = when_of(row)
        urls = urls_of(row, slug)
        known = slots.is_zone(row.time_zone)
        audience = AUDIENCES.get(row.audience, row.audience)
        listed.append(
            Row(row, audience, when[:1].upper() + when[1:], known, skipped.get(row.pk, ()), urls["edit"], urls["preview"])
        )
    return listed
