"""Did the mail server take this message before its sender died? Only its own record can say.

Between the server's "250" and our commit no sender can know. With evidence a message is neither lost nor doubled;
without it, plain SMTP sends again under the same Message-ID (never lost), or holds it as unsure for a person.
"""

from __future__ import annotations

import logging
import mmap
from pathlib import Path

from django.conf import settings

log = logging.getLogger("longpole.mail")


class RelayLog:
    """The relay's own log file: every accepted message leaves its Message-ID there (Postfix: `message-id=<…>`)."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)

    def accepted(self, message_id: str) -> bool | None:
        """Whether this Message-ID was taken; None when the log cannot be read."""
        try:
            if self.path.stat().st_size == 0:
                return False
            with self.path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
                return text.find(message_id.encode("ascii", "replace")) >= 0
        except (OSError, ValueError) as error:
            log.warning("the relay's log cannot be read: %s", error)
            return None


def accepted(message_id: str) -> bool | None:
    """Ask the evidence that is configured; None when there is none."""
    return RelayLog(settings.MAIL_RELAY_LOG).accepted(message_id) if settings.MAIL_RELAY_LOG else None
