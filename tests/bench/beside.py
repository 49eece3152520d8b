"""The addresses of the product, and beside them pages that lay the same graph out in the browser with a library of npm.

Such a page has the same server, sign-in and access check, reads its graph in two queries, and carries it as JSON. Its library is
a minified file of its own that the browser may keep. Nothing else is on it: no names, no dates, no navigation.
"""

from __future__ import annotations

import functools
import subprocess
import tempfile
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.html import json_script

from programs.models import Dependency, Person
from programs.queries import access
from tracker import urls

PEERS = ("elkjs", "dagre")


@functools.cache
def library(peer: str) -> bytes:
    """The layouter with the few lines that draw, as one script."""
    root = Path(settings.BASE_DIR)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "peer.js")
        source = f"tests/bench/peers/{peer}.mjs"
        command = [str(root / "node_modules/.bin/esbuild"), source, "--bundle", "--minify", "--format=iife", f"--outfile={out}"]
        subprocess.run(command, cwd=root, check=True, capture_output=True)
        return out.read_bytes()


def script(_request: HttpRequest, peer: str) -> HttpResponse:
    """The library, to be kept."""
    return HttpResponse(library(peer), content_type="text/javascript", headers={"Cache-Control": "max-age=3600"})


def page(request: HttpRequest, peer: str, slug: str) -> HttpResponse:
    """The graph of a program, and who will draw it."""
    assert isinstance(request.user, Person)
    program = access.program(slug, by=request.user, may="view")
    keys = dict(program.milestones.values_list("pk", "key"))
    links = Dependency.objects.filter(successor__program=program).values_list("predecessor_id", "successor_id")
    graph = {"nodes": list(keys.values()), "links": [[keys[a], keys[b]] for a, b in links]}
    body = f'<!doctype html><title>{peer}</title><body>{json_script(graph, "graph")}<script src="/peer/{peer}.js"></script>'
    return HttpResponse(body)


urlpatterns = [path("peer/<str:peer>.js", script), path("peer/<str:peer>/<slug:slug>", page), *urls.urlpatterns]
