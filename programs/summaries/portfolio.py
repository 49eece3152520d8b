"""The portfolio in one summary: every program this reader follows, the worst first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from programs.summaries import lines, openings, paths, seen, words
from programs.summaries.choose import MOST, decisions_for, first, matters, room
from programs.summaries.facts import Program, Reader
from programs.summaries.frame import closing, nothing_to_say, period
from programs.summaries.lines import sentence
from programs.summaries.sections import behind, changes_section, decisions_section, more, needs, upcoming_section
from programs.summaries.summary import Figure, Line, Section, Summary
from programs.summaries.words import day, line, ngettext
from programs.summaries.words import gettext as _
from programs.summaries.write import SUBJECT, lead_of

_ORDER = {"off_track": 0, "at_risk": 1, "on_track": 2}


def portfolio_summary(reader: Reader, facts: Sequence[Program]) -> Summary:
    """Every program this reader follows, the worst first."""
    ranked = sorted(facts, key=lambda fact: (_ORDER.get(fact.health, 3), -(fact.days_late or 0), fact.name))
    worst = ranked[0].health if ranked else ""
    counted = _counted(ranked)
    title = _("Programs you sponsor") if reader.audience == "sponsor" else _("Portfolio")
    sections = tuple(
        section
        for section in (
            decisions_section(ranked, reader),
            needs(ranked, reader),
            _programs_section(ranked, reader.today),
            _portfolio_blockers(ranked, reader),
            _portfolio_risks(ranked, reader),
            changes_section(ranked, reader),
            upcoming_section(ranked, reader),
        )
        if section is not None
    )
    lead = _worst_first(ranked[0], reader.today) if ranked and worst in {"off_track", "at_risk"} else ""
    return Summary(
        subject=line(f"{title}: {_portfolio_answer(ranked)}", SUBJECT),
        preheader=line(lead or counted, 140),
        title=title,
        period=period(reader),
        health=worst,
        mark=words.mark(worst),
        state=words.health(worst),
        headline=counted,
        lead=lead,
        signed=openings.signed(ranked[0], reader.today) if lead else "",
        as_of=behind(ranked, reader),
        figures=_portfolio_figures(ranked),
        sections=sections,
        open_label=_("Open the portfolio"),
        open_path=paths.portfolio(),
        nothing=nothing_to_say(ranked, reader),
        seen=seen.told(ranked, reader),
        **closing(reader, _("the programs you sponsor") if reader.audience == "sponsor" else _("your programs")),
    )


def _counted(ranked: Sequence[Program]) -> str:
    """How many programs stand where, worst first: the headline."""
    counts = Counter(fact.health for fact in ranked)
    total = len(ranked)
    if not total:
        return _("No programs to report on")
    off, risky = counts["off_track"], counts["at_risk"]
    if total == 1:
        alone = {"off_track": _("The program is off track"), "at_risk": _("The program is at risk")}
        return alone.get(ranked[0].health) or (_("The program is on track") if ranked[0].health else _("No forecast yet"))
    if off:
        phrase = ngettext("%(n)s of %(total)s programs is off track", "%(n)s of %(total)s programs are off track", off)
        return phrase % {"n": off, "total": total}
    if risky:
        phrase = ngettext("%(n)s of %(total)s programs is at risk", "%(n)s of %(total)s programs are at risk", risky)
        return phrase % {"n": risky, "total": total}
    if counts["on_track"] == total:
        return _("All %(total)s programs are on track") % {"total": total}
    phrase = ngettext("%(n)s of %(total)s programs is on track", "%(n)s of %(total)s programs are on track", counts["on_track"])
    return phrase % {"n": counts["on_track"], "total": total}


def _portfolio_answer(ranked: Sequence[Program]) -> str:
    """The worst program with its date, then the others counted."""
    if not ranked:
        return _counted(ranked)
    worst, rest = ranked[0], Counter(fact.health for fact in ranked[1:])
    if worst.health not in {"off_track", "at_risk"}:
        return _counted(ranked)
    state = words.late(worst.days_late) if worst.health == "off_track" and (worst.days_late or 0) >= 0.05 else ""
    named = f"{line(worst.name, 60)} {state or words.health(worst.health).lower()}"
    others = [
        f"{_more(rest[health], health == worst.health)} {words.health(health).lower()}" for health in _ORDER if rest[health]
    ]
    return ", ".join([named, *others])


def _more(count: int, same: bool) -> str:
    """How many stand there; beside one that is named already and stands there too, how many more."""
    return ngettext("%(n)s more", "%(n)s more", count) % {"n": count} if same else str(count)


def _worst_first(fact: Program, today: date) -> str:
    """The worst program's own sentence, under its name."""
    if fact.finish is None:
        return ""
    what = words.inside(line(fact.finish_name, 60)) or _("the finish")
    forecast = _("%(program)s: %(what)s is forecast for %(day)s") % {
        "program": line(fact.name),
        "what": what,
        "day": day(fact.finish, today),
    }
    return sentence(forecast, openings.text_of(fact) or lead_of(fact, today))


def _portfolio_figures(ranked: Sequence[Program]) -> tuple[Figure, ...]:
    counts = Counter(fact.health for fact in ranked)
    found = [Figure(words.health(health), str(counts[health])) for health in ("off_track", "at_risk", "on_track")]
    return (*found, Figure(_("Blockers open"), str(sum(len(fact.blockers) for fact in ranked))))


def _programs_section(ranked: Sequence[Program], today: date) -> Section | None:
    """One row a program: its state and forecast, and how late."""
    if not ranked:
        return None
    shown, left = first(ranked, MOST, len(ranked))
    rows = []
    for fact in shown:
        what = words.inside(line(fact.finish_name, 60)) or _("finish")
        when = _("%(what)s %(day)s") % {"what": what, "day": day(fact.finish, today)} if fact.finish else _("no forecast yet")
        late = fact.days_late is not None and fact.days_late >= 0.05
        sure = _("chance of the target %(chance)s") % {"chance": words.chance(fact.chance)} if fact.chance is not None else ""
        note = ", ".join(part for part in (words.health(fact.health), when, sure) if part)
        rows.append(
            Line(
                title=f"{words.mark(fact.health)} {line(fact.name)}",
                note=sentence(note),
                figure=words.short_late(fact.days_late),
                tone="bad" if late else "",
                path=paths.program(fact.slug),
            )
        )
    return Section("programs", _("Programs"), tuple(rows), more(left))


def _portfolio_blockers(ranked: Sequence[Program], reader: Reader) -> Section | None:
    """What costs days anywhere, the dearest first."""
    decided = {(fact.id, decision.key) for fact in ranked for decision in decisions_for(reader, fact)}
    pairs = [(fact, blocker) for fact in ranked for blocker in fact.blockers if (fact.id, blocker.key) not in decided]
    if not pairs:
        return None
    pairs.sort(key=lambda pair: -pair[1].days_added)
    chosen = [pair for pair in pairs if matters(pair[1], pair[0].near)] or pairs[:1]
    shown, _left = first(chosen, room(reader).blockers, len(chosen))
    rows = tuple(lines.blocker(blocker, reader.today, program=fact.name) for fact, blocker in shown)
    return Section("blockers", _("Blockers, by days added"), rows, more(len(pairs) - len(shown)))


def _portfolio_risks(ranked: Sequence[Program], reader: Reader) -> Section | None:
    """High risks anywhere, the highest first."""
    pairs = [(fact, risk) for fact in ranked for risk in fact.risks]
    pairs.sort(key=lambda pair: -pair[1].score)
    shown, left = first(pairs, room(reader).at_risk, sum(fact.risk_count for fact in ranked))
    if not shown:
        return None
    return Section("at-risk", _("At risk"), tuple(lines.risk(risk, program=fact.name) for fact, risk in shown), more(left))
