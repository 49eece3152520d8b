"""What every summary has around its sections: the period, why it came, and whether it is worth sending at all."""

from __future__ import annotations

from collections.abc import Sequence

from programs.summaries import words
from programs.summaries.facts import Program, Reader
from programs.summaries.sections import state_lines
from programs.summaries.words import gettext as _


def closing(reader: Reader, about: str) -> dict[str, str]:
    """Why they get it, and how to stop."""
    often = words.weekday_names(reader.weekdays)
    why = _("You get this %(often)s because you follow %(about)s.") % {"often": often, "about": about}
    if reader.preview:
        why = _("You asked for this preview. The summary itself comes %(often)s.") % {"often": often}
    return {
        "why": why,
        "stop": _("Stop"),
        "how_often": _("Change how often"),
        "footnote": _("Days late, added and of float are working days."),
    }


def period(reader: Reader) -> str:
    """The week or the day this speaks of."""
    today = words.full_day(reader.today)
    return _("Week to %(day)s") % {"day": today} if len(reader.weekdays) == 1 else today


def nothing_to_say(facts: Sequence[Program], reader: Reader) -> bool:
    """Nothing changed for this reader since their last one, nothing is at risk or blocked, nothing needs them.

    The first issue is always worth sending, unless there is no plan at all to speak of.
    """
    if not any(fact.total for fact in facts):
        return True
    if any(fact.before is None or fact.before.first for fact in facts):
        return False
    if any(fact.troubled or fact.asks for fact in facts):
        return False
    return not any(fact.change_count or state_lines(fact, reader.today, named=False) for fact in facts)
