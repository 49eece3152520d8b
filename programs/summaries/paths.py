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


def decision(slug: str, number: int) -> str:
    """One decision."""
    return f"/p/{slug}/decisions/{number}"


def blocker(slug: str, number: int) -> str:
    """One blocker, with its price and who to pull in."""
    return f"/p/{slug}/blockers/{number}"


def blocker_edit(slug: str, number: int) -> str:
    """Where a blocker is changed."""
    return f"/p/{slug}/blockers/{number}/edit"


def risk_edit(slug: str, number: int) -> str:
    """Where a risk is changed."""
    return f"/p/{slug}/risks/{number}/edit"


def portfolio() -> str:
    """All programs."""
    return "/portfolio"


def my_work() -> str:
    """What waits for the reader."""
    return "/my"


def answer(kind: str, pk: int, code: str) -> str:
    """One offered answer: m, b, r, d or n for a milestone, blocker, risk, decision or notice.

    Mails carry it signed for their reader alone.
    """
    return f"/a/{kind}{pk}-{code}"


def subscriptions() -> str:
    """How often, and how to stop."""
    return "/my/subscriptions"


def inbox(notice: int | None = None, answer: str = "") -> str:
    """What one was told; with a notice, that one is chosen, and the answer a mail offered is ready."""
    if notice is None:
        return "/my/inbox"
    return f"/my/inbox?notice={notice}" + (f"&answer={answer}" if answer else "") + f"#n-{notice}"


def password() -> str:
    """Where a link to choose a password is asked for."""
    return "/accounts/password/reset/"
