"""A summary in words: what the page, the HTML mail and the plain text all show."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Line:
    """One row: what, a note under it, and a figure at its end. `path` is an address inside the product."""

    title: str
    note: str = ""
    figure: str = ""
    tone: str = ""  # "bad" or "ok" colours the figure
    path: str = ""
    so_what: str = ""  # what it means for who pays or waits, in the words of whoever wrote it down


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its rows. `more` says what was left out, `empty` what it means that nothing is there."""

    id: str
    title: str
    lines: tuple[Line, ...] = ()
    more: str = ""

    @property
    def boxed(self) -> bool:
        """Stands out at the top: what somebody is to decide or to answer."""
        return self.id in {"decisions", "needs"}


@dataclass(frozen=True, slots=True)
class Figure:
    """One number at the top."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Summary:
    """One issue of a status summary, ready to be shown."""

    subject: str
    preheader: str
    title: str
    period: str
    health: str  # on_track, at_risk, off_track or "": picks the colour
    mark: str
    state: str
    headline: str
    lead: str
    open_label: str
    open_path: str
    why: str
    stop: str
    how_often: str
    footnote: str
    signed: str = ""  # who wrote the lead by hand, and what changed since
    as_of: str = ""  # newer edits are not in the forecast yet
    path: str = ""  # the critical path, in names
    figures: tuple[Figure, ...] = ()
    sections: tuple[Section, ...] = ()
    nothing: bool = False  # nothing changed, nothing at risk, nothing asked: not worth sending
    seen: dict[str, object] = field(default_factory=dict)  # what this reader is told now, for the next issue

    def section(self, name: str) -> Section | None:
        """The section of this id, when there is one."""
        return next((section for section in self.sections if section.id == name), None)
