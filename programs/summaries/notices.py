"""A notice in words: what happened to one's own work, why, and what that means. Inbox and mail say the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from programs.graph.diff import Move, Room
from programs.summaries import paths, words
from programs.summaries import room as rooms
from programs.summaries.event_lines import EventLine
from programs.summaries.letters import Answer, Item, Letter
from programs.summaries.words import gettext as _
from programs.summaries.words import ngettext

HELD = 3  # milestones that wait for a decision, by name
SHOWN = 20  # notices in one mail; the inbox has the rest


@dataclass(frozen=True, slots=True)
class Cause:
    """What moved it. `line` is the note of the edit; `hidden` when it happened in a program the reader may not see."""

    kind: str  # edit, plan, time
    by: str = ""
    line: EventLine | None = None
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Slip:
    """One milestone of the reader that moved. `goes_on` when a blocker on itself was cleared, and nothing else stops it."""

    name: str
    move: Move
    target: date | None
    causes: tuple[Cause, ...]
    goes_on: bool = False
    halted: bool = False  # told with a cleared blocker, while something else still stops what that one stopped


@dataclass(frozen=True, slots=True)
class Cleared:
    """A blocker that is out of the way, on the reader's own milestone or before it."""

    title: str
    name: str  # the reader's milestone
    blocked: str  # the milestone that was blocked
    by: str
    forecast: date | None
    goes_on: bool = True  # nothing else stops what was blocked

    @property
    def own(self) -> bool:
        """The blocker stood on the reader's own milestone."""
        return self.name == self.blocked


@dataclass(frozen=True, slots=True)
class Standstill:
    """A blocker that does not move. `left` is the float of what it blocks in working days; None where nothing waits."""

    key: str
    title: str
    blocked: str
    since: date
    critical: bool
    left: float | None
    yours: bool  # its reader can clear it
    next_step: str = ""


@dataclass(frozen=True, slots=True)
class Called:
    """What whoever is asked into the room is told beside the blocker: its price, and who comes and why."""

    seats: tuple[rooms.Seat, ...] = ()
    adds: float | None = None
    week: float | None = None
    finish: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """The sentences of one notice: what, why, and what it means for its reader."""

    title: str
    because: str = ""
    means: str = ""
    urgent: bool = False  # a target is missed, or each further day moves the finish
    stays: bool = False  # the date does, and the room has another class
    halted: bool = False  # a blocker is out of the way, another still stands there


def slip(fact: Slip, *, today: date) -> Told:
    """Say how one's own date moved."""
    urgent = fact.move.misses or fact.move.after.room is Room.CRITICAL
    because = " ".join(_because(cause, today) for cause in fact.causes)
    stays = fact.move.before.forecast == fact.move.after.forecast
    return Told(_moved(fact, today), because, _means(fact, today), urgent, stays, fact.halted)


def cleared(fact: Cleared, *, today: date) -> Told:
    """Say that one can go on."""
    title = _("Cleared: %(name)s") % {"name": words.line(fact.title)}
    who = _("%(who)s cleared it.") % {"who": words.line(fact.by)} if fact.by else ""
    if not fact.goes_on:
        means = _("Something else still blocks %(name)s.") % {"name": words.line(fact.blocked)}
    elif fact.own:
        means = _("Work on %(name)s can go on.") % {"name": words.line(fact.name)}
    else:
        means = _("%(before)s goes on, and %(name)s waits for it.") % {
            "before": words.line(fact.blocked),
            "name": words.line(fact.name),
        }
    if fact.forecast is not None:
        means += " " + _("Its forecast is %(day)s.") % {"day": words.day(fact.forecast, today)}
    return Told(title, who, means, halted=not fact.goes_on)


def standstill(fact: Standstill, *, today: date) -> Told:
    """Say that a blocker has not moved, to the next person who can do something."""
    title = _("%(key)s does not move: %(title)s") % {"key": fact.key, "title": words.line(fact.title)}
    because = _("Nobody said or changed anything about it since %(day)s.") % {"day": words.day(fact.since, today)}
    if fact.next_step:
        because += " " + _("Next step: %(step)s.") % {"step": words.line(fact.next_step)}
    yours = _("You can clear it.") if fact.yours else ""
    return Told(title, because, " ".join(part for part in (_stops(fact), yours) if part), urgent=fact.critical)


def _stops(fact: Standstill) -> str:
    name = {"name": words.line(fact.blocked)}
    if not fact.blocked:
        return ""
    if fact.critical:
        return _("It blocks %(name)s, which has no float: each day it stays open moves the finish.") % name
    if fact.left is None:
        return _("It blocks %(name)s.") % name
    return _("It blocks %(name)s, which has %(days)s of float.") % (name | {"days": words.working_days(fact.left)})


def unblock(fact: Standstill, *, by: str, clear: date | None, today: date) -> Told:
    """Say to whoever can clear a blocker that it is there: whose word that is, what it stops, and what was hoped for."""
    title = _("You can clear %(key)s: %(title)s") % {"key": fact.key, "title": words.line(fact.title)}
    because = _("%(who)s says that you can.") % {"who": words.line(by)} if by else ""
    hoped = _("It is expected to clear on %(day)s.") % {"day": words.day(clear, today)} if clear else _("Say when it will clear.")
    step = _("Next step: %(step)s.") % {"step": words.line(fact.next_step)} if fact.next_step else ""
    return Told(title, because, " ".join(part for part in (_stops(fact), hoped, step) if part), urgent=fact.critical)


def called(fact: Standstill, *, by: str, note: str, room: Called, today: date) -> Told:
    """Ask somebody into the room: the blocker in one line, what was said, what it costs, and who comes and why."""
    told = standstill(fact, today=today)
    title = _("%(who)s asks you in: %(title)s") % {"who": words.line(by) or _("Somebody"), "title": words.line(fact.title)}
    seats = [f"{words.line(seat.name)} ({'; '.join(seat.reasons)})" if seat.why else words.line(seat.name) for seat in room.seats]
    who = _("Asked in: %(people)s.") % {"people": "; ".join(seats)} if seats else ""
    price = " ".join(f"{said}." for said in rooms.price(room.adds, room.week, room.finish))
    means = " ".join(part for part in (told.means, price, who) if part)
    said = words.line(note, 500)
    return Told(title, said if not said or said.endswith((".", "!", "?", "…")) else f"{said}.", means, urgent=fact.critical)


def breached(key: str, question: str, what: str) -> Told:
    """Say that a decision is open again because something else came true than was expected."""
    title = _("%(key)s is open again: %(question)s") % {"key": key, "question": words.line(question)}
    because = _("What came true is outside what was expected: %(what)s.") % {"what": words.line(what, 500)}
    return Told(title, because, _("Decide again, or say why it stands."), urgent=True)


def review(key: str, title: str, due: date, *, trigger: str, today: date) -> Told:
    """Ask for a look at something whose review date has come, or at what shows by now."""
    said = _("Look again: %(key)s %(title)s") % {"key": key, "title": words.line(title)}
    day = {"day": words.day(due, today)}
    because = _("Its review was due on %(day)s.") % day
    if trigger:
        because = _("By %(day)s it shows whether it happens: %(what)s.") % (day | {"what": words.line(trigger)})
    return Told(said, because, _("Say what is new, and when to look next."))


def help_needed(name: str, by: str, *, critical: bool) -> Told:
    """Say that somebody needs help with a milestone."""
    who = words.line(by) or _("Somebody")
    title = _("%(who)s needs help with %(name)s") % {"who": who, "name": words.line(name)}
    means = _("It is critical: each further day moves the finish.") if critical else ""
    return Told(title, _("Say on its page what will be done; until then the call stands there."), means, urgent=critical)


def helped(name: str, by: str, note: str) -> Told:
    """Say to who asked for help what will be done."""
    who = words.line(by) or _("Somebody")
    title = _("%(who)s helps with %(name)s") % {"who": who, "name": words.line(name)}
    return Told(title, words.line(note, 500))


def help_over(name: str, by: str) -> Told:
    """Say that no help is needed any more."""
    who = words.line(by) or _("Somebody")
    return Told(
        _("%(name)s needs no help any more") % {"name": words.line(name)}, _("%(who)s took the call back.") % {"who": who}
    )


def help_again(name: str, by: str) -> Told:
    """Say to who asked for help that the answer does not hold."""
    who = words.line(by) or _("Somebody")
    said = _("%(who)s took back that it is settled; who leads sees your call again.") % {"who": who}
    return Told(_("Your call for help with %(name)s stands again") % {"name": words.line(name)}, said)


def due(key: str, question: str, day: date, *, waiting: Sequence[str], today: date) -> Told:
    """Say that a decision is due, and what waits for it."""
    said = _("Decide today: %(key)s %(title)s") if day == today else _("Decide by %(day)s: %(key)s %(title)s")
    said %= {"day": words.day(day, today), "key": key, "title": words.line(question)}
    because = _("It is due today.") if day == today else ""
    if day < today:
        because = _("It was due on %(day)s.") % {"day": words.day(day, today)}
    names = words.joined([words.line(name) for name in waiting[:HELD]])
    means = _("Work waits for it: %(names)s.") % {"names": names} if names else ""
    if len(waiting) > HELD:
        more = len(waiting) - HELD
        means = ngettext("Work waits for it: %(names)s and %(n)s more.", "Work waits for it: %(names)s and %(n)s more.", more)
        means %= {"names": ", ".join(words.line(name) for name in waiting[:HELD]), "n": more}
    return Told(said, because, means, urgent=day <= today)


def _moved(fact: Slip, today: date) -> str:
    before, after = fact.move.before.forecast, fact.move.after.forecast
    name = words.line(fact.name)
    assert before is not None
    assert after is not None
    if before == after:
        said = _("%(name)s can go on: still %(day)s") if fact.goes_on else _("%(name)s: still %(day)s")
        if fact.move.after.room is Room.CRITICAL:
            said = _("%(name)s is critical now, still %(day)s")
        elif fact.move.before.room is Room.CRITICAL:
            said = _("%(name)s is not critical any more, still %(day)s")
        elif fact.move.after.room is Room.TIGHT and not fact.goes_on:
            said = _("%(name)s is tight now, still %(day)s")
        elif fact.move.before.room is Room.TIGHT and not fact.goes_on:
            said = _("%(name)s has room again, still %(day)s")
        return said % {"name": name, "day": words.day(after, today)}
    said = _("%(name)s can go on: %(new)s, was %(old)s") if fact.goes_on else _("%(name)s: %(new)s, was %(old)s")
    return said % {"name": name, "new": words.day(after, today), "old": words.day(before, today)}


def _because(cause: Cause, today: date) -> str:
    if cause.kind == "time":
        return _("Days went by and what it waits for, or itself, is not done.")
    if cause.hidden:
        return _("Because work in a program you cannot see moved.")
    if cause.line is None:
        return _("Because the plan changed.")
    said = cause.line.say(_, lambda value: words.day(value, today))
    return _("%(said)s (%(who)s).") % {"said": said, "who": words.line(cause.by)} if cause.by else f"{said}."


def _means(fact: Slip, today: date) -> str:
    move = fact.move
    sentences = [_shift(move), _promise(fact, today), _room(move)]
    return " ".join(sentence for sentence in sentences if sentence)


def _shift(move: Move) -> str:
    if move.days > 0:
        return _("%(days)s later.") % {"days": words.working_days(move.days)}
    return _("%(days)s sooner.") % {"days": words.working_days(-move.days)} if move.days < 0 else ""


def _promise(fact: Slip, today: date) -> str:
    if fact.target is None or fact.move.late is None:
        return ""
    day = words.day(fact.target, today)
    if fact.move.late > 0:
        misses = _("It now misses its target, %(day)s, by %(days)s.") if fact.move.misses else None
        text = misses or _("It misses its target, %(day)s, by %(days)s.")
        return text % {"day": day, "days": words.working_days(fact.move.late)}
    return (_("It makes its target, %(day)s, again.") if fact.move.makes else _("It still makes its target, %(day)s.")) % {
        "day": day
    }


def _room(move: Move) -> str:
    left = move.after.total_float
    if move.after.room is Room.CRITICAL:
        if move.before.room is Room.CRITICAL:
            return _("It is critical: each further day moves the finish.")
        return _("It is critical now: each further day moves the finish.")
    if left is None:
        return ""
    if move.before.room is Room.CRITICAL:
        return _("It is not critical any more: %(days)s of float.") % {"days": words.working_days(left)}
    if move.after.room is not move.before.room and Room.TIGHT in {move.before.room, move.after.room}:
        tight = move.after.room is Room.TIGHT
        said = _("It is tight now: %(days)s of float.") if tight else _("It has room again: %(days)s of float.")
        return said % {"days": words.working_days(left)}
    return _("Float left: %(days)s.") % {"days": words.working_days(left)}


@dataclass(frozen=True, slots=True)
class Said:
    """One notice in words, for a mail: what its reader may answer, and where it stands."""

    notice: int
    told: Told
    program: str
    role: str  # why its reader is told, in words
    path: str
    answers: tuple[Answer, ...] = ()
    tone: str = "mu"


def letter(said: list[Said], *, kind: str, of: int, stop: str, manage: str) -> Letter:
    """Everything one reader is told at once, of one kind; about `of` things, which may be fewer than what is said."""
    count = len(said)
    first = said[0].told.title
    several = len({one.program for one in said}) > 1
    subject = first if count == 1 else _("%(first)s and %(n)s more") % {"first": words.line(first, 90), "n": count - 1}
    return Letter(
        subject=subject,
        preheader=said[0].told.means,
        title=_title(kind, said, of),
        lead=words.joined(sorted({words.line(one.program) for one in said})),
        items=tuple(
            Item("", words.line(one.program) if several else "", one.tone, one.told.title, one.path, _text(one), one.answers)
            for one in said[:SHOWN]
        ),
        more=_("And %(n)s more in your inbox.") % {"n": count - SHOWN} if count > SHOWN else "",
        how=_("The links open a page with your answer filled in; nothing is saved until you confirm there.")
        if any(one.answers for one in said)
        else "",
        why=_("You get this because %(why)s.") % {"why": words.joined(list(dict.fromkeys(one.role for one in said)))},
        home=paths.inbox(),
        home_label=_("Inbox"),
        stop=stop,
        manage=manage,
    )


def _title(kind: str, said: Sequence[Said], of: int) -> str:
    """What the letter is about: dates that moved are not those whose room alone did, and not everybody can go on."""
    rooms = sum(one.told.stays for one in said)
    if kind == "slip" and rooms == of:
        return ngettext("The float of a milestone of yours changed", "The float of %(n)s milestones of yours changed", rooms) % {
            "n": rooms
        }
    if kind == "slip" and rooms:
        more = ngettext("the float of one more changed", "the float of %(n)s more changed", rooms) % {"n": rooms}
        return f"{_TITLES[kind](of - rooms)}, {more}"
    if kind == "cleared" and all(one.told.halted for one in said):
        return ngettext("A blocker is cleared, another still stands", "%(n)s blockers are cleared, others still stand", of) % {
            "n": of
        }
    return _TITLES[kind](of)


def channel(said: list[Said], *, program: str, manage: str) -> Letter:
    """What everybody in the channel of a program is told at once."""
    count = len(said)
    title = said[0].told.title if count == 1 else ngettext("%(n)s thing happened", "%(n)s things happened", count) % {"n": count}
    return Letter(
        subject=f"{words.line(program)}: {title}",
        preheader=said[0].told.means,
        title=f"{words.line(program)}: {title}",
        lead="",
        items=tuple(Item("", "", one.tone, one.told.title, one.path, _text(one), ()) for one in said),
        more="",
        how="",
        why=_("This channel is told because those who manage %(program)s chose so.") % {"program": words.line(program)},
        home=said[0].path,
        home_label=_("Open"),
        manage=manage,
    )


def _text(one: Said) -> str:
    return " ".join(part for part in (one.told.because, one.told.means) if part)


_TITLES = {
    "slip": lambda n: ngettext("A date of yours moved", "%(n)s dates of yours moved", n) % {"n": n},
    "escalation": lambda n: ngettext("A blocker does not move", "%(n)s blockers do not move", n) % {"n": n},
    "unblock": lambda n: ngettext("You can clear a blocker", "You can clear %(n)s blockers", n) % {"n": n},
    "room": lambda n: ngettext("You are asked into the room", "You are asked into %(n)s rooms", n) % {"n": n},
    "decision": lambda n: ngettext("One decision is open again", "%(n)s decisions are open again", n) % {"n": n},
    "review": lambda n: ngettext("One thing is to be looked at again", "%(n)s things are to be looked at again", n) % {"n": n},
    "help": lambda n: ngettext("One word about help", "%(n)s words about help", n) % {"n": n},
    "due": lambda n: ngettext("One decision of yours is due", "%(n)s decisions of yours are due", n) % {"n": n},
    "cleared": lambda n: ngettext("You can go on", "You can go on with %(n)s things", n) % {"n": n},
}
