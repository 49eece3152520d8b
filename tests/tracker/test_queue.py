"""The queue is a doorbell: ringing it never hangs and never fails for long, and what it carries is JSON."""

from __future__ import annotations

import time

import pytest
from celery import Celery

from tracker import queue


def test_the_settings_that_keep_work_from_getting_lost():
    chosen = queue.settings("redis://queue:6379/0")
    assert chosen["task_acks_late"]
    assert chosen["task_reject_on_worker_lost"]
    assert chosen["worker_cancel_long_running_tasks_on_connection_loss"]
    assert chosen["worker_prefetch_multiplier"] == 1
    assert chosen["accept_content"] == ["json"]
    assert chosen["timezone"] == "UTC"
    assert chosen["task_time_limit"] < chosen["broker_transport_options"]["visibility_timeout"]
    assert chosen["broker_connection_max_retries"] is None
    tick = chosen["beat_schedule"]["tick"]
    assert (tick["task"], tick["schedule"], tick["options"]["expires"]) == ("programs.tick", 30.0, 60)


def test_a_socket_in_a_deep_folder_moves_where_the_system_allows_it(tmp_path):
    deep = tmp_path / ("folder" * 20)
    assert queue.socket_path(tmp_path) == tmp_path / "redis" / "redis.sock"
    assert len(str(queue.socket_path(deep))) < 108
    assert queue.socket_path(deep) != queue.socket_path(deep / "another")


@pytest.mark.parametrize("address", ["redis://127.0.0.1:1/0", "redis+socket:///nowhere/redis.sock"])
def test_ringing_a_bell_that_is_not_there_fails_at_once(address):
    app = Celery("test", set_as_current=False)
    app.conf.update(queue.settings(address))
    started = time.monotonic()
    with pytest.raises(Exception):  # noqa: B017, PT011 - whatever the broker raises, hints.send logs it
        app.send_task("programs.recompute", kwargs={"program_id": 1}, retry=False)
    assert time.monotonic() - started < 20  # it does not try again; a busy machine may be slow at the first try


def test_a_rung_bell_is_heard(redis_server):
    app = Celery("test", set_as_current=False)
    app.conf.update(queue.settings(redis_server.url))
    app.send_task("programs.recompute", kwargs={"program_id": 1}, retry=False)
    assert redis_server.client.llen("celery") == 1


@pytest.mark.parametrize("answer", ["ack", "reject"])
def test_a_worker_is_free_again_when_redis_dies_before_it_took_the_answer(redis_server, answer):
    app = Celery("test", set_as_current=False)
    app.conf.update(queue.settings(redis_server.url))
    app.send_task("programs.tick", retry=False)
    with app.connection_for_read() as connection:
        channel = connection.channel()
        channel.basic_qos(0, 1, False)
        message = channel.basic_get("celery")
        channel.qos.append(message, message.delivery_tag)
        assert not channel.qos.can_consume()
        redis_server.kill()
        with pytest.raises(connection.connection_errors):
            getattr(message, answer)()
        assert channel.qos.can_consume()
        redis_server.start()
