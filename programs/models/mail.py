"""Who wants to be told what and when, and every message on its way out."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from programs.models.choices import Audience
from programs.models.fields import Versioned, line_field


class Subscription(Versioned):
    """A status summary for one reader: a program, or the portfolio when `program` is empty.

    The slot is local wall-clock time in the reader's zone; `edition` grows with every change of the
    schedule, so an edit never sends today's slot twice.
    """

    person = models.ForeignKey("programs.Person", on_delete=models.CASCADE, related_name="subscriptions")
    program = models.ForeignKey("programs.Program", null=True, blank=True, on_delete=models.CASCADE, related_name="subscriptions")
    audience = models.CharField(max_length=8, choices=Audience.choices, default=Audience.LEADER)
    weekdays = models.JSONField(default=list)  # ISO weekdays
    local_time = models.TimeField()
    time_zone = models.CharField(max_length=64, default="UTC")
    active = models.BooleanField(default=True)
    edition = models.PositiveIntegerField(default=1, editable=False)
    next_at = models.DateTimeField(null=True, blank=True, db_index=True)
    last_sent_at = models.DateTimeField(null=True, blank=True)
    hook = models.ForeignKey(  # posted there instead of mailed
        "programs.Hook", null=True, blank=True, on_delete=models.SET_NULL, related_name="subscriptions"
    )
    last_seen = models.JSONField(default=dict)  # the facts this reader was last told, for "what changed since"
    token_hash = models.CharField(max_length=64, blank=True, default="", db_index=True)
    created_by = models.ForeignKey("programs.Person", null=True, on_delete=models.SET_NULL, related_name="+")


class Slot(models.Model):
    """One firing of one subscription. The insert is the lock: two beats cannot both have it."""

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="slots")
    edition = models.PositiveIntegerField()
    at = models.DateTimeField()
    outcome = models.CharField(max_length=16)  # queued, nothing, skipped, cancelled
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subscription", "edition", "at"], name="one_firing_per_slot")]


class OutboxMessage(models.Model):
    """One mail to one address, or one post to a chat. Rendered when queued, sent under a lease, settled by a conditional update.

    A post keeps the mail it becomes when it cannot be posted; without `html` there is none, such as when a mail went as well.
    """

    class Channel(models.TextChoices):
        MAIL = "mail"
        CHAT = "chat"

    class State(models.TextChoices):
        QUEUED = "queued"
        SENDING = "sending"
        SENT = "sent"
        HELD = "held"  # no mail server is set: shown in the outbox page only
        FAILED = "failed"
        UNSURE = "unsure"
        CANCELLED = "cancelled"

    key = models.CharField(max_length=300, unique=True)  # kind:schedule:slot:recipient
    kind = models.CharField(max_length=32)
    person = models.ForeignKey("programs.Person", null=True, on_delete=models.SET_NULL, related_name="messages")
    program = models.ForeignKey("programs.Program", null=True, blank=True, on_delete=models.CASCADE, related_name="messages")
    subscription = models.ForeignKey(Subscription, null=True, blank=True, on_delete=models.SET_NULL, related_name="messages")
    channel = models.CharField(max_length=4, choices=Channel.choices, default=Channel.MAIL)
    hook = models.ForeignKey("programs.Hook", null=True, blank=True, on_delete=models.SET_NULL, related_name="messages")
    to = models.CharField(max_length=254)  # an address, or the label of a hook
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField(blank=True, default="")
    markdown = models.TextField(blank=True, default="")  # of a summary: to read by its link, and to copy
    headers = models.JSONField(default=dict)
    payload = models.JSONField(default=dict)  # what is posted
    message_id = models.CharField(max_length=200, unique=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.QUEUED)
    created_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_by = models.CharField(max_length=64, blank=True, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["state", "created_at"], name="outbox_due", condition=Q(state__in=["queued", "sending"])),
            models.Index(fields=["person", "created_at"]),
        ]


class Bounce(models.Model):
    """An address that mail did not reach, in what words, and how often for now. Since `suppressed_at` nothing is mailed there."""

    address = models.EmailField(max_length=254, unique=True)  # small letters
    soft = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()
    suppressed_at = models.DateTimeField(null=True, blank=True)
    reason = line_field(500)
    message = models.ForeignKey(OutboxMessage, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
