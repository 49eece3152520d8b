"""The link that stops a summary in one click (RFC 8058).

Its token is derived from the installation's key and stored only as a hash, so neither a copy of the database nor the
outbox page gives away anybody's link: stored bodies hold STOP_LINK in its place until the moment of sending.
"""

from __future__ import annotations

import re

from django.conf import settings
from django.urls import reverse

from programs.models import NoticeKind, OutboxMessage
from programs.queries.answer_links import token_for as token_for_answer
from programs.queries.issues import token_for as token_for_issue
from programs.queries.nudges import REMINDER
from programs.queries.outbox import FOLLOWED
from programs.queries.unsubscribe import token_for, wish_token

STOP_LINK = "https://stop.invalid/this-summary"
READ_LINK = "https://read.invalid/this-issue"


def stop_url(subscription_id: int) -> str:
    """The whole address that stops one subscription."""
    return settings.BASE_URL + reverse("unsubscribe", args=[token_for(subscription_id)])


def read_url(message_id: int) -> str:
    """The whole address at which its reader reads one issue, signed for them."""
    return settings.BASE_URL + reverse("issue", args=[token_for_issue(message_id)])


def stop_notices_url(person_id: int, kind: str) -> str:
    """The whole address that stops one kind of notice for one person."""
    return settings.BASE_URL + reverse("stop-notices", args=[wish_token(person_id, kind)])


def notices_url() -> str:
    """Where people say how often they want which notice."""
    return settings.BASE_URL + reverse("notice-wishes")


def one_click(message: OutboxMessage) -> str:
    """The address that stops what this message is one of; "" for what was asked for by hand."""
    if message.kind in FOLLOWED and message.subscription_id is not None:
        return stop_url(message.subscription_id)
    if message.kind == REMINDER and message.person_id is not None:
        return stop_notices_url(message.person_id, NoticeKind.NUDGE)
    if message.kind in NoticeKind.values and message.person_id is not None:
        return stop_notices_url(message.person_id, message.kind)
    return ""


def manage_url() -> str:
    """Where people see everything they get."""
    return settings.BASE_URL + reverse("my-subscriptions")


def with_stop_link(message: OutboxMessage, body: str) -> str:
    """A stored body with the reader's own link in it; a preview stops nothing, so it leads to the list instead."""
    return body.replace(STOP_LINK, one_click(message) or manage_url()).replace(READ_LINK, read_url(message.pk))


def with_own_links(message: OutboxMessage, body: str) -> str:
    """What is sent: the reader's own link that stops it, and their answers signed. Stored bodies hold neither."""
    answers = re.compile(re.escape(settings.BASE_URL) + r"/a/([mbrdn]\d+-[a-z_]+)(?![\w.-])")
    signed = answers.sub(lambda found: answer_url(message.pk, found[1]), body)
    return with_stop_link(message, signed)


def answer_url(message_id: int, offer: str) -> str:
    """The whole address of one offered answer of one message."""
    return settings.BASE_URL + reverse("quick-answer", args=[token_for_answer(message_id, offer)])


def without_stop_link(message: OutboxMessage, body: str, *, own: bool) -> str:
    """A stored body for the outbox page: only the reader sees the link that stops it."""
    return with_stop_link(message, body) if own else body.replace(STOP_LINK, manage_url()).replace(READ_LINK, manage_url())
