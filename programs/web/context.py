"""What every template may use: the shell around the page, and today where the reader is."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject

from programs.queries import shell as shell_queries
from programs.queries.asked import asked
from programs.web import live, wording

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

SEEN_EVERY = timedelta(hours=1)
# Which sheet of static/css/pages a page brings, by the name of its address.
PAGE_STYLES = {
    "blocker": "blocker",
    "blocker-snooze": "blocker",
    "components": "components",
    **dict.fromkeys(("all-decisions", "decisions", "decision", "decision-effects"), "decisions"),
    **dict.fromkeys(("decision-options", "decision-decide", "decision-check"), "decisions"),
    "fragile": "fragile",
    "help": "help",
    "help-page": "help",
    "import-apply": "import",
    "inbox": "inbox",
    "import-new": "import",
    "import-run": "import",
    "import-undo": "import",
    "map": "map",
    "matrix": "matrix",
    "portfolio-matrix": "matrix",
    "milestone": "milestone",
    "milestone-date": "milestone",
    "milestone-moves": "milestone",
    "milestones": "milestones",
    "milestones-paste": "paste",
    "my-work": "my-work",
    "notice-answer": "inbox",
    "overview": "overview",
    **dict.fromkeys(("baselines", "forecasts", "history", "past-compare", "past-day", "program-forecasts"), "past"),
    "portfolio": "portfolio",
    "program-calendar": "settings",
    "program-edit": "settings",
    "program-invite": "settings",
    "program-new": "first-run",
    "program-remove": "settings",
    "program-role": "settings",
    "program-rows": "paste",
    "program-thresholds": "settings",
    "report": "updates",
    "report-copy": "updates",
    "report-draft": "updates",
    "report-preview": "updates",
    "report-send": "updates",
    "risks": "risks",
    "shares": "settings",
    "sure": "sure",
    "templates": "templates",
    "timeline": "timeline",
    "what-if": "what-if",
    "what-if-add": "what-if",
    "what-if-apply": "what-if",
    "what-if-compare": "what-if",
    "what-if-new": "what-if",
    "what-if-odds": "what-if",
    "what-ifs": "what-if",
}


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return `shell`, `asks`, `tab_counts`, `page_name`, `page_styles` and `today`. Queries run only if a template asks."""
    match = request.resolver_match
    slug = str(match.kwargs.get("slug", "")) if match else ""
    name = str(match.url_name or "") if match else ""
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        return {"shell": None, "tab_counts": {}, "page_name": name, "page_styles": "", "today": wording.today()}
    return {
        "shell": SimpleLazyObject(lambda: shell_queries.shell_for(person, slug)),
        "asks": cache(lambda: asked(person, at=timezone.now())),  # questions open on My work; that page knows them itself
        "tab_counts": SimpleLazyObject(lambda: shell_queries.tab_counts(slug, person)),
        "page_name": name,
        "live_url": live.address(name, slug),
        "written_at": live.now(),
        "page_styles": PAGE_STYLES.get(name, ""),
        "today": wording.today(),
    }


def readers_place(answer: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: write in the language, and know "today" in the time zone, of the person who reads."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        person = getattr(request, "user", None)
        if person is None or not person.is_authenticated:
            return answer(request)
        _seen(request)
        with timezone.override(_zone(person.time_zone)):
            if not person.language:
                return answer(request)
            with translation.override(person.language):
                request.LANGUAGE_CODE = person.language
                response = answer(request)
                response.headers.setdefault("Content-Language", person.language)
                return response

    return middleware


def _seen(request: HttpRequest) -> None:
    """Note in the session, once an hour, that it is in use."""
    last, now = request.session.get("seen"), timezone.now()
    if last and last < (now - SEEN_EVERY).isoformat():
        request.session["seen"] = now.isoformat()


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")
