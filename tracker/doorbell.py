"""Redis as Celery's transport, with one thing mended: a worker whose acknowledgement is lost with Redis stays at work.

Kombu gives a worker's place back only once Redis took the acknowledgement. When Redis dies between the two, the place is gone for
good; with one process that was the last one, so the worker waits for ever and never notices that its connection is closed.
"""

from __future__ import annotations

from typing import Any

from kombu.transport import TRANSPORT_ALIASES, redis


class QoS(redis.QoS):
    """What a worker holds. The place is free again even when Redis could not be told; the message comes back later, and may."""

    def ack(self, delivery_tag: str) -> None:
        """Acknowledge; a connection error is raised as ever."""
        try:
            super().ack(delivery_tag)
        finally:
            self._quick_ack(delivery_tag)

    def reject(self, delivery_tag: str, requeue: bool = False) -> None:
        """Give back; a connection error is raised as ever."""
        try:
            super().reject(delivery_tag, requeue=requeue)
        finally:
            self._quick_ack(delivery_tag)


class Channel(redis.Channel):
    """Kombu's, with the above."""

    QoS = QoS


class Transport(redis.Transport):
    """Kombu's, with the above."""

    Channel: Any = Channel


def install() -> None:
    """Make every `redis://` and `rediss://` address of the queue use this transport."""
    TRANSPORT_ALIASES.update(redis="tracker.doorbell:Transport", rediss="tracker.doorbell:Transport")
