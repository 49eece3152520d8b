"""The demo on its own Wednesday behind a live server, and a browser that looks at it always the same way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import time_machine
from django.test import Client, override_settings

from programs.actions import demo, forecasts
from programs.models import Person
from tests.pictures.pages import ADMIN, NOW

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.browsing import Watch
    from tests.pictures.pages import Picture

WIDTHS = (1440, 390)
THEMES = ("light", "dark")
HEIGHT = 900
ARGUMENTS = {"locale": "en-GB", "timezone_id": "UTC", "reduced_motion": "reduce", "device_scale_factor": 1}


def furnish() -> Iterator[None]:
    """Load the demo and stop the clock; for a fixture. Slack is set up, or its pages would not be there."""
    told = override_settings(SLACK_SIGNING_SECRETS=["of the pictures"], FORECAST_RUNS=1_000)
    with time_machine.travel(NOW, tick=False), told:
        demo.load(today=NOW.date(), at=NOW)
        forecasts.find_behind(at=NOW)
        Person.objects.create_superuser(f"{ADMIN}@demo.example", demo.PASSWORD, name="Administrator")
        yield


class Studio:
    """One browser profile per person; `show` opens a page at a width in a theme and waits until nothing moves."""

    def __init__(self, browser: Browser, url: str, watch: Watch | None = None) -> None:
        self.browser = browser
        self.url = url
        self.watch = watch
        self._pages: dict[str, Page] = {}

    def page_of(self, who: str) -> Page:
        """The page of one person, signed in."""
        if who not in self._pages:
            context = self.browser.new_context(base_url=self.url, **ARGUMENTS)  # type: ignore[arg-type]
            context.clock.set_fixed_time(NOW)
            if self.watch:
                self.watch.over(context)
            if who:
                session = Client()
                session.force_login(Person.objects.get(email=f"{who}@demo.example"))
                cookies: Any = [{"name": name, "value": one.value, "url": self.url} for name, one in session.cookies.items()]
                context.add_cookies(cookies)
            self._pages[who] = context.new_page()
        return self._pages[who]

    def show(self, picture: Picture, *, width: int, theme: str, strict: bool = True) -> Page:
        """Open it, as tall as it is, so that what sticks to the window's edge stands where a reader scrolls to."""
        page = self.page_of(picture.who)
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": HEIGHT})
        answer = page.goto(picture.path)
        assert answer is not None
        assert not strict or answer.status == picture.status, picture.path
        page.evaluate("document.fonts.ready")
        tall = int(page.evaluate("document.documentElement.scrollHeight"))
        page.set_viewport_size({"width": width, "height": max(HEIGHT, tall)})
        return page

    def close(self) -> None:
        """Put everything away."""
        for page in self._pages.values():
            page.context.close()
