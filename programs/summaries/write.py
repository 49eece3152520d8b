"""From facts to a summary: the state in one sentence, then what the reader should know, in order."""

from __future__ import annotations

from datetime import date

from programs.summaries import lines, openings, paths, seen, words
from programs.summaries.facts import Program, Reader
from programs.summaries.frame import closing, nothing_to_say, period
from programs.summaries.lines import sentence
from programs.summaries.sections import (
    at_risk_section,
    behind,
    blockers_section,
    changes_section,
    decisions_section,
    needs,
    upcoming_section,
)
from programs.summaries.summary import Figure, Summary
from programs.summaries.words import day, line
from programs.summaries.words import gettext as _

SUBJECT = 150
PATH_NAMES = 8


def program_summary(reader: Reader, fact: Program) -> Summary:
    """One program's status for one reader."""
    headline, lead = _headline(fact, reader.today), openings.text_of(fact) or lead_of(fact, reader.today)
    sections = tuple(
        section
        for section in (
            decisions_section([fact], reader),
            needs([fact], reader),
            blockers_section(fact, reader),
            at_risk_section(fact, reader),
            changes_section([fact], reader),
            upcoming_section([fact], reader),
        )
        if section is not None
    )
    return Summary(
        subject=_subject(fact, reader.today),
        preheader=line(lead or headline, 140),
        title=line(fact.name),
        period=period(reader),
        health=fact.health,
        mark=words.mark(fact.health),
        state=_state(fact, reader.today),
        headline=headline,
        lead=lead,
        signed=openings.signed(fact, reader.today),
        as_of=behind([fact], reader),
        path=_path(fact),
        figures=_figures(fact, reader.today),
        sections=sections,
        open_label=_("Open the program"),
        open_path=paths.program(fact.slug),
        nothing=nothing_to_say([fact], reader),
        seen=seen.told([fact], reader),
        **closing(reader, line(fact.name)),
    )


def _subject(fact: Program, today: date) -> str:
    """The answer itself; a long program name gives way, never the date."""
    answer = _answer(fact, today)
    name = line(fact.name, max(20, SUBJECT - len(answer) - 2))
    return line(f"{name}: {answer}", SUBJECT)


def _answer(fact: Program, today: date) -> str:
    if fact.finish is None:
        return _("no forecast yet")
    what = words.inside(line(fact.finish_name, 60)) or _("finish")
    return ", ".join(part for part in (f"{what} {day(fact.finish, today)}", words.late(fact.days_late)) if part)


def _headline(fact: Program, today: date) -> str:
    if fact.finish is None:
        return _("Nothing dates this program yet")
    what = line(fact.finish_name) or _("The finish")
    return _("%(what)s is forecast for %(day)s") % {"what": what, "day": day(fact.finish, today)}


def _state(fact: Program, today: date) -> str:
    by = lines.shift(fact)
    state = words.health(fact.health)
    if not by or fact.before is None:
        return state
    when = _("last week") if 6 <= (today - fact.before.on).days <= 8 else _("on %(day)s") % {"day": day(fact.before.on, today)}
    later = _("%(days)s later than %(when)s") if by > 0 else _("%(days)s sooner than %(when)s")
    return f"{state}, " + later % {"days": words.working_days(abs(by)), "when": when}


def lead_of(fact: Program, today: date) -> str:
    """How that stands against the target, and the one thing that holds it."""
    against = ""
    if fact.finish and fact.target and fact.days_late is not None:
        if fact.days_late >= 0.05:
            against = _("That is %(days)s after target") % {"days": words.working_days(fact.days_late)}
        elif fact.days_late <= -0.05:
            against = _("That is %(days)s before target") % {"days": words.working_days(-fact.days_late)}
        else:
            against = _("That is the target date")
    elif fact.finish:
        against = _("No target date is set")
    cause = ""
    top = next((blocker for blocker in fact.blockers if blocker.days_added >= 0.05), None)
    if top is not None:
        cause = _("%(what)s is blocked: %(title)s") if top.milestone else _("Blocked: %(title)s")
        cause = cause % {"what": line(top.milestone), "title": line(top.title)}
        adds = _("It adds %(days)s") % {"days": words.working_days(top.days_added)}
        cause = sentence(cause, adds, line(top.so_what, words.NOTE))
    elif not fact.blockers and fact.total:
        cause = _("Nothing is blocked")
    return sentence(against, sure(fact, today), cause)


def sure(fact: Program, today: date) -> str:
    """How sure the finish is; that nobody can say where nothing stands behind a figure."""
    if fact.guessed:
        return _("Nothing is estimated, so nobody can say how sure that is")
    if fact.far:
        return _("So much of what is left was late before that nobody can say how sure that is")
    if fact.sure_by is None:
        return ""
    by = day(fact.sure_by, today)
    if fact.chance is None:
        return _("We are 80%% sure of %(day)s") % {"day": by}
    return _("The chance of the target is %(chance)s; we are 80%% sure of %(day)s") % {
        "chance": words.chance(fact.chance),
        "day": by,
    }


def _path(fact: Program) -> str:
    names = [line(name, 80) for name in fact.path]
    if len(names) > PATH_NAMES:
        half = PATH_NAMES // 2
        names = [*names[:half], "…", *names[-half:]]
    return " → ".join(names)


def _figures(fact: Program, today: date) -> tuple[Figure, ...]:
    found = [Figure(_("Target"), day(fact.target, today) if fact.target else _("Not set"))]
    if fact.days_late is not None:
        found.append(Figure(_("Against target"), words.late(fact.days_late)))
    if fact.sure_by:
        found.append(Figure(_("80% sure by"), day(fact.sure_by, today)))
    found.append(Figure(_("Blockers open"), str(len(fact.blockers))))
    if fact.total:
        found.append(Figure(_("Done"), _("%(done)s of %(total)s") % {"done": fact.done, "total": fact.total}))
    return tuple(found)
