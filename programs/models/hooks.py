"""Addresses of chats that messages are posted to, and what waits to be posted there."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from programs.models.fields import line_field

ADDRESS_LIMIT = 500


class Hook(models.Model):
    """An incoming webhook: of a program's channel, or of one person for what they alone are told.

    `address` is a secret, whoever has it may post there: pages show `label`. While `gone_at` is set nothing is posted.
    """

    program = models.OneToOneField("programs.Program", null=True, blank=True, on_delete=models.CASCADE, related_name="hook")
    person = models.OneToOneField("programs.Person", null=True, blank=True, on_delete=models.CASCADE, related_name="hook")
    address = models.CharField(max_length=ADDRESS_LIMIT)
    label = models.CharField(max_length=100)  # its host and the last characters
    kinds = models.JSONField(default=list)  # of a program: which PostKind go there
    by = models.ForeignKey("programs.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    failures = models.PositiveIntegerField(default=0)  # tries in a row that came to nothing
    gone_at = models.DateTimeField(null=True, blank=True)
    error = line_field(500)
    told_at = models.DateTimeField(null=True, blank=True)  # whoever owns it knows that it is gone

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(program__isnull=True, person__isnull=False) | Q(program__isnull=False, person__isnull=True),
                name="hook_of_one_owner",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def works(self) -> bool:
        """Whether messages are posted there."""
        return self.gone_at is None


class Posting(models.Model):
    """A notice that is to be posted to a program's channel. The row goes when its message is written."""

    hook = models.ForeignKey(Hook, on_delete=models.CASCADE, related_name="postings")
    notice = models.ForeignKey("programs.Notice", on_delete=models.CASCADE, related_name="postings")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hook", "notice"], name="posted_once")]
