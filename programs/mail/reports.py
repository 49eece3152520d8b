"""Send a status update: one letter for each follower in their language, queued with the archived text in one transaction."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, ngettext

from programs.actions import reports as actions
from programs.actions.outbox import Letter
from programs.mail.issue import language_of
from programs.mail.render import Rendered, report_mail
from programs.models import Person, PostKind, Report
from programs.queries import hooks
from programs.queries import reports as queries
from programs.queries.outbox import PROGRAMS
from programs.queries.snapshots import today_in
from programs.summaries import words

KIND = "update"


def send(report: Report, *, version: int, by: Person, at: datetime) -> Report:
    """Send what stands in the draft at this version to everybody who follows the program."""
    return actions.send(report=report, version=version, letters=letters(report, by=by, at=at), by=by, at=at)


def letters(report: Report, *, by: Person, at: datetime) -> list[Letter]:
    """The messages, none of them sent yet."""
    program, written = report.program, dict[str, Rendered]()
    report.author = by
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    found = []
    for row in queries.followers(program):
        language = language_of(row.person)
        if language not in written:
            written[language] = _written(report, language, at)
        mail = written[language]
        found.append(
            mail.to(
                row.person,
                kind=KIND,
                about=str(report.pk),
                program=program.pk,
                subscription=row.pk,
                headers={"References": f"<updates.{program.pk}@{host}>", PROGRAMS: [program.pk]},
            )
        )
    if channel := hooks.working(program, PostKind.UPDATE):
        language = language_of(channel.by) if channel.by else settings.LANGUAGE_CODE
        mail = written.get(language) or _written(report, language, at)
        found.append(mail.to_chat(channel, kind=KIND, about=str(report.pk), program=program.pk, headers={PROGRAMS: [program.pk]}))
    return found


def _written(report: Report, language: str, at: datetime) -> Rendered:
    program = report.program
    with translation.override(language), words.spoken(gettext, ngettext):
        shown = queries.shown(report, program=program, on=today_in(program, at), state=queries.health(program))
        address = queries.free_address(program, today_in(program, at))
        return report_mail(shown, address=settings.BASE_URL + reverse("report", args=[program.slug, address]))
