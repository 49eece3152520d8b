"""The mailbox that answers arrive in, looked at on each tick: what was done is marked as read there and nothing is deleted."""

from __future__ import annotations

import contextlib
import imaplib
import logging
import re
import ssl
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from urllib.parse import unquote, urlsplit

from django.conf import settings

from programs.mail.replies import take

log = logging.getLogger("longpole.mail")
Clock = Callable[[], datetime]
PATIENCE = 10  # seconds for each word of the server
MOST = 50  # messages in one round; the rest follows in the next
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


def fetch(*, clock: Clock) -> Counter[str]:
    """Do what the unread messages say, oldest first. A server that is away is logged: the next tick looks again."""
    happened: Counter[str] = Counter()
    if not (settings.IMAP_URL and settings.REPLY_ADDRESS):
        return happened
    try:
        box = _opened(settings.IMAP_URL)
    except (OSError, imaplib.IMAP4.error, ValueError) as error:
        log.warning("the mailbox for answers cannot be read: %s: %s", type(error).__name__, error)
        return Counter({"away": 1})
    try:
        for uid in _unread(box)[:MOST]:
            happened[_one(box, uid, clock)] += 1
    except (OSError, imaplib.IMAP4.error) as error:
        log.warning("the mailbox for answers went away: %s: %s", type(error).__name__, error)
        happened["away"] += 1
    finally:
        with contextlib.suppress(OSError, imaplib.IMAP4.error):
            box.logout()
    return happened


def _opened(address: str) -> imaplib.IMAP4:
    """Sign in to imaps://USER:PASSWORD@HOST/FOLDER. With imap:// the line is encrypted wherever the server can."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    box: imaplib.IMAP4
    if parts.scheme == "imaps":
        box = imaplib.IMAP4_SSL(host, parts.port or 993, ssl_context=ssl.create_default_context(), timeout=PATIENCE)
    elif parts.scheme == "imap":
        box = imaplib.IMAP4(host, parts.port or 143, timeout=PATIENCE)
        if "STARTTLS" in box.capabilities:
            box.starttls(ssl.create_default_context())
    else:
        raise ValueError("IMAP_URL begins with imaps:// or imap://")
    box.login(unquote(parts.username or ""), unquote(parts.password or ""))
    folder = unquote(parts.path.strip("/")) or "INBOX"
    answer, said = box.select(f'"{folder}"')
    if answer != "OK":
        raise imaplib.IMAP4.error(str(said))
    return box


def _unread(box: imaplib.IMAP4) -> list[str]:
    _answer, found = box.uid("SEARCH", "UNSEEN")
    return [uid.decode("ascii") for uid in (found[0] or b"").split()] if found else []


def _one(box: imaplib.IMAP4, uid: str, clock: Clock) -> str:
    """Read one message, do what it says, then mark it as read. What we cannot do for a fault of ours stays unread."""
    _answer, sized = box.uid("FETCH", uid, "(RFC822.SIZE)")
    size = _SIZE.search(sized[0] if sized and isinstance(sized[0], bytes) else b"")
    outcome = "too big"
    if size is None or int(size[1]) <= settings.LIMITS.webhook_bytes:
        _answer, parts = box.uid("FETCH", uid, "(BODY.PEEK[])")
        raw = next((part[1] for part in parts if isinstance(part, tuple)), None)
        if raw is None:
            return "vanished"
        try:
            outcome = take(raw, at=clock())
        except Exception:
            log.exception("a mail that came in could not be answered")
            return "error"
    box.uid("STORE", uid, "+FLAGS", r"(\Seen)")
    return outcome
