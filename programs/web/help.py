"""Help: the guide, as written in docs/guide, rendered without trusting it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import nh3
from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe
from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from django.http import HttpRequest

FIRST = (
    "start",
    "program-managers",
    "engineers",
    "leaders",
    "dates",
    "milestones",
    "dependencies",
    "map",
    "timeline",
    "history",
    "blockers",
    "risks",
    "my-work",
)
TAGS = frozenset("h1 h2 h3 h4 p ul ol li a em strong code pre table thead tbody tr th td blockquote hr br kbd".split())
_LINK = re.compile(r'href="(?:\./)?([a-z0-9-]+)\.md(#[a-z0-9-]+)?"')


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the guide."""

    name: str
    title: str
    body: SafeString


@require_safe
def contents(request: HttpRequest) -> HttpResponse:
    """Every page of the guide, the first ones first."""
    return render(request, "help/contents.html", {"pages": [_page(name) for name in names()]})


@require_safe
def page(request: HttpRequest, page: str) -> HttpResponse:
    """One page of the guide."""
    known = names()
    if page not in known:
        raise Http404
    return render(request, "help/page.html", {"page": _page(page), "pages": [_page(name) for name in known]})


def folder() -> Path:
    """Where the guide is kept."""
    return Path(settings.BASE_DIR) / "docs" / "guide"


def names() -> list[str]:
    """The pages there are."""
    found = sorted(path.stem for path in folder().glob("*.md") if re.fullmatch(r"[a-z0-9-]+", path.stem))
    return [name for name in FIRST if name in found] + [name for name in found if name not in FIRST]


def _page(name: str) -> Page:
    path = folder() / f"{name}.md"
    return _rendered(name, path.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _rendered(name: str, _changed: int) -> Page:
    text = (folder() / f"{name}.md").read_text(encoding="utf-8")
    heading, _rest, body = text.partition("\n")
    title = heading.removeprefix("#").strip() or name
    return Page(name, title, rendered(body))


def rendered(text: str) -> SafeString:
    """Markdown as HTML: no HTML of the text's own, only known tags, links between pages of the guide made addresses."""
    html = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
    clean = nh3.clean(
        html, tags=set(TAGS), attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto"}, link_rel="noopener noreferrer"
    )
    return SafeString(_LINK.sub(_address, clean))


def _address(match: re.Match[str]) -> str:
    return f'href="{reverse("help-page", args=(match[1],))}{match[2] or ""}"'
