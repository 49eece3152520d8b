"""Rows pasted from a spreadsheet: looked at first, then saved in one transaction, all of them or none."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from programs.actions import checks, programs, revisions
from programs.actions.errors import Refused
from programs.actions.importing import by_hand
from programs.actions.imports import limits
from programs.intake import pasted, plan, pointers
from programs.intake.findings import Unreadable
from programs.intake.pasted import Answers, Draft, Here, Problem
from programs.intake.reading import Row
from programs.intake.sheet import Cells
from programs.intake.text import fingerprint
from programs.intake.wants import CREATE, Plan
from programs.models import ImportRun, Person, Program
from programs.queries import pasting as queries

MOST_ROWS = 500
SHOWN_OF_A_LOOP = 8
WRONG_LINKS = {"self_link": "pasted_self", "loop_link": "pasted_loop", "duplicate_link": "pasted_link_twice"}


@dataclass(slots=True)
class Looked:
    """What a paste would do, and what has to be put right before. Nothing is written."""

    here: Here
    draft: Draft
    plan: Plan | None = None
    refused: str = ""  # why nothing of it can be taken, whatever its cells say
    problems: list[Problem] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether it may be saved as it stands."""
        return self.plan is not None and not self.refused and not any(each.bad for each in self.problems)

    @property
    def left(self) -> dict[int, int]:
        """Rows that cannot be saved as they stand, each with the row that is why: itself, or one it waits for."""
        left = {each.row: each.row for each in self.problems if each.bad}
        waiting: dict[str, list[int]] = defaultdict(list)
        for link in self.draft.bundle.rows["dependencies"]:
            waiting[link.values["predecessor"]].append(link.number - 1)
        queue = list(left)
        for row in queue:
            new = [each for each in waiting[self.draft.ids[row]] if each not in left]
            left |= dict.fromkeys(new, row)
            queue += new
        return left

    @property
    def word(self) -> str:
        """Two looks with the same word do the same, and remark on the same."""
        said = repr([(each.row, each.column, each.code) for each in self.problems])
        return fingerprint(plan.fingerprint(self.plan), said) if self.plan else ""


def look(*, program: Program, rows: Sequence[Cells], answers: Answers, by: Person, at: datetime) -> Looked:
    """Read pasted rows against the program as it is now. One that was never saved is one that the rows begin."""
    today = checks.today(program, at)
    if program.pk:
        here = queries.here(program, keys={cells["key"] for cells in rows if cells["key"]}, today=today)
    else:
        here = queries.before(program, by=by, today=today)
    draft = pasted.draft(rows, here, answers)
    if here.new:
        draft.bundle.rows["programs"] = [Row("programs", 1, None, here.program, {})]
    named = {each.values["predecessor"] for each in draft.bundle.rows["dependencies"]}
    here.existing.foreign = {key: pk for key, pk in here.existing.foreign.items() if key in named}
    found = Looked(here, draft, problems=list(draft.problems))
    try:
        found.plan = plan.make(draft.bundle, here.existing, today=here.today, limits=limits())
    except Unreadable as refusal:
        found.refused = too_many(refusal)
        return found
    found.problems += _link_problems(found, rows, by)
    found.problems.sort(key=lambda each: (each.row, not each.bad))
    return found


def rest(found: Looked, *, program: Program, rows: Sequence[Cells], answers: Answers, by: Person, at: datetime) -> Looked | None:
    """What is left without the rows that cannot be saved, each whole or not at all; None where that is nothing.

    Those rows count as blank, so the others keep their numbers.
    """
    left = found.left
    if found.refused or not left:
        return None
    others = [dict.fromkeys(cells, "") if number in left else cells for number, cells in enumerate(rows)]
    answers = replace(answers, day_first=found.draft.day_first)  # which a row that is left out may have told
    made = look(program=program, rows=others, answers=answers, by=by, at=at)
    return made if made.sound and any(made.draft.ids) and made.plan and made.plan.changes else None


def too_many(refusal: Unreadable) -> str:
    """Why a plan is refused whole: what there would be afterwards is more than there may be."""
    words = {
        "program_full": _("The program would have more than %(limit)d milestones, the most a program may have."),
        "links_full": _("The program would have more than %(limit)d links, the most a program may have."),
        "installation_full": _("There would be more than %(limit)d milestones here, the most there may be."),
    }
    return " ".join(words[each.code] % each.params for each in refusal.problems)


def _link_problems(found: Looked, pasted_rows: Sequence[Cells], by: Person) -> list[Problem]:
    """What the plan set aside among the links: typed by hand, each is refused where it was typed, and can be taken out."""
    assert found.plan is not None

    def refused(ident: str, code: str, **params: Any) -> Problem:
        row, said = rows[ident], found.draft.link_said[ident]
        cell = pointers.instead(pasted_rows[row]["predecessors"], said)
        return Problem(row, "predecessors", code, True, {"ref": said, "said": said, **params}, cell)

    rows, ways = found.draft.link_rows, found.plan.ways
    numbers = {node for way in ways.values() for node in way[:SHOWN_OF_A_LOOP] if isinstance(node, int)}
    names = queries.names_of(numbers, by=by) if numbers else {}
    problems = [
        refused(each.id, WRONG_LINKS[each.code], ref=each.value)
        for each in found.plan.findings
        if each.code in WRONG_LINKS and each.id in rows and each.id not in ways
    ]
    problems += [refused(ident, "pasted_loop", loop=_in_words(found, way, names)) for ident, way in ways.items()]
    ends = Counter(end for each in found.here.existing.links for end in (each.predecessor, each.successor))
    for want in found.plan.of("dependencies", CREATE):
        for end in (want.values["predecessor"], want.values["successor"]):
            ends[end] += 1
            if ends[end] > settings.LIMITS.milestone_links and want.id in rows:
                problems.append(
                    Problem(rows[want.id], "predecessors", "pasted_many_links", True, {"limit": settings.LIMITS.milestone_links})
                )
    return problems


def _in_words(found: Looked, way: Sequence[Hashable], names: dict[int, str]) -> str:
    """A loop in walking order, from where it begins to where it began."""
    shown = [_called(found, node, names) for node in way[:SHOWN_OF_A_LOOP]]
    if len(way) > SHOWN_OF_A_LOOP:
        shown.append(_("%(count)d more") % {"count": len(way) - SHOWN_OF_A_LOOP})
    return " → ".join([*shown, shown[0]])


def _called(found: Looked, node: Hashable, names: dict[int, str]) -> str:
    if isinstance(node, int):
        return names.get(node, _("a milestone you cannot see"))
    ident = str(node)
    if ident.startswith("#"):
        want = next(each for each in found.plan.wants["milestones"] if each.id == ident)  # type: ignore[union-attr]
        return str(want.values["name"]) or _("row %(number)s") % {"number": ident[1:]}
    return f"{ident} {found.here.keys[ident]}"


@transaction.atomic(durable=True)
def save(
    *,
    program: Program,
    rows: Sequence[Cells],
    answers: Answers,
    word: str,
    by: Person,
    at: datetime,
    leaving: bool = False,
) -> ImportRun:
    """Save pasted rows, if they still do what the person was shown: `word` says what that was.

    `leaving` leaves out the rows that need a fix, and those that wait for one of them; without it one such row keeps all out.
    Raises `Refused` with the code "cells" while a cell is wrong, and "moved_on" when it would do something else.
    """
    revision = revisions.hold_graph()
    program = revisions.hold(program)
    found, made = _as_shown(program, rows, answers, word, by, at, leaving)
    if not made.changes:
        raise Refused(_("There is nothing to save: everything is here already."), code="nothing")
    title = _("Rows pasted into %(program)s") % {"program": program.name}
    return by_hand.write(made, found.here.existing, by=by, at=at, revision=revision, title=title)


def _as_shown(
    program: Program, rows: Sequence[Cells], answers: Answers, word: str, by: Person, at: datetime, leaving: bool
) -> tuple[Looked, Plan]:
    """Look at the rows once more, under the lock, and refuse what is wrong or other than it was shown."""
    found = look(program=program, rows=rows, answers=answers, by=by, at=at)
    if leaving:
        found = rest(found, program=program, rows=rows, answers=answers, by=by, at=at) or found
    if not found.sound or found.plan is None:
        raise Refused(found.refused or _("Put the marked cells right first."), code="cells")
    if found.word != word:
        raise Refused(_("The program changed since this preview was made. Look at it again before you save."), code="moved_on")
    return found, found.plan


@transaction.atomic(durable=True)
def begin(
    *,
    rows: Sequence[Cells],
    answers: Answers,
    word: str,
    name: str,
    by: Person,
    at: datetime,
    leaving: bool = False,
    **fields: Any,
) -> ImportRun:
    """Make a program of pasted rows: it and all of them, or nothing. Raises `Refused` as `save` and `programs.create` do."""
    revision = revisions.hold_graph()
    draft = programs.begun(name=name, by=by, at=at, **fields)
    draft.raise_problems()
    found, made = _as_shown(draft.row, rows, answers, word, by, at, leaving)
    said = {each: getattr(draft.row, each) for each in fields}
    made.wants["programs"][0].values |= {"name": draft.row.name, "owner": by.pk, **said}
    title = _("%(name)s, begun from rows") % {"name": draft.row.name}
    return by_hand.write(made, found.here.existing, by=by, at=at, revision=revision, title=title)
