"""Every address of the product."""

from __future__ import annotations

import logging
from importlib import import_module
from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, path


def door(route: str, view: str, name: str) -> list[URLPattern]:
    """One address, left out while the module behind it is not written."""
    module, function = view.split(".")
    if find_spec(f"programs.web.{module}") is None:
        return []
    try:
        found = getattr(import_module(f"programs.web.{module}"), function, None)
    except ImportError as error:
        logging.getLogger("longpole.urls").warning("%s is left out: %s", name, error)
        return []
    return [path(route, found, name=name)] if found else []


HOME = [
    *door("", "programs.home", "home"),
    *door("my", "my_work.my_work", "my-work"),
    *door("portfolio", "portfolio.portfolio", "portfolio"),
    *door("search", "search.search", "search"),
    *door("dates", "search.date_in_words", "date-in-words"),
    *door("profile", "profile.profile", "profile"),
    *door("help", "help.contents", "help"),
    *door("help/<slug:page>", "help.page", "help-page"),
]

PROGRAMS = [
    *door("p/new", "programs.new", "program-new"),
    *door("p/<slug:slug>/", "overview.overview", "overview"),
    *door("p/<slug:slug>/edit", "programs.edit", "program-edit"),
    *door("p/<slug:slug>/calendar", "programs.calendar", "program-calendar"),
    *door("p/<slug:slug>/members", "programs.invite", "program-invite"),
    *door("p/<slug:slug>/members/<int:person>", "programs.role", "program-role"),
    *door("p/<slug:slug>/members/<int:person>/remove", "programs.remove", "program-remove"),
    *door("p/<slug:slug>/updates", "updates.updates", "updates"),
    *door("p/<slug:slug>/workstreams/new", "workstreams.new", "workstream-new"),
    *door("p/<slug:slug>/workstreams/<str:key>/edit", "workstreams.edit", "workstream-edit"),
]

MILESTONES = [
    *door("p/<slug:slug>/milestones", "milestones.milestones", "milestones"),
    *door("p/<slug:slug>/milestones/new", "milestones.new", "milestone-new"),
    *door("p/<slug:slug>/m/<str:key>", "milestones.milestone", "milestone"),
    *door("p/<slug:slug>/m/<str:key>/edit", "milestones.edit", "milestone-edit"),
    *door("p/<slug:slug>/m/<str:key>/delete", "milestones.delete", "milestone-delete"),
    *door("p/<slug:slug>/m/<str:key>/update", "milestones.update", "milestone-update"),
    *door("p/<slug:slug>/m/<str:key>/still", "milestones.still", "milestone-still"),
    *door("p/<slug:slug>/m/<str:key>/date", "milestones.reschedule", "milestone-date"),
    *door("p/<slug:slug>/m/<str:key>/block", "blockers.block", "milestone-block"),
    *door("p/<slug:slug>/m/<str:key>/link", "dependencies.new", "dependency-new"),
    *door("p/<slug:slug>/links/<int:pk>/edit", "dependencies.edit", "dependency-edit"),
    *door("p/<slug:slug>/links/<int:pk>/remove", "dependencies.remove", "dependency-remove"),
    *door("p/<slug:slug>/links/<int:pk>/restore", "dependencies.restore", "dependency-restore"),
]

IMPEDIMENTS = [
    *door("p/<slug:slug>/blockers/<int:number>/edit", "blockers.edit", "blocker-edit"),
    *door("p/<slug:slug>/blockers/<int:number>/clear", "blockers.clear", "blocker-clear"),
    *door("p/<slug:slug>/blockers/<int:number>/new-date", "blockers.new_date", "blocker-new-date"),
    *door("p/<slug:slug>/blockers/<int:number>/still", "blockers.still", "blocker-still"),
    *door("p/<slug:slug>/blockers/<int:number>/reopen", "blockers.reopen", "blocker-reopen"),
    *door("p/<slug:slug>/risks", "risks.risks", "risks"),
    *door("p/<slug:slug>/risks/new", "risks.new", "risk-new"),
    *door("p/<slug:slug>/risks/<int:number>/edit", "risks.edit", "risk-edit"),
]

IMPORTS = [
    *door("p/import/", "imports.new", "import-new"),
    *door("p/import/<int:pk>/", "imports.run", "import-run"),
    *door("p/import/<int:pk>/apply", "imports.confirm", "import-apply"),
    *door("p/import/<int:pk>/again", "imports.again", "import-again"),
    *door("p/import/<int:pk>/discard", "imports.discard", "import-discard"),
    *door("p/import/<int:pk>/undo", "imports.undo", "import-undo"),
    *door("p/import/<int:pk>/findings.csv", "imports.findings", "import-findings"),
]

MAIL = [
    *door("p/<slug:slug>/subscriptions", "subscriptions.subscriptions", "subscriptions"),
    *door("p/<slug:slug>/subscriptions/new", "subscriptions.new", "subscription-new"),
    *door("p/<slug:slug>/subscriptions/<int:pk>/edit", "subscriptions.edit", "subscription-edit"),
    *door("p/<slug:slug>/subscriptions/<int:pk>/preview", "subscriptions.preview", "subscription-preview"),
    *door("p/<slug:slug>/subscriptions/<int:pk>/delete", "subscriptions.delete", "subscription-delete"),
    *door("my/subscriptions", "subscriptions.mine", "my-subscriptions"),
    *door("my/subscriptions/new", "subscriptions.new", "my-subscription-new"),
    *door("my/subscriptions/<int:pk>/edit", "subscriptions.edit", "my-subscription-edit"),
    *door("my/subscriptions/<int:pk>/preview", "subscriptions.preview", "my-subscription-preview"),
    *door("my/subscriptions/<int:pk>/delete", "subscriptions.delete", "my-subscription-delete"),
    *door("outbox", "outbox.outbox", "outbox"),
    *door("outbox/<int:pk>", "outbox.message", "outbox-message"),
    *door("outbox/<int:pk>/body", "outbox.body", "outbox-body"),
    *door("outbox/<int:pk>/settle", "outbox.settle", "outbox-settle"),
    *door("unsubscribe/<str:token>", "unsubscribe.unsubscribe", "unsubscribe"),
]

SYSTEM = [
    *door("healthz", "health.healthz", "healthz"),
    *door("readyz", "health.readyz", "readyz"),
    *door("status", "health.status", "status"),
]

urlpatterns: list[URLPattern | URLResolver] = [*HOME, *IMPORTS, *PROGRAMS, *MILESTONES, *IMPEDIMENTS, *MAIL, *SYSTEM]
