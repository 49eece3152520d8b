"""Plans that are tried before they are made: a draft is a list of changes beside the plan, which stays as it is."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from programs.models.fields import Versioned, line_field, name_field
from programs.models.text import NAME_LIMIT


class PlanDraft(Versioned):
    """What if: some changes of one program, tried together. Nobody but `by` sees it until it is shared."""

    class State(models.TextChoices):
        OPEN = "open", _("Draft")
        APPLIED = "applied", _("Applied")
        DISCARDED = "discarded", _("Discarded")

    program = models.ForeignKey("programs.Program", on_delete=models.CASCADE, related_name="plan_drafts")
    by = models.ForeignKey("programs.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="plan_drafts")
    name = name_field(NAME_LIMIT)
    shared = models.BooleanField(default=False)
    based_on = models.PositiveBigIntegerField()  # revision of the program whose values the changes were made from
    saved_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    closed_at = models.DateTimeField(null=True, blank=True)
    reason = line_field(500)  # why it was applied
    batch = models.UUIDField(null=True, blank=True)  # what groups the notes of its being applied

    class Meta:
        indexes = [models.Index(fields=["program", "state"])]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        """Neither applied nor discarded."""
        return self.state == self.State.OPEN


class PlanChange(models.Model):
    """One change of a draft. It names rows by number, since a row may go while the draft stays; `subject` is what it was called.

    `about` says which rows, `values` what becomes of them, `seen` what they held when the change was made: a change fits as long
    as the plan still says so. Values are kept as `actions.deeds.stored` writes them.
    """

    class Kind(models.TextChoices):
        SLIP = "slip", _("Slip or pull in")
        WORK = "work", _("Change work")
        DATES = "dates", _("Set or clear a date")
        LINK = "link", _("Add a dependency")
        UNLINK = "unlink", _("Remove a dependency")
        ADD = "add", _("Add a milestone")
        CLEAR = "clear", _("Clear a blocker")
        DROP = "drop", _("Drop from scope")
        RISK = "risk", _("Answer a risk")

    draft = models.ForeignKey(PlanDraft, on_delete=models.CASCADE, related_name="changes")
    place = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    about = models.JSONField(default=dict)
    values = models.JSONField(default=dict)
    seen = models.JSONField(default=dict)
    subject = models.CharField(max_length=600, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["draft", "place"])]


class WaysBack(models.Model):
    """What would bring a program back to its target, searched beside the analysis of one revision."""

    program = models.OneToOneField("programs.Program", on_delete=models.CASCADE, primary_key=True, related_name="ways_back")
    revision = models.PositiveBigIntegerField()
    as_of = models.DateField()
    computed_at = models.DateTimeField()
    late = models.IntegerField(null=True, blank=True)  # working days after the target; None: there is nothing to win back
    ways = models.JSONField(default=list)  # [{reaches, finish, sooner, late, steps: [{kind, item, field, value, days}]}]
    tried = models.PositiveIntegerField(default=0)
    complete = models.BooleanField(default=True)
