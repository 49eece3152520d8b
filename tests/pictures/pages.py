"""Every page of the product as somebody of the demo sees it, and the addresses that are no page of their own."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

NOW = datetime(2027, 3, 3, 8, 40, tzinfo=UTC)  # the demo's own Wednesday
TPM, ENGINEER, LEADER, ADMIN = "program-tpm", "network-engineer", "vp-payments", "admin"
SLUG = "payments-platform-migration"
PROGRAM = f"/p/{SLUG}"


@dataclass(frozen=True, slots=True)
class Picture:
    """One page: its name, which is that of its address in urls.py and what sets it apart, where it is, and who looks.

    `who` is empty for somebody who has not signed in.
    """

    name: str
    path: str
    who: str = TPM
    status: int = 200

    @property
    def address(self) -> str:
        """The name of its address in urls.py."""
        return self.name.partition(".")[0]


PICTURES = (
    Picture("portfolio", "/portfolio", LEADER),
    Picture("overview", f"{PROGRAM}/"),
    Picture("overview.leader", f"{PROGRAM}/", LEADER),
    Picture("my-work", "/my", ENGINEER),
    Picture("my-work.nothing", "/my", LEADER),
    Picture("milestones", f"{PROGRAM}/milestones"),
    Picture("milestones.blocked", f"{PROGRAM}/milestones?blocked=1"),
    Picture("milestones.none", f"{PROGRAM}/milestones?q=nothing+like+it"),
    Picture("milestone", f"{PROGRAM}/m/SEC-3"),
    Picture("milestone.leader", f"{PROGRAM}/m/SEC-3", LEADER),
    Picture("milestone-new", f"{PROGRAM}/milestones/new"),
    Picture("milestone-edit", f"{PROGRAM}/m/SEC-3/edit"),
    Picture("milestone-delete", f"{PROGRAM}/m/SEC-3/delete"),
    Picture("milestone-block", f"{PROGRAM}/m/LED-5/block"),
    Picture("dependency-new", f"{PROGRAM}/m/SEC-3/link?q=vault"),
    Picture("dependency-edit", f"{PROGRAM}/links/1/edit"),
    Picture("blocker-edit", f"{PROGRAM}/blockers/31/edit"),
    Picture("risks", f"{PROGRAM}/risks"),
    Picture("risks.cell", f"{PROGRAM}/risks?l=3&i=4"),
    Picture("risk-new", f"{PROGRAM}/risks/new"),
    Picture("risk-edit", f"{PROGRAM}/risks/17/edit"),
    Picture("risk-happened", f"{PROGRAM}/risks/17/happened"),
    Picture("sure", f"{PROGRAM}/sure"),
    Picture("past-day", f"{PROGRAM}/history/day?on=2027-03-03"),
    Picture("what-ifs", f"{PROGRAM}/what-if"),
    Picture("what-if", f"{PROGRAM}/what-if/1"),
    Picture("what-if.leader", f"{PROGRAM}/what-if/1", LEADER),
    Picture("what-if-new", f"{PROGRAM}/what-if/new?milestone=SEC-3"),
    Picture("what-if-add", f"{PROGRAM}/what-if/1/add?kind=clear"),
    Picture("what-if-odds", f"{PROGRAM}/what-if/1/odds"),
    Picture("what-if-apply", f"{PROGRAM}/what-if/1/apply"),
    Picture("what-if-compare", f"{PROGRAM}/what-if/compare?d=1"),
    Picture("all-decisions", "/decisions", LEADER),
    Picture("decisions", f"{PROGRAM}/decisions"),
    Picture("decision", f"{PROGRAM}/decisions/13"),
    Picture("decision.decided", f"{PROGRAM}/decisions/9"),
    Picture("decision-new", f"{PROGRAM}/decisions/new"),
    Picture("decision-edit", f"{PROGRAM}/decisions/12/edit"),
    Picture("decision-options", f"{PROGRAM}/decisions/13/options"),
    Picture("decision-effects", f"{PROGRAM}/decisions/13/effects"),
    Picture("decision-decide", f"{PROGRAM}/decisions/12/decide"),
    Picture("decision-check", f"{PROGRAM}/decisions/9/check"),
    Picture("decision-reopen", f"{PROGRAM}/decisions/9/reopen"),
    Picture("decision-withdraw", f"{PROGRAM}/decisions/12/withdraw"),
    Picture("updates", f"{PROGRAM}/updates"),
    Picture("program-changes", f"{PROGRAM}/changes"),
    Picture("changes", "/changes"),
    Picture("program-delete", f"{PROGRAM}/delete"),
    Picture("program-edit", f"{PROGRAM}/edit"),
    Picture("program-new", "/p/new"),
    Picture("program-rows", "/p/new/rows"),
    Picture("workstream-new", f"{PROGRAM}/workstreams/new"),
    Picture("workstream-edit", f"{PROGRAM}/workstreams/SEC/edit"),
    Picture("subscriptions", f"{PROGRAM}/subscriptions"),
    Picture("subscription-new", f"{PROGRAM}/subscriptions/new"),
    Picture("subscription-edit", f"{PROGRAM}/subscriptions/2/edit"),
    Picture("subscription-delete", f"{PROGRAM}/subscriptions/2/delete"),
    Picture("my-subscriptions", "/my/subscriptions", LEADER),
    Picture("my-subscription-new", "/my/subscriptions/new", LEADER),
    Picture("my-subscription-edit", "/my/subscriptions/1/edit", LEADER),
    Picture("my-subscription-delete", "/my/subscriptions/1/delete", LEADER),
    Picture("outbox", "/outbox"),
    Picture("import-new", "/p/import/"),
    Picture("search", "/search?q=penetration"),
    Picture("profile", "/profile"),
    Picture("help", "/help"),
    Picture("help-page", "/help/program-managers"),
    Picture("status", "/status", ADMIN),
    Picture("not-found", "/p/nowhere/", status=404),
    Picture("not-allowed", f"{PROGRAM}/edit", LEADER, status=403),
    Picture("account_login", "/accounts/login/", ""),
    Picture("account_reset_password", "/accounts/password/reset/", ""),
)

# Addresses that show nothing by themselves, or only after something happened, each with why.
UNPICTURED = {
    "home": "leads on",
    "milestone-what-if": "leads on",
    "date-in-words": "a few words inside a form",
    "outbox-message": "needs a message",
    "outbox-body": "the body of a mail, shown inside its page",
    "import-run": "needs a file",
    "import-findings": "a file",
    "report": "needs an update that was sent",
    "report-copy": "needs an update that was sent",
    "report-draft": "needs a draft",
    "report-preview": "needs a draft",
    "report-discard": "needs a draft",
    "issue": "needs the token of a mail",
    "unsubscribe": "needs the token of a mail",
    "healthz": "for machines",
    "readyz": "for machines",
}


def views() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every address of the product that can be looked at, with its view. What is only posted to is no page."""
    for one in addresses(get_resolver().url_patterns):
        view = inspect.unwrap(one.callback)
        if one.name and view.__module__.startswith("programs.web") and "@require_POST" not in inspect.getsource(view):
            yield str(one.name), view


def plain_pages() -> tuple[list[Picture], list[str]]:
    """Pages nobody listed that need nothing, or only a program; and the names of those that need more."""
    listed = {picture.address for picture in PICTURES} | set(UNPICTURED)
    found, left = [], []
    for name in sorted({name for name, _view in views()} - listed):
        address = _plain(name)
        if "." in address:  # map.pdf: a file to keep, no page
            continue
        if address:
            found.append(Picture(name, address))
        else:
            left.append(name)
    return found, left


def _plain(name: str) -> str:
    for given in ({}, {"slug": SLUG}):
        try:
            return reverse(name, kwargs=given)
        except NoReverseMatch:
            continue
    return ""


def addresses(patterns: Iterable[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    """Every address of the URL conf, whatever includes it."""
    for each in patterns:
        if isinstance(each, URLResolver):
            yield from addresses(each.url_patterns)
        else:
            yield each
