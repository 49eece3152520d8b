"""Pasted rows into a bundle: names of this program found, days and lengths read, links understood. Nothing is saved here.

What comes out is what a file would bring, so the same plan, the same loops and the same writer take it from there. Unlike a
file, every cell that cannot be kept as written is a problem of that cell, and nothing is applied while one is left.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from programs.intake import day_words, pointers
from programs.intake.columns import MOST_DAYS, Name
from programs.intake.findings import Level, shown
from programs.intake.manifest import Manifest
from programs.intake.pasted_people import Member, find_member
from programs.intake.reading import Bundle, Row
from programs.intake.sheet import Cells
from programs.intake.text import is_visible
from programs.intake.usual import TITLE_LIMIT
from programs.intake.values import FIRST, LAST, Unusable, read_date, read_number
from programs.intake.wants import Existing

CLEAR = frozenset("-–—")
LONGEST_DAY = 60
NEAR = 9  # how far a number may be off in a key that was meant
CREATE, NOTHING = "+", "-"  # answers about a name nobody here knows
NEVER_BEGUN = frozenset({"not_started", "unknown"})
EMPTY = {"confidence": ""}  # what an emptied field holds; None where it is not named
WORDS = {
    **{word: word for word in ("sure", "fair", "rough", "guess")},
    "fairly sure": "fair",
    "sicher": "sure",
    "ziemlich sicher": "fair",
    "grob": "rough",
    "geraten": "guess",
    "ins blaue": "guess",
    "geschätzt ins blaue": "guess",
}
_KEY = re.compile(r"[A-Z][A-Z0-9]{0,11}-[1-9][0-9]{0,5}")
_BETWEEN = re.compile(r"\s*[/;|–]\s*|\s+-\s+|\s+(?=\d)")
_SLASHED = re.compile(r"(?:[^\W\d]{2,9}\.?,? )?(\d{1,2})[/-](\d{1,2})(?:[/-](\d{2}|\d{4}))?")


class Problem(NamedTuple):
    """One thing about one cell. `bad` ones keep everything from being saved; the others are only worth a look."""

    row: int
    column: str
    code: str
    bad: bool = True
    params: dict[str, Any] = {}
    cell: str | None = None  # what the cell says once its one obvious remedy is taken


@dataclass(frozen=True, slots=True)
class Here:
    """What a program holds that pasted rows may name."""

    program: str
    today: date
    week: int  # working days in a week
    unit: str  # what a bare number of days means: wd or cd
    lanes: dict[str, str]  # id -> name; the id is its key
    members: Sequence[Member]
    keys: dict[str, str]  # id -> name of every milestone; the id is its key
    links: dict[tuple[str, str], list[tuple[str, str]]]  # ends -> id and type of the active links between them
    existing: Existing
    new: bool = False  # whether the rows begin the program


@dataclass(frozen=True, slots=True)
class Answers:
    """What the person decided about the paste as a whole."""

    day_first: bool | None = None
    lanes: dict[str, str] = field(default_factory=dict)  # name nobody knows -> CREATE, NOTHING or the id of a lane
    people: dict[str, str] = field(default_factory=dict)  # name nobody knows -> NOTHING or a member's number
    words: day_words.Words | None = None  # what the reader's language calls months and weekdays


@dataclass(slots=True)
class Draft:
    """The bundle, what is wrong, and what there is to ask."""

    bundle: Bundle
    ids: list[str] = field(default_factory=list)  # of each row; "" for a blank one
    problems: list[Problem] = field(default_factory=list)
    lanes: dict[str, str] = field(default_factory=dict)  # names nobody knows, with the answer that holds
    people: dict[str, str] = field(default_factory=dict)
    ambiguous: list[str] = field(default_factory=list)  # days that read both ways round
    day_first: bool | None = None
    link_rows: dict[str, int] = field(default_factory=dict)  # id of a link -> the row that names it
    link_said: dict[str, str] = field(default_factory=dict)  # and how it is written there


def draft(rows: Sequence[Cells], here: Here, answers: Answers) -> Draft:
    """Read every row of a paste against its program."""
    return _Reader(rows, here, answers).read()


class _Reader:
    def __init__(self, rows: Sequence[Cells], here: Here, answers: Answers) -> None:
        self.rows, self.here, self.answers = rows, here, answers
        self.made = Draft(Bundle(Manifest(name="", day_unit=here.unit)))
        self.by_key = {key.casefold(): key for key in here.keys}
        self.by_name: dict[str, list[str]] = {}
        for key, name in here.keys.items():
            self.by_name.setdefault(name.casefold(), []).append(key)
        self.labels: dict[str, str] = {}  # how rows of the paste are called in it: their number or foreign key
        self.pasted_names: dict[str, list[str]] = {}
        self.at: tuple[int, str] = (0, "")
        self.numbered: dict[str, set[int]] | None = None  # numbers of keys by how these begin, once somebody asks

    def read(self) -> Draft:
        made = self.made
        made.ambiguous, seen = self._slashed()
        made.day_first = self.answers.day_first if self.answers.day_first is not None else seen
        for number, cells in enumerate(self.rows):
            made.ids.append(self._ident(number, cells))
        self._names_twice()
        milestones: list[Row] = []
        outside: list[Row] = []
        for number, cells in enumerate(self.rows):
            if made.ids[number]:
                row = self._row(number, cells)
                (outside if row.table == "x_externals" else milestones).append(row)
        made.bundle.rows["workstreams"] = self._new_lanes()
        made.bundle.rows["milestones"], made.bundle.rows["x_externals"] = milestones, outside
        made.bundle.rows["dependencies"] = [
            link for number, cells in enumerate(self.rows) if made.ids[number] for link in self._links(number, cells)
        ]
        return made

    def __call__(self, code: str, level: Level = Level.CHECK, **params: Any) -> None:
        """A column remarks on the cell it reads."""
        self.say(*self.at, code, bad=level == Level.FIX, **params)

    def say(self, row: int, column: str, code: str, *, bad: bool = True, cell: str | None = None, **params: Any) -> None:
        self.made.problems.append(Problem(row, column, code, bad, params, cell))

    # Which row is which

    def _ident(self, number: int, cells: Cells) -> str:
        """The key of the milestone a row speaks of, or "#4" for a new one."""
        if not any(cells.values()):
            return ""
        said, ident = cells["key"], f"#{number + 1}"
        key = self.by_key.get(said.casefold())
        if key and key not in self.made.ids:
            return key
        if key:
            self.say(number, "key", "pasted_key_twice", first=self.made.ids.index(key) + 1)
        elif said:
            first = self.labels.setdefault(said.casefold(), ident)
            if first != ident:
                self.say(number, "key", "pasted_key_twice", first=int(first[1:]))
            elif not self.here.new and not re.fullmatch(r"\d+(\.\d+)*", said):
                self.say(number, "key", "pasted_key_new", bad=False, key=shown(said))
        self.pasted_names.setdefault(cells["name"].casefold(), []).append(ident)
        return ident

    def _names_twice(self) -> None:
        for number, cells in enumerate(self.rows):
            ident, name = self.made.ids[number], cells["name"].casefold()
            if not ident.startswith("#") or not name:
                continue
            if here := self.by_name.get(name):
                self.say(number, "name", "pasted_name_here", bad=False, key=here[0])
            elif (first := self.pasted_names[name][0]) != ident:
                self.say(number, "name", "pasted_name_twice", bad=False, first=int(first[1:]))

    # Cells

    def _row(self, number: int, cells: Cells) -> Row:
        ident = self.made.ids[number]
        new = ident.startswith("#")
        have = self.here.existing.have("milestones", ident)
        values: dict[str, Any] = {"program": self.here.program} if new else {}
        if new or cells["name"]:
            values["name"] = self._name(number, cells["name"])
        if self.here.new and _KEY.fullmatch(cells["key"].upper()):
            values["key"] = cells["key"].upper()
        for column, read in (
            ("workstream", self._lane),
            ("owner", self._owner),
            ("start", self._day),
            ("target", self._day),
            ("duration", self._duration),
            ("estimate", self._estimate),
        ):
            said = cells[column]
            if said in CLEAR:
                values |= {field: EMPTY.get(field) for field in _FIELDS[column]}
            elif said:
                values |= read(number, column, said)
        self._order(number, values, have.values if have else {})
        outside = bool(have and have.values["external"])
        return Row("x_externals" if outside else "milestones", number + 1, None, ident, values)

    def _name(self, number: int, said: str) -> str:
        self.at = (number, "name")
        if not is_visible(said):
            self.say(number, "name", "pasted_no_name")
            return said
        return str(_NAME.clean(said, self))

    def _lane(self, number: int, column: str, said: str) -> dict[str, Any]:
        word = said.casefold()
        for key, name in self.here.lanes.items():
            if word in {key.casefold(), name.casefold()}:
                return {"workstream": key}
        name = next((each for each in self.made.lanes if each.casefold() == word), said)
        answer = self.answers.lanes.get(name, CREATE)
        if answer not in {CREATE, NOTHING, *self.here.lanes}:
            answer = CREATE
        self.made.lanes[name] = answer
        if answer == CREATE and (len(name) > 200 or not is_visible(name)):
            self.say(number, column, "pasted_lane_name")
            return {}
        if not self.here.new:
            self.say(number, column, "pasted_lane", bad=False, name=shown(name))
        return {"workstream": {CREATE: f"+{name}", NOTHING: None}.get(answer, answer)}

    def _owner(self, number: int, column: str, said: str) -> dict[str, Any]:
        found = find_member(said, self.here.members)
        if len(found) == 1:
            return {"owner": found[0].number}
        if len(found) > 1:
            self.say(number, column, "pasted_owner_many", count=len(found), name=shown(said))
            return {}
        answer = self.answers.people.get(said, NOTHING)
        if answer not in {str(each.number) for each in self.here.members}:
            answer = NOTHING
        self.made.people[said] = answer
        self.say(number, column, "pasted_owner_new" if self.here.new else "pasted_owner", bad=False, name=shown(said))
        return {"owner": None if answer == NOTHING else int(answer)}

    def _duration(self, number: int, column: str, said: str) -> dict[str, Any]:
        try:
            length, unit = pointers.days(said, self.here.week, self.here.unit)
            kept, remark = read_number(f"{length:f}", 0, MOST_DAYS, 4)
        except Unusable as problem:
            self.say(number, column, problem.code, **problem.params)
            return {}
        if remark:
            self.say(number, column, "pasted_days")
            return {}
        return {"duration_days": kept, "duration_unit": unit}

    def _estimate(self, number: int, column: str, said: str) -> dict[str, Any]:
        """Three lengths in the unit of the duration, in rising order, or one of the words. One takes the place of the other."""
        empty = {field: EMPTY.get(field) for field in _FIELDS[column]}
        if word := WORDS.get(said.casefold().removeprefix("a ").strip()):
            return empty | {"confidence": word}
        try:
            lengths = [pointers.days(part, self.here.week, self.here.unit)[0] for part in _BETWEEN.split(said)]
            kept = [read_number(f"{length:f}", 0, MOST_DAYS, 4) for length in lengths]
        except Unusable:
            kept = []
        values = [value for value, remark in kept if not remark]
        if len(values) != 3 or len(kept) != 3 or values != sorted(values):
            self.say(number, column, "pasted_estimate")
            return {}
        return empty | dict(zip(_FIELDS[column], values, strict=False))

    def _order(self, number: int, values: dict[str, Any], have: dict[str, Any]) -> None:
        """A target before the start, as the form of a milestone refuses it."""
        if not {"start_date", "target_date"} & set(values):
            return
        start = values.get("start_date", have.get("start_date"))
        target = values.get("target_date", have.get("target_date"))
        if start and target and target < start and have.get("status", "not_started") in NEVER_BEGUN:
            self.say(number, "target" if "target_date" in values else "start", "pasted_order", start=start.isoformat())

    # Days

    def _day(self, number: int, column: str, said: str) -> dict[str, Any]:
        try:
            return {_FIELDS[column][0]: self._read_day(said)}
        except Unusable as problem:
            self.say(number, column, problem.code, **problem.params)
            return {}

    def _read_day(self, said: str) -> date:
        match = _SLASHED.fullmatch(said.casefold())
        if match:
            return self._either_way(int(match[1]), int(match[2]), match[3])
        found = day_words.read(said, self.here.today)
        if found is None and self.answers.words is not None and len(said) <= LONGEST_DAY:
            found = day_words.read(day_words.in_english(said, self.answers.words), self.here.today)
        found = found or _plain_day(said)
        if not FIRST <= found <= LAST:
            raise Unusable("pasted_day")
        return found

    def _either_way(self, one: int, two: int, year: str | None) -> date:
        if year and len(year) == 2:
            year = f"20{year}"
        day_first = self.made.day_first
        if one > 12 or two > 12:
            day_first = one > 12
        elif one == two:
            day_first = True
        if day_first is None:
            raise Unusable("pasted_either_way")
        try:
            found = day_words.dated(*((one, two) if day_first else (two, one)), year, self.here.today)
        except ValueError:
            raise Unusable("pasted_day") from None
        if not FIRST <= found <= LAST:
            raise Unusable("pasted_day")
        return found

    def _slashed(self) -> tuple[list[str], bool | None]:
        """Days that read both ways round; and which way the others here can only be read."""
        both, seen = [], set()
        for cells in self.rows:
            for column in ("start", "target"):
                match = _SLASHED.fullmatch(cells[column].casefold())
                if not match:
                    continue
                one, two = int(match[1]), int(match[2])
                if one <= 12 and two <= 12 and one != two:
                    both.append(cells[column])
                elif one != two:
                    seen.add(one > 12)
        return both, seen.pop() if len(seen) == 1 else None

    # Workstreams and links

    def _new_lanes(self) -> list[Row]:
        names = [name for name, answer in self.made.lanes.items() if answer == CREATE]
        last, keys = len(self.here.lanes), self._prefixes() if self.here.new else {}
        return [
            Row("workstreams", 0, None, f"+{name}", {"program": self.here.program, "name": name, "position": last + place, **key})
            for place, name in enumerate(names, start=1)
            for key in [{"key": keys[name.casefold()]} if name.casefold() in keys else {}]
        ]

    def _prefixes(self) -> dict[str, str]:
        """How keys begin in each workstream of a new program, where all that it has begin alike and no other's do."""
        found: dict[str, set[str]] = {}
        for cells in self.rows:
            if _KEY.fullmatch(cells["key"].upper()):
                found.setdefault(cells["workstream"].casefold(), set()).add(cells["key"].upper().rpartition("-")[0])
        uses = Counter(prefix for prefixes in found.values() for prefix in prefixes)
        alone = {name: prefixes.pop() for name, prefixes in found.items() if len(prefixes) == 1}
        return {name: prefix for name, prefix in alone.items() if uses[prefix] == 1 and 2 <= len(prefix) <= 12}

    def find(self, ref: str) -> str | None:
        """What a reference means: a key, a label of the paste, the number of a row, a name."""
        word = ref.casefold()
        if key := self.by_key.get(word):
            return key
        if label := self.labels.get(word):
            return label
        if word.isdecimal() and len(word) < 6 and 0 < int(word) <= len(self.rows):
            return self.made.ids[int(word) - 1] or None
        pasted, there = self.pasted_names.get(word, []), self.by_name.get(word, [])
        found = pasted if word and len(pasted) == 1 else there if not pasted else []
        return found[0] if len(found) == 1 else None

    def _like(self, ref: str, cells: Cells) -> str:
        """The key that begins like this one, with the number next to it; "" where no other than the row and its cell have is."""
        match = _KEY.match(ref.upper())
        if not match:
            return ""
        if self.numbered is None:
            self.numbered = {}
            for key in (*self.here.keys, *(cells["key"].upper() for cells in self.rows)):
                if _KEY.fullmatch(key):
                    head, _, last = key.rpartition("-")
                    self.numbered.setdefault(head, set()).add(int(last))
        head, _, last = match[0].rpartition("-")
        said = {cells["key"].upper(), *_KEY.findall(cells["predecessors"].upper())}
        others = (each for each in self.numbered.get(head, ()) if f"{head}-{each}" not in said)
        near = min(others, key=lambda each: (abs(each - int(last)), each), default=None)
        return f"{head}-{near}" if near is not None and 0 < abs(near - int(last)) <= NEAR else ""

    def _links(self, number: int, cells: Cells) -> list[Row]:
        said, ident = cells["predecessors"], self.made.ids[number]
        if not said:
            return []
        if said in CLEAR:
            if not ident.startswith("#"):
                self.say(number, "predecessors", "pasted_unlink")
            return []
        try:
            found = pointers.read(said, self.find, self.here.week, self.here.unit)
        except Unusable as problem:
            wrong = str(problem.params.get("said", ""))
            like = self._like(wrong, cells)
            code = "pasted_reference_like" if like else problem.code
            put = re.sub(_KEY.pattern, like, wrong, count=1, flags=re.IGNORECASE) if like else ""
            cell = pointers.instead(said, wrong, put) if wrong else None
            self.say(number, "predecessors", code, **problem.params, like=like, cell=cell)
            return []
        twice = [ref for ref, count in Counter(each.to for each in found).items() if count > 1]
        if twice:
            first, *_others, last = [each for each in found if each.to == twice[0]]
            cell = pointers.instead(said, last.said)
            self.say(number, "predecessors", "pasted_link_twice", ref=first.ref, said=last.said, cell=cell)
            return []
        return [self._link(number, ident, each) for each in found]

    def _link(self, number: int, ident: str, to: pointers.Pointer) -> Row:
        """A link that is here keeps its row; its type and its lag may change."""
        here = self.here.links.get((to.to, ident), [])
        same = next((known for known, kind in here if kind == to.type), here[0][0] if len(here) == 1 else None)
        known = same or f"{to.to}>{ident}"
        self.made.link_rows[known], self.made.link_said[known] = number, to.said
        values = {"predecessor": to.to, "successor": ident, "type": to.type, "lag_days": to.lag, "lag_unit": to.unit}
        return Row("dependencies", number + 1, None, known, values | ({} if same else {"relation": "requires"}))


def _plain_day(said: str) -> date:
    try:
        return read_date(said)[0]
    except Unusable:
        raise Unusable("pasted_day") from None


_NAME = Name(name="name", help="", limit=TITLE_LIMIT)
_FIELDS: dict[str, tuple[str, ...]] = {
    "workstream": ("workstream",),
    "owner": ("owner",),
    "start": ("start_date",),
    "target": ("target_date",),
    "duration": ("duration_days",),
    "estimate": ("optimistic_days", "likely_days", "pessimistic_days", "confidence"),
}
