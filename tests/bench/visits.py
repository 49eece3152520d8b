"""What pages cost, on a real database of one plan: `python -m tests.bench.visits demo`.

Runs in a process of its own (`tests.bench.goals.pages` starts it for each plan) and prints lines of JSON: one for each page.
Requests go through the whole stack of middleware, without a socket; time is that of the thread, the database's work in SQLite
included. A bare answer of Django (no middleware, twelve bytes) is taken in the same turns.
"""

# ruff: noqa: E402 - Django must be set up before its models are imported
from __future__ import annotations

import gc
import gzip
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.db import connection
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import path
from django.utils import timezone

from programs.actions import analysis, demo
from programs.models import OPEN_STATUSES, Milestone, Person, Program
from tests.bench import portfolio
from tests.bench.ground import ground

ROUNDS, PATIENCE = 40, 60.0  # as often as this, or for so many seconds
PART = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "panel"}  # of a milestone, its side panel; of the list, its results


def bare(_request: HttpRequest) -> HttpResponse:
    """As little as Django can answer."""
    return HttpResponse("Hello there.")


urlpatterns = [path("bare", bare)]


def load(which: str) -> None:
    """Fill the empty database with the plan."""
    at = timezone.now()
    if which == "demo":
        demo.load(today=at.date(), at=at)
    elif which == "generated":
        portfolio.load(at=at)
    else:
        call_command("import_bundle", which, stdout=sys.stderr)
    analysis.recompute_stale(at=at)


def handler(**changes: object) -> WSGIHandler:
    """Django with its middleware, as a server starts it."""
    with override_settings(**changes):
        return WSGIHandler()


class Visitor:
    """Somebody signed in, whose requests reach the product without a socket."""

    def __init__(self, person: Person, product: WSGIHandler, *cookies: str) -> None:
        client = Client()
        client.force_login(person)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        sent = "; ".join((f"{cookie.key}={cookie.value}", *cookies))
        self.product, self.factory = product, RequestFactory(HTTP_HOST="localhost", HTTP_COOKIE=sent)

    def get(self, address: str, **headers: str) -> HttpResponse:
        """One request to its last byte."""
        response = self.product.get_response(self.factory.get(address, **headers))
        response.content  # noqa: B018 - what is late is rendered here
        response.close()
        return response


def addresses(program: Program) -> dict[str, str]:
    """The pages that are measured, by their names in the table."""
    home = f"/p/{program.slug}/"
    row = program.milestones.filter(external=False, status__in=OPEN_STATUSES).annotate(n=Count("waits_for")).order_by("-n", "pk")
    return {
        "portfolio": "/portfolio",
        "overview": home,
        "milestones": f"{home}milestones",
        "milestone": f"{home}m/{row[0].key}",
        "my work": "/my",
        "risks": f"{home}risks",
        "map": f"{home}map",
        "timeline": f"{home}timeline",
        "inbox": "/my/inbox",
    }


def spent(work: Callable[[], object]) -> float:
    """Seconds of this thread."""
    begun = time.thread_time()
    work()
    return time.thread_time() - begun


def quantiles(times: list[float]) -> tuple[float, float]:
    """The median, and what 95 of 100 stay under."""
    return statistics.median(times), sorted(times)[min(len(times) - 1, round(len(times) * 0.95))]


def works(program: Program) -> dict[str, tuple[Callable[[], HttpResponse], str]]:
    """Every request that is measured: how to make it and its address. My work is that of the one who owns most of it."""
    product, plain = handler(), handler(MIDDLEWARE=[], ROOT_URLCONF="tests.bench.visits")
    admin = Person.objects.create_user("bench@example.test", None, name="Bench", is_admin=True)
    reader, owner = Visitor(admin, product), Visitor(busiest(program) or admin, product)
    made: dict[str, tuple[Callable[[], HttpResponse], str]] = {}
    for name, address in addresses(program).items():
        visitor = owner if name in {"my work", "inbox"} else reader
        made[name] = (lambda visitor=visitor, address=address: visitor.get(address)), address
    for name in ("milestones", "milestone"):
        address = made[name][1]
        made[f"part of {name}"] = (lambda address=address: reader.get(address, **PART)), address
    again = Visitor(admin, product, settings.CSRF_COOKIE_NAME + "=" + "a" * 32)  # has been here before: pages may be kept for it
    made["portfolio again"] = (lambda: again.get("/portfolio")), "/portfolio"
    asked = f"/live/{program.slug}"
    tag = reader.get(asked)["ETag"]
    made["nothing new"] = (lambda: reader.get(asked, HTTP_IF_NONE_MATCH=tag)), asked
    request = RequestFactory(HTTP_HOST="localhost").get("/bare")
    request.urlconf = "tests.bench.visits"
    made["bare"] = (lambda: plain.get_response(request)), "/bare"
    return made


def busiest(program: Program) -> Person | None:
    """Who owns most of what is open, among those who can sign in."""
    owned = Milestone.objects.filter(program=program, status__in=OPEN_STATUSES, owner__email__isnull=False, owner__is_active=True)
    found = owned.values("owner").annotate(n=Count("pk")).order_by("-n").first()
    return Person.objects.get(pk=found["owner"]) if found else None


def measure() -> list[dict[str, object]]:
    """Every page in turns, on the largest program there is."""
    program = Program.objects.annotate(n=Count("milestones")).order_by("-n", "pk")[0]
    visits = works(program)
    found: dict[str, dict[str, object]] = {}
    for name, (visit, _) in visits.items():
        visit()
        with CaptureQueriesContext(connection) as caught:
            response = visit()
        wanted = 304 if name == "nothing new" else 200
        assert response.status_code == wanted, (name, response.status_code)
        packed = len(gzip.compress(response.content, 6)) if response.content else 0
        found[name] = {"page": name, "queries": len(caught), "bytes": packed}
    taken: dict[str, list[float]] = {name: [] for name in visits}
    until = time.monotonic() + PATIENCE
    for done in range(ROUNDS):
        if done >= 5 and time.monotonic() > until:
            break
        gc.collect()
        for name, (visit, _address) in visits.items():
            many = 20 if name in {"bare", "nothing new"} else 1
            taken[name].append(spent(lambda visit=visit, many=many: [visit() for _ in range(many)]) / many)
    for name, times in taken.items():
        found[name]["p50"], found[name]["p95"] = quantiles(times)
    size = program.milestones.count()
    return [row | {"size": size} for row in found.values()]


def main() -> None:
    """Measure one plan: demo, generated, or the folder of a bundle."""
    with ground(WHITENOISE_AUTOREFRESH=False):
        load(sys.argv[1] if sys.argv[1] in {"demo", "generated"} else str(Path(sys.argv[1])))
        print("loaded", file=sys.stderr, flush=True)
        for row in measure():
            print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
