"""What a reader's language calls months, weekdays and the little words around them, as dates in words are read with."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from django.utils.dates import MONTHS, WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import get_language, override, pgettext
from django.utils.translation import gettext as _

from programs.intake import day_words
from programs.models.fields import FIRST_DATE, LAST_DATE

LONGEST = 60


@lru_cache(maxsize=16)
def words_of(language: str) -> day_words.Words:
    """What the reader's language calls months, weekdays and the little words around them."""
    with override(language):
        others = {_("today"): "today", _("tomorrow"): "tomorrow", _("yesterday"): "yesterday"}
        for meaning, said in (
            ("next", pgettext("words in a date, separated by blanks", "next")),
            ("in", pgettext("words in a date, separated by blanks", "in")),
            ("ago", pgettext("words in a date, separated by blanks", "ago")),
            ("days", pgettext("words in a date, separated by blanks", "d day days")),
            ("weeks", pgettext("words in a date, separated by blanks", "w week weeks")),
        ):
            others |= dict.fromkeys(said.split(), meaning)
        return day_words.Words(
            months=[str(MONTHS[number]) for number in range(1, 13)],
            weekdays=[str(WEEKDAYS[number]) for number in range(7)],
            short_weekdays=[str(WEEKDAYS_ABBR[number]) for number in range(7)],
            others=others,
        )


def read(text: str, today: date) -> date | None:
    """The day that is meant, in English or in the language of now; None for what says none, or none a program has."""
    found = day_words.read(text, today)
    if found is None and len(text) <= LONGEST and (language := get_language()):
        found = day_words.read(day_words.in_english(text, words_of(language)), today)
    return found if found is not None and FIRST_DATE <= found <= LAST_DATE else None
