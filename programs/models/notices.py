"""What people are told: who follows what, how each kind reaches them, and every notice with its answer."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q

from programs.models.choices import Answer, Frequency, NoticeKind, NoticeRole, Reach
from programs.models.fields import line_field

CLEARED = "cleared"  # in the facts of a new date: the note of the clearing it is told with, and what went on by it


class Follow(models.Model):
    """Somebody who wants to know when this milestone moves, without owning it."""

    person = models.ForeignKey("programs.Person", on_delete=models.CASCADE, related_name="follows")
    milestone = models.ForeignKey("programs.Milestone", on_delete=models.CASCADE, related_name="followers")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "milestone"], name="one_follow_each")]


class Preference(models.Model):
    """How often one kind of notice leaves the inbox, and for where. What is not here is mailed at once."""

    person = models.ForeignKey("programs.Person", on_delete=models.CASCADE, related_name="preferences")
    kind = models.CharField(max_length=12, choices=NoticeKind.choices)
    frequency = models.CharField(max_length=8, choices=Frequency.choices, default=Frequency.NOW)
    reach = models.CharField(max_length=4, choices=Reach.choices, default=Reach.MAIL)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "kind"], name="one_preference_each")]


class Notice(models.Model):
    """One thing one person is told, once.

    While it settles, what happens to the same topic merges into it; there and back again is no news. Then it stands in the
    inbox, and `mail_at` says when it leaves by mail, with everything else of that person that is due then.
    """

    class State(models.TextChoices):
        SETTLING = "settling"
        TOLD = "told"
        CANCELLED = "cancelled"

    person = models.ForeignKey("programs.Person", on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=12, choices=NoticeKind.choices)
    role = models.CharField(max_length=12, choices=NoticeRole.choices)  # why this person is told
    program = models.ForeignKey("programs.Program", on_delete=models.CASCADE, related_name="notices")
    milestone = models.ForeignKey("programs.Milestone", null=True, blank=True, on_delete=models.CASCADE, related_name="notices")
    blocker = models.ForeignKey("programs.Blocker", null=True, blank=True, on_delete=models.CASCADE, related_name="notices")
    decision = models.ForeignKey("programs.Decision", null=True, blank=True, on_delete=models.CASCADE, related_name="notices")
    risk = models.ForeignKey("programs.Risk", null=True, blank=True, on_delete=models.CASCADE, related_name="notices")
    topic = models.CharField(max_length=80)  # what merges: slip:17
    facts = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=State.choices, default=State.SETTLING)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()  # settled by then
    told_at = models.DateTimeField(null=True, blank=True)
    mail_at = models.DateTimeField(null=True, blank=True)
    message = models.ForeignKey(
        "programs.OutboxMessage", null=True, blank=True, on_delete=models.SET_NULL, related_name="notices"
    )
    read_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=12, choices=Answer.choices, blank=True, default="")
    answer_note = line_field(500)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "topic"], condition=Q(state="settling"), name="one_settling_notice"),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="settling"), name="notice_settling"),
            models.Index(fields=["mail_at"], condition=Q(state="told", message=None), name="notice_to_mail"),
            models.Index(fields=["person", "told_at"]),
            models.Index(fields=["program", "kind", "answer"]),
        ]

    def over(self, today: date) -> bool:
        """Whether it needs no word any more: decided, put off, or due by now; cleared, or for somebody else to clear."""
        if self.kind == NoticeKind.UNBLOCK:
            return self.blocker is None or not self.blocker.is_open or self.blocker.owner_id != self.person_id
        if self.kind != NoticeKind.DUE:
            return False
        asked, due = self.decision, date.fromisoformat(self.facts["due"])
        return asked is None or not asked.is_open or asked.due_on != due or (self.topic.startswith("soon:") and today >= due)

    @property
    def told_as(self) -> str:
        """The kind it is mailed and posted as: a new date that a cleared blocker brought is told with that."""
        return NoticeKind.CLEARED if CLEARED in self.facts else self.kind


class Shift(models.Model):
    """What happened that concerns people, until somebody has worked out whom. The row goes when its notices are written."""

    at = models.DateTimeField()
    moves = models.JSONField(default=list)  # [milestone, forecast, float, room before, the same after]
    revisions = models.JSONField(default=dict)  # program -> [after, until]: the edits behind it
    cleared = models.ForeignKey("programs.Blocker", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey("programs.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
