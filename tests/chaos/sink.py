"""A mail server of its own process that outlives every killed worker.

Each accepted message leaves `Message-ID recipient time` in its log before the "250" goes out, as a real relay's log does;
the pause in between is where a kill hurts most. Run: `python tests/chaos/sink.py PORT LOG PAUSE`.
"""

from __future__ import annotations

import asyncio
import email
import os
import sys
import time
from typing import Any

from aiosmtpd.controller import Controller


class Sink:
    """Accepts everything and writes it down."""

    def __init__(self, log: str, pause: float) -> None:
        self.log, self.pause = log, pause

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Write one line with a single append, wait, answer."""
        found = email.message_from_bytes(envelope.content)["Message-ID"].strip()
        file = os.open(self.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        os.write(file, f"{found} {envelope.rcpt_tos[0]} {time.time():.3f}\n".encode())
        os.close(file)
        await asyncio.sleep(self.pause)
        return "250 OK"


def main() -> None:
    """Serve until ended."""
    port, log, pause = int(sys.argv[1]), sys.argv[2], float(sys.argv[3])
    controller = Controller(Sink(log, pause), hostname="127.0.0.1", port=port)
    controller.start()
    print("up", flush=True)
    while True:
        time.sleep(3600)


if __name__ == "__main__":
    main()
