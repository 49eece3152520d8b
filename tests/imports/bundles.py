"""Small bundles for tests: written as Python, imported as a file would be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.utils import timezone

from programs.actions import imports
from programs.intake import files
from programs.models import ImportRun, Person

MANIFEST = {"format": "program-bundle", "version": "1", "name": "sketch", "as_of": "2026-03-02", "day_unit": "working"}


def bundle(manifest: dict[str, Any] | None = None, **tables: Any) -> bytes:
    """A bundle of one program P unless told otherwise."""
    tables.setdefault("programs", [{"id": "P", "name": "Pilot"}])
    tables.setdefault("milestones", [])
    return json.dumps({"manifest": {**MANIFEST, **(manifest or {})}, **tables}).encode()


def milestones(*idents: str, **values: Any) -> list[dict[str, Any]]:
    """Milestones of the program P that are called like their ids."""
    return [{"id": ident, "program_id": "P", "name": f"Name of {ident}", **values} for ident in idents]


def links(*pairs: str, **values: Any) -> list[dict[str, Any]]:
    """Links written as "a>b"; each has its text as id."""
    return [{"id": pair, "predecessor_id": pair.split(">")[0], "successor_id": pair.split(">")[1], **values} for pair in pairs]


def prepare(data: bytes, *, by: Person | None = None, name: str = "bundle.json") -> imports.Prepared:
    """Read and compare; nothing is written."""
    return imports.prepare(source=files.from_bytes(name, data, imports.limits()), by=by, at=timezone.now())


def apply(data: bytes, *, by: Person | None = None, name: str = "bundle.json") -> ImportRun:
    """Import, as a person or as the command line."""
    return imports.apply(prepared=prepare(data, by=by, name=name), by=by, at=timezone.now())


def apply_path(path: Path) -> ImportRun:
    """Import what lies on disk, as the command line does."""
    at = timezone.now()
    return imports.apply(prepared=imports.prepare(source=files.from_path(path, imports.limits()), by=None, at=at), by=None, at=at)


def codes(run_or_prepared: ImportRun | imports.Prepared) -> list[str]:
    """The codes of all findings, in order."""
    if isinstance(run_or_prepared, ImportRun):
        return [each["code"] for each in run_or_prepared.report["findings"]]
    return [each.code for each in run_or_prepared.plan.findings]
