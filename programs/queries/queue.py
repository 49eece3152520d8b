"""How many messages wait in the queue. A doorbell that does not answer is told as that, and soon."""

from __future__ import annotations

from celery import current_app
from kombu.exceptions import ChannelError


def length() -> int | None:
    """Messages in the queue; None when Redis does not answer."""
    try:
        with current_app.connection_for_read() as connection:
            connection.connect_timeout = 1
            channel = connection.channel()
            try:
                return int(channel.queue_declare(current_app.conf.task_default_queue, passive=True).message_count)
            except ChannelError:
                return 0  # Redis forgets empty lists
    except Exception:  # noqa: BLE001 - whatever the broker raises, it does not answer
        return None
