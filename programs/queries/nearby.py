"""For a page that is not there: what the person may have meant, and whether it was deleted a moment ago."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches

from programs.models import Event, Milestone, Person
from programs.queries import access
from programs.queries.search import plain

RECENT = timedelta(hours=24)
MOST_KEYS = 2_000


@dataclass(frozen=True, slots=True)
class Nearby:
    """A milestone whose key is almost the one that was asked for, or the note of its deletion."""

    key: str
    meant: Milestone | None
    deleted: Event | None


def milestone(slug: str, key: str, *, by: Person, at: datetime) -> Nearby | None:
    """Look round in the program of the address; None when the person does not see that one. Four queries at most."""
    program = access.programs_for(by).filter(slug=slug).first()
    if program is None:
        return None
    key = plain(key).upper()[:24]
    prefix = key.rpartition("-")[0] or key
    gone = Event.objects.filter(program=program, kind="milestone.deleted", at__gt=at - RECENT, subject_name__startswith=f"{key} ")
    rows = Milestone.objects.filter(program=program)
    keys = list(rows.filter(key__istartswith=prefix[:2]).values_list("key", flat=True)[:MOST_KEYS])
    close = get_close_matches(key, keys, n=1, cutoff=0.6)
    meant = rows.filter(key=close[0]).select_related("program").first() if close else None
    return Nearby(key, meant, gone.select_related("by", "program").order_by("-pk").first())
