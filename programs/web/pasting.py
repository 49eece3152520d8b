"""Rows pasted from a spreadsheet: a text, a grid of cells with what it would do, then one save."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from programs.actions import blueprints, imports, pasting
from programs.actions.errors import Refused
from programs.intake import sheet
from programs.intake.pasted_phrases import SENTENCES
from programs.intake.values import Unusable
from programs.queries import access, paste_effect
from programs.queries.snapshots import today_in
from programs.web import pasting_file, pasting_words, posting, respond, wording
from programs.web.forms import paste as forms

if TYPE_CHECKING:
    from programs.intake.sheet import Cells
    from programs.models import ImportRun, Program
    from programs.web.posting import PersonRequest

READ, BLANK, MORE, LEAVE, SAVE, REASONS = "read", "blank", "more", "leave", "save", "reasons"
PART = {"text": "paste/_text.html", "match": "paste/_match.html", "grid": "paste/_grid.html"}


@dataclass(frozen=True, slots=True)
class Into:
    """Where rows go: into a program that is here, or into one that they begin, which `about` is about."""

    program: Program
    address: str
    cancel: str
    about: forms.About | None = None

    @property
    def needed(self) -> tuple[str, ...]:
        """Columns of which there has to be one."""
        return ("name",) if self.about else ("name", "key")


@require_http_methods(["GET", "HEAD", "POST"])
def paste(request: PersonRequest, slug: str) -> HttpResponse:
    """Paste rows into a program."""
    program = access.program(slug, by=request.user, may="plan")
    return _answer(request, Into(program, request.path, reverse("milestones", args=(slug,))))


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: PersonRequest) -> HttpResponse:
    """Begin a program with pasted rows or the file of a spreadsheet."""
    said = request.POST if "program-name" in request.POST else None
    name = PurePath(request.POST.get("file_name", "")).stem.replace("_", " ").replace("-", " ").strip()
    initial = {"name": name[:1].upper() + name[1:], "time_zone": request.user.time_zone}
    about = forms.About(said, today=wording.today(), prefix="program", initial=initial)
    return _answer(request, Into(about.as_program(request.user), request.path, reverse("program-new"), about))


def _answer(request: PersonRequest, into: Into) -> HttpResponse:
    """Paste, say what each column is, look, save. What is sent says which step it is."""
    sent = request.POST if request.method == "POST" else None  # an empty one, too, is a form that was sent
    today = today_in(into.program, timezone.now())
    kind = forms.PasteOrFile if into.about else forms.Paste
    form = kind(sent, files=request.FILES or None, program=into.program, today=today)
    if request.method != "POST":
        return _first(request, into, form)
    form.is_valid()
    step = request.POST.get("step") or (READ if "text" in request.POST else "")
    if step == READ:
        return _read(request, into, form)
    return _look(request, into, form, step)


def _look(request: PersonRequest, into: Into, form: forms.Paste, step: str) -> HttpResponse:
    """The rows under their columns, with what they would do."""
    rows, read = forms.rows(request.POST), forms.sheets(request.POST)
    wrong = read[1].wrong(into.needed) if read else {}
    if read and not rows:
        if wrong:
            return _match(request, into, form, read[1], wrong)
        rows = read[1].rows
    elif read and not wrong:
        rows = sheet.moved(rows, *read)
    if step in {BLANK, MORE}:
        rows = (rows + [forms.blank() for _each in range(forms.BLANK_ROWS)])[: pasting.MOST_ROWS]
    if not any(any(cells.values()) for cells in rows) and step not in {BLANK, MORE}:
        return _first(request, into, form, wrong=_(SENTENCES["nothing_pasted"]))
    if len(rows) > pasting.MOST_ROWS:
        words = _(SENTENCES["too_many_pasted"]) % {"rows": len(rows), "limit": pasting.MOST_ROWS}
        return _first(request, into, form, wrong=words)
    if wrong and read:
        chosen = pasting_words.columns(read[0], wrong, chosen=read[1].columns)
        return _grid(request, into, form, rows, columns=chosen, status=respond.UNPROCESSABLE)
    columns = pasting_words.columns(read[1]) if read else None
    if fix := request.POST.get("fix"):
        rows = pasting_words.fixed(rows, pasting.look(**_every(request, into, rows)), fix)
    if step == REASONS and (found := pasting.look(**_every(request, into, rows))).left:
        return pasting_file.answer(rows, found, read[1] if read else None, name=request.POST.get("file_name", ""))
    if step not in {SAVE, LEAVE}:
        return _grid(request, into, form, rows, columns=columns)
    return _save(request, into, form, rows, columns, leaving=step == LEAVE)


def _show(
    request: PersonRequest, into: Into, form: forms.Paste, part: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    file = form.cleaned_data.get("file") if form.is_bound else None
    name = file.name if file else form.data.get("file_name", "")
    context |= {
        "form": form,
        "into": into,
        "program": into.program,
        "about": into.about,
        "part": PART[part],
        "file_name": imports.shown_name(name) if name else "",
    }
    page = "paste/begin.html" if into.about else "paste/page.html"
    return respond.page_or_part(request, page, PART[part], context, status=status)


def _first(request: PersonRequest, into: Into, form: forms.Paste, *, wrong: str = "") -> HttpResponse:
    """The empty field; with what is wrong about a text or a file that cannot be read."""
    if wrong:
        form.add_error("file" if form.cleaned_data.get("file") else "text", wrong)
    context = {"most": pasting.MOST_ROWS, "reads": pasting_words.reads(new=bool(into.about))}
    return _show(request, into, form, "text", context, status=respond.UNPROCESSABLE if wrong else 200)


def _read(request: PersonRequest, into: Into, form: forms.Paste) -> HttpResponse:
    try:
        found = sheet.read(form.read_text(), pasting.MOST_ROWS)
    except Unusable as problem:
        return _first(request, into, form, wrong=_(SENTENCES[problem.code]) % problem.params)
    if into.about or not found.understood:
        return _match(request, into, form, found)
    return _grid(request, into, form, found.rows, columns=pasting_words.columns(found))


def _match(
    request: PersonRequest, into: Into, form: forms.Paste, found: sheet.Sheet, wrong: dict[int, str] | None = None
) -> HttpResponse:
    """What each column is, before its cells are looked at."""
    context = {"columns": pasting_words.columns(found, wrong or {}), "row_count": len(found.body)}
    return _show(request, into, form, "match", context, status=respond.UNPROCESSABLE if wrong else 200)


def _save(
    request: PersonRequest,
    into: Into,
    form: forms.Paste,
    rows: list[Cells],
    columns: pasting_words.Columns | None,
    *,
    leaving: bool,
) -> HttpResponse:
    """Save every row, or those that can be saved; what that does is what the page has shown."""
    at, answers, word = timezone.now(), forms.answers(request.POST), request.POST.get("rest" if leaving else "word", "")
    said = {"code": "", "words": ""}
    typed = pasting_words.cells_word(rows, answers)
    form.cleaned_data["token"] = f"{form.cleaned_data.get('token')} {typed}"  # other cells are another save
    about = into.about
    if about and not about.is_valid():
        return _grid(request, into, form, rows, columns=columns, status=respond.UNPROCESSABLE)

    def save() -> ImportRun:
        every: dict[str, Any] = {"rows": rows, "answers": answers, "word": word, "by": request.user, "at": at, "leaving": leaving}
        try:
            return pasting.begin(**every, **about.given()) if about else pasting.save(program=into.program, **every)
        except Refused as refused:
            said.update(code=refused.code, words=refused.message)
            if about and refused.code not in {"cells", "moved_on"}:
                about.refuse(refused)
                said["code"] = "about"
            raise

    def show(_status: int) -> HttpResponse:
        if said["code"] == "moved_on" and request.POST.get("of") != typed:
            return _grid(request, into, form, rows, columns=columns, edited=True)
        status = respond.CONFLICT if said["code"] == "moved_on" else respond.UNPROCESSABLE
        refused = "" if said["code"] in {"cells", "about"} else said["words"]
        return _grid(request, into, form, rows, columns=columns, refused=refused, status=status)

    return posting.submit(request, form, save, show=show, leave=lambda run: _left(into, run, rows if leaving else []))


def _left(into: Into, run: ImportRun, rows: list[Cells]) -> tuple[str, str, str]:
    """On to the list, with the way back in the toast. `rows`: all there were, where some of them are left out."""
    new, changed = run.report["created"]["milestones"], run.report["updated"]["milestones"]
    links = run.report["created"]["dependencies"]
    out = sum(any(cells.values()) for cells in rows) - pasting_words.rows_taken(run.report) if rows else 0
    program = blueprints.made_program(run) if into.about else into.program
    parts = [
        _("%(name)s is set up") % {"name": program.name} if into.about else "",
        ngettext("%(n)d milestone added", "%(n)d milestones added", new) % {"n": new} if new else "",
        ngettext("%(n)d changed", "%(n)d changed", changed) % {"n": changed} if changed else "",
        ngettext("%(n)d link added", "%(n)d links added", links) % {"n": links} if links else "",
        ngettext("%(n)d row left out", "%(n)d rows left out", out) % {"n": out} if out else "",
    ]
    said = ", ".join(filter(None, parts)) or _("Saved")
    address = f"{reverse('milestones', args=(program.slug,))}?status=all&sort=key"
    return address, said, reverse("import-undo", args=(run.pk,))


def _every(request: PersonRequest, into: Into, rows: list[Cells]) -> dict[str, Any]:
    """What a paste is looked at with."""
    answers = forms.answers(request.POST)
    return {"program": into.program, "rows": rows, "answers": answers, "by": request.user, "at": timezone.now()}


def _effect(request: PersonRequest, program: Program, found: pasting.Looked) -> paste_effect.Effect | None:
    """What the rows do to the dates, once they may be saved."""
    if not found.sound or found.plan is None or not found.plan.changes:
        return None
    return paste_effect.effect(program=program, plan=found.plan, existing=found.here.existing, by=request.user, at=timezone.now())


def _grid(
    request: PersonRequest,
    into: Into,
    form: forms.Paste,
    rows: list[Cells],
    *,
    columns: pasting_words.Columns | None = None,
    refused: str = "",
    edited: bool = False,
    status: int = 200,
) -> HttpResponse:
    """The grid with what it would do."""
    every = _every(request, into, rows)
    found = pasting.look(**every)
    rest = pasting.rest(found, **every)
    asked = request.POST.get("show", "fix" if into.about else "all")
    context = {
        "effect": _effect(request, into.program, rest or found),
        "today": form.today,
        "columns": columns,
        "heads": pasting_words.heads(columns),
        "body": pasting_words.body(rows, found, columns),
        "shown": pasting_words.shown(found, asked),
        "wrong": pasting_words.wrong(found),
        "preview": pasting_words.preview(found, rest or found),
        "rest": rest,
        "left": pasting_words.left(found),
        "heading": pasting_words.heading(found),
        "found": found,
        "token": secrets.token_urlsafe(18),
        "refused": refused or found.refused,
        "edited": edited,
        "of": pasting_words.cells_word(rows, every["answers"]),
        "room": len(rows) < pasting.MOST_ROWS,
        "most": pasting.MOST_ROWS,
    }
    return _show(request, into, form, "grid", context, status=status)
