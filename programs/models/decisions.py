"""Decisions: a question with options, who answers it by when, what is expected of the answer, and what waits for it."""

from __future__ import annotations

from django.db import models

from programs.models.choices import DecisionStatus
from programs.models.fields import Versioned, day_field, line_field, name_field, text_field
from programs.models.text import MILESTONE_NAME_LIMIT


class Decision(Versioned):
    """A question somebody decides. Screens write D-12.

    `criteria`, `options` and `limits` are lists of plain data in the words of `summaries.weighing`: what counts and how much,
    what can be chosen and where each leads, and what is expected to come true. While it is open, each of its `holds` keeps a
    milestone until the end of its due date, as a blocker would.
    """

    program = models.ForeignKey("programs.Program", on_delete=models.CASCADE, related_name="decisions")
    number = models.PositiveIntegerField()
    title = name_field(MILESTONE_NAME_LIMIT)  # the question
    background = text_field(5_000)
    status = models.CharField(max_length=12, choices=DecisionStatus.choices, default=DecisionStatus.OPEN)
    owner = models.ForeignKey("programs.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="owned_decisions")
    decider = models.ForeignKey("programs.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="decisions")
    raised_on = day_field()
    due_on = day_field()
    criteria = models.JSONField(default=list, blank=True)
    options = models.JSONField(default=list, blank=True)
    chosen = line_field(200)  # the name of the option that was taken
    outcome = line_field(500)  # why, or what exactly
    decided_on = day_field()
    decided_by = models.ForeignKey("programs.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    limits = models.JSONField(default=list, blank=True)
    review_on = day_field()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["program", "number"], name="decision_number")]
        indexes = [models.Index(fields=["program", "status"]), models.Index(fields=["decider", "status"])]

    def __str__(self) -> str:
        return f"{self.key} {self.title}"

    @property
    def key(self) -> str:
        """The name people use for it."""
        return f"D-{self.number}"

    @property
    def is_open(self) -> bool:
        """Nobody has decided yet."""
        return self.status == DecisionStatus.OPEN


class Hold(models.Model):
    """One milestone that waits for a decision."""

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="holds")
    milestone = models.ForeignKey("programs.Milestone", on_delete=models.CASCADE, related_name="held_by")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["decision", "milestone"], name="hold_once")]
