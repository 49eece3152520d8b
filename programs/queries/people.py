"""Questions about people that belong to no program."""

from __future__ import annotations

from programs.models import Person


def nobody_can_sign_in() -> bool:
    """Whether the installation is new: no person has an address to sign in with yet."""
    return not Person.objects.filter(email__isnull=False).exists()
