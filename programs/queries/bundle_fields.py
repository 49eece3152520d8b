"""Which column of which table is which field of a bundle's rows: `value` as it is, else whose numbers it holds."""

from __future__ import annotations

Fields = dict[str, tuple[str, str]]


def _plain(*names: str) -> Fields:
    return {name: (name, "value") for name in names}


_PROGRAM: Fields = {"program_id": ("program", "program_ids")}
_OWNER: Fields = {"owner_id": ("owner", "owners")}
_TEAM: Fields = {"team_id": ("team", "teams")}
_WORKSTREAM: Fields = {"workstream_id": ("workstream", "workstreams")}
_MILESTONE: Fields = {"milestone_id": ("milestone", "milestones")}

FIELDS: dict[str, Fields] = {
    "programs": {
        **_plain("name", "status", "status_raw", "declared_health", "declared_health_raw", "start_date", "target_date"),
        **_plain("actual_date", "url", "description", "declared_note", "slug", "time_zone", "day_unit", "weekdays", "country"),
        **_plain("subdivision", "thresholds"),
        **_OWNER,
        "parent_id": ("parent", "program_ids"),
        "finish_milestone_id": ("finish_milestone", "milestones"),
    },
    "workstreams": {
        **_PROGRAM,
        **_TEAM,
        **_plain("name", "status", "status_raw", "declared_health", "declared_health_raw", "url", "key", "position"),
        "lead_id": ("lead", "owners"),
    },
    "milestones": {
        **_PROGRAM,
        **_WORKSTREAM,
        **_OWNER,
        **_TEAM,
        **_plain("name", "kind", "kind_raw", "status", "status_raw", "percent_done", "priority", "start_date", "baseline_date"),
        **_plain("target_date", "expected_date", "actual_date", "duration_days", "duration_unit", "constraint"),
        **_plain("constraint_date", "labels", "url", "updated_on", "description", "key", "remaining_days", "said", "said_on"),
        **_plain("external", "optimistic_days", "likely_days", "pessimistic_days", "confidence"),
        "parent_id": ("parent", "milestones"),
    },
    "dependencies": {
        **_plain("type", "lag_days", "lag_unit", "strength", "relation", "relation_raw", "origin", "note", "set_aside"),
        "predecessor_id": ("predecessor", "milestones"),
        "successor_id": ("successor", "milestones"),
    },
    "risks": {
        **_PROGRAM,
        **_WORKSTREAM,
        **_MILESTONE,
        **_OWNER,
        **_plain("title", "category", "status", "status_raw", "probability", "impact", "raised_on", "review_on", "closed_on"),
        **_plain("response", "response_raw", "url", "number", "note", "so_what", "kind", "chance", "days_low", "days_high"),
        **_plain("trigger", "trigger_on", "response_text", "residual_probability", "residual_impact", "residual_chance"),
    },
    "blockers": {
        **_PROGRAM,
        **_MILESTONE,
        **_OWNER,
        **_plain("title", "kind", "kind_raw", "status", "status_raw", "severity", "waiting_on", "raised_on", "resolved_on"),
        **_plain("resolution", "url", "number", "expected_clear", "next_step", "so_what"),
        "raised_by_id": ("raised_by", "owners"),
        "risk_id": ("risk", "risks"),
    },
    "updates": {
        **_PROGRAM,
        **_WORKSTREAM,
        **_MILESTONE,
        **_plain("on", "health", "health_raw", "note"),
        "author_id": ("author", "owners"),
    },
}
