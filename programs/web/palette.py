"""What the command palette answers: things by name, and what a date in words would do to the milestone it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from programs.models import Analysis, Decision, Milestone, Program, Risk
from programs.queries import access, date_ways, preview
from programs.queries import search as finder
from programs.queries.snapshots import today_in
from programs.web import marks, wording
from programs.web.forms import dates

if TYPE_CHECKING:
    from datetime import date

    from programs.models import Person
    from programs.queries.search import Thing
    from programs.web.posting import PersonRequest


MOST = 8  # rows of one group


def groups(request: PersonRequest, q: str) -> list[dict[str, Any]]:
    """Best matches of the program one is in, then room for the page's own actions, then the other programs."""
    where = finder.plain(request.GET.get("in", ""))
    found = finder.search(q, by=request.user, most=MOST, first=where)
    roles = access.roles(request.user)
    here: list[dict[str, Any]] = []
    elsewhere: list[dict[str, Any]] = []
    for rank, thing in found.ranked(q):
        home = isinstance(thing, Program) or thing.program.slug == where
        near = rank == 0 or not where or (home and not isinstance(thing, Program))
        (here if near else elsewhere).append(row(thing, request.user, roles, home=home))
    return [
        {"label": _("Date"), "rows": _moves(request, q)},
        {"label": _("Best matches"), "rows": here[:MOST]},
        {"label": _("Other programs"), "rows": elsewhere[:MOST], "after": True},
    ]


def row(thing: Thing, person: Person, roles: dict[int, str], *, home: bool = False) -> dict[str, Any]:
    """One line: where it leads, its title and key, its glyph, and what else is worth knowing."""
    if isinstance(thing, Program):
        analysis = getattr(thing, "analysis", None)
        state = marks.state(analysis.health if analysis else "")
        return {"url": reverse("overview", args=(thing.slug,)), "title": thing.name, "state": state}
    program = thing.program
    hint = "" if home else program.name
    if isinstance(thing, Milestone):
        return _milestone(thing, person, roles.get(program.pk), home=home)
    if isinstance(thing, Risk):
        url = f"{reverse('risks', args=(program.slug,))}?q={thing.key}&status=all"
        return {"url": url, "title": thing.title, "key": thing.key, "icon": "risk", "hint": hint}
    if isinstance(thing, Decision):
        url = reverse("decision", args=(program.slug, thing.number))
        return {"url": url, "title": thing.title, "key": thing.key, "icon": "decision", "hint": hint}
    url = reverse("blocker", args=(program.slug, thing.number))
    state = "blocked" if thing.is_open else "done"
    return {"url": url, "title": thing.title, "key": thing.key, "state": state, "hint": hint}


def _milestone(thing: Milestone, person: Person, role: str | None, *, home: bool) -> dict[str, Any]:
    timing = getattr(thing, "timing", None)
    hint = thing.program.name
    if home and timing and thing.is_open:
        hint = _("Critical") if timing.critical else wording.day(timing.forecast)
    return {
        "url": reverse("milestone", args=(thing.program.slug, thing.key)),
        "title": thing.name,
        "key": thing.key,
        "state": marks.milestone_state(thing.status, thing.said, blocked=bool(timing and timing.blocked)),
        "hint": hint,
        "may": may(thing, person, role),
    }


def may(thing: Milestone, person: Person, role: str | None) -> str:
    """What this person may do to it from the palette, in words the script reads; `date` is for planners and owners."""
    if not thing.is_open or not (person.is_admin or access.allows(role, "update")):
        return "view"
    dated = person.is_admin or access.allows(role, "plan") or thing.owner_id == person.pk
    return "view update date" if dated else "view update"


def _moves(request: PersonRequest, q: str) -> list[dict[str, Any]]:
    """The offer to move a date, when what was typed is one and the palette is about a milestone whose date may be set."""
    thing = _about(request)
    if thing is None:
        return []
    today = today_in(thing.program, timezone.now())
    try:
        day = dates.read(q, today)
    except ValidationError:
        return []
    if "date" not in may(thing, request.user, access.role_in(thing.program, request.user)).split() or day < today:
        return []
    url = reverse("milestone-date", args=(thing.program.slug, thing.key))
    offer = {"icon": "clock", "post": url, "date": day.isoformat()}
    words, moves = _offer(thing, day, by=request.user, today=today)
    plans = access.can(thing.program, request.user, "plan")
    meant = () if moves else date_ways.ways(thing, day, at=timezone.now(), may_plan=plans)
    end = _finish_name(thing) if meant else ""
    ways = [{**offer, "title": _meaning(way, today), "hint": _effect(way, end, today), "how": way.meaning} for way in meant]
    promises = [way for way in ways if way["how"] == date_ways.Meaning.PROMISE]  # last: a hasty Enter makes none
    return [*(way for way in ways if way not in promises), {**offer, "title": words}, *promises]


def _meaning(way: date_ways.Way, today: date) -> str:
    """What the day would mean, where the date is worked out."""
    if way.meaning == date_ways.Meaning.WORK:
        return _("It takes until then: %(days)s of work") % {"days": wording.lag(way.days or 0, way.unit)}
    if way.meaning == date_ways.Meaning.START:
        return _("It cannot begin before %(day)s") % {"day": wording.day(way.begins, today)}
    return _("It is promised: make it the target")


def _effect(way: date_ways.Way, end: str, today: date) -> str:
    """What that does to the finish, or how far the forecast is from a promise."""
    if way.meaning == date_ways.Meaning.PROMISE:
        late = {"days": wording.working_days(way.late or 0)}
        return _("The forecast is %(days)s after it.") % late if (way.late or 0) > 0 else _("The forecast makes it.")
    if way.finish_before == way.finish_after:
        return _("The finish stays.")
    return f"{end} {wording.day(way.finish_after, today)}"


def _offer(thing: Milestone, day: date, *, by: Person, today: date) -> tuple[str, bool]:
    """ "Move forecast to Fri 12 Mar (Cutover Wed 23 Jun)": what would be kept, what it does; whether the forecast moves."""
    seen = preview.edited(thing, {"expected_date": day}, by=by, at=timezone.now())
    own = next((line.move for line in seen.rows if line.milestone and line.milestone.pk == thing.pk), None)
    forecast = thing.timing.forecast if getattr(thing, "timing", None) else None
    words = {
        "day": wording.day(day, today),
        "finish": _finish_name(thing),
        "date": wording.day(seen.finish_after, today),
        "forecast": wording.day(forecast, today),
    }
    if own is None and forecast:
        return _("Set your date to %(day)s; the forecast stays %(forecast)s") % words, False
    if own is None:
        return _("Set your date to %(day)s") % words, False
    if seen.finish_after is None:
        return _("Move forecast to %(day)s") % words, True
    return _("Move forecast to %(day)s (%(finish)s %(date)s)") % words, True


def _finish_name(thing: Milestone) -> str:
    """What ends the program, as far as it lies in the program itself."""
    analysis = Analysis.objects.filter(program=thing.program).select_related("finish_milestone").first()
    end = analysis.finish_milestone if analysis else None
    return end.name if end and end.program_id == thing.program_id else _("finish")


def _about(request: PersonRequest) -> Milestone | None:
    """The milestone whose address the palette sent along; None for anything else, and for what is not this person's to see."""
    try:
        match = resolve(request.GET.get("on", ""))
        if match.url_name != "milestone":
            return None
        return access.milestone(match.kwargs["slug"], match.kwargs["key"], by=request.user, may="update")
    except (Resolver404, Http404, PermissionDenied):
        return None
