"""Every task: a name, ids as keywords, one call. Safe to run twice, late, or in parallel.

Each is only a ring of the bell. The tick finds in the database whatever the queue lost, so with Redis away everything
still happens, only later.
"""

from __future__ import annotations

import logging
from collections import Counter

from celery import current_app, shared_task
from django.conf import settings
from django.utils.timezone import now

from programs.actions import aging, analysis, escalations, forecasts, fragility, notices, reviews, slots, telling, ways_back
from programs.actions.undoing import undo
from programs.integrations.hooks import deliver as deliver_posts
from programs.mail import chasing, imap, so_what
from programs.mail.channels import post_due
from programs.mail.deliver import deliver as deliver_mail
from programs.mail.issue import issue_due
from programs.mail.notices import mail_due
from programs.queries.freshness import forecasts_behind, fragility_behind, stale_programs, ways_behind

log = logging.getLogger("longpole.tasks")


def ring(name: str, **ids: object) -> None:
    """Ask for a task by name; a broker that is away is logged, never raised: the next tick asks again."""
    try:
        current_app.send_task(name, kwargs=ids, retry=False, ignore_result=True, expires=60)
    except Exception as error:  # noqa: BLE001 - whatever a broker raises, the tick repairs it
        log.warning("%s was not queued, the next tick asks again: %s", name, error)


@shared_task(name="programs.tick", ignore_result=True)
def tick(**_: object) -> None:
    """Note that the clock runs, write what is due, and ask for everything that was left undone."""
    slots.ticked(at=now())
    undo.purge(at=now())
    due, told = issue_due(clock=now), tell_everybody()
    happened = due + told + Counter({"asked": so_what.ask(at=now()), "reminded": chasing.remind(at=now())})
    ring("programs.deliver")
    if settings.IMAP_URL:
        ring("programs.inbound")
    for program_id in stale_programs(at=now())[:20]:
        ring("programs.recompute", program_id=program_id)
    for program_id in forecasts_behind()[:20]:
        ring("programs.forecast", program_id=program_id)
    for program_id in fragility_behind()[:20]:
        ring("programs.fragile", program_id=program_id)
    for program_id in ways_behind()[:20]:
        ring("programs.ways_back", program_id=program_id)
    if due["more"]:
        ring("programs.issue")
    if told["more"]:
        ring("programs.tell")
    if happened:
        log.info("tick: %s", dict(happened))


@shared_task(name="programs.tell", ignore_result=True)
def tell(**_: object) -> None:
    """Work out whom it concerns that something moved or was cleared, and write what has settled."""
    if tell_everybody()["more"]:
        ring("programs.tell")


def tell_everybody() -> Counter[str]:
    """Turn what happened into notices, tell those that have settled, and write the mails that are due."""
    happened = Counter({"shifts": telling.tell(at=now()), "escalated": escalations.climb(at=now()), "aged": aging.age(at=now())})
    happened["reviews"] = reviews.remind(at=now())
    happened.update(notices.settle(at=now()))
    return happened + mail_due(clock=now) + post_due(clock=now)


@shared_task(name="programs.issue", ignore_result=True)
def issue(**_: object) -> None:
    """Write what is due and did not fit into a tick."""
    happened = issue_due(clock=now)
    ring("programs.issue" if happened["more"] else "programs.deliver")


@shared_task(name="programs.deliver", ignore_result=True)
def deliver(**_: object) -> None:
    """Send what waits, in rounds short enough to let other work through."""
    happened = deliver_mail(clock=now) + deliver_posts(clock=now)
    if happened["more"]:
        ring("programs.deliver")
    if happened:
        log.info("deliver: %s", dict(happened))


@shared_task(name="programs.inbound", ignore_result=True)
def inbound(**_: object) -> None:
    """Do what people answered by mail."""
    happened = imap.fetch(clock=now)
    if happened:
        log.info("inbound: %s", dict(happened))


@shared_task(name="programs.recompute", ignore_result=True)
def recompute(*, program_id: int, **_: object) -> None:
    """Bring one program's stored answers up to date, and then how sure they are."""
    analysis.recompute(program_id=program_id, at=now())
    if telling.anything():
        ring("programs.tell")
    forecasts.find(program_id=program_id, at=now())


@shared_task(name="programs.forecast", ignore_result=True)
def forecast(*, program_id: int, **_: object) -> None:
    """Work out how sure one program's dates are."""
    forecasts.find(program_id=program_id, at=now())


@shared_task(name="programs.forecast_part", ignore_result=True)
def forecast_part(*, part_id: int, **_: object) -> None:
    """Do some of the runs of a large forecast."""
    forecasts.find_part(part_id=part_id, at=now())


@shared_task(name="programs.fragile", ignore_result=True)
def fragile(*, program_id: int, **_: object) -> None:
    """Work out what one program hangs on; nothing is waiting for it."""
    fragility.find(program_id=program_id, at=now())


@shared_task(name="programs.ways_back", ignore_result=True)
def ways(*, program_id: int, **_: object) -> None:
    """Search what would bring one program back to its target; nothing is waiting for it."""
    ways_back.find(program_id=program_id, at=now())


@shared_task(name="programs.sweep", ignore_result=True)
def sweep(**_: object) -> None:
    """Repair everything at once, as `manage.py sweep` does without the queue."""
    undo.purge(at=now())
    analysis.recompute_stale(at=now())
    forecasts.find_behind(at=now())
    fragility.find_behind(at=now())
    ways_back.find_behind(at=now())
    issue_due(clock=now)
    tell_everybody()
    so_what.ask(at=now())
    deliver_mail(clock=now)
    deliver_posts(clock=now)
