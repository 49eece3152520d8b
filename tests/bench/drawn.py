"""Map and timeline in a real browser, and the same graph laid out by two peers: `python -m tests.bench.drawn 150`.

Runs in a process of its own and prints one line of JSON: medians in milliseconds of wall time, in turns in one browser. A first
paint ends with the first frame that has the whole drawing, and has everything in it from the click on the address: request,
sign-in, facts, page, library, layout. A peer's page comes from the same server (`tests.bench.beside`) and is measured alike.
Each is opened as people do, in the tab in which they read the overview of the program. `paint` is of a page that is written
anew; `second` of one that somebody else opens next, who sees as much of the program; `again` of one that the product has kept
for its reader. `alone` is written anew in a tab that was just opened, where the browser first starts a process.
"""

from __future__ import annotations

import functools
import gzip
import json
import statistics
import sys

from tests.bench import visits  # isort: skip

from django.utils import timezone
from playwright.sync_api import BrowserContext, Page

from programs.actions import analysis
from programs.models import Dependency, Person, Program
from programs.web import kept
from tests.bench import beside, portfolio
from tests.bench.ground import ground
from tests.bench.window import window
from tracker.run import memory

FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
FOCUS = f"""async () => {{ const card = document.querySelector('#cv a.nd'); const begun = performance.now(); card.click();
  await {FRAMES}; return performance.now() - begun; }}"""
VIEW = {"map": "#cv", "timeline": "#tl"}
PAN = """async (shown) => { const view = document.querySelector(shown); const taken = []; let last = performance.now();
  for (let n = 0; n < 40; n++) { view.scrollLeft += 12; const now = await new Promise(requestAnimationFrame);
    taken.push(now - last); last = now; } return taken.sort((a, b) => a - b)[20]; }"""
# The lines come last in each drawing: when they are there at a frame, the frame after it follows the first paint of all of it.
WATCH = """(() => { const look = () => { const whole = document.querySelector('#cv .edges, #tl .tl-links, svg.drawn');
  requestAnimationFrame(whole ? (at) => { window.drawnAt = at; } : look); }; requestAnimationFrame(look); })()"""
DRAWN = "() => window.drawnAt"


def load(size: int) -> Program:
    """One program of that size, analysed."""
    at = timezone.now()
    made = portfolio.program(0, size, staff=portfolio.people(20), today=at.date())
    analysis.recompute_stale(at=at)
    return made


def first_paint(context: BrowserContext, address: str, *, after: str = "") -> tuple[Page, float]:
    """A page of its own, and when its drawing was whole; in the tab that showed the page `after`, if one is given."""
    page = context.new_page()
    page.set_default_timeout(0)  # a peer may take minutes
    page.add_init_script(WATCH)
    if after:
        page.goto(after, wait_until="networkidle")
    page.goto(address)
    page.wait_for_function(DRAWN)
    return page, float(page.evaluate(DRAWN))


def product(first: BrowserContext, second: BrowserContext, address: str, what: str, *, after: str) -> dict[str, float]:
    """Four openings, the first and the last of a page that nobody kept; one pan; on the map one focus."""
    found: dict[str, float] = {}
    for turn, context in {"paint": first, "second": second, "again": first, "alone": first}.items():
        if turn in {"paint", "alone"}:
            kept.shelf.clear()
        page, found[turn] = first_paint(context, address, after="" if turn == "alone" else after)
        if turn == "again":
            found["pan"] = page.evaluate(PAN, VIEW[what])
            if page.locator("#map:not([data-folded]) a.nd").count():  # above, another card in focus is another drawing
                found["focus"] = page.evaluate(FOCUS)
        page.close()
    return found


def peer(context: BrowserContext, address: str, *, after: str) -> float:
    """One drawing by a peer, in a page of its own."""
    page, taken = first_paint(context, address, after=after)
    page.close()
    return taken


def measure(size: int, rounds: int) -> dict[str, float]:
    """Everything for one size; what is measured of the timeline begins with its name."""
    program = load(size)
    admin = Person.objects.create_user("bench@example.test", None, name="Bench", is_admin=True)
    visitor = visits.Visitor(admin, visits.handler())
    pages = {what: f"/p/{program.slug}/{what}" for what in VIEW}
    for address in pages.values():
        visitor.get(address)  # templates and words are read once
    taken: dict[str, list[float]] = {}
    memory.settle()  # as a server does that has loaded its pages
    with window(admin) as seen:
        second = seen.of(Person.objects.create_user("second@example.test", None, name="Second", is_admin=True))
        overview = f"{seen.base}/p/{program.slug}/"
        peers = beside.PEERS if size <= 1_000 else ()
        for name in peers:
            beside.library(name)  # built before anything is measured
        for _ in range(rounds):
            for what, address in pages.items():
                sign = "" if what == "map" else f"{what} "
                kept.shelf.clear()
                found = {"server": visits.spent(functools.partial(visitor.get, address)) * 1000}
                found |= product(seen.context, second, seen.base + address, what, after=overview)
                for name, value in found.items():
                    taken.setdefault(sign + name, []).append(value)
            for name in peers:
                address = f"{seen.base}/peer/{name}/{program.slug}"
                taken.setdefault(name, []).append(peer(seen.context, address, after=overview))
                taken.setdefault(f"{name} alone", []).append(peer(seen.context, address, after=""))
    return {name: statistics.median(values) for name, values in taken.items()} | {
        "bytes": packed(visitor, pages["map"]),
        "timeline bytes": packed(visitor, pages["timeline"]),
        "links": Dependency.objects.filter(successor__program=program).count(),
    }


def packed(visitor: visits.Visitor, address: str) -> int:
    """How large a page is on its way."""
    return len(gzip.compress(visitor.get(address).content, 6))


def main() -> None:
    """Measure one size."""
    with ground(ALLOWED_HOSTS=["localhost"], ROOT_URLCONF="tests.bench.beside"):
        print(json.dumps(measure(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 5)))


if __name__ == "__main__":
    main()
