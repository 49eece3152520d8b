"""Write programs as a bundle: a folder, a zip or one JSON file, told by the ending of the path."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from programs.intake import writing
from programs.intake.values import Unusable, read_date
from programs.queries import exports


class Command(BaseCommand):
    """`export_bundle PROGRAM… PATH`. Importing what it wrote gives the same programs again."""

    help = "Export programs (slugs, ids of their source, or the name of a bundle) to a folder, a .zip or a .json file."

    def add_arguments(self, parser: CommandParser) -> None:
        """What the shell may say."""
        parser.add_argument(
            "programs", nargs="+", metavar="PROGRAM", help="slug, source id, or the name of a bundle for all its programs"
        )
        parser.add_argument("path", help="a folder, or a file that ends in .zip or .json")
        parser.add_argument("--force", action="store_true", help="replace what is there")
        parser.add_argument(
            "--as-of", default="", help="the day the figures stand for (default: that of the last import, else today)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Gather, write, and say how much."""
        programs, unknown = exports.programs_named(options["programs"])
        if unknown:
            raise CommandError(f"No program here is called {', '.join(unknown)}. Give the last part of its address.")
        export = exports.bundle(programs, today=timezone.now().date())
        if options["as_of"]:
            export.manifest["as_of"] = _day(options["as_of"]).isoformat()
        path = Path(options["path"])
        _require_free(path, force=options["force"])
        try:
            _write(path, export)
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror}.") from None
        counts = ", ".join(f"{count} {table}" for table, count in export.manifest["counts"].items())
        self.stdout.write(f"Exported to {path}: {counts or 'nothing'}")


def _day(text: str) -> date:
    try:
        return read_date(text)[0]
    except Unusable:
        raise CommandError(f"{text} is not a date. Write YYYY-MM-DD.") from None


def _require_free(path: Path, *, force: bool) -> None:
    if force or not path.exists():
        return
    if (path.is_dir() and any(path.iterdir())) or (path.is_file() and path.stat().st_size):
        raise CommandError(f"{path} is there already. Choose another path, or add --force to replace it.")


def _write(path: Path, export: writing.Export) -> None:
    ending = path.suffix.lower()
    if ending in {".zip", ".json"} and not path.is_dir():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(writing.archive(export) if ending == ".zip" else writing.single(export))
        return
    path.mkdir(parents=True, exist_ok=True)
    made = writing.files(export)
    for name in {f"{table}.csv" for table in export.rows} - made.keys():
        (path / name).unlink(missing_ok=True)
    for name, content in made.items():
        (path / name).write_bytes(content)
