"""How much of a bundle is read before it is refused. Doors pass the installation's own figures."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Sizes are bytes, the rest are counts; `cell` is characters."""

    file: int = 25 * MEGABYTE
    unpacked: int = 100 * MEGABYTE
    ratio: int = 100
    members: int = 2_000
    rows: int = 50_000
    nesting: int = 100
    cell: int = 1_000_000
    program_milestones: int = 20_000
    program_links: int = 60_000
    total_milestones: int = 100_000
