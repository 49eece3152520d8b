"""What a few words of a reply mean: still the same, done, blocked and why, clear, another date; everything else is a comment."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from programs.intake.day_words import plain

# As people write them, in small letters without accents; those of every language are always read.
PHRASES: dict[str, frozenset[str]] = {
    "same": frozenset(
        {
            *("still the same", "same", "the same", "unchanged", "no change", "no changes", "nothing changed", "as before"),
            *("still on it", "noch dasselbe", "immer noch", "immer noch dasselbe", "unverandert", "wie gehabt", "keine anderung"),
            *("keine anderungen", "gleich", "gleich geblieben", "wie bisher", "noch gleich", "noch immer so"),
        }
    ),
    "done": frozenset(
        {
            *("done", "finished", "completed", "complete", "it is done", "its done"),
            *("fertig", "erledigt", "abgeschlossen", "ist fertig"),
        }
    ),
    "on_track": frozenset({"on track", "going well", "im plan", "im zeitplan", "lauft"}),
    "at_risk": frozenset({"at risk", "may slip", "gefahrdet", "in gefahr"}),
    "cleared": frozenset(
        {
            *(
                "clear",
                "cleared",
                "unblocked",
                "resolved",
                "no longer blocked",
                "behoben",
                "frei",
                "gelost",
                "nicht mehr blockiert",
            ),
            *("entsperrt", "geklart"),
        }
    ),
    "seen": frozenset(
        {
            *("seen", "i have seen it", "ok", "okay", "noted", "acknowledged", "got it", "fine", "gesehen", "habe ich gesehen"),
            *("zur kenntnis genommen", "passt", "in ordnung", "verstanden"),
        }
    ),
}
# What takes words behind a colon.
HEADED: dict[str, frozenset[str]] = {
    "blocked": frozenset({"blocked", "blocked by", "blockiert", "blockiert durch", "blockiert von", "gesperrt"}),
    "contested": frozenset(
        {"contested", "cannot hold", "it cannot hold", "can not hold", "contest", "kann nicht halten", "halt nicht"}
    ),
    "date": frozenset({"date", "new date", "expected", "termin", "neuer termin", "neues datum", "datum"}),
    "done": PHRASES["done"],
    "cleared": PHRASES["cleared"],
    "at_risk": PHRASES["at_risk"],
    "on_track": PHRASES["on_track"],
}
_HEAD = re.compile(r"\s*([^:\n]{2,30}?)\s*:\s*(\S.*)", re.DOTALL)
_BY = re.compile(r"\s*(blocked by|blockiert durch|blockiert von)\s+(\S.*)", re.DOTALL | re.IGNORECASE)
_LED = re.compile(r"\s*(?P<which>[^\s:.)]{1,60})\s*[:.)]\s+(?P<rest>\S.*)|\s*(?P<key>[^\s:]{1,60}-\d+)\s+(?P<words>\S.*)")


@dataclass(frozen=True, slots=True)
class Word:
    """One thing that is said. `code` is a key of the tables above, `date`, or `comment`; `text` goes with it."""

    code: str
    text: str = ""
    day: date | None = None
    whole: str = ""  # as it was written


def understood(words: str, day: Callable[[str], date | None]) -> Word:
    """What somebody means; `day` reads a date in their language.

    >>> understood("Still the same!", lambda _text: None).code, understood("blocked: no access", lambda _text: None).text
    ('same', 'no access')
    """
    return replace(_understood(words.strip(), day), whole=words.strip())


def _understood(words: str, day: Callable[[str], date | None]) -> Word:
    first, _line, rest = words.partition("\n")
    bare = plain(first.strip(" .!*_")).rstrip(".!")
    for code, phrases in PHRASES.items():
        if bare in phrases:
            return Word(code, rest.strip())
    if bare in HEADED["blocked"]:
        return Word("blocked", rest.strip())
    if found := day(first.strip(" .!")):
        return Word("date", rest.strip(), found)
    if head := _HEAD.match(words) or _BY.match(words):
        name, text = plain(head[1]), head[2].strip()
        for code, heads in HEADED.items():
            if name in heads:
                return _dated(words, text, day) if code == "date" else Word(code, text)
    return Word("comment", words)


def _dated(words: str, text: str, day: Callable[[str], date | None]) -> Word:
    first, _line, rest = text.partition("\n")
    found = day(first.strip(" .!"))
    return Word("date", rest.strip(), found) if found else Word("comment", words)


def each(words: str, known: Callable[[str], bool]) -> list[tuple[str, str]]:
    """Words that name what they are about, line by line: `SEC-3: done` or `2. done`. A line that names nothing goes on.

    What stands before the first name belongs to "".

    >>> each("SEC-3: done\\nthanks\\nLED-1: fri", lambda name: name in {"SEC-3", "LED-1"})
    [('SEC-3', 'done\\nthanks'), ('LED-1', 'fri')]
    """
    found: list[tuple[str, str]] = []
    for line in words.splitlines():
        led = _LED.match(line)
        name = (led["which"] or led["key"]) if led else ""
        if led and name and known(name):
            found.append((name, (led["rest"] or led["words"]).strip()))
        elif found:
            found[-1] = (found[-1][0], f"{found[-1][1]}\n{line}")
        elif line.strip():
            found.append(("", line.strip()))
    return [(name, text.strip()) for name, text in found]
