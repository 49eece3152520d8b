"""Bring a bundle in: look at it first, apply it in one transaction, take it back while nobody has built on it."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from programs.actions import events, revisions
from programs.actions.errors import Refused
from programs.actions.importing import people, taking_back
from programs.actions.importing.writer import Undo, Writer
from programs.intake import files, plan, reading, report
from programs.intake.files import Source
from programs.intake.limits import Limits
from programs.intake.reading import Bundle
from programs.intake.wants import CREATE, UPDATE, Existing, Plan
from programs.models import Dependency, Event, ImportRun, Installation, Milestone, Person, Program
from programs.queries import imports as here

Progress = Callable[[int], None]
State = ImportRun.State
FORGOTTEN_AFTER = timedelta(days=1)  # an upload nobody decided on


def limits() -> Limits:
    """What this installation accepts."""
    table = settings.LIMITS
    return Limits(
        file=table.import_bytes,
        unpacked=table.import_unpacked_bytes,
        ratio=table.import_unpack_ratio,
        members=table.import_members,
        rows=table.import_rows,
        nesting=table.nesting,
        program_milestones=table.program_milestones,
        program_links=table.program_links,
        total_milestones=table.total_milestones,
    )


@dataclass(slots=True)
class Prepared:
    """A plan and the state of the installation it was made for. Nothing is written yet."""

    bundle: Bundle
    plan: Plan
    existing: Existing
    moment: dict[str, int]  # graph and program revisions
    today: date
    reach: Person | None  # whose rights hold; None is the command line

    @property
    def word(self) -> str:
        """Two plans with the same word do the same."""
        return plan.fingerprint(self.plan)


def prepare(*, source: Source, by: Person | None, at: datetime) -> Prepared:
    """Read a bundle and compare it with what is here, with the rights of `by`; None is the command line, which may all.

    Raises `Unreadable` with every reason, and `Refused` for want of rights.
    """
    bundle = reading.read(source, limits())
    return _compare(bundle, by=by, today=at.date())


def _compare(bundle: Bundle, *, by: Person | None, today: date) -> Prepared:
    _require_rights(bundle, by)
    moment = _moment()
    existing = here.existing(bundle, by=by)
    made = plan.make(bundle, existing, today=today, limits=limits())
    return Prepared(bundle, made, existing, moment, today, by)


def _moment() -> dict[str, int]:
    graph = Installation.objects.filter(pk=1).values_list("graph_revision", flat=True).first() or 0
    return {"graph": graph} | {str(pk): revision for pk, revision in Program.objects.values_list("pk", "revision")}


def _require_rights(bundle: Bundle, by: Person | None) -> None:
    """A bundle of the same name brings its changes into the programs it made, so it takes their program manager."""
    if by is None or by.is_admin:
        return
    if here.not_managed(bundle.manifest.name, by=by):
        words = _(
            "A bundle called “%(name)s” belongs to programs you do not manage. Ask their program manager to import it,"
            " or change the name in manifest.json to bring it in as new programs."
        )
        raise Refused(words % {"name": bundle.manifest.name}, code="forbidden")


def summary(prepared: Prepared) -> dict[str, Any]:
    """What the import would do and has to say, as plain data."""
    new_people, new_teams = people.counts(prepared.plan)
    return report.summary(prepared.plan, people=new_people, teams=new_teams)


@transaction.atomic(durable=True)
def apply(
    *,
    prepared: Prepared,
    by: Person | None,
    at: datetime,
    run: ImportRun | None = None,
    file_name: str = "",
    as_shown: bool = False,
    progress: Progress | None = None,
) -> ImportRun:
    """Write a plan, all of it or nothing, under the lock of the whole graph.

    When the programs moved on since it was made, it is made again; with `as_shown`, it is refused if that would do
    something else than the person was shown. Raises `Refused` and `Unreadable`.
    """
    revision = revisions.hold_graph() if prepared.plan.changes else prepared.moment["graph"]
    now = _moment() | {"graph": revision - 1 if prepared.plan.changes else revision}
    if now != prepared.moment:
        shown = prepared.word
        prepared = _compare(prepared.bundle, by=prepared.reach, today=prepared.today)
        if as_shown and prepared.word != shown:
            raise Refused(
                _("The programs changed since this preview was made. Look at it again before you import."), code="moved_on"
            )
    said = summary(prepared)
    touched = sorted({have.pk for have in prepared.existing.rows.get("programs", {}).values()})
    if prepared.plan.changes:
        revisions.hold_all(touched)
    batch = events.new_batch()
    writer = Writer(prepared.plan, prepared.existing, by=by, reach=prepared.reach, at=at, batch=batch, progress=progress)
    undo = writer.write() if prepared.plan.changes else Undo()
    for program in Program.objects.filter(pk__in=undo.programs).order_by("pk"):
        events.record(
            "import.applied",
            by=by,
            at=at,
            program=program,
            subject=program,
            note=_in_words(prepared.plan),
            batch=batch,
            origin=prepared.plan.manifest.name,
        )
    if undo.programs:
        revisions.moved(*undo.programs)
        refresh_statistics()
    return _keep(run or ImportRun(), prepared, said, undo, by=by, at=at, revision=revision, file_name=file_name)


def refresh_statistics() -> None:
    """Tell PostgreSQL's planner of the many new rows now; by itself it would notice within minutes."""
    if connection.vendor == "postgresql":
        tables = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in (Milestone, Dependency, Event))
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {tables}")


def _in_words(made: Plan) -> str:
    new = sum(len(made.of(table, CREATE)) for table in made.wants)
    changed = sum(len(made.of(table, UPDATE)) for table in made.wants)
    return f"{made.manifest.name}: {new} created, {changed} updated"


def _keep(
    run: ImportRun,
    prepared: Prepared,
    said: dict[str, Any],
    undo: Undo,
    *,
    by: Person | None,
    at: datetime,
    revision: int,
    file_name: str,
) -> ImportRun:
    manifest = prepared.plan.manifest
    run.by, run.source, run.title, run.as_of = by, manifest.name, manifest.title, manifest.as_of
    run.at = run.at or at
    run.file_name = run.file_name or file_name[:300]
    run.state, run.applied_at, run.graph_revision = State.APPLIED, at, revision
    run.report = {**run.report, **said}
    run.undo = undo.as_dict()
    run.content = None
    run.done = run.total = prepared.plan.rows
    run.save()
    return run


@transaction.atomic(durable=True)
def preview(*, name: str, data: bytes, by: Person, at: datetime) -> ImportRun:
    """Keep an uploaded bundle and what it would do, for a person to look at. Raises `Unreadable` and `Refused`."""
    ImportRun.objects.filter(by=by, state=State.PREVIEWED, at__lt=at - FORGOTTEN_AFTER).delete()
    file_name = shown_name(name)
    prepared = prepare(source=files.from_bytes(file_name, data, limits()), by=by, at=at)
    run = ImportRun(by=by, at=at, file_name=file_name, content=zlib.compress(data, 6))
    return _show(run, prepared)


def _show(run: ImportRun, prepared: Prepared) -> ImportRun:
    manifest = prepared.plan.manifest
    run.source, run.title, run.as_of = manifest.name, manifest.title, manifest.as_of
    run.report = summary(prepared) | {
        "word": prepared.word,
        "changes": report.changes(prepared.plan),
        "programs": report.programs(prepared.plan),
    }
    run.graph_revision, run.total = prepared.moment["graph"], prepared.plan.rows
    run.save()
    return run


def shown_name(name: str) -> str:
    """A file name as screens show it: its last part, printable, cut. It is never used as a path."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(ch for ch in last if ch.isprintable())[:200] or _("bundle")


@transaction.atomic(durable=True)
def look_again(*, run: ImportRun, by: Person, at: datetime) -> ImportRun:
    """Make the preview again, against the programs as they are now."""
    return _show(run, _reread(run, by=by, at=at))


def _reread(run: ImportRun, *, by: Person, at: datetime) -> Prepared:
    if run.state != State.PREVIEWED or run.content is None:
        raise Refused(_("This import is settled already."), code="settled")
    data = zlib.decompress(bytes(run.content))
    return prepare(source=files.from_bytes(run.file_name, data, limits()), by=by, at=run.at or at)


def confirm(*, run: ImportRun, by: Person, at: datetime) -> ImportRun:
    """Apply what a person was shown. Raises `Refused` when the programs moved on in a way that changes it."""
    prepared = _reread(run, by=by, at=at)
    if prepared.word != run.report["word"]:
        raise Refused(_("The programs changed since this preview was made. Look at it again before you import."), code="moved_on")
    return apply(prepared=prepared, by=by, at=at, run=run, as_shown=True)


@transaction.atomic(durable=True)
def discard(*, run: ImportRun) -> None:
    """Forget an uploaded bundle. What was imported is undone, not discarded."""
    if not ImportRun.objects.filter(pk=run.pk, state=State.PREVIEWED).delete()[0]:
        raise Refused(_("This import is settled already."), code="settled")


@transaction.atomic(durable=True)
def undo(*, run: ImportRun, by: Person, at: datetime) -> ImportRun:
    """Take an import back: what it made goes, what it changed is as before. Raises `Refused` once anybody built on it."""
    revision = revisions.hold_graph()
    run = ImportRun.objects.select_for_update().get(pk=run.pk)
    if run.state != State.APPLIED:
        raise Refused(_("There is nothing to undo here."), code="settled")
    revisions.hold_all(run.undo["programs"])
    taking_back.require_untouched(run)
    taking_back.take_back(run)
    batch = events.new_batch()
    left = taking_back.still_here(run)
    for program in Program.objects.filter(pk__in=left).order_by("pk"):
        events.record(
            "import.undone", by=by, at=at, program=program, subject=program, note=run.source, batch=batch, origin=run.source
        )
    if not left:
        events.record(
            "import.undone",
            by=by,
            at=at,
            program=None,
            subject=run,
            subject_name=run.source or run.title,
            batch=batch,
            origin=run.source,
        )
    revisions.moved(*left)
    run.state, run.graph_revision = State.UNDONE, revision
    run.save(update_fields=["state", "graph_revision"])
    return run
