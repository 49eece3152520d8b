"""Answer from a mail without signing in: the link shows a filled-in page, one press saves it as that person, nobody is logged in.

Looking never saves, so the scanners that open every link of a mail change nothing. Everything is looked up when it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from programs.actions import blockers, decisions, milestones, notices, risks
from programs.actions.errors import Refused, Stale
from programs.actions.undoing import undo as undoing
from programs.mail.issue import language_of
from programs.models import Blocker, Decision, Milestone, Notice, Risk
from programs.queries import access, answer_links
from programs.queries import notices as inbox
from programs.queries.answer_links import Gone, Link
from programs.queries.milestone import open_blocker
from programs.queries.my_work_asks import item_name
from programs.queries.snapshots import today_in
from programs.summaries import words
from programs.summaries.slots import zone
from programs.web import answers, respond, wording
from programs.web.forms.quick import FORMS
from programs.web.posting import Once

if TYPE_CHECKING:
    from datetime import date, datetime

    from programs.queries.answer_links import About
    from programs.summaries.notices import Told
    from programs.web.forms.base import Base

LABELS = {
    "same": lambda: _("Still the same"),
    "on_track": lambda: _("On track"),
    "at_risk": lambda: _("At risk"),
    "blocked": lambda: _("Blocked"),
    "done": lambda: _("Done"),
    "cleared": lambda: _("Cleared"),
    "date": lambda: _("New date"),
    "so_what": lambda: _("Write it"),
    "decide": lambda: _("Record the decision"),
    "review": lambda: _("Look again later"),
    "trigger": lambda: _("Not yet"),
    "happened": lambda: _("It happened"),
    "acknowledged": lambda: _("I have seen it"),
    "contested": lambda: _("It cannot hold"),
}


@login_not_required
@csrf_exempt  # the token is the authority: no cookie is looked at, and nobody without the link can send it
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The filled-in page of one offered answer, and its saving."""
    if offer := answer_links.plain(token):
        return _signed_in(request, *offer)
    link, at = _genuine(token), timezone.now()
    if reason := answer_links.gone(link, at=at):
        return _gone(request, link, reason)
    with translation.override(language_of(link.person)):
        about = answer_links.about(link)
        if isinstance(about, Gone):
            return _gone(request, link, about)
        form = _form(request, link, about, at)
        if request.method != "POST":
            return _page(request, link, about, form)
        return _save(request, token, link, about, form, at)


@login_not_required
@csrf_exempt
@never_cache
@require_POST
def undo(request: HttpRequest, token: str) -> HttpResponse:
    """Take back what was saved through this link; then it may be used again."""
    link, at = _genuine(token), timezone.now()
    batch = _batch(request.POST.get("batch", ""))
    if batch is None or not answer_links.answered_with(link, batch, at=at):
        return _gone(request, link, answer_links.gone(link, at=at) or Gone.SETTLED)
    with translation.override(language_of(link.person)):
        try:
            access.change(UUID(batch), by=link.person)
            undoing.undo(batch=UUID(batch), by=link.person, at=at)
        except Refused as refused:
            return render(request, "answer/saved.html", {"problem": refused.message, "person": link.person}, status=409)
        context = {"said": _("Taken back"), "again": reverse("quick-answer", args=(token,)), "person": link.person}
        return render(request, "answer/saved.html", context)


def _genuine(token: str) -> Link:
    link = answer_links.read(token)
    if link is None:
        raise Http404
    return link


def _batch(written: str) -> str | None:
    try:
        return str(UUID(written))
    except ValueError:
        return None


def _signed_in(request: HttpRequest, kind: str, pk: int, code: str) -> HttpResponse:
    """The same offer without a signature, as the outbox page shows it: the answer is ready where the reader is signed in."""
    person = request.user
    if not person.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if kind == "n":
        notice = inbox.notice(pk, by=person)
        return redirect(reverse("inbox") + f"?notice={notice.pk}&answer={code}#n-{notice.pk}")
    if kind == "r":
        risk = access.risk_anywhere(pk, by=person, may="view")
        return redirect("risk-happened" if code == "happened" else "risk-edit", risk.program.slug, risk.number)
    if kind == "d":
        decision = access.decision_anywhere(pk, by=person)
        return redirect("decision-decide" if code == "decide" else "decision-check", decision.program.slug, decision.number)
    row = access.milestone_anywhere(pk, by=person) if kind == "m" else access.blocker_anywhere(pk, by=person)
    if isinstance(row, Blocker) and code == "so_what":
        return redirect("blocker-edit", row.program.slug, row.number)
    return redirect(reverse("my-work") + "?" + urlencode({"item": item_name(row.program, row.key), "answer": code}))


def _form(request: HttpRequest, link: Link, about: About, at: datetime) -> Base:
    initial: dict[str, Any] = {} if isinstance(about, Notice) else {"version": about.version}
    if isinstance(about, Milestone) and link.code == "blocked" and (known := open_blocker(about)):
        known_facts = {"waiting_on": known.waiting_on or known.title, "expected_clear": known.expected_clear}
        initial |= {**known_facts, "clearer": known.owner}
    if isinstance(about, Risk):
        initial |= {"note": about.note, "title": about.title, "probability": about.probability, "impact": about.impact}
    data = request.POST if request.method == "POST" else None
    today = today_in(about.program, at)
    row = about if isinstance(about, Decision) else None
    return FORMS[link.kind, link.code](data, today=today, program=about.program, row=row, initial=initial)


def _page(request: HttpRequest, link: Link, about: About, form: Base, *, status: int = 200) -> HttpResponse:
    label = LABELS[link.code]()
    subject = about.milestone if isinstance(about, Notice) else about
    told = _told(about, link) if isinstance(about, Notice) else None
    context = {"form": form, "about": about, "subject": subject, "label": label, "person": link.person, "told": told}
    return render(request, "answer/page.html", context, status=status)


def _told(notice: Notice, link: Link) -> Told | None:
    """The new date that is answered, in the words of the mail."""
    today = timezone.now().astimezone(zone(link.person.time_zone)).date()
    with words.spoken(gettext, ngettext):
        rows = inbox.worded([notice], link.person, today=today)
    return rows[0].told if rows else None


def _save(request: HttpRequest, token: str, link: Link, about: About, form: Base, at: datetime) -> HttpResponse:
    """Save once: of two presses at a time the second finds it answered, or has to look again."""
    if not form.is_valid():
        return _page(request, link, about, form, status=respond.UNPROCESSABLE)
    once = Once(link.person, f"answer:{token}")
    if not once.first():
        return _gone(request, link, Gone.SETTLED)
    try:
        said = _keep(link, about, form, at)
    except Refused as refused:
        form.refuse(refused)
        return _page(request, link, about, form, status=respond.UNPROCESSABLE)
    except Stale as stale:
        if stale.current is None:
            return _gone(request, link, Gone.REVOKED)
        form.add_error(None, _("It changed meanwhile. Look at it again, then save."))
        form.data = {**request.POST.dict(), "version": str(getattr(stale.current, "version", ""))}
        return _page(request, link, about, form, status=respond.CONFLICT)
    finally:
        once.gave_up()
    deed = getattr(request, "deed", None)
    batch = str(deed.batch) if deed is not None and deed.steps else ""
    context = {"said": said, "undo": reverse("quick-undo", args=(token,)) if batch else "", "batch": batch}
    return render(request, "answer/saved.html", {**context, "person": link.person})


def _keep(link: Link, about: About, form: Base, at: datetime) -> str:
    """Save as this person and return what to tell."""
    given, by, still = form.cleaned_data, link.person, _("%(key)s is still the same")
    if isinstance(about, Notice):
        notices.answer(notice=about, answer=link.code, note=given.get("answer_note", ""), by=by, at=at)
        return (
            _("Thank you: it is noted.") if link.code == "acknowledged" else _("The program manager sees that it is contested.")
        )
    if isinstance(about, Milestone):
        if link.code != "same":
            return answers.stand(about, form, by=by, at=at)  # type: ignore[arg-type]  # the same fields as the quick update
        milestones.still_the_same(milestone=about, by=by, at=at)
        return still % {"key": about.key}
    if isinstance(about, Risk):
        return _keep_risk(link.code, about, given, by=by, at=at)
    if isinstance(about, Decision):
        version = given["version"] or about.version
        if link.code == "decide":
            decisions.decide(decision=about, version=version, by=by, at=at, **form.given())
            return _("%(key)s is decided") % {"key": about.key}
        when = given["day"]
        decisions.check(decision=about, version=version, limits=about.limits, by=by, at=at, review_on=when)
        return _again(about, when)
    return _keep_blocker(link.code, about, given, by=by, at=at) or still % {"key": about.key}


def _keep_blocker(code: str, about: Blocker, given: dict[str, Any], **who: Any) -> str:
    if code == "cleared":
        blockers.clear(blocker=about, resolution=given["resolution"], version=given["version"], **who)
        return _("%(key)s is cleared") % {"key": about.key}
    if code == "so_what":
        blockers.edit(blocker=about, version=given["version"] or about.version, changes={"so_what": given["so_what"]}, **who)
        return _("What %(key)s means is written down") % {"key": about.key}
    if code == "date":
        saved = blockers.new_date(blocker=about, expected_clear=given["date"], version=given["version"], **who)
        return answers.clears(saved)
    blockers.still_the_same(blocker=about, **who)
    return ""


def _keep_risk(code: str, about: Risk, given: dict[str, Any], **who: Any) -> str:
    version = given["version"] or about.version
    if code == "happened":
        facts = {"owner": about.owner, "next_step": about.response_text, "so_what": about.so_what}
        made = risks.happened(risk=about, version=version, title=given["title"], waiting_on=given["waiting_on"], **facts, **who)
        return _("%(key)s added") % {"key": made.key}
    if code == "so_what":
        risks.edit(risk=about, version=version, changes={"so_what": given["so_what"]}, **who)
        return _("What %(key)s means is written down") % {"key": about.key}
    changes = {"note": given["note"], "trigger_on" if code == "trigger" else "review_on": given["day"]}
    changes |= {name: given[name] for name in ("probability", "impact") if name in given}
    risks.edit(risk=about, version=version, changes=changes, **who)
    return _again(about, given["day"])


def _again(about: Risk | Decision, day: date) -> str:
    return _("%(key)s is looked at again %(day)s") % {"key": about.key, "day": wording.day(day)}


def _gone(request: HttpRequest, link: Link, reason: Gone) -> HttpResponse:
    """410: it was a link of ours, and it does nothing any more."""
    return render(request, "answer/gone.html", {"reason": reason.value, "link": link}, status=410)
