"""The sections of a summary: what needs the reader, what is stopped, at risk, changed, and coming."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from programs.summaries import lines, paths, words
from programs.summaries.choose import MOST, blockers_for, decisions_for, first, matters, own_only, room
from programs.summaries.facts import Program, Reader
from programs.summaries.summary import Line, Section
from programs.summaries.words import day, line
from programs.summaries.words import gettext as _


def behind(facts: Sequence[Program], reader: Reader) -> str:
    """A note when newer edits are not in the forecast yet."""
    oldest = min((fact.behind for fact in facts if fact.behind), default=None)
    if oldest is None:
        return ""
    when = words.moment(oldest, reader.zone, reader.today)
    return _("Forecast as of %(when)s; newer edits are not in it yet.") % {"when": when}


def more(left: int, words_for_it: str = "") -> str:
    """What was left out, counted: and 9,980 more."""
    return (words_for_it or _("and %(n)s more")) % {"n": f"{left:,}"} if left else ""


def needs(facts: Sequence[Program], reader: Reader) -> Section | None:
    """What only this reader can answer."""
    asks = [ask for fact in facts for ask in fact.asks]
    if not asks:
        return None
    shown, left = first(asks, room(reader).asks, len(asks))
    return Section("needs", _("Needs you"), tuple(lines.ask(ask, reader.today) for ask in shown), more(left))


def decisions_section(facts: Sequence[Program], reader: Reader) -> Section | None:
    """What waits for a decision, the earliest first: leaders and sponsors read this before anything else."""
    pairs = [(fact, decision) for fact in facts for decision in decisions_for(reader, fact)]
    if not pairs:
        return None
    pairs.sort(key=lambda pair: pair[1].by or date.max)
    shown, left = first(pairs, room(reader).decisions, len(pairs))
    named = len(facts) > 1
    rows = tuple(lines.decision(decision, reader.today, program=fact.name if named else "") for fact, decision in shown)
    return Section("decisions", _("Decisions needed"), rows, more(left))


def blockers_section(fact: Program, reader: Reader) -> Section | None:
    """Open blockers by the days they add to the finish."""
    decided = {decision.key for decision in decisions_for(reader, fact)}
    listed = [blocker for blocker in fact.blockers if blocker.key not in decided]
    if not listed:
        return None
    chosen = blockers_for(reader, fact)
    shown, _left = first(chosen, room(reader).blockers, len(chosen))
    left = len(listed) - len(shown)
    rest = [blocker for blocker in listed if blocker not in shown]
    far = rest and all(blocker.total_float is not None and not matters(blocker, fact.near) for blocker in rest)
    what = words.inside(line(fact.finish_name, 60)) or _("the finish")
    return Section(
        "blockers",
        _("Blockers, by days added to %(what)s") % {"what": what},
        tuple(lines.blocker(blocker, reader.today) for blocker in shown),
        more(left, _("%(n)s more, none near the critical path") if far else ""),
    )


def at_risk_section(fact: Program, reader: Reader) -> Section | None:
    """Milestones that miss their target or are said to be in trouble, then high risks."""
    items = [item for item in fact.at_risk if item.mine] if own_only(reader) else list(fact.at_risk)
    count = len(items) if own_only(reader) else fact.at_risk_count
    shown, left = first(items, room(reader).at_risk, count)
    high = [risk for risk in fact.risks if risk.mine] if own_only(reader) else fact.risks
    risks, risks_left = first(high, room(reader).risks, len(high) if own_only(reader) else fact.risk_count)
    rows = [lines.at_risk(item, reader.today) for item in shown] + [lines.risk(risk) for risk in risks]
    if not rows:
        return None
    return Section("at-risk", _("At risk"), tuple(rows), more(left + risks_left))


def state_lines(fact: Program, today: date, *, named: bool) -> list[Line]:
    """The program itself changed: forecast, state, target."""
    before = fact.before
    found = [lines.finish_moved(fact, today, named=named)]
    if before and before.health and before.health != fact.health:
        title = _("%(name)s, state: %(old)s → %(new)s") if named else _("State: %(old)s → %(new)s")
        title %= {"name": line(fact.name), "old": words.health(before.health), "new": words.health(fact.health)}
        found.append(Line(title, path=paths.program(fact.slug)))
    if before and before.target != fact.target and not before.first:
        old, new = (day(value, today) if value else _("none") for value in (before.target, fact.target))
        title = _("%(name)s, target: %(old)s → %(new)s") if named else _("Target: %(old)s → %(new)s")
        found.append(Line(title % {"name": line(fact.name), "old": old, "new": new}, path=paths.program(fact.slug)))
    return [row for row in found if row is not None]


def changes_section(facts: Sequence[Program], reader: Reader) -> Section | None:
    """What happened since this reader's last one: the forecast first, then what moved it."""
    named = len(facts) > 1
    rows = [row for fact in facts for row in state_lines(fact, reader.today, named=named)]
    changes = [(fact, change) for fact in facts for change in fact.changes]
    count = len(rows) + sum(fact.change_count for fact in facts)
    rows += [lines.change(change, reader.today, program=fact.name if named else "") for fact, change in changes]
    if not rows:
        return None
    shown, left = first(rows, min(room(reader).changes, MOST), count)
    return Section("changes", _since(facts, reader), tuple(shown), more(left))


def _since(facts: Sequence[Program], reader: Reader) -> str:
    told = [fact.before.on for fact in facts if fact.before and not fact.before.first]
    if not told:
        return _("Changed in the last seven days")
    return _("Changed since %(day)s") % {"day": day(min(told), reader.today)}


def upcoming_section(facts: Sequence[Program], reader: Reader) -> Section | None:
    """What is forecast for the next two weeks, earliest first."""
    named = len(facts) > 1
    items = [(fact, item) for fact in facts for item in fact.upcoming if item.mine or not own_only(reader)]
    count = len(items) if own_only(reader) else sum(fact.upcoming_count for fact in facts)
    if not items:
        return None
    items.sort(key=lambda pair: pair[1].forecast or date.max)
    shown, left = first(items, room(reader).upcoming, count)
    rows = [lines.upcoming(item, reader.today, program=fact.name if named else "") for fact, item in shown]
    title = _("Your next two weeks") if own_only(reader) else _("Next two weeks")
    return Section("upcoming", title, tuple(rows), more(left))
