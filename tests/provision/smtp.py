"""A real mail server for tests: it speaks SMTP on a port of its own and keeps what it accepts."""

from __future__ import annotations

import email
import email.policy
import socket
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiosmtpd.controller import Controller

if TYPE_CHECKING:
    from collections.abc import Callable
    from email.message import EmailMessage


@dataclass
class Mailbox:
    """What arrived, in the order it did. `refuse` may answer an SMTP error such as "451 later" instead of accepting."""

    messages: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    refuse: Callable[[EmailMessage], str | None] = lambda message: None
    controller: Controller | None = None
    port: int = 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Take one message, or answer what `refuse` says."""
        message: EmailMessage = email.message_from_bytes(envelope.content, policy=email.policy.default)  # type: ignore[assignment]
        if refusal := self.refuse(message):
            return refusal
        self.messages.append(message)
        self.recipients.extend(envelope.rcpt_tos)
        return "250 OK"

    def start(self) -> Mailbox:
        """Listen on a free port."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port, decode_data=False, enable_SMTPUTF8=True)
        self.controller.start()
        return self

    def stop(self) -> None:
        """Stop listening; what arrived stays readable."""
        if self.controller:
            self.controller.stop()
            self.controller = None

    @property
    def url(self) -> str:
        """What goes into EMAIL_URL."""
        return f"smtp://127.0.0.1:{self.port}"

    def clear(self) -> None:
        """Forget what arrived, and accept everything again."""
        self.messages.clear()
        self.recipients.clear()
        self.refuse = lambda message: None

    def ids(self) -> list[str]:
        """The Message-ID of everything that arrived."""
        return [str(message["Message-ID"]) for message in self.messages]
