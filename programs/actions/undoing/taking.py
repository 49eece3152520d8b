"""Putting rows back, one step at a time, the last one first. What cannot be put back is an obstacle; the rest goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from programs.actions import deeds, events, milestone_rules, removing, sources
from programs.actions import help as help_calls
from programs.actions.errors import Refused, Stale
from programs.actions.saving import Draft, Edit, same_moment
from programs.actions.undoing import later, rules
from programs.actions.undoing.later import Obstacle
from programs.models import Blocker, Event, Milestone, MilestoneStatus, Program, Said, Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from uuid import UUID

    from django.db import models

    from programs.actions.undoing.notes import Notes
    from programs.models import Person

# Columns that are one statement: put back together, or not at all.
TOGETHER = (
    frozenset({"status", "said", "percent_done", "actual_date"}),
    frozenset({"status", "resolved_on", "resolution"}),
    frozenset({"status", "closed_on"}),
    frozenset({"status", "chosen", "outcome", "decided_on", "decided_by"}),
    frozenset({"constraint", "constraint_date"}),
    frozenset({"help_at", "help_by"}),
)


class Blocked(Exception):
    """One step cannot be taken back."""

    def __init__(self, *obstacles: Obstacle) -> None:
        super().__init__(obstacles[0].message)
        self.obstacles = obstacles


class Taking:
    """One undo at work. `done` are the steps taken back, `obstacles` why others were not."""

    def __init__(
        self, batch: UUID, undoing: UUID, *, by: Person, at: datetime, programs: Mapping[int, Program], notes: Notes
    ) -> None:
        self.by, self.at, self.programs, self.notes = by, at, programs, notes
        self.since = later.Since(batch, undoing)
        self.done: list[int] = []
        self.obstacles: list[Obstacle] = []
        self.milestones: set[int] = set()  # whose being blocked is looked at in the end
        self.gone: list[models.Model] = []  # rows that were made and are gone again

    def take(self, steps: Iterable[Step]) -> None:
        """Take back each step that can be."""
        for step in steps:
            try:
                with transaction.atomic():
                    self._step(step)
            except Blocked as blocked:
                self.obstacles += blocked.obstacles
            except Refused as refused:
                self.obstacles += [Obstacle(each.message) for each in refused.problems]
            except Stale:
                self.obstacles.append(self._missing(step))
            else:
                self.done.append(step.pk)
        for pk in sorted(self.milestones):
            self._settle(pk)

    def _step(self, step: Step) -> None:
        model = apps.get_model("programs", step.table)
        if step.act == Step.Act.CHANGED:
            self._change_back(model, step)
        elif step.act == Step.Act.MADE:
            self._unmake(model, step)
        elif step.act == Step.Act.REMOVED:
            self._restore(model, step)
        else:
            self._tie_again(model, step)

    def _change_back(self, model: type[models.Model], step: Step) -> None:
        edit: Edit[Any] = Edit(model(pk=step.row), None, {}, editable=())
        names = {each.attname: each.name for each in model._meta.concrete_fields}
        left = {column: names[column] for column in step.now if column in names}
        moved = {name for column, name in left.items() if not self._as_it_was_left(edit.row, column, step)}
        obstacles = self._touched(edit.row, step, left.values(), moved)
        held = {name for name in obstacles if name} | (moved & events.QUIET)
        held |= {name for group in TOGETHER if group & held for name in group}
        wanted = [(column, name) for column, name in left.items() if name not in held]
        if not wanted and obstacles:
            raise Blocked(*obstacles.values())
        for column, name in wanted:
            edit.set(name, _target(model, column, name, step.was[column]))
        rules.changed(edit, [name for _column, name in wanted], by=self.by)
        self._say_changed(edit)
        self.obstacles += obstacles.values()

    def _as_it_was_left(self, row: Any, column: str, step: Step) -> bool:
        return bool(getattr(row, column) == deeds.read(type(row), column, step.now[column]))

    def _touched(self, row: Any, step: Step, names: Iterable[str], moved: set[str]) -> dict[str, Obstacle]:
        found = {}
        for name in sorted(set(names) - events.QUIET):
            event = self.since.touched(step.table, step.row, name)
            if event is not None or name in moved:
                found[name] = later.because(row, event)
        return found

    def _say_changed(self, edit: Edit[Any]) -> None:
        saved = edit.save()
        if isinstance(saved, Program) and "deleted_at" in edit.changed:
            (sources.take_again if saved.deleted_at is None else sources.set_free)(saved.pk)
        if edit.changed:
            self.notes.changed(saved, edit.changed, self._program_of(saved))
        if isinstance(saved, Milestone) and help_calls.FIELD in edit.changed:
            (was, now), (whose, whose_now) = edit.changed[help_calls.FIELD], edit.changed.get("help_by", (saved.help_by,) * 2)
            help_calls.tell(saved, since=was or now, asker=whose or whose_now, by=self.by, at=self.at)
        self._look_at(saved)

    def _unmake(self, model: type[models.Model], step: Step) -> None:
        row = model._base_manager.select_for_update(no_key=True).filter(pk=step.row).first()
        if row is None:
            raise Blocked(self._missing(step))
        if event := self.since.built_on(row):
            raise Blocked(later.because(row, event))
        if isinstance(row, Program):
            self._take_away(row)
            return
        if hanging := next(iter(removing.hangs_on(row)), None):
            raise Blocked(later.because(row, self.since.built_on(hanging)))
        rules.removed(row, by=self.by)
        self.notes.gone(row, self._program_of(row))
        self._look_at(row)
        removing.remove(row)
        row.pk = step.row
        self.gone.append(row)

    def _take_away(self, program: Program) -> None:
        """A program that was made a moment ago goes as a deleted one does, so that its history stays."""
        edit: Edit[Program] = Edit(program, None, {}, editable=())
        edit.set("deleted_at", self.at)
        self._say_changed(edit)
        self.gone.append(program)

    def _restore(self, model: type[models.Model], step: Step) -> None:
        values = {name: deeds.read(model, name, value) for name, value in step.was.items() if _has(model, name)}
        row: Any = model(**values)
        if model._base_manager.filter(pk=step.row).exists():
            raise Blocked(Obstacle(_("%(subject)s is there already.") % {"subject": row}))
        for field in model._meta.concrete_fields:
            if field.is_relation and getattr(row, field.attname) is not None and not _there(field, getattr(row, field.attname)):
                if not field.null:
                    raise Blocked(
                        Obstacle(_("What %(subject)s belongs to is no longer there.") % {"subject": _named(model, step)})
                    )
                setattr(row, field.attname, None)
        if "version" in values:
            row.version += 1
        rules.restored(Draft(row), by=self.by)
        _insert(row, values)
        deeds.made(row)
        self.notes.back(row, self._program_of(row))
        self._look_at(row)

    def _tie_again(self, model: type[models.Model], step: Step) -> None:
        if model._base_manager.filter(pk=step.row).exists() and step.was["table"] == Event._meta.model_name:
            Event.objects.filter(pk__in=step.was["rows"]).update(**{step.was["column"]: step.row})

    def _missing(self, step: Step) -> Obstacle:
        event = self.since.removal(step.table, step.row)
        if event is None:
            return Obstacle(_("What was changed is no longer there."))
        return later.because(event.subject_name, event)

    def _program_of(self, row: Any) -> Program | None:
        if isinstance(row, Program):
            return row
        return self.programs.get(getattr(row, "program_id", None) or 0)

    def _look_at(self, row: Any) -> None:
        if isinstance(row, Milestone):
            self.milestones.add(row.pk)
        elif isinstance(row, Blocker) and row.milestone_id:
            self.milestones.add(row.milestone_id)

    def _settle(self, pk: int) -> None:
        """A milestone is blocked exactly while it has an open blocker, after an undo as well."""
        row = Milestone.objects.filter(pk=pk).first()
        if row is None:
            return
        holding = milestone_rules.open_blockers(row)
        if bool(holding) == (row.status == MilestoneStatus.BLOCKED):
            return
        if holding and not row.is_open:
            words = _("%(blocker)s cannot be open while %(milestone)s is %(status)s.")
            facts = {"blocker": holding[0].key, "milestone": row, "status": row.get_status_display().lower()}
            raise Refused(words % facts, code="blocked")
        edit = Edit(row, None, {}, editable=())
        edit.set("status", MilestoneStatus.BLOCKED if holding else MilestoneStatus.IN_PROGRESS)
        edit.set("said", Said.BLOCKED if holding else "")
        self._say_changed(edit)


def _has(model: type[models.Model], column: str) -> bool:
    return any(each.attname == column for each in model._meta.concrete_fields)


def _there(field: Any, pk: Any) -> bool:
    return bool(field.related_model._base_manager.filter(pk=pk).exists())


def _target(model: type[models.Model], column: str, name: str, value: Any) -> Any:
    """The old value of a field; the row itself for one that points at a row."""
    field: Any = model._meta.get_field(name)
    if value is None or not field.is_relation:
        return deeds.read(model, column, value)
    found = field.related_model._base_manager.filter(pk=value).first()
    if found is None:
        raise Blocked(Obstacle(_("What it pointed at before is no longer there.")))
    return found


def _named(model: type[models.Model], step: Step) -> str:
    """What a removed row was called, without asking for the rows it belonged to."""
    was = step.was
    found = " ".join(str(was[name]) for name in ("key", "number", "name", "title") if was.get(name))
    return found or str(model._meta.verbose_name)


def _insert(row: Any, values: Mapping[str, Any]) -> None:
    """Put a row into its table under its old number. `created_at` is its own, not now."""
    row.validate_constraints()
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise same_moment() from error
    if "created_at" in values:
        type(row)._base_manager.filter(pk=row.pk).update(created_at=values["created_at"])
