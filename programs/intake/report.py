"""What an import says of itself: the object `import_bundle --json` prints and an import keeps."""

from __future__ import annotations

from collections import Counter
from typing import Any

from programs.intake.findings import Level
from programs.intake.tables import TABLES
from programs.intake.wants import CREATE, SAME, UPDATE, Plan, Want

SHOWN_CHANGES = 200


def summary(plan: Plan, *, people: int = 0, teams: int = 0) -> dict[str, Any]:
    """Counts per table, the figures of the bundle, its loops, and every finding."""
    return {
        "bundle": plan.manifest.name,
        "title": plan.manifest.title,
        "as_of": plan.manifest.as_of.isoformat() if plan.manifest.as_of else None,
        **{word: _counts(plan, step) for word, step in (("created", CREATE), ("updated", UPDATE), ("unchanged", SAME))},
        "external_items": {
            word: sum(1 for each in plan.of("milestones", step) if _outside(each))
            for word, step in (("created", CREATE), ("updated", UPDATE), ("unchanged", SAME))
        },
        "rows": plan.rows,
        "left_out": plan.left_out,
        "new_people": people,
        "new_teams": teams,
        "milestones": plan.figures.milestones,
        "dependencies_rows": plan.figures.dependencies_rows,
        "by_relation": dict(sorted(plan.figures.by_relation.items())),
        "scheduling_edges_distinct": plan.figures.scheduling_edges_distinct,
        "self_links": plan.figures.self_links,
        "dangling_references": plan.figures.dangling_references,
        "loops": plan.figures.loops,
        "ignored_files": list(plan.ignored),
        "to_fix": sum(1 for each in plan.findings if each.level == Level.FIX),
        "to_check": sum(1 for each in plan.findings if each.level == Level.CHECK),
        "findings": [each.as_dict() for each in plan.findings],
    }


def _outside(want: Want) -> bool:
    """An external item: it has no row of its own in the milestones table."""
    return want.row is None or want.values.get("external") is True


def _counts(plan: Plan, step: str) -> dict[str, int]:
    """Rows per table. External items are counted on their own; history has no updates."""
    found = {
        table.name: sum(1 for each in plan.of(table.name, step) if not (table.name == "milestones" and _outside(each)))
        for table in TABLES.values()
        if not table.own
    }
    found["history"] = {CREATE: len(plan.notes), SAME: plan.notes_here}.get(step, 0)
    return found


def refusal(problems: Any) -> dict[str, Any]:
    """The same object for a bundle that was refused: nothing counted, every reason given."""
    nothing = {table.name: 0 for table in TABLES.values() if not table.own}
    return {
        "refused": True,
        "created": nothing,
        "updated": nothing,
        "unchanged": nothing,
        "milestones": 0,
        "dependencies_rows": 0,
        "by_relation": {},
        "scheduling_edges_distinct": 0,
        "self_links": 0,
        "dangling_references": 0,
        "loops": [],
        "findings": [each.as_dict() for each in problems],
    }


def changes(plan: Plan) -> list[dict[str, Any]]:
    """The first rows that would change, each field with old and new, for people to look at."""
    found: list[dict[str, Any]] = []
    for table in TABLES:
        for want in plan.of(table, UPDATE):
            if len(found) == SHOWN_CHANGES:
                return found
            fields = [{"field": field, "old": said(old), "new": said(want.values[field])} for field, old in want.before.items()]
            found.append({"table": table, "id": want.id, "row": want.row, "fields": fields})
    return found


def said(value: Any) -> str:
    """A value as a preview shows it; not set is empty."""
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(str(each[0] if isinstance(each, list) else each) for each in value)
    return str(value)[:300]


def programs(plan: Plan) -> list[dict[str, Any]]:
    """Each program of the plan with what it holds, for a preview."""
    milestones: Counter[str] = Counter(
        str(each.values.get("program")) for each in plan.wants.get("milestones", ()) if not _outside(each)
    )
    found = []
    for want in plan.wants.get("programs", ()):
        name = want.values.get("name") or want.id
        found.append({"id": want.id, "name": name, "step": want.step, "milestones": milestones[want.id]})
    return found
