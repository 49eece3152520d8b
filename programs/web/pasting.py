"""Rows pasted from a spreadsheet: a text, a grid of cells with what it would do, then one save."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from programs.actions import pasting
from programs.actions.errors import Refused
from programs.intake import sheet
from programs.intake.pasted_phrases import SENTENCES
from programs.intake.values import Unusable
from programs.queries import access, paste_effect
from programs.queries.snapshots import today_in
from programs.web import pasting_words, posting, respond
from programs.web.forms import paste as forms

if TYPE_CHECKING:
    from programs.intake.sheet import Cells
    from programs.models import ImportRun, Program
    from programs.web.posting import PersonRequest

READ, BLANK, MORE, SAVE = "read", "blank", "more", "save"


@require_http_methods(["GET", "HEAD", "POST"])
def paste(request: PersonRequest, slug: str) -> HttpResponse:
    """Paste, look, save. What is sent says which step: read a text, more rows, check the cells, save them."""
    program = access.program(slug, by=request.user, may="plan")
    sent = request.POST if request.method == "POST" else None  # an empty one, too, is a form that was sent
    form = forms.Paste(sent, files=request.FILES or None, program=program, today=today_in(program, timezone.now()))
    step = request.POST.get("step") or (READ if "text" in request.POST else "")
    if request.method != "POST":
        return _first(request, program, form)
    form.is_valid()
    if step == READ:
        return _read(request, program, form)
    rows = forms.rows(request.POST)
    if step in {BLANK, MORE}:
        rows = (rows + [forms.blank() for _each in range(forms.BLANK_ROWS)])[: pasting.MOST_ROWS]
    if not any(any(cells.values()) for cells in rows) and step not in {BLANK, MORE}:
        return _first(request, program, form, wrong=_(SENTENCES["nothing_pasted"]))
    if len(rows) > pasting.MOST_ROWS:
        words = _(SENTENCES["too_many_pasted"]) % {"rows": len(rows), "limit": pasting.MOST_ROWS}
        return _first(request, program, form, wrong=words)
    if step != SAVE:
        return _grid(request, program, form, rows)
    return _save(request, program, form, rows)


def _first(request: PersonRequest, program: Program, form: forms.Paste, *, wrong: str = "") -> HttpResponse:
    """The empty field; with what is wrong about a text or a file that cannot be read."""
    if wrong:
        form.add_error("file" if form.cleaned_data.get("file") else "text", wrong)
    context = {"form": form, "program": program, "most": pasting.MOST_ROWS, "columns": pasting_words.columns()}
    status = respond.UNPROCESSABLE if wrong else 200
    return respond.page_or_part(request, "paste/page.html", "paste/_text.html", {**context, "text": True}, status=status)


def _read(request: PersonRequest, program: Program, form: forms.Paste) -> HttpResponse:
    try:
        found = sheet.read(form.read_text(), pasting.MOST_ROWS)
    except Unusable as problem:
        return _first(request, program, form, wrong=_(SENTENCES[problem.code]) % problem.params)
    return _grid(request, program, form, found.rows, sheet_read=found)


def _save(request: PersonRequest, program: Program, form: forms.Paste, rows: list[Cells]) -> HttpResponse:
    at, answers, word = timezone.now(), forms.answers(request.POST), request.POST.get("word", "")
    said = {"code": "", "words": ""}
    typed = pasting_words.cells_word(rows, answers)
    form.cleaned_data["token"] = f"{form.cleaned_data.get('token')} {typed}"  # other cells are another save

    def save() -> ImportRun:
        try:
            return pasting.save(program=program, rows=rows, answers=answers, word=word, by=request.user, at=at)
        except Refused as refused:
            said.update(code=refused.code, words=refused.message)
            raise

    def show(_status: int) -> HttpResponse:
        if said["code"] == "moved_on" and request.POST.get("of") != typed:
            return _grid(request, program, form, rows, edited=True)
        status = respond.CONFLICT if said["code"] == "moved_on" else respond.UNPROCESSABLE
        return _grid(request, program, form, rows, refused="" if said["code"] == "cells" else said["words"], status=status)

    return posting.submit(request, form, save, show=show, leave=lambda run: _left(program, run))


def _left(program: Program, run: ImportRun) -> tuple[str, str, str]:
    """On to the list, with the way back in the toast."""
    new, changed = run.report["created"]["milestones"], run.report["updated"]["milestones"]
    links = run.report["created"]["dependencies"]
    parts = [
        ngettext("%(n)d milestone added", "%(n)d milestones added", new) % {"n": new} if new else "",
        ngettext("%(n)d changed", "%(n)d changed", changed) % {"n": changed} if changed else "",
        ngettext("%(n)d link added", "%(n)d links added", links) % {"n": links} if links else "",
    ]
    said = ", ".join(filter(None, parts)) or _("Saved")
    address = f"{reverse('milestones', args=(program.slug,))}?status=all&sort=key"
    return address, said, reverse("import-undo", args=(run.pk,))


def _effect(request: PersonRequest, program: Program, found: pasting.Looked) -> paste_effect.Effect | None:
    """What the rows do to the dates, once they may be saved."""
    if not found.sound or found.plan is None or not found.plan.changes:
        return None
    return paste_effect.effect(program=program, plan=found.plan, existing=found.here.existing, by=request.user, at=timezone.now())


def _grid(
    request: PersonRequest,
    program: Program,
    form: forms.Paste,
    rows: list[Cells],
    *,
    sheet_read: sheet.Sheet | None = None,
    refused: str = "",
    edited: bool = False,
    status: int = 200,
) -> HttpResponse:
    """The grid with what it would do."""
    answers = forms.answers(request.POST)
    found = pasting.look(program=program, rows=rows, answers=answers, by=request.user, at=timezone.now())
    context = {
        "form": form,
        "program": program,
        "effect": _effect(request, program, found),
        "today": form.today,
        "heads": forms.LABELS,
        "body": pasting_words.body(rows, found),
        "wrong": pasting_words.wrong(found),
        "preview": pasting_words.preview(found),
        "found": found,
        "token": secrets.token_urlsafe(18),
        "refused": refused or found.refused,
        "edited": edited,
        "of": pasting_words.cells_word(rows, answers),
        "unread": sheet_read.unread if sheet_read else (),
        "no_header": sheet_read is not None and not sheet_read.header,
        "room": len(rows) < pasting.MOST_ROWS,
        "most": pasting.MOST_ROWS,
    }
    return respond.page_or_part(request, "paste/page.html", "paste/_grid.html", context, status=status)
