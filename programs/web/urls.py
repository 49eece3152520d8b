"""Every address of the product."""

from __future__ import annotations

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from programs.web import (
    blockers,
    blueprints,
    bulk,
    cells,
    chat,
    dependencies,
    drafts,
    fragility,
    health,
    imports,
    inbox,
    issues,
    live,
    map_sheet,
    map_svg,
    maps,
    matrix,
    members,
    milestone_list,
    milestones,
    my_work,
    nudges,
    openings,
    outbox,
    overview,
    pasting,
    portfolio,
    preview,
    profile,
    programs,
    quick,
    relocating,
    reports,
    risks,
    rooms,
    saved_views,
    search,
    settings,
    shared,
    shares,
    slack,
    subscriptions,
    sure,
    teams,
    timeline_svg,
    timelines,
    undo,
    unsubscribe,
    updates,
    ways,
    workstreams,
)
from programs.web import help as guide


class KeyConverter(StringConverter):
    """A key as people call it: SEC-3. Control characters are in no key, and PostgreSQL would not even look for them."""

    regex = r"[^/\x00-\x1f\x7f]{1,24}"


class DayConverter(StringConverter):
    """The day of a status update: 2027-03-03, or 2027-03-03-2 for the second of a day."""

    regex = r"\d{4}-\d{2}-\d{2}(?:-\d{1,3})?"


register_converter(KeyConverter, "key")
register_converter(DayConverter, "day")

HOME = [
    path("", programs.home, name="home"),
    path("my", my_work.my_work, name="my-work"),
    path("portfolio", portfolio.portfolio, name="portfolio"),
    path("search", search.search, name="search"),
    path("dates", search.date_in_words, name="date-in-words"),
    path("profile", profile.profile, name="profile"),
    path("profile/slack", slack.profile, name="slack"),
    path("profile/chat", chat.chat, name="chat"),
    path("profile/chat/test", chat.trial, name="chat-test"),
    path("profile/chat/remove", chat.remove, name="chat-remove"),
    path("inbound/slack", slack.command, name="inbound-slack"),
    path("profile/sessions/end", profile.end_sessions, name="sessions-end"),
    path("profile/sessions/<str:handle>/end", profile.end_session, name="session-end"),
    path("live", live.live, name="live"),
    path("live/<slug:slug>", live.live, name="live-program"),
    path("changes", undo.changes, name="changes"),
    path("undo/<uuid:token>", undo.undo, name="undo"),
    path("redo/<uuid:token>", undo.undo, name="redo"),
    path("help", guide.contents, name="help"),
    path("help/<slug:page>", guide.page, name="help-page"),
]

PROGRAMS = [
    path("p/new", programs.new, name="program-new"),
    path("templates", blueprints.templates, name="templates"),
    path("templates/<slug:which>/begin", blueprints.begin, name="template-begin"),
    path("templates/<int:pk>/delete", blueprints.delete_template, name="template-delete"),
    path("p/<slug:slug>/copy", blueprints.copy_program, name="program-copy"),
    path("p/<slug:slug>/template", blueprints.save_template, name="program-template"),
    path("p/<slug:slug>/workstreams/<key:key>/copy", blueprints.copy_workstream, name="workstream-copy"),
    path("p/<slug:slug>/", overview.overview, name="overview"),
    path("p/<slug:slug>/changes", undo.changes, name="program-changes"),
    path("p/<slug:slug>/fragile", fragility.fragile, name="fragile"),
    path("p/<slug:slug>/sure", sure.sure, name="sure"),
    path("p/<slug:slug>/matrix", matrix.matrix, name="matrix"),
    path("p/<slug:slug>/matrix/links", matrix.links, name="matrix-links"),
    path("p/<slug:slug>/matrix/links.csv", matrix.file, name="matrix-file"),
    path("p/<slug:slug>/chat", chat.chat, name="program-chat"),
    path("p/<slug:slug>/chat/test", chat.trial, name="program-chat-test"),
    path("p/<slug:slug>/chat/remove", chat.remove, name="program-chat-remove"),
    path("p/<slug:slug>/share", shares.share, name="shares"),
    path("p/<slug:slug>/share/<int:pk>/withdraw", shares.withdraw, name="share-withdraw"),
    path("shared/<str:token>", shared.shared, name="shared"),
    path("shared/<str:token>/picture.svg", shared.picture, {"kind": "svg"}, name="shared-picture"),
    path("shared/<str:token>/picture.pdf", shared.picture, {"kind": "pdf"}, name="shared-paper"),
    path("map.css", map_sheet.sheet, name="map-sheet"),
    path("p/<slug:slug>/map", maps.dependency_map, name="map"),
    path("p/<slug:slug>/map.svg", map_svg.picture, {"kind": "svg"}, name="map-picture"),
    path("p/<slug:slug>/map.pdf", map_svg.picture, {"kind": "pdf"}, name="map-paper"),
    path("p/<slug:slug>/timeline", timelines.timeline, name="timeline"),
    path("p/<slug:slug>/timeline.svg", timeline_svg.picture, {"kind": "svg"}, name="timeline-picture"),
    path("p/<slug:slug>/timeline.pdf", timeline_svg.picture, {"kind": "pdf"}, name="timeline-paper"),
    path("p/<slug:slug>/edit", settings.edit, name="program-edit"),
    path("p/<slug:slug>/delete", programs.delete, name="program-delete"),
    path("p/<slug:slug>/calendar", settings.calendar, name="program-calendar"),
    path("p/<slug:slug>/thresholds", settings.thresholds, name="program-thresholds"),
    path("p/<slug:slug>/members", members.invite, name="program-invite"),
    path("p/<slug:slug>/members/<int:person>", members.role, name="program-role"),
    path("p/<slug:slug>/members/<int:person>/remove", members.remove, name="program-remove"),
    path("p/<slug:slug>/members/<int:person>/close", members.close, name="account-close"),
    path("p/<slug:slug>/members/<int:person>/reopen", members.reopen, name="account-reopen"),
    path("p/<slug:slug>/teams/new", teams.new, name="team-new"),
    path("p/<slug:slug>/teams/<int:pk>/edit", teams.edit, name="team-edit"),
    path("p/<slug:slug>/teams/<int:pk>/delete", teams.delete, name="team-delete"),
    path("p/<slug:slug>/nudge", nudges.nudge, name="nudge"),
    path("p/<slug:slug>/updates", updates.updates, name="updates"),
    path("p/<slug:slug>/updates/note", updates.pin, name="pin-note"),
    path("p/<slug:slug>/updates/begin", reports.begin, name="report-begin"),
    path("p/<slug:slug>/updates/draft", reports.write, name="report-draft"),
    path("p/<slug:slug>/updates/draft/autosave", reports.autosave, name="report-autosave"),
    path("p/<slug:slug>/updates/draft/preview", reports.preview, name="report-preview"),
    path("p/<slug:slug>/updates/draft/send", reports.send, name="report-send"),
    path("p/<slug:slug>/updates/draft/discard", reports.discard, name="report-discard"),
    path("p/<slug:slug>/updates/<day:address>", reports.report, name="report"),
    path("p/<slug:slug>/updates/<day:address>/copy", reports.copy, name="report-copy"),
    path("p/<slug:slug>/workstreams/new", workstreams.new, name="workstream-new"),
    path("p/<slug:slug>/workstreams/<key:key>/edit", workstreams.edit, name="workstream-edit"),
    path("p/<slug:slug>/workstreams/<key:key>/move", workstreams.move, name="workstream-move"),
]

MILESTONES = [
    path("p/<slug:slug>/milestones", milestone_list.milestones_page, name="milestones"),
    path("p/<slug:slug>/views", saved_views.saved_views, name="views"),
    path("p/<slug:slug>/views/<int:pk>", saved_views.change, name="view-change"),
    path("p/<slug:slug>/views/<int:pk>/delete", saved_views.delete, name="view-delete"),
    path("p/<slug:slug>/milestones/bulk", bulk.bulk, name="milestones-bulk"),
    path("p/<slug:slug>/milestones/new", milestones.new, name="milestone-new"),
    path("p/<slug:slug>/milestones/paste", pasting.paste, name="milestones-paste"),
    path("p/<slug:slug>/m/<key:key>", milestones.milestone, name="milestone"),
    path("p/<slug:slug>/m/<key:key>/edit", milestones.edit, name="milestone-edit"),
    path("p/<slug:slug>/m/<key:key>/cell/<slug:name>", cells.cell, name="milestone-cell"),
    path("p/<slug:slug>/m/<key:key>/delete", milestones.delete, name="milestone-delete"),
    path("p/<slug:slug>/m/<key:key>/move", relocating.move, name="milestone-move"),
    path("p/<slug:slug>/m/<key:key>/update", milestones.update, name="milestone-update"),
    path("p/<slug:slug>/m/<key:key>/still", milestones.still, name="milestone-still"),
    path("p/<slug:slug>/m/<key:key>/date", milestones.reschedule, name="milestone-date"),
    path("p/<slug:slug>/m/<key:key>/clear", blockers.clear_first, name="milestone-clear"),
    path("p/<slug:slug>/m/<key:key>/moves", preview.moves, name="milestone-moves"),
    path("p/<slug:slug>/m/<key:key>/follow", inbox.follow, name="milestone-follow"),
    path("p/<slug:slug>/m/<key:key>/block", blockers.block, name="milestone-block"),
    path("p/<slug:slug>/m/<key:key>/link", dependencies.new, name="dependency-new"),
    path("p/<slug:slug>/links/<int:pk>/edit", dependencies.edit, name="dependency-edit"),
    path("p/<slug:slug>/links/<int:pk>/remove", dependencies.remove, name="dependency-remove"),
    path("p/<slug:slug>/links/<int:pk>/restore", dependencies.restore, name="dependency-restore"),
]

IMPEDIMENTS = [
    path("p/<slug:slug>/blockers", rooms.blockers, name="blockers"),
    path("p/<slug:slug>/blockers/<int:number>", rooms.blocker, name="blocker"),
    path("p/<slug:slug>/blockers/<int:number>/price", rooms.price, name="blocker-price"),
    path("p/<slug:slug>/blockers/<int:number>/room", rooms.pull_in, name="blocker-room"),
    path("p/<slug:slug>/blockers/<int:number>/snooze", rooms.snooze, name="blocker-snooze"),
    path("p/<slug:slug>/blockers/<int:number>/edit", blockers.edit, name="blocker-edit"),
    path("p/<slug:slug>/blockers/<int:number>/clear", blockers.clear, name="blocker-clear"),
    path("p/<slug:slug>/blockers/<int:number>/new-date", blockers.new_date, name="blocker-new-date"),
    path("p/<slug:slug>/blockers/<int:number>/still", blockers.still, name="blocker-still"),
    path("p/<slug:slug>/blockers/<int:number>/reopen", blockers.reopen, name="blocker-reopen"),
    path("p/<slug:slug>/risks", risks.risks, name="risks"),
    path("p/<slug:slug>/risks/new", risks.new, name="risk-new"),
    path("p/<slug:slug>/risks/<int:number>/edit", risks.edit, name="risk-edit"),
]

WHAT_IF = [
    path("p/<slug:slug>/what-if", drafts.drafts, name="what-ifs"),
    path("p/<slug:slug>/m/<key:key>/what-if", drafts.about, name="milestone-what-if"),
    path("p/<slug:slug>/what-if/new", drafts.new, name="what-if-new"),
    path("p/<slug:slug>/what-if/compare", drafts.compare, name="what-if-compare"),
    path("p/<slug:slug>/what-if/ways/<int:number>", ways.open_way, name="what-if-way"),
    path("p/<slug:slug>/what-if/<int:pk>", drafts.draft, name="what-if"),
    path("p/<slug:slug>/what-if/<int:pk>/add", drafts.add, name="what-if-add"),
    path("p/<slug:slug>/what-if/<int:pk>/changes/<int:change>/remove", drafts.remove, name="what-if-remove"),
    path("p/<slug:slug>/what-if/<int:pk>/name", drafts.rename, name="what-if-name"),
    path("p/<slug:slug>/what-if/<int:pk>/share", drafts.share, name="what-if-share"),
    path("p/<slug:slug>/what-if/<int:pk>/follow", drafts.follow, name="what-if-follow"),
    path("p/<slug:slug>/what-if/<int:pk>/copy", drafts.copy, name="what-if-copy"),
    path("p/<slug:slug>/what-if/<int:pk>/discard", drafts.discard, name="what-if-discard"),
    path("p/<slug:slug>/what-if/<int:pk>/restore", drafts.restore, name="what-if-restore"),
    path("p/<slug:slug>/what-if/<int:pk>/apply", drafts.apply, name="what-if-apply"),
]

IMPORTS = [
    path("p/import/", imports.new, name="import-new"),
    path("p/import/<int:pk>/", imports.run, name="import-run"),
    path("p/import/<int:pk>/apply", imports.confirm, name="import-apply"),
    path("p/import/<int:pk>/again", imports.again, name="import-again"),
    path("p/import/<int:pk>/discard", imports.discard, name="import-discard"),
    path("p/import/<int:pk>/undo", imports.undo, name="import-undo"),
    path("p/import/<int:pk>/findings.csv", imports.findings, name="import-findings"),
]

MAIL = [
    path("p/<slug:slug>/subscriptions", subscriptions.subscriptions, name="subscriptions"),
    path("p/<slug:slug>/subscriptions/opening", openings.opening, name="summary-opening"),
    path("p/<slug:slug>/subscriptions/new", subscriptions.new, name="subscription-new"),
    path("p/<slug:slug>/subscriptions/<int:pk>/edit", subscriptions.edit, name="subscription-edit"),
    path("p/<slug:slug>/subscriptions/<int:pk>/preview", subscriptions.preview, name="subscription-preview"),
    path("p/<slug:slug>/subscriptions/<int:pk>/delete", subscriptions.delete, name="subscription-delete"),
    path("issues/<str:token>", issues.issue, name="issue"),
    path("my/subscriptions", subscriptions.mine, name="my-subscriptions"),
    path("my/subscriptions/new", subscriptions.new, name="my-subscription-new"),
    path("my/subscriptions/<int:pk>/edit", subscriptions.edit, name="my-subscription-edit"),
    path("my/subscriptions/<int:pk>/preview", subscriptions.preview, name="my-subscription-preview"),
    path("my/subscriptions/<int:pk>/delete", subscriptions.delete, name="my-subscription-delete"),
    path("my/inbox", inbox.inbox, name="inbox"),
    path("my/inbox/read", inbox.read, name="inbox-read"),
    path("my/inbox/<int:pk>", inbox.answer, name="notice-answer"),
    path("my/notices", inbox.wishes, name="notice-wishes"),
    path("stop/<str:token>", inbox.stop, name="stop-notices"),
    path("outbox", outbox.outbox, name="outbox"),
    path("outbox/<int:pk>", outbox.message, name="outbox-message"),
    path("outbox/<int:pk>/body", outbox.body, name="outbox-body"),
    path("outbox/<int:pk>/settle", outbox.settle, name="outbox-settle"),
    path("a/<str:token>", quick.answer, name="quick-answer"),
    path("a/<str:token>/undo", quick.undo, name="quick-undo"),
    path("unsubscribe/<str:token>", unsubscribe.unsubscribe, name="unsubscribe"),
]

SYSTEM = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("status", health.status, name="status"),
]

urlpatterns = [*HOME, *IMPORTS, *PROGRAMS, *MILESTONES, *IMPEDIMENTS, *WHAT_IF, *MAIL, *SYSTEM]
