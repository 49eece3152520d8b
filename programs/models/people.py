"""People, teams and what each person may do where."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from programs.models.choices import Role
from programs.models.fields import Sourced, Versioned, name_field
from programs.models.text import NAME_LIMIT


class PersonManager(BaseUserManager["Person"]):
    """Creates people by e-mail address; used by sign-in and the command line."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> Person:
        """Create a person who can sign in."""
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        person.set_password(password)
        person.full_clean()
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> Person:
        """Create an administrator."""
        return self.create_user(email, password, is_admin=True, **fields)

    def get_by_natural_key(self, username: str | None) -> Person:
        """Addresses are matched without regard to case."""
        return self.get(email__iexact=username)


class Person(Sourced, AbstractBaseUser):
    """Somebody who owns, does, reads or is asked. Without an e-mail address: a name from an import, who cannot sign in yet."""

    class Theme(models.TextChoices):
        SYSTEM = "", _("As my system")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    class Language(models.TextChoices):
        BROWSER = "", _("As my browser")
        ENGLISH = "en", "English"
        GERMAN = "de", "Deutsch"

    email = models.EmailField(max_length=254, null=True, blank=True, unique=True)
    name = name_field(NAME_LIMIT)
    time_zone = models.CharField(max_length=64, default="UTC")
    theme = models.CharField(max_length=8, choices=Theme.choices, blank=True, default="")
    language = models.CharField(max_length=8, choices=Language.choices, blank=True, default="")
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    quiet_weekends = models.BooleanField(default=False)
    country = models.CharField(max_length=2, blank=True, default="")  # whose public holidays are theirs; empty: the program's
    single_keys = models.BooleanField(default=True, help_text=_("Single-letter keys on lists and cards."))
    is_admin = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[PersonManager] = PersonManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name_plural = "people"
        constraints = [
            models.UniqueConstraint(fields=["source", "source_id"], condition=Q(source_id__isnull=False), name="person_source"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_staff(self) -> bool:
        """Administrators may open the admin site."""
        return self.is_admin

    @property
    def is_superuser(self) -> bool:
        """Django's own word for an administrator."""
        return self.is_admin

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Administrators may do everything on the admin site."""
        return self.is_active and self.is_admin

    def has_module_perms(self, app_label: str) -> bool:
        """Administrators see every part of the admin site."""
        return self.is_active and self.is_admin


class Team(Versioned, Sourced):
    """A group that owns work across programs."""

    name = name_field(NAME_LIMIT, unique=True)
    lead = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="leads_teams")
    members = models.ManyToManyField(Person, blank=True, related_name="teams", through="programs.TeamMember")

    def __str__(self) -> str:
        return self.name


class TeamMember(Versioned):
    """One person in one team."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="places")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="places")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "person"], name="once_in_a_team")]


class Membership(Versioned):
    """One person's role in one program."""

    program = models.ForeignKey("programs.Program", on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role.choices, default=Role.VIEWER)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["program", "person"], name="one_role_per_program")]
