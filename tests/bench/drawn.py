"""The map in a real browser, and the same graph laid out by two peers: `python -m tests.bench.drawn 150`.

Runs in a process of its own and prints one line of JSON: medians in milliseconds of wall time, in turns in one browser. The first
paint of the product has everything in it, from the request to the picture; a peer has its graph, lays it out, draws it.
"""

from __future__ import annotations

import gzip
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench import visits  # isort: skip

from django.conf import settings
from django.db import connection
from django.test import override_settings
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page

from programs.actions import analysis
from programs.models import Dependency, Person, Program
from tests.bench import portfolio
from tests.bench.window import PAINT, window

PEERS = ("elkjs", "dagre")
FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
FOCUS = f"""async () => {{ const card = document.querySelector('#cv a.nd'); const begun = performance.now(); card.click();
  await {FRAMES}; return performance.now() - begun; }}"""
PAN = """async () => { const view = document.querySelector('#cv'); const taken = []; let last = performance.now();
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


def product(context: BrowserContext, address: str) -> dict[str, float]:
    """One opening of the map, one focus, one pan."""
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector("#cv")
    found = {"paint": page.evaluate(PAINT), "pan": page.evaluate(PAN)}
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
    """Everything for one size."""
    program = load(size)
    keys = dict(program.milestones.values_list("pk", "key"))
    links = Dependency.objects.filter(successor__program=program).values_list("predecessor_id", "successor_id")
    graph = {"nodes": list(keys.values()), "links": [[keys[a], keys[b]] for a, b in links]}
    admin = Person.objects.create_user("bench@example.test", None, name="Bench", is_admin=True)
    address, visitor = f"/p/{program.slug}/map", visits.Visitor(admin, visits.handler())
    visitor.get(address)  # what is kept from the first visit on is not measured
    taken: dict[str, list[float]] = {}
    with window(admin) as seen:
        script, peers = bundle(), PEERS if size <= 1_000 else ()
        for _ in range(rounds):
            taken.setdefault("server", []).append(visits.spent(lambda: visitor.get(address)) * 1000)
            for name, value in product(seen.context, seen.base + address).items():
                taken.setdefault(name, []).append(value)
            for name in peers:
                taken.setdefault(name, []).append(peer(seen.browser, script, name, graph))
    return {name: statistics.median(values) for name, values in taken.items()} | {
        "bytes": len(gzip.compress(visitor.get(address).content, 6)), "links": len(graph["links"]),
    }  # fmt: skip


def main() -> None:
    """Measure one size."""
    visits.alone()
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        with override_settings(ALLOWED_HOSTS=["localhost"]):
            print(json.dumps(measure(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 5)))
    finally:
        connection.creation.destroy_test_db(":memory:", verbosity=0)


if __name__ == "__main__":
    main()
