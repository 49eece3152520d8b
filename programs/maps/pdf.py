"""The file of a PDF: one page with its drawing, the typefaces it uses and what letters their glyphs are."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from programs.maps.typeface import Typeface


class Objects:
    """The numbered objects of a file."""

    def __init__(self) -> None:
        self.written: list[bytes] = []

    def add(self, text: str, stream: bytes | None = None) -> int:
        """Take one in, with packed data behind it if there is any; its number."""
        body = text.encode()
        if stream is not None:
            packed = zlib.compress(stream, 9)
            body = b"<<%s/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream" % (body, len(packed), packed)
        self.written.append(body)
        return len(self.written)


def written(
    drawing: str,
    size: tuple[int, int],
    used: Iterable[tuple[Typeface, dict[int, str]]],
    fades: Mapping[float, str],
    *,
    title: str,
    language: str,
) -> bytes:
    """One page of this size. `used`: each typeface with the letters of its glyphs, F0 on; `fades`: names by opacity."""
    objects = Objects()
    fonts = " ".join(f"/F{at} {_font(objects, face, letters)} 0 R" for at, (face, letters) in enumerate(used))
    states = " ".join(f"/{name}<</ca {value:g}/CA {value:g}>>" for value, name in fades.items())
    content = objects.add("", drawing.encode("ascii"))
    pages = content + 2
    objects.add(
        f"<</Type/Page/Parent {pages} 0 R/MediaBox[0 0 {size[0]} {size[1]}]/Contents {content} 0 R"
        f"/Resources<</Font<<{fonts}>>/ExtGState<<{states}>>>>>>"
    )
    objects.add(f"<</Type/Pages/Kids[{pages - 1} 0 R]/Count 1>>")
    spoken = re.sub(r"[^A-Za-z0-9-]", "", language)
    root = objects.add(f"<</Type/Catalog/Pages {pages} 0 R/Lang({spoken})/ViewerPreferences<</DisplayDocTitle true>>>>")
    info = objects.add(f"<</Title<feff{title.encode('utf-16-be').hex()}>/Producer(Longpole)>>")
    return _file(objects.written, root, info)


def _file(objects: list[bytes], root: int, info: int) -> bytes:
    """The objects, then where each begins."""
    body, starts = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", []
    for number, one in enumerate(objects, 1):
        starts.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = "".join(f"{start:010} 00000 n \n" for start in starts)
    count = len(objects) + 1
    trailer = f"trailer\n<</Size {count}/Root {root} 0 R/Info {info} 0 R>>\nstartxref\n{len(body)}\n%%EOF\n"
    return body + f"xref\n0 {count}\n0000000000 65535 f \n{table}{trailer}".encode()


def _font(objects: Objects, face: Typeface, letters: dict[int, str]) -> int:
    """A typeface with the widths of the glyphs that are used, and what letters they are."""
    file = objects.add(f"/Length1 {len(face.file)}", face.file)
    box = " ".join(map(str, face.box))
    descriptor = objects.add(
        f"<</Type/FontDescriptor/FontName/{face.name}/Flags 4/FontBBox[{box}]/ItalicAngle 0/Ascent {face.ascent}"
        f"/Descent {face.descent}/CapHeight {face.ascent}/StemV 80/FontFile2 {file} 0 R>>"
    )
    widths = " ".join(f"{glyph}[{face.widths[glyph]}]" for glyph in sorted(letters))
    system = "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
    descendant = objects.add(
        f"<</Type/Font/Subtype/CIDFontType2/BaseFont/{face.name}{system}"
        f"/FontDescriptor {descriptor} 0 R/W[{widths}]/CIDToGIDMap/Identity>>"
    )
    meaning = objects.add("", _meaning(letters).encode("ascii"))
    return objects.add(
        f"<</Type/Font/Subtype/Type0/BaseFont/{face.name}/Encoding/Identity-H"
        f"/DescendantFonts[{descendant} 0 R]/ToUnicode {meaning} 0 R>>"
    )


def _meaning(letters: dict[int, str]) -> str:
    """What letters the glyphs are, so that the page can be searched and copied."""
    pairs = [f"<{glyph:04x}><{letter.encode('utf-16-be').hex()}>" for glyph, letter in sorted(letters.items())]
    parts = (pairs[at : at + 100] for at in range(0, len(pairs), 100))
    blocks = "\n".join(f"{len(part)} beginbfchar\n" + "\n".join(part) + "\nendbfchar" for part in parts)
    return (
        "/CIDInit/ProcSet findresource begin 12 dict begin begincmap/CMapName/L def/CMapType 2 def\n"
        f"1 begincodespacerange\n<0000><ffff>\nendcodespacerange\n{blocks}\nendcmap end end"
    )
