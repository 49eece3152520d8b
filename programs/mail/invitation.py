"""Let somebody into a program and tell them: the letter is queued with the membership, in one transaction."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import get_language, gettext, ngettext

from programs.actions import members
from programs.actions.outbox import Letter
from programs.mail.issue import language_of
from programs.mail.render import Rendered, html_of
from programs.models import Person, Program
from programs.summaries import invitation as letters
from programs.summaries import words

KIND = "invitation"


def invite(*, program: Program, email: str, role: str, by: Person, at: datetime, name: str = "") -> Person:
    """Make somebody a member, with an account if they have none, and write to them."""
    write = partial(letter, program, by=by, at=at)
    return members.invite(program=program, email=email, role=role, by=by, at=at, name=name, write=write)


def letter(program: Program, person: Person, role: str, *, by: Person, at: datetime) -> Letter:
    """The message to one person."""
    with translation.override(language_of(person)), words.spoken(gettext, ngettext):
        written = letters.invitation(
            program.name, program.slug, role, by=by.name, address=person.email or "", new=not person.has_usable_password()
        )
        context = {"letter": written, "base": settings.BASE_URL, "language": get_language() or "en"}
        text, html = letters.text(written, base=settings.BASE_URL), html_of(render_to_string("mail/invitation.mjml", context))
        mail = Rendered(written.subject, text, html)
        return mail.to(person, kind=KIND, about=f"{program.pk}:{at.isoformat()}", program=program.pk)
