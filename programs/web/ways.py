"""Ways back: what each is called, and a draft made of one."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from programs.actions.drafting import changes, drafts
from programs.actions.errors import Refused
from programs.models import RiskResponse, Scale
from programs.queries import access, choices, ways_back
from programs.web import respond, wording

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse

    from programs.models import PlanChange, Program
    from programs.queries.ways_back import Step, Way
    from programs.web.posting import PersonRequest


@require_POST
def open_way(request: PersonRequest, slug: str, number: int) -> HttpResponse:
    """Make a draft of one way, on the plan as it is now."""
    program, at = access.program(slug, by=request.user, may="update"), timezone.now()
    found = ways_back.ways(program)
    way = next((one for one in (*found.reaching, *found.helping) if one.number == number), None) if found else None
    if way is None:
        raise Http404
    if way.draft is not None:
        return respond.done(request, reverse("what-if", args=(slug, way.draft)))
    try:
        rows = [_change(step, program, request, at) for step in way.steps]
        draft = drafts.begin(program=program, name=called(way)[:200], by=request.user, at=at, changes=rows)
    except Refused as refused:
        words = _("The plan moved on since this was worked out. %(why)s") % {"why": refused.message}
        return respond.done(request, reverse("what-ifs", args=(slug,)), words)
    return respond.done(request, reverse("what-if", args=(slug, draft.pk)))


@require_POST
def buy_down(request: PersonRequest, slug: str, number: int) -> HttpResponse:
    """Make a draft in which one risk is answered: what is left of it as its register says, else the least likely step."""
    program, at = access.program(slug, by=request.user, may="update"), timezone.now()
    risk = choices.open_risks(program).filter(number=number).first()
    if risk is None:
        raise Http404
    left = {"probability": risk.residual_probability or Scale(1).value, "impact": risk.residual_impact or risk.impact}
    try:
        change = changes.risk(risk=risk, response=risk.response or RiskResponse.MITIGATE, **left)
    except Refused as refused:
        return respond.done(request, reverse("what-ifs", args=(slug,)), refused.message)
    draft = drafts.begin(program=program, name=str(risk)[:200], by=request.user, at=at, changes=[change])
    return respond.done(request, reverse("what-if", args=(slug, draft.pk)))


def _change(step: Step, program: Program, request: PersonRequest, at: datetime) -> PlanChange:
    if step.kind == "clear":
        blocker = choices.open_blockers(program).filter(pk=step.item).first()
        if blocker is not None:
            return changes.clear(blocker=blocker, on=None, at=at)
    elif step.kind == "part":
        link = choices.links_within(program).filter(pk=step.item).first()
        if link is not None:
            return changes.unlink(dependency=link)
    else:
        milestone = choices.open_milestones(program).filter(pk=step.item).first()
        if milestone is not None:
            days = Decimal(str(step.value))
            return changes.work(milestone=milestone, days=days, before=(), by=request.user, at=at)
    raise Refused(_("%(subject)s is no longer in the plan.") % {"subject": step.name}, code="deleted")


def called(way: Way) -> str:
    """What a way does, in words."""
    return str(capfirst(_(" and ").join(_called(step) for step in way.steps)))


def _called(step: Step) -> str:
    words = {
        "clear": _("clear %(name)s today"),
        "part": _("drop %(name)s"),
        "cut": _("cut %(days)s from %(name)s"),
        "draft": _("the draft “%(name)s”"),
    }[step.kind]
    return words % {"name": step.name, "days": wording.days_short(step.days)}
