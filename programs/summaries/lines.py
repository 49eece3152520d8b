"""One line of a summary for each kind of fact."""

from __future__ import annotations

from datetime import date

from programs.graph.days import working_days
from programs.summaries import attribution_lines, paths, words
from programs.summaries.attribution import Kind
from programs.summaries.facts import Ask, Blocker, Change, Decision, Milestone, Program, Risk
from programs.summaries.summary import Line
from programs.summaries.words import day, line
from programs.summaries.words import gettext as _

OPTIONS = 4  # of one decision, with what each does to the finish
HELD = 2  # milestones that wait for one decision, by name


def sentence(*parts: str) -> str:
    """Short statements one after the other, each with its full stop."""
    said = [part.strip().rstrip(".") for part in parts if part and part.strip()]
    return " ".join(f"{part}." if not part.endswith(("?", "!", "…")) else part for part in said)


def blocker(fact: Blocker, today: date, *, program: str = "") -> Line:
    """What stops, who can clear it, since when, until when, and what it costs."""
    who = line(fact.owner) or (line(fact.waiting_on) if fact.waiting_on else _("Nobody yet"))
    age = open_for(fact.raised, today)
    clear = _("Expected clear %(day)s") % {"day": day(fact.clear, today)} if fact.clear else _("No clear date yet")
    overdue = (
        _("Expected clear %(day)s has passed") % {"day": day(fact.clear, today)} if fact.clear and fact.clear < today else ""
    )
    costs = fact.days_added >= 0.05
    room = fact.total_float
    spare = _("%(days)s of float left") % {"days": words.short_days(room)} if not costs and room is not None and room > 0 else ""
    return Line(
        title=line(fact.title),
        note=sentence(
            line(program), ", ".join(part for part in (who, age) if part), overdue or clear, line(fact.next_step, 100), spare
        ),
        figure=f"+{words.short_days(fact.days_added)}" if costs else "0",
        tone="bad" if costs else "",
        path=_standing(fact.slug, fact.number, fact.milestone_key, paths.program(fact.slug)),
        so_what=line(fact.so_what, words.NOTE),
    )


def _standing(slug: str, blocker: int | None, milestone: str, otherwise: str) -> str:
    """Where a blocker is read: on its own page, else on that of what it stops."""
    if blocker is not None:
        return paths.blocker(slug, blocker)
    return paths.milestone(slug, milestone) if milestone else otherwise


def decision(fact: Decision, today: date, *, program: str = "") -> Line:
    """What is to be decided, by whom and until when, and what waiting costs."""
    who = _("From %(who)s") % {"who": line(fact.who)} if fact.who else _("Nobody is asked yet")
    when = ""
    if fact.by:
        when = _("was needed by %(day)s") if fact.by < today else _("needed by %(day)s")
        when %= {"day": day(fact.by, today)}
    costs = fact.days_added >= 0.05
    return Line(
        title=line(fact.title),
        note=sentence(line(program), ", ".join(part for part in (who, when) if part), *_at_stake(fact)),
        figure=f"+{words.short_days(fact.days_added)}" if costs else "",
        tone="bad" if costs else "",
        path=_where(fact),
        so_what=line(fact.so_what, words.NOTE),
    )


def _at_stake(fact: Decision) -> list[str]:
    """What each option does to the finish; where nobody said, what waits for the answer, else why it is asked."""
    if fact.options:
        return [f"{line(name, 80)}: {_moves(days)}" for name, days in fact.options[:OPTIONS]]
    if fact.held:
        names = words.joined([line(name) for name in fact.held[:HELD]])
        more = len(fact.held) - HELD
        return [_("Held until then: %(names)s") % {"names": names + (_(" and %(n)s more") % {"n": more} if more > 0 else "")}]
    return [line(fact.gist, 140)]


def _moves(days: float) -> str:
    if days == 0:
        return _("the finish stays")
    later = _("%(days)s later") if days > 0 else _("%(days)s sooner")
    return later % {"days": words.working_days(abs(days))}


def _where(fact: Decision) -> str:
    if fact.number is not None:
        return paths.decision(fact.slug, fact.number)
    return _standing(fact.slug, fact.blocker, fact.milestone_key, paths.program(fact.slug))


def open_for(raised: date | None, today: date) -> str:
    """How long something has been open, in calendar days."""
    if raised is None or raised > today:
        return ""
    age = (today - raised).days
    return _("open since today") if age == 0 else _("open %(days)s") % {"days": words.short_days(age)}


def at_risk(fact: Milestone, today: date) -> Line:
    """A milestone that misses its target, or that somebody said is in trouble."""
    said = {"at_risk": _("Said at risk"), "off_track": _("Said off track"), "blocked": _("Blocked")}.get(fact.said, "")
    if fact.disagrees:
        said = _("Said on track, the forecast disagrees")
    dates = ""
    if fact.forecast:
        dates = _("Forecast %(day)s") % {"day": day(fact.forecast, today)}
        if fact.target:
            dates = _("%(forecast)s, target %(day)s") % {"forecast": dates, "day": day(fact.target, today)}
    late = fact.late if fact.late and fact.late > 0 else None
    return Line(
        title=line(fact.name),
        note=sentence(line(fact.owner) or _("Nobody yet"), dates, said, _("Critical") if fact.critical else ""),
        figure=f"+{words.short_days(late)}" if late else "",
        tone="bad" if late else "",
        path=paths.milestone(fact.slug, fact.key),
    )


def risk(fact: Risk, *, program: str = "") -> Line:
    """A risk with likelihood times impact."""
    return Line(
        title=line(fact.title),
        note=sentence(line(program), line(fact.owner) or _("Nobody yet"), line(fact.note, 140)),
        figure=f"{fact.likelihood} × {fact.impact}",
        path=paths.risks(fact.slug),
        so_what=line(fact.so_what, words.NOTE),
    )


def upcoming(fact: Milestone, today: date, *, program: str = "") -> Line:
    """A milestone of the next two weeks, with its owner and forecast."""
    state = _("Blocked") if fact.blocked else (_("Critical") if fact.critical else "")
    when = fact.forecast or fact.target
    return Line(
        title=line(fact.name),
        note=", ".join(part for part in (line(program), line(fact.owner) or _("Nobody yet"), state) if part),
        figure=day(when, today) if when else "",
        path=paths.milestone(fact.slug, fact.key),
    )


def ask(fact: Ask, today: date) -> Line:
    """Something that waits for this reader's word."""
    name = line(fact.name)
    if fact.kind == "clear":
        note = _("You can clear it. Expected %(day)s.") % {"day": day(fact.on, today)} if fact.on else _("You can clear it.")
        title = _("Blocked: %(name)s") % {"name": name}
    elif fact.kind == "date":
        title = _("Blocked: %(name)s") % {"name": name}
        note = (
            _("You said it clears on %(day)s. Cleared, or a new date?") % {"day": day(fact.on, today)}
            if fact.on
            else _("When do you expect it to clear?")
        )
    elif fact.kind == "finish":
        title = name
        note = _("Yours, promised for %(day)s. Done, or a new date?") % {"day": day(fact.on, today)} if fact.on else _("Yours.")
    else:
        title = name
        note = _("Yours, no word for %(days)s. Still right?") % {"days": words.short_days(fact.days)}
    return Line(title=title, note=note, path=_standing(fact.slug, fact.blocker, fact.milestone_key, paths.my_work()))


def change(fact: Change, today: date, *, program: str = "") -> Line:
    """What happened, in words that suit its kind."""
    titles = {
        "done": _("Done: %(name)s"),
        "blocked": _("Blocked: %(name)s"),
        "cleared": _("Cleared: %(name)s"),
        "risk": _("New risk: %(name)s"),
        "risk_closed": _("Risk closed: %(name)s"),
        "decided": _("Decided: %(name)s"),
        "said_at_risk": _("Said at risk: %(name)s"),
        "said_off_track": _("Said off track: %(name)s"),
        "target": _("%(name)s: target %(old)s → %(new)s"),
        "expected": _("%(name)s: owner expects %(new)s, was %(old)s"),
        "removed": _("Removed: %(name)s"),
        "wrote": "%(name)s",
        "added": words.ngettext("%(n)s milestone added", "%(n)s milestones added", fact.count),
        "imported": _("An import changed the plan"),
    }
    named = {"name": line(fact.name, words.NOTE if fact.kind == "wrote" else words.NAME), "n": fact.count}
    title = titles[fact.kind] % (named | {"old": fact.old or _("none"), "new": fact.new or _("none")})
    return Line(
        title=title,
        note=_change_note(fact, today, program),
        figure=fact.figure,
        tone="bad" if fact.figure.startswith("+") else "",
        path=paths.milestone(fact.slug, fact.key) if fact.key else paths.program(fact.slug),
    )


def _change_note(fact: Change, today: date, program: str) -> str:
    when = day(fact.on, today)
    if fact.kind == "done":
        parts = [line(program), ", ".join(part for part in (when, words.late(fact.late)) if part)]
    elif fact.kind == "wrote":
        parts = [line(program), ", ".join(part for part in (line(fact.by), when) if part)]
    elif fact.kind == "decided":
        parts = [line(program), line(fact.note, 140), line(fact.by)]
    else:
        parts = [line(program), line(fact.owner or fact.by), line(fact.note, 140)]
    return sentence(*parts)


def finish_moved(fact: Program, today: date, *, named: bool) -> Line | None:
    """The forecast that moved since this reader was last told, or nothing."""
    before = fact.before
    if before is None or before.finish == fact.finish or (before.finish is None and before.first):
        return None
    what = line(fact.finish_name) or _("Finish")
    title = _("%(name)s forecast: %(old)s → %(new)s") % {
        "name": f"{line(fact.name)}, {words.inside(what)}" if named else what,
        "old": day(before.finish, today) if before.finish else _("none"),
        "new": day(fact.finish, today) if fact.finish else _("none"),
    }
    by = shift(fact)
    known = any(cause.kind is not Kind.UNKNOWN for cause, _days in fact.moved.parts)
    why = _("In working days: %(parts)s.") % {"parts": line(attribution_lines.parts(fact.moved), words.NOTE)} if known else ""
    return Line(
        title, why, figure=words.moved(by) if by else "", tone="bad" if by and by > 0 else "ok", path=paths.program(fact.slug)
    )


def shift(fact: Program) -> float | None:
    """Working days the forecast moved since this reader was last told; positive is later."""
    from_day = fact.before.finish if fact.before else None
    if from_day is None or fact.finish is None:
        return None
    return float(working_days(from_day, fact.finish, fact.calendar))
