"""Keys with which applications read one program."""

from __future__ import annotations

from django.db import models

from programs.models.fields import name_field

KEY_NAME_LIMIT = 80


class ApiKey(models.Model):
    """Whoever holds the key reads this program and nothing else, until it expires or is withdrawn. Only a hash is stored."""

    program = models.ForeignKey("programs.Program", on_delete=models.CASCADE, related_name="api_keys")
    by = models.ForeignKey("programs.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    name = name_field(KEY_NAME_LIMIT)
    begins = models.CharField(max_length=12)  # its first characters, to know it by
    key_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)
    calls = models.PositiveIntegerField(default=0)  # in the minute of `used_at`

    def __str__(self) -> str:
        return self.name
