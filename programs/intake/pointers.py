"""Predecessors as people write them in one cell: `SEC-3, API-2FS+3d`, `4SS-2d`, `Design agreed`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from programs.intake.values import Unusable

TYPES = ("FS", "SS", "FF", "SF")
MOST_DAYS = 3650
MOST = 50  # predecessors in one cell
WORKING, ELAPSED = "wd", "cd"
_UNITS = {
    **dict.fromkeys(("", "d", "day", "days", "wd", "t", "tag", "tage"), (1, WORKING)),
    **dict.fromkeys(("w", "wk", "wks", "week", "weeks", "wo"), (0, WORKING)),  # 0: as many as the week has working days
    **dict.fromkeys(("ed", "eday", "edays", "cd", "calendar days", "calendar day"), (1, ELAPSED)),
    **dict.fromkeys(("ew", "ewk", "ewks", "eweek", "eweeks"), (7, ELAPSED)),
}
_SPAN = re.compile(r"(\d{1,6}(?:[.,]\d{1,4})?) ?([^\d\s].*)?")
_LAG = r"(?P<lag>[+\-−–] ?\d{1,6}(?:[.,]\d{1,4})? ?(?:%|[A-Za-z]+)?)"
_TAILS = tuple(
    re.compile(rf"(?P<ref>.+?) ?{tail}$", re.IGNORECASE)
    for tail in (r"(?P<type>FS|SS|FF|SF)", _LAG, r"(?P<type>FS|SS|FF|SF) ?" + _LAG)
)


@dataclass(frozen=True, slots=True)
class Pointer:
    """One thing a row waits for: which, how the two are joined, and the days between."""

    ref: str
    to: str
    type: str = "FS"
    lag: Decimal = Decimal(0)
    unit: str = WORKING
    said: str = ""  # all of it as it is written in its cell


def days(text: str, week: int, unit: str = WORKING) -> tuple[Decimal, str]:
    """A length of time and its unit; a week is `week` working days. Raises Unusable.

    >>> days("2 weeks", 5), days("3ed", 5), days("1,5", 5)
    ((Decimal('10'), 'wd'), (Decimal('3'), 'cd'), (Decimal('1.5'), 'wd'))
    """
    match = _SPAN.fullmatch(text.strip().rstrip("?").casefold())
    if not match:
        raise Unusable("pasted_days")
    said = (match[2] or "").strip()
    if said not in _UNITS:
        raise Unusable("pasted_unit", unit=said[:20])
    each, kind = _UNITS[said]
    number = Decimal(match[1].replace(",", ".")) * (each or week)
    if number > MOST_DAYS:
        raise Unusable("pasted_days")
    return number, kind if said else unit


def read(cell: str, find: Callable[[str], str | None], week: int, unit: str = WORKING) -> list[Pointer]:
    """Every predecessor a cell names. `find` knows what a reference means. Raises Unusable for the first that cannot be read.

    >>> read("SEC-3, API-2FS+3d", {"SEC-3": "a", "API-2": "b"}.get, 5)[1]
    Pointer(ref='API-2', to='b', type='FS', lag=Decimal('3'), unit='wd', said='API-2FS+3d')
    """
    whole = find(cell.strip())
    if whole is not None:
        return [Pointer(cell.strip(), whole, unit=unit, said=cell.strip())]
    parts = [part for part in re.split(r"([,;\n])", cell) if part.strip()]
    if len(parts) > 2 * MOST:
        raise Unusable("pasted_many", limit=MOST)
    return list(_all(parts, find, week, unit))


def instead(cell: str, said: str, put: str = "") -> str:
    """A cell with the last thing that is written so taken out, or something else put in its place.

    >>> instead("SEC-3, API-2FS+3d; 4", "API-2FS+3d"), instead("SEC-3, SEC-9SS", "SEC-9SS", "SEC-8SS")
    ('SEC-3, 4', 'SEC-3, SEC-8SS')
    """
    found = list(re.finditer(rf"(?:^|(?<=[,;\n])) *{re.escape(said)} *(?=[,;\n]|$)", cell))
    if not found:
        return cell
    before, after = cell[: found[-1].start()], cell[found[-1].end() :]
    if put:
        return before + found[-1][0].replace(said, put) + after
    return (before + after[1:]).strip() if after else before[:-1].strip()


def _all(parts: list[str], find: Callable[[str], str | None], week: int, unit: str) -> Iterator[Pointer]:
    """Names may hold commas themselves, so the longest run of parts that means something is taken."""
    place = 0
    while place < len(parts):
        if parts[place] in ",;\n":
            place += 1
            continue
        for end in range(min(len(parts), place + 7), place, -1):
            said = "".join(parts[place:end]).strip()
            found = _one(said, find, week, unit)
            if found is not None:
                yield replace(found, said=said)
                place = end
                break
        else:
            raise Unusable("pasted_reference", ref=parts[place].strip()[:60], said=parts[place].strip())


def _one(text: str, find: Callable[[str], str | None], week: int, unit: str) -> Pointer | None:
    """The longest reference that means something, then what is left of it: type and lag."""
    text = text.strip('"“”')
    known = find(text)
    if known is not None:
        return Pointer(text, known, unit=unit)
    for tail in _TAILS:
        match = tail.match(text)
        known = find(match["ref"].strip()) if match else None
        if match is None or known is None:
            continue
        said = match.groupdict()
        lag, kind = _lag(said.get("lag") or "", week, unit)
        return Pointer(match["ref"].strip(), known, (said.get("type") or "FS").upper(), lag, kind)
    return None


def _lag(text: str, week: int, unit: str) -> tuple[Decimal, str]:
    if not text:
        return Decimal(0), unit
    if text.endswith("%"):
        raise Unusable("pasted_percent")
    number, kind = days(text[1:], week, unit)
    return (number if text[0] == "+" else -number), kind
