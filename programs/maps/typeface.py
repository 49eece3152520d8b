"""A typeface as a PDF needs it: which glyph a letter is, how wide it is, and the outlines, read from a WOFF file."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

KEPT = (b"cvt ", b"fpgm", b"glyf", b"head", b"hhea", b"hmtx", b"loca", b"maxp", b"prep")  # tables that draw


@dataclass(frozen=True, eq=False)
class Typeface:
    """One weight of one script. Widths, ascent and box are in thousandths of the size."""

    name: str
    glyphs: dict[int, int]  # by code point
    widths: tuple[int, ...]  # by glyph
    ascent: int
    descent: int
    box: tuple[int, int, int, int]
    file: bytes  # the outlines, as a TrueType file

    def has(self, letter: str) -> bool:
        """Whether it can draw this letter."""
        return ord(letter) in self.glyphs

    def width(self, text: str) -> float:
        """How wide the text is, in sizes."""
        return sum(self.widths[self.glyphs[ord(letter)]] for letter in text) / 1000


def read(name: str, woff: bytes) -> Typeface:
    """Read a WOFF file (version 1: TrueType tables, each packed by itself)."""
    if woff[:4] != b"wOFF":
        raise ValueError(f"{name} is no WOFF file")
    tables = {}
    for at in range(44, 44 + 20 * struct.unpack_from(">H", woff, 12)[0], 20):
        tag, start, packed, length = struct.unpack_from(">4sIII", woff, at)
        data = woff[start : start + packed]
        tables[tag] = zlib.decompress(data) if packed < length else data
    em = struct.unpack_from(">H", tables[b"head"], 18)[0]
    box = struct.unpack_from(">4h", tables[b"head"], 36)
    ascent, descent = struct.unpack_from(">2h", tables[b"hhea"], 4)
    return Typeface(
        name=name,
        glyphs=_glyphs(tables[b"cmap"]),
        widths=tuple(round(width * 1000 / em) for width in _widths(tables)),
        ascent=round(ascent * 1000 / em),
        descent=round(descent * 1000 / em),
        box=(box[0] * 1000 // em, box[1] * 1000 // em, box[2] * 1000 // em, box[3] * 1000 // em),
        file=_assembled({tag: data for tag, data in tables.items() if tag in KEPT}),
    )


def _widths(tables: dict[bytes, bytes]) -> list[int]:
    count, measured = struct.unpack_from(">H", tables[b"maxp"], 4)[0], struct.unpack_from(">H", tables[b"hhea"], 34)[0]
    widths: list[int] = [struct.unpack_from(">H", tables[b"hmtx"], 4 * at)[0] for at in range(measured)]
    return widths + widths[-1:] * int(count - measured)


def _glyphs(cmap: bytes) -> dict[int, int]:
    """By code point, from the table of ranges (format 4) or the one of groups (format 12)."""
    found: dict[int, int] = {}
    for at in range(struct.unpack_from(">H", cmap, 2)[0]):
        start = struct.unpack_from(">I", cmap, 8 + 8 * at)[0]
        form = struct.unpack_from(">H", cmap, start)[0]
        if form == 12:
            for group in range(struct.unpack_from(">I", cmap, start + 12)[0]):
                first, last, glyph = struct.unpack_from(">3I", cmap, start + 16 + 12 * group)
                found |= {code: glyph + code - first for code in range(first, last + 1)}
        elif form == 4:
            found |= _ranges(cmap, start)
    return found


def _ranges(cmap: bytes, start: int) -> dict[int, int]:
    twice = struct.unpack_from(">H", cmap, start + 6)[0]
    ends, begins, deltas, offsets = (start + 14 + at * twice + (2 if at else 0) for at in range(4))
    found = {}
    for at in range(0, twice, 2):
        last, first = struct.unpack_from(">H", cmap, ends + at)[0], struct.unpack_from(">H", cmap, begins + at)[0]
        delta, offset = struct.unpack_from(">H", cmap, deltas + at)[0], struct.unpack_from(">H", cmap, offsets + at)[0]
        for code in range(first, min(last, 0xFFFE) + 1):
            glyph = code if not offset else struct.unpack_from(">H", cmap, offsets + at + offset + 2 * (code - first))[0]
            if glyph or not offset:
                found[code] = (glyph + delta) & 0xFFFF
    return {code: glyph for code, glyph in found.items() if glyph}


def _assembled(tables: dict[bytes, bytes]) -> bytes:
    """The tables as one TrueType file."""
    power = 1 << (len(tables).bit_length() - 1)
    head = struct.pack(">I4H", 0x00010000, len(tables), 16 * power, power.bit_length() - 1, 16 * (len(tables) - power))
    at, rows, bodies = len(head) + 16 * len(tables), b"", b""
    for tag, data in sorted(tables.items()):
        padded = data + bytes(-len(data) % 4)
        rows += struct.pack(">4s3I", tag, sum(struct.unpack(f">{len(padded) // 4}I", padded)) & 0xFFFFFFFF, at, len(data))
        bodies += padded
        at += len(padded)
    return head + rows + bodies
