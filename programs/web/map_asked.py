"""What the address of a map asks for. Everything on the screen is in it, so that a view can be pasted into a chat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

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
    given = filters.Given(query)
    return Asked(
        focus=given.text("focus", LONGEST),
        only=given.on("only"),
        show=given.one_of("show", *SHOWS),
        q=given.text("q", 100),
        ws=given.text("ws", 24),
        owner=given.owner(),
        status=given.one_of("status", *marks.STATES),
        done=given.on("done"),
        size=given.one_of("size", "compact"),
        relates=given.on("relates"),
        redundant=given.on("redundant"),
        islands=given.on("islands"),
        open=given.listed("open", 2000),
        order=given.one_of("order", "near"),
        view=given.one_of("view", "table"),
        sort=given.one_of("sort", *(sign + name for sign in ("", "-") for name in SORTS)),
        slip=given.on("slip"),
        page=given.page(),
    )


SORTS = ("key", "name", "lane", "status", "date", "float", "waits", "feeds")
