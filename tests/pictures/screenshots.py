"""`make screenshots`: every page, both themes, 1440 and 390 wide, into var/screenshots. README=1 renews the three of the README.

Not collected by `make test`: it shows, it proves nothing.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest
from django.conf import settings

from tests.pictures.pages import PICTURES, Picture, plain_pages
from tests.pictures.studio import THEMES, WIDTHS

if TYPE_CHECKING:
    from tests.pictures.studio import Studio

pytestmark = pytest.mark.django_db(transaction=True)
FOLDER = settings.BASE_DIR / "var" / "screenshots"
PUBLISHED = settings.BASE_DIR / "docs" / "pictures"
README = {"overview": 1000, "portfolio": 1000, "my-work": 800}  # how much of the page, in pixels from its top


def test_screenshots(studio: Studio) -> None:
    """Take them all."""
    only = os.environ.get("ONLY", "").split()
    found, left = plain_pages()
    chosen = [picture for picture in (*PICTURES, *found) if not only or picture.name in only]
    if not only:
        shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for picture in chosen:
        for width in WIDTHS:
            for theme in THEMES:
                _take(studio, picture, width, theme)
        if os.environ.get("README") and picture.name in README:
            page = studio.show(picture, width=1440, theme="light")
            page.set_viewport_size({"width": 1440, "height": README[picture.name]})
            page.screenshot(path=PUBLISHED / f"{picture.name}.png")
    print(f"\n{len(chosen)} pages in {FOLDER}")
    if left and not only:
        print(f"Not taken, for want of an example in tests/pictures/pages.py: {', '.join(left)}")


def _take(studio: Studio, picture: Picture, width: int, theme: str) -> None:
    page = studio.show(picture, width=width, theme=theme, strict=picture in PICTURES)
    page.screenshot(path=FOLDER / f"{picture.name}-{width}-{theme}.png")
