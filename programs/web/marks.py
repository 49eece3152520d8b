"""The small drawings on pages: status glyphs, icons, avatars, range marks, drift lines. All of them HTML that needs no style."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programs.web import wording

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from programs.maps.axis import Axis

# state -> (glyph in the sprite, colour class, label)
STATES = {
    "track": ("track", "track", gettext_lazy("On track")),
    "risk": ("risk", "risk", gettext_lazy("At risk")),
    "off": ("off", "off", gettext_lazy("Off track")),
    "blocked": ("blocked", "blocked", gettext_lazy("Blocked")),
    "done": ("done", "done", gettext_lazy("Done")),
    "todo": ("todo", "todo", gettext_lazy("Not started")),
    "doing": ("doing", "todo", gettext_lazy("In progress")),
    "stale": ("stale", "stale", gettext_lazy("No update")),
    "unknown": ("stale", "stale", gettext_lazy("Unknown")),
    "cancelled": ("done", "done", gettext_lazy("Cancelled")),
    "deferred": ("todo", "todo", gettext_lazy("Deferred")),
    "none": ("stale", "stale", gettext_lazy("No forecast")),
    "no_target": ("stale", "stale", gettext_lazy("No target")),
}
# The words of the tables, next to the short ones of the sprite.
SAME = {
    "on_track": "track",
    "at_risk": "risk",
    "off_track": "off",
    "not_started": "todo",
    "in_progress": "doing",
    "silent": "stale",
    "": "none",
}


def state(code: object) -> str:
    """The name of a status or health as the sprite has it; what is not known is "unknown"."""
    word = str(code or "")
    word = SAME.get(word, word)
    return word if word in STATES else "unknown"


def label(code: object) -> str:
    """The words for a status or health."""
    return str(STATES[state(code)][2])


def milestone_state(status: str, said: str = "", *, blocked: bool = False, silent: bool = False) -> str:
    """What one glyph says of a milestone: done and blocked first, then silence, then a person's word, then how far it is."""
    if status in ("done", "cancelled", "deferred"):
        return state(status)
    if blocked or status == "blocked":
        return "blocked"
    if silent and status == "in_progress":
        return "stale"
    if status != "not_started" and said in ("on_track", "at_risk", "off_track"):
        return state(said)
    return "risk" if said == "at_risk" else state(status)


@cache
def _sprite() -> dict[str, tuple[SafeString, SafeString]]:
    """By name: how each drawing of the sprite, a file of ours, is painted, and its shapes."""
    text = Path(settings.BASE_DIR, "static/icons/sprite.svg").read_text(encoding="utf-8")
    found = re.findall(r'<symbol id="([\w-]+)"([^>]*)>(.*?)</symbol>', text, re.DOTALL)
    return {name: (SafeString(paint), SafeString(shapes)) for name, paint, shapes in found}


@lru_cache(maxsize=256)
def symbol(name: str, size: int) -> SafeString:
    """One drawing of the sprite, hidden from screen readers.

    Written out: a browser that has to fetch it, copy it and lay the page out once more takes a fifth longer to a map.
    """
    paint, shapes = _sprite().get(name, ("", ""))
    return format_html('<svg width="{0}" height="{0}"{1} aria-hidden="true" focusable="false">{2}</svg>', size, paint, shapes)


def icon(name: str, size: int = 16) -> SafeString:
    """An icon: `icon("plus")`. Say what it means in words beside it or in the button's aria-label."""
    return symbol(f"i-{name}", size)


@lru_cache(maxsize=512)
def _labelled(name: str, kind: str, size: int, words: str) -> SafeString:
    drawing, colour, _label = STATES[name]
    picture = symbol(f"g-{drawing}", size)
    if kind == "glyph":
        return format_html('<span class="st s-{}" title="{}">{}<span class="vh">{}</span></span>', colour, words, picture, words)
    return format_html('<span class="{} s-{}">{}{}</span>', kind, colour, picture, words)


def _mark(code: object, kind: str, size: int, words: object = "") -> SafeString:
    name = state(code)
    return _labelled(name, kind, size, str(words or STATES[name][2]))


def glyph(code: object, words: object = "", size: int = 14) -> SafeString:
    """The shape alone, with its label for screen readers and as a title."""
    return _mark(code, "glyph", size, words)


def status(code: object, words: object = "") -> SafeString:
    """The shape and its label, as in a table row."""
    return _mark(code, "st", 14, words)


def badge(code: object, words: object = "") -> SafeString:
    """The shape and its label on a tint, as beside a title."""
    return _mark(code, "badge", 13, words)


def avatar(person: object, size: str = "") -> SafeString:
    """A person's initials, never coloured; the name is said beside it, or shown on hover."""
    name = str(getattr(person, "name", person) or _("Nobody yet"))
    big = " lg" if size == "lg" else ""
    return format_html('<span class="av{}" title="{}" aria-hidden="true">{}</span>', big, name, wording.initials(person))


def who(person: object, nobody: str = "") -> SafeString:
    """Initials and name; "Nobody yet" when there is no one."""
    if not person:
        return format_html('<span class="who muted">{}</span>', nobody or _("Nobody yet"))
    return format_html(
        '<span class="who">{}<span class="trunc">{}</span></span>', avatar(person), getattr(person, "name", person)
    )


def range_mark(
    axis: Axis, *, code: object, target: date | None, forecast: date | None, sure_by: date | None = None
) -> SafeString:
    """Target as a flag, forecast as a dot, a pale bar to the 80% date, a bold line for the days in between when late."""
    said = []
    parts = [format_html('<line class="ax" x1="{}" x2="100%" y1="13" y2="13"/>', 0)]
    parts += [format_html('<line class="gl" x1="{0}%" x2="{0}%" y1="0" y2="26"/>', axis.share(day)) for day in axis.months()]
    if target and forecast and forecast > target:
        left, right = axis.share(target), axis.share(forecast)
        parts.append(format_html('<rect class="gap" x="{}%" y="11.5" width="{}%" height="3"/>', left, round(right - left, 2)))
    if forecast and sure_by and sure_by > forecast:
        left, right = axis.share(forecast), axis.share(sure_by)
        parts.append(format_html('<rect class="sp" x="{}%" y="9" width="{}%" height="8" rx="4"/>', left, round(right - left, 2)))
    if forecast:
        parts.append(format_html('<circle class="fc" cx="{}%" cy="13" r="6"/>', axis.share(forecast)))
        said.append(_("forecast %(day)s") % {"day": wording.day(forecast)})
    if target:
        flag = '<svg x="{}%" y="2" width="8" height="22" overflow="visible"><path class="tg" d="M-1 0h2l5 4-5 4v14h-2z"/></svg>'
        parts.append(format_html(flag, axis.share(target)))
        said.insert(0, _("Target %(day)s") % {"day": wording.day(target)})
    if sure_by:
        said.append(_("80%% sure by %(day)s") % {"day": wording.day(sure_by)})
    return format_html(
        '<svg class="rng s-{}" width="100%" height="26" role="img" aria-label="{}">{}</svg>',
        STATES[state(code)][1],
        ", ".join(said) or _("No dates yet"),
        format_html_join("", "{}", ((part,) for part in parts)),
    )


def axis_head(axis: Axis) -> SafeString:
    """The months above a column of range marks. Hidden from screen readers: each mark says its dates."""
    heads = format_html_join(
        "", '<span class="x-{}">{}</span>', ((round(axis.share(day)), wording.month(day)) for day in axis.months())
    )
    return format_html('<div class="axm" aria-hidden="true">{}</div>', heads)


def drift(points: Sequence[tuple[date, date]], *, target: date | None, words: str) -> SafeString:
    """The forecast finish, reading by reading, against the target. `words` is the sentence a screen reader says."""
    if not points:
        return format_html_join("", "", ())
    values = [finish for _day, finish in points] + ([target] if target else [])
    low, high = min(values), max(values)
    height = max((high - low).days, 1)
    first, length = points[0][0], max((points[-1][0] - points[0][0]).days, 1)

    def y(day: date) -> float:
        return round(98 - (day - low).days * 74 / height, 1)

    def x(day: date) -> float:
        return round(8 + (day - first).days * 344 / length, 1) if len(points) > 1 else 352.0

    dots = [(x(seen), y(finish)) for seen, finish in points]
    parts = []
    if target:
        parts.append(
            format_html('<rect class="past" x="8" y="0" width="344" height="{0}"/><path class="aim" d="M8 {0}H352"/>', y(target))
        )
        if abs(y(target) - dots[-1][1]) > 11:
            parts.append(
                format_html(
                    '<text x="360" y="{}">{}</text>', y(target) + 4, _("Target %(day)s") % {"day": wording.short_day(target)}
                )
            )
    parts.append(format_html('<polyline class="run" points="{}"/>', " ".join(f"{a},{b}" for a, b in dots)))
    kept = dots if len(dots) <= 14 else dots[-1:]
    parts += [format_html('<circle cx="{}" cy="{}" r="{}"/>', a, b, 4 if (a, b) == dots[-1] else 2.5) for a, b in kept]
    parts.append(format_html('<text class="t" x="360" y="{}">{}</text>', dots[-1][1] + 4, wording.short_day(points[-1][1])))
    parts.append(format_html('<text x="8" y="128">{}</text>', wording.short_day(points[0][0])))
    if len(points) > 1:
        parts.append(format_html('<text x="352" y="128" text-anchor="end">{}</text>', wording.short_day(points[-1][0])))
    return format_html(
        '<svg class="drift" viewBox="0 0 440 132" width="440" height="132" role="img" aria-label="{}">{}</svg>',
        words,
        format_html_join("", "{}", ((part,) for part in parts)),
    )
