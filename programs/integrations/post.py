"""One POST of JSON to an address that was checked, with an end to everything: connecting, the answer's time and its length."""

from __future__ import annotations

import contextlib
import io
import json
import socket
import ssl
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPException, HTTPResponse
from typing import Any

from programs.integrations.addresses import Target

CONNECT_WITHIN = 5.0  # seconds
ANSWER_WITHIN = 5.0  # seconds for the whole answer, however slowly it drips
MOST_BYTES = 64 * 1024


class Unreachable(Exception):
    """No connection was made, so nothing was said."""


class Unanswered(Exception):
    """It was sent, or part of it, and no whole answer came: it may or may not have been taken."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What was answered. `retry_after` is in seconds, None when nothing was said."""

    status: int
    text: str
    retry_after: int | None


def post(to: Target, payload: dict[str, Any], *, key: str) -> Reply:
    """Send it once. Redirects are not followed: they are an answer like any other."""
    body = json.dumps(payload, ensure_ascii=False).encode("utf-8")
    head = [
        f"POST {to.path} HTTP/1.1",
        f"Host: {to.authority}",
        "Content-Type: application/json; charset=utf-8",
        f"Content-Length: {len(body)}",
        "User-Agent: Longpole",
        f"Idempotency-Key: {key}",
        "Connection: close",
    ]
    with _connected(to) as line:
        try:
            line.settimeout(ANSWER_WITHIN)
            line.sendall("\r\n".join([*head, "", ""]).encode("ascii") + body)
            return _reply(line)
        except (OSError, HTTPException, ValueError) as error:
            raise Unanswered(f"{type(error).__name__}: {error}") from error


def _connected(to: Target) -> socket.socket:
    """A line to the checked address, encrypted for the host's own name where it is to be."""
    plain = None
    try:
        plain = socket.create_connection((to.ip, to.port), timeout=CONNECT_WITHIN)
        return ssl.create_default_context().wrap_socket(plain, server_hostname=to.host) if to.secure else plain
    except (OSError, ValueError) as error:
        if plain is not None:
            with contextlib.suppress(OSError):
                plain.close()
        raise Unreachable(f"{type(error).__name__}: {error}") from error


class _Line(io.RawIOBase):
    """What is read of an answer, until its time is over."""

    def __init__(self, line: socket.socket, until: float) -> None:
        self.line, self.until = line, until

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError("the answer takes too long")
        self.line.settimeout(left)
        return self.line.recv_into(buffer)

    def makefile(self, _mode: str) -> io.BufferedReader:
        """As http.client asks a socket for it."""
        return io.BufferedReader(self)


def _reply(line: socket.socket) -> Reply:
    answer = HTTPResponse(_Line(line, time.monotonic() + ANSWER_WITHIN), method="POST")  # type: ignore[arg-type]
    answer.begin()
    text = b""
    if not 200 <= answer.status < 300:
        with contextlib.suppress(OSError, HTTPException):  # its words are only for people
            text = answer.read(MOST_BYTES)
    return Reply(answer.status, text.decode("utf-8", "replace"), _seconds(answer.getheader("Retry-After")))


def _seconds(written: str | None) -> int | None:
    """A pause as it is asked for: a number of seconds, or a moment."""
    if not written:
        return None
    if written.isascii() and written.isdecimal():
        return int(written[:9])
    try:
        until = parsedate_to_datetime(written)
    except ValueError:
        return None
    return max(0, int((until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC)).total_seconds()))
