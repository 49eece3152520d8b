"""New dates that nobody settles become blockers: contested for two working days, or a missed target nobody has seen for five.

The blocker waits for the program manager's decision, on the milestone whose date it is. One for each notice, and none where a
blocker of that kind is open already.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from programs.actions import blockers, revisions
from programs.graph.diff import Room, Standing
from programs.models import (
    OPEN_STATUSES,
    Answer,
    Blocker,
    BlockerKind,
    BlockerStatus,
    Milestone,
    Notice,
    NoticeKind,
    Program,
)
from programs.models.text import MILESTONE_NAME_LIMIT
from programs.queries import access
from programs.queries.calendars import calendars
from programs.summaries.ladder import Place, worked
from programs.summaries.words import line

CONTESTED = timedelta(hours=16)  # working time, where the program is
UNSEEN = timedelta(hours=40)
_AT_LEAST = timedelta(days=2)


def age(*, at: datetime) -> int:
    """Open the blockers that are due; returns how many. Safe to run twice."""
    unsettled = Q(answer=Answer.CONTESTED, answered_at__lte=at - _AT_LEAST) | Q(answer="", told_at__lte=at - _AT_LEAST)
    waiting = list(
        Notice.objects.filter(unsettled, kind=NoticeKind.SLIP, state=Notice.State.TOLD, blocker=None)
        .filter(milestone__status__in=OPEN_STATUSES, told_at__gte=at - timedelta(days=60), program__deleted_at=None)
        .select_related("program", "milestone", "person")
        .order_by("pk")
    )
    working = calendars({notice.program_id: notice.program for notice in waiting}.values(), around=at.date())
    opened = 0
    for notice in waiting:
        week = working[notice.program_id]
        place = Place(notice.program.time_zone, week.weekdays, week.holidays)
        if _ripe(notice, place, at):
            opened += _block(notice, at=at)
    return opened


def _ripe(notice: Notice, place: Place, at: datetime) -> bool:
    if notice.answer == Answer.CONTESTED:
        return notice.answered_at is not None and worked(notice.answered_at, at, place) >= CONTESTED
    return _matters(notice) and notice.told_at is not None and worked(notice.told_at, at, place) >= UNSEEN


def _matters(notice: Notice) -> bool:
    """Silence is a problem only where the new date misses its target or moves the finish."""
    after, target = Standing.unpacked(notice.facts["after"]), notice.milestone.target_date if notice.milestone else None
    return after.room is Room.CRITICAL or bool(target and after.forecast and after.forecast > target)


@transaction.atomic(durable=True)
def _block(notice: Notice, *, at: datetime) -> int:
    program = revisions.hold(notice.program_id)  # whoever comes second finds the blocker of the first
    held = Notice.objects.select_related("milestone", "person").get(pk=notice.pk)
    if held.blocker_id is not None or held.answer != notice.answer or held.milestone is None:
        return 0
    standing = Blocker.objects.filter(milestone=held.milestone, kind=BlockerKind.DECISION, status=BlockerStatus.OPEN).first()
    made = standing or _open(held, held.milestone, program, at=at)
    Notice.objects.filter(pk=held.pk).update(blocker=made)
    return int(standing is None)


def _open(notice: Notice, milestone: Milestone, program: Program, *, at: datetime) -> Blocker:
    who = {"who": notice.person.name}
    contested = notice.answer == Answer.CONTESTED
    title = _("%(who)s contests the new date") % who if contested else _("%(who)s has not seen the new date") % who
    title = f"{title}: {notice.answer_note}" if contested else title
    manager = access.manager_of(program)
    facts = {
        "title": line(title, MILESTONE_NAME_LIMIT),
        "kind": BlockerKind.DECISION,
        "owner": manager,
        "waiting_person": manager,
    }
    return blockers.open_on(milestone, program, by=None, at=at, **facts)
