"""Who to pull into the room for one blocker, and why: computed from the plan, said in words, written as an agenda."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from programs.summaries import words
from programs.summaries.words import gettext as _

MOST_HURT = 3  # of the first milestones it hurts, those whose owners are asked


@dataclass(frozen=True, slots=True)
class Seat:
    """One person and the reasons to ask them."""

    person: int
    name: str
    why: tuple[Reason, ...]

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why, in words."""
        return tuple(dict.fromkeys(one.say() for one in self.why))


@dataclass(frozen=True, slots=True)
class Reason:
    """Why one person is asked, as a notice keeps it: a code, the name it speaks of, and its program when that is another."""

    code: str
    name: str = ""
    program: int | None = None

    def say(self) -> str:
        """In the language that is spoken."""
        return _REASONS[self.code]() % {"name": words.line(self.name)}


_REASONS: dict[str, Callable[[], str]] = {
    "clearer": lambda: _("can clear it"),
    "asked": lambda: _("was asked"),
    "awaited": lambda: _("is waited for"),
    "team": lambda: _("leads %(name)s, which is waited for"),
    "critical": lambda: _("owns %(name)s, which has no float"),
    "owner": lambda: _("owns %(name)s, which is blocked"),
    "hurt_now": lambda: _("because %(name)s has no float behind it"),
    "hurt": lambda: _("because %(name)s moves if it stays a week"),
    "decider": lambda: _("decides here"),
}


@dataclass(frozen=True, slots=True)
class Hurt:
    """One of the first milestones behind the blocker that move."""

    name: str
    owner: int | None
    owner_name: str
    critical: bool
    program: int | None = None


@dataclass(frozen=True, slots=True)
class Stuck:
    """What is known of a blocker and of those around it. People are (number, name), None for nobody."""

    title: str
    kind: str
    blocked: str = ""
    critical: bool = False
    clearer: tuple[int, str] | None = None
    asked: tuple[int, str] | None = None
    awaited: tuple[int, str] | None = None
    team: str = ""
    team_lead: tuple[int, str] | None = None
    owner: tuple[int, str] | None = None
    decider: tuple[int, str] | None = None
    hurt: tuple[Hurt, ...] = field(default_factory=tuple)


def seats(stuck: Stuck) -> list[Seat]:
    """Each person once, with every reason, the one who can clear it first.

    >>> [seat.name for seat in seats(Stuck("No access", "access", clearer=(1, "Eli"), asked=(1, "Eli")))]
    ['Eli']
    """
    found: dict[int, tuple[str, list[Reason]]] = {}
    for who, reason in _asked(stuck):
        if who is not None:
            found.setdefault(who[0], (who[1], []))[1].append(reason)
    return [Seat(person, name, tuple(why)) for person, (name, why) in found.items()]


def _asked(stuck: Stuck) -> Iterable[tuple[tuple[int, str] | None, Reason]]:
    yield stuck.clearer, Reason("clearer")
    yield stuck.asked, Reason("asked")
    yield stuck.awaited, Reason("awaited")
    yield stuck.team_lead, Reason("team", stuck.team)
    yield stuck.owner, Reason("critical" if stuck.critical else "owner", stuck.blocked)
    for one in stuck.hurt[:MOST_HURT]:
        reason = Reason("hurt_now" if one.critical else "hurt", one.name, one.program)
        yield (one.owner, one.owner_name) if one.owner else None, reason
    if stuck.kind == "decision":
        yield stuck.decider, Reason("decider")


@dataclass(frozen=True, slots=True)
class Facts:
    """The figures an agenda quotes. Working days."""

    key: str
    since: date | None
    clear: date | None
    waiting_on: str
    next_step: str
    finish: str
    adds: float | None
    week: float | None


def price(adds: float | None, week: float | None, finish: str) -> list[str]:
    """What it costs today, and what another week costs."""
    if adds is None:
        return []
    said = [
        _("Adds %(days)s to %(finish)s today")
        % {"days": words.working_days(adds), "finish": words.line(finish) or _("the finish")}
    ]
    return said if week is None else [*said, _("Another week adds %(days)s") % {"days": words.working_days(week)}]


def agenda(stuck: Stuck, facts: Facts, room: list[Seat], *, note: str, today: date) -> str:
    """Markdown to paste into an invitation: the facts, the price, who and why, and the three questions to leave with."""
    lines = [f"# {facts.key}: {words.line(stuck.title, 240)}", ""]
    lines += [words.line(note, 500), ""] if note else []
    if stuck.blocked:
        lines.append("- " + _("Blocks: %(name)s") % {"name": words.line(stuck.blocked)})
    if facts.since:
        lines.append("- " + _("Open since: %(day)s") % {"day": words.day(facts.since, today)})
    waiting = words.line(facts.waiting_on) or _("not said")
    lines.append("- " + _("Waiting for: %(what)s") % {"what": waiting})
    lines.append("- " + _("Expected clear: %(day)s") % {"day": words.day(facts.clear, today) if facts.clear else _("not said")})
    lines += [f"- {said}" for said in price(facts.adds, facts.week, facts.finish)]
    lines += ["", "## " + _("Who, and why"), ""]
    lines += [f"- {words.line(seat.name)}: {'; '.join(seat.reasons)}" for seat in room] or ["- " + _("Nobody is named yet.")]
    questions = (
        _("What clears it, exactly?"),
        _("Who does the next step, and by when?"),
        _("What do we do if that date passes?"),
    )
    lines += ["", "## " + _("To leave with"), ""] + [f"{n}. {question}" for n, question in enumerate(questions, 1)]
    if facts.next_step:
        lines += ["", _("Next step so far: %(step)s") % {"step": words.line(facts.next_step, 500)}]
    return "\n".join(lines) + "\n"
