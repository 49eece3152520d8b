"""How dates, working days and names are written on screens: one place, so that every page writes them alike.

Slip, float and impact are working days; "in 9 days" counts calendar days and always follows a real date.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from decimal import Decimal

    Days = int | float | Decimal

PLAIN = 300  # days around today in which a date needs no year


def local_date(value: date | datetime) -> date:
    """The calendar day of a moment in the reader's zone; a date is itself."""
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


def today() -> date:
    """Today where the reader is."""
    return timezone.localdate()


@lru_cache(maxsize=8_192)
def _written(value: date, pattern: str, _language: str | None) -> str:
    """A date by a pattern, once for each language: a page writes the same few dates again and again."""
    return date_format(value, pattern)


def written(value: date, pattern: str) -> str:
    """Write a date by a pattern of the reader's language."""
    return _written(value, pattern, get_language())


def day(value: date | datetime | None, now: date | None = None) -> str:
    """Write "Fri 12 Mar", with the year only when it is not this year. Nothing for no date."""
    if value is None or value == "":
        return ""
    value = local_date(value)
    if value.year == (now or today()).year:
        return written(value, pgettext("date format", "D j M"))
    return written(value, pgettext("date format", "D j M Y"))


def short_day(value: date | datetime | None, now: date | None = None) -> str:
    """Write "12 Mar", in charts and as the second half of a phrase; with the year where that of another one could be meant."""
    if not value:
        return ""
    value = local_date(value)
    if abs((value - (now or today())).days) < PLAIN:
        return day_and_month(value)
    return written(value, pgettext("date format", "j M Y"))


def day_and_month(value: date) -> str:
    """Write "12 Mar" of whatever year."""
    return written(value, pgettext("date format", "j M"))


def month(value: date) -> str:
    """Write "Mar": the head of a column of dates."""
    return written(value, pgettext("date format", "M"))


def full_day(value: date | datetime | None) -> str:
    """Write "Fri 12 Mar 2027", for what is printed or filed."""
    if not value:
        return ""
    return written(local_date(value), pgettext("date format", "D j M Y"))


def away(value: date | datetime | None, now: date | None = None) -> str:
    """Write "in 9 days", "today", "3 days ago": calendar days."""
    if not value:
        return ""
    days = (local_date(value) - (now or today())).days
    if days in (-1, 0, 1):
        return {-1: _("yesterday"), 0: _("today"), 1: _("tomorrow")}[days]
    if days > 0:
        return ngettext("in %(n)d day", "in %(n)d days", days) % {"n": days}
    return ngettext("%(n)d day ago", "%(n)d days ago", -days) % {"n": -days}


def day_in(value: date | datetime | None, now: date | None = None) -> str:
    """Write "Fri 12 Mar (in 9 days)"."""
    if not value:
        return ""
    return f"{day(value, now)} ({away(value, now)})"


def span(first: date | None, last: date | None, now: date | None = None) -> str:
    """Write "Wed 3 to Wed 17 Mar", or both months when they differ."""
    if not first or not last or first == last:
        return day(first or last, now)
    first, last = local_date(first), local_date(last)
    same_month = (first.year, first.month) == (last.year, last.month)
    start = written(first, pgettext("date format", "D j")) if same_month else day(first, now)
    return _("%(start)s to %(end)s") % {"start": start, "end": day(last, now)}


def moment(value: datetime | None, now: date | None = None) -> str:
    """Write "Tue 2 Mar, 16:20" in the reader's zone: for logs and for "as of"."""
    if value is None:
        return ""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    clock = date_format(local, pgettext("time format", "H:i"))
    return _("%(day)s, %(time)s") % {"day": day(local, now), "time": clock}


MISSING = (None, "")  # a template gives "" for what is not there, such as the dates of a milestone nobody analysed yet


def number(value: Days) -> str:
    """Write 3 as "3" and 2.5 as "2.5", in the reader's own digits."""
    rounded = round(float(value), 1)
    return number_format(int(rounded) if rounded == int(rounded) else rounded, use_l10n=True)


def count(value: int) -> str:
    """Write 10000 as "10,000", as the reader groups digits."""
    return number_format(value, use_l10n=True, force_grouping=True)


def rows_read(rows: int, wrong: int) -> str:
    """How many rows were read, and how many of them need a fix."""
    read = ngettext("%(count)s row read", "%(count)s rows read", rows) % {"count": f"{rows:,}"}
    if not wrong:
        return _("%(read)s, nothing to fix") % {"read": read}
    return ngettext("%(read)s, %(wrong)s needs a fix", "%(read)s, %(wrong)s need a fix", wrong) % {
        "read": read,
        "wrong": f"{wrong:,}",
    }


def working_days(value: Days | None) -> str:
    """Write "6 working days"; the size only, without a direction."""
    if value in MISSING:
        return ""
    size = abs(float(value))
    return ngettext("%(n)s working day", "%(n)s working days", 1 if round(size, 1) == 1 else 2) % {"n": number(size)}


def lag(value: Days, unit: str) -> str:
    """Write "1 working day" or "3 calendar days": the size only, in the unit a dependency counts in."""
    if unit == "wd":
        return working_days(value)
    size = abs(float(value))
    return ngettext("%(n)s calendar day", "%(n)s calendar days", 1 if round(size, 1) == 1 else 2) % {"n": number(size)}


def late(value: Days | None) -> str:
    """Write "6 working days late", "on time" or "2 working days early"; positive is late."""
    if value in MISSING:
        return ""
    if round(float(value), 1) == 0:
        return _("on time")
    if value > 0:
        return _("%(days)s late") % {"days": working_days(value)}
    return _("%(days)s early") % {"days": working_days(value)}


def late_class(value: Days | None) -> str:
    """The colour class that goes with `late`: "late", "early" or none."""
    if value in MISSING or round(float(value), 1) == 0:
        return ""
    return "late" if value > 0 else "early"


def slip(value: Days | None) -> str:
    """Write "+6 d" or "−2 d" for tables whose head says working days, and "on time" for none."""
    if value in MISSING:
        return ""
    if round(float(value), 1) == 0:
        return _("on time")
    sign = "+" if value > 0 else "−"
    return _("%(sign)s%(n)s d") % {"sign": sign, "n": number(abs(float(value)))}


def days_short(value: Days | None) -> str:
    """Write "9 d": for floats and ages in tables."""
    if value in MISSING:
        return ""
    return _("%(n)s d") % {"n": number(value)}


def chance(value: Days | None) -> str:
    """Write "10%": no decimals, and never quite nothing or everything, which no simulation can promise."""
    if value in MISSING:
        return ""
    whole = round(100 * float(value or 0))
    if whole < 1:
        return _("under 1%")
    return _("over 99%") if whole > 99 else _("%(n)s%%") % {"n": whole}


def initials(person: object) -> str:
    """Two letters for an avatar: first of the first name, first of the last. Nobody is "–"."""
    name = str(getattr(person, "name", person) or "").strip()
    words = [word for word in name.replace("-", " ").split() if word[0].isalnum()]
    if not words:
        return "–"
    letters = words[0][:2] if len(words) == 1 else words[0][0] + words[-1][0]
    return letters.upper()
