"""The servers that other tests stand on are real, and the settings hold."""

from __future__ import annotations

from django.core import mail
from django.db import connection, transaction


def test_redis_is_real_and_comes_back_after_a_kill(redis_server):
    redis_server.client.set("a", 1)
    redis_server.kill()
    assert not redis_server.answers()
    redis_server.start()
    assert redis_server.answers()


def test_mail_travels_over_smtp(smtp_server):
    mail.EmailMessage("Late by 6 days", "Because of API", "longpole@example.test", ["lena@example.test"]).send()
    assert smtp_server.recipients == ["lena@example.test"]
    assert smtp_server.messages[0]["Subject"] == "Late by 6 days"


def test_an_action_may_be_durable_inside_a_test(db):
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def test_the_cast(program, as_, tess, otto):
    assert program.memberships.count() == 3
    assert as_(tess).session
