"""How Celery and Redis are used: the database is the truth, Redis only the doorbell.

Losing Redis loses nothing. Tasks take ids, read the row, and are safe to run twice, late or never; the tick finds what is missed.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

TICK_SECONDS = 30
LONGEST_SOCKET_PATH = 100
FIFTEEN_MINUTES = 900  # a message not acknowledged for so long goes to another worker, so no task may run longer


def socket_path(var: Path) -> Path:
    """Where the embedded Redis listens: a socket that only this user can open, so it needs no port and no password.

    The system allows a socket some 100 characters of path, so a deep folder gets one in the temporary folder instead.
    """
    inside = var / "redis" / "redis.sock"
    if len(str(inside)) < LONGEST_SOCKET_PATH:
        return inside
    name = hashlib.sha256(str(inside).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"longpole-{os.getuid()}-{name}" / "redis.sock"


def local_url(var: Path) -> str:
    """The address of the embedded Redis."""
    return "redis+socket://" + quote(str(socket_path(var)))


def settings(redis_url: str, *, tick: float = TICK_SECONDS) -> dict[str, Any]:
    """Every setting of the queue, for one Redis."""
    return {
        "broker_url": redis_url.replace("unix://", "redis+socket://", 1),
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "broker_connection_timeout": 2,
        "broker_transport_options": {
            "visibility_timeout": FIFTEEN_MINUTES,
            "unacked_restore_interval": 10,
            "unacked_restore_throttle": 1,
            "socket_keepalive": True,
            "health_check_interval": 25,
            "socket_connect_timeout": 1,
            "socket_timeout": 30,
            "max_retries": 0,
        },
        "task_publish_retry": False,  # a failed ring of the bell is logged; the tick repairs it
        "task_ignore_result": True,
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "task_soft_time_limit": 540,
        "task_time_limit": 600,
        "task_serializer": "json",
        "accept_content": ["json"],
        "result_backend": None,
        "worker_cancel_long_running_tasks_on_connection_loss": True,
        "worker_prefetch_multiplier": 1,
        "worker_soft_shutdown_timeout": 30,
        "worker_max_tasks_per_child": 500,
        "worker_max_memory_per_child": 400_000,  # kilobytes
        "worker_hijack_root_logger": False,
        "worker_enable_remote_control": False,
        "worker_send_task_events": False,
        "timezone": "UTC",
        "enable_utc": True,
        "beat_schedule": {
            "tick": {
                "task": "programs.tick",
                "schedule": float(tick),
                "options": {"expires": 2 * tick},
            },
        },
    }
