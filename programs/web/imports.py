"""Bring a bundle in by browser: upload, look, decide. Nothing is saved before the last step, and that can be undone."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from programs.actions import imports
from programs.actions.errors import Refused
from programs.intake.findings import Unreadable
from programs.intake.phrases import FIXES, REASONS
from programs.models import ImportRun
from programs.queries import access
from programs.queries import imports as queries
from programs.web import respond, wording
from programs.web.forms.imports import Upload
from programs.web.posting import PersonRequest

PAGE = 100
ON_TOP = 5
TOO_LARGE = 413
LOOPS = 20
COLUMNS = ("table", "row", "column", "id", "value", "reason", "fix")


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: PersonRequest) -> HttpResponse:
    """Choose a file. A file that cannot be read is answered with every reason at once."""
    form = Upload(request.POST or None, request.FILES or None) if request.method == "POST" else Upload()
    context: dict[str, Any] = {"form": form, "problems": [], "recent": queries.recent(request.user)}
    if request.method != "POST":
        return render(request, "imports/new.html", context)
    if not form.is_valid():
        return render(request, "imports/new.html", context, status=respond.UNPROCESSABLE)
    file = form.cleaned_data["file"]
    try:
        made = imports.preview(name=file.name or "", data=file.read(), by=request.user, at=timezone.now())
    except Unreadable as refusal:
        context |= {
            "problems": [_said(each.as_dict()) for each in refusal.problems],
            "file_name": imports.shown_name(file.name or ""),
        }
        return render(request, "imports/new.html", context, status=_status(refusal))
    except Refused as refused:
        form.add_error(None, refused.message)
        return render(request, "imports/new.html", context, status=respond.UNPROCESSABLE)
    return respond.done(request, reverse("import-run", args=(made.pk,)))


def _status(refusal: Unreadable) -> int:
    return TOO_LARGE if any(each.code == "too_big" for each in refusal.problems) else respond.UNPROCESSABLE


@require_GET
def run(request: PersonRequest, pk: int) -> HttpResponse:
    """One import: what it would do, or what it did, and everything it has to say."""
    return _page(request, access.import_run(pk, by=request.user))


def _page(request: PersonRequest, found: ImportRun, *, refused: str = "", status: int = 200) -> HttpResponse:
    report = found.report
    show = request.GET.get("show", "")
    levels = {"fix": report["to_fix"], "check": report["to_check"], "all": report["to_fix"] + report["to_check"]}
    show = show if show in levels else "fix" if levels["fix"] else "check" if levels["check"] else "all"
    numbered = [{**each, "number": number} for number, each in enumerate(report["findings"], start=1)]
    page = Paginator([each for each in numbered if show in ("all", each["level"])], PAGE).get_page(request.GET.get("page"))
    urgent = [{**each, "page": place // PAGE + 1} for place, each in enumerate(_of_level(numbered, "fix"))]
    loops = report["loops"][:LOOPS]
    known = queries.named(found, loops, by=request.user)
    context = {
        "run": found,
        "report": report,
        "counts": _counts(report),
        "changes": report.get("changes", []),
        "new_rows": sum(report["created"].values()) + report["external_items"]["created"],
        "changed_rows": sum(report["updated"].values()) + report["external_items"]["updated"],
        "heading": _heading(found),
        "kept": report["rows"],
        "urgent": [_said(each) for each in sorted(urgent, key=lambda each: each["code"] != "loop_link")[:ON_TOP]],
        "loops": [[(each, known.get(each)) for each in _walked(loop)] for loop in loops],
        "show": show,
        "levels": levels,
        "page": page,
        "findings": [_said(each) for each in page],
        "programs": queries.programs_of(found, by=request.user) if found.state == ImportRun.State.APPLIED else [],
        "refused": refused,
    }
    return render(request, "imports/run.html", context, status=status)


def _of_level(findings: list[dict[str, Any]], level: str) -> list[dict[str, Any]]:
    return [each for each in findings if each["level"] == level]


def _walked(loop: list[str]) -> list[str]:
    """A loop from its first step back to it; the middle of a long one left out."""
    return [*loop, loop[0]] if len(loop) <= LOOPS else [*loop[:LOOPS], "…", loop[0]]


def _heading(found: ImportRun) -> str:
    rows, wrong = found.report["rows"], found.report["to_fix"]
    if found.state == ImportRun.State.UNDONE:
        return _("This import was undone")
    if found.state == ImportRun.State.APPLIED:
        return ngettext("%(count)s row imported", "%(count)s rows imported", rows) % {"count": f"{rows:,}"}
    return wording.rows_read(rows, wrong)


def _counts(report: dict[str, Any]) -> list[tuple[str, int, int, int]]:
    """Tables that have anything, with what is new, changed and the same."""
    names = {
        "programs": _("Programs"),
        "workstreams": _("Workstreams"),
        "milestones": _("Milestones"),
        "dependencies": _("Dependencies"),
        "risks": _("Risks"),
        "blockers": _("Blockers"),
        "updates": _("Updates"),
        "history": _("Recorded changes"),
    }
    words = ("created", "updated", "unchanged")
    rows = [(name, *(report[word][table] for word in words)) for table, name in names.items()]
    rows.append((_("External items"), *(report["external_items"][word] for word in words)))
    return [row for row in rows if any(row[1:])]


def _said(finding: dict[str, Any]) -> dict[str, Any]:
    """A finding in the reader's language."""
    code, params = finding["code"], finding["params"]
    reason, fix = REASONS.get(code, "%(why)s"), FIXES.get(code, "")
    return {**finding, "reason": _(reason) % params, "fix": _(fix) % params if fix else ""}


@require_POST
def confirm(request: PersonRequest, pk: int) -> HttpResponse:
    """Import what was shown, all of it or nothing."""
    found = access.import_run(pk, by=request.user)
    try:
        made = imports.confirm(run=found, by=request.user, at=timezone.now())
    except Refused as refused:
        return _page(request, access.import_run(pk, by=request.user), refused=refused.message, status=respond.CONFLICT)
    except Unreadable as refusal:
        words = " ".join(f"{each.reason}." for each in refusal.problems)
        return _page(request, access.import_run(pk, by=request.user), refused=words, status=respond.CONFLICT)
    said = _("%(name)s is imported") % {"name": made.title or made.source}
    return respond.done(request, reverse("import-run", args=(pk,)), said)


@require_POST
def again(request: PersonRequest, pk: int) -> HttpResponse:
    """Make the preview again, against the programs as they are now."""
    found = access.import_run(pk, by=request.user)
    try:
        imports.look_again(run=found, by=request.user, at=timezone.now())
    except Refused as refused:
        return _page(request, found, refused=refused.message, status=respond.CONFLICT)
    return respond.done(request, reverse("import-run", args=(pk,)))


@require_POST
def discard(request: PersonRequest, pk: int) -> HttpResponse:
    """Forget an upload."""
    found = access.import_run(pk, by=request.user)
    try:
        imports.discard(run=found)
    except Refused as refused:
        return _page(request, found, refused=refused.message, status=respond.CONFLICT)
    return respond.done(request, reverse("import-new"), _("The upload is discarded. Nothing was changed."))


@require_POST
def undo(request: PersonRequest, pk: int) -> HttpResponse:
    """Take an import back."""
    found = access.import_run(pk, by=request.user)
    try:
        imports.undo(run=found, by=request.user, at=timezone.now())
    except Refused as refused:
        return _page(request, found, refused=refused.message, status=respond.CONFLICT)
    return respond.done(request, reverse("import-run", args=(pk,)), _("The import is undone."))


@require_GET
def findings(request: PersonRequest, pk: int) -> HttpResponse:
    """Every finding as a table for a spreadsheet."""
    found = access.import_run(pk, by=request.user)
    said = map(_said, found.report["findings"])
    return respond.table(f"import-{found.pk}-findings", [COLUMNS, *([each[name] for name in COLUMNS] for each in said)])
