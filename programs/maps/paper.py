"""A picture on paper: the SVG that we draw, as a PDF of one landscape page, with nothing but Python.

It knows what our own pictures are made of and no more: groups, rectangles, paths and text with plain attributes. Letters are
embedded outlines, so that the page looks the same everywhere, and stay text that can be searched and copied.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from unicodedata import normalize
from xml.etree import ElementTree as ET

from programs.maps.pdf import written

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from programs.maps.typeface import Typeface

PAPERS = ((842, 595), (1191, 842), (1684, 1191), (2384, 1684), (3370, 2384))  # A4 to A0, landscape, in points
MARGIN = 28  # points
LARGEST, SMALLEST = 0.9, 0.45  # points a pixel takes at most, and at least before a larger paper is taken
BOLD = 600
ROUND = 0.5523  # of a radius: how far the handles of a quarter circle reach
UNKNOWN = "?"  # for letters no typeface has
_WORD = re.compile(r"[A-Za-z]|-?(?:\d+\.?\d*|\.\d+)")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class Style:
    """What an element inherits."""

    fill: str = "#000000"
    stroke: str = "none"
    weight: float = 1
    dash: str = "none"
    opacity: float = 1
    size: float = 16
    bold: bool = False
    anchor: str = "start"

    def of(self, element: ET.Element) -> Style:
        """This, as far as the element does not say otherwise."""
        given: Mapping[str, str] = element.attrib
        changes: dict[str, Any] = {
            name: given[key]
            for name, key in (("fill", "fill"), ("stroke", "stroke"), ("dash", "stroke-dasharray"), ("anchor", "text-anchor"))
            if key in given
        }
        changes |= {name: float(given[key]) for name, key in (("weight", "stroke-width"), ("size", "font-size")) if key in given}
        if "font-weight" in given:
            changes["bold"] = int(given["font-weight"]) >= BOLD
        if "opacity" in given:
            changes["opacity"] = self.opacity * float(given["opacity"])
        return replace(self, **changes)


@dataclass
class Page:
    """What is on the page so far."""

    faces: Mapping[bool, Sequence[Typeface]]  # by whether bold; the first that has a letter draws it
    width: float
    height: float
    out: list[str] = field(default_factory=list)
    used: dict[str, tuple[Typeface, dict[int, str]]] = field(default_factory=dict)  # by name: the face, and letters by glyph
    fades: dict[float, str] = field(default_factory=dict)

    def draw(self, element: ET.Element, style: Style) -> None:
        """An element and everything in it."""
        tag = element.tag.rpartition("}")[2]
        if tag in {"title", "defs"}:
            return
        inner = style.of(element)
        self.out.append("q")
        self.out.extend(_moved(element.get("transform", "")))
        if inner.opacity < 1:
            name = self.fades.setdefault(round(inner.opacity, 3), f"G{len(self.fades)}")
            self.out.append(f"/{name} gs")
        if tag == "rect":
            self._shape(_rect(element, self.width, self.height), inner, element)
        elif tag == "path":
            self._shape(path(element.get("d", "")), inner, element)
        elif tag == "text":
            self._text(element, inner)
        else:
            for child in element:
                self.draw(child, inner)
        self.out.append("Q")

    def _shape(self, moves: Iterable[str], style: Style, element: ET.Element) -> None:
        filled, drawn = style.fill != "none", style.stroke != "none" and style.weight > 0
        if not filled and not drawn:
            return
        self.out.extend(_ink(style))
        self.out.extend(moves)
        even = "*" if element.get("fill-rule") == "evenodd" else ""
        self.out.append({(True, False): "f", (False, True): "S", (True, True): "B"}[filled, drawn] + (even if filled else ""))

    def _text(self, element: ET.Element, style: Style) -> None:
        x, y = float(element.get("x", 0)), float(element.get("y", 0))
        self._words(element.text, x, y, style)
        for child in element:
            x, y = float(child.get("x", x)), y + float(child.get("dy", 0))
            self._words(child.text, x, y, style.of(child))

    def _words(self, given: str | None, x: float, y: float, style: Style) -> None:
        text = _SPACE.sub(" ", normalize("NFC", given or "")).strip()
        runs = list(self._runs(text, bold=style.bold))
        if not runs:
            return
        width = sum(face.width(part) for face, part in runs) * style.size
        x -= {"middle": width / 2, "end": width}.get(style.anchor, 0)
        shown = "".join(
            f"/{self._name(face, part)} {_n(style.size)} Tf <{''.join(f'{face.glyphs[ord(letter)]:04x}' for letter in part)}> Tj "
            for face, part in runs
        )
        self.out.extend(_ink(style))
        modes = ("1", "0") if style.stroke != "none" else ("0",)  # a halo first, then the letters
        self.out.extend(f"BT {mode} Tr 1 0 0 -1 {_n(x)} {_n(y)} Tm {shown}ET" for mode in modes)

    def _runs(self, text: str, *, bold: bool) -> Iterable[tuple[Typeface, str]]:
        """The text in parts that one typeface can draw."""
        faces, last, part = self.faces[bold], None, ""
        for letter in text:
            face = next((one for one in faces if one.has(letter)), None)
            drawn = letter if face else UNKNOWN
            face = face or faces[0]
            if face is not last and last and part:
                yield last, part
                part = ""
            last, part = face, part + drawn
        if last and part:
            yield last, part

    def _name(self, face: Typeface, part: str) -> str:
        """What the typeface is called on this page; its letters are noted."""
        _face, letters = self.used.setdefault(face.name, (face, {}))
        letters.update((face.glyphs[ord(letter)], letter) for letter in part)
        return f"F{list(self.used).index(face.name)}"


def paper(svg: str, faces: Mapping[bool, Sequence[Typeface]], *, title: str, language: str = "en") -> bytes:
    """One of our pictures as a PDF. The smallest paper is taken on which it can be read."""
    root = ET.fromstring(svg)  # noqa: S314 - a picture of our own making
    wide, high = (float(part) for part in root.get("viewBox", "0 0 1 1").split()[2:])
    for size in PAPERS:
        scale = min((size[0] - 2 * MARGIN) / wide, (size[1] - 2 * MARGIN) / high, LARGEST)
        if scale >= SMALLEST:
            break
    page = Page(faces, wide, high)
    left, top = (size[0] - wide * scale) / 2, size[1] - (size[1] - high * scale) / 2
    page.out.append(f"{scale:.5f} 0 0 {-scale:.5f} {_n(left)} {_n(top)} cm")
    page.draw(root, Style())
    return written("\n".join(page.out), size, page.used.values(), page.fades, title=title, language=language)


def path(data: str) -> list[str]:
    """Path data as a PDF says it: moves, lines and curves, in whole coordinates.

    >>> path("M0 0H14Q20 0 20 6")
    ['0 0 m', '14 0 l', '18 0 20 2 20 6 c']
    """
    words, at, found = _WORD.findall(data), 0, []
    x = y = x0 = y0 = 0.0
    what = ""
    while at < len(words):
        if words[at].isalpha():
            what, at = words[at], at + 1
            if what in "Zz":
                found.append("h")
                x, y = x0, y0
                continue
        kind, many = what.upper(), {"M": 2, "L": 2, "H": 1, "V": 1, "Q": 4, "C": 6}[what.upper()]
        given = [float(word) for word in words[at : at + many]]
        at += many
        if kind in "HV":
            given = [given[0], 0 if what == "h" else y] if kind == "H" else [0 if what == "v" else x, given[0]]
        if what.islower():
            given = [value + (y if odd % 2 else x) for odd, value in enumerate(given)]
        if kind == "Q":
            (a, b), (end, low) = given[:2], given[2:]
            given = [x + (a - x) * 2 / 3, y + (b - y) * 2 / 3, end + (a - end) * 2 / 3, low + (b - low) * 2 / 3, end, low]
        x, y = given[-2:]
        found.append(" ".join(map(_n, given)) + {"M": " m", "Q": " c", "C": " c"}.get(kind, " l"))
        if kind == "M":
            x0, y0, what = x, y, "l" if what == "m" else "L"
    return found


def _rect(element: ET.Element, wide: float, high: float) -> list[str]:
    x, y, width, height, r = (
        (wide if key == "width" else high) if element.get(key) == "100%" else float(element.get(key, 0))
        for key in ("x", "y", "width", "height", "rx")
    )
    if width <= 0 or height <= 0:
        return []
    r = min(r, width / 2, height / 2)
    if not r:
        return [f"{_n(x)} {_n(y)} {_n(width)} {_n(height)} re"]
    k, right, bottom = r * (1 - ROUND), x + width, y + height
    return path(
        f"M{x + r} {y}L{right - r} {y}C{right - k} {y} {right} {y + k} {right} {y + r}"
        f"L{right} {bottom - r}C{right} {bottom - k} {right - k} {bottom} {right - r} {bottom}"
        f"L{x + r} {bottom}C{x + k} {bottom} {x} {bottom - k} {x} {bottom - r}L{x} {y + r}C{x} {y + k} {x + k} {y} {x + r} {y}Z"
    )


def _moved(transform: str) -> Iterable[str]:
    for what, given in re.findall(r"(translate|scale)\(([^)]*)\)", transform):
        values = [float(word) for word in _WORD.findall(given)]
        first, second = values[0], values[-1]
        yield f"1 0 0 1 {_n(first)} {_n(second)} cm" if what == "translate" else f"{_n(first)} 0 0 {_n(second)} 0 0 cm"


def _ink(style: Style) -> Iterable[str]:
    if style.fill != "none":
        yield f"{_colour(style.fill)} rg"
    if style.stroke != "none":
        yield f"{_colour(style.stroke)} RG {_n(style.weight)} w 1 j [{'' if style.dash == 'none' else style.dash}] 0 d"


def _colour(text: str) -> str:
    return " ".join(_n(int(text[at : at + 2], 16) / 255) for at in (1, 3, 5))


def _n(value: float) -> str:
    return f"{round(value, 2):g}" if abs(value) < 100_000 else f"{value:.0f}"
