"""Columns of a bundle. Each knows its name, the field it fills, how to clean a cell, and what to tell people about it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from programs.intake import text as texts
from programs.intake.findings import Level
from programs.intake.values import Unusable, as_word, plain, read_date, read_number

NAME_LIMIT = 200
LINE_LIMIT = 500
TEXT_LIMIT = 20_000
MOST_DAYS = 3650
_ADDRESS = re.compile(r"https?://[^\s/@]+(/\S*)?", re.IGNORECASE)

Values = dict[str, Any]


class Note(Protocol):
    """How a column remarks on the cell it is reading."""

    def __call__(self, code: str, level: Level = Level.CHECK, **params: Any) -> None: ...


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column. `clean` returns the fields it fills; an empty cell gives `empty`, an unusable one nothing at all.

    `own` columns are Longpole's additions to the format: written by an export, ignored by other readers.
    """

    name: str
    help: str
    field: str = ""
    aliases: tuple[str, ...] = ()
    required: bool = False
    own: bool = False
    empty: Any = None

    @property
    def fills(self) -> str:
        """The field it fills; most are called like the column."""
        return self.field or self.name

    def read(self, value: str, note: Note) -> Values:
        """The fields of one filled cell. Raises Unusable."""
        return {self.fills: self.clean(value, note)}

    def blank(self) -> Values:
        """The fields of an empty cell: not set."""
        return {self.fills: self.empty}

    def clean(self, value: str, note: Note) -> Any:
        """One filled cell as its field keeps it. Raises Unusable."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Id(Column):
    """The row's own id: opaque, kept exactly."""

    def clean(self, value: str, note: Note) -> str:
        kept = texts.opaque_id(value)
        if len(value) > texts.ID_LIMIT:
            note("long_id")
        elif kept != value:
            note("control")
        return kept


@dataclass(frozen=True, kw_only=True)
class Reference(Column):
    """The id of a row of another table; `into` names the table."""

    into: str

    def clean(self, value: str, note: Note) -> str:
        return texts.opaque_id(value)


@dataclass(frozen=True, kw_only=True)
class Line(Column):
    """One line of text, at most `limit` characters."""

    limit: int = LINE_LIMIT
    empty: Any = ""
    one_line: bool = True

    def clean(self, value: str, note: Note) -> str:
        kept = texts.without_control(value)
        if len(kept) != len(value.replace("\r\n", "\n")):
            note("control")
        if self.one_line and texts.on_one_line(kept) != kept:
            kept = texts.on_one_line(kept)
            note("lines")
        kept = kept.strip()
        if len(kept) > self.limit:
            note("too_long", Level.FIX, length=len(kept), limit=self.limit)
            kept = kept[: self.limit - 1] + "…"
        return kept


@dataclass(frozen=True, kw_only=True)
class Text(Line):
    """Longer text with line breaks."""

    limit: int = TEXT_LIMIT
    one_line: bool = False


@dataclass(frozen=True, kw_only=True)
class Name(Line):
    """A name. One too long is cut, and kept whole in `overflow` when the row has such a field."""

    limit: int = NAME_LIMIT
    overflow: str = ""

    def read(self, value: str, note: Note) -> Values:
        whole = texts.without_control(value).strip()
        if self.overflow and self.limit < len(whole) <= TEXT_LIMIT:
            note("name_moved", length=len(whole), limit=self.limit)
            return {self.fills: texts.on_one_line(whole)[: self.limit - 1] + "…", self.overflow: whole}
        kept = self.clean(value, note)
        return {self.fills: kept if texts.is_visible(kept) else ""}


@dataclass(frozen=True, kw_only=True)
class Word(Column):
    """One of a list of words. Another word counts as `other`, and is kept beside it when there is a field for that."""

    words: tuple[str, ...]
    other: str
    raw: str = ""
    quiet: bool = False  # the format sets no list for this column, so a new word is no finding

    def read(self, value: str, note: Note) -> Values:
        word = as_word(value)
        match = next((each for each in self.words if each.lower() == word), None)
        if match is None:
            return self._unknown(value, note)
        if match != value.strip():
            note("word_read", read=match)
        return {self.fills: match, self.raw: ""} if self.raw else {self.fills: match}

    def blank(self) -> Values:
        return {self.fills: self.empty, self.raw: ""} if self.raw else {self.fills: self.empty}

    def _unknown(self, value: str, note: Note) -> Values:
        allowed = ", ".join(self.words)
        if not self.raw:
            note("word_lost", Level.FIX, read=self.other or "nothing", allowed=allowed)
            return {self.fills: self.other}
        if not self.quiet:
            note("word", read=self.other or "not set", allowed=allowed)
        limit = LINE_LIMIT if self.raw == "response_raw" else NAME_LIMIT
        return {self.fills: self.other, self.raw: Line(name=self.name, help="", limit=limit).clean(value, note)}


@dataclass(frozen=True, kw_only=True)
class Day(Column):
    """A calendar date in the program's time zone."""

    def clean(self, value: str, note: Note) -> Any:
        found, exact = read_date(value)
        if not exact:
            note("date_read", read=found.isoformat())
        return found


@dataclass(frozen=True, kw_only=True)
class Number(Column):
    """A number between `low` and `high`, kept to `places` decimals."""

    low: int = 0
    high: int = MOST_DAYS
    places: int = 4

    def clean(self, value: str, note: Note) -> Any:
        number, remark = read_number(
            value.strip().removesuffix("%") if self.high == 100 else value, self.low, self.high, self.places
        )
        if remark:
            note(remark, read=plain(number))
        return int(number) if self.places == 0 else number


@dataclass(frozen=True, kw_only=True)
class Truth(Column):
    """true or false."""

    empty: Any = False

    def clean(self, value: str, note: Note) -> bool:
        word = as_word(value)
        if word not in {"true", "false"}:
            raise Unusable("truth")
        return word == "true"


@dataclass(frozen=True, kw_only=True)
class Address(Column):
    """A web address; anything but http and https is refused, since pages make links of it."""

    empty: Any = ""

    def clean(self, value: str, note: Note) -> str:
        kept = value.strip()
        if len(kept) > LINE_LIMIT or not kept.isprintable() or not _ADDRESS.fullmatch(kept):
            raise Unusable("url")
        return kept


@dataclass(frozen=True, kw_only=True)
class Listed(Column):
    """Short texts, separated by `;`."""

    empty: Any = field(default_factory=list)

    def clean(self, value: str, note: Note) -> list[str]:
        line = Line(name=self.name, help="", limit=NAME_LIMIT)
        found = (line.clean(each, note) for each in value.split(";"))
        return list(dict.fromkeys(each for each in found if each))

    def blank(self) -> Values:
        return {self.fills: []}


@dataclass(frozen=True, kw_only=True)
class Shaped(Line):
    """One line that must look right: a key, a slug, a time zone. `shape` says whether it does."""

    shape: Callable[[str], object]

    def clean(self, value: str, note: Note) -> str:
        kept = value.strip()
        if len(kept) > self.limit or not self.shape(kept):
            raise Unusable("shape")
        return kept


@dataclass(frozen=True, kw_only=True)
class Packed(Column):
    """Structured data of our own, as JSON text in the cell."""

    check: Callable[[Any], Any]
    empty: Any = None

    def clean(self, value: str, note: Note) -> Any:
        try:
            return self.check(json.loads(value, parse_constant=lambda _: None))
        except (ValueError, TypeError, KeyError, RecursionError):
            raise Unusable("json_cell") from None


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table of a bundle: what its rows are, and its columns."""

    name: str
    help: str
    columns: Sequence[Column]
    obligatory: bool = False
    own: bool = False

    def by_header(self) -> Mapping[str, Column]:
        """Columns by every spelling of their header."""
        return {as_word(word): each for each in self.columns for word in (each.name, *each.aliases)}

    def column(self, name: str) -> Column:
        """The column of this name."""
        return next(each for each in self.columns if each.name == name)
