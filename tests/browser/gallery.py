"""Every component on one page, with the states it can be in: looked at, and tested, without any page of the product."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.template import engines
from django.urls import include, path

from programs.maps.axis import Axis
from programs.web import respond

if TYPE_CHECKING:
    from django.http import HttpRequest

HERE = Path(__file__).parent
STATES = ("on_track", "at_risk", "off_track", "blocked", "done", "not_started", "stale")
COLOURS = "bg bg-sunk bg-hover bg-active line text-3 text ink accent accent-bg track-solid risk-solid off-solid".split()


class Ask(forms.Form):
    """A form with every kind of control."""

    rows = (("forecast", "waiting"),)
    folded = ("note",)
    forecast = forms.CharField(help_text="Fri 12 Mar. Type “12 mar”, “fri”, “+3d”.")
    waiting = forms.CharField(label="Waiting for", error_messages={"required": "Say who or what, so it can be chased."})
    owner = forms.ChoiceField(label="Who can clear it", choices=[("", "Nobody yet"), ("1", "Network engineer")], required=False)
    said = forms.ChoiceField(
        label="Status",
        choices=[("on_track", "On track"), ("at_risk", "At risk"), ("blocked", "Blocked"), ("done", "Done")],
        widget=forms.RadioSelect(attrs={"data-status": "1"}),
    )
    unit = forms.ChoiceField(
        label="Counted in", choices=[("wd", "Working days"), ("cd", "Calendar days")], widget=forms.RadioSelect
    )
    tell = forms.BooleanField(label="Tell the owners", required=False)
    note = forms.CharField(label="What changed", widget=forms.Textarea, required=False)


def gallery(request: HttpRequest) -> HttpResponse:
    """The page, and the answer to its form."""
    form = Ask(request.POST or None, initial={"said": "at_risk", "forecast": "in 9 days", "unit": "wd"})
    if request.method == "POST":
        if form.is_valid():
            return respond.done(request, "/gallery", "Saved", undo="/gallery/undo")
        if respond.wants_part(request):
            part = engines["django"].from_string(
                '{% include "components/form.html" with submit_label="Save update" post="/gallery" %}'
            )
            return HttpResponse(part.render({"form": form}, request), status=422)
    context = {
        "form": form,
        "axis": Axis(date(2027, 3, 1), date(2027, 8, 8)),
        "target": date(2027, 6, 11),
        "forecast": date(2027, 6, 21),
        "sure": date(2027, 6, 28),
        "points": [
            (date(2027, 1, 6), date(2027, 6, 7)),
            (date(2027, 2, 3), date(2027, 6, 11)),
            (date(2027, 3, 3), date(2027, 6, 21)),
        ],
        "states": STATES,
        "colours": COLOURS,
        "ribbon": [("Penetration test passed", 46), ("PCI DSS evidence complete", 35), ("Cutover complete", 19)],
    }
    page = engines["django"].from_string((HERE / "gallery.html").read_text(encoding="utf-8"))
    return HttpResponse(page.render(context, request), status=422 if form.errors else 200)


def toast(request: HttpRequest) -> HttpResponse:
    """A toast that the next page shows."""
    messages.success(request, "B-31 cleared.", extra_tags="/gallery/undo")
    return HttpResponse(status=204, headers={"HX-Redirect": "/gallery"})


def broken(request: HttpRequest) -> HttpResponse:
    """A server that fails."""
    return HttpResponse(status=500)


@login_not_required
def search(request: HttpRequest) -> HttpResponse:
    """What the palette asks."""
    rows = [{"url": "/gallery?hit", "title": "Penetration test passed", "key": "SEC-3", "state": "blocked", "hint": "Critical"}]
    groups = [{"label": "Best matches", "rows": rows if request.GET.get("q", "").startswith("pen") else []}]
    page = engines["django"].from_string('{% include "components/palette_results.html" %}')
    return HttpResponse(page.render({"groups": groups}, request))


urlpatterns = [
    path("gallery", gallery, name="components"),
    path("gallery/toast", toast),
    path("gallery/undo", broken),
    path("gallery/broken", broken),
    path("search", search, name="search"),
    path("", include("tracker.urls")),
]
