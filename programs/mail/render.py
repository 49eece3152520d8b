"""A summary as a mail: one HTML body, one text body written by hand, one subject. Both show the same object."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import get_language
from mjml import mjml2html

from programs.mail.links import STOP_LINK, manage_url
from programs.summaries import plain
from programs.summaries.summary import Summary

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


def summary_mail(summary: Summary) -> Rendered:
    """Write one issue. The link that stops it is filled in when it is sent, see links.py."""
    manage = manage_url()
    context = {
        "summary": summary,
        "base": settings.BASE_URL,
        "manage": manage,
        "stop": STOP_LINK,
        "language": get_language() or "en",
        "colour": _COLOURS.get(summary.health, _PLAIN),
    }
    return Rendered(
        subject=summary.subject,
        text=plain.text(summary, base=settings.BASE_URL, manage=manage, stop=STOP_LINK),
        html=html_of(render_to_string("mail/summary.mjml", context)),
    )


def html_of(mjml: str) -> str:
    """The HTML of a letter: no fonts from anybody else, its tables marked as layout, nothing between them."""
    return _LAYOUT.sub('<table role="presentation" ', _BETWEEN.sub("><", mjml2html(mjml, fonts={})))
