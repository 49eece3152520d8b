"""Every change of the plan can be taken back: actions write rows on the paths that keep a step, or keep one themselves."""

from __future__ import annotations

import re

from django.conf import settings

ACTIONS = settings.BASE_DIR / "programs" / "actions"
PLAN = "Milestone|Dependency|Blocker|Risk|StatusUpdate|Workstream|Membership|CalendarException|Program|Team"
# At large, beside the paths: Model.objects.….update(…), delete() and bulk_create(…), within one statement.
AT_LARGE = re.compile(rf"\b({PLAN})\.(objects|every)\b[^\n]*\.(update|delete|bulk_create|create)\((?P<what>[^\n]*)")
COUNTERS = re.compile(r"next_number|revision|moved_at")
NO_CHANGE_BY_A_PERSON = {
    "demo.py",  # made once, for an empty installation
    "importing",  # has an undo of its own
    "blueprints.py",  # as an import has
    "sources.py",  # follows the deletion of a program, and comes back with it
    "undo.py",  # the purge
}


def test_rows_of_the_plan_are_written_where_a_step_is_kept():
    found = []
    for path in ACTIONS.rglob("*.py"):
        inside = path.relative_to(ACTIONS)
        text = path.read_text(encoding="utf-8")
        if inside.parts[0] in NO_CHANGE_BY_A_PERSON or path.name in NO_CHANGE_BY_A_PERSON or "deeds." in text:
            continue
        found += [f"{inside}: {hit[0]}" for hit in AT_LARGE.finditer(text) if not COUNTERS.search(hit["what"])]
    assert not found, "use saving, removing, or deeds.made and deeds.changed beside the statement, so that it can be undone"


def test_this_test_sees_what_it_looks_for():
    assert AT_LARGE.search("Milestone.objects.filter(pk=1).update(name=2)")
    assert AT_LARGE.search("Program.every.filter(pk=1).delete()")
    assert not AT_LARGE.search("Event.objects.bulk_create(notes)")
