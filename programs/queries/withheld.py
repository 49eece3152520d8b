"""What a reader may not know of programs they cannot see: names inside stored sentences, the other ends of links."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from programs.models import Milestone
from programs.queries import access

if TYPE_CHECKING:
    from programs.models import Person, Program

Reason = dict[str, Any]
_PAIRS = (("by", "by_id"), ("finish", "finish_id"), ("deadline", "deadline_id"))
_LISTS = (("names", "ids"), ("via", "via_ids"))


def a_milestone() -> str:
    """How a milestone is called that the reader may not know of."""
    return _("a milestone you cannot see")


def a_program() -> str:
    """How a program is called that the reader may not know of."""
    return _("another program")


class Sight:
    """What one reader sees: the programs, by number and name. One query; none for administrators, who see everything."""

    def __init__(self, person: Person, program: Program) -> None:
        self.everything = person.is_admin
        self.programs: dict[int, str] = {program.pk: program.name}
        if not self.everything:
            self.programs |= dict(access.programs_for(person).values_list("pk", "name"))

    @classmethod
    def of(cls, *programs: Program) -> Sight:
        """Nobody's in particular: these programs and no other. No query."""
        sight = cls.__new__(cls)
        sight.everything, sight.programs = False, {program.pk: program.name for program in programs}
        return sight

    def sees(self, program_id: int) -> bool:
        """Whether this program may be named."""
        return self.everything or program_id in self.programs

    def hidden_among(self, ids: Collection[int]) -> set[int]:
        """Those of these milestones that may not be named. One query."""
        if self.everything or not ids:
            return set()
        rows = Milestone.objects.filter(pk__in=ids).exclude(program__in=self.programs)
        return set(rows.values_list("pk", flat=True))

    def reasons(self, *found: Reason) -> list[Reason]:
        """The same reasons, with the names of what is hidden replaced. One query for all of them."""
        ids = {pk for reason in found for pk in named_in(reason)}
        hidden = self.hidden_among(ids)
        return [self._reason(reason, hidden) for reason in found]

    def _reason(self, reason: Reason, hidden: set[int]) -> Reason:
        if self.everything or not reason:
            return reason
        params = dict(reason.get("params") or {})
        for name, number in _PAIRS:
            if params.get(number) in hidden:
                params[name] = a_milestone()
        for name, numbers in _LISTS:
            listed = params.get(name)
            if isinstance(listed, dict) and hidden.intersection(params.get(numbers) or ()):
                shown = list(listed.get("names", []))
                for place, pk in enumerate(params[numbers][: len(shown)]):
                    if pk in hidden:
                        shown[place] = a_milestone()
                params[name] = {**listed, "names": shown}
        if params.get("program") and params["program"] not in self.programs.values():
            params["program"] = a_program()
        return {**reason, "params": params}


def named_in(reason: Reason) -> Iterable[int]:
    """The numbers of the milestones a reason names."""
    params = reason.get("params") or {} if reason else {}
    yield from (params[number] for _name, number in _PAIRS if isinstance(params.get(number), int))
    for _name, numbers in _LISTS:
        yield from (pk for pk in params.get(numbers) or () if isinstance(pk, int))
