"""What an address asks of a list. Names and values come from fixed lists; everything else is dropped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from programs.models import RiskKind
from programs.queries import columns, milestones, risks
from programs.queries.search import plain
from programs.web import marks

if TYPE_CHECKING:
    from django.http import QueryDict

FLOATS = (1, 3, 5, 10, 20)
ALSO = {  # yes or no: offered together behind one chip, each a chip of its own while it is on
    "critical": gettext_lazy("Critical"),
    "blocked": gettext_lazy("Blocked"),
    "quiet": gettext_lazy("No update"),
    "late": gettext_lazy("Late"),
    "doubtful": gettext_lazy("Chance below 50%"),
    "outside": gettext_lazy("Outside every program here"),
}
DATED = {"yes": gettext_lazy("With a forecast"), "no": gettext_lazy("Without a forecast")}
MOST_PAGES = 1_000
MOST_VIEW = 999_999_999
SORT_LABELS = {
    "key": gettext_lazy("Key"),
    "name": gettext_lazy("Milestone"),
    "status": gettext_lazy("Status"),
    "workstream": gettext_lazy("Workstream"),
    "owner": gettext_lazy("Owner"),
    "target": gettext_lazy("Target"),
    "forecast": gettext_lazy("Forecast"),
    "slip": gettext_lazy("Slip"),
    "float": gettext_lazy("Float"),
    "chance": gettext_lazy("80% by"),
    "word": gettext_lazy("Last word"),
    "start": gettext_lazy("Start"),
    "left": gettext_lazy("Work left"),
    "baseline": gettext_lazy("Baseline"),
    "needed": gettext_lazy("Needed by"),
}
RIGHT = frozenset({"slip", "left", "links", "word"})  # columns of figures that stand at the end of their cell
UNSORTED = {"links": gettext_lazy("Links")}


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter: dashed while it offers choices, blue with a way to take it off while it is on."""

    name: str
    label: str
    value: str = ""
    value_label: str = ""
    clear_url: str = ""
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Head:
    """One column head: `value` is what its button asks for next, "" for what no list is sorted by; `order` what aria-sort says
    now; `css` from which width on it is there."""

    name: str
    label: str
    value: str = ""
    url: str = ""
    order: str = ""
    css: str = ""


def of_milestones(query: QueryDict) -> milestones.Filters:
    """Read the list's filters out of an address."""
    sort = _last(query, "sort")
    name = sort.removeprefix("-")
    known = name in milestones.SORTS
    also, dated = _last(query, "also"), _last(query, "dated")
    on = {field: _last(query, field) == "1" or also == field for field in ALSO}
    dated = dated or also.removeprefix("dated-")
    status = _last(query, "status")
    return milestones.Filters(
        q=_last(query, "q"),
        status=status if status in milestones.STATES or status == milestones.ALL else milestones.OPEN,
        ws=_last(query, "ws")[:24],
        owner=_person(_last(query, "owner")),
        float_lt=_number(_last(query, "float_lt"), 0, 9999),
        dated=dated if dated in DATED else "",
        sort=name if known else "forecast",
        descending=known and sort.startswith("-"),
        page=_number(_last(query, "page"), 1, MOST_PAGES) or 1,
        cols=columns_of(query),
        view=_last(query, "view") if _number(_last(query, "view"), 0, MOST_VIEW) is not None else "",
        **on,
    )


def of_risks(query: QueryDict) -> risks.Filters:
    """Read the register's filters out of an address; `l` and `i` are the cell of the heat map."""
    status, sort, kind = _last(query, "status"), _last(query, "sort"), _last(query, "kind")
    return risks.Filters(
        q=_last(query, "q"),
        kind=kind if kind in RiskKind.values else "",
        status=status if status in {risks.ALL, *risks.STATUSES} else risks.OPEN,
        ws=_last(query, "ws")[:24],
        owner=_person(_last(query, "owner")),
        likelihood=_number(_last(query, "l"), 1, 5),
        impact=_number(_last(query, "i"), 1, 5),
        sort=sort if sort in risks.SORTS else "score",
    )


def address(filters: Any, **changes: Any) -> str:
    """The query string of these filters: only what differs from the usual, in a fixed order."""
    pairs = []
    usual = type(filters)()
    for field in fields(filters):
        value = changes.get(field.name, getattr(filters, field.name))
        if field.name == "descending" or value in (None, "", False) or value == getattr(usual, field.name):
            continue
        name = {"likelihood": "l", "impact": "i"}.get(field.name, field.name)
        pairs.append((name, "1" if value is True else str(value)))
    descending = changes.get("descending", getattr(filters, "descending", False))
    if descending:
        pairs = [pair for pair in pairs if pair[0] != "sort"] + [("sort", f"-{changes.get('sort', filters.sort)}")]
    if changes.get("focus") and not hasattr(usual, "focus"):
        pairs.append(("focus", changes["focus"]))
    return "?" + urlencode(pairs)


def milestone_chips(filters: milestones.Filters, found: milestones.Listing) -> list[Chip]:
    """The chips above the list. "Not done" is on from the start and can be taken off."""
    states = [(name, _("Not done") if name == milestones.OPEN else marks.label(name)) for name in milestones.STATES]
    owners = [*found.owners, ("none", _("Nobody yet"))]
    lanes = [*found.workstreams, ("none", _("None"))]
    floats = [(str(days), ngettext("%(n)d day", "%(n)d days", days) % {"n": days}) for days in FLOATS]
    chips = [_chip(filters, "status", _("Status"), states, off={"status": milestones.ALL}, on=filters.status != milestones.ALL)]
    if filters.status == milestones.OPEN:
        chips.append(Chip("status", _("Status"), choices=tuple(states[1:])))
    chips += [
        _chip(filters, "ws", _("Workstream"), lanes),
        _chip(filters, "owner", _("Owner"), owners),
        _chip(filters, "float_lt", _("Float under"), floats),
    ]
    chips += [_chip(filters, name, str(label), ()) for name, label in ALSO.items() if getattr(filters, name)]
    chips += (
        [_chip(filters, "dated", _("Forecast"), [(name, str(label)) for name, label in DATED.items()])] if filters.dated else []
    )
    also = [(name, str(label)) for name, label in ALSO.items() if not getattr(filters, name)]
    also += [] if filters.dated else [(f"dated-{name}", str(label)) for name, label in DATED.items()]
    return [*chips, Chip("also", _("More"), choices=tuple(also))] if also else chips


def risk_chips(filters: risks.Filters, found: risks.Register) -> list[Chip]:
    """The chips above the register. "Open" is on from the start."""
    states = [(risks.OPEN, _("Open")), *((value, str(label)) for value, label in risks.STATUSES.items())]
    chips = [
        _chip(filters, "status", _("Status"), states, off={"status": risks.ALL}, on=filters.status != risks.ALL),
        _chip(filters, "ws", _("Workstream"), found.workstreams),
        _chip(filters, "owner", _("Owner"), [*found.owners, ("none", _("Nobody yet"))]),
    ]
    if filters.likelihood or filters.impact:
        words = _("likelihood %(l)s, impact %(i)s") % {"l": filters.likelihood or "–", "i": filters.impact or "–"}
        chips.append(Chip("cell", _("Cell"), "1", words, address(filters, likelihood=None, impact=None)))
    return chips


def heads(filters: milestones.Filters) -> list[Head]:
    """The heads of the columns shown, in order: pressing one sorts by it, pressing it again turns it round."""
    found = []
    places = {"key": "", "name": "", **columns.places(filters.cols)}
    for name in ("key", "name", *columns.shown(filters.cols)):
        css = f"r {places[name]}" if name in RIGHT else places[name]
        if name in UNSORTED:
            found.append(Head(name, str(UNSORTED[name]), css=css))
            continue
        here = filters.sort == name
        order = ("descending" if filters.descending else "ascending") if here else ""
        turned = here and not filters.descending
        url = address(filters, sort=name, descending=turned, page=1)
        found.append(Head(name, str(SORT_LABELS[name]), f"-{name}" if turned else name, url, order, css))
    return found


def column_choices(filters: milestones.Filters) -> list[tuple[str, str, bool]]:
    """The columns there are to choose from: name, label, whether it is shown."""
    labels, shown = SORT_LABELS | UNSORTED, columns.shown(filters.cols)
    return [(name, str(labels[name]), name in shown) for name in columns.ALL]


def columns_of(query: QueryDict) -> str:
    """The columns an address asks for: one name after another, or several with commas between."""
    return columns.normal(name for given in query.getlist("cols") for name in given.split(","))


def _chip(
    filters: Any,
    name: str,
    label: str,
    choices: Iterable[tuple[str, str]],
    *,
    off: Mapping[str, Any] | None = None,
    on: bool | None = None,
) -> Chip:
    choices = tuple(choices)
    value = getattr(filters, name)
    text = "1" if value is True else "" if value in (None, False) else str(value)
    if not (bool(text) if on is None else on):
        return Chip(name, label, choices=choices)
    empty = {name: None if name == "float_lt" else False if value is True else ""}
    said = next((words for key, words in choices if key == text), text)
    return Chip(name, label, text, said, address(filters, page=1, **(off or empty)), choices)


def _last(query: QueryDict, name: str) -> str:
    """The last value of that name that says something, without what no database keeps."""
    return plain(next((value for value in reversed(query.getlist(name)) if value), ""))


def _person(text: str) -> str:
    return text if text == "none" or (text.isascii() and text.isdigit() and len(text) < 19) else ""


def _number(text: str, lowest: int, highest: int) -> int | None:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        return None
    return int(text) if lowest <= int(text) <= highest else None


@dataclass(frozen=True, slots=True)
class Given:
    """What the address of a picture says, name by name; of a name given twice the last one counts."""

    query: QueryDict

    def text(self, name: str, most: int) -> str:
        """Any words, cut."""
        return plain(str(self.query.get(name) or ""))[:most]

    def one_of(self, name: str, *values: str, usual: str = "") -> str:
        """One of these words, else the usual one."""
        given = str(self.query.get(name) or "")
        return given if given in values else usual

    def on(self, name: str) -> bool:
        """Whether it is ticked."""
        return self.query.get(name) == "1"

    def listed(self, name: str, most: int) -> str:
        """Words with commas between, each once and in order."""
        return ",".join(sorted({each for each in self.text(name, most).split(",") if each}))

    def owner(self) -> str:
        """A person by number, or nobody."""
        return _person(self.text("owner", 18))

    def page(self) -> int:
        """A page by number."""
        return _number(self.text("page", 6), 1, 999_999) or 1


def risk_kinds(filters: risks.Filters, found: risks.Register) -> list[tuple[str, int, str, bool]]:
    """The tabs above the register: label, how many are open, address, whether it is the one."""
    names = {RiskKind.RISK: _("Risks"), RiskKind.ASSUMPTION: _("Assumptions"), RiskKind.ISSUE: _("Issues")}
    tabs = [(_("All"), sum(n for _kind, n in found.kinds), address(filters, kind=""), not filters.kind)]
    return tabs + [(names[RiskKind(kind)], n, address(filters, kind=kind), filters.kind == kind) for kind, n in found.kinds]


def heat_links(filters: risks.Filters, found: risks.Register) -> list[list[tuple[risks.Cell, str]]]:
    """Every cell of the heat map with the address that filters the register by it; the chosen one takes the filter off."""
    return [
        [
            (
                cell,
                address(filters, likelihood=None, impact=None)
                if cell.chosen
                else address(filters, likelihood=cell.likelihood, impact=cell.impact),
            )
            for cell in row
        ]
        for row in found.cells
    ]
