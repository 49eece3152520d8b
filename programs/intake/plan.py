"""A bundle and what is here, compared: the plan a person reviews before anything is written."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import date
from typing import Any

from programs.intake.findings import Finding, Level, Unreadable
from programs.intake.limits import Limits
from programs.intake.links import Links
from programs.intake.reading import Bundle
from programs.intake.references import References
from programs.intake.remarks import Remarks
from programs.intake.tables import TABLES
from programs.intake.wants import CREATE, SAME, UPDATE, Existing, Plan, Want

ONLY_WHEN_NEW = frozenset({"slug", "key", "number"})  # permanent once given


def make(bundle: Bundle, existing: Existing, *, today: date, limits: Limits) -> Plan:
    """Compare a bundle with what is here. Raises Unreadable when the result would be larger than allowed.

    `today` stands in for days that cannot be read when the manifest has no `as_of`.
    """
    plan = Plan(
        bundle.manifest, findings=list(bundle.findings), rows=bundle.count, left_out=bundle.left_out, ignored=bundle.ignored
    )
    plan.figures.milestones = len(bundle.rows.get("milestones", ()))
    references = References(bundle, existing, plan)
    references.take_programs()
    references.take_workstreams()
    references.take_milestones()
    Links(references).take()
    Remarks(references, today).take()
    for table, wants in plan.wants.items():
        for want in wants:
            _compare(want, existing, table)
    _vanished(bundle, existing, plan)
    _refuse_too_much(plan, references, existing, limits)
    plan.findings.sort(key=_place)
    return plan


def _compare(want: Want, existing: Existing, table: str) -> None:
    have = existing.have(table, want.id)
    if have is None:
        return
    want.pk, want.version = have.pk, have.version
    for field in ONLY_WHEN_NEW & want.values.keys():
        del want.values[field]
    want.before = {
        field: have.values.get(field) for field, value in want.values.items() if not _same(have.values.get(field), value)
    }
    want.step = UPDATE if want.before else SAME


def _same(one: Any, other: Any) -> bool:
    return bool(one == other)


def _vanished(bundle: Bundle, existing: Existing, plan: Plan) -> None:
    """Rows an earlier bundle brought and this one no longer has. They stay."""
    for table, rows in existing.rows.items():
        if table not in bundle.rows:
            count = sum(1 for have in rows.values() if not have.values.get("external") and not have.by_hand)
            if count:
                plan.findings.append(Finding("table_missing", table, params={"count": count}))
            continue
        wanted = {want.id for want in plan.wants.get(table, ())}
        for ident, have in rows.items():
            if ident not in wanted and not have.values.get("external") and not have.by_hand:
                plan.findings.append(Finding("vanished", table, None, "id", ident, id=ident))


def _refuse_too_much(plan: Plan, references: References, existing: Existing, limits: Limits) -> None:
    """Count what would be there afterwards."""
    places = references.program_of["milestones"]
    milestones, links = Counter(existing.milestones_in), Counter(existing.links_in)
    new = plan.of("milestones", CREATE)
    milestones.update(str(each.values["program"]) for each in new)
    links.update(places.get(str(each.values["successor"]), "") for each in plan.of("dependencies", CREATE))
    problems: list[Finding] = []
    for code, table, counts, limit in (
        ("program_full", "milestones", milestones, limits.program_milestones),
        ("links_full", "dependencies", links, limits.program_links),
    ):
        for program, count in counts.items():
            if count > limit:
                params = {"program": program, "count": count, "limit": limit}
                problems.append(Finding(code, table, level=Level.FIX, params=params))
    total = existing.total_milestones + len(new)
    if total > limits.total_milestones:
        params = {"count": total, "limit": limits.total_milestones}
        problems.append(Finding("installation_full", "milestones", level=Level.FIX, params=params))
    if problems:
        raise Unreadable(problems)


def _place(finding: Finding) -> tuple[int, int, str]:
    """Findings in the order a person finds them in the bundle."""
    order = list(TABLES)
    return order.index(finding.table) if finding.table in TABLES else -1, finding.row or 0, finding.column


def fingerprint(plan: Plan) -> str:
    """What a plan would do, in one word: two plans with the same word do the same."""
    digest = hashlib.sha256()
    for table in sorted(plan.wants):
        for want in plan.wants[table]:
            if want.step != SAME:
                changed = want.values if want.step == CREATE else {field: want.values[field] for field in want.before}
                digest.update(
                    repr((table, want.id, want.step, sorted(changed.items()), sorted(want.before.items()))).encode(
                        "utf-8", "replace"
                    )
                )
    for note in plan.notes:
        digest.update(repr(note).encode("utf-8", "replace"))
    return digest.hexdigest()[:32]
