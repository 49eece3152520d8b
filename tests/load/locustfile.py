"""One of a crowd: reads a page for some seconds, clicks, now and then says how a milestone of theirs stands.

CROWD names the file that tests/load/crowd.py writes. Each session is given to one person of the crowd.
"""

from __future__ import annotations

import json
import os
import random
import re
from itertools import count
from pathlib import Path

from locust import HttpUser, between, task

CROWD = json.loads(Path(os.environ["CROWD"]).read_text(encoding="utf-8"))
THINK = float(os.environ.get("THINK", "10"))  # seconds between two clicks of one person, on average
NUMBER = count()
FIELD = re.compile(r'<input[^>]*name="(csrfmiddlewaretoken|version|token)"[^>]*value="([^"]*)"')
FORM = re.compile(r'<form[^>]*id="update".*?</form>', re.DOTALL)


class Member(HttpUser):
    """Somebody at work."""

    wait_time = between(THINK / 2, THINK * 1.5)

    def on_start(self) -> None:
        """Come with a session."""
        self.me = CROWD[next(NUMBER) % len(CROWD)]
        self.client.cookies.set(self.me["name"], self.me["session"])
        self.home = f"/p/{self.me['slug']}/"

    def read(self, address: str, name: str) -> str:
        """One page; anything but 200 is an error, a page to sign in on is one too."""
        with self.client.get(address, name=name, allow_redirects=False, catch_response=True) as answer:
            if answer.status_code != 200:
                answer.failure(f"{answer.status_code} {answer.headers.get('Location', '')}")
            return answer.text or ""

    @task(2)
    def portfolio(self) -> None:
        """Every program."""
        self.read("/portfolio", "portfolio")

    @task(4)
    def overview(self) -> None:
        """One of them."""
        self.read(self.home, "overview")

    @task(4)
    def milestones(self) -> None:
        """Its list."""
        self.read(f"{self.home}milestones", "milestones")

    @task(4)
    def milestone(self) -> None:
        """One line of it."""
        self.read(f"{self.home}m/{self.me['key']}", "milestone")

    @task(4)
    def my_work(self) -> None:
        """What waits for me."""
        self.read("/my", "my work")

    @task(2)
    def say(self) -> None:
        """Read the form, and say how it stands."""
        address = f"{self.home}m/{self.me['key']}"
        form = FORM.search(self.read(address, "milestone"))
        if not form:
            return
        said = random.choice(("on_track", "at_risk"))
        fields = {**dict(FIELD.findall(form[0])), "said": said, "note": "Going as planned."}
        sent = {
            "name": "status post",
            "allow_redirects": False,
            "catch_response": True,
            "headers": {"Referer": self.host + address},
        }
        with self.client.post(f"{address}/update", fields, **sent) as answer:
            if answer.status_code != 303:
                answer.failure(str(answer.status_code))
