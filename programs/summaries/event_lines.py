"""Notes of the history as sentences: an English template per kind, and the values that fill it.

The web translates the same templates and words dates for its reader; mails use them as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol, TypeVar

from programs.graph.phrases import stored_day

Value = str | date


N = TypeVar("N", bound="Note")


class Note(Protocol):
    """What a line needs of an event."""

    kind: str
    field: str
    old: str
    new: str
    note: str
    subject_name: str


@dataclass(frozen=True, slots=True)
class EventLine:
    """One sentence without its full stop. `values` may hold dates, for the reader's own way of writing them."""

    template: str
    values: dict[str, Value] = field(default_factory=dict)
    note: str = ""

    def say(self, translate: Callable[[str], str] = str, day: Callable[[date], str] = date.isoformat) -> str:
        """Return the sentence.

        >>> EventLine("{subject} is done", {"subject": "SEC-3 Penetration test"}).say()
        'SEC-3 Penetration test is done'
        """
        return translate(self.template).format(**self.worded(translate, day))

    def worded(self, translate: Callable[[str], str], day: Callable[[date], str]) -> dict[str, str]:
        """What fills the template, in words: for a page that lets some of it stand out."""
        return {
            name: day(value) if isinstance(value, date) else translate(value) if name in _WORDS else value
            for name, value in self.values.items()
        }


_WORDS = frozenset({"field", "state", "was"})  # values that are words of ours, not of people

TEMPLATES: dict[str, str] = {
    "program.created": "{subject} was created",
    "program.deleted": "{subject} was deleted",
    "program.restored": "{subject} is there again",
    "hook.saved": "Posts go to {new}",
    "hook.removed": "Nothing is posted to {old} any more",
    "hook.gone": "{old} takes no messages any more",
    "baseline.taken": "New baseline: {subject}",
    "baseline.chosen": "Slips are measured from {subject}",
    "baseline.deleted": "Baseline deleted: {subject}",
    "baseline.restored": "{subject} is there again",
    "share.opened": "New link for people without an account: {subject}",
    "share.closed": "Link withdrawn: {subject}",
    "key.made": "New key for an application: {subject}",
    "key.withdrawn": "Key withdrawn: {subject}",
    "view.saved": "New view: {subject}",
    "view.deleted": "View deleted: {subject}",
    "workstream.created": "New workstream: {subject}",
    "workstream.deleted": "{subject} was deleted",
    "workstream.restored": "{subject} is there again",
    "milestone.created": "New milestone: {subject}",
    "milestone.said": "{subject} set to {state}",
    "milestone.done": "{subject} is done",
    "milestone.help": "Help is needed with {subject}",
    "milestone.helped": "Help with {subject} is on its way",
    "milestone.help_over": "{subject} needs no help any more",
    "milestone.deleted": "{subject} was deleted",
    "milestone.restored": "{subject} is there again",
    "dependency.linked": "New dependency: {subject}",
    "dependency.changed": "Dependency changed: {subject}",
    "dependency.removed": "Dependency removed: {subject}",
    "dependency.set_aside": "Dependency set aside: {subject}",
    "blocker.opened": "New blocker: {subject}",
    "blocker.said": "{subject} is still the same",
    "blocker.cleared": "{subject} is cleared",
    "blocker.escalated": "{subject} does not move, told to {new}",
    "blocker.room": "{new} asked into the room for {subject}",
    "blocker.reopened": "{subject} is open again",
    "blocker.deleted": "{subject} was taken away",
    "blocker.restored": "{subject} is there again",
    "risk.created": "New risk: {subject}",
    "risk.closed": "{subject} is closed",
    "risk.deleted": "{subject} was taken away",
    "risk.restored": "{subject} is there again",
    "decision.created": "New decision: {subject}",
    "decision.decided": "Decided: {subject}: {new}",
    "decision.withdrawn": "{subject} is not needed any more",
    "decision.reopened": "{subject} is open again",
    "decision.checked": "What came of {subject} was looked at",
    "decision.breached": "{subject} is open again: {new}",
    "decision.deleted": "{subject} was taken away",
    "decision.restored": "{subject} is there again",
    "update.written": "Update written on {subject}",
    "opening.written": "Opening of the coming summary of {subject} written",
    "nudge.sent": "{subject} was asked how it stands",
    "update.deleted": "Update on {subject} taken away",
    "update.restored": "Update on {subject} is there again",
    "member.added": "{subject} joined as {new}",
    "member.changed": "{subject} is now {new}",
    "member.removed": "{subject} left the program",
    "person.changed": "{subject} changed their profile",
    "person.disabled": "{subject} can no longer sign in",
    "person.enabled": "{subject} can sign in again",
    "change.undone": "Undone: a change of {subject}",
    "draft.shared": "Draft shared: {subject}",
    "draft.applied": "Made the plan: the draft {subject}",
    "slip.acknowledged": "The new date of {subject} was seen",
    "slip.contested": "The new date of {subject} is contested",
    "import.applied": "Imported {subject}",
    "template.saved": "Saved as the template {subject}",
    "template.deleted": "Template {subject} was deleted",
    "import.undone": "Import of {subject} undone",
    "analysis.finish_moved": "Forecast moved from {old} to {new}",
    "analysis.health_changed": "Health changed from {was} to {state}",
}
FIRST_FORECAST = "First forecast: {new}"
NO_FORECAST = "The forecast, {old}, is gone"
FIRST_HEALTH = "Health is {state}"
NO_HEALTH = "Health is no longer known, was {was}"
MOVED = "{field} of {subject} moved from {old} to {new}"
CHANGED = "{field} of {subject} changed from {old} to {new}"
SET = "{field} of {subject} set to {new}"
TAKEN_AWAY = "{field} of {subject} taken away, was {old}"
CHANGED_STATE = "{field} of {subject} changed from {was} to {state}"
SET_STATE = "{field} of {subject} set to {state}"
STATE_TAKEN_AWAY = "{field} of {subject} taken away, was {was}"
REWRITTEN = "{field} of {subject} rewritten"
TOUCHED = "{subject} changed"
OTHERS = (FIRST_FORECAST, NO_FORECAST, FIRST_HEALTH, NO_HEALTH, MOVED, CHANGED, SET, TAKEN_AWAY, REWRITTEN, TOUCHED)
OF_STATES = {CHANGED: CHANGED_STATE, SET: SET_STATE, TAKEN_AWAY: STATE_TAKEN_AWAY}

STATES: dict[str, str] = {
    "on_track": "on track",
    "at_risk": "at risk",
    "off_track": "off track",
    "no_target": "no target",
    "blocked": "blocked",
    "done": "done",
    "not_started": "not started",
    "in_progress": "in progress",
    "cancelled": "cancelled",
    "deferred": "deferred",
    "sure": "sure",
    "fair": "fairly sure",
    "rough": "rough",
    "guess": "a guess",
}
FIELDS: dict[str, str] = {
    "name": "Name",
    "title": "Title",
    "description": "Description",
    "note": "Note",
    "owner": "Owner",
    "team": "Team",
    "lead": "Lead",
    "workstream": "Workstream",
    "status": "Status",
    "said": "Status",
    "declared_health": "Declared health",
    "start_date": "Start",
    "baseline_date": "Baseline",
    "target_date": "Target",
    "expected_date": "Expected date",
    "actual_date": "Actual date",
    "finish_milestone": "What finishes it",
    "duration_days": "Duration",
    "remaining_days": "Work left",
    "optimistic_days": "Optimistic",
    "likely_days": "Likely",
    "pessimistic_days": "Pessimistic",
    "confidence": "How sure",
    "percent_done": "Percent done",
    "asked_of": "Asked of",
    "waiting_person": "Waiting for",
    "waiting_team": "Waiting for the team",
    "waiting_contact": "Contact",
    "snoozed_until": "Quiet until",
    "snooze_reason": "Reason to wait",
    "sponsor": "Sponsor",
    "expected_clear": "Expected clear date",
    "waiting_on": "Waits on",
    "next_step": "Next step",
    "so_what": "So what",
    "severity": "Severity",
    "probability": "Likelihood",
    "impact": "Impact",
    "response": "Response",
    "review_on": "Review date",
    "kind": "Kind",
    "background": "Background",
    "decider": "Who decides",
    "due_on": "Due date",
    "criteria": "Criteria",
    "options": "Options",
    "limits": "Expected values",
    "holds": "What waits for it",
    "chance": "Probability in percent",
    "days_low": "Days at least",
    "days_high": "Days at most",
    "strikes": "What it also delays",
    "trigger": "Trigger",
    "trigger_on": "Trigger date",
    "response_text": "What we do",
    "residual_probability": "Likelihood afterwards",
    "residual_impact": "Impact afterwards",
    "residual_chance": "Percent afterwards",
    "lag_days": "Lag",
    "type": "Type",
    "weekdays": "Working days",
    "thresholds": "Thresholds",
}
_LONG = 80  # text longer than this is not repeated in a sentence


def event_line(event: Note) -> EventLine:
    """The sentence of one note. A kind or field nobody taught it is still said, plainly."""
    kind, subject = event.kind, event.subject_name
    old, new = _value(event.old), _value(event.new)
    values: dict[str, Value] = {"subject": subject, "old": old, "new": new}
    if kind.startswith("analysis."):
        return EventLine(_analysis(kind, event), values | _states(event), event.note)
    if kind == "milestone.said":
        return EventLine(TEMPLATES[kind], values | _states(event), event.note)
    if kind in TEMPLATES and not (kind == "dependency.changed" and event.field):
        return EventLine(TEMPLATES[kind], values, event.note)
    template = _change(event, old, new)
    if event.field in {"status", "said", "declared_health"}:
        template = OF_STATES.get(template, template)
    return EventLine(template, values | _named_field(event), event.note)


def _analysis(kind: str, event: Note) -> str:
    template = TEMPLATES[kind]
    if event.old and event.new:
        return template
    if kind == "analysis.finish_moved":
        return FIRST_FORECAST if event.new else NO_FORECAST
    return FIRST_HEALTH if event.new else NO_HEALTH


def _states(event: Note) -> dict[str, Value]:
    return {"was": STATES.get(event.old, event.old), "state": STATES.get(event.new, event.new)}


def _named_field(event: Note) -> dict[str, Value]:
    return {"field": FIELDS.get(event.field, event.field.replace("_", " ").capitalize())} | _states(event)


def _change(event: Note, old: Value, new: Value) -> str:
    if not event.field:
        return TOUCHED
    if max(len(event.old), len(event.new)) > _LONG:
        return REWRITTEN
    if not event.new:
        return TAKEN_AWAY if event.old else TOUCHED
    if not event.old:
        return SET
    return MOVED if isinstance(old, date) and isinstance(new, date) else CHANGED


def _value(text: str) -> Value:
    """ISO dates become dates; everything else stays as the history keeps it."""
    return stored_day(text) or text


class Kept(Note, Protocol):
    """What an entry needs besides."""

    at: datetime
    by: Any
    batch: Any


@dataclass(frozen=True, slots=True)
class Entry:
    """What one person did at once: the note that tells most, and how many more there were (an import is told as one)."""

    event: Any
    line: EventLine
    more: int = 0


_TELLING = (
    "change.",
    "import.",
    "milestone.done",
    "milestone.said",
    "blocker.",
    "analysis.",
    "dependency.",
    "risk.",
    "decision.",
    "program.created",
)


def entries(events: Iterable[Kept], *, most: int) -> list[Entry]:
    """Group notes, newest first, by what was done at once; each group is told by its most telling note."""
    groups: dict[object, list[Kept]] = {}
    for number, event in enumerate(events):
        groups.setdefault(event.batch or number, []).append(event)
    found = []
    for group in list(groups.values())[:most]:
        event = most_telling(group)
        found.append(Entry(event, event_line(event), 0 if event.kind.startswith("import.") else len(group) - 1))
    return found


def most_telling(group: Iterable[N]) -> N:
    """The note that says most of what was done at once: that it is blocked, not that its status changed."""
    return min(group, key=_rank)


def _rank(event: Note) -> int:
    place = next((number for number, start in enumerate(_TELLING) if event.kind.startswith(start)), len(_TELLING))
    return place * 2 + (event.kind == "update.written")
