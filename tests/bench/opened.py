"""The first view of every everyday page in a real browser: `python -m tests.bench.opened demo`.

Or of `generated` programs, or of a bundle's folder. In a process of its own, printing lines of JSON: medians in milliseconds of
wall time from the request to the first contentful paint, all pages in turns, for somebody who was never here before, on what
browsers call fast 4G. `plain` is the least there is: a page of one word from the same server, over the same line.
"""

from __future__ import annotations

import json
import statistics
import sys

from tests.bench import visits  # isort: skip

from django.db.models import Count

from programs.models import Person, Program
from tests.bench.ground import ground
from tests.bench.window import PAINT, Window, window

ROUNDS = 7
FAST_4G = {"latency": 165, "downloadThroughput": 9_000_000 / 8 * 0.9, "uploadThroughput": 1_500_000 / 8 * 0.9}
PLAIN = "/readyz"


def paint(seen: Window, address: str) -> float:
    """Milliseconds until something of the page is there."""
    context = seen.browser.new_context(viewport={"width": 1440, "height": 900}, storage_state=seen.context.storage_state())
    page = context.new_page()
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", {"offline": False, **FAST_4G})
    page.goto(seen.base + address)
    while not (taken := page.evaluate(PAINT)):
        page.wait_for_timeout(10)
    context.close()
    return float(taken)


def measure() -> list[dict[str, object]]:
    """Every page in turns, on the largest program there is."""
    program = Program.objects.annotate(n=Count("milestones")).order_by("-n", "pk")[0]
    admin = Person.objects.create_user("bench@example.test", None, name="Bench", is_admin=True)
    addresses = visits.addresses(program) | {"plain": PLAIN}
    taken: dict[str, list[float]] = {name: [] for name in addresses}
    with window(admin) as seen:
        for _turn in range(ROUNDS):
            for name, address in addresses.items():
                taken[name].append(paint(seen, address))
    return [
        {"page": name, "paint": statistics.median(times), "size": program.milestones.count()} for name, times in taken.items()
    ]


def main() -> None:
    """Measure one plan."""
    with ground(ALLOWED_HOSTS=["localhost"]):
        visits.load(sys.argv[1])
        for row in measure():
            print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
