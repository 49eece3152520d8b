"""`manage.py sweep`: do now, without the queue, everything that is due or was left undone."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import now

from programs.actions import aging, analysis, escalations, forecasts, fragility, notices, telling, ways_back
from programs.actions.undoing import undo
from programs.integrations.hooks import deliver as post
from programs.mail.channels import post_due
from programs.mail.deliver import deliver
from programs.mail.issue import issue_due
from programs.mail.notices import mail_due


class Command(BaseCommand):
    """Write due summaries, bring forecasts up to date, send what waits. Safe beside workers, and twice."""

    help = "Write due summaries, bring forecasts up to date and send what waits: now, and without Redis."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """It takes none."""

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Say what happened to how many."""
        behind = analysis.recompute_stale(at=now())
        forecasts.find_behind(at=now())
        fragility.find_behind(at=now())
        ways_back.find_behind(at=now())
        gone = undo.purge(at=now())
        written = issue_due(clock=now)
        telling.tell(at=now())
        escalations.climb(at=now())
        aging.age(at=now())
        notices.settle(at=now())
        mail_due(clock=now)
        post_due(clock=now)
        happened = deliver(clock=now) + post(clock=now)
        self.stdout.write(f"Forecasts brought up to date: {behind}")
        self.stdout.write(f"Summaries: {said(written)}")
        self.stdout.write(f"Messages: {said(happened)}")
        if gone:
            self.stdout.write(f"Deleted programs purged: {gone}")


def said(happened: dict[str, int]) -> str:
    """Counts in words.

    >>> said({"queued": 2, "nothing": 1, "held": 0})
    '2 queued, 1 nothing'
    """
    return ", ".join(f"{count} {what}" for what, count in happened.items() if count) or "none due"
