"""Map and timeline in a real browser, and the same graph laid out by two peers: `python -m tests.bench.drawn 150`.

Runs in a process of its own and prints one line of JSON: medians in milliseconds of wall time, in turns in one browser. The
first paint of the product has everything in it, from the request to the picture; a peer has its graph, lays it out, draws it.
`paint` is of a page that is written anew; `again` of one that the product has kept for its reader.
"""

from __future__ import annotations

import functools
import gzip
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench import visits  # isort: skip

from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page

from programs.actions import analysis
from programs.models import Dependency, Person, Program
from programs.web import kept
from tests.bench import portfolio
from tests.bench.ground import ground
from tests.bench.window import PAINT, window

PEERS = ("elkjs", "dagre")
FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
FOCUS = f"""async () => {{ const card = document.querySelector('#cv a.nd'); const begun = performance.now(); card.click();
  await {FRAMES}; return performance.now() - begun; }}"""
VIEW = {"map": "#cv", "timeline": "#tl"}
PAN = """async (shown) => { const view = document.querySelector(shown); const taken = []; let last = performance.now();
  for (let n = 0; n < 40; n++) { view.scrollLeft += 12; const now = await new Promise(requestAnimationFrame);
    taken.push(now - last); last = now; } return taken.sort((a, b) => a - b)[20]; }"""


def load(size: int) -> Program:
    """One program of that size, analysed."""
    at = timezone.now()
    made = portfolio.program(0, size, staff=portfolio.people(20), today=at.date())
    analysis.recompute_stale(at=at)
    return made


def bundle() -> str:
    """The peers as one script."""
    root = Path(settings.BASE_DIR)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "peers.js")
        command = [root / "node_modules/.bin/esbuild", "tests/bench/peers.mjs", "--bundle", "--format=iife", f"--outfile={out}"]
        subprocess.run([str(part) for part in command], cwd=root, check=True, capture_output=True)
        return out.read_text(encoding="utf-8")


def product(context: BrowserContext, address: str, what: str) -> dict[str, float]:
    """Two openings, the first of a page that nobody kept; one pan; on the map one focus."""
    kept.shelf.clear()
    found: dict[str, float] = {}
    for turn in ("paint", "again"):
        page = context.new_page()
        page.goto(address)
        page.wait_for_selector(VIEW[what])
        found[turn] = page.evaluate(PAINT)
        if turn == "again":
            found["pan"] = page.evaluate(PAN, VIEW[what])
            if page.locator("#cv a.nd").count():
                found["focus"] = page.evaluate(FOCUS)
        page.close()
    return found


def peer(browser: Browser, script: str, name: str, graph: dict[str, list]) -> float:  # type: ignore[type-arg]
    """One drawing by a peer, in a page of its own."""
    page: Page = browser.new_page()
    page.set_content("<!doctype html><body></body>")
    page.add_script_tag(content=script)
    page.set_default_timeout(120_000)
    taken = page.evaluate("([peer, graph]) => window.draw(peer, graph)", [name, graph])
    page.close()
    return float(taken)


def measure(size: int, rounds: int) -> dict[str, float]:
    """Everything for one size; what is measured of the timeline begins with its name."""
    program = load(size)
    keys = dict(program.milestones.values_list("pk", "key"))
    links = Dependency.objects.filter(successor__program=program).values_list("predecessor_id", "successor_id")
    graph = {"nodes": list(keys.values()), "links": [[keys[a], keys[b]] for a, b in links]}
    admin = Person.objects.create_user("bench@example.test", None, name="Bench", is_admin=True)
    visitor = visits.Visitor(admin, visits.handler())
    pages = {what: f"/p/{program.slug}/{what}" for what in VIEW}
    for address in pages.values():
        visitor.get(address)  # templates and words are read once
    taken: dict[str, list[float]] = {}
    with window(admin) as seen:
        script, peers = bundle(), PEERS if size <= 1_000 else ()
        for _ in range(rounds):
            for what, address in pages.items():
                sign = "" if what == "map" else f"{what} "
                kept.shelf.clear()
                found = {"server": visits.spent(functools.partial(visitor.get, address)) * 1000}
                found |= product(seen.context, seen.base + address, what)
                for name, value in found.items():
                    taken.setdefault(sign + name, []).append(value)
            for name in peers:
                taken.setdefault(name, []).append(peer(seen.browser, script, name, graph))
    return {name: statistics.median(values) for name, values in taken.items()} | {
        "bytes": packed(visitor, pages["map"]),
        "timeline bytes": packed(visitor, pages["timeline"]),
        "links": len(graph["links"]),
    }


def packed(visitor: visits.Visitor, address: str) -> int:
    """How large a page is on its way."""
    return len(gzip.compress(visitor.get(address).content, 6))


def main() -> None:
    """Measure one size."""
    with ground(ALLOWED_HOSTS=["localhost"]):
        print(json.dumps(measure(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 5)))


if __name__ == "__main__":
    main()
