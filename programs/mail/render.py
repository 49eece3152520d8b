"""Summaries, letters and status updates as mails and posts: an HTML body, a text body written by hand, blocks for a chat."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from mjml import mjml2html

from programs.actions import outbox
from programs.mail.links import READ_LINK, STOP_LINK, manage_url
from programs.models import Hook, Person, Reach
from programs.summaries import letters, plain, slack
from programs.summaries.letters import Letter
from programs.summaries.markdown import markdown
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
    """One message: the three parts of a mail, and what is posted where it goes to a chat."""

    subject: str
    text: str
    html: str
    post: dict[str, Any] = field(default_factory=dict)
    markdown: str = ""

    def renumbered(self, notices: Sequence[int]) -> Rendered:
        """The same for another reader: the answers to the first, second, … notice are those to these."""
        ours = re.compile(re.escape(settings.BASE_URL) + r"/a/n(\d{1,4})-")

        def own(found: re.Match[str]) -> str:
            return f"{settings.BASE_URL}/a/n{notices[int(found[1])]}-" if int(found[1]) < len(notices) else found[0]

        post = json.loads(ours.sub(own, json.dumps(self.post)))
        return replace(self, text=ours.sub(own, self.text), html=ours.sub(own, self.html), post=post)

    def to(self, person: Person, *, kind: str, about: str, **more: Any) -> outbox.Letter:
        """The mail, addressed. `about` is what makes it unique for its kind and its reader."""
        return outbox.Letter(
            key=f"{kind}:{about}:{person.email}",
            kind=kind,
            to=person.email or "",
            subject=self.subject,
            text=self.text,
            html=self.html,
            markdown=self.markdown,
            person=person.pk,
            **more,
        )

    def to_chat(
        self, hook: Hook, *, kind: str, about: str, person: Person | None = None, mailed_too: bool = False, **more: Any
    ) -> outbox.Letter:
        """The post, addressed. It keeps the mail it becomes when it cannot be posted to one person, unless that went as well."""
        return outbox.Letter(
            key=f"{kind}:{about}:hook{hook.pk}",
            kind=kind,
            to=hook.label,
            subject=self.subject,
            text=self.text,
            html="" if mailed_too or hook.person_id is None else self.html,
            person=person.pk if person else hook.person_id,
            hook=hook.pk,
            payload=self.post,
            **more,
        )


def to_reader(rendered: Rendered, person: Person, hook: Hook | None, reach: str | None, **facts: Any) -> list[outbox.Letter]:
    """The message by mail, in chat or both, as this reader wishes."""
    if hook is None or reach in (None, Reach.MAIL):
        return [rendered.to(person, **facts)]
    both = reach == Reach.BOTH
    mail = [rendered.to(person, **facts)] if both else []
    return [*mail, rendered.to_chat(hook, mailed_too=both, **facts)]


def summary_mail(summary: Summary) -> Rendered:
    """Write one issue. The link that stops it is filled in when it is sent, see links.py."""
    manage = manage_url()
    context = {
        "summary": summary,
        "base": settings.BASE_URL,
        "manage": manage,
        "stop": STOP_LINK,
        "read": READ_LINK,
        "open_url": settings.BASE_URL + summary.open_path,
        "language": get_language() or "en",
        "colour": _COLOURS.get(summary.health, _PLAIN),
    }
    return Rendered(
        subject=summary.subject,
        text=plain.text(summary, base=settings.BASE_URL, manage=manage, stop=STOP_LINK, read=READ_LINK),
        html=html_of(render_to_string("mail/summary.mjml", context)),
        markdown=markdown(summary, base=settings.BASE_URL),
        post=slack.summary(summary, base=settings.BASE_URL, manage=manage),
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
        post=slack.report(report, address=address, why=why, manage=manage),
    )


def letter_mail(letter: Letter, *, answered: str = "") -> Rendered:
    """Write a letter of a few items. `answered` are words it may be answered with by mail, where answers are read."""
    if answered and settings.REPLY_ADDRESS:
        by_mail = _("You can also answer this mail: %(words)s, or anything else.") % {"words": answered}
        letter = replace(letter, how=f"{letter.how} {by_mail}".strip())
    context = {"letter": letter, "base": settings.BASE_URL, "language": get_language() or "en", "manage": manage_url()}
    html = html_of(render_to_string("mail/letter.mjml", context))
    post = slack.letter(letter, base=settings.BASE_URL)
    return Rendered(letter.subject, letters.text(letter, base=settings.BASE_URL), html, post)


def html_of(mjml: str) -> str:
    """The HTML of a letter: no fonts from anybody else, its tables marked as layout, nothing between them."""
    return _LAYOUT.sub('<table role="presentation" ', _BETWEEN.sub("><", mjml2html(mjml, fonts={})))
