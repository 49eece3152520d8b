"""Plans to start from: a program's workstreams, milestones and links, without days and people."""

from __future__ import annotations

from django.db import models

from programs.models.fields import Versioned, name_field, text_field
from programs.models.text import NAME_LIMIT


class Template(Versioned):
    """A blueprint somebody saved. `shared`: everybody who can sign in may start from it; else its maker alone."""

    name = name_field(NAME_LIMIT)
    description = text_field()
    content = models.JSONField()  # a blueprint, see programs/intake/blueprint.py
    shared = models.BooleanField(default=False)
    by = models.ForeignKey("programs.Person", null=True, on_delete=models.SET_NULL, related_name="templates")

    def __str__(self) -> str:
        return self.name
