"""People as a chat knows them, the requests of a chat that were let in, and the mails that answered ours."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class SlackUser(models.Model):
    """Which Slack user a person is. `code_hash` is a one-time code on its way: whoever types it in Slack is that person."""

    person = models.OneToOneField("programs.Person", on_delete=models.CASCADE, related_name="slack")
    team = models.CharField(max_length=32, blank=True, default="")
    user = models.CharField(max_length=32, blank=True, default="")
    linked_at = models.DateTimeField(null=True, blank=True)
    code_hash = models.CharField(max_length=64, blank=True, default="", db_index=True)
    code_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "user"], condition=~Q(user=""), name="one_person_per_slack_user")]


class Inbound(models.Model):
    """One request from outside that was let in. The insert is the lock: a copy of it does nothing."""

    source = models.CharField(max_length=16)
    digest = models.CharField(max_length=64)  # of what was signed
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "digest"], name="one_request_once")]


class Reply(models.Model):
    """One mail that came in and answers one of ours. The insert is the lock: the same message again does nothing.

    `at` is when what it says was done; without `done_at` its worker may have ended on the way.
    """

    digest = models.CharField(max_length=64, unique=True)  # of its Message-ID, or of all of it
    message = models.ForeignKey("programs.OutboxMessage", null=True, on_delete=models.SET_NULL, related_name="replies")
    at = models.DateTimeField(db_index=True)
    done_at = models.DateTimeField(null=True, blank=True)
