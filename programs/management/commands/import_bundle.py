"""Bring a bundle in from the shell: a folder, a zip or one JSON file."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone

from programs.actions import imports
from programs.actions.errors import Refused
from programs.intake import files, report
from programs.intake.findings import Finding, Unreadable
from programs.models import Person
from programs.queries import imports as here

SHOWN = 20
WIDTH = 30


class Command(BaseCommand):
    """`import_bundle PATH`: exit code 0 when it was imported, findings or not; 1 when it was refused and nothing was kept."""

    help = "Import a bundle (a folder, a zip of it, or one JSON file), format version 1. Twice is the same as once."

    def add_arguments(self, parser: CommandParser) -> None:
        """What the shell may say."""
        parser.add_argument("path", help="the bundle: a folder, a .zip or a .json file")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
        parser.add_argument(
            "--as", dest="email", default="", help="who imports, and manages new programs (default: the first administrator)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, compare, write, and say what happened."""
        by = self._person(options["email"])
        path = Path(options["path"])
        at = timezone.now()
        try:
            prepared = imports.prepare(source=files.from_path(path, imports.limits()), by=None, at=at)
            said = imports.summary(prepared)
            if not options["dry_run"]:
                bar = _Bar(prepared.plan.rows) if sys.stderr.isatty() else None
                run = imports.apply(prepared=prepared, by=by, at=at, file_name=path.name, progress=bar)
                said |= {"import": run.pk}
        except Unreadable as refusal:
            self._refuse(refusal.problems, as_json=options["json"])
        except Refused as refusal:
            self._refuse([Finding("refused", "", params={"why": refusal.message})], as_json=options["json"])
        except DatabaseError as error:
            self._refuse([Finding("refused", "", params={"why": f"the database said no: {error}"})], as_json=options["json"])
        else:
            said = {"dry_run": options["dry_run"], **said}
            self.stdout.write(json.dumps(said) if options["json"] else "\n".join(_lines(said)))
            if by is None and said["created"].get("programs") and not options["dry_run"]:
                self.stderr.write(
                    "Nobody manages the new programs, and only an administrator will see them. --as EMAIL names a manager."
                )

    def _person(self, email: str) -> Person | None:
        if email:
            found = here.by_email(email)
            if found is None:
                raise CommandError(f"Nobody here has the address {email}. Use that of an administrator or program manager.")
            return found
        return here.first_admin()

    def _refuse(self, problems: Any, *, as_json: bool) -> None:
        """Say why, and end with code 1."""
        if as_json:
            self.stdout.write(json.dumps(report.refusal(problems)))
        words = [_line(each.as_dict()) for each in problems]
        raise CommandError("Nothing was imported.\n" + "\n".join(words), returncode=1)


class _Bar:
    """A line on stderr that grows."""

    def __init__(self, total: int) -> None:
        self.total = max(total, 1)

    def __call__(self, done: int) -> None:
        share = min(done / self.total, 1)
        bar = "#" * round(share * WIDTH)
        sys.stderr.write(f"\r[{bar:<{WIDTH}}] {share:4.0%} of {self.total} rows")
        if done >= self.total:
            sys.stderr.write("\n")
        sys.stderr.flush()


def _lines(said: dict[str, Any]) -> list[str]:
    """The outcome for people."""
    head = "Would be imported" if said["dry_run"] else "Imported"
    lines = [f"{head}: {said['bundle']}" + (f" (as of {said['as_of']})" if said["as_of"] else "")]
    for table in said["created"]:
        counts = [f"{said[word][table]} {word}" for word in ("created", "updated", "unchanged") if said[word][table]]
        if counts:
            lines.append(f"  {table}: {', '.join(counts)}")
    outside = said["external_items"]
    if any(outside.values()):
        lines.append(f"  external items: {outside['created']} created, {outside['updated'] + outside['unchanged']} here already")
    lines += ["  loop: " + " → ".join([*loop[:8], *(["…"] if len(loop) > 8 else []), loop[0]]) for loop in said["loops"][:SHOWN]]
    findings = said["findings"]
    if findings:
        lines.append(f"  {said['to_fix']} findings need a fix, {said['to_check']} a look:")
        lines += [f"    {_line(each)}" for each in findings[:SHOWN]]
        if len(findings) > SHOWN:
            lines.append(f"    … and {len(findings) - SHOWN} more; --json shows all")
    return lines


def _line(finding: dict[str, Any]) -> str:
    """One finding: where, what, why, and what to do."""
    where = ", ".join(
        each for each in (finding["table"], f"row {finding['row']}" if finding["row"] else "", finding["column"]) if each
    )
    value = f" “{finding['value']}”" if finding["value"] else ""
    return f"{where}{value}: {finding['reason']}.".lstrip(": ") + (f" {finding['fix']}" if finding["fix"] else "")
