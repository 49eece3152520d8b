"""The engine's reasons and the history's notes in the reader's own language: same templates, words of the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from programs.flags.health import PHRASES
from programs.flags.raise_flags import singular
from programs.flags.types import RULES
from programs.graph.phrases import TEMPLATES, stored_day
from programs.summaries.event_lines import event_line
from programs.web import wording

if TYPE_CHECKING:
    from collections.abc import Mapping

    from programs.models import Flag
    from programs.queries.past_day import Flagged
    from programs.summaries.event_lines import EventLine, Note


def why(reason: Mapping[str, Any] | None) -> str:
    """The sentence of a stored reason, {"code", "params"}; nothing for none, or for a code of another version."""
    code = str((reason or {}).get("code", ""))
    params = (reason or {}).get("params") or {}
    if code in TEMPLATES:
        return _(TEMPLATES[code]).format(**{name: _word(name, value) for name, value in params.items()})
    if code in PHRASES:
        return _counted(PHRASES[code], params.get("days")) % {name: _plain(value) for name, value in params.items()}
    return ""


def flag_text(flag: Flag | Flagged) -> str:
    """The sentence of a flag; as it was stored when its rule belongs to another version."""
    known = RULES.get(flag.rule)
    if known is None:
        return flag.sentence
    return _counted(known.sentence, flag.params.get("days")) % {name: _plain(value) for name, value in flag.params.items()}


def event_text(line: EventLine) -> str:
    """The sentence of one note of the history."""
    return line.say(_, wording.day)


def told(event: Note) -> str:
    """The sentence of one event, straight from its row."""
    return event_text(event_line(event))


def event_html(line: EventLine) -> SafeString:
    """The same sentence for a page: what it is now stands out, what it was is struck through."""
    values = line.worded(_, wording.day)
    return format_html(_(line.template), **{name: _marked(name, words) for name, words in values.items()})


_MARKS = {"old": "<s>{}</s>", "was": "<s>{}</s>", "new": '<b class="m">{}</b>', "state": '<b class="m">{}</b>'}


def _marked(name: str, words: str) -> SafeString:
    return format_html(_MARKS.get(name, "{}"), words)


def spelled(number: int) -> str:
    """Numbers under ten in words, as sentences write them.

    >>> spelled(3), spelled(12)
    ('three', '12')
    """
    words = {2: _("two"), 3: _("three"), 4: _("four"), 5: _("five"), 6: _("six"), 7: _("seven"), 8: _("eight"), 9: _("nine")}
    return words.get(number, wording.number(number)) if number != 1 else _("one")


def _counted(template: str, days: object) -> str:
    """The template for one day or for several."""
    return ngettext(singular(template), template, 1 if days == 1 else 2)


def _word(name: str, value: Any) -> str:
    """One value of an engine's template: days and lags carry their unit, several names are listed."""
    if name in ("days", "lag") and isinstance(value, int | float):
        return wording.working_days(value)
    if name == "elapsed" and isinstance(value, int | float):
        return wording.lag(value, "cd")
    if isinstance(value, dict):
        names, more = [str(each) for each in value.get("names", [])], value.get("more")
        listed = ", ".join(names[:-1]) + _(" and ") + names[-1] if len(names) > 1 and not more else ", ".join(names)
        return listed + _(" and %(n)s more") % {"n": more} if more else listed
    return _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return wording.number(value)
    return wording.day(found) if (found := stored_day(value)) else str("" if value is None else value)
