"""Has anything changed? One number-sized answer for a program, or for everything a person sees, read in one plain query.

Open pages ask every few seconds, so this is the one place that speaks SQL for speed: building a query costs more than running it.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.db.models import Q

from programs.models import Event, Person, Program, ProgramForecast
from programs.queries import access

_PROGRAM = """
    SELECT p.id, p.version, p.revision, p.analysed_revision, a.computed_at, f.computed_at
      FROM programs_program p LEFT JOIN programs_analysis a ON a.program_id = p.id
           LEFT JOIN programs_programforecast f ON f.program_id = p.id
     WHERE p.slug = %s AND p.deleted_at IS NULL
"""
_ALL = """
    SELECT COUNT(*), SUM(p.version), SUM(p.revision), SUM(p.analysed_revision), MAX(a.computed_at), MAX(f.computed_at)
      FROM programs_program p LEFT JOIN programs_analysis a ON a.program_id = p.id
           LEFT JOIN programs_programforecast f ON f.program_id = p.id
     WHERE p.deleted_at IS NULL
"""
_MINE = " AND p.id IN (SELECT program_id FROM programs_membership WHERE person_id = %s)"
_AROUND = """
    SELECT (SELECT MAX(id) FROM programs_event), (SELECT MAX(id) FROM programs_notice),
           (SELECT COUNT(*) FROM programs_notice WHERE person_id = %s AND state = 'told' AND read_at IS NULL),
           (SELECT SUM(version) FROM programs_plandraft), (SELECT COUNT(*) FROM programs_plandraft),
           COUNT(*), SUM(p.version), SUM(p.revision), SUM(p.analysed_revision),
           SUM(a.settled_revision), MAX(a.computed_at), MAX(o.computed_at), SUM(o.drivers_revision), MAX(f.computed_at)
      FROM programs_program p LEFT JOIN programs_analysis a ON a.program_id = p.id
           LEFT JOIN programs_programforecast o ON o.program_id = p.id
           LEFT JOIN programs_fragilepoints f ON f.program_id = p.id
     WHERE p.deleted_at IS NULL
"""


def of_program(slug: str) -> str:
    """What differs whenever the plan, the settings or the analysis of a program changed; "" when it is not there."""
    return _read(_PROGRAM, [slug])


def of_everything(person: int, *, admin: bool) -> str:
    """The same for all programs a person belongs to, or for all there are."""
    return _read(_ALL, []) if admin else _read(_ALL + _MINE, [person])


def of_reader(person: int, *, admin: bool) -> str:
    """What differs whenever a person's pages may: the last thing anybody did, what they were told, what was worked out."""
    return _read(_AROUND, [person]) if admin else _read(_AROUND + _MINE, [person, person])


def of_all() -> str:
    """What differs whenever anything did that more than one person may see."""
    return _read(_AROUND, [0])


def _read(sql: str, values: list[str | int]) -> str:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found = cursor.fetchone()
    return ":".join(map(str, found)) if found else ""


def changed_since(at: datetime, *, by: Person, program: Program | None) -> bool:
    """Whether anything happened, or was found out, since then in a program, or in any this person sees."""
    here = Q(program=program) if program else Q(program__in=access.programs_for(by))
    return Event.objects.filter(here, at__gte=at).exists() or ProgramForecast.objects.filter(here, computed_at__gte=at).exists()
