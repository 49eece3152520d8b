"""Redis is a doorbell: while it is away pages work, and when it is back so does everything else, without a hand."""

from __future__ import annotations

import time
import urllib.request

from django.utils import timezone

from programs.models import Installation
from tests.provision import processes

PAGE_SECONDS = 5.0  # on a busy machine; a page that waited for Redis would take the length of its time-outs


def ticked_since(moment):
    return Installation.objects.filter(last_tick_at__gt=moment).exists()


def page_takes(address):
    started = time.monotonic()
    with urllib.request.urlopen(f"{address}/accounts/login/", timeout=30) as page:
        assert page.status == 200
    return time.monotonic() - started


def test_pages_work_without_redis_and_the_clock_goes_on_after_it(live_stack):
    live_stack.worker(processes_each=1)
    live_stack.beat(every=1.0)
    address = live_stack.web()
    started = timezone.now()
    processes.wait_until(lambda: ticked_since(started), what=f"a first tick\n{live_stack.words()}", seconds=40, every=0.2)

    live_stack.redis.kill()
    assert page_takes(address) < PAGE_SECONDS
    time.sleep(3)
    assert page_takes(address) < PAGE_SECONDS

    live_stack.redis.start()
    back = timezone.now()
    processes.wait_until(lambda: ticked_since(back), what=f"a tick after it\n{live_stack.words()}", seconds=60, every=0.2)
