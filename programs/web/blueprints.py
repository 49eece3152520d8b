"""Programs from programs: copies, templates, and what begins from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from programs.actions import blueprints as actions
from programs.intake.blueprint import size
from programs.intake.shipped import TEMPLATES
from programs.queries import access
from programs.queries import blueprints as queries
from programs.queries.snapshots import today_in
from programs.web import posting, respond, wording
from programs.web.forms import blueprints as forms

if TYPE_CHECKING:
    from programs.intake.blueprint import Blueprint
    from programs.models import ImportRun
    from programs.web.posting import PersonRequest

FORM_METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(FORM_METHODS)
def copy_program(request: PersonRequest, slug: str) -> HttpResponse:
    """A program once more, from another day."""
    program = access.program(slug, by=request.user, may="plan")
    at = timezone.now()
    first = queries.first_day(program)
    today = today_in(program, at)
    initial = {"name": _("%(name)s copy") % {"name": program.name}, "people": True, "start": max(first or today, today)}
    form = forms.CopyProgram(request.POST or None, today=today, initial=initial)

    def save() -> ImportRun:
        given = form.given()
        plan = queries.of_program(program, people=given["people"])
        source = program if given.pop("people") else None
        return actions.begin(blueprint=plan, by=request.user, at=at, people_of=source, **given)

    context = {"program": program, "first": first, "submit_label": _("Copy program"), "cancel_url": _settings(slug)}
    return _answer(request, form, save, page="blueprints/copy_program.html", context=context, leave=_begun)


@require_http_methods(FORM_METHODS)
def copy_workstream(request: PersonRequest, slug: str, key: str) -> HttpResponse:
    """A workstream once more, in the same program."""
    lane = access.workstream(slug, key, by=request.user, may="plan")
    at = timezone.now()
    first = queries.first_day(lane.program, lane)
    today = today_in(lane.program, at)
    initial = {
        "name": _("%(name)s copy") % {"name": lane.name},
        "people": True,
        "links": True,
        "start": max(first or today, today),
    }
    form = forms.CopyWorkstream(request.POST or None, today=today, initial=initial)

    def leave(run: ImportRun) -> tuple[str, str, str]:
        said = _("%(name)s is added with %(count)d milestones") % {
            "name": form.cleaned_data["name"],
            "count": run.report["created"]["milestones"],
        }
        return f"{reverse('milestones', args=(slug,))}?status=all", said, reverse("import-undo", args=(run.pk,))

    context = {"program": lane.program, "workstream": lane, "first": first, "submit_label": _("Copy workstream")}
    context["cancel_url"] = f"{_settings(slug)}#workstreams"
    return _answer(
        request,
        form,
        lambda: actions.copy_workstream(workstream=lane, by=request.user, at=at, **form.given()),
        page="blueprints/copy_workstream.html",
        context=context,
        leave=leave,
    )


@require_http_methods(FORM_METHODS)
def save_template(request: PersonRequest, slug: str) -> HttpResponse:
    """Keep a program as a template."""
    program = access.program(slug, by=request.user, may="manage")
    at = timezone.now()
    initial = {"name": program.name, "description": program.description}
    form = forms.SaveTemplate(request.POST or None, today=today_in(program, at), initial=initial)
    return _answer(
        request,
        form,
        lambda: actions.save_template(program=program, by=request.user, at=at, **form.given()),
        page="blueprints/save.html",
        context={"program": program, "submit_label": _("Save template"), "cancel_url": _settings(slug)},
        leave=lambda made: (reverse("templates"), _("%(name)s is kept as a template") % {"name": made.name}),
    )


@require_safe
def templates(request: PersonRequest) -> HttpResponse:
    """Everything one may begin from: what comes with Longpole, and what was saved."""
    shipped = [
        {"which": each.slug, "name": _(each.name), "description": _(each.description), "size": size(each.blueprint())}
        for each in TEMPLATES.values()
    ]
    saved = [
        {
            "which": row.pk,
            "name": row.name,
            "description": row.description,
            "size": size(row.content),
            "by": row.by,
            "shared": row.shared,
            "mine": row.by_id == request.user.pk or request.user.is_admin,
        }
        for row in queries.templates_for(request.user)
    ]
    return render(request, "blueprints/list.html", {"shipped": shipped, "saved": saved})


@require_http_methods(FORM_METHODS)
def begin(request: PersonRequest, which: str) -> HttpResponse:
    """A program from a template: what it holds, a name and the first day."""
    plan = _template(request, which)
    at = timezone.now()
    initial = {"name": plan["name"], "time_zone": request.user.time_zone}
    form = forms.Begin(request.POST or None, today=wording.today(), initial=initial)
    lanes = {lane["id"]: {"name": lane["name"], "rows": []} for lane in plan["lanes"]}
    rest: dict[str, Any] = {"name": _("Without a workstream"), "rows": []}
    names = {item["id"]: item["name"] for item in plan["milestones"]}
    waits: dict[str, list[str]] = {}
    for link in plan["links"]:
        waits.setdefault(link["to"], []).append(names.get(link["from"], ""))
    for item in plan["milestones"]:
        lane: dict[str, Any] = lanes.get(item.get("lane"), rest)
        lane["rows"].append({"name": item["name"], "days": item.get("duration_days"), "waits": waits.get(item["id"], [])})
    context = {
        "plan": plan,
        "size": size(plan),
        "lanes": [lane for lane in [*lanes.values(), rest] if lane["rows"]],
        "submit_label": _("Begin the program"),
        "cancel_url": reverse("templates"),
    }
    return _answer(
        request,
        form,
        lambda: actions.begin(blueprint=plan, by=request.user, at=at, **form.given()),
        page="blueprints/begin.html",
        context=context,
        leave=_begun,
    )


def _template(request: PersonRequest, which: str) -> Blueprint:
    """A template by its number, or by the name of one that comes with Longpole."""
    if which in TEMPLATES:
        return TEMPLATES[which].blueprint(_)
    if not which.isascii() or not which.isdigit() or len(which) > 15:
        raise Http404
    row = access.template(int(which), by=request.user)
    return {**row.content, "name": row.name, "description": row.description}


@require_POST
def delete_template(request: PersonRequest, pk: int) -> HttpResponse:
    """Delete a template of one's own; it can come back for a day."""
    row = access.template(pk, by=request.user, may="change")
    actions.delete_template(template=row, by=request.user, at=timezone.now())
    return respond.done(request, reverse("templates"), _("Template %(name)s deleted") % {"name": row.name})


def _begun(run: ImportRun) -> tuple[str, str, str]:
    made = actions.made_program(run)
    return (
        reverse("milestones", args=(made.slug,)),
        _("%(name)s is set up") % {"name": made.name},
        reverse("import-undo", args=(run.pk,)),
    )


def _settings(slug: str) -> str:
    return reverse("program-edit", args=(slug,))


def _answer(request: PersonRequest, form: Any, save: Any, *, page: str, context: dict[str, Any], leave: Any) -> HttpResponse:
    """A page with one form, or its form alone."""
    context |= {"form": form, "post": request.get_full_path()}

    def display(status: int = 200) -> HttpResponse:
        return respond.page_or_part(request, page, "components/form.html", context, status=status)

    return posting.submit(request, form, save, show=display, leave=leave) if request.method == "POST" else display()
