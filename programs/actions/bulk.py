"""One change to many milestones of a program: in one transaction, under one batch, with a reason for each that was left alone.

What cannot be changed is left as it was and named; the others are changed. Rows are locked and read once, judged by the same
rules as one by one, and written together where the new values are the same. Nobody's page is asked for its version: the last
word wins, and the history says whose it was.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from programs.actions import checks, deeds, events, milestone_rules, removing, revisions
from programs.actions.dependencies import remove_all_of
from programs.actions.errors import Refused
from programs.actions.milestones import MOVABLE
from programs.actions.saving import Draft, Edit
from programs.actions.values import readable
from programs.graph.days import add_working_days
from programs.models import DayUnit, Event, Health, Milestone, MilestoneStatus, Said, StatusUpdate
from programs.queries.calendars import calendars
from programs.queries.parts import parts

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from datetime import datetime
    from uuid import UUID

    from programs.models import Person, Program

SETTABLE = frozenset({"status", "owner", "workstream", "target_date", "confidence"})
SHIFTABLE = MOVABLE - {"baseline_date"}
BASELINE = frozenset({"baseline_start", "baseline_date"})
MOST_DAYS = 3650
AT_ONCE = 500  # rows of one statement
CHECKED_ONCE = ("owner", "workstream")  # the same for every row, so judged before the rows


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of it: the milestones that changed, those left alone with the reason, and the batch of the notes."""

    changed: tuple[Milestone, ...]
    refused: tuple[tuple[Milestone, str], ...]
    batch: UUID


@dataclass(slots=True)
class Work:
    """What every step of one bulk change needs."""

    program: Program
    by: Person
    at: datetime
    day: date
    batch: UUID

    def draft(self, kind: str, subject: Milestone, field: str = "", old: Any = "", new: Any = "") -> Event:
        """A note of this change."""
        return events.draft(
            kind,
            by=self.by,
            at=self.at,
            program=self.program,
            subject=subject,
            field=field,
            old=readable(old),
            new=readable(new),
            batch=self.batch,
        )


@transaction.atomic(durable=True)
def assign(*, program: Program, milestones: Collection[int], changes: Mapping[str, Any], by: Person, at: datetime) -> Outcome:
    """Set status, owner, workstream, target or confidence of all of them. An owner who is no member refuses the whole."""
    work = _begin(program, by, at)
    same = {name: changes[name] for name in CHECKED_ONCE if name in changes}
    if same:
        probe = Draft(Milestone(program=work.program))
        probe.put(same, SETTABLE)
        milestone_rules.apply(probe, same, program=work.program, by=by, day=work.day)
        probe.raise_problems()

    def one(row: Milestone) -> Edit[Milestone]:
        change = Edit(row, None, changes, editable=SETTABLE, held=True)
        judged = {name: pair for name, pair in change.changed.items() if name not in same}
        milestone_rules.apply(change, judged, program=work.program, by=by, day=work.day)
        return change

    return _each(work, milestones, one)


@transaction.atomic(durable=True)
def say(*, program: Program, milestones: Collection[int], said: str, by: Person, at: datetime) -> Outcome:
    """Say of all of them how they go, as `milestones.say` does of one."""
    milestone_rules.require_sayable(said)
    work = _begin(program, by, at)

    def one(row: Milestone) -> Edit[Milestone]:
        change = Edit(row, None, {"said": said}, editable={"said"}, held=True)
        milestone_rules.speak(change, said, program=work.program, by=by, day=work.day)
        return change

    done = _each(work, milestones, one, spoken=True)
    health = said if said in Health.values else ""
    updates = [StatusUpdate(program=work.program, milestone=row, on=work.day, author=by, health=health) for row in done.changed]
    deeds.made(*StatusUpdate.objects.bulk_create(updates, batch_size=AT_ONCE))
    return done


@transaction.atomic(durable=True)
def shift(
    *,
    program: Program,
    milestones: Collection[int],
    days: int,
    unit: str = DayUnit.WORKING,
    fields: Collection[str],
    by: Person,
    at: datetime,
) -> Outcome:
    """Move the dates that are set by so many days, earlier when negative. A baseline stays as it was agreed."""
    if not days or abs(days) > MOST_DAYS:
        raise Refused(_("Write by how many days, such as 5 or -3; at most 3,650."), "days", "days")
    if not set(fields) or not set(fields) <= SHIFTABLE:
        raise Refused(_("Choose which dates to move."), "fields", "required")
    work = _begin(program, by, at)
    calendar = calendars([work.program], around=work.day)[work.program.pk]

    def moved(day: date) -> date:
        return add_working_days(day, days, calendar) if unit == DayUnit.WORKING else day + timedelta(days=days)

    def one(row: Milestone) -> Edit[Milestone]:
        new = {name: moved(getattr(row, name)) for name in sorted(fields) if getattr(row, name)}
        if not new:
            raise Refused(_("It has none of these dates."), "fields", "nothing")
        change = Edit(row, None, new, editable=SHIFTABLE, held=True)
        milestone_rules.apply(change, change.changed, program=work.program, by=by, day=work.day)
        return change

    return _each(work, milestones, one)


@transaction.atomic(durable=True)
def label(*, program: Program, milestones: Collection[int], word: str, on: bool, by: Person, at: datetime) -> Outcome:
    """Put a label on all of them, or take it off."""
    word = word.strip()
    if not word:
        raise Refused(_("Write the label."), "label", "required")
    work = _begin(program, by, at)

    def one(row: Milestone) -> Edit[Milestone]:
        rest = [each for each in row.labels if each != word]
        return Edit(row, None, {"labels": [*rest, word] if on else rest}, editable={"labels"}, held=True)

    return _each(work, milestones, one)


@transaction.atomic(durable=True)
def delete(*, program: Program, milestones: Collection[int], by: Person, at: datetime) -> Outcome:
    """Delete all of them with their links, blockers and updates. Programs they were linked to are analysed anew."""
    revisions.hold_graph()
    work = _begin(program, by, at)
    rows = _held(work, milestones)
    touched: set[int] = set()
    for row in rows:
        touched |= remove_all_of(row, by=by, at=at, batch=work.batch)
    touched |= set(Milestone.objects.filter(parent__in=rows).values_list("program_id", flat=True))
    Event.objects.bulk_create((work.draft("milestone.deleted", row) for row in rows), batch_size=AT_ONCE)
    for row in rows:
        removing.remove(row)
    revisions.moved(work.program.pk, *touched)
    return Outcome(tuple(rows), (), work.batch)


def rebase(program: Program, dates: Mapping[int, tuple[str | None, str | None]], *, by: Person, at: datetime) -> None:
    """Give every milestone of a program the start and finish of a baseline, or none. Inside the transaction of the caller."""
    work = _begin(program, by, at)

    def one(row: Milestone) -> Edit[Milestone]:
        start, end = (date.fromisoformat(day) if day else None for day in dates.get(row.pk, (None, None)))
        return Edit(row, None, {"baseline_start": start, "baseline_date": end}, editable=BASELINE, held=True)

    _each(work, Milestone.objects.filter(program=program, external=False).values_list("pk", flat=True), one)


def _begin(program: Program, by: Person, at: datetime) -> Work:
    held = revisions.hold(program)
    return Work(held, by, at, checks.today(held, at), events.new_batch())


def _held(work: Work, milestones: Collection[int]) -> list[Milestone]:
    """The rows themselves, locked, in the order of their numbers; what is gone or belongs elsewhere is not among them."""
    found: list[Milestone] = []
    for some in parts(sorted(set(milestones)), AT_ONCE):
        rows = Milestone.objects.select_for_update(no_key=True).filter(program=work.program, pk__in=some)
        found += rows.order_by("pk")
    return found


def _each(
    work: Work, milestones: Collection[int], one: Callable[[Milestone], Edit[Milestone]], *, spoken: bool = False
) -> Outcome:
    """Judge every row, write those that may change, and note every field. What was so already is neither changed nor refused."""
    edits: list[Edit[Milestone]] = []
    refused: list[tuple[Milestone, str]] = []
    for row in _held(work, milestones):
        try:
            change = one(row)
            change.check_changed(CHECKED_ONCE)
        except Refused as reason:
            refused.append((row, " ".join(problem.message for problem in reason.problems)))
        else:
            edits += [change] if change.changed else []
    _write(edits)
    notes = (note for change in edits for note in _notes(work, change, spoken=spoken))
    Event.objects.bulk_create(notes, batch_size=AT_ONCE)
    if edits:
        revisions.moved(work.program)
    return Outcome(tuple(change.row for change in edits), tuple(refused), work.batch)


def _write(edits: list[Edit[Milestone]]) -> None:
    """One statement for all rows that get the same values."""
    alike: dict[str, list[Edit[Milestone]]] = defaultdict(list)
    for change in edits:
        alike[repr(sorted((name, new) for name, (_old, new) in change.changed.items()))].append(change)
    for group in alike.values():
        new = {name: value for name, (_old, value) in group[0].changed.items()}
        for some in parts([change.row.pk for change in group], AT_ONCE):
            Milestone.objects.filter(pk__in=some).update(**new, version=F("version") + 1)
    deeds.all_changed((change.row, change.changed) for change in edits)


def _notes(work: Work, change: Edit[Milestone], *, spoken: bool) -> Iterator[Event]:
    """A note for each field; a word that was said and being done are kinds of their own."""
    changed = dict(change.changed)
    name, done = ("said", Said.DONE) if spoken else ("status", MilestoneStatus.DONE)
    new = changed.get(name, ("", ""))[1]
    if spoken or new == done:
        yield work.draft("milestone.done" if new == done else "milestone.said", change.row, name, *changed.pop(name))
    for name, (old, new) in changed.items():
        if name not in events.QUIET:
            yield work.draft("milestone.changed", change.row, name, old, new)
