"""A list as somebody wants to see it again."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from programs.models.fields import Versioned, name_field

VIEW_NAME_LIMIT = 80
QUERY_LIMIT = 1000


class SavedView(Versioned):
    """Filters and order of the milestones list under a name: one person's, or shared with everybody in the program.

    `query` is what stands behind the question mark of the address. `first` is what the list opens with: for the person
    alone, or, when shared, for everybody who chose nothing else.
    """

    program = models.ForeignKey("programs.Program", on_delete=models.CASCADE, related_name="saved_views")
    person = models.ForeignKey("programs.Person", on_delete=models.CASCADE, related_name="saved_views")
    name = name_field(VIEW_NAME_LIMIT)
    query = models.CharField(max_length=QUERY_LIMIT, blank=True, default="")
    shared = models.BooleanField(default=False)
    first = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["program", "person", "name"], name="one_view_of_a_name"),
            models.UniqueConstraint(
                fields=["program", "person"], condition=Q(first=True, shared=False), name="one_first_view_each"
            ),
            models.UniqueConstraint(fields=["program"], condition=Q(first=True, shared=True), name="one_first_view_for_all"),
        ]

    def __str__(self) -> str:
        return self.name
