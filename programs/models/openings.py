"""The opening paragraph of the coming summary, where somebody wrote their own."""

from __future__ import annotations

from django.db import models

from programs.models.fields import Versioned, line_field

OPENING_LIMIT = 1000


class Opening(Versioned):
    """What stands at the head of a program's coming summary in place of the computed sentences, until that one is out.

    `facts` is what was known when it was written, so that whatever changes afterwards is said beside it.
    """

    program = models.OneToOneField("programs.Program", on_delete=models.CASCADE, related_name="opening")
    author = models.ForeignKey("programs.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    text = line_field(OPENING_LIMIT)
    written_at = models.DateTimeField(null=True, blank=True, editable=False)
    until = models.DateTimeField(null=True, blank=True, editable=False)  # from then on the computed sentences are back
    facts = models.JSONField(default=dict, blank=True, editable=False)

    def __str__(self) -> str:
        return self.text
