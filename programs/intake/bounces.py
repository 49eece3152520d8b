"""A delivery status notification (RFC 3464): a mail server says what became of a mail of ours."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, Message

from programs.intake.replies import addresses

_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_ID = re.compile(r"<[^<>\s]{3,398}>")
_NOBODY = frozenset({"1.0", "1.1", "1.2", "1.3", "1.6", "1.10", "2.1"})  # no such mailbox, no such host, the mailbox is closed
_BARE = re.compile(r"^(550|551|553)\b")
_OURS = re.compile(r"relay|spf|dkim|dmarc|spam|blocked|blacklist|blocklist|policy|reputation|authenticat", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Failure:
    """One address that a mail did not reach. `nobody` when it never will: nobody is there."""

    address: str
    original: str
    nobody: bool
    words: str


@dataclass(frozen=True, slots=True)
class Notification:
    """What was said of one mail: which one, to whom the word came, and whom it did not reach."""

    message_ids: tuple[str, ...]
    to: tuple[str, ...]
    failures: tuple[Failure, ...]


def says_nobody(words: str) -> bool:
    """Whether a refusal means that nobody is there, rather than that we, or this mail, are not welcome.

    >>> says_nobody("550 5.1.1 No such user"), says_nobody("550 no such mailbox"), says_nobody("550 5.7.1 Relaying denied")
    (True, True, False)
    >>> says_nobody("452 4.2.2 Mailbox full"), says_nobody("554 5.7.1 Spam"), says_nobody("550 relay not permitted")
    (False, False, False)
    """
    if found := _STATUS.search(words):
        return found[1] == "5" and f"{found[2]}.{found[3]}" in _NOBODY
    return bool(_BARE.match(words.strip())) and not _OURS.search(words)


def read(raw: bytes) -> Notification | None:
    """Take a notification apart; None for any other mail, or one that reports no failure."""
    mail = message_from_bytes(raw, policy=policy.default.clone(raise_on_defect=False))
    assert isinstance(mail, EmailMessage)
    if mail.get_content_type() != "multipart/report" or mail.get_param("report-type", "delivery-status") != "delivery-status":
        return None
    failures: list[Failure] = []
    ids: list[str] = []
    try:
        for part in mail.walk():
            if part.get_content_type() == "message/delivery-status":
                failures += [found for block in _blocks(part) if (found := _failure(block)) is not None]
            elif part.get_content_type() == "text/rfc822-headers":
                ids += _ids(message_from_bytes(part.get_payload(decode=True) or b""))  # type: ignore[arg-type]
            elif part.get_content_type() == "message/rfc822":
                ids += [each for inner in _blocks(part) for each in _ids(inner)]
    except (ValueError, LookupError, AttributeError, TypeError):
        return None  # so broken that it says nothing
    ids += _ID.findall(str(mail.get("In-Reply-To", "")))
    to = tuple(address for name in ("To", "Delivered-To", "X-Original-To") for address in addresses(mail, name))
    return Notification(tuple(dict.fromkeys(ids)), to, tuple(failures)) if failures else None


def _blocks(part: Message) -> list[Message]:
    inside = part.get_payload()
    return [each for each in inside if isinstance(each, Message)] if isinstance(inside, list) else []


def _failure(block: Message) -> Failure | None:
    """One recipient of the report; None for the part about the server, and for what was delivered, relayed or only delayed."""
    final, original = _address(block, "Final-Recipient"), _address(block, "Original-Recipient")
    action = str(block.get("Action", "")).strip().lower()
    if not (final or original) or action != "failed":
        return None
    status = str(block.get("Status", "")).strip()
    said = " ".join(str(block.get("Diagnostic-Code", "")).partition(";")[2].split())
    return Failure(final or original, original, says_nobody(status or said), f"{status} {said}".strip()[:400])


def _address(block: Message, name: str) -> str:
    kind, _semicolon, address = str(block.get(name, "")).partition(";")
    found = address.strip().strip("<>").lower()
    return found if kind.strip().lower() == "rfc822" and "@" in found else ""


def _ids(inner: Message) -> list[str]:
    return _ID.findall(str(inner.get("Message-ID", "")))
