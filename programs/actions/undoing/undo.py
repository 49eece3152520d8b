"""The undo of one change, whatever it was: one transaction, under the locks and rules of any change."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import transaction
from django.utils.translation import gettext as _

from programs.actions import deeds, revisions, touched
from programs.actions.errors import Problem, Refused
from programs.actions.undoing import rights
from programs.actions.undoing.notes import Notes
from programs.actions.undoing.taking import Taking
from programs.models import Dependency, Event, Milestone, Program, Step

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from django.db import models

    from programs.models import Person

PART_OF = {
    "strike": "risk",
    "hold": "decision",
}  # rows without a program of their own, by table: the field that names what they belong to
SLACK = timedelta(hours=1)  # steps are kept a little longer than they can be used


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back: the batch of the undo, which can be undone itself; rows that went; how many could not be put back."""

    batch: UUID
    gone: Sequence[models.Model] = ()
    left: Sequence[Any] = field(default=())


def require_right(*, batch: UUID, by: Person) -> None:
    """Raise 404 or 403 to who may not take this back, before `undo` makes everybody's writes wait for it and asks again."""
    steps = list(Step.objects.filter(batch=batch))
    if steps:
        first = Event.objects.filter(batch=batch).order_by("pk").first()
        programs = Program.every.filter(pk__in=_programs(steps))
        rights.require(steps, programs, by=by, own=first is not None and first.by_id == by.pk)


@transaction.atomic(durable=True)
def undo(*, batch: UUID, by: Person, at: datetime, rest: bool = False) -> Undone:
    """Take back what one batch did.

    Raises `Refused` when it is too late, when it was taken back already, and when something cannot be put back: because
    somebody changed the same field since, or because a rule of the plan no longer allows it. `detail["obstacles"]` says why for
    each; `detail["rest"]` is how many rows could be put back all the same, and `rest=True` does that.
    """
    revisions.hold_graph()
    steps = list(Step.objects.select_for_update().filter(batch=batch).order_by("-pk"))
    _require_open(steps, at)
    steps = [step for step in steps if step.undone_by is None]
    programs = revisions.hold_all(_programs(steps), deleted_too=True)
    first = Event.objects.filter(batch=batch).order_by("pk").first()
    rights.require(steps, programs.values(), by=by, own=first is not None and first.by_id == by.pk)
    with deeds.opened(at=at, undoes=batch) as deed:
        notes = Notes(by=by, at=at)
        notes.undone(batch, programs)
        taking = Taking(batch, deed.batch, by=by, at=at, programs=programs, notes=notes)
        taking.take(_whole(steps))
    if not taking.done or (taking.obstacles and not rest):
        problems = [Problem("", each.message, "obstacle") for each in taking.obstacles]
        refused = Refused.for_problems(problems or [Problem("", _("There is nothing to undo here."), "settled")])
        refused.detail = {"obstacles": taking.obstacles, "rest": len(taking.done)}
        raise refused
    taken = taking.done if _whole(steps) is steps else [step.pk for step in steps]
    Step.objects.filter(pk__in=taken).update(undone_by=deed.batch)
    touched.everything()
    revisions.moved(*programs)
    return Undone(deed.batch, tuple(taking.gone), tuple(taking.obstacles))


@transaction.atomic(durable=True)
def purge(*, at: datetime) -> int:
    """Forget what can no longer be undone: old steps, and programs that were deleted a day ago. Returns how many programs."""
    Step.objects.filter(at__lt=at - deeds.KEPT - SLACK).delete()
    over = Program.every.filter(deleted_at__lt=at - deeds.KEPT)
    count = over.count()
    if count:
        revisions.hold_graph()
        over.delete()
    return count


def _require_open(steps: Sequence[Step], at: datetime) -> None:
    if not steps:
        raise Refused(_("This can no longer be undone."), code="too_late")
    if at - steps[0].at > deeds.KEPT:
        raise Refused(_("This is more than 24 hours ago and can no longer be undone."), code="too_late")
    if all(step.undone_by for step in steps):
        raise Refused(_("This was undone already."), code="settled")


def _whole(steps: Sequence[Step]) -> Sequence[Step]:
    """What was set up together with a new program goes with it, in one step."""
    made = [step for step in steps if step.table == Program._meta.model_name and step.act == Step.Act.MADE]
    return made or steps


def _programs(steps: Sequence[Step]) -> set[int]:
    """Every program these steps touch: named in a row, or by the milestones a link joins."""
    found: set[int] = set()
    ends: set[int] = set()
    numbers: dict[str, set[int]] = {}
    for step in steps:
        if step.table == Program._meta.model_name:
            found.add(step.row)
        elif step.act in {Step.Act.MADE, Step.Act.REMOVED}:
            whole = step.was or step.now
            found |= {whole["program_id"]} if whole.get("program_id") else set()
            ends |= {whole[name] for name in ("predecessor_id", "successor_id") if whole.get(name)}
            found |= _of_wholes(step.table, whole)
        else:
            numbers.setdefault(step.table, set()).add(step.row)
            found |= {each["program_id"] for each in (step.was, step.now) if each.get("program_id")}
    for table, rows in numbers.items():
        found |= _of_rows(table, rows, ends)
    found |= set(Milestone.objects.filter(pk__in=ends).values_list("program_id", flat=True))
    return found


def _of_wholes(table: str, part: dict[str, Any]) -> set[int]:
    """The program of the row that this one is a part of."""
    name = PART_OF.get(table)
    if name is None:
        return set()
    whole: Any = apps.get_model("programs", table)._meta.get_field(name).related_model
    return set(whole._base_manager.filter(pk=part[f"{name}_id"]).values_list("program_id", flat=True))


def _of_rows(table: str, rows: set[int], ends: set[int]) -> set[int]:
    model = apps.get_model("programs", table)
    if model is Dependency:
        for pair in Dependency.objects.filter(pk__in=rows).values_list("predecessor_id", "successor_id"):
            ends |= set(pair)
    if not any(each.attname == "program_id" for each in model._meta.concrete_fields):
        return set()
    return set(model._base_manager.filter(pk__in=rows, program_id__isnull=False).values_list("program_id", flat=True))
