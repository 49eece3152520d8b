"""What one is told: the inbox, the answers to a new date, how often which kind comes by mail, and whom to follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from programs.actions import notices as actions
from programs.actions.errors import Refused
from programs.models import Answer, Frequency, NoticeKind, Reach
from programs.queries import access, hooks, unsubscribe
from programs.queries import notices as queries
from programs.summaries import words
from programs.web import answers, respond, wording

if TYPE_CHECKING:
    from django.http import HttpRequest

    from programs.models import Notice
    from programs.web.posting import PersonRequest

OFFERED = frozenset({Answer.ACKNOWLEDGED, Answer.CONTESTED})


@require_safe
def inbox(request: PersonRequest) -> HttpResponse:
    """The page. `?notice=12&answer=contested` opens the answer a mail offered; nothing is saved by looking."""
    written = request.GET.get("page", "1")
    page = int(written) if written.isascii() and written.isdecimal() and 0 < len(written) < 6 else 1
    with words.spoken(gettext, ngettext):
        view = queries.inbox(request.user, today=wording.today(), page=page)
    chosen, answer = request.GET.get("notice", ""), request.GET.get("answer", "")
    context = {"view": view, "page": page, "chosen": chosen, "answer": answer if answer in OFFERED else ""}
    return render(request, "inbox/page.html", context)


@require_POST
def answer(request: PersonRequest, pk: int) -> HttpResponse:
    """Say to a new date that one has seen it, or that it cannot hold."""
    notice = queries.notice(pk, by=request.user)
    given, note = request.POST.get("answer", ""), request.POST.get("note", "")
    try:
        notice = actions.answer(notice=notice, answer=given, note=note, by=request.user, at=timezone.now())
    except Refused as refused:
        return _row(request, notice, problem=refused.message, note=note, status=respond.UNPROCESSABLE)
    if respond.wants_part(request):
        return _row(request, queries.notice(pk, by=request.user))
    said = _("Thank you: it is noted.") if given == Answer.ACKNOWLEDGED else _("The program manager sees that it is contested.")
    return respond.done(request, reverse("inbox") + f"#n-{pk}", said)


def _row(request: PersonRequest, notice: Notice, *, problem: str = "", note: str = "", status: int = 200) -> HttpResponse:
    with words.spoken(gettext, ngettext):
        row = queries.worded([notice], request.user, today=wording.today())[0]
    context = {"row": row, "problem": problem, "note": note, "opened": bool(problem)}
    return respond.page_or_part(request, "inbox/one.html", "inbox/_row.html", context, status=status)


@require_POST
def read(request: PersonRequest) -> HttpResponse:
    """Mark everything as read."""
    actions.read(person=request.user, at=timezone.now())
    return respond.done(request, reverse("inbox"))


@require_http_methods(["GET", "HEAD", "POST"])
def wishes(request: PersonRequest) -> HttpResponse:
    """How often each kind of notice comes, and where."""
    if request.method == "POST":
        wanted = {kind: request.POST.get(kind, "") for kind in NoticeKind.values if kind in request.POST}
        reach = {kind: request.POST[f"{kind}-reach"] for kind in NoticeKind.values if f"{kind}-reach" in request.POST}
        if bad := [kind for kind, frequency in wanted.items() if frequency not in Frequency.values]:
            problem = _("Choose how often for: %(kind)s.") % {"kind": NoticeKind(bad[0]).label}
            return _wishes(request, problem=problem, status=respond.UNPROCESSABLE)
        if bad := [kind for kind, where in reach.items() if where not in Reach.values]:
            problem = _("Choose where for: %(kind)s.") % {"kind": NoticeKind(bad[0]).label}
            return _wishes(request, problem=problem, status=respond.UNPROCESSABLE)
        actions.prefer(person=request.user, wanted=wanted, reach=reach)
        return respond.done(request, reverse("notice-wishes"), _("Saved"))
    return _wishes(request)


def _wishes(request: PersonRequest, *, problem: str = "", status: int = 200) -> HttpResponse:
    context = {"kinds": queries.wishes(request.user), "frequencies": Frequency.choices, "problem": problem}
    hook = hooks.reaches(request.user)[0]
    context |= {"hook": hook, "reaches": Reach.choices if hook else []}
    return render(request, "inbox/wishes.html", context, status=status)


@login_not_required
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Stop one kind of mail from the mail itself (RFC 8058): a button for whoever opens the link, a POST stops."""
    found = unsubscribe.wish(token)
    if found is None:
        raise Http404
    person, kind = found
    asked = request.method == "POST" and request.POST.get("List-Unsubscribe") == "One-Click"
    if asked:
        actions.prefer(person=person, wanted={kind: Frequency.NEVER})
    stopped = dict(queries.frequencies(person))[NoticeKind(kind)] == Frequency.NEVER
    return render(request, "inbox/stop.html", {"kind": NoticeKind(kind), "stopped": stopped})


@require_POST
def follow(request: PersonRequest, slug: str, key: str) -> HttpResponse:
    """Begin to follow a milestone, or end it."""
    row = access.milestone(slug, key, by=request.user)
    follows = request.POST.get("follow") == "1"
    actions.follow(milestone=row, by=request.user, follows=follows)
    said = _("You hear when %(key)s moves") if follows else _("You no longer follow %(key)s")
    return respond.done(request, answers.address(row), said % {"key": row.key})
