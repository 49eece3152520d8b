"""Permanent names for rows that come in: addresses, workstream prefixes, milestone keys, numbers of blockers and risks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from programs.actions.milestones import WITHOUT_WORKSTREAM
from programs.actions.programs import RESERVED_SLUGS
from programs.intake import naming
from programs.intake.wants import Want
from programs.models import Blocker, Milestone, Program, Risk, Workstream


def give_slugs(wants: Iterable[Want]) -> None:
    """A free address for each new program: the one it asks for when that is free."""
    taken = {*Program.every.values_list("slug", flat=True), *RESERVED_SLUGS}
    for want in wants:
        asked = want.values.pop("slug", None)
        want.values["slug"] = asked if asked and asked not in taken else naming.slug(want.values["name"], want.id, taken)
        taken.add(want.values["slug"])


def give_prefixes(wants: Iterable[Want]) -> None:
    """A prefix for each new workstream, unique in its program; the first words that tell them apart."""
    by_program: dict[str, list[Want]] = defaultdict(list)
    for want in wants:
        by_program[want.values["program"]].append(want)
    for rows in by_program.values():
        taken: set[str] = set()
        for want in rows:
            asked = want.values.pop("key", None)
            if asked and asked not in taken:
                want.values["key"] = asked
                taken.add(asked)
        rest = [(want.id, want.values["name"]) for want in rows if "key" not in want.values]
        for ident, prefix in naming.prefixes(rest, taken).items():
            next(want for want in rows if want.id == ident).values["key"] = prefix


class Numbers:
    """Counters of programs and workstreams. They only rise, and what is taken is stepped over."""

    def __init__(self, programs: Iterable[int]) -> None:
        self.programs = {each.pk: each for each in Program.objects.filter(pk__in=list(programs)).only("pk", "next_number")}
        self.lanes = {
            each.pk: each for each in Workstream.objects.filter(program__in=self.programs).only("pk", "key", "next_number")
        }
        self.raised: set[int] = set()
        self.raised_lanes: set[int] = set()
        self.keys: set[tuple[int, str]] = set(Milestone.objects.filter(program__in=self.programs).values_list("program", "key"))
        self.numbers: dict[str, set[tuple[int, int]]] = {
            "blockers": set(Blocker.objects.filter(program__in=self.programs).values_list("program", "number")),
            "risks": set(Risk.objects.filter(program__in=self.programs).values_list("program", "number")),
        }

    def milestone_key(self, program: int, lane: int | None, asked: str | None = None) -> str:
        """SEC-3 in the workstream SEC, M-3 without one; the key asked for when it is free."""
        if asked and (program, asked) not in self.keys:
            self.keys.add((program, asked))
            self._step_over(program, lane, asked)
            return asked
        while True:
            key = self._next_in_lane(lane) if lane in self.lanes else f"{WITHOUT_WORKSTREAM}-{self._next(program)}"  # type: ignore[arg-type]
            if (program, key) not in self.keys:
                self.keys.add((program, key))
                return key

    def number(self, table: str, program: int, asked: int | None = None) -> int:
        """The number of a blocker or risk; the one asked for when it is free."""
        found = asked if asked and (program, asked) not in self.numbers[table] else None
        while found is None or (program, found) in self.numbers[table]:
            found = self._next(program)
        self.numbers[table].add((program, found))
        row = self.programs[program]
        if found >= row.next_number:
            row.next_number = found + 1
            self.raised.add(program)
        return found

    def _next(self, program: int) -> int:
        row = self.programs[program]
        row.next_number += 1
        self.raised.add(program)
        return row.next_number - 1

    def _next_in_lane(self, lane: int) -> str:
        row = self.lanes[lane]
        row.next_number += 1
        self.raised_lanes.add(lane)
        return f"{row.key}-{row.next_number - 1}"

    def _step_over(self, program: int, lane: int | None, key: str) -> None:
        """A counter that stands at or before a key it would have given goes on after it."""
        prefix, _, number = key.rpartition("-")
        row: Workstream | Program | None = self.lanes.get(lane) if lane else None
        if row is not None and row.key == prefix and int(number) >= row.next_number:  # type: ignore[union-attr]
            row.next_number = int(number) + 1
            self.raised_lanes.add(row.pk)
        elif prefix == WITHOUT_WORKSTREAM and int(number) >= self.programs[program].next_number:
            self.programs[program].next_number = int(number) + 1
            self.raised.add(program)

    def save(self) -> None:
        """Keep the counters."""
        Program.objects.bulk_update([self.programs[each] for each in sorted(self.raised)], ["next_number"], batch_size=200)
        Workstream.objects.bulk_update([self.lanes[each] for each in sorted(self.raised_lanes)], ["next_number"], batch_size=200)
