"""Has a page drifted from how it was? Where its main blocks stand, and a very small picture of it.

Both are made to survive another font rasteriser: blocks are compared with a few pixels of tolerance and by the gaps between
them, so that one line that wraps differently moves nothing else; the picture of each block is the average colour of its tiles.
The browser itself reads the pictures, so nothing else has to.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

SIDE = 8  # pixels by which a block may stand or end elsewhere from side to side
TALL = (28, 0.12)  # pixels, or the share of its height, by which a block may be taller: a line or two
GAP = 8  # pixels by which the space above a block may differ
TILE = 24
TONE = 26  # of 255: how different the colour of one tile may be
TILES = 0.03  # the share of tiles that may differ more than that
MEAN = 3.0  # of 255, over the whole picture
SAME = 4  # pixels by which a block may be taller and still be compared tile by tile
Colour = tuple[int, int, int]

BLOCKS = """selectors => selectors.map(selector => {
  const all = [...document.querySelectorAll(selector)];
  return all.map((each, n) => {
    const box = each.getBoundingClientRect();
    const round = (value) => Math.round(value * 10) / 10;
    const name = all.length > 1 ? `${selector} ${n + 1}` : selector;
    return {name, x: round(box.x), y: round(box.y + scrollY), w: round(box.width), h: round(box.height)};
  });
}).flat()"""

TILES_OF = """async ([source, tile, boxes]) => {
  const picture = new Image();
  picture.src = "data:image/png;base64," + source;
  await picture.decode();
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  const pen = canvas.getContext("2d", {willReadFrequently: true});
  pen.drawImage(picture, 0, 0);
  const colour = (x, y) => {
    const data = pen.getImageData(x, y, tile, tile).data, sum = [0, 0, 0];
    for (let n = 0; n < data.length; n += 4) for (let c = 0; c < 3; c++) sum[c] += data[n + c];
    return sum.map(value => Math.round(value / (tile * tile)).toString(16).padStart(2, "0")).join("");
  };
  return boxes.map(box => {
    const rows = [];
    for (let y = Math.round(box.y); y + tile <= box.y + box.h; y += tile) {
      const row = [];
      for (let x = Math.round(box.x); x + tile <= box.x + box.w; x += tile) row.push(colour(x, y));
      rows.push(row.join(" "));
    }
    return rows;
  });
}"""


@dataclass(frozen=True, slots=True)
class Look:
    """How a page looks: its blocks in reading order, each with rows of tiles from its own corner, a tile as its colour."""

    blocks: list[dict[str, Any]]

    @classmethod
    def of(cls, page: Page, selectors: tuple[str, ...]) -> Look:
        """Look at the page as it is now."""
        blocks = page.evaluate(BLOCKS, list(selectors))
        shot = base64.b64encode(page.screenshot(animations="disabled")).decode("ascii")
        blank = page.context.new_page()
        try:
            tiles = blank.evaluate(TILES_OF, [shot, TILE, blocks])
        finally:
            blank.close()
        return cls([block | {"tiles": rows} for block, rows in zip(blocks, tiles, strict=True)])

    @classmethod
    def kept(cls, path: Path) -> Look:
        """The one that was kept."""
        return cls(json.loads(path.read_text("utf-8")))

    def keep(self, path: Path) -> None:
        """Make this how it is meant to look."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(self.blocks, indent=0, separators=(",", ":")) + "\n", "utf-8")


def moved(before: Look, now: Look) -> list[str]:
    """What stands elsewhere, is gone, new, or of another size."""
    names = [[block["name"] for block in look.blocks] for look in (before, now)]
    if names[0] != names[1]:
        gone, new = set(names[0]) - set(names[1]), set(names[1]) - set(names[0])
        return [f"gone: {name}" for name in sorted(gone)] + [f"new: {name}" for name in sorted(new)] or ["another order"]
    wrong = []
    for was, here in zip(before.blocks, now.blocks, strict=True):
        sides = (abs(was["x"] - here["x"]), abs(was["x"] + was["w"] - here["x"] - here["w"]))
        if max(sides) > SIDE:
            wrong.append(f"{was['name']}: from {was['x']} to {was['x'] + was['w']}, is {here['x']} to {here['x'] + here['w']}")
        if abs(was["h"] - here["h"]) > max(TALL[0], TALL[1] * was["h"]):
            wrong.append(f"{was['name']}: {was['h']} tall, is {here['h']}")
    for was, here in zip(_gaps(before), _gaps(now), strict=True):
        if abs(was[1] - here[1]) > GAP:
            wrong.append(f"{was[0]}: {was[1]:.0f} px below what is above it, is {here[1]:.0f}")
    return wrong


def _gaps(look: Look) -> list[tuple[str, float]]:
    """The space between each block and the nearest one above it in its own column."""
    found = []
    for block in look.blocks:
        above = [
            other["y"] + other["h"]
            for other in look.blocks
            if other["y"] + other["h"] <= block["y"] + 0.5
            and other["x"] < block["x"] + block["w"]
            and block["x"] < other["x"] + other["w"]
        ]
        found.append((block["name"], block["y"] - max(above, default=0.0)))
    return found


def faded(before: Look, now: Look) -> list[str]:
    """Whether colours differ: in many tiles, or a little everywhere.

    Each block is compared from its own corner, so one that moved is still the same; one that became a line taller is compared
    by its average colour, since everything below that line has shifted in it.
    """
    apart = [
        max(abs(a - b) for a, b in zip(old, new, strict=True))
        for was, here in zip(before.blocks, now.blocks, strict=False)
        for old, new in _pairs(was, here)
    ]
    share, mean = sum(one > TONE for one in apart) / len(apart), sum(apart) / len(apart)
    wrong = [f"{share:.1%} of the tiles have another colour"] if share > TILES else []
    return wrong + ([f"colours differ by {mean:.1f} of 255"] if mean > MEAN else [])


def _pairs(was: dict[str, Any], here: dict[str, Any]) -> list[tuple[Colour, Colour]]:
    old, new = ([[_rgb(tile) for tile in row.split()] for row in block["tiles"]] for block in (was, here))
    if abs(was["h"] - here["h"]) <= SAME:
        return [pair for rows in zip(old, new, strict=False) for pair in zip(*rows, strict=False)]
    average = _average(old), _average(new)
    return [average] * sum(map(len, old)) if all(average) else []


def _average(rows: list[list[Colour]]) -> Colour:
    tiles = [tile for row in rows for tile in row] or [(0, 0, 0)]
    red, green, blue = (round(sum(each) / len(tiles)) for each in zip(*tiles, strict=True))
    return red, green, blue


def _rgb(text: str) -> Colour:
    return (int(text[:2], 16), int(text[2:4], 16), int(text[4:], 16))
