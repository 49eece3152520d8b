"""The opening paragraph of a summary: the computed sentences, or somebody's own with what changed since they wrote it."""

from __future__ import annotations

from datetime import date

from programs.summaries import words
from programs.summaries.facts import Program
from programs.summaries.lines import sentence
from programs.summaries.words import day, line
from programs.summaries.words import gettext as _


def text_of(fact: Program) -> str:
    """What somebody wrote, "" when nobody did."""
    return line(fact.opening.text, words.PARAGRAPH) if fact.opening else ""


def signed(fact: Program, today: date) -> str:
    """Who wrote it and when, and every fact that is another now."""
    if fact.opening is None:
        return ""
    who = {"who": line(fact.opening.by) or _("Somebody"), "day": day(fact.opening.on, today)}
    changed = changes(fact, today)
    said = sentence(_("%(who)s wrote this on %(day)s") % who)
    return f"{said} {_('Since then:')} {sentence(*changed)}" if changed else said


def changes(fact: Program, today: date) -> list[str]:
    """The forecast, the target, the state and the blockers that cost days, where they are not what they were."""
    before, found = fact.opening, []
    if before is None:
        return []

    def said(value: date | None) -> str:
        return day(value, today) if value else _("none")

    if before.finish != fact.finish:
        found.append(_("Forecast %(new)s, was %(old)s") % {"new": said(fact.finish), "old": said(before.finish)})
    if before.target != fact.target:
        found.append(_("Target %(new)s, was %(old)s") % {"new": said(fact.target), "old": said(before.target)})
    if before.health != fact.health:
        found.append(_("%(new)s, was %(old)s") % {"new": words.health(fact.health), "old": words.health(before.health).lower()})
    now = {blocker.key: blocker for blocker in fact.blockers if blocker.days_added >= 0.05}
    found += [
        _("Blocked: %(title)s") % {"title": line(blocker.title)} for key, blocker in now.items() if key not in before.blockers
    ]
    gone = [key for key in before.blockers if key not in now]
    found += [_("%(key)s costs no days any more") % {"key": key} for key in gone]
    return found
