"""What the address of a map asks for. Everything on the screen is in it, so that a view can be pasted into a chat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from programs.queries.search import plain
from programs.web import filters, marks

if TYPE_CHECKING:
    from django.http import QueryDict

SHOWS = ("all", "critical", "blocked", "fragile")
LONGEST = 120  # of a focus: the key of a milestone, perhaps with the address of its program


@dataclass(frozen=True, slots=True)
class Asked:
    """The parts of the address, checked. Unknown values were dropped on the way in."""

    focus: str = ""
    only: bool = False
    show: str = ""
    q: str = ""
    ws: str = ""
    owner: str = ""
    status: str = ""
    done: bool = False
    size: str = ""
    relates: bool = False
    redundant: bool = False
    islands: bool = False
    open: str = ""  # lanes that are unfolded, with commas between
    order: str = ""  # "near": linked lanes side by side, instead of the program's own order
    view: str = ""
    sort: str = ""
    page: int = 1
    slip: bool = False  # work out what a slip of the milestone in focus does

    @property
    def opened(self) -> tuple[str, ...]:
        """The lanes that are unfolded."""
        return tuple(lane for lane in self.open.split(",") if lane)

    @property
    def filtered(self) -> bool:
        """Whether something is dimmed because it does not match."""
        return bool(self.q or self.ws or self.owner or self.status)

    def url(self, **changes: Any) -> str:
        """This address with something changed."""
        return filters.address(self, **changes)


def of_map(query: QueryDict) -> Asked:
    """Read the address."""

    def one_of(name: str, *values: str) -> str:
        given = str(query.get(name) or "")
        return given if given in values else ""

    def text(name: str, most: int) -> str:
        return plain(str(query.get(name) or ""))[:most]

    owner, page = text("owner", 20), text("page", 6)
    return Asked(
        focus=text("focus", LONGEST),
        only=query.get("only") == "1",
        show=one_of("show", *SHOWS),
        q=text("q", 100),
        ws=text("ws", 24),
        owner=owner if owner == "none" or (owner.isascii() and owner.isdigit()) else "",
        status=one_of("status", *marks.STATES),
        done=query.get("done") == "1",
        size=one_of("size", "compact"),
        relates=query.get("relates") == "1",
        redundant=query.get("redundant") == "1",
        islands=query.get("islands") == "1",
        open=",".join(sorted({lane for lane in text("open", 2000).split(",") if lane})),
        order=one_of("order", "near"),
        view=one_of("view", "table"),
        sort=one_of("sort", *(sign + name for sign in ("", "-") for name in SORTS)),
        slip=query.get("slip") == "1",
        page=int(page) if page.isascii() and page.isdigit() and int(page) else 1,
    )


SORTS = ("key", "name", "lane", "status", "date", "float", "waits", "feeds")
