"""One program as plain data, as the API answers it: stored answers, read by whoever sees this program and no other.

Sentences are those of the pages, in English. Days are working days of the program; dates are ISO 8601.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from programs.flags.health import PHRASES
from programs.flags.raise_flags import worded
from programs.graph.phrases import TEMPLATES, say, stored_day
from programs.graph.types import Why
from programs.models import Analysis, Blocker, Dependency, Milestone
from programs.queries.explained import explained
from programs.queries.withheld import Sight

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from programs.models import Program, Timing

WITHHELD = "withheld"
TIMES = ("early_start", "late_start", "late_finish", "needed_by")
DAYS = {"total_float": "total_float_days", "free_float": "free_float_days", "slip": "slip_days", "late": "late_days"}


def program(row: Program) -> dict[str, Any]:
    """Where the program stands: dates, health and why, the critical path and the ones nearest to it, what blockers cost."""
    found = Analysis.objects.filter(program=row).first()
    facts = {
        "program": row.slug,
        "name": row.name,
        "status": row.status,
        "target_date": _iso(row.target_date),
        "revision": row.revision,
        "analysis": None,
    }
    if found is None:
        return facts
    keys = dict(Milestone.objects.filter(program=row).values_list("pk", "key"))
    blockers = {pk: (number, title) for pk, number, title in _blockers(row)}
    return facts | {
        "analysis": {
            "as_of": _iso(found.as_of),
            "revision": found.revision,
            "up_to_date": found.revision == row.revision,
            "finish": _iso(found.finish),
            "days_late": found.days_late,
            "health": found.health or None,
            "health_because": _health(found.health_why),
            "critical_path": _named(found.critical_path, keys),
            "near_paths": [{"float_days": days, "path": _named(path, keys)} for days, path in found.near_paths],
            "blockers": [
                {
                    "blocker": f"B-{blockers[cost['id']][0]}",
                    "title": blockers[cost["id"]][1],
                    "milestone": keys.get(cost["activity"], WITHHELD),
                    "days_added": cost["days_added"],
                    "waiting_behind": cost["waiting_behind"],
                }
                for cost in found.blockers
                if cost["id"] in blockers
            ],
            "counts": found.counts,
        }
    }


def milestones(row: Program, *, page: int, limit: int) -> tuple[list[dict[str, Any]], int]:
    """One page of its milestones, in order of their numbers, and how many there are in all."""
    rows = _rows(row).order_by("pk")
    return _described(row, rows[(page - 1) * limit : page * limit]), rows.count()


def milestone(row: Program, key: str, *, as_of: date) -> dict[str, Any] | None:
    """One milestone explained in full, with its links; None without one of that key. Solves the network it belongs to."""
    found = _rows(row).filter(key=key).first()
    if found is None:
        return None
    links = Dependency.objects.select_related("predecessor", "successor").order_by("pk")
    before, after = links.filter(successor=found), links.filter(predecessor=found)
    told = explained(found, Sight.of(row), as_of=as_of)
    return _described(row, [found])[0] | {
        "without_what_decides_its_start": sentence(told.without) if told else None,
        "what_changes_it": sentence(told.change) if told else None,
        "towards": {aim.key: sentence(why) for aim, why in told.towards} if told else {},
        "predecessors": [_link(link, link.predecessor, row) for link in before],
        "successors": [_link(link, link.successor, row) for link in after],
    }


def _rows(row: Program) -> Any:
    return Milestone.objects.filter(program=row).select_related("timing", "workstream", "owner", "program")


def _blockers(row: Program) -> Iterable[tuple[int, int, str]]:
    return Blocker.objects.filter(program=row).values_list("pk", "number", "title")


def _described(row: Program, rows: Iterable[Milestone]) -> list[dict[str, Any]]:
    listed = list(rows)
    timings: list[Timing | None] = [getattr(each, "timing", None) for each in listed]
    told = Sight.of(row).reasons(*(why for one in timings if one for why in (one.start_why, one.critical_why)))
    drivers = {pk for one in timings if one for pk in one.drivers}
    keys = dict(Milestone.objects.filter(program=row, pk__in=drivers).values_list("pk", "key"))
    reasons = iter(told)
    timed = [_timing(one, keys, next(reasons), next(reasons)) if one else {} for one in timings]
    return [_facts(each) | found for each, found in zip(listed, timed, strict=True)]


def _facts(row: Milestone) -> dict[str, Any]:
    return {
        "milestone": row.key,
        "name": row.name,
        "source_id": row.source_id,
        "status": row.status,
        "workstream": row.workstream.key if row.workstream else None,
        "owner": row.owner.name if row.owner else None,
        "target_date": _iso(row.target_date),
        "baseline_date": _iso(row.baseline_date),
        "actual_date": _iso(row.actual_date),
    }


def _timing(one: Timing, keys: Mapping[int, str], start: Mapping[str, Any], critical: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "forecast": _iso(one.forecast),
        **{name: _iso(getattr(one, name)) for name in TIMES},
        **{word: getattr(one, name) for name, word in DAYS.items()},
        "critical": one.critical,
        "near_critical": one.near_critical,
        "on_critical_path": one.on_path,
        "blocked": one.blocked,
        "waiting_behind": one.waiting_behind,
        "drivers": _named(one.drivers, keys),
        "starts_because": sentence(start),
        "critical_because": sentence(critical),
    }


def sentence(reason: Mapping[str, Any]) -> str | None:
    """The English sentence of a stored reason; none where there is no reason."""
    code = str(reason.get("code", ""))
    return say(Why(code, _read(reason.get("params") or {}))) if code in TEMPLATES else None


def _health(reason: Mapping[str, Any]) -> str | None:
    code = str(reason.get("code", ""))
    return worded(PHRASES[code], _read(reason.get("params") or {})) if code in PHRASES else None


def _read(params: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters as the engine gave them: dates are text where they are stored."""
    return {name: stored_day(value) or value for name, value in params.items()}


def _link(link: Dependency, other: Milestone, row: Program) -> dict[str, Any]:
    return {
        "milestone": other.key if other.program_id == row.pk else WITHHELD,
        "type": link.type,
        "lag_days": float(link.lag_days),
        "relation": link.relation,
    }


def _named(ids: Sequence[int], keys: Mapping[int, str]) -> list[str]:
    return [keys.get(pk, WITHHELD) for pk in ids]


def _iso(value: date | None) -> str | None:
    return value.isoformat() if value else None
