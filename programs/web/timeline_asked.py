"""What the address of a timeline asks for: every fold, zoom and filter, so that a view can be pasted into a chat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from programs.web import filters, marks

if TYPE_CHECKING:
    from django.http import QueryDict

GROUPS = ("ws", "owner", "date")
SCALES = ("week", "month", "fit")
FOLDED = "~"  # everything is folded; an empty `open` leaves it to the page
LONGEST = 4000  # of the list of open groups


@dataclass(frozen=True, slots=True)
class Asked:
    """The parts of the address, checked. Unknown values were dropped on the way in."""

    group: str = "ws"
    scale: str = ""
    open: str = ""
    baseline: str = "1"
    float: str = "1"
    sure: str = "0"
    focus: str = ""
    q: str = ""
    ws: str = ""
    owner: str = ""
    status: str = ""
    done: bool = False
    page: int = 1

    @property
    def opened(self) -> frozenset[str] | None:
        """The groups that are open; None when the address leaves it to the page."""
        if not self.open:
            return None
        return frozenset(key for key in self.open.split(",") if key != FOLDED)

    @property
    def filtered(self) -> bool:
        """Whether rows are left out because they do not match."""
        return bool(self.q or self.ws or self.owner or self.status)

    def url(self, **changes: Any) -> str:
        """This address with something changed."""
        return filters.address(self, **changes)


def of_timeline(query: QueryDict) -> Asked:
    """Read the address. Of a name given twice the last one counts, as a ticked box after its hidden "0" needs it."""
    given = filters.Given(query)
    return Asked(
        group=given.one_of("group", *GROUPS, usual="ws"),
        scale=given.one_of("scale", *SCALES),
        open=given.listed("open", LONGEST),
        baseline=given.one_of("baseline", "0", "1", usual="1"),
        float=given.one_of("float", "0", "1", usual="1"),
        sure=given.one_of("sure", "0", "1", usual="0"),
        focus=given.text("focus", 60),
        q=given.text("q", 100),
        ws=given.text("ws", 24),
        owner=given.owner(),
        status=given.one_of("status", *marks.STATES),
        done=given.on("done"),
        page=given.page(),
    )
