"""Find anything by key or by a word: exact key first, then titles that start so, then words that do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Case, IntegerField, Q, Value, When

from programs.models import Blocker, BlockerStatus, Decision, DecisionStatus, Milestone, Person, Program, Risk, RiskStatus
from programs.queries import access

if TYPE_CHECKING:
    from django.db.models import QuerySet

LONGEST = 100  # characters of a question that are looked for
_NOT_TEXT = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_NUMBERED = re.compile(r"([BRD])-?(\d{1,9})", re.IGNORECASE)
Thing = Milestone | Blocker | Risk | Decision | Program
_BEFORE_A_WORD = (" ", "-", "(", "/", "“", '"', ":")


@dataclass(frozen=True, slots=True)
class Found:
    """What a question led to, per kind, best first."""

    programs: list[Program]
    milestones: list[Milestone]
    blockers: list[Blocker]
    risks: list[Risk]
    decisions: list[Decision]

    def ranked(self, text: str) -> list[tuple[int, Thing]]:
        """Everything in one order: exact key, title starts so, key starts so, a word of the title does."""
        q = plain(text).casefold()
        rows: list[Thing] = [*self.milestones, *self.blockers, *self.risks, *self.decisions, *self.programs]
        return sorted(((_rank(row, q), row) for row in rows), key=lambda pair: pair[0])

    @property
    def count(self) -> int:
        """How much was found in all."""
        return len(self.programs) + len(self.milestones) + len(self.blockers) + len(self.risks) + len(self.decisions)


def _rank(row: Thing, q: str) -> int:
    key = str(getattr(row, "key", "")).casefold()
    title = str(getattr(row, "name", "") or getattr(row, "title", "")).casefold()
    if key == q:
        return 0
    return 1 if title.startswith(q) else 2 if key.startswith(q) else 3


def plain(text: str) -> str:
    """A question as it is looked for: no control characters, not longer than makes sense."""
    return " ".join(_NOT_TEXT.sub(" ", text).split())[:LONGEST]


def search(text: str, *, by: Person, most: int, first: str = "") -> Found:
    """Search everything this person may see; `first` is the slug of a program whose things come first. Five queries."""
    q = plain(text)
    if not q:
        return Found([], [], [], [], [])
    programs = access.programs_for(by)
    found = _best(programs.filter(name__icontains=q), "name", q, "slug").order_by("rank", "name", "pk")
    return Found(
        programs=list(found.select_related("analysis")[:most]),
        milestones=milestones(q, by=by, most=most, first=first),
        blockers=_numbered(Blocker, "B", q, programs, most),
        risks=_numbered(Risk, "R", q, programs, most),
        decisions=_numbered(Decision, "D", q, programs, most),
    )


def milestones(text: str, *, by: Person, most: int, first: str = "", leave_out: int | None = None) -> list[Milestone]:
    """Milestones this person may see, by key or by a word of the name. One query."""
    q = plain(text)
    if not q:
        return []
    rows = access.milestones_for(by).filter(Q(key__istartswith=q) | _words("name", q))
    if leave_out:
        rows = rows.exclude(pk=leave_out)
    near = Case(When(program__slug=first, then=Value(0)), default=Value(1), output_field=IntegerField())
    ranked = _best(rows, "name", q, "key").annotate(near=near).order_by("rank", "near", "name", "pk")
    related = ranked.select_related("program", "workstream", "owner", "timing").defer("description", "program__description")
    return list(related[:most])


def _words(field: str, q: str) -> Q:
    """Rows whose text starts with the question, or has a word that does. %, _ and \\ mean themselves."""
    starts = Q(**{f"{field}__istartswith": q})
    for mark in _BEFORE_A_WORD:
        starts |= Q(**{f"{field}__icontains": f"{mark}{q}"})
    return starts


def _best(rows: QuerySet, field: str, q: str, key: str) -> QuerySet:  # type: ignore[type-arg]
    rank = Case(
        When(**{f"{key}__iexact": q}, then=Value(0)),
        When(**{f"{field}__istartswith": q}, then=Value(1)),
        When(**{f"{key}__istartswith": q}, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    return rows.annotate(rank=rank)


def _numbered(kind: type, letter: str, q: str, programs: QuerySet[Program], most: int) -> list:  # type: ignore[type-arg]
    """Blockers, risks or decisions by number ("B-31") or by a word of the title; open ones first."""
    number = _NUMBERED.fullmatch(q)
    wanted = Q(number=int(number[2])) if number and number[1].upper() == letter else _words("title", q)
    around = ("program",) if letter == "D" else ("program", "milestone")
    rows = kind.objects.filter(wanted, program__in=programs).select_related(*around)  # type: ignore[attr-defined]
    closed = {"B": BlockerStatus.RESOLVED, "D": DecisionStatus.DECIDED}.get(letter, RiskStatus.CLOSED)
    open_first = Case(When(status=closed, then=Value(1)), default=Value(0), output_field=IntegerField())
    return list(rows.annotate(late=open_first).order_by("late", "-pk")[:most])
