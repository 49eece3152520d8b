"""Status updates for the followers of a program: a draft from the facts, what is typed kept, sent once, archived, copied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from programs.actions import reports as actions
from programs.actions.errors import Refused, Stale
from programs.mail import reports as mail
from programs.queries import access
from programs.queries import reports as queries
from programs.queries.snapshots import today_in
from programs.summaries import report as texts
from programs.summaries import words
from programs.web import posting, respond
from programs.web.forms.reports import WriteReport

if TYPE_CHECKING:
    from programs.models import Report
    from programs.web.posting import PersonRequest


@require_POST
def begin(request: PersonRequest, slug: str) -> HttpResponse:
    """Draft one from the facts of this moment, or go on with the one that is there."""
    program, at = access.program(slug, by=request.user, may="manage"), timezone.now()
    with words.spoken(_, ngettext):
        facts = queries.facts(program, by=request.user, at=at)
    actions.begin(program=program, texts=facts.texts, seen=facts.seen, by=request.user, at=at)
    return respond.done(request, reverse("report-draft", args=[slug]))


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: PersonRequest, slug: str) -> HttpResponse:
    """The draft, edited in place. Saved by its button, and by itself while one types."""
    row = access.report_draft(slug, by=request.user)
    form = _form(row, request)
    if request.method != "POST":
        return _page(request, row, form)
    there = reverse("report-preview" if "look" in request.POST else "report-draft", args=[slug])
    return posting.submit(
        request,
        form,
        lambda: _save(row, form, request),
        show=lambda status: _page(request, row, form, status=status),
        leave=lambda _row: (there, "" if "look" in request.POST else _("Draft saved")),
    )


@require_POST
def autosave(request: PersonRequest, slug: str) -> HttpResponse:
    """Keep what is typed so far; answers only how that went, and the new version for the form."""
    row = access.report_draft(slug, by=request.user)
    form = _form(row, request)
    context: dict[str, Any] = {"program": row.program}
    try:
        saved = posting.attempt(form, lambda: _save(row, form, request))
    except Stale as stale:
        return render(request, "reports/_saved.html", context | {"conflict": stale.message}, status=respond.CONFLICT)
    if saved is None:
        wrong = [f"{form[name].label}: {words_[0]}" if name in form.fields else words_[0] for name, words_ in form.errors.items()]
        return render(request, "reports/_saved.html", context | {"wrong": wrong}, status=respond.UNPROCESSABLE)
    fresh = WriteReport(auto_id="report_%s", row=saved, program=row.program, today=today_in(row.program, timezone.now()))
    return render(request, "reports/_saved.html", context | {"saved": timezone.now(), "form": fresh})


@require_safe
def preview(request: PersonRequest, slug: str) -> HttpResponse:
    """Exactly what will be sent, to whom, and the button that sends it."""
    return _preview(request, access.report_draft(slug, by=request.user))


@require_POST
def send(request: PersonRequest, slug: str) -> HttpResponse:
    """Send it once, and archive it. Whoever presses twice is led to what the first press sent."""
    number, version = (request.POST.get(name, "") for name in ("report", "version"))
    row = access.report_by_number(slug, _whole(number), by=request.user)
    try:
        row = mail.send(row, version=_whole(version), by=request.user, at=timezone.now())
    except Refused as refused:
        row.refresh_from_db()
        if row.sent_at is None:
            return _preview(request, row, refused=refused, status=respond.UNPROCESSABLE)
    said = ngettext("Sent to %(n)d person", "Sent to %(n)d people", row.sent_to) % {"n": row.sent_to}
    there = reverse("report", args=[slug, row.address])
    return respond.done(request, there, said if row.sent_to else _("Archived; nobody follows yet"))


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0


@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: PersonRequest, slug: str) -> HttpResponse:
    """Ask, then throw the draft away."""
    row = access.report_draft(slug, by=request.user)
    if request.method != "POST":
        return render(request, "reports/discard.html", {"program": row.program, "row": row})
    actions.discard(report=row, by=request.user, at=timezone.now())
    return respond.done(request, reverse("updates", args=[slug]), _("Draft discarded"))


@require_safe
def report(request: PersonRequest, slug: str, address: str) -> HttpResponse:
    """One that was sent, for every member, for good."""
    row = access.report(slug, address, by=request.user)
    with words.spoken(_, ngettext):
        shown = queries.shown(row, program=row.program)
        markdown = texts.markdown(shown, address=_address(row))
        context = {"program": row.program, "row": row, "report": shown, "markdown": markdown, "html": _clean(shown, row)}
        return render(request, "reports/detail.html", context)


@require_safe
def copy(request: PersonRequest, slug: str, address: str) -> HttpResponse:
    """The same as Markdown and as plain HTML, each in a box to copy from. Works without script."""
    row = access.report(slug, address, by=request.user)
    with words.spoken(_, ngettext):
        shown = queries.shown(row, program=row.program)
        context = {"program": row.program, "row": row, "markdown": texts.markdown(shown, address=_address(row))}
        return render(request, "reports/copy.html", context | {"html": _clean(shown, row)})


def _form(row: Report, request: PersonRequest) -> WriteReport:
    today = today_in(row.program, timezone.now())
    return WriteReport(request.POST or None, auto_id="report_%s", row=row, program=row.program, today=today)


def _save(row: Report, form: WriteReport, request: PersonRequest) -> Report:
    return actions.edit(report=row, **form.edit(), by=request.user, at=timezone.now())


def _page(request: PersonRequest, row: Report, form: WriteReport, *, status: int = 200) -> HttpResponse:
    followers = queries.followers(row.program)
    context = {"program": row.program, "row": row, "form": form, "followers": followers}
    return render(request, "reports/write.html", context, status=status)


def _preview(request: PersonRequest, row: Report, *, refused: Refused | None = None, status: int = 200) -> HttpResponse:
    today, state = today_in(row.program, timezone.now()), queries.health(row.program)
    row.author = request.user
    with words.spoken(_, ngettext):
        shown = queries.shown(row, program=row.program, on=today, state=state)
        context = {"program": row.program, "row": row, "report": shown, "followers": queries.followers(row.program)}
        return render(request, "reports/preview.html", context | {"refused": refused}, status=status)


def _address(row: Report) -> str:
    return settings.BASE_URL + reverse("report", args=[row.program.slug, row.address])


def _clean(shown: texts.Report, row: Report) -> str:
    """HTML to paste into a document: headings, paragraphs and lists, nothing else."""
    return render_to_string("reports/_clean.html", {"report": shown, "address": _address(row)}).strip() + "\n"
