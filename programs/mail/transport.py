"""SMTP: one connection for many messages, and every failure sorted by what it means for the message."""

from __future__ import annotations

import contextlib
import smtplib
from email.errors import MessageError
from email.utils import format_datetime
from types import TracebackType
from typing import Self

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from programs.intake.bounces import says_nobody
from programs.mail.links import one_click, with_own_links
from programs.models import OutboxMessage
from programs.queries.nudges import BLOCKERS, MILESTONES, NOTICES, RISKS
from programs.queries.outbox import PROGRAMS
from programs.queries.replies import ANSWERS, address_for

_OWN = frozenset({PROGRAMS, MILESTONES, BLOCKERS, RISKS, NOTICES, ANSWERS})  # kept in `headers` for us, no header of the mail


class Unreachable(Exception):
    """The server could not be reached or would not let us in: nothing was said about the message."""


class Later(Exception):
    """The server asked to try again (4xx)."""


class Refused(Exception):
    """The server will never take this message (5xx), or it cannot be written as a mail at all."""


class Nobody(Refused):
    """The server says that nobody is at this address."""


class Doubtful(Exception):
    """The line broke in the middle: the server may or may not have taken the message."""


class Transport:
    """A connection to the mail server, opened when first needed and again after any failure."""

    def __init__(self) -> None:
        self._connection = get_connection()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Say goodbye, whatever state the line is in."""
        with contextlib.suppress(smtplib.SMTPException, OSError):
            self._connection.close()

    def send(self, message: OutboxMessage) -> None:
        """Hand one message over. Returns only when the server has taken it."""
        try:
            mail = compose(message)
        except Exception as error:
            raise sorted_out(error) from error
        try:
            self._connection.open()
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise Unreachable(_words(error)) from error
        try:
            self._connection.send_messages([mail])
        except Exception as error:
            self.close()
            raise sorted_out(error) from error


def sorted_out(error: Exception) -> Exception:
    """What a failure in the middle of sending means.

    >>> type(sorted_out(smtplib.SMTPDataError(450, b"busy"))).__name__
    'Later'
    >>> type(sorted_out(smtplib.SMTPServerDisconnected("gone"))).__name__
    'Doubtful'
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()), (550, b""))
        sorted_so = _by_code(code, text)
        return Nobody(*sorted_so.args) if isinstance(sorted_so, Refused) and says_nobody(str(sorted_so)) else sorted_so
    if isinstance(error, smtplib.SMTPSenderRefused):
        return Later(_words(error))  # our own address is wrong: a setting, not this message
    if isinstance(error, smtplib.SMTPResponseException):
        return _by_code(error.smtp_code, error.smtp_error)
    if isinstance(error, smtplib.SMTPException | OSError):
        return Doubtful(_words(error))
    if isinstance(error, ValueError | MessageError):
        return Refused(_words(error))  # its text cannot be written as a mail: a broken character, a line break in a header
    return Later(_words(error))  # ours to mend, so no message is given up for it at once


def _by_code(code: int, text: bytes | str) -> Exception:
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    words = f"{code} {said}".strip()
    return Refused(words) if 500 <= code < 600 else Later(words)


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def compose(message: OutboxMessage) -> EmailMultiAlternatives:
    """The mail of a stored message: the same Message-ID and date on every attempt, both bodies, and a way to stop."""
    stored = message.headers if isinstance(message.headers, dict) else {}
    headers = {name: str(value) for name, value in stored.items() if name not in _OWN}
    headers |= {
        "Message-ID": message.message_id,
        "Date": format_datetime(message.created_at),
        "Auto-Submitted": "auto-generated",
    }
    if stop := one_click(message):
        headers["List-Unsubscribe"] = f"<{stop}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    reply_to = address_for(message)
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=with_own_links(message, message.text),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[message.to],
        reply_to=[reply_to] if reply_to else None,
        headers=headers,
    )
    if message.html:
        mail.attach_alternative(with_own_links(message, message.html), "text/html")
    return mail
