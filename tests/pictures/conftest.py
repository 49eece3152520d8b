"""The studio."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings

from tests.pictures.studio import Studio, furnish

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from tests.browsing import Watch


@pytest.fixture
def studio(chromium: Browser, live_server: Any, watch: Watch) -> Iterator[Studio]:
    """The demo, its clock stopped, and a browser whose complaints fail the test.

    Skips, in words, where the front end was not built.
    """
    if not (settings.BASE_DIR / "static/build/app.css").is_file():
        pytest.skip("the front end is not built: npm ci && node frontend/build.mjs")
    for _ in furnish():
        made = Studio(chromium, live_server.url, watch)
        yield made
        made.close()
