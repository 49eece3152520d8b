"""Summaries and status updates as mails: one HTML body, one text body written by hand, one subject for one object."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from mjml import mjml2html

from programs.actions import outbox
from programs.mail.links import STOP_LINK, manage_url
from programs.models import Person
from programs.summaries import letters, plain
from programs.summaries.letters import Letter
from programs.summaries.report import Report, plain_text
from programs.summaries.summary import Summary
from programs.summaries.words import line
from programs.summaries.write import SUBJECT

_COLOURS = {
    "off_track": {"name": "bad", "hex": "#A61B29"},
    "at_risk": {"name": "warn", "hex": "#855000"},
    "on_track": {"name": "ok", "hex": "#0A6657"},
}
_PLAIN = {"name": "mu", "hex": "#667080"}
_BETWEEN = re.compile(r">\s*\n\s*<")
_LAYOUT = re.compile(r"<table (?![^>]*\brole=)")


@dataclass(frozen=True, slots=True)
class Rendered:
    """The three parts of one mail."""

    subject: str
    text: str
    html: str

    def to(self, person: Person, *, kind: str, about: str, **more: Any) -> outbox.Letter:
        """The mail, addressed. `about` is what makes it unique for its kind and its reader."""
        return outbox.Letter(
            key=f"{kind}:{about}:{person.email}",
            kind=kind,
            to=person.email or "",
            subject=self.subject,
            text=self.text,
            html=self.html,
            person=person.pk,
            **more,
        )


def summary_mail(summary: Summary) -> Rendered:
    """Write one issue. The link that stops it is filled in when it is sent, see links.py."""
    manage = manage_url()
    context = {
        "summary": summary,
        "base": settings.BASE_URL,
        "manage": manage,
        "stop": STOP_LINK,
        "open_url": settings.BASE_URL + summary.open_path,
        "language": get_language() or "en",
        "colour": _COLOURS.get(summary.health, _PLAIN),
    }
    return Rendered(
        subject=summary.subject,
        text=plain.text(summary, base=settings.BASE_URL, manage=manage, stop=STOP_LINK),
        html=html_of(render_to_string("mail/summary.mjml", context)),
    )


def report_mail(report: Report, *, address: str) -> Rendered:
    """Write one status update that somebody sends. It is read at `address`, a whole one."""
    manage = manage_url()
    why = _("You get this because you follow %(program)s. %(author)s sent it.") % {
        "program": line(report.program),
        "author": line(report.author) or _("Somebody"),
    }
    how_often, stop, footnote = _("Change how often"), _("Stop"), _("Days late, added and of float are working days.")
    lead = next((part.lines[0] for part in report.parts if part.lines), "")
    context = {
        "report": report,
        "preheader": line(lead or report.headline, 140),
        "open_url": address,
        "why": why,
        "manage": manage,
        "how_often": how_often,
        "stop_url": STOP_LINK,
        "stop": stop,
        "footnote": footnote,
        "language": get_language() or "en",
        "colour": _COLOURS.get(report.health, _PLAIN),
    }
    closing = [why, f"{how_often}: {manage}", f"{stop}: {STOP_LINK}", footnote]
    return Rendered(
        subject=line(report.headline, SUBJECT),
        text=plain_text(report, address=address, closing=closing),
        html=html_of(render_to_string("mail/report.mjml", context)),
    )


def letter_mail(letter: Letter) -> Rendered:
    """Write a letter of a few items."""
    context = {"letter": letter, "base": settings.BASE_URL, "language": get_language() or "en", "manage": manage_url()}
    html = html_of(render_to_string("mail/letter.mjml", context))
    return Rendered(letter.subject, letters.text(letter, base=settings.BASE_URL), html)


def html_of(mjml: str) -> str:
    """The HTML of a letter: no fonts from anybody else, its tables marked as layout, nothing between them."""
    return _LAYOUT.sub('<table role="presentation" ', _BETWEEN.sub("><", mjml2html(mjml, fonts={})))
