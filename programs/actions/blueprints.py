"""Plans made from plans: a program or workstream copied from another start, a template saved, a program begun from one.

All of them are a blueprint laid out from a day and written like an import, in one transaction: names, lengths, links and the
distance of every date stay; statuses, blockers, risks and updates begin anew.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from programs.actions import checks, events, programs, removing, revisions, workstreams
from programs.actions.errors import Refused
from programs.actions.importing import by_hand
from programs.actions.imports import limits
from programs.actions.pasting import too_many
from programs.actions.saving import Draft, stored
from programs.graph.days import add_working_days, next_working_day
from programs.graph.types import DayCalendar
from programs.intake import plan
from programs.intake.blueprint import KEPT_OF_PROGRAM, Blueprint, lay_out
from programs.intake.findings import Unreadable
from programs.intake.wants import Existing, Plan
from programs.models import ImportRun, Membership, Milestone, Person, Program, Template, Workstream
from programs.models.fields import FIRST_DATE, LAST_DATE
from programs.queries import blueprints as queries
from programs.queries import pasting
from programs.queries.calendars import calendars

NEW = "program"  # the id of a program on its way in
SETTINGS = frozenset({"name", "description", "url", "time_zone", "day_unit", "thresholds", "start_date", "target_date"})


@transaction.atomic(durable=True)
def begin(
    *,
    blueprint: Blueprint,
    name: str,
    start: date,
    by: Person,
    at: datetime,
    time_zone: str = "",
    people_of: Program | None = None,
) -> ImportRun:
    """Make a program from a blueprint: its first day is `start`. With `people_of`, members of that program stay what they are."""
    revision = revisions.hold_graph()
    draft = _program(blueprint, name, start, time_zone, by)
    days = _days(draft.row, blueprint.get("exceptions", ()), start)
    target = days(blueprint["target"]) if blueprint.get("target") is not None else None
    settings = {each: blueprint[each] for each in KEPT_OF_PROGRAM if blueprint.get(each) not in (None, "")}
    settings |= {
        "name": draft.row.name,
        "owner": by.pk,
        "time_zone": draft.row.time_zone,
        "start_date": days(0),
        "target_date": target,
    }
    existing = Existing(total_milestones=Milestone.objects.count())
    laid = _make(blueprint, existing, into=NEW, day=days, program=settings, today=at.date())
    title = _("%(name)s, begun from a plan") % {"name": draft.row.name}
    run = by_hand.write(laid, existing, by=by, at=at, revision=revision, title=title)
    if people_of is not None:
        _same_members(people_of, run, by)
    return run


def _program(blueprint: Blueprint, name: str, start: date, time_zone: str, by: Person) -> Draft[Program]:
    """What is said of the program itself, by the rules of one that is made by hand."""
    draft = Draft(Program(owner=by, country=blueprint.get("country", ""), subdivision=blueprint.get("subdivision", "")))
    said = {each: blueprint[each] for each in SETTINGS - {"name", "start_date", "target_date"} if blueprint.get(each)}
    draft.put({**said, "name": name, "start_date": start, **({"time_zone": time_zone} if time_zone else {})}, SETTINGS)
    draft.row.weekdays = blueprint.get("weekdays") or draft.row.weekdays
    programs.require_own_name(draft)
    checks.known_zone(draft, "time_zone", draft.row.time_zone)
    draft.raise_problems()
    return draft


def _days(program: Program, exceptions: Any, start: date) -> Callable[[int], date]:
    """Days by their distance in working days from the first one, in the calendar the program will have."""
    calendar = calendars([program], around=start)[program.pk]
    closed = {date.fromisoformat(day) for day, working, _name in exceptions if not working}
    extra = {date.fromisoformat(day) for day, working, _name in exceptions if working}
    own = DayCalendar(calendar.weekdays, (calendar.holidays | closed) - extra, calendar.extra_days | extra)
    first = next_working_day(start, own)

    @cache
    def day(away: int) -> date:
        try:
            found = add_working_days(first, away, own)
        except OverflowError:
            found = date.max
        if not FIRST_DATE <= found <= LAST_DATE:
            words = _("From this day some dates lie beyond the years 1970 to 2100. Choose an earlier start.")
            raise Refused(words, "start", "date")
        return found

    return day


def _make(
    blueprint: Blueprint,
    existing: Existing,
    *,
    into: str,
    day: Callable[[int], date],
    today: date,
    program: dict[str, Any] | None = None,
) -> Plan:
    try:
        bundle = lay_out(blueprint, into=into, day=day, program=program)
        return plan.make(bundle, existing, today=today, limits=limits())
    except Unreadable as refusal:
        raise Refused(too_many(refusal), code="limit") from None


def _same_members(source: Program, run: ImportRun, by: Person) -> None:
    """Members of the source are members of the copy, in the same roles; whoever makes the copy plans it."""
    made = run.undo["created"]["programs"][0]
    rows = Membership.objects.filter(program=source, person__is_active=True).exclude(person=by)
    roles: dict[int, str] = dict(rows.values_list("person", "role"))
    here = Membership.objects.filter(program=made)
    for each in here.filter(person__in=roles):
        if each.role != roles[each.person_id]:
            here.filter(pk=each.pk).update(role=roles.pop(each.person_id))
    known = set(here.values_list("person", flat=True))
    fresh = [Membership(program_id=made, person_id=person, role=role) for person, role in roles.items() if person not in known]
    run.undo["created"]["memberships"] += [each.pk for each in Membership.objects.bulk_create(fresh)]
    run.save(update_fields=["undo"])


@transaction.atomic(durable=True)
def copy_workstream(
    *, workstream: Workstream, name: str, start: date, people: bool, links: bool, by: Person, at: datetime
) -> ImportRun:
    """A workstream once more in the same program, from another day. With `links` it hangs where the first one hangs."""
    revision = revisions.hold_graph()
    program = revisions.hold(workstream.program_id)
    draft = Draft(Workstream(program=program, key="-"))
    draft.put({"name": name}, {"name"})
    workstreams.require_own_name(draft, program)
    draft.raise_problems()
    lane = stored(workstream)
    lane.program = program
    laid = queries.of_workstream(lane, people=people, links=links)
    laid["lanes"][0] |= {"name": draft.row.name, "position": Workstream.objects.filter(program=program).count()}
    here = pasting.here(program, keys=(), today=checks.today(program, at))
    ends = {each[end] for each in laid["links"] for end in ("from", "to")}
    here.existing.foreign = {key: pk for key, pk in here.existing.foreign.items() if key in ends}
    made = _make(laid, here.existing, into=here.program, day=_days(program, (), start), today=here.today)
    title = _("%(name)s, a copy in %(program)s") % {"name": draft.row.name, "program": program.name}
    return by_hand.write(made, here.existing, by=by, at=at, revision=revision, title=title)


@transaction.atomic(durable=True)
def save_template(*, program: Program, name: str, description: str, shared: bool, by: Person, at: datetime) -> Template:
    """Keep a program as a template: its workstreams, milestones and links, without people, days of its own and statuses."""
    program = revisions.hold(program)
    content = queries.of_program(program, people=False)
    for private in ("url", "exceptions", "thresholds"):
        content.pop(private, None)
    for each in (*content["lanes"], *content["milestones"]):
        each.pop("team", None)
    draft = Draft(Template(by=by, content=content))
    draft.put({"name": name, "description": description, "shared": shared}, {"name", "description", "shared"})
    if Template.objects.filter(by=by, name__iexact=draft.row.name).exists():
        draft.refuse("name", _("You have a template of this name already. Choose another."), "duplicate")
    draft.raise_problems()
    made = draft.save(leave_out=("content",))
    events.record("template.saved", by=by, at=at, program=program, subject=made)
    return made


@transaction.atomic(durable=True)
def delete_template(*, template: Template, by: Person, at: datetime) -> None:
    """Delete a template. Programs that began from it stay as they are."""
    row = stored(template)
    events.record("template.deleted", by=by, at=at, program=None, subject=row)
    removing.remove(row)


def made_program(run: ImportRun) -> Program:
    """The program a run made."""
    return Program.objects.get(pk=run.undo["created"]["programs"][0])
