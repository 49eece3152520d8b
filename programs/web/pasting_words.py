"""What a paste would do, worded for its page: cells with their problems, questions, what is new, what changes, which links."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from programs.intake.findings import shown as shown_value
from programs.intake.pasted import CREATE as MAKE
from programs.intake.pasted import NOTHING
from programs.intake.pasted_phrases import SENTENCES
from programs.intake.sheet import COLUMNS, THREE
from programs.intake.text import fingerprint
from programs.intake.wants import CREATE, UPDATE
from programs.models import Confidence, LinkType
from programs.web import marks, wording
from programs.web.forms.paste import LABELS, MEANINGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.utils.safestring import SafeString

    from programs.actions.pasting import Looked
    from programs.intake.pasted import Answers, Problem
    from programs.intake.sheet import Cells, Sheet
    from programs.intake.wants import Want

SHOWN = 8  # problems the summary names
LEFT = 20  # rows that are left out, by number
LISTED = 100  # changes and links the preview spells out
FIELDS = {
    "name": "name",
    "workstream": "workstream",
    "owner": "owner",
    "start_date": "start",
    "target_date": "target",
    "duration_days": "duration",
    "duration_unit": "duration",
    "optimistic_days": "estimate",
    "likely_days": "estimate",
    "pessimistic_days": "estimate",
    "confidence": "estimate",
}


OF_ESTIMATE = {"estimate", *THREE}
FIRST_CELLS = 3  # what a column is told by


ROW = '<tr{}><td class="r muted num" data-l="{}">{}</td>{}<td class="nw">{}</td></tr>'
CELL = (
    '<td class="full{bad}" data-l="{head}"><input class="cell" name="{column}" id="{id}" value="{value}" aria-label="{label}"'
    ' autocomplete="off"{invalid}{described}>{said}</td>'
)
FIX = '<button class="btn sm" name="fix" value="{}">{}<span class="vh"> {}</span></button>'
SAID = '<p class="{}">{}<span>{}</span></p>{}'


@dataclass(slots=True)
class Preview:
    """What saving would do."""

    new: int = 0
    changed: int = 0
    links: int = 0
    relinked: int = 0
    lanes: list[str] = field(default_factory=list)
    changes: list[tuple[str, str, str, str]] = field(default_factory=list)  # milestone, field, now, then
    waits: list[tuple[str, str, str]] = field(default_factory=list)  # who waits, for whom, how
    more: int = 0
    lane_questions: list[tuple[str, list[tuple[str, str, bool]]]] = field(default_factory=list)
    people_questions: list[tuple[str, list[tuple[str, str, bool]]]] = field(default_factory=list)
    either_way: str = ""
    either_days: tuple[str, str] = ("", "")
    day_first: str = ""

    @property
    def anything(self) -> bool:
        """Whether there is something to save."""
        return bool(self.new or self.changed or self.links or self.relinked)

    @property
    def asks(self) -> bool:
        """Whether there is something to decide."""
        return bool(self.lane_questions or self.people_questions or self.either_way)


@dataclass(frozen=True, slots=True)
class Column:
    """One column as it was pasted: what it is called there, what stands in it first, and what it may be here."""

    place: int
    head: str
    samples: str
    choices: list[tuple[str, str, bool]]
    error: str


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns that say something; those the grid leaves out; and everything that was pasted, to be read anew."""

    every: list[Column]
    left: list[Column]
    read: dict[str, list[Column]]  # by the column here
    missing: str
    sheet: Sheet

    @property
    def wrong(self) -> list[Column]:
        """Those that cannot be what was chosen."""
        return [each for each in self.every if each.error]

    @property
    def was(self) -> str:
        """What they are now, for the form."""
        return ",".join(self.sheet.columns)


def columns(found: Sheet, wrong: dict[int, str] | None = None, chosen: Sequence[str] = ()) -> Columns:
    """The columns of a sheet with what they may be. `chosen` and what is `wrong` with it, where it is not taken yet."""
    said = wrong or {}
    shown = chosen or found.columns
    out = _("Leave out")

    def made(place: int) -> Column:
        choices = [(value, str(words), value == shown[place]) for value, words in {"": out, **MEANINGS}.items()]
        head = found.heads[place] or _("Column %(number)s") % {"number": place + 1}
        error = _(SENTENCES[said[place]]) if place in said else ""
        return Column(place, head[:60], ", ".join(found.samples(place, FIRST_CELLS)), choices, error)

    every = {place: made(place) for place, column in enumerate(found.columns) if column or found.samples(place, 1)}
    read: dict[str, list[Column]] = defaultdict(list)
    for place, column in enumerate(found.columns):
        if column:
            read["estimate" if column in OF_ESTIMATE else column].append(every[place])
    left = [every[place] for place in found.unread()]
    return Columns(list(every.values()), left, read, _(SENTENCES[said[-1]]) if -1 in said else "", found)


def heads(found: Columns | None) -> list[tuple[str, str, list[Column]]]:
    """The heads of the grid: each column here with those that were pasted into it, in their order; the others after them."""
    read = found.read if found else {}
    order = [*read, *(column for column in COLUMNS if column not in read)]
    return [(column, str(LABELS[column]), read.get(column, [])) for column in order]


@dataclass(frozen=True, slots=True)
class Shown:
    """Which rows are on view: how many need a fix, are worth a look, or have no owner, and which of them were asked for."""

    fix: int
    look: int
    every: int
    unowned: int
    now: str


def shown(found: Looked, asked: str) -> Shown:
    """The rows that need a fix, those worth a look, or all; all where there are none of what was asked for."""
    fix = {each.row for each in found.problems if each.bad}
    look = {each.row for each in found.problems if not each.bad}
    now = asked if (asked == "fix" and fix) or (asked == "look" and look) else "all"
    unowned = sum(1 for row in found.draft.bundle.rows["milestones"] if row.values.get("owner") is None)
    return Shown(len(fix), len(look), sum(map(bool, found.draft.ids)), unowned, now)


def heading(found: Looked) -> str:
    """How many rows were read, and how many of them need a fix."""
    return wording.rows_read(sum(map(bool, found.draft.ids)), len({each.row for each in found.problems if each.bad}))


def cells_word(rows: list[Cells], answers: Answers) -> str:
    """What was typed, in one word: tells an edited grid from a program that moved on."""
    said = [repr(sorted(each.items())) for each in (answers.lanes, answers.people)]
    return fingerprint(*said, str(answers.day_first), *("\x1e".join(cells.values()) for cells in rows))


def sentence(problem: Problem) -> str:
    """A problem in the reader's language."""
    return _(SENTENCES[problem.code]) % problem.params


def body(rows: list[Cells], found: Looked, columns: Columns | None) -> SafeString:
    """The rows of the grid with what is said of their cells: joined here, since a template takes three times as long."""
    order = [column for column, _words, _read in heads(columns)]
    said: dict[tuple[int, str], list[Problem]] = defaultdict(list)
    for each in found.problems:
        said[each.row, each.column].append(each)
    labels = {column: (str(LABELS[column]), _("%(column)s, row %(row)s")) for column in order}
    more = frozenset(order) - columns.read.keys() if columns else frozenset()
    bad, good = {each.row for each in found.problems if each.bad}, {each.row for each in found.problems if not each.bad}
    states, out = _states(found), found.left
    word = _("Row")

    def made() -> Iterable[tuple[object, ...]]:
        for number, cells in enumerate(rows):
            ident = found.draft.ids[number]
            inputs = (
                _cell(number, column, cells[column], said.get((number, column), ()), *labels[column], more=column in more)
                for column in order
            )
            kinds = " ".join(
                kind for kind, it_is in (("skip", not ident), ("fix", number in bad), ("look", number in good)) if it_is
            )
            yield (
                format_html(' class="{}"', kinds) if kinds else "",
                word,
                number + 1,
                format_html_join("", "{}", ((each,) for each in inputs)),
                _out(number, out[number]) if number in out else _state(ident, states),
            )

    return format_html_join("\n", ROW, made())


def _cell(
    number: int, column: str, value: str, said: Iterable[Problem], head: str, label: str, *, more: bool = False
) -> SafeString:
    """One input, with its problems below it. `more`: its column was not pasted, so a phone leaves it out while it is empty."""
    ident, problems = f"c{number + 1}-{column}", list(said)
    bad = any(each.bad for each in problems)
    words = format_html_join(
        "",
        SAID,
        (
            (
                "err" if each.bad else "hint",
                marks.icon("warn", 13) if each.bad else "",
                sentence(each),
                "" if each.cell is None else _fix(each),
            )
            for each in problems
        ),
    )
    return format_html(
        CELL,
        bad=" bad" if bad else " more" if more and not value and not problems else "",
        head=head,
        column=column,
        id=ident,
        value=value,
        label=label % {"column": head, "row": number + 1},
        invalid=format_html(' aria-invalid="{}"', "true") if bad else "",
        described=format_html(' aria-describedby="{}-e"', ident) if problems else "",
        said=format_html('<div id="{}-e">{}</div>', ident, words) if problems else "",
    )


@dataclass(frozen=True, slots=True)
class Left:
    """The rows that are left out where the others are imported: those that need a fix, and those that wait for one of them."""

    rows: list[int]
    waiting: list[int]
    others: int

    @property
    def count(self) -> int:
        """How many."""
        return len(self.rows) + len(self.waiting)

    @property
    def said(self) -> str:
        """Which, in a sentence or two."""
        first = ngettext(
            "Row %(rows)s needs a fix and is left out.", "Rows %(rows)s need a fix and are left out.", len(self.rows)
        )
        second = ngettext(
            "Row %(rows)s waits for one that is left out, so it is left out too.",
            "Rows %(rows)s wait for one that is left out, so they are left out too.",
            len(self.waiting),
        )
        pairs = ((first, self.rows), (second, self.waiting))
        return " ".join(words % {"rows": _numbers(rows)} for words, rows in pairs if rows)


def _numbers(rows: list[int]) -> str:
    """Rows by number, the first few.

    >>> _numbers([13, 30])
    '14, 31'
    """
    return ", ".join([*(str(row + 1) for row in rows[:LEFT]), *(["…"] if len(rows) > LEFT else [])])


def left(found: Looked) -> Left:
    """What is left out."""
    why = found.left
    rows, waiting = (sorted(row for row, because in why.items() if (row == because) == bad) for bad in (True, False))
    return Left(rows, waiting, sum(map(bool, found.draft.ids)) - len(why))


def rows_taken(report: dict[str, Any]) -> int:
    """How many rows a paste that was saved brought in, by its report."""
    words = ("created", "updated", "unchanged")
    return sum(int(report[word]["milestones"]) + int(report["external_items"][word]) for word in words)


def fix_word(problem: Problem) -> str:
    """Tells what to put right from everything else there is to put right."""
    return fingerprint(str(problem.row), problem.column, problem.code, str(problem.params["said"]))


def fixed(rows: list[Cells], found: Looked, word: str) -> list[Cells]:
    """The rows with one cell put right; as they are where there is nothing of this `word` any more."""
    cells = {each.row: {each.column: each.cell} for each in found.problems if each.cell is not None and fix_word(each) == word}
    return [each | cells.get(number, {}) for number, each in enumerate(rows)]


def _fix(problem: Problem) -> SafeString:
    return format_html(FIX, fix_word(problem), _remedy(problem), _("Row %(row)s") % {"row": problem.row + 1})


def _remedy(problem: Problem) -> str:
    if problem.code == "pasted_reference_like":
        return _("Use %(key)s") % {"key": problem.params["like"]}
    if problem.code == "pasted_link_twice":
        return _("Keep it once")
    return _("Remove %(what)s") % {"what": shown_value(problem.params["said"])}


def _states(found: Looked) -> dict[str, str]:
    """What becomes of each row that says something, by its id."""
    steps = {want.id: want.step for want in found.plan.wants.get("milestones", ())} if found.plan else {}
    moved = {str(want.values.get("successor")) for want in _links(found)}
    return {ident: UPDATE if step != CREATE and ident in moved else step for ident, step in steps.items()}


def _out(row: int, because: int) -> SafeString:
    words = _("Needs a fix") if row == because else _("Waits for row %(row)s") % {"row": because + 1}
    return format_html('<span class="muted">{}</span>', words)


def _state(ident: str, states: dict[str, str]) -> SafeString:
    step = states.get(ident, "")
    if step == CREATE:
        return format_html('<span class="tag new">{}</span>', _("New"))
    if step == UPDATE:
        return format_html('<span class="tag">{}</span>', _("Changes %(key)s") % {"key": ident})
    return format_html('<span class="muted">{}</span>', _("The same") if step else "" if ident else _("Empty"))


def wrong(found: Looked) -> dict[str, Any]:
    """What has to be put right, the first few by name."""
    bad = [each for each in found.problems if each.bad]
    first = [
        {
            "target": f"c{each.row + 1}-{each.column}",
            "row": each.row + 1,
            "column": LABELS[each.column],
            "text": sentence(each),
        }
        for each in bad[:SHOWN]
    ]
    return {"count": len(bad), "first": first, "more": max(0, len(bad) - SHOWN)}


def _links(found: Looked) -> list[Want]:
    """Links that would be new or other than they are."""
    return [want for want in found.plan.wants.get("dependencies", ()) if want.step in {CREATE, UPDATE}] if found.plan else []


def preview(every: Looked, found: Looked) -> Preview:
    """What saving would do, and what is asked of every row before."""
    made = Preview(**_questions(every))
    if found.plan is None:
        return made
    names = {str(each.number): each.name for each in found.here.members}
    links = _links(found)
    changed = found.plan.of("milestones", UPDATE)
    made.new, made.changed = len(found.plan.of("milestones", CREATE)), len(changed)
    made.links = sum(1 for each in links if each.step == CREATE)
    made.relinked = len(links) - made.links
    made.lanes = [want.values["name"] for want in found.plan.of("workstreams", CREATE)]
    rows = [row for want in changed for row in _changes(want, found, names)]
    made.changes, made.waits = rows[:LISTED], [_waits(want, found) for want in links[:LISTED]]
    made.more = max(0, len(rows) - LISTED) + max(0, len(links) - LISTED)
    return made


def _questions(found: Looked) -> dict[str, Any]:
    draft, here = found.draft, found.here
    asked = {} if here.new else draft.lanes  # the workstreams of a new program are those that its rows name
    lanes = [(key, _("It is %(name)s") % {"name": name}) for key, name in here.lanes.items()]
    people = [(str(each.number), _("It is %(name)s") % {"name": each.name}) for each in here.members]
    add, none, nobody = _("Add this workstream"), _("No workstream"), _("Leave without an owner")
    return {
        "lane_questions": [
            (name, [(value, words, value == answer) for value, words in [(MAKE, add), (NOTHING, none), *lanes]])
            for name, answer in asked.items()
        ],
        "people_questions": [
            (name, [(value, words, value == answer) for value, words in [(NOTHING, nobody), *people]])
            for name, answer in draft.people.items()
        ],
        "either_way": draft.ambiguous[0] if draft.ambiguous else "",
        "either_days": _both_ways(draft.ambiguous[0]) if draft.ambiguous else ("", ""),
        "day_first": {True: "1", False: "0", None: ""}[draft.day_first],
    }


def _both_ways(text: str) -> tuple[str, str]:
    """A day read with the day first, and with the month first; a year that has both days."""
    one, two = (int(part) for part in text.rsplit(maxsplit=1)[-1].replace("-", "/").split("/")[:2])
    return wording.day_and_month(date(2024, two, one)), wording.day_and_month(date(2024, one, two))


def _changes(want: Want, found: Looked, names: dict[str, str]) -> list[tuple[str, str, str, str]]:
    have = found.here.existing.have("milestones", want.id)
    called = f"{want.id} {found.here.keys[want.id]}"
    rows = []
    told: set[str] = set()
    for name in want.before:
        if FIELDS[name] in told:
            continue  # a column may fill several fields
        told.add(FIELDS[name])
        old = {**have.values} if have else {}
        new = {**old, **want.values}
        rows.append((called, str(LABELS[FIELDS[name]]), _said(name, old, found, names), _said(name, new, found, names)))
    return rows


def _said(name: str, values: dict[str, Any], found: Looked, names: dict[str, str]) -> str:
    if FIELDS[name] == "estimate":
        return _estimated(values)
    value = values.get(name)
    if value is None or value == "":
        return ""
    if name in {"duration_days", "duration_unit"}:
        return wording.lag(values["duration_days"], values["duration_unit"]) if values["duration_days"] is not None else ""
    if isinstance(value, date):
        return wording.day(value)
    if name == "owner":
        return names.get(str(value), _("somebody who is no member"))
    if name == "workstream":
        return str(value)[1:] if str(value).startswith("+") else found.here.lanes.get(value, "")
    return str(value)


def _estimated(values: dict[str, Any]) -> str:
    """Three numbers, which count before a word, or the word."""
    three = [values.get(name) for name in ("optimistic_days", "likely_days", "pessimistic_days")]
    if None not in three:
        return " / ".join(wording.number(each) for each in three if each is not None)
    word = values.get("confidence")
    return str(Confidence(word).label) if word else ""


def _waits(want: Want, found: Looked) -> tuple[str, str, str]:
    have = found.here.existing.have("dependencies", want.id)
    values = {**(have.values if have else {}), **want.values}
    keys = {pk: key for key, pk in found.here.existing.foreign.items()}
    ends = [_called(keys.get(end, end), found) for end in (values["successor"], values["predecessor"])]
    kind = "" if values["type"] == "FS" else str(LinkType(values["type"]).label)
    lag = values["lag_days"]
    days = wording.lag(lag, values["lag_unit"]) if lag else ""
    after = (_("%(days)s after") if lag > 0 else _("%(days)s before")) % {"days": days} if days else ""
    return ends[0], ends[1], ", ".join(filter(None, (kind, after)))


def _called(ident: Any, found: Looked) -> str:
    if str(ident).startswith("#") and found.plan:
        want = next(each for each in found.plan.wants["milestones"] if each.id == ident)
        return str(want.values["name"])
    return f"{ident} {found.here.keys.get(ident, '')}"


def reads(*, new: bool) -> Iterable[tuple[str, str]]:
    """What each column reads, for the first step; `new` where the rows begin a program."""
    changes = _("Its key here, such as SEC-3: the row changes that milestone. Empty cells change nothing, “-” empties a field.")
    keeps = _("A key such as SEC-3, which it keeps, or a number that other rows call it by.")
    return [
        (str(LABELS["name"]), _("What is reached.")),
        (str(LABELS["key"]), keeps if new else changes),
        (str(LABELS["workstream"]), _("By name.") if new else _("By name or key. New ones are offered.")),
        (
            str(LABELS["owner"]),
            _("Somebody in a program of yours, by name or e-mail address.") if new else _("A member by name or e-mail address."),
        ),
        (str(LABELS["start"]), _("A day: 2027-03-12, 12 mar, fri, +3d, 12/3.")),
        (str(LABELS["duration"]), _("Days of work: 5, 5d, 2w; 3ed are calendar days.")),
        (str(LABELS["target"]), _("The promised day.")),
        (
            str(LABELS["predecessors"]),
            _("Keys, row numbers or names: SEC-3, 4, API-2FS+3d. FS, SS, FF and SF; lags in days, also negative."),
        ),
        (
            str(LABELS["estimate"]),
            _("Work left if all goes well, likely, and if much goes wrong: 8 / 10 / 25, or three columns. Or a word: rough."),
        ),
    ]
