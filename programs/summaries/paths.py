"""Where a line of a summary leads. The addresses of programs/web/urls.py, held to them by a test."""

from __future__ import annotations


def program(slug: str) -> str:
    """The program's overview."""
    return f"/p/{slug}/"


def milestone(slug: str, key: str) -> str:
    """One milestone."""
    return f"/p/{slug}/m/{key}"


def risks(slug: str) -> str:
    """The program's risks."""
    return f"/p/{slug}/risks"


def portfolio() -> str:
    """All programs."""
    return "/portfolio"


def my_work() -> str:
    """What waits for the reader."""
    return "/my"


def subscriptions() -> str:
    """How often, and how to stop."""
    return "/my/subscriptions"
