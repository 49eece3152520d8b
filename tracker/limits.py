"""Every limit in one table. Each can be changed by an environment variable: its name in capitals with LIMIT_ before it."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

MEGABYTE = 1024 * 1024


def limit(default: int, meaning: str) -> Any:
    """Declare one limit and say in words what it bounds."""
    return field(default=default, metadata={"meaning": meaning})


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one installation accepts before it answers "too much", in words and with a 4xx."""

    program_milestones: int = limit(20_000, "milestones in one program")
    program_links: int = limit(60_000, "links in one program")
    milestone_links: int = limit(500, "links on one milestone")
    total_milestones: int = limit(100_000, "milestones in the whole installation")
    import_bytes: int = limit(25 * MEGABYTE, "bytes of one import file")
    import_rows: int = limit(50_000, "rows of one import file")
    import_unpacked_bytes: int = limit(100 * MEGABYTE, "bytes of an import file once unpacked")
    import_unpack_ratio: int = limit(100, "times an import file may grow when unpacked")
    import_members: int = limit(2_000, "files inside one import archive")
    text_characters: int = limit(20_000, "characters of a description, note or reason")
    name_characters: int = limit(200, "characters of a name")
    nesting: int = limit(100, "levels of nesting in an import file or request")
    webhook_bytes: int = limit(MEGABYTE, "bytes of one incoming webhook")
    request_bytes: int = limit(26 * MEGABYTE, "bytes of any request, its files included")
    request_fields: int = limit(1_000, "fields of one form")
    pasted_fields: int = limit(6_000, "fields of the form for pasted rows; 500 of them have 4,000 cells")
    page_rows: int = limit(200, "rows of one answer of the API")
    exports_a_minute: int = limit(5, "exports one person may make in a minute")

    @classmethod
    def read(cls, number: Callable[[str, int], int]) -> Limits:
        """Build the table, asking `number(NAME, default)` for each limit."""
        chosen = {each.name: number(f"LIMIT_{each.name.upper()}", int(each.default)) for each in fields(cls)}  # type: ignore[arg-type]
        return cls(**chosen)
