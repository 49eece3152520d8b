"""Blockers that do not move climb the ladder: who can clear it, the lead of the workstream, the program manager, the sponsor.

Each step waits working hours of its own receiver, half as many when the milestone has no float. Any movement ends the ladder, and
a later standstill begins a new one. Each step is on the blocker's own timeline.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from programs.actions import checks, events, revisions
from programs.actions.errors import Refused
from programs.actions.saving import Edit
from programs.flags.types import Thresholds
from programs.models import Blocker, BlockerStatus, Escalation, Membership, Notice, NoticeKind, NoticeRole, Person
from programs.models.choices import ProgramStatus, Role
from programs.queries.calendars import calendars, place_of
from programs.summaries.ladder import Rung, next_rung

ROLES = {1: NoticeRole.CLEARER, 2: NoticeRole.LEAD, 3: NoticeRole.PLANNER, 4: NoticeRole.SPONSOR}
LONGEST_SNOOZE = timedelta(days=60)


def climb(*, at: datetime) -> int:
    """Tell the next person of every blocker whose time has come; returns how many. Safe to run twice or side by side."""
    standing = list(_standing(at.date()))
    if not standing:
        return 0
    ladder = _Ladder(standing, at=at)
    return sum(_tell(blocker, rung, at=at) for blocker in standing if (rung := ladder.next(blocker)))


def _standing(day: date) -> QuerySet[Blocker]:
    """Open blockers that somebody once touched, in programs that are under way, and that nobody asked to leave alone."""
    under_way = Q(program__status__in=(ProgramStatus.ACTIVE, ProgramStatus.PLANNED), program__deleted_at=None)
    found = Blocker.objects.filter(under_way, status=BlockerStatus.OPEN, moved_at__isnull=False)
    rows = found.exclude(snoozed_until__gte=day).order_by("pk")
    return rows.select_related("program__owner", "program__sponsor", "owner", "milestone__workstream__lead", "milestone__timing")


class _Ladder:
    """Who stands on the ladder of each blocker, and who was told already. Six queries for all of them."""

    def __init__(self, standing: Collection[Blocker], *, at: datetime) -> None:
        self.at = at
        programs = {blocker.program_id: blocker.program for blocker in standing}
        self.calendars = calendars(programs.values(), around=at.date())
        self.members: set[tuple[int, int]] = set()
        self.managers: dict[int, Person] = {}
        rows = Membership.objects.filter(program__in=programs, person__is_active=True).select_related("person")
        for row in rows.order_by("pk"):
            self.members.add((row.program_id, row.person_id))
            first = row.program_id not in self.managers or row.person_id == programs[row.program_id].owner_id
            if row.role == Role.TPM and first:
                self.managers[row.program_id] = row.person
        self.climbed: dict[int, list[Escalation]] = defaultdict(list)
        for step in Escalation.objects.filter(blocker__in=standing):
            self.climbed[step.blocker_id].append(step)

    def next(self, blocker: Blocker) -> Rung | None:
        """Whom to tell of this one now."""
        timing = getattr(blocker.milestone, "timing", None)
        hours = Thresholds.of(blocker.program.thresholds).escalate_hours
        urgent = bool(timing and timing.critical)
        done = [(one.step, one.at) for one in self.climbed[blocker.pk] if one.since == blocker.moved_at]
        since = blocker.moved_at or self.at
        return next_rung(self._rungs(blocker), since=since, climbed=done, now=self.at, hours=hours / 2 if urgent else hours)

    def _rungs(self, blocker: Blocker) -> list[Rung]:
        lane = blocker.milestone.workstream if blocker.milestone else None
        manager, calendar = self.managers.get(blocker.program_id), self.calendars[blocker.program_id]
        chosen = {1: blocker.owner, 2: lane.lead if lane else None, 3: manager, 4: blocker.program.sponsor}
        return [
            Rung(step, person.pk, place_of(person, calendar, self.at.date()))
            for step, person in chosen.items()
            if person
            and person.is_active
            and person.email
            and (person.is_admin or (blocker.program_id, person.pk) in self.members)
        ]


def _tell(blocker: Blocker, rung: Rung, *, at: datetime) -> int:
    """One step, its notice and its note on the timeline, once: the row decides between two who look at the same moment."""
    since = blocker.moved_at or at
    try:
        with transaction.atomic():
            Escalation.objects.create(blocker=blocker, since=since, step=rung.step, at=at, person_id=rung.person)
            person = Person.objects.get(pk=rung.person)
            Notice.objects.bulk_create(
                [
                    Notice(
                        person=person,
                        kind=NoticeKind.ESCALATION,
                        role=ROLES[rung.step],
                        program=blocker.program,
                        milestone=blocker.milestone,
                        blocker=blocker,
                        topic=f"escalation:{blocker.pk}",
                        facts={"since": since.isoformat(), "step": rung.step},
                        created_at=at,
                        due_at=at,
                    )
                ],
                ignore_conflicts=True,
            )
            events.record(
                "blocker.escalated",
                by=None,
                at=at,
                program=blocker.program,
                subject=blocker,
                new=person.name,
                milestone=blocker.milestone,
            )
    except IntegrityError:
        return 0
    return 1


@transaction.atomic(durable=True)
def snooze(*, blocker: Blocker, until: date | None, reason: str, by: Person, at: datetime) -> Blocker:
    """Let nobody be told of a standstill until a day, and say why; no day ends it."""
    program = revisions.hold(blocker.program_id)
    change = Edit(blocker, None, {"snoozed_until": until, "snooze_reason": reason if until else ""}, editable=SNOOZE)
    if not change.row.is_open:
        raise Refused(_("%(blocker)s is cleared already. Reopen it first.") % {"blocker": change.row.key}, "status", "cleared")
    day = checks.today(program, at)
    checks.not_past(change, "snoozed_until", day)
    if until and until > day + LONGEST_SNOOZE:
        change.refuse("snoozed_until", _("Choose a day within %(n)s days.") % {"n": LONGEST_SNOOZE.days})
    if until and not reason.strip():
        change.refuse("snooze_reason", _("Say why nobody needs to be told until then."))
    saved = change.save()
    events.record_changes(
        "blocker.changed", change.changed, by=by, at=at, program=program, subject=saved, milestone=saved.milestone, note=reason
    )
    return saved


SNOOZE = frozenset({"snoozed_until", "snooze_reason"})
