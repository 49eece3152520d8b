"""How the installation is doing: the clock, what waits to be sent, what is behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count, Min, Q

from programs.models import Installation, OutboxMessage, Program, Subscription
from programs.queries.freshness import stale_programs

SILENT_AFTER = timedelta(seconds=150)  # five missed ticks; /healthz is red well within three minutes
State = OutboxMessage.State


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the clock runs. `reason` says in words why not."""

    last_tick: datetime | None
    reason: str = ""

    @property
    def ok(self) -> bool:
        """Nothing is wrong."""
        return not self.reason


def health(*, at: datetime) -> Health:
    """Ask the database when the clock last ticked: a dead beat, worker or Redis all show here. One query."""
    last = Installation.objects.filter(pk=1).values_list("last_tick_at", flat=True).first()
    if last is None:
        return Health(None, "No tick yet: is beat running, and a worker?")
    if at - last > SILENT_AFTER:
        return Health(last, f"Last tick {int((at - last).total_seconds())} seconds ago: is beat running, a worker, and Redis?")
    return Health(last)


def missing_migrations() -> list[str]:
    """Migrations this code needs and the database has not seen."""
    executor = MigrationExecutor(connection)
    return [
        f"{migration.app_label}.{migration.name}"
        for migration, _back in executor.migration_plan(executor.loader.graph.leaf_nodes())
    ]


@dataclass(frozen=True, slots=True)
class Stuck:
    """A message a person should look at."""

    pk: int
    subject: str
    to: str
    error: str
    created_at: datetime
    state: str


@dataclass(frozen=True, slots=True)
class SystemStatus:
    """What the status page shows."""

    health: Health
    messages: dict[str, int]
    oldest_unsent: datetime | None
    stuck: Sequence[Stuck]
    behind: Sequence[Program]
    behind_count: int
    due: int
    next_due: datetime | None
    guarantee: str

    @property
    def waiting(self) -> int:
        """Messages that will be sent."""
        return self.messages.get(State.QUEUED, 0) + self.messages.get(State.SENDING, 0)


def status(*, at: datetime) -> SystemStatus:
    """Everything on one page. Seven queries."""
    unsent = Q(state__in=(State.QUEUED, State.SENDING))
    stuck = OutboxMessage.objects.filter(state__in=(State.FAILED, State.UNSURE)).order_by("-created_at")
    behind = stale_programs(at=at)
    due = Subscription.objects.filter(active=True).aggregate(due=Count("pk", filter=Q(next_at__lte=at)), soonest=Min("next_at"))
    return SystemStatus(
        health=health(at=at),
        messages=dict(OutboxMessage.objects.values_list("state").annotate(Count("pk")).order_by()),
        oldest_unsent=OutboxMessage.objects.filter(unsent).aggregate(at=Min("created_at"))["at"],
        stuck=[Stuck(*row) for row in stuck.values_list("pk", "subject", "to", "error", "created_at", "state")[:20]],
        behind=list(Program.objects.filter(pk__in=behind[:20]).order_by("name")),
        behind_count=len(behind),
        due=due["due"],
        next_due=due["soonest"],
        guarantee=guarantee(),
    )


def guarantee() -> str:
    """What happens to a message whose sender died: `held`, `evidence`, `unsure` or `resend`."""
    if not settings.MAIL_LEAVES:
        return "held"
    if settings.MAIL_RELAY_LOG:
        return "evidence"
    return "unsure" if settings.MAIL_WHEN_UNSURE == "hold" else "resend"
